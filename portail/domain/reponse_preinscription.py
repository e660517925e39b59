"""Answering a pre-registration, child by child: the activity on the planning, the days asked for booked.

Guide §3.1: « à l'acceptation par la collectivité, on retrouve les activités sur le planning […] avec un
statut « Réservé » »; a day that is full puts the child on its waiting list.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

import workflows as w
from models import Activite, Enfant, JourVoulu, Ligne, Preinscription, Reservation, Seance
from portail import clock
from portail.domain.refus import Refus
from portail.domain.regles_preinscription import Autre, obstacle_acceptation
from portail.domain.reponse import Ordre, Voulue, a_repondre, en_vue


def lire(demandes: Collection[int]) -> dict[int, list[Ligne]]:
    """The lines of these demandes, with child and activity, the children in their order. One query."""
    requete = (
        Ligne.select(Ligne, Preinscription, Enfant, Activite)
        .join(Preinscription)
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .where(Ligne.demande.in_(list(demandes) or [0]))
        .order_by(Enfant.rang, Ligne.id)
    )
    trouvees: dict[int, list[Ligne]] = {ident: [] for ident in demandes}
    for ligne in requete:
        trouvees[ligne.demande_id].append(ligne)
    return trouvees


def choisir(
    voulue: Voulue,
    lignes: list[Ligne],
    visibles: frozenset[int] | None,
    ordre: Ordre,
    autres: Mapping[tuple[int, int], Sequence[tuple[int, Autre]]],
) -> None:
    """The lines that are answered, of those in sight; :class:`Refus` when the rules say no."""
    if ordre.acte == w.METTRE_EN_ATTENTE:
        raise Refus("Une pré-inscription ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
    parts = a_repondre(voulue.demande, en_vue(lignes, visibles), voulue.choix)
    for ligne in parts if ordre.acte == w.ACCEPTER else ():
        _verifier_les_regles(ligne.preinscription, autres)
    voulue.parts = parts
    voulue.restantes = sum(ligne.statut != w.ANNULEE for ligne in lignes)


def lire_les_autres(
    inscriptions: Iterable[Preinscription],
) -> dict[tuple[int, int], list[tuple[int, Autre]]]:
    """By child and activity, what stands already: its id, its period. One query."""
    enfants = sorted({inscription.enfant_id for inscription in inscriptions})
    requete = Preinscription.select(
        Preinscription.enfant,
        Preinscription.activite,
        Preinscription.id,
        Preinscription.debut,
        Preinscription.fin,
        Preinscription.statut,
    ).where(
        Preinscription.enfant.in_(enfants or [0]),
        Preinscription.statut == w.RESERVATION_POSSIBLE,
    )
    trouvees: dict[tuple[int, int], list[tuple[int, Autre]]] = {}
    for enfant, activite, ident, *periode in requete.tuples():
        trouvees.setdefault((enfant, activite), []).append((ident, Autre(*periode)))
    return trouvees


def jours_voulus(demandes: Collection[int]) -> dict[int, list[int]]:
    """The séances asked for, by pre-registration, in the order of time. One query."""
    voulus: dict[int, list[int]] = {}
    requete = (
        JourVoulu.select(JourVoulu.preinscription, JourVoulu.seance)
        .join(Seance)
        .join_from(JourVoulu, Preinscription)
        .join(Ligne)
        .where(Ligne.demande.in_(list(demandes) or [0]))
        .order_by(Seance.jour, Seance.debut, Seance.id)
    )
    for inscription_id, seance_id in requete.tuples():
        voulus.setdefault(inscription_id, []).append(seance_id)
    return voulus


def couples(parts: Iterable[Ligne], voulus: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """(child, séance) of all that these lines ask to book."""
    inscriptions = [ligne.preinscription for ligne in parts]
    return list(chain.from_iterable(((i.enfant_id, s) for s in voulus.get(i.id, ())) for i in inscriptions))


def statuts(voulus: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What these children have already on these séances. One query."""
    requete = Reservation.select(Reservation.enfant, Reservation.seance, Reservation.statut).where(
        Reservation.enfant.in_({enfant for enfant, _ in voulus} or [0]),
        Reservation.seance.in_({seance for _, seance in voulus} or [0]),
    )
    return {(enfant, seance): statut for enfant, seance, statut in requete.tuples()}


# ——— inside ———


def _verifier_les_regles(
    inscription: Preinscription, autres: Mapping[tuple[int, int], Sequence[tuple[int, Autre]]]
) -> None:
    """Dates and ages of the activity still hold, and nothing else covers these days by now."""
    activite, enfant = inscription.activite, inscription.enfant
    siennes = autres.get((inscription.enfant_id, inscription.activite_id), ())
    obstacle = obstacle_acceptation(
        activite,
        enfant.naissance,
        inscription.debut,
        inscription.fin,
        [autre for ident, autre in siennes if ident != inscription.id],
        clock.aujourdhui(),
    )
    if obstacle:
        phrase = f"{enfant.prenom}, {activite.nom}. {obstacle.phrase}"
        raise Refus(f"{phrase} Cette ligne ne peut être que refusée.")
