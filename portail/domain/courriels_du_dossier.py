"""The mails about the family file: what was answered, what the town has taken down. Never a value.

Whoever may not read a part of a sheet is not told by mail that it changed.
"""

import uuid
from collections.abc import Sequence

import workflows as w
from models import Compte, Demande, Enfant, Famille, Modification
from portail.domain import champs, courriels, droits
from portail.domain.application import Fiche
from portail.domain.champs import Champ
from portail.domain.courriels import LigneDite

ISSUES = {w.APPLIQUEE: w.ACCEPTEE, w.REFUSEE: w.REFUSEE}


def dire(fiche: Fiche, champ: Champ) -> str:
    """A line of mail: « Dossier : Léa Moreau, téléphone du médecin »."""
    return f"{w.NATURES[w.NATURE_DOSSIER]} : {fiche.nom_complet}, {champ.en_phrase}"


def annoncer_reponse(demande: Demande, repondues: Sequence[tuple[Modification, Fiche, Champ]]) -> None:
    """Tell what was answered, field by field, each refusal with its reason."""
    parties = [
        (fiche, champ.rubrique, LigneDite(dire(fiche, champ), ISSUES[m.statut], m.motif))
        for m, fiche, champ in repondues
    ]
    courriels.annoncer_reponse(
        demande,
        lambda lecteur: [
            dite for fiche, rubrique, dite in parties if _lit(lecteur, demande.famille, fiche, rubrique)
        ],
        f"Le dossier de votre famille :\n{courriels.lien('/famille/dossier')}",
    )


def annoncer_la_saisie(famille: Famille, fiche: Fiche, changes: Sequence[Champ]) -> None:
    """Tell that the town has changed these fields at its counter, by phone, from a letter."""
    cle = uuid.uuid4().hex
    for lecteur in courriels.destinataires(famille.id):
        lignes = [
            f"– {dire(fiche, champ)}" for champ in changes if _lit(lecteur, famille, fiche, champ.rubrique)
        ]
        if lignes:
            courriels.ecrire(
                cle=f"saisie:{cle}:{lecteur.id}",
                destinataire=lecteur.email,
                sujet="La mairie a mis à jour votre dossier",
                corps=courriels.lettre(
                    lecteur,
                    "Un agent de la mairie vient de mettre à jour le dossier de votre famille :",
                    "\n".join(lignes),
                    "Ce n’est pas ce que vous avez dit à la mairie ? Prévenez-nous.",
                    f"Voir votre dossier :\n{courriels.lien('/famille/dossier')}",
                ),
                famille_id=famille.id,
            )


def _lit(lecteur: Compte, famille: Famille, fiche: Fiche, rubrique: str) -> bool:
    moi = droits.responsable_de(lecteur, famille)
    if isinstance(fiche, Enfant):
        permis = droits.sur_un_enfant(moi, fiche)
    else:
        permis = droits.sur_un_responsable(moi, fiche)
    return champs.LIRE in permis[rubrique]
