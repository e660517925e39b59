"""The consumption of a month, read: what the month was once, then families a slice at a time.

As many queries for five hundred families as for one, and nothing held but the present slice.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Demande,
    Enfant,
    Evenement,
    Facture,
    Ligne,
    LigneDeFacture,
    MotifAbsence,
    Preinscription,
    Presence,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import grille_tarifaire
from portail.domain.calendrier import jours_particuliers
from portail.domain.consommations import (
    Consommation,
    Declaree,
    Fratrie,
    Inscription,
    Pointee,
    SeanceTenue,
    d_un_mois,
    d_une_seance,
)
from portail.domain.grille_tarifaire import Grille
from portail.domain.tarification import MOIS as PAR_MOIS

T = TypeVar("T")
IDS_MAX = 5_000
"""Ids of one query: the drivers have a limit."""


@dataclass(frozen=True)
class Mois:
    """A month, as far as it was over at an instant: its séances, the tariffs that hold in it."""

    premier: dt.date
    arrete_le: dt.datetime
    seances: Mapping[int, SeanceTenue]
    """Those that took place and were over."""
    tenus: Mapping[int, list[dt.date]]
    """By activity: the days of the month on which it takes place, those to come too."""
    activites: Mapping[int, str]
    grille: Grille
    tardives: frozenset[int]
    """The activities where a booking after the deadline costs more."""
    au_mois: frozenset[int]
    """Those that have a price by month."""

    @property
    def dernier(self) -> dt.date:
        return fin_du_mois(self.premier)


def fin_du_mois(premier: dt.date) -> dt.date:
    """The last day of the month that begins there."""
    return (premier + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)


def ouvrir(premier: dt.date, arrete_le: dt.datetime) -> Mois:
    """The month that begins there, as it was over at that instant. Five queries."""
    dernier = fin_du_mois(premier)
    particuliers = jours_particuliers(premier, dernier)
    activites: dict[int, str] = {}
    seances: dict[int, SeanceTenue] = {}
    tenus: dict[int, list[dt.date]] = {}
    requete = Seance.select(Seance, Activite).join(Activite).where(Seance.jour.between(premier, dernier))
    for s in requete:
        if particuliers.empeche(s, s.activite):
            continue
        activites[s.activite_id] = s.activite.nom
        tenus.setdefault(s.activite_id, []).append(s.jour)
        if clock.instant(s.jour, s.fin) <= arrete_le:
            seances[s.id] = SeanceTenue(
                *(s.id, s.activite_id, s.jour, s.debut, s.fin, s.limite_reservation, s.limite_absence)
            )
    grille = grille_tarifaire.grille(activites, premier, dernier)
    baremes = {(ident, v.bareme) for ident, siens in grille.par_activite.items() for v in siens}
    return Mois(
        premier=premier,
        arrete_le=arrete_le,
        seances=seances,
        tenus=tenus,
        activites=activites,
        grille=grille,
        tardives=frozenset(ident for ident, bareme in baremes if bareme.supplement_tardif),
        au_mois=frozenset(ident for ident, bareme in baremes if bareme.unite == PAR_MOIS),
    )


def lire(
    mois: Mois, familles: Collection[int], *, deja_facturees: bool = False
) -> dict[int, list[Consommation]]:
    """By family, what its children consumed and nothing has billed yet; `deja_facturees`: what has been, too.

    Seven queries, and one more for each five thousand bookings whose date counts.
    """
    enfants = {
        ident: (famille, naissance, rang)
        for ident, famille, naissance, rang in Enfant.select(
            Enfant.id, Enfant.famille, Enfant.naissance, Enfant.rang
        )
        .where(Enfant.famille.in_(list(familles) or [0]))
        .tuples()
    }
    inscriptions = _inscriptions(mois, enfants)
    fratries = _fratries(enfants, inscriptions)
    deja = set() if deja_facturees else _deja_facturees(mois, familles)
    trouvees: dict[int, list[Consommation]] = {}
    for c in (*_seances(mois, enfants, fratries), *_mois(mois, enfants, inscriptions, fratries)):
        if c.cle not in deja:
            trouvees.setdefault(enfants[c.enfant_id][0], []).append(c)
    for siennes in trouvees.values():
        siennes.sort(key=lambda c: (c.jour, c.enfant_id, c.activite_id, c.seance_id or 0))
    return trouvees


# ——— inside ———

Enfants = Mapping[int, tuple[int, dt.date, int]]
"""By id: the family, the birth, the rank in the file."""


def _inscriptions(mois: Mois, enfants: Enfants) -> dict[int, list[Inscription]]:
    requete = Preinscription.select(
        Preinscription.enfant, Preinscription.activite, Preinscription.debut, Preinscription.fin
    ).where(
        Preinscription.enfant.in_(list(enfants) or [0]),
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.debut <= mois.dernier,
        Preinscription.fin >= mois.premier,
    )
    par_enfant: dict[int, list[Inscription]] = {}
    for rangee in requete.tuples():
        par_enfant.setdefault(rangee[0], []).append(Inscription(*rangee))
    return par_enfant


def _fratries(enfants: Enfants, inscriptions: Mapping[int, list[Inscription]]) -> dict[int, Fratrie]:
    """Of each child, by id: its brothers and sisters, and itself."""
    par_famille: dict[int, list[tuple[dt.date, int, int]]] = {}
    for ident, (famille, naissance, rang) in enfants.items():
        par_famille.setdefault(famille, []).append((naissance, rang, ident))
    fratries = {famille: Fratrie(siens, inscriptions) for famille, siens in par_famille.items()}
    return {ident: fratries[famille] for ident, (famille, *_) in enfants.items()}


def _seances(mois: Mois, enfants: Enfants, fratries: Mapping[int, Fratrie]) -> Iterator[Consommation]:
    creneaux = {
        (enfant, seance): (statut, ident)
        for enfant, seance, statut, ident in _du_mois(
            mois, Reservation, enfants, Reservation.statut, Reservation.id
        )
    }
    pointees = {
        (enfant, seance): Pointee(etat == "present", sans, parti)
        for enfant, seance, etat, sans, parti in _du_mois(
            mois, Presence, enfants, Presence.etat, Presence.sans_reservation, Presence.parti_le
        )
    }
    declarees = _declarees(
        ident for statut, ident in creneaux.values() if statut in (w.ABSENT, w.ABSENCE_ATTENTE)
    )
    reservees = _reservees(
        ident
        for (_, seance), (_, ident) in creneaux.items()
        if mois.seances[seance].activite_id in mois.tardives
    )
    for cle in creneaux.keys() | pointees.keys():
        enfant, seance = cle[0], mois.seances[cle[1]]
        statut, ident = creneaux.get(cle, (w.NON_RESERVE, 0))
        rang = fratries[enfant].rang(enfant, seance.jour)
        consommee = d_une_seance(
            *(seance, enfant, statut, pointees.get(cle), declarees.get(ident)),
            rang=rang,
            reservee_le=reservees.get(ident),
        )
        if consommee:
            yield consommee


def _du_mois(mois: Mois, modele, enfants: Enfants, *champs) -> Iterator[tuple]:
    """The rows of these children on the séances of the month that are over: child, séance, these fields."""
    requete = (
        modele.select(modele.enfant, modele.seance, *champs)
        .join(Seance)
        .where(modele.enfant.in_(list(enfants) or [0]), Seance.jour.between(mois.premier, mois.dernier))
    )
    return (rangee for rangee in requete.tuples() if rangee[1] in mois.seances)


def _mois(
    mois: Mois,
    enfants: Enfants,
    inscriptions: Mapping[int, list[Inscription]],
    fratries: Mapping[int, Fratrie],
) -> Iterator[Consommation]:
    for enfant in enfants:
        par_activite: dict[int, list[Inscription]] = {}
        for inscription in inscriptions.get(enfant, ()):
            if inscription.activite_id in mois.au_mois:
                par_activite.setdefault(inscription.activite_id, []).append(inscription)
        for activite, siennes in par_activite.items():
            if consommee := d_un_mois(siennes, mois.tenus.get(activite, ()), fratries[enfant]):
                yield consommee


def _declarees(reservations: Iterable[int]) -> dict[int, Declaree]:
    """By booking: the last absence that was declared of it, and that nobody refused."""
    trouvees: dict[int, Declaree] = {}
    for ids in _en_lots(reservations):
        requete = (
            Ligne.select(
                Ligne.reservation,
                Ligne.facturee,
                Demande.deposee_le,
                MotifAbsence.nom,
                MotifAbsence.facturation,
            )
            .join(Demande)
            .join(MotifAbsence, JOIN.LEFT_OUTER)
            .where(
                Ligne.reservation.in_(ids),
                Ligne.statut.in_((w.ACCEPTEE, w.EN_ATTENTE)),
                Demande.nature == w.NATURE_ABSENCE,
            )
            .order_by(Ligne.id)
        )
        for reservation, facturee, le, motif, facturation in requete.tuples():
            trouvees[reservation] = Declaree(facturee, le, motif or "", facturation or "")
    return trouvees


def _reservees(reservations: Iterable[int]) -> dict[int, dt.datetime]:
    """By booking: when it was asked for, by the demande or, without one, by the journal."""
    trouvees: dict[int, dt.datetime] = {}
    for ids in _en_lots(reservations):
        requete = (
            Evenement.select(Evenement.objet_id, Evenement.quand, Demande.deposee_le)
            .join(Demande, JOIN.LEFT_OUTER)
            .where(
                Evenement.objet == "reservation",
                Evenement.objet_id.in_(ids),
                Evenement.acte.in_((w.DEMANDER, w.INSCRIRE)),
            )
            .order_by(Evenement.id)
        )
        for reservation, quand, deposee_le in requete.tuples():
            trouvees[reservation] = deposee_le or quand
    return trouvees


def _deja_facturees(mois: Mois, familles: Collection[int]) -> set[tuple]:
    """What has a line already (:attr:`Consommation.cle`), whoever pays it, and whatever was taken back."""
    requete = (
        LigneDeFacture.select(
            LigneDeFacture.enfant,
            fn.COALESCE(LigneDeFacture.seance, 0),
            LigneDeFacture.activite,
        )
        .join(Facture)
        .where(
            Facture.famille.in_(list(familles) or [0]),
            Facture.mois == mois.premier,
            LigneDeFacture.origine.is_null(),
        )
    )
    return {(enfant, seance, 0 if seance else activite) for enfant, seance, activite in requete.tuples()}


def _en_lots(ids: Iterable[int]) -> Iterator[list[int]]:
    tous = sorted(ids)
    return (tous[rang : rang + IDS_MAX] for rang in range(0, len(tous), IDS_MAX))
