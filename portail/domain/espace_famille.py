"""The family's home: what needs attention first, the next days, what waits for the town."""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import Compte, Famille
from portail import clock, mots
from portail.domain import droits, espace_facturation, lecture_demandes, lecture_planning
from portail.domain.creneaux import Creneau
from portail.domain.demande_vue import DemandeVue
from portail.domain.droits import Regard
from portail.domain.espace_facturation import Dues
from portail.domain.lecture_planning import Jour
from portail.domain.semaines_vides import HABITUDE, HORIZON, habitues, semaines_vides

JOURS_MONTRES = 4
RECENTES = 7
"""Days during which an answer is news."""
REPONSES_MONTREES = 3


@dataclass
class Rappel:
    """« Rien de réservé »: a week with only free slots, in an activity whose deadline comes next."""

    activite_id: int
    activite: str
    limite: dt.datetime
    premier: dt.date
    dernier: dt.date
    jours: int
    enfants: dict[int, str]
    """First names, by id."""

    @property
    def prenoms(self) -> str:
        return mots.enumeration(list(self.enfants.values()))

    @property
    def periode(self) -> str:
        """« du 7 au 11 décembre », « le lundi 7 décembre »."""
        if self.premier == self.dernier:
            return f"le {mots.jour_long(self.premier)}"
        if self.premier.month == self.dernier.month:
            return f"du {mots.quantieme(self.premier)} au {mots.jour_mois(self.dernier)}"
        return f"du {mots.jour_mois(self.premier)} au {mots.jour_mois(self.dernier)}"


@dataclass(frozen=True)
class Espace:
    rappels: list[Rappel]
    prochains: list[Jour]
    en_attente: int
    """Demandes that the town has not answered."""
    attendues: list[DemandeVue]
    """Those among the others for which it waits for a document."""
    annulables: int
    """Those among them that the account can still withdraw."""
    reponses: list[DemandeVue]
    """What the town answered of late, the last first."""
    dues: Dues
    """The invoices that are left to pay."""
    regard: Regard
    """Who reads it."""


def espace(compte: Compte, famille: Famille) -> Espace:
    """What the home shows. A constant number of queries."""
    aujourdhui = clock.aujourdhui()
    regard = droits.regard(compte, famille)
    vu = lecture_planning.planning(
        famille, aujourdhui - dt.timedelta(HABITUDE), aujourdhui + dt.timedelta(HORIZON), regard=regard
    )
    pleins = [jour for jour in vu.jours if jour.groupes and jour.date >= aujourdhui]
    actuelles = lecture_demandes.actuelles(regard, clock.maintenant() - dt.timedelta(RECENTES))
    reponses = sorted(
        (d for d in actuelles if d.repondue_le and d.statut != w.EN_ATTENTE),
        key=lambda d: d.repondue_le or d.deposee_le,
        reverse=True,
    )
    attendues = [d for d in actuelles if d.piece_attendue and d.annulable]
    en_attente = [d for d in actuelles if d.statut == w.EN_ATTENTE and d not in attendues]
    return Espace(
        _rappels(list(vu.creneaux()), aujourdhui),
        pleins[:JOURS_MONTRES],
        len(en_attente),
        attendues,
        sum(d.annulable for d in en_attente),
        reponses[:REPONSES_MONTREES],
        espace_facturation.dues(regard),
        regard,
    )


def _rappels(creneaux: list[Creneau], aujourdhui: dt.date) -> list[Rappel]:
    """One reminder an activity: its first week with nothing booked, and the children whom that concerns."""
    rappels: dict[int, Rappel] = {}
    for semaine in semaines_vides(creneaux, habitues(creneaux, aujourdhui)):
        premier, dernier, enfant = semaine[0].seance, semaine[-1].seance, semaine[0].enfant
        rappel = rappels.setdefault(
            premier.activite.id,
            Rappel(
                premier.activite.id,
                premier.activite.nom,
                premier.limite_reservation,
                premier.jour,
                dernier.jour,
                len(semaine),
                {},
            ),
        )
        if rappel.premier == premier.jour:
            rappel.enfants[enfant.id] = enfant.prenom
    return sorted(rappels.values(), key=lambda r: r.limite)[:3]
