"""What answering has in common, whatever the demande is about: which parts, who was first."""

from collections.abc import Collection, Sequence
from typing import TypeVar

import workflows as w
from models import Compte, Demande, Evenement, Ligne, Modification
from portail import clock, mots
from portail.domain.refus import DejaChange, Refus

L = TypeVar("L", Ligne, Modification)


class DejaRepondu(DejaChange):
    """Another agent, or the family itself, has answered meanwhile. `demande` is in its present state."""

    def __init__(self, demande: Demande, phrase: str) -> None:
        super().__init__(phrase)
        self.demande = demande


def a_repondre(demande: Demande, toutes: Sequence[L], choix: Collection[int] | None) -> list[L]:
    """The parts of the demande that wait and that `choix` names; told kindly when there is none left."""
    voulues = [ligne for ligne in toutes if choix is None or ligne.id in set(choix)]
    if choix is not None and not voulues:
        raise Refus(f"Choisissez au moins une {_mot(toutes)} de la demande.", champ="ligne")
    lignes = [ligne for ligne in voulues if ligne.statut == w.EN_ATTENTE]
    if not lignes or (choix is not None and len(lignes) < len(voulues)):
        entiere = len(voulues) == len(toutes) and demande.statut != w.EN_ATTENTE
        repondue = next((ligne for ligne in voulues if ligne.statut != w.EN_ATTENTE), None)
        raise DejaRepondu(
            demande, dire_la_reponse(demande) if entiere or repondue is None else _dire_la_ligne(repondue)
        )
    return lignes


def prendre(agent: Compte, demande: Demande) -> Demande:
    """The demande is this agent's from now on. Gives it as it then is; the row is locked."""
    Demande.update(agent=agent, repondue_le=clock.maintenant()).where(Demande.id == demande.id).execute()
    return Demande.get_by_id(demande.id)


def dire_la_reponse(demande: Demande) -> str:
    """Who answered what, and when: « Marc Tessier l’a acceptée, mercredi 2 décembre à 8 h 42. »."""
    if demande.statut == w.EN_ATTENTE or demande.repondue_le is None:
        return "Une autre personne a déjà répondu à cette ligne."
    quand = mots.moment(demande.repondue_le)
    if demande.statut == w.ANNULEE:
        return f"La famille l’a annulée, {quand}."
    qui = demande.agent.nom_complet if demande.agent else "Le portail"
    return f"{qui} l’a {w.DEMANDE.etats[demande.statut].libelle.lower()}, {quand}."


def _dire_la_ligne(ligne: Ligne | Modification) -> str:
    """Who answered this part, and when, as the journal has it: « Marc Tessier a accepté cette ligne, … »."""
    dernier = (
        Evenement.select(Evenement, Compte)
        .left_outer_join(Compte)
        .where(Evenement.objet == ligne._meta.table_name, Evenement.objet_id == ligne.id)
        .order_by(Evenement.id.desc())
        .get()
    )
    faits = {w.ACCEPTEE: "accepté", w.APPLIQUEE: "accepté", w.REFUSEE: "refusé", w.ANNULEE: "annulé"}
    qui = "Le portail"
    if ligne.statut == w.ANNULEE:
        qui = "La famille"
    elif dernier.auteur:
        qui = dernier.auteur.nom_complet
    return f"{qui} a {faits[ligne.statut]} cette {_mot([ligne])}, {mots.moment(dernier.quand)}."


def _mot(parts: Sequence[Ligne | Modification]) -> str:
    return "modification" if parts and isinstance(parts[0], Modification) else "ligne"
