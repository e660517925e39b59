"""Who is touched when séances change: the children who have something booked, asked or awaited there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import workflows as w
from models import Enfant, Famille, JourVoulu, Pointage, Preinscription, Reservation
from portail import mots

MONTRES = 200
"""How many children are named on the screen; the others are counted."""


@dataclass(frozen=True)
class Touche:
    """One child, and how many days are touched."""

    enfant_id: int
    enfant: str
    famille_id: int
    famille: str
    reserves: int
    attendus: int
    """Places in a waiting list."""
    demandes: int
    """Days asked for, not answered yet: a booking, an absence."""

    @property
    def en_mots(self) -> str:
        """« 12 jours réservés, 1 jour en liste d’attente »."""
        dits = (
            (self.reserves, "jour réservé", "jours réservés"),
            (self.attendus, "jour en liste d’attente", "jours en liste d’attente"),
            (self.demandes, "jour demandé, sans réponse", "jours demandés, sans réponse"),
        )
        return ", ".join(mots.pluriel(n, un, plusieurs) for n, un, plusieurs in dits if n)


@dataclass(frozen=True)
class Touches:
    """All of them, by name."""

    enfants: tuple[Touche, ...] = ()
    creneaux: tuple[tuple[int, str], ...] = ()
    """(booking, its status), in the order of ids: what an effect that was shown is compared by."""

    @property
    def familles(self) -> int:
        return len({touche.famille_id for touche in self.enfants})

    @property
    def reserves(self) -> int:
        return sum(touche.reserves for touche in self.enfants)

    @property
    def montres(self) -> tuple[Touche, ...]:
        """Those that the screen names."""
        return self.enfants[:MONTRES]

    @property
    def en_mots(self) -> str:
        """« 3 familles, 4 enfants : 12 jours réservés »."""
        somme = Touche(
            0,
            "",
            0,
            "",
            self.reserves,
            sum(t.attendus for t in self.enfants),
            sum(t.demandes for t in self.enfants),
        )
        qui = f"{mots.pluriel(self.familles, 'famille')}, {mots.pluriel(len(self.enfants), 'enfant')}"
        return f"{qui} : {somme.en_mots}" if somme.en_mots else qui

    def __bool__(self) -> bool:
        return bool(self.enfants)


def par_seance(seance_ids: Iterable[int]) -> Touches:
    """Whoever has something on these séances. One query, whatever their number."""
    ids = list(seance_ids)
    if not ids:
        return Touches()
    lus = list(
        Reservation.select(
            Reservation.id,
            Reservation.statut,
            Enfant.id,
            Enfant.prenom,
            Enfant.nom,
            Famille.id,
            Famille.nom,
            Famille.recherche,
        )
        .join(Enfant)
        .join(Famille)
        .where(Reservation.seance.in_(ids), Reservation.statut.not_in((w.NON_RESERVE, w.ABSENT)))
        .order_by(Reservation.id)
        .tuples()
    )
    return Touches(_par_enfant(lus), tuple((ident, statut) for ident, statut, *_ in lus))


def employees(seance_ids: Collection[int]) -> set[int]:
    """Of these séances, those that something names: they are kept, whatever becomes of them. Two queries.

    A booking, a day asked for; or a tap of the roll call, of a child who came without a booking.
    """
    if not seance_ids:
        return set()
    ids = list(seance_ids)
    tables = (Reservation, JourVoulu, Pointage)
    nommees, voulues, pointees = (t.select(t.seance).where(t.seance.in_(ids)) for t in tables)
    return {ident for (ident,) in [*nommees.tuples(), *(voulues | pointees).tuples()]}


def inscrits(activite_id: int) -> tuple[int, int]:
    """How many children are registered in the activity from now on, and how many ask to be. One query."""
    requete = Preinscription.select(Preinscription.statut).where(
        Preinscription.activite == activite_id,
        Preinscription.statut.in_((w.RESERVATION_POSSIBLE, w.DEMANDE_EN_COURS)),
    )
    statuts = [statut for (statut,) in requete.tuples()]
    return statuts.count(w.RESERVATION_POSSIBLE), statuts.count(w.DEMANDE_EN_COURS)


def _par_enfant(lus: list[tuple]) -> tuple[Touche, ...]:
    comptes: dict[int, list] = {}
    for _, statut, enfant_id, prenom, nom, famille_id, famille, recherche in lus:
        compte = comptes.setdefault(enfant_id, [f"{prenom} {nom}", famille_id, famille, recherche, 0, 0, 0])
        compte[_COLONNE.get(statut, 4)] += 1
    tries = sorted(comptes.items(), key=lambda c: (c[1][3], c[1][0]))
    return tuple(
        Touche(ident, nom, famille_id, famille, *nombres)
        for ident, (nom, famille_id, famille, _, *nombres) in tries
    )


_COLONNE = {w.LISTE_ATTENTE: 5, w.RESERVATION_ATTENTE: 6, w.ABSENCE_ATTENTE: 6}
