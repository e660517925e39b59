"""When the demonstration takes place: around today, whatever today is."""

import datetime as dt
from dataclasses import dataclass

from models import Calendrier
from portail import clock
from portail.domain import calendrier as le_calendrier
from portail.domain.calendrier import REMONTEE, UN_JOUR, JoursParticuliers, annee_scolaire, jours_de

ZONE = "B"
OUVERT_DEPUIS = 45 * UN_JOUR
"""The portal opened that long ago: what was booked before has been taken over."""
RENTREE_EN_VUE = 42 * UN_JOUR
"""Within six weeks of the end of the school year, the next one can be booked too."""


@dataclass(frozen=True)
class Annee:
    """A school year; `classe` is its last day of class, before the summer holidays."""

    debut: dt.date
    fin: dt.date
    classe: dt.date


@dataclass(frozen=True)
class Temps:
    aujourdhui: dt.date
    annees: tuple[Annee, ...]
    calendrier: JoursParticuliers

    @property
    def debut(self) -> dt.date:
        return self.annees[0].debut

    @property
    def fin(self) -> dt.date:
        return self.annees[-1].fin

    @property
    def matin(self) -> dt.datetime:
        """Midnight, the beginning of today: all that the demonstration tells has happened before."""
        return clock.instant(self.aujourdhui, dt.time())

    @property
    def ouverture(self) -> dt.datetime:
        return clock.instant(self.aujourdhui - OUVERT_DEPUIS, dt.time(6))

    def vacances(self, annee: Annee) -> list[tuple[str, dt.date, dt.date]]:
        """The school holidays that start in `annee`: name, first and last day, the « ponts » left out."""
        lignes = (
            Calendrier.select(Calendrier.nom, Calendrier.debut, Calendrier.fin)
            .where(Calendrier.genre == "vacances", Calendrier.zone == ZONE)
            .where(Calendrier.debut.between(annee.debut, annee.fin), Calendrier.nom.startswith("Vacances"))
            .order_by(Calendrier.debut)
        )
        return list(lignes.tuples())


def annees_de_la_demonstration(jour: dt.date) -> list[int]:
    """The school years to fill, by the civil year in which each begins."""
    debut, fin = annee_scolaire(jour)
    return [debut.year, debut.year + 1] if fin - jour <= RENTREE_EN_VUE else [debut.year]


def etablir() -> Temps:
    """The calendar of the years to fill, put into the town's rows, with two closures of the town's own."""
    jour = clock.aujourdhui()
    rentrees = annees_de_la_demonstration(jour)
    le_calendrier.importer_calendrier_scolaire(ZONE, range(rentrees[0] - 1, rentrees[-1] + 2))
    debut, fin = dt.date(rentrees[0], 9, 1), dt.date(rentrees[-1] + 1, 8, 31)
    particuliers = le_calendrier.jours_particuliers(debut - REMONTEE, fin, ZONE)
    _fermer(
        _prochain_vendredi_ouvre(jour, particuliers),
        "Fermeture exceptionnelle, journée de formation des équipes",
    )
    particuliers = le_calendrier.jours_particuliers(debut - REMONTEE, fin, ZONE)
    return Temps(jour, tuple(_annee(rentree, particuliers) for rentree in rentrees), particuliers)


def _annee(rentree: int, particuliers: JoursParticuliers) -> Annee:
    juillet = dt.date(rentree + 1, 7, 31)
    premier = next(jour for jour in _remonter(juillet) if not particuliers.vacances(jour))
    return Annee(dt.date(rentree, 9, 1), dt.date(rentree + 1, 8, 31), premier)


def _remonter(jour: dt.date):
    return (jour - n * UN_JOUR for n in range(90))


def _prochain_vendredi_ouvre(jour: dt.date, particuliers: JoursParticuliers) -> dt.date:
    """A Friday in two weeks or more, so that families see a closed day ahead of them."""
    suivants = jours_de(jour + 14 * UN_JOUR, jour + 60 * UN_JOUR)
    return next(j for j in suivants if j.weekday() == 4 and not particuliers.ferme(j))


def _fermer(jour: dt.date, nom: str) -> None:
    Calendrier.get_or_create(genre="fermeture", nom=nom, defaults={"debut": jour, "fin": jour})
