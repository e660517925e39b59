"""The séances of an activity, month by month, for whoever sets them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import Case, fn

import workflows as w
from models import Activite, Horaire, Reservation, Seance
from portail import clock, mots
from portail.domain import calendrier
from portail.domain.calendrier import jours_particuliers


@dataclass(frozen=True)
class SeanceVue:
    """One séance, for whoever sets it."""

    id: int
    jour: dt.date
    plage: str
    places: int
    prises: int
    attendent: int
    demandees: int
    fermeture: str
    """Why it does not take place; empty when it does."""
    annulee: bool
    """Whether the town cancelled it, whatever the calendar says."""
    passee: bool
    a_part: bool
    """Whether it was set by hand: other places, other hours than the pattern says, or a day out of it."""

    @property
    def places_en_mots(self) -> str:
        """« 12 places prises sur 24 »."""
        return f"{mots.pluriel(self.prises, 'place prise', 'places prises')} sur {self.places}"


@dataclass(frozen=True)
class Mois:
    """The séances of one month."""

    mois: dt.date
    """Its first day."""
    seances: list[SeanceVue]
    avant: dt.date | None
    apres: dt.date | None
    """The months before and after that have séances."""


def du_mois(activite: Activite, horaires: Sequence[Horaire], mois: dt.date | None) -> Mois:
    """The séances of this month, or of the first one to come that has some. Four queries."""
    mois = (mois or _premier_mois(activite)).replace(day=1)
    suivant = (mois + dt.timedelta(31)).replace(day=1)
    bornes = Seance.jour.between(mois, suivant - dt.timedelta(1))
    lues = list(
        Seance.select().where(Seance.activite == activite, bornes).order_by(Seance.jour, Seance.debut)
    )
    particuliers = jours_particuliers(mois - calendrier.REMONTEE, suivant)
    prevues = {
        (ligne["jour"], ligne["debut"], ligne["fin"], ligne["places"])
        for ligne in calendrier.seances_prevues(activite, horaires, particuliers, mois, suivant)
    }
    attentes = _attentes([seance.id for seance in lues])
    bords = Seance.select(
        fn.MAX(Case(None, [(Seance.jour < mois, Seance.jour)])),
        fn.MIN(Case(None, [(Seance.jour >= suivant, Seance.jour)])),
    ).where(Seance.activite == activite)
    avant, apres = (_en_date(jour) for jour in bords.tuples().get())
    vues = [
        SeanceVue(
            s.id,
            s.jour,
            mots.plage(s.debut, s.fin),
            s.places,
            s.prises,
            *attentes.get(s.id, (0, 0)),
            particuliers.empeche(s, activite) or "",
            bool(s.annulee),
            s.jour <= clock.aujourdhui(),
            (s.jour, s.debut, s.fin, s.places) not in prevues,
        )
        for s in lues
    ]
    return Mois(mois, vues, avant, apres)


def _premier_mois(activite: Activite) -> dt.date:
    a_venir = (Seance.activite == activite) & (Seance.jour >= clock.aujourdhui())
    prochaine = _en_date(Seance.select(fn.MIN(Seance.jour)).where(a_venir).scalar())
    derniere = _en_date(Seance.select(fn.MAX(Seance.jour)).where(Seance.activite == activite).scalar())
    return prochaine or derniere or max(activite.debut, min(clock.aujourdhui(), activite.fin))


def _attentes(seance_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By séance: how many wait in the list, how many have asked and wait for an answer. One query."""
    requete = (
        Reservation.select(
            Reservation.seance,
            fn.SUM(Case(None, [(Reservation.statut == w.LISTE_ATTENTE, 1)], 0)),
            fn.SUM(Case(None, [(Reservation.statut == w.RESERVATION_ATTENTE, 1)], 0)),
        )
        .where(
            Reservation.seance.in_(list(seance_ids) or [0]),
            Reservation.statut.in_((w.LISTE_ATTENTE, w.RESERVATION_ATTENTE)),
        )
        .group_by(Reservation.seance)
        .tuples()
    )
    return {ident: (int(liste), int(demandees)) for ident, liste, demandees in requete}


def _en_date(valeur: dt.date | str | None) -> dt.date | None:
    """SQLite gives the text of a date that a function has made."""
    return dt.date.fromisoformat(valeur) if isinstance(valeur, str) else valeur
