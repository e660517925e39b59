"""Séances written by lots: made, changed, taken away; in the transaction of an act that has locked them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import workflows as w
from models import Compte, Demande, Ligne, Reservation, Seance, verrouiller
from portail import clock
from portail.domain.annulation_de_seances import annuler_ici
from portail.domain.effet_d_activite import Effet
from portail.domain.effet_sur_les_seances import Apres, Changement
from portail.domain.places import Places
from portail.domain.transitions import en_lots

LOT = 100
"""Séances of one statement, when each of them gets values of its own."""


def creer_les_seances(activite_id: int, lignes: Sequence[dict]) -> None:
    """Insert these rows, as `calendrier.seances_prevues` gives them."""
    maintenant = clock.maintenant()
    for lot in en_lots([ligne | {"activite": activite_id, "bouge_le": maintenant} for ligne in lignes]):
        Seance.insert_many(lot).execute()


def changer_les_seances(places: Places, changements: Sequence[Changement]) -> set[int]:
    """Write what these séances become; gives those that have more places, to be given to who waits.

    `places`, counted under the lock, then counts with the places that they have now. Their mark moves:
    the plannings that are open show it.
    """
    deplacees = [c.seance for c in changements if c.apres.debut != c.avant.debut]
    if deplacees:
        # two séances of one day may take each other's hour: out of the way first, at a second nobody uses
        for seance in deplacees:
            seance.debut = seance.debut.replace(second=1)
        Seance.bulk_update(deplacees, fields=[Seance.debut], batch_size=LOT)
    plus, maintenant = set(), clock.maintenant()
    for c in changements:
        if c.apres.places > c.avant.places:
            plus.add(c.seance.id)
        comptee = places.seances[c.seance.id]
        mouvements = comptee.mouvements + 1
        for seance in (c.seance, comptee):
            seance.debut, seance.fin, seance.places = c.apres.debut, c.apres.fin, c.apres.places
            seance.limite_reservation = c.apres.limite_reservation
            seance.limite_absence = c.apres.limite_absence
            seance.mouvements, seance.bouge_le = mouvements, maintenant
    if changements:
        champs = [getattr(Seance, nom) for nom in (*Apres.__dataclass_fields__, "mouvements", "bouge_le")]
        Seance.bulk_update([c.seance for c in changements], fields=champs, batch_size=LOT)
    return plus


def retirer_les_seances(agent: Compte, effet: Effet, motif: str) -> None:
    """Take these séances away; those that somebody has booked are cancelled, and their families told why.

    A séance that something names, were it only the journal of a booking undone, stays as cancelled.
    """
    libres = [seance.id for seance in effet.seances.retirees if seance.id not in effet.nommees]
    for lot in en_lots(libres):
        Seance.delete().where(Seance.id.in_(lot)).execute()
    if effet.nommees:
        annuler_ici(agent, effet.nommees, motif)


def bouger(seance_ids: Iterable[int]) -> None:
    """Their places look otherwise: the plannings that are open will see it."""
    for lot in en_lots(sorted(seance_ids)):
        Seance.update({Seance.mouvements: Seance.mouvements + 1, Seance.bouge_le: clock.maintenant()}).where(
            Seance.id.in_(lot)
        ).execute()


def qui_attendent(seance_ids: Collection[int]) -> list[int]:
    """The demandes that wait for an answer about these séances. One query."""
    requete = (
        Ligne.select(Ligne.demande)
        .join(Reservation)
        .where(Reservation.seance.in_(list(seance_ids) or [0]), Ligne.statut == w.EN_ATTENTE)
        .distinct()
    )
    return [ident for (ident,) in requete.tuples()]


def reprendre_les_echeances(seance_ids: Collection[int]) -> None:
    """The demandes that wait about these séances are to be answered before their new deadlines.

    As when they were sent: the family's own deadline, or the start of the séance once that is past. A few
    queries; one statement for each instant before which demandes are to be answered from now on.
    """
    ids = list(seance_ids)
    if not ids:
        return
    demandes = verrouiller(Demande, qui_attendent(ids))
    lignes = (
        Ligne.select(
            Ligne.demande, Seance.jour, Seance.debut, Seance.limite_reservation, Seance.limite_absence
        )
        .join(Reservation)
        .join(Seance)
        .where(Ligne.demande.in_(list(demandes) or [0]), Ligne.statut == w.EN_ATTENTE)
        .tuples()
    )
    avant: dict[int, list] = {}
    for demande_id, jour, debut, reserver, absenter in lignes:
        limite = absenter if demandes[demande_id].nature == w.NATURE_ABSENCE else reserver
        instant = limite if limite > clock.maintenant() else clock.instant(jour, debut)
        avant.setdefault(demande_id, []).append(instant)
    bougent: dict[dt.datetime, list[int]] = {}
    for ident, instants in avant.items():
        if demandes[ident].a_traiter_avant != min(instants):
            bougent.setdefault(min(instants), []).append(ident)
    for instant, siennes in bougent.items():
        for lot in en_lots(siennes):
            Demande.update(a_traiter_avant=instant).where(Demande.id.in_(lot)).execute()
