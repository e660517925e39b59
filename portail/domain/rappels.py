"""« Rien de réservé »: before a deadline, whoever decides for a child with nothing booked gets one mail.

Each subscription is told of a deadline once, in daytime, at most one mail a day. The facteur calls this every
few minutes, in several processes at once. The words of the mail: `courriels_de_rappel.py`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import starmap
from operator import or_

from peewee import Expression, ModelSelect, Node, fn

import workflows as w
from models import (
    Abonnement,
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
from portail.domain import courriels_de_rappel, droits, echeances_proches, lecture_planning
from portail.domain.calendrier import UN_JOUR
from portail.domain.courriels_de_rappel import Rappel
from portail.domain.echeances_proches import Echeances, JoursOuverts, Semaine
from portail.domain.preparees import preparee
from portail.domain.semaines_vides import HABITUDE, HORIZON, semaines_vides

MATIN, SOIR = dt.time(8), dt.time(20)
"""Between which hours of Paris the town writes by itself: from 8 h, and before 20 h."""
JAMAIS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When whoever was never told was."""
FAMILLES_PAR_ACTE = 100
"""Whoever books meanwhile waits for the end of one act at most: a fraction of a second."""


# ——— the act ———


def ecrire_les_rappels() -> int:
    """Write the reminders that are due now, one act for a hundred families. Gives how many mails.

    Nothing is written at night; nor a second time, whoever calls it meanwhile.
    """
    maintenant = clock.maintenant()
    if not MATIN <= clock.a_paris(maintenant).time() < SOIR:
        return 0
    echeances = echeances_proches.lire(maintenant)
    return sum(_ecrire_un_lot(lot, echeances) for lot in _lots(_familles(echeances), echeances))


def _lots(familles: Sequence[int], echeances: Echeances) -> Iterator[list[int]]:
    """Those of these families that are to be told, so many at a time.

    Read without a lock: where the rules say that there is nothing to write, nobody waits.
    """
    for rang in range(0, len(familles), FAMILLES_PAR_ACTE):
        lus = _rappels(familles[rang : rang + FAMILLES_PAR_ACTE], echeances)
        if lus:
            yield sorted({rappel.famille_id for rappel in lus})


def _ecrire_un_lot(familles: Collection[int], echeances: Echeances) -> int:
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


def _familles(echeances: Echeances) -> list[int]:
    """The families that may have to be told of these weeks, those of the same activities together.

    One query a week: none is forgotten, and few are there for nothing. What they are told, if anything, is
    what the rules say (`_rappels`).
    """
    trouvees: dict[int, int] = {}
    for semaine in echeances.semaines:
        groupes = semaine.par_jours_ouverts(echeances.maintenant)
        if not groupes:
            continue
        requete = (
            Preinscription.select(
                Enfant.famille,
                Preinscription.activite,
                Preinscription.debut,
                Preinscription.fin,
                _dite(echeances.maintenant),
            )
            .join(Enfant)
            .where(
                Preinscription.statut == w.RESERVATION_POSSIBLE,
                _a_reserver(groupes),
                _une_reservation(Preinscription.enfant, _qui_ont_lieu(semaine)) == 0,
                fn.EXISTS(_abonnes(echeances.maintenant, Abonnement.id)),
                _de_ceux_qui_viennent(echeances.maintenant),
            )
        )
        for famille_id, activite_id, debut, fin, dite in requete.tuples():
            premiere = semaine.premiere(activite_id, debut, fin)
            if premiere and echeances.est_a_dire(premiere, dite):
                trouvees[famille_id] = min(activite_id, trouvees.get(famille_id, activite_id))
    return sorted(trouvees, key=lambda famille_id: (trouvees[famille_id], famille_id))


def _a_qui_ecrire(maintenant: dt.datetime) -> list[Expression]:
    """Conditions on a subscription and its account: open, wanting reminders, not written to today."""
    minuit = clock.instant(clock.a_paris(maintenant).date(), dt.time())
    return [
        Abonnement.statut == w.ACTIF,
        ~Abonnement.sans_rappels,
        Abonnement.rappele_le.is_null() | (Abonnement.rappele_le < minuit),
        Compte.actif,
        Compte.role == w.FAMILLE,
    ]


def _abonnes(maintenant: dt.datetime, colonne: Node) -> ModelSelect:
    """Whoever may be written to of the child of the query around this one."""
    siens = Abonnement.famille == Enfant.famille
    return Abonnement.select(colonne).join(Compte).where(siens, *_a_qui_ecrire(maintenant))


def _dite(maintenant: dt.datetime) -> Node:
    """When the one of them was told who was told the longest ago."""
    jamais = Abonnement.rappele_le.to_value(JAMAIS)
    dite = _abonnes(maintenant, fn.MIN(fn.COALESCE(Abonnement.rappele_le, jamais)))
    return fn.COALESCE(dite, jamais).converter(Abonnement.rappele_le.python_value)


# Conditions on the pre-registration of the query around them, and on its child.


def _a_reserver(groupes: dict[JoursOuverts, list[int]]) -> Expression:
    """It covers a day of that week that is still open, and not the last one that is no longer."""
    return reduce(or_, starmap(_couvre, groupes.items()))


def _couvre(jours: JoursOuverts, activites: list[int]) -> Expression:
    siennes = Preinscription.activite.in_(activites)
    ouverts = (Preinscription.debut <= jours.dernier) & (Preinscription.fin >= jours.premier)
    if jours.clos is None:
        return siennes & ouverts
    return siennes & ouverts & ((Preinscription.debut > jours.clos) | (Preinscription.fin < jours.clos))


def _qui_ont_lieu(semaine: Semaine) -> Expression:
    """The séances of that week, but for the closed days."""
    jours = Seance.jour.between(semaine.lundi, semaine.dimanche)
    return jours & Seance.id.not_in(semaine.empechees) if semaine.empechees else jours


def _de_ceux_qui_viennent(maintenant: dt.datetime) -> Expression:
    """The child comes to the activity, or no other one does that the whole family follows."""
    ces_jours, frere = Seance.jour.between(*_ces_jours(maintenant)), Enfant.alias()
    autres = frere.select(frere.id).where(
        frere.famille == Enfant.famille,
        frere.id != Enfant.id,
        _une_reservation(frere.id, ces_jours) > 0,
        droits.suivi_par_tous(frere),
    )
    return ~fn.EXISTS(autres) | (_une_reservation(Preinscription.enfant, ces_jours) > 0)


def _ces_jours(maintenant: dt.datetime) -> tuple[dt.date, dt.date]:
    """Between which days a booking tells that the child comes, as the home counts it."""
    aujourdhui = clock.a_paris(maintenant).date()
    return aujourdhui - HABITUDE * UN_JOUR, aujourdhui + HORIZON * UN_JOUR


def _une_reservation(enfant: Node, seances: Expression) -> Node:
    """The id of something that this child has on these séances of the same activity, or zero.

    Looked for child by child: of an EXISTS, PostgreSQL reads all that was ever booked in the town.
    """
    siennes = (
        Reservation.select(Reservation.id)
        .join(Seance)
        .where(
            Reservation.enfant == enfant,
            Reservation.statut != w.NON_RESERVE,
            Seance.activite == Preinscription.activite,
            seances,
        )
        .limit(1)
    )
    return fn.COALESCE(siennes, 0)


# ——— who is told what ———


def _rappels(familles: Collection[int], echeances: Echeances) -> list[Rappel]:
    """What each account of these families is to be told now. Seven queries, however many they are."""
    siens = list(_abonnements(familles, echeances))
    if not siens:
        return []
    regards = droits.regards_par_famille({a.famille_id: a.famille for a in siens}.values())
    habitues = _habitues(regards, echeances.maintenant)
    creneaux = lecture_planning.creneaux_des_familles(regards, echeances.ids, echeances.particuliers)
    refusees = _refusees(siens)
    rappels = []
    for abonnement in siens:
        regard = regards[abonnement.famille_id](abonnement.compte)
        vides = semaines_vides(
            [c for c in creneaux[abonnement.famille_id] if c.enfant.id in regard.decide],
            {(a, enfant) for a, enfant in habitues[abonnement.famille_id] if enfant in regard.suit},
        )
        dues = [
            semaine
            for semaine in vides
            if echeances.est_a_dire(min(c.seance.limite_reservation for c in semaine), abonnement.rappele_le)
            and (abonnement.id, semaine[0].seance.activite.id) not in refusees
        ]
        if dues:
            rappels.append(Rappel(abonnement.id, abonnement.compte, abonnement.famille_id, dues))
    return rappels


def _abonnements(familles: Collection[int], echeances: Echeances):
    """The subscriptions that may be written to, with their account and their family."""
    return (
        Abonnement.select(
            Abonnement.id,
            Abonnement.famille,
            Abonnement.rappele_le,
            Compte.id,
            Compte.email,
            Compte.prenom,
            Compte.nom,
            Famille.id,
        )
        .join(Compte)
        .switch(Abonnement)
        .join(Famille)
        .where(Abonnement.famille.in_(list(familles)), *_a_qui_ecrire(echeances.maintenant))
        .order_by(Abonnement.id)
    )


def _habitues(familles: Iterable[int], maintenant: dt.datetime) -> dict[int, set[tuple[int, int]]]:
    """By family, where its children come: (activity, child). As the home counts it."""
    trouves: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for famille_id, activite_id, enfant_id in _viennent(list(familles), *_ces_jours(maintenant)):
        trouves[famille_id].add((activite_id, enfant_id))
    return trouves


@preparee
def _viennent(familles, debut, fin):
    return (
        Reservation.select(Enfant.famille, Seance.activite, Reservation.enfant)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .where(
            Enfant.famille.in_(familles),
            Reservation.statut != w.NON_RESERVE,
            Seance.jour.between(debut, fin),
        )
        .distinct()
    )


def _refusees(abonnements: Iterable[Abonnement]) -> set[tuple[int, int]]:
    """(subscription, activity) of which no reminder is wanted."""
    ids = [abonnement.id for abonnement in abonnements]
    requete = SansRappel.select(SansRappel.abonnement, SansRappel.activite)
    return set(requete.where(SansRappel.abonnement.in_(ids)).tuples())
