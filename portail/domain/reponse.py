"""What answering has in common, whatever the demande is about: which parts, who was first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import workflows as w
from models import Compte, Demande, Evenement, Ligne, Modification, verrouiller
from portail import clock, mots
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.perimetre import INTROUVABLE, exiger_la_demande
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, ecrites

L = TypeVar("L", Ligne, Modification)


class DejaRepondu(DejaChange):
    """Another agent, or the family itself, has answered meanwhile. `demande` is in its present state."""

    def __init__(self, demande: Demande, phrase: str) -> None:
        super().__init__(phrase)
        self.demande = demande


def verrouiller_la_demande(agent: Compte, demande_id: int, agents_seuls: str) -> Demande:
    """The demande, locked, for an agent who has it in sight and is not of the family.

    :class:`Interdit`, in these words, for whoever is no agent; :class:`Introuvable` out of their places.
    """
    exiger_un_agent(agent, agents_seuls)
    exiger_la_demande(agent, demande_id)
    demande = verrouiller(Demande, [demande_id]).get(demande_id)
    if demande is None:
        raise Introuvable("Cette demande n’existe pas.")
    exiger_une_autre_famille(
        agent, demande.famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )
    return demande


def creneaux_de(demandes: Collection[int]) -> list[int]:
    """The bookings that the lines of these demandes are about, by id. One query.

    Asked for apart, then named one by one: those of the last demandes are beyond what PostgreSQL's statistics
    know of, and joined with their lines all the bookings of the town would be read to find them.
    """
    siens = Ligne.select(Ligne.reservation).where(
        Ligne.demande.in_(list(demandes) or [0]), Ligne.reservation.is_null(False)
    )
    return [ident for (ident,) in siens.tuples()]


def en_vue(lignes: list[Ligne], visibles: frozenset[int] | None) -> list[Ligne]:
    """The lines that the agent may answer, all when `visibles` is None; :class:`Introuvable` without any."""
    siennes = lignes if visibles is None else [ligne for ligne in lignes if ligne.id in visibles]
    if not siennes:
        raise Introuvable(INTROUVABLE)
    return siennes


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


@dataclass(frozen=True)
class Ordre:
    """What is answered, by whom, and why."""

    acte: str
    """`w.ACCEPTER`, `w.METTRE_EN_ATTENTE` or `w.REFUSER`."""
    acteur: Acteur
    motif: str = ""
    """Of a refusal: the family reads it."""
    detail: str = ""
    """What the journal says besides: the rule that answers."""
    montants: Mapping[int, int] = field(default_factory=dict)
    """Of contested lines: how many cents an avoir gives back; of one that is not here, all that is left."""

    @property
    def issue(self) -> tuple[str, str]:
        """What becomes of a line: the act, and where it leads."""
        return (w.REFUSER, w.REFUSEE) if self.acte == w.REFUSER else (w.ACCEPTER, w.ACCEPTEE)


@dataclass(eq=False)
class Voulue:
    """One demande to be answered, and what came of it."""

    demande: Demande
    """With its family and its author."""
    choix: Collection[int] | None = None
    """Which of its parts; None: all those that wait."""
    malgre: Mapping[int, str] = field(default_factory=dict)
    """Of the file: the present values to be replaced all the same, by change, as fingerprints."""
    parts: Sequence[Any] = ()
    """The lines, or the changes of the file, that are answered."""
    restantes: int = 0
    """How many it has, without those that the family withdrew."""
    refus: Refus | None = None
    """Why it cannot be answered so: then nothing of it is."""

    @property
    def possible(self) -> bool:
        return self.refus is None


def prendre(agent: Compte, demandes: Collection[Demande]) -> None:
    """These demandes are this agent's from now on; their rows are locked."""
    maintenant = clock.maintenant()
    ids = [demande.id for demande in demandes]
    Demande.update(agent=agent, repondue_le=maintenant).where(Demande.id.in_(ids)).execute()
    for demande in demandes:
        ecrites(demande, agent=agent, repondue_le=maintenant)


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
