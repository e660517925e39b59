"""Answering what a family asks of its file: written at once, never over what changed meanwhile."""

from collections.abc import Collection, Mapping
from typing import Any

import workflows as w
from models import Compte, Demande, Modification, verrouiller
from portail import mots
from portail.domain import changements, courriels_du_dossier, lectures
from portail.domain.application import Fiche, empreinte, verrouiller_les_fiches
from portail.domain.changements import Etat
from portail.domain.conclusion import conclure, jeter_la_photo
from portail.domain.refus import Refus
from portail.domain.reponse import a_repondre, prendre
from portail.domain.transitions import Acteur, franchir


class Conflit(Refus):
    """The file no longer holds what the family saw, and the agent did not say to replace what it holds."""

    statut = 409


def accepter(
    agent: Compte, demande_id: int, choix: Collection[int] | None, malgre: Mapping[int, str]
) -> Demande:
    """Put these changes in the file: all of them, or none. What is sealed of them was read first.

    `malgre`: by change, the fingerprint of the present value that the agent saw, to be replaced all the same.
    """
    demande, modifications, fiches = _verrouiller(demande_id, choix)
    lectures.exiger_la_lecture(agent, demande, modifications)
    etats = changements.etats(modifications, fiches)
    if conflits := [m for m in modifications if _bloque(etats[m.id], malgre.get(m.id))]:
        raise Conflit(_dire(conflits, fiches, encore=any(m.id in malgre for m in conflits)))
    acteur = Acteur(agent, w.AGENT)
    demande = prendre(agent, demande)
    for m in modifications:
        franchir(m, w.ACCEPTER, acteur, **_liens(demande))
        changements.appliquer(m, fiches[m.id], etats[m.id])
    _finir(demande, modifications, fiches, acteur)
    return demande


def refuser(agent: Compte, demande_id: int, choix: Collection[int] | None, motif: str) -> Demande:
    """Refuse these changes: the file stays as it is."""
    demande, modifications, fiches = _verrouiller(demande_id, choix)
    acteur = Acteur(agent, w.AGENT)
    demande = prendre(agent, demande)
    for m in modifications:
        franchir(m, w.REFUSER, acteur, motif=motif, **_liens(demande))
        jeter_la_photo(m)
    _finir(demande, modifications, fiches, acteur)
    return demande


def _verrouiller(
    demande_id: int, choix: Collection[int] | None
) -> tuple[Demande, list[Modification], dict[int, Fiche]]:
    """The sheets, locked, then the demande; those of its changes that wait and that `choix` names."""
    siennes = Modification.select().where(Modification.demande == demande_id).order_by(Modification.id)
    fiches = verrouiller_les_fiches(list(siennes))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    return demande, a_repondre(demande, list(siennes.clone()), choix), fiches


def _bloque(etat: Etat, vu: str | None) -> bool:
    return etat.en_conflit and vu != empreinte([etat.present])


def _dire(conflits: list[Modification], fiches: dict[int, Fiche], encore: bool) -> str:
    noms = [f"« {changements.genre(m).champ.libelle} » {mots.de(fiches[m.id].nom_complet)}" for m in conflits]
    verbe = "a" if len(noms) == 1 else "ont"
    quand = "pendant que vous lisiez" if encore else "depuis la demande de la famille"
    return f"{mots.enumeration(noms)} {verbe} changé {quand}. Comparez avant de répondre."


def _finir(
    demande: Demande, modifications: list[Modification], fiches: dict[int, Fiche], acteur: Acteur
) -> None:
    conclure(demande, acteur)
    courriels_du_dossier.annoncer_reponse(
        demande, [(m, fiches[m.id], changements.genre(m).champ) for m in modifications]
    )


def _liens(demande: Demande) -> dict[str, Any]:
    return {"famille_id": demande.famille_id, "demande_id": demande.id}
