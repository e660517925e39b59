"""The town's own hand on a family file: what an agent takes down at the counter, by phone, from a letter.

It changes the file at once, is written in the journal as the town's, and told to the family. What the family
asked for meanwhile keeps waiting: it then shows as a conflict, and is never lost.
"""

from collections.abc import Mapping, Sequence

import workflows as w
from models import (
    DROITS_PARENTAUX,
    Abonnement,
    Compte,
    Famille,
    LienParental,
    Modification,
    Responsable,
    SessionOuverte,
    write_transaction,
)
from portail import mots
from portail.domain import champs, changements, comptes, courriels, courriels_du_dossier, droits, familles
from portail.domain.application import Fiche, ecrire_la_fiche, empreinte
from portail.domain.champs import Champ
from portail.domain.dossier import verrouiller_la_fiche
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

SAISIR, CHANGER_LE_DROIT, RATTACHER = "saisie_mairie", "droit_change", "adulte_rattache"
"""What the journal calls these acts."""
DROITS = {
    "plein": "Autorité parentale",
    "information": "Droit d’être informé",
    "retrait": "Peut seulement venir chercher l’enfant",
    "aucun": "Aucun droit",
}


def saisir(
    agent: Compte,
    famille_id: int,
    objet: str,
    objet_id: int,
    rubrique: str,
    voulues: Mapping[str, str],
    repere: str,
) -> list[Champ]:
    """Write these fields of one part of a sheet, checked by a form. Gives those that changed.

    `repere`: what the form showed (:func:`marquer`); :class:`DejaChange` when it is no more what stands.
    """
    with write_transaction():
        famille = familles.exiger(agent, famille_id)
        fiche = verrouiller_la_fiche(famille, objet, objet_id)
        siens = {c.nom: c for c in champs.de_la_rubrique(objet, rubrique)}
        if not siens or voulues.keys() - siens.keys():
            raise Introuvable("Cette rubrique n’existe pas.")
        if repere != marquer(fiche, rubrique):
            raise DejaChange("Cette rubrique a changé entre-temps. Relisez-la, puis recommencez.")
        presentes = champs.valeurs(fiche, [rubrique])
        nouvelles = {nom: texte for nom, texte in voulues.items() if texte != presentes[nom]}
        if not nouvelles:
            return []
        if isinstance(fiche, Responsable) and "email" in nouvelles:
            for compte in courriels.destinataires(famille.id):
                if compte.email == fiche.email:
                    droits.retenir(compte, fiche)
        ecrire_la_fiche(fiche, nouvelles)
        changes = [c for c in siens.values() if c.nom in nouvelles]
        noms = ", ".join(c.libelle for c in changes)
        journaliser(fiche, SAISIR, Acteur(agent, w.AGENT), famille_id=famille.id, detail=noms)
        courriels_du_dossier.annoncer_la_saisie(famille, fiche, changes)
        return changes


def marquer(fiche: Fiche, rubrique: str) -> str:
    """A mark of what a part of a sheet now holds: another one means that it changed."""
    return empreinte([rubrique, *champs.valeurs(fiche, [rubrique]).values()])


def changer_le_droit(
    session: SessionOuverte, famille_id: int, responsable_id: int, enfant_id: int, droit: str
) -> LienParental:
    """Say what this adult is to this child; the password given of late. The same again changes nothing."""
    agent = session.compte
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        famille = familles.exiger(agent, famille_id)
        adulte, enfant = (
            verrouiller_la_fiche(famille, "responsable", responsable_id),
            verrouiller_la_fiche(famille, "enfant", enfant_id),
        )
        if droit not in DROITS_PARENTAUX:
            raise Refus("Choisissez un des droits proposés.", champ="droit")
        lien = LienParental.get_or_none(
            LienParental.responsable == adulte.id, LienParental.enfant == enfant.id
        )
        avant = lien.droit if lien else "aucun"
        if lien is None:
            lien = LienParental.create(responsable=adulte.id, enfant=enfant.id, droit=droit)
        elif droit != avant:
            LienParental.update(droit=droit).where(LienParental.id == lien.id).execute()
        if droit != avant:
            detail = f"{adulte.nom_complet}, {enfant.nom_complet} : {DROITS[avant]} → {DROITS[droit]}"
            journaliser(lien, CHANGER_LE_DROIT, Acteur(agent, w.AGENT), famille_id=famille.id, detail=detail)
        return LienParental.get_by_id(lien.id)


def rattacher(
    session: SessionOuverte, famille_id: int, abonnement_id: int, responsable_id: int | None
) -> Abonnement:
    """Say which adult of the family a subscribed account is (None: none), the password given of late."""
    agent = session.compte
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        famille = familles.exiger(agent, famille_id)
        abonnement = Abonnement.get_or_none(Abonnement.id == abonnement_id, Abonnement.famille == famille)
        if abonnement is None:
            raise Introuvable("Cet abonnement n’existe pas.")
        if abonnement.statut == w.RESILIE:
            raise DejaChange("Cet abonnement a pris fin : rien n’a changé.")
        adulte = (
            verrouiller_la_fiche(famille, "responsable", responsable_id)
            if responsable_id is not None
            else None
        )
        if abonnement.responsable_id != responsable_id:
            Abonnement.update(responsable=responsable_id).where(Abonnement.id == abonnement.id).execute()
            detail = f"{abonnement.compte.nom_complet} : {adulte.nom_complet if adulte else 'personne'}"
            journaliser(abonnement, RATTACHER, Acteur(agent, w.AGENT), famille_id=famille.id, detail=detail)
        return Abonnement.get_by_id(abonnement.id)


def porter_au_dossier(
    agent: Compte, famille: Famille, fiche: Fiche, voulues: Sequence[Modification], dit: Champ
) -> list[Champ]:
    """Put in the file what is no plain field of a sheet, as if the family had asked for it and been answered.

    `voulues` were asked by nobody: they are kept nowhere. `dit`: what is said of it in the journal, in the
    mail. The sheet is locked by the caller.
    """
    for voulue in voulues:
        changements.genre(voulue).ecrire(voulue, fiche, voulue.apres)
    journaliser(fiche, SAISIR, Acteur(agent, w.AGENT), famille_id=famille.id, detail=dit.libelle)
    courriels_du_dossier.annoncer_la_saisie(famille, fiche, [dit])
    return [dit]


def dire_la_saisie(changes: Sequence[Champ]) -> str:
    """« Dossier mis à jour : quotient familial. La famille en est avertie. »."""
    quoi = mots.enumeration([champs.en_phrase(c) for c in changes])
    return f"Dossier mis à jour : {quoi}. La famille en est avertie."
