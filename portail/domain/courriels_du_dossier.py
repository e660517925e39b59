"""The mails about the family file: what was answered, what the town has taken down. Never a value.

Whoever may not read a part of a sheet is not told by mail that it changed.
"""

import uuid
from collections.abc import Callable, Sequence

import workflows as w
from models import Compte, Demande, Famille, Modification
from portail.domain import champs, courriels, courriels_de_reponse, droits, textes_de_courriel
from portail.domain.application import Fiche
from portail.domain.champs import Champ
from portail.domain.courriels import LigneDite
from portail.domain.courriels_de_reponse import Annonce
from portail.domain.droits import Regard

ISSUES = {w.APPLIQUEE: w.ACCEPTEE, w.REFUSEE: w.REFUSEE}


def dire(fiche: Fiche, champ: Champ) -> str:
    """A line of mail: « Dossier : Léa Moreau, téléphone du médecin »."""
    return dire_la_ligne(fiche, champs.en_phrase(champ))


def dire_la_ligne(fiche: Fiche, quoi: str) -> str:
    """The same, of anything in a sheet."""
    return f"{w.NATURES[w.NATURE_DOSSIER]} : {fiche.nom_complet}, {quoi}"


def annonce(
    demande: Demande,
    repondues: Sequence[tuple[Modification, Fiche, Champ]],
    regard_de: Callable[[Compte], Regard],
) -> Annonce:
    """What was answered, field by field, each refusal with its reason."""

    def lues(lecteur: Compte) -> list[LigneDite]:
        return [
            LigneDite(dire(fiche, champ), ISSUES[m.statut], m.motif)
            for m, fiche, champ in repondues
            if champs.LIRE in regard_de(lecteur).sur(fiche).get(champ.rubrique, ())
        ]

    return Annonce(demande, lues, f"Le dossier de votre famille :\n{courriels.lien('/famille/dossier')}")


def annoncer_reponse(demande: Demande, repondues: Sequence[tuple[Modification, Fiche, Champ]]) -> None:
    """Tell it at once."""
    dite = annonce(demande, repondues, droits.regards(demande.famille))
    courriels_de_reponse.annoncer_reponse(demande, dite.dites, dite.suite)


def annoncer_la_saisie(famille: Famille, fiche: Fiche, changes: Sequence[Champ]) -> None:
    """Tell that the town has changed these fields at its counter, by phone, from a letter."""
    annoncer_les_saisies([(famille, [(fiche, changes)])])


def annoncer_les_saisies(faites: Sequence[tuple[Famille, Sequence[tuple[Fiche, Sequence[Champ]]]]]) -> None:
    """The same of many families at once, one mail to each account of each: three queries, and the mails."""
    cle, familles = uuid.uuid4().hex, [famille for famille, _ in faites]
    regards = droits.regards_par_famille(familles)
    lecteurs = courriels.destinataires_par_famille([famille.id for famille in familles])
    lettres = []
    for famille, saisies in faites:
        for lecteur in lecteurs[famille.id]:
            regard = regards[famille.id](lecteur)
            lignes = [
                f"– {dire(fiche, c)}"
                for fiche, changes in saisies
                for c in changes
                if champs.LIRE in regard.sur(fiche).get(c.rubrique, ())
            ]
            if lignes:
                lettres.append(
                    _la_saisie(f"saisie:{cle}:{famille.id}:{lecteur.id}", famille, lecteur, lignes)
                )
    courriels.ecrire_ensemble(lettres)


def _la_saisie(cle: str, famille: Famille, lecteur: Compte, lignes: Sequence[str]) -> courriels.Lettre:
    return courriels.Lettre(
        cle=cle,
        destinataire=lecteur.email,
        sujet="La mairie a mis à jour votre dossier",
        corps=courriels.lettre(
            lecteur,
            "Un agent de la mairie vient de mettre à jour le dossier de votre famille :",
            "\n".join(lignes),
            "Ce n’est pas ce que vous avez dit à la mairie ? Prévenez-nous.",
            f"Voir votre dossier :\n{courriels.lien('/famille/dossier')}",
            genre=textes_de_courriel.DOSSIER,
        ),
        famille_id=famille.id,
    )
