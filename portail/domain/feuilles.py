"""The sheet of a roll call, opened: health and who may come, read by whoever calls it. The journal says so.

Opened, it stays readable for that account, of the families that it was opened for, from the day before the
séance to the day after it.
"""

import datetime as dt
from collections.abc import Collection

import workflows as w
from models import (
    ROLES_PERSONNEL,
    Compte,
    Enfant,
    Evenement,
    Presence,
    Reservation,
    Seance,
    write_transaction,
)
from portail import clock
from portail.domain import perimetre
from portail.domain.refus import Interdit, Refus
from portail.domain.transitions import Acteur, journaliser

OUVERTURE, IMPRESSION = "lecture_feuille", "impression_feuille"
AUTOUR = dt.timedelta(days=1)
"""How long before and after its day the sheet of a séance may be read."""
HORS_DE_VUE = (
    "La santé des enfants et les personnes autorisées ne se lisent que pour une séance de la veille, du jour"
    " ou du lendemain."
)


def ouvrir(auteur: Compte, seance_id: int) -> None:
    """This account reads the whole sheet: a line of the journal for each family on it, once a day.

    :class:`Refus` too long before the séance, or after it.
    """
    with write_transaction():
        seance = _charger(auteur, seance_id)
        familles = _familles(seance_id)
        minuit = clock.instant(clock.aujourdhui(), dt.time())
        _journaliser(auteur, seance, OUVERTURE, familles - lues(auteur, seance_id, depuis=minuit))


def imprimer(auteur: Compte, seance_id: int) -> None:
    """The sheet goes on paper: a line of the journal for each family on it, each time."""
    with write_transaction():
        seance = _charger(auteur, seance_id)
        _journaliser(auteur, seance, IMPRESSION, _familles(seance_id))


def suivre(auteur: Compte, seance: Seance, enfant: Enfant) -> None:
    """A child comes onto a sheet that this account has open: it is read at once, and the journal says so.

    Inside the transaction of the act that brings the child.
    """
    if est_lisible(seance.jour) and (ouvertes := lues(auteur, seance.id)):
        _journaliser(auteur, seance, OUVERTURE, {enfant.famille_id} - ouvertes)


def est_lisible(jour: dt.date) -> bool:
    """Whether the sheet of a séance of that day may be read today."""
    return abs(clock.aujourdhui() - jour) <= AUTOUR


def lues(
    auteur: Compte, seance_id: int, acte: str = OUVERTURE, depuis: dt.datetime | None = None
) -> set[int]:
    """The families whose part of this sheet the account has opened. One query."""
    siennes = Evenement.select(Evenement.famille).where(
        Evenement.objet == "seance",
        Evenement.objet_id == seance_id,
        Evenement.acte == acte,
        Evenement.auteur == auteur,
    )
    if depuis is not None:
        siennes = siennes.where(Evenement.quand >= depuis)
    return {famille for (famille,) in siennes.tuples()}


# ——— inside ———


def _charger(auteur: Compte, seance_id: int) -> Seance:
    if auteur.role not in ROLES_PERSONNEL:
        raise Interdit("Seul le personnel de la mairie lit une feuille de pointage.")
    perimetre.exiger_la_seance(auteur, seance_id)
    seance = Seance.get_by_id(seance_id)
    if not est_lisible(seance.jour):
        raise Refus(HORS_DE_VUE)
    return seance


def _familles(seance_id: int) -> set[int]:
    """Those who have a child on the sheet."""
    reserves = Reservation.select(Reservation.enfant).where(
        Reservation.seance == seance_id, Reservation.statut != w.NON_RESERVE
    )
    pointes = Presence.select(Presence.enfant).where(Presence.seance == seance_id)
    enfants = Enfant.select(Enfant.famille).where(Enfant.id.in_(reserves) | Enfant.id.in_(pointes))
    return {famille for (famille,) in enfants.tuples()}


def _journaliser(auteur: Compte, seance: Seance, acte: str, familles: Collection[int]) -> None:
    for famille_id in sorted(familles):
        journaliser(seance, acte, Acteur(auteur, w.ANIMATEUR), famille_id=famille_id)
