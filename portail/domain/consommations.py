"""What each child consumed in a month: every séance, every month to be billed, and why. Prices come after.

The roll call has the last word; where nobody pointed, the booking has it. What did not take place is never
billed; an absence that was declared is billed as the family was told when it declared it. What is over at the
instant of the question counts, nothing else: the same question has the same answer.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import workflows as w
from models import FACTURATIONS, GENRES_DE_LIGNE
from portail import clock

SEANCE, ABSENCE, SANS_RESERVATION, MOIS, AVOIR = GENRES_DE_LIGNE
JAMAIS, HORS_DELAI, TOUJOURS = FACTURATIONS
NON_PREVENUE = "absence non prévenue"
EN_PLACE = (w.RESERVE, w.PRESENT, w.ABSENCE_ATTENTE, w.ABSENT)
"""The créneaux that may be billed; the others never held a place."""


@dataclass(frozen=True, slots=True)
class SeanceTenue:
    """A séance that took place, and is over."""

    id: int
    activite_id: int
    jour: dt.date
    debut: dt.time
    fin: dt.time
    limite_reservation: dt.datetime
    limite_absence: dt.datetime

    @property
    def minutes(self) -> int:
        return _minutes(self.debut, self.fin)


@dataclass(frozen=True, slots=True)
class Pointee:
    """What the roll call says of a child (`models.Presence`)."""

    present: bool
    sans_reservation: bool = False
    parti_le: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Declaree:
    """An absence that the family declared, and that nobody refused (`models.Ligne` and its demande)."""

    facturee: bool | None
    """As the family was told; None: before the portal said so."""
    le: dt.datetime
    motif: str = ""
    facturation: str = ""
    """The town's rule for that reason, one of `FACTURATIONS`."""


@dataclass(frozen=True, slots=True)
class Inscription:
    """A registration that was accepted: both ends included."""

    enfant_id: int
    activite_id: int
    debut: dt.date
    fin: dt.date


@dataclass(frozen=True, slots=True)
class Consommation:
    """One thing that may be billed: a child on a séance, or the months of an activity (`MOIS`)."""

    enfant_id: int
    activite_id: int
    jour: dt.date
    """Of a month: the first of its days."""
    genre: str
    """One of `GENRES_DE_LIGNE`."""
    rang: int
    """Among the brothers and sisters, that day."""
    seance_id: int | None = None
    minutes: int = 0
    tardive: bool = False
    absence: str = ""
    """Why a séance to which the child did not come may be billed, in words."""
    non_prevenue: bool = False
    """Whether nobody had said that the child would not come: billed if the tariff says so."""
    non_pointee: bool = False
    """Whether nobody pointed: it is billed as booked."""
    jours: tuple[dt.date, ...] = ()
    """Of a month: the days on which the activity takes place, while the child is registered."""

    @property
    def cle(self) -> tuple:
        """What it is, whatever it costs and whoever pays: the same is billed once."""
        return (self.enfant_id, self.seance_id or 0, 0 if self.seance_id else self.activite_id)


def d_une_seance(
    seance: SeanceTenue,
    enfant_id: int,
    statut: str,
    pointee: Pointee | None,
    declaree: Declaree | None,
    *,
    rang: int = 1,
    reservee_le: dt.datetime | None = None,
) -> Consommation | None:
    """What a child's séance that is over comes to; None: nothing to be billed.

    `statut`: of the créneau. `reservee_le`: when it was asked for; None when nobody knows.
    """
    base = Consommation(
        *(enfant_id, seance.activite_id, seance.jour, SEANCE, rang, seance.id, seance.minutes),
        tardive=reservee_le is not None and reservee_le > seance.limite_reservation,
    )
    if pointee and pointee.present:
        la = minutes_de_presence(seance, pointee.parti_le)
        if pointee.sans_reservation:
            return replace(base, genre=SANS_RESERVATION, minutes=la, tardive=False)
        return replace(base, minutes=la)
    if statut not in EN_PLACE:
        return None
    absente = replace(base, genre=ABSENCE, tardive=False)
    if pointee and (not pointee.sans_reservation or statut in (w.RESERVE, w.PRESENT)):  # did not come
        return replace(absente, absence=NON_PREVENUE, non_prevenue=True)
    if statut in (w.ABSENT, w.ABSENCE_ATTENTE):
        pourquoi = facturation_de_l_absence(declaree, seance)
        return replace(absente, absence=pourquoi) if pourquoi else None
    return replace(base, non_pointee=statut == w.RESERVE)


def facturation_de_l_absence(declaree: Declaree | None, seance: SeanceTenue) -> str:
    """Why a declared absence is billed, in words; empty when it is not.

    As the family was told. Where it was told nothing, an absence is billed when it came after the deadline;
    one that the portal took over from before, and of which nothing else is known, is not.
    """
    if declaree is None:
        return ""
    a_temps = declaree.le <= seance.limite_absence
    if declaree.facturee is False or (declaree.facturee is None and a_temps):
        return ""
    if declaree.facturation == TOUJOURS and declaree.motif:
        return f"absence facturée : motif « {declaree.motif} »"
    return "absence facturée : déclarée après la date limite" if not a_temps else "absence facturée"


def minutes_de_presence(seance: SeanceTenue, parti_le: dt.datetime | None) -> int:
    """From the beginning of the séance until the child left, or its end: never more than was booked."""
    if parti_le is None:
        return seance.minutes
    parti = clock.a_paris(parti_le)
    if parti.date() != seance.jour:
        return seance.minutes
    return min(max(_minutes(seance.debut, parti.time()), 1), seance.minutes)


def d_un_mois(
    inscriptions: Sequence[Inscription], tenus: Sequence[dt.date], fratrie: "Fratrie"
) -> Consommation | None:
    """The month of a child in an activity, whose registrations these are; `tenus`: when it takes place.

    None: it never does while the child is registered, and no month is due.
    """
    jours = tuple(jour for jour in sorted(tenus) if any(i.debut <= jour <= i.fin for i in inscriptions))
    if not jours:
        return None
    enfant_id, activite_id = inscriptions[0].enfant_id, inscriptions[0].activite_id
    rang = fratrie.rang(enfant_id, jours[0])
    return Consommation(enfant_id, activite_id, jours[0], MOIS, rang, jours=jours)


class Fratrie:
    """The rank of each child of a family: the eldest first, among those who are registered on that day."""

    def __init__(
        self, enfants: Iterable[tuple[dt.date, int, int]], inscriptions: Mapping[int, Collection[Inscription]]
    ) -> None:
        """`enfants`: birth, rank in the file, id. `inscriptions`: of each child, by id."""
        self._aines: dict[int, list[Collection[Inscription]]] = {}
        avant: list[Collection[Inscription]] = []
        for _, _, ident in sorted(enfants):
            self._aines[ident] = list(avant)
            if siennes := inscriptions.get(ident):
                avant.append(siennes)

    def rang(self, enfant_id: int, jour: dt.date) -> int:
        aines = self._aines.get(enfant_id, ())
        return 1 + sum(any(i.debut <= jour <= i.fin for i in siennes) for siennes in aines)


def _minutes(debut: dt.time, fin: dt.time) -> int:
    return (fin.hour - debut.hour) * 60 + fin.minute - debut.minute
