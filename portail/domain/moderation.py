"""The agents' answers: accept, put on the waiting list, refuse with a reason; a part, a demande, a selection.

An answer may be taken back for a minute (`retour.py`), then it is final; one that issues an avoir is final at
once. Two agents on one demande: what it bears on then the demande are locked, the second is told who answered
what (`reponse.DejaRepondu`), and nothing changes twice. One demande or five hundred: the same code, by lots
(`lot.py`).
"""

import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from peewee import IntegrityError, OperationalError, fn

import workflows as w
from models import Compte, Demande, JourVoulu, Ligne, Preinscription, moteur, write_transaction
from portail import clock
from portail.domain.droits import exiger_un_agent
from portail.domain.ecriture_du_lot import Geste, ecrire
from portail.domain.lot import charger, verrouiller_le_lot
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.reponse import Ordre, Voulue
from portail.domain.transitions import Acteur

SELECTION_MAX = 500
"""How many demandes may be answered in one gesture: a request that ends in a few seconds."""
LOT = 100
"""Demandes of one transaction: on SQLite nobody else writes meanwhile, on PostgreSQL nobody books on the
séances that it holds; a fifth of a second. More would save little, each statement being long already."""
LIGNES = 1000
"""The same, in créneaux: a demande may ask for a whole year."""
PAUSE = 0.11
"""Seconds between two lots, on SQLite: whoever waits there looks again every tenth of a second at most, and
would otherwise find the next lot already begun, until the last one."""


@dataclass
class Bilan:
    """What came of a selection: the demandes answered, and for each other one the sentence that tells why."""

    repondues: list[Demande] = field(default_factory=list)
    ecartees: list[tuple[Demande, str]] = field(default_factory=list)
    lot: str = ""
    """The gesture, that can be taken back."""


def accepter(
    agent: Compte,
    demande_id: int,
    lignes: Collection[int] | None = None,
    malgre: Mapping[int, str] | None = None,
    montants: Mapping[int, int] | None = None,
) -> Demande:
    """Accept these parts (all that wait when None): booked while places last, then on the waiting list.

    A change of the file is written, unless the file no longer holds what the family saw: `malgre` gives, by
    change, the fingerprint of the present value that the agent saw and wants replaced all the same.
    A contested line is given back by an avoir, numbered at once and for good: `montants` gives, by line, how
    many cents when it is not all that is left of it.
    """
    return _repondre(
        Ordre(w.ACCEPTER, Acteur(agent, w.AGENT), montants=montants or {}), demande_id, lignes, malgre
    )


def mettre_en_attente(agent: Compte, demande_id: int, lignes: Collection[int] | None = None) -> Demande:
    """Put these bookings on the waiting list even where places remain."""
    return _repondre(_ordre(agent, w.METTRE_EN_ATTENTE), demande_id, lignes)


def refuser(agent: Compte, demande_id: int, motif: str, lignes: Collection[int] | None = None) -> Demande:
    """Refuse these parts (all that wait when None). The reason is required: the family reads it."""
    motif = " ".join(motif.split())
    if not motif:
        raise Refus("Indiquez le motif du refus : la famille le lira.", champ="motif")
    return _repondre(_ordre(agent, w.REFUSER, motif), demande_id, lignes)


def repondre_a_la_selection(agent: Compte, demandes: Iterable[int], acte: str, motif: str = "") -> Bilan:
    """Accept or refuse several demandes, lot after lot: absences first, for what they free, then the oldest.

    One that cannot be answered, or that somebody else answered meanwhile, does not hold back the others: it
    is set aside, and why is said.
    """
    ordre = ordre_de_la_selection(agent, acte, motif)
    geste = Geste(secrets.token_hex(16), clock.maintenant())
    bilan = Bilan(lot=geste.lot)
    for rang, lot in enumerate(en_lots(choisir(agent, demandes))):
        souffler(rang)
        try:
            _essayer_le_lot(ordre, lot, geste, bilan)
        except (DejaChange, IntegrityError):
            # what no rule foresaw of one of them: each alone, that the others are not held back
            for voulue in lot:
                reste = charger(agent, {voulue.demande.id: None})
                _essayer_le_lot(ordre, reste, geste, bilan, seule=True)
    return bilan


def _essayer_le_lot(ordre: Ordre, lot: list[Voulue], geste: Geste, bilan: Bilan, seule: bool = False) -> None:
    """Answer this lot. When a séance’s lock does not come in time, what is answered stays and is told."""
    try:
        _repondre_au_lot(ordre, lot, geste, bilan, seule=seule)
    except OperationalError:
        if not bilan.repondues:
            raise
        bilan.ecartees += [(voulue.demande, OCCUPE) for voulue in lot]


def ordre_de_la_selection(agent: Compte, acte: str, motif: str = "") -> Ordre:
    """What is answered to a selection; :class:`Refus` when it cannot be."""
    if acte not in (w.ACCEPTER, w.REFUSER):
        raise Refus("Choisissez d’accepter ou de refuser les demandes.", champ="acte")
    if acte == w.REFUSER and not motif.strip():
        raise Refus("Indiquez le motif du refus : les familles le liront.", champ="motif")
    return _ordre(agent, acte, " ".join(motif.split()) if acte == w.REFUSER else "")


def choisir(agent: Compte, demandes: Iterable[int]) -> list[Voulue]:
    """The demandes of a selection, in the order in which they are answered; :class:`Refus` without any."""
    exiger_un_agent(agent, AGENTS_SEULS)
    voulues = set(demandes)
    if len(voulues) > SELECTION_MAX:
        raise Refus(f"Une sélection compte {SELECTION_MAX} demandes au plus.", champ="demande")
    choisies = charger(agent, dict.fromkeys(voulues))
    if not choisies:
        raise Refus("Sélectionnez au moins une demande.", champ="demande")
    return choisies


def en_lots(voulues: list[Voulue]) -> Iterator[list[Voulue]]:
    """These, a transaction at a time. Two queries."""
    poids = _poids([voulue.demande.id for voulue in voulues])
    lot: list[Voulue] = []
    charge = 0
    for voulue in voulues:
        sien = poids.get(voulue.demande.id, 1)
        if lot and (len(lot) == LOT or charge + sien > LIGNES):
            yield lot
            lot, charge = [], 0
        lot.append(voulue)
        charge += sien
    if lot:
        yield lot


def souffler(rang: int) -> None:
    """Between two lots, let others write. Nothing before the first one."""
    if rang and moteur() == "sqlite":
        time.sleep(PAUSE)


# ——— inside ———

BOUGE = "Quelque chose a changé pendant la réponse : recommencez pour celle-ci."
OCCUPE = "Le portail était occupé : recommencez pour celle-ci."
AGENTS_SEULS = "Seuls les agents de la mairie répondent aux demandes."


def _ordre(agent: Compte, acte: str, motif: str = "") -> Ordre:
    return Ordre(acte, Acteur(agent, w.AGENT), motif)


def _repondre(
    ordre: Ordre,
    demande_id: int,
    lignes: Collection[int] | None,
    malgre: Mapping[int, str] | None = None,
) -> Demande:
    """A lot of one: what refuses it is raised."""
    agent = ordre.acteur.compte
    assert agent is not None
    with write_transaction():
        exiger_un_agent(agent, AGENTS_SEULS)
        voulues = charger(agent, {demande_id: lignes}, malgre)
        if not voulues:
            raise Introuvable("Cette demande n’existe pas.")
        lot = verrouiller_le_lot(ordre, voulues)
        (voulue,) = voulues
        if voulue.refus:
            raise voulue.refus
        ecrire(lot, Geste(secrets.token_hex(16), clock.maintenant()))
        return voulue.demande


def _repondre_au_lot(
    ordre: Ordre, voulues: list[Voulue], geste: Geste, bilan: Bilan, seule: bool = False
) -> None:
    """One transaction; what it did is told once it has ended."""
    try:
        with write_transaction():
            ecrire(verrouiller_le_lot(ordre, voulues), geste)
    except (DejaChange, IntegrityError) as bouge:
        if not seule:
            raise
        voulues[0].refus = bouge if isinstance(bouge, DejaChange) else DejaChange(BOUGE)
    bilan.repondues += [voulue.demande for voulue in voulues if voulue.possible]
    bilan.ecartees += [(voulue.demande, voulue.refus.phrase) for voulue in voulues if voulue.refus]


def _poids(demandes: Collection[int]) -> dict[int, int]:
    """How many créneaux each of these demandes bears on, about."""
    lignes = Ligne.select(Ligne.demande, fn.COUNT(Ligne.id)).where(Ligne.demande.in_(list(demandes)))
    poids = dict(lignes.group_by(Ligne.demande).tuples())
    jours = (
        JourVoulu.select(Ligne.demande, fn.COUNT(JourVoulu.id))
        .join(Preinscription)
        .join(Ligne)
        .where(Ligne.demande.in_(list(demandes)))
        .group_by(Ligne.demande)
    )
    for demande_id, nombre in jours.tuples():
        poids[demande_id] += nombre
    return poids
