"""« Rien de réservé »: before a deadline, whoever decides for a child with nothing booked gets one mail.

Each subscription is told of a deadline once, in daytime, at most one mail a day. The facteur calls this every
few minutes, in several processes at once. The words of the mail: `courriels_de_rappel.py`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from peewee import Expression, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Enfant,
    Famille,
    Preinscription,
    Reservation,
    SansRappel,
    Seance,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import calendrier, courriels_de_rappel, droits, lecture_planning
from portail.domain.calendrier import REMONTEE, UN_JOUR, JoursParticuliers
from portail.domain.courriels_de_rappel import Rappel
from portail.domain.semaines_vides import HABITUDE, HORIZON, lundi, semaines_vides
from portail.domain.transitions import en_lots

AVANCE = dt.timedelta(hours=48)
"""How long before a deadline it is recalled. With two whole days, one that falls at night, or early in the
morning, is recalled in the daytime of the day before at the latest."""
MATIN, SOIR = dt.time(8), dt.time(20)
"""Between which hours of Paris the town writes by itself: from 8 h, and before 20 h."""
FAMILLES_PAR_ACTE = 100
"""Whoever books meanwhile waits for the end of one act at most: a fraction of a second."""


@dataclass(frozen=True)
class _Echeances:
    """The séances to look at: those of the weeks in which a deadline is near, but for the closed days."""

    maintenant: dt.datetime
    seances: list[Seance]
    particuliers: JoursParticuliers

    @property
    def ids(self) -> list[int]:
        return [seance.id for seance in self.seances]

    @property
    def activites(self) -> set[int]:
        return {seance.activite_id for seance in self.seances}

    def est_proche(self, limite: dt.datetime) -> bool:
        """Whether this deadline falls within the hours to come."""
        return self.maintenant < limite <= self.maintenant + AVANCE

    def par_semaine(self) -> Iterator[list[Seance]]:
        semaines: dict[dt.date, list[Seance]] = defaultdict(list)
        for seance in self.seances:
            semaines[lundi(seance.jour)].append(seance)
        yield from semaines.values()


# ——— the act ———


def ecrire_les_rappels() -> int:
    """Write the reminders that are due now, one act for a hundred families. Gives how many mails.

    Nothing is written at night; nor a second time, whoever calls it meanwhile.
    """
    maintenant = clock.maintenant()
    if not MATIN <= clock.a_paris(maintenant).time() < SOIR:
        return 0
    echeances = _echeances(maintenant)
    # Read once without a lock: most of the time nobody is to be written to, and nobody waits.
    lus = (rappel for lot in en_lots(_familles(echeances)) for rappel in _rappels(lot, echeances))
    dues = sorted({rappel.famille_id for rappel in lus})
    lots = [dues[rang : rang + FAMILLES_PAR_ACTE] for rang in range(0, len(dues), FAMILLES_PAR_ACTE)]
    return sum(_ecrire_un_lot(lot, echeances) for lot in lots)


def _ecrire_un_lot(familles: Collection[int], echeances: _Echeances) -> int:
    """The reminders of these families, read again once their subscriptions are locked."""
    with write_transaction():
        ids = Abonnement.select(Abonnement.id).where(Abonnement.famille.in_(list(familles)))
        verrouiller(Abonnement, [abonnement.id for abonnement in ids])
        rappels = _rappels(familles, echeances)
        courriels_de_rappel.ecrire(rappels)
        rappeles = [rappel.abonnement_id for rappel in rappels]
        Abonnement.update(rappele_le=echeances.maintenant).where(Abonnement.id.in_(rappeles)).execute()
        return len(rappels)


# ——— what is due ———


def _echeances(maintenant: dt.datetime) -> _Echeances:
    """The séances of every activity's week one deadline of which is near. Three queries."""
    aujourdhui = clock.a_paris(maintenant).date()
    proche = (Seance.limite_reservation > maintenant) & (Seance.limite_reservation <= maintenant + AVANCE)
    # The dates alone are indexed; no deadline is further from its séance than that.
    a_venir = Seance.jour.between(aujourdhui, aujourdhui + REMONTEE + 3 * UN_JOUR)
    ouverte = (Seance.activite == Activite.id) & Activite.reservable
    jours = Seance.select(Seance.activite, Seance.jour).join(Activite, on=ouverte).where(a_venir, proche)
    voulues = {(activite_id, lundi(jour)) for activite_id, jour in jours.distinct().tuples()}
    premier = min((debut for _, debut in voulues), default=aujourdhui)
    dernier = max((debut for _, debut in voulues), default=aujourdhui) + 6 * UN_JOUR
    particuliers = calendrier.jours_particuliers(premier, dernier)
    seances = (
        Seance.select(Seance, Activite)
        .join(Activite)
        .where(
            Seance.activite.in_([activite_id for activite_id, _ in voulues]),
            Seance.jour.between(premier, dernier),
        )
        .order_by(Seance.id)
    )
    retenues = [
        seance
        for seance in seances
        if (seance.activite_id, lundi(seance.jour)) in voulues
        and not particuliers.empeche(seance, seance.activite)
    ]
    return _Echeances(maintenant, retenues, particuliers)


def _familles(echeances: _Echeances) -> list[int]:
    """The families that may have to be told of these weeks. One query a week, and no family is forgotten."""
    trouvees: set[int] = set()
    for seances in echeances.par_semaine():
        proches = [s.limite_reservation for s in seances if echeances.est_proche(s.limite_reservation)]
        if not proches:
            continue
        closes = [s for s in seances if s.limite_reservation <= echeances.maintenant]
        requete = (
            Preinscription.select(Enfant.famille)
            .join(Enfant)
            .join(Abonnement, on=Abonnement.famille == Enfant.famille)
            .join(Compte)
            .where(
                Preinscription.statut == w.RESERVATION_POSSIBLE,
                Preinscription.activite.in_({s.activite_id for s in seances}),
                fn.EXISTS(_couvertes(seances)),
                ~fn.EXISTS(_couvertes(closes)),
                ~fn.EXISTS(_prises(seances)),
                *_a_qui_ecrire(echeances.maintenant, max(proches)),
            )
            .distinct()
        )
        trouvees.update(famille_id for (famille_id,) in requete.tuples())
    return sorted(trouvees)


def _a_qui_ecrire(maintenant: dt.datetime, derniere: dt.datetime) -> list[Expression]:
    """Conditions on a subscription and its account: open, wanting reminders, not written to today, nor told
    already of a deadline as late as `derniere`.
    """
    minuit = clock.instant(clock.a_paris(maintenant).date(), dt.time())
    avant = min(minuit, derniere - AVANCE)
    return [
        Abonnement.statut == w.ACTIF,
        ~Abonnement.sans_rappels,
        Abonnement.rappele_le.is_null() | (Abonnement.rappele_le < avant),
        Compte.actif,
        Compte.role == w.FAMILLE,
    ]


def _couvertes(seances: Iterable[Seance]):
    """Those of these séances that the pre-registration of the outer query covers."""
    return Seance.select(Seance.id).where(
        Seance.id.in_([seance.id for seance in seances]),
        Seance.activite == Preinscription.activite,
        Seance.jour.between(Preinscription.debut, Preinscription.fin),
    )


def _prises(seances: Iterable[Seance]):
    """What the child of the outer query has on those of these séances that are of the same activity."""
    return (
        Reservation.select(Reservation.id)
        .join(Seance)
        .where(
            Reservation.enfant == Preinscription.enfant,
            Reservation.seance.in_([seance.id for seance in seances]),
            Reservation.statut != w.NON_RESERVE,
            Seance.activite == Preinscription.activite,
        )
    )


# ——— who is told what ———


def _rappels(familles: Collection[int], echeances: _Echeances) -> list[Rappel]:
    """What each account of these families is to be told now. Seven queries, however many they are."""
    siens = list(_abonnements(familles, echeances))
    if not siens:
        return []
    regards = droits.regards_par_famille({a.famille_id: a.famille for a in siens}.values())
    habitues = _habitues(regards, echeances)
    creneaux = lecture_planning.creneaux_des_familles(regards, echeances.ids, echeances.particuliers)
    refusees = _refusees(siens)
    rappels = []
    for abonnement in siens:
        regard = regards[abonnement.famille_id](abonnement.compte)
        vides = semaines_vides(
            [c for c in creneaux[abonnement.famille_id] if c.enfant.id in regard.decide],
            {(a, enfant) for a, enfant in habitues[abonnement.famille_id] if enfant in regard.suit},
        )
        dites = abonnement.rappele_le and abonnement.rappele_le + AVANCE
        dues = [
            semaine
            for semaine in vides
            if echeances.est_proche(limite := min(c.seance.limite_reservation for c in semaine))
            and (dites is None or limite > dites)
            and (abonnement.id, semaine[0].seance.activite.id) not in refusees
        ]
        if dues:
            rappels.append(Rappel(abonnement.id, abonnement.compte, abonnement.famille_id, dues))
    return rappels


def _abonnements(familles: Collection[int], echeances: _Echeances):
    """The subscriptions that may be written to, with their account and their family."""
    return (
        Abonnement.select(Abonnement, Compte, Famille)
        .join(Compte)
        .switch(Abonnement)
        .join(Famille)
        .where(
            Abonnement.famille.in_(list(familles)),
            *_a_qui_ecrire(echeances.maintenant, echeances.maintenant + AVANCE),
        )
        .order_by(Abonnement.id)
    )


def _habitues(familles: Iterable[int], echeances: _Echeances) -> dict[int, set[tuple[int, int]]]:
    """By family, where its children come: (activity, child). As the home counts it."""
    aujourdhui = clock.a_paris(echeances.maintenant).date()
    autour = Seance.jour.between(aujourdhui - HABITUDE * UN_JOUR, aujourdhui + HORIZON * UN_JOUR)
    requete = (
        Reservation.select(Enfant.famille, Seance.activite, Reservation.enfant)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .where(
            Enfant.famille.in_(list(familles)),
            Reservation.statut != w.NON_RESERVE,
            Seance.activite.in_(echeances.activites),
            autour,
        )
        .distinct()
        .tuples()
    )
    trouves: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for famille_id, activite_id, enfant_id in requete:
        trouves[famille_id].add((activite_id, enfant_id))
    return trouves


def _refusees(abonnements: Iterable[Abonnement]) -> set[tuple[int, int]]:
    """(subscription, activity) of which no reminder is wanted."""
    ids = [abonnement.id for abonnement in abonnements]
    requete = SansRappel.select(SansRappel.abonnement, SansRappel.activite)
    return set(requete.where(SansRappel.abonnement.in_(ids)).tuples())
