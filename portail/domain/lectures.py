"""An agent asks to see what is sealed, health or bank: a line of the journal, that the family reads."""

from collections.abc import Collection, Iterable
from contextlib import suppress

import workflows as w
from models import Compte, Demande, Enfant, Evenement, Modification, Responsable, write_transaction
from portail import mots
from portail.domain import champs, changements, perimetre
from portail.domain.application import Fiche
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

ACTES = {champs.SANTE: "lecture_sante", champs.BANQUE: "lecture_banque"}
"""What the journal calls the reading of each sealed part."""
AGENTS_SEULS = "Seuls les agents de la mairie lisent ces données."


def ouvrir_la_demande(agent: Compte, demande_id: int, rubrique: str) -> None:
    """This agent reads what this demande would change of a sealed part: one line for each sheet."""
    with write_transaction():
        exiger_un_agent(agent, AGENTS_SEULS)
        demande = Demande.get_or_none(Demande.id == demande_id)
        if demande is None:
            raise Introuvable("Cette demande n’existe pas.")
        perimetre.exiger_la_demande(agent, demande_id)
        _exiger_une_autre_famille(agent, demande.famille_id)
        acte = _acte(rubrique)
        siennes = [
            m
            for m in Modification.select().where(Modification.demande == demande).order_by(Modification.id)
            if changements.genre(m).champ.rubrique == rubrique
        ]
        if not siennes:
            raise Refus("Cette demande ne contient pas ces données.")
        for fiche in _fiches(siennes):
            journaliser(
                fiche, acte, Acteur(agent, w.AGENT), famille_id=demande.famille_id, demande_id=demande.id
            )


def rouvrir_la_demande(agent: Compte, demande_id: int, rubriques: Collection[str]) -> list[str]:
    """The parts that were open are shown once more: as many lines. What may not be opened stays closed.

    Gives those that are open.
    """
    ouvertes = []
    for rubrique in ACTES:
        if rubrique in rubriques:
            with suppress(Refus):
                ouvrir_la_demande(agent, demande_id, rubrique)
                ouvertes.append(rubrique)
    return ouvertes


Lue = tuple[int, str, str, int]
"""A reading: in which demande, by which act, of which table, of which sheet."""


def lues_par(agent: Compte, demandes: Collection[int]) -> set[Lue]:
    """What this agent has read of what is sealed in these demandes. One query."""
    requete = Evenement.select(Evenement.demande, Evenement.acte, Evenement.objet, Evenement.objet_id).where(
        Evenement.demande.in_(list(demandes)),
        Evenement.auteur == agent,
        Evenement.acte.in_(list(ACTES.values())),
    )
    return set(requete.tuples())


def exiger_d_avoir_lu(demande: Demande, modifications: Iterable[Modification], lues: Collection[Lue]) -> None:
    """:class:`Refus` unless what is sealed of these changes was read, in this very demande.

    Inside the transaction of the act. A demande never grows: whoever read a part of it read all of the part.
    """
    scellees = {
        (demande.id, ACTES[rubrique], m.objet, m.objet_id): rubrique
        for m in modifications
        if (rubrique := changements.genre(m).champ.rubrique) in ACTES
    }
    fermees = dict.fromkeys(rubrique for cle, rubrique in scellees.items() if cle not in lues)
    if fermees:
        noms = mots.enumeration([f"les {champs.RUBRIQUES[rubrique].lower()}" for rubrique in fermees])
        raise Refus(f"Affichez d’abord {noms} : on n’accepte pas ce que l’on n’a pas lu.")


def ouvrir_la_fiche(agent: Compte, famille_id: int, objet: str, objet_id: int, rubrique: str) -> None:
    """This agent reads a sealed part of a sheet of this family."""
    with write_transaction():
        exiger_un_agent(agent, AGENTS_SEULS)
        modele = champs.FICHES[objet][0]
        fiche = modele.get_or_none(modele.id == objet_id, modele.famille == famille_id)
        if fiche is None:
            raise Introuvable("Cette fiche n’existe pas.")
        perimetre.exiger_la_famille(agent, famille_id)
        _exiger_une_autre_famille(agent, famille_id)
        acte = _acte(rubrique)
        if not champs.de_la_rubrique(objet, rubrique):
            raise Refus("Cette fiche ne contient pas ces données.")
        journaliser(fiche, acte, Acteur(agent, w.AGENT), famille_id=famille_id)


def _acte(rubrique: str) -> str:
    if rubrique not in ACTES:
        raise Refus("Choisissez les données à afficher.")
    return ACTES[rubrique]


def _exiger_une_autre_famille(agent: Compte, famille_id: int) -> None:
    exiger_une_autre_famille(
        agent, famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )


def _fiches(modifications: Iterable[Modification]) -> list[Fiche]:
    """The sheets, each once. What is sealed is of an adult, or of a child."""
    modeles: dict[str, type[Fiche]] = {"responsable": Responsable, "enfant": Enfant}
    cles = dict.fromkeys((m.objet, m.objet_id) for m in modifications)
    return [modeles[objet].get_by_id(ident) for objet, ident in cles]
