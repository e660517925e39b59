"""Answering what a family asks of its file: written at once, never over what changed meanwhile."""

from collections.abc import Collection, Mapping

import workflows as w
from models import Compte, Demande, Modification
from portail import mots
from portail.domain import changements, lectures
from portail.domain.application import Fiche, empreinte
from portail.domain.changements import Etat
from portail.domain.refus import Refus
from portail.domain.reponse import Ordre, Voulue, a_repondre


class Conflit(Refus):
    """The file no longer holds what the family saw, and the agent did not say to replace what it holds."""

    statut = 409


def lire(demandes: Collection[int]) -> dict[int, list[Modification]]:
    """The changes that these demandes ask for. One query."""
    trouvees: dict[int, list[Modification]] = {ident: [] for ident in demandes}
    requete = Modification.select().where(Modification.demande.in_(list(demandes) or [0]))
    for modification in requete.order_by(Modification.id):
        trouvees[modification.demande_id].append(modification)
    return trouvees


def choisir(
    voulue: Voulue,
    modifications: list[Modification],
    ordre: Ordre,
    fiches: Mapping[int, Fiche],
    etats: Mapping[int, Etat],
    lues: Collection[lectures.Lue],
) -> None:
    """The changes that are answered: all of them, or none. What is sealed of them was read first.

    `etats`: where each stands beside the file; `lues`: what the agent has read, in which demande.
    """
    if ordre.acte == w.METTRE_EN_ATTENTE:
        raise Refus(
            "Une modification du dossier ne se met pas en liste d’attente : acceptez-la ou refusez-la."
        )
    parts = a_repondre(voulue.demande, modifications, voulue.choix)
    if ordre.acte == w.ACCEPTER:
        lectures.exiger_d_avoir_lu(voulue.demande, parts, lues)
        conflits = [m for m in parts if _bloque(etats[m.id], voulue.malgre.get(m.id))]
        if conflits:
            raise Conflit(_dire(conflits, fiches, encore=any(m.id in voulue.malgre for m in conflits)))
    voulue.parts = parts


def lues_par(agent: Compte, demandes: Collection[Demande]) -> set[lectures.Lue]:
    """What this agent has read of what is sealed in these demandes. One query."""
    return lectures.lues_par(agent, [demande.id for demande in demandes])


# ——— inside ———


def _bloque(etat: Etat, vu: str | None) -> bool:
    return etat.en_conflit and vu != empreinte([etat.present])


def _dire(conflits: list[Modification], fiches: Mapping[int, Fiche], encore: bool) -> str:
    noms = [f"« {changements.genre(m).champ.libelle} » {mots.de(fiches[m.id].nom_complet)}" for m in conflits]
    verbe = "a" if len(noms) == 1 else "ont"
    quand = "pendant que vous lisiez" if encore else "depuis la demande de la famille"
    return f"{mots.enumeration(noms)} {verbe} changé {quand}. Comparez avant de répondre."
