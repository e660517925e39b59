"""The weeks in which a deadline of bookings comes near, and their séances: what the reminders look at."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from models import Activite, Seance
from portail import clock
from portail.domain import calendrier
from portail.domain.calendrier import REMONTEE, UN_JOUR, JoursParticuliers
from portail.domain.preparees import preparee
from portail.domain.semaines_vides import lundi

AVANCE = dt.timedelta(hours=48)
"""How long before a deadline it is recalled. With two whole days, one that falls at night, or early in the
morning, is recalled in the daytime of the day before at the latest."""


class SeanceProche(NamedTuple):
    """Of a séance, what tells whether somebody is to be told of it: a town has thousands in a week."""

    id: int
    activite_id: int
    jour: dt.date
    limite_reservation: dt.datetime


class JoursOuverts(NamedTuple):
    """The first and the last day of a week that may still be booked, and the last one that no longer may."""

    premier: dt.date
    dernier: dt.date
    clos: dt.date | None


@dataclass(frozen=True)
class Semaine:
    """What is to be looked at in one week."""

    lundi: dt.date
    seances: dict[int, list[SeanceProche]] = field(default_factory=lambda: defaultdict(list))
    """By activity; none of a closed day."""
    empechees: list[int] = field(default_factory=list)
    """Those of closed days, by id."""

    @property
    def dimanche(self) -> dt.date:
        return self.lundi + 6 * UN_JOUR

    def premiere(self, activite_id: int, debut: dt.date, fin: dt.date) -> dt.datetime | None:
        """The first deadline for whoever is registered between these days."""
        siennes = self.seances.get(activite_id, ())
        return min((s.limite_reservation for s in siennes if debut <= s.jour <= fin), default=None)

    def par_jours_ouverts(self, maintenant: dt.datetime) -> dict[JoursOuverts, list[int]]:
        """The activities that may still be booked, those of the same days together."""
        groupes: dict[JoursOuverts, list[int]] = defaultdict(list)
        for activite_id, siennes in self.seances.items():
            ouverts = [s.jour for s in siennes if s.limite_reservation > maintenant]
            clos = max((s.jour for s in siennes if s.limite_reservation <= maintenant), default=None)
            if ouverts:
                groupes[JoursOuverts(min(ouverts), max(ouverts), clos)].append(activite_id)
        return groupes


@dataclass(frozen=True)
class Echeances:
    """The weeks in which a deadline is near."""

    maintenant: dt.datetime
    semaines: list[Semaine]
    particuliers: JoursParticuliers

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(
            s.id for semaine in self.semaines for siennes in semaine.seances.values() for s in siennes
        )

    def est_a_dire(self, limite: dt.datetime, dite: dt.datetime | None) -> bool:
        """Whether this deadline falls within the hours to come, and did not yet when one was last told."""
        proche = self.maintenant < limite <= self.maintenant + AVANCE
        return proche and (dite is None or limite > dite + AVANCE)


def lire(maintenant: dt.datetime) -> Echeances:
    """The séances of every activity's week one deadline of which is near. Three queries."""
    aujourdhui = clock.a_paris(maintenant).date()
    # The dates alone are indexed; no deadline is further from its séance than that.
    loin = aujourdhui + REMONTEE + 3 * UN_JOUR
    jours = _jours_proches(aujourdhui, loin, maintenant, maintenant + AVANCE)
    voulues = {(activite_id, lundi(jour)) for activite_id, jour in jours}
    premier = min((debut for _, debut in voulues), default=aujourdhui)
    dernier = max((debut for _, debut in voulues), default=aujourdhui) + 6 * UN_JOUR
    particuliers = calendrier.jours_particuliers(premier, dernier)
    semaines: dict[dt.date, Semaine] = {}
    for *seance, lieu_id, annulee in _seances(premier, dernier) if voulues else ():
        lue = SeanceProche(*seance)
        debut = lundi(lue.jour)
        if (lue.activite_id, debut) in voulues:
            semaine = semaines.setdefault(debut, Semaine(debut))
            if particuliers.ferme(lue.jour, lue.activite_id, lieu_id) or annulee:
                semaine.empechees.append(lue.id)
            else:
                semaine.seances[lue.activite_id].append(lue)
    return Echeances(maintenant, list(semaines.values()), particuliers)


@preparee
def _jours_proches(premier, dernier, maintenant, bientot):
    return (
        Seance.select(Seance.activite, Seance.jour)
        .join(Activite)
        .where(
            Seance.jour.between(premier, dernier),
            Seance.limite_reservation > maintenant,
            Seance.limite_reservation <= bientot,
            Activite.reservable,
        )
        .distinct()
    )


@preparee
def _seances(premier, dernier):
    return (
        Seance.select(
            Seance.id,
            Seance.activite,
            Seance.jour,
            Seance.limite_reservation,
            Activite.lieu,
            Seance.annulee,
        )
        .join(Activite)
        .where(Seance.jour.between(premier, dernier), Activite.reservable)
        .order_by(Seance.id)
    )
