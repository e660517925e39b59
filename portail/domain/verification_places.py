"""What `verifier` asks of the places: shared ones, those of brothers and sisters, those still awaited."""

from collections.abc import Iterator

import workflows as w
from models import Evenement, Reservation, Seance
from portail import clock
from portail.domain.liste_attente import Attente, attentes, oubliees, seances_liees
from portail.domain.places import Places, lire_les_places, prendre_ensemble

OCCUPENT = ", ".join(f"'{statut}'" for statut in w.OCCUPENT_UNE_PLACE)


def partagees() -> str:
    """More is taken of a shared capacity than it holds: in a day, or at the moment when it is fullest.

    From today: the town may have made it smaller since a day that is past.
    """
    depuis = clock.aujourdhui().isoformat()
    return f"""
        SELECT c.nom, s.jour, sum(s.prises), c.places
        FROM capacite c JOIN capacite_activite a ON a.capacite_id = c.id
        JOIN seance s ON s.activite_id = a.activite_id
        WHERE NOT c.simultanee AND s.jour >= '{depuis}'
        GROUP BY c.id, c.nom, c.places, s.jour HAVING sum(s.prises) > c.places
        UNION ALL
        SELECT c.nom, i.jour, sum(s.prises), c.places
        FROM capacite c
        JOIN (SELECT DISTINCT b.capacite_id, t.jour, t.debut
              FROM capacite_activite b JOIN seance t ON t.activite_id = b.activite_id) AS i
          ON i.capacite_id = c.id
        JOIN capacite_activite a ON a.capacite_id = c.id
        JOIN seance s ON s.activite_id = a.activite_id AND s.jour = i.jour
                     AND s.debut <= i.debut AND (i.debut < s.fin OR s.fin <= s.debut)
        WHERE c.simultanee AND i.jour >= '{depuis}'
        GROUP BY c.id, c.nom, c.places, i.jour, i.debut HAVING sum(s.prises) > c.places"""


def jours() -> str:
    """What is kept of a day of a shared capacity is not what its séances say."""
    return """
        SELECT c.nom, v.jour, SUM(v.dites), SUM(v.prises) FROM (
            SELECT capacite_id, jour, prises AS dites, 0 AS prises FROM jour_de_capacite
            UNION ALL
            SELECT a.capacite_id, s.jour, 0, s.prises
            FROM capacite_activite a JOIN seance s ON s.activite_id = a.activite_id
        ) AS v JOIN capacite c ON c.id = v.capacite_id
        GROUP BY c.id, c.nom, v.jour HAVING SUM(v.dites) <> SUM(v.prises)"""


def separes() -> str:
    """Asked « ensemble ou pas du tout », one child has its place while the other waits."""
    return f"""
        SELECT r.fratrie, min(r.id), min(q.id)
        FROM reservation r JOIN reservation q ON q.fratrie = r.fratrie
        WHERE r.statut = '{w.LISTE_ATTENTE}' AND q.statut IN ({OCCUPENT})
        GROUP BY r.fratrie"""


def attentes_inutiles() -> Iterator[tuple]:
    """A place is free, its own and what it shares, while a child waits who may have it by itself.

    Not where an agent chose to make the child wait, nor past the deadline, nor on a closed day.
    """
    apres = 0
    while seances := oubliees(apres):
        for attente, places in _servables(seances):
            premiere = attente.reservations[0]
            libres = places.restantes(premiere.seance_id)
            yield premiere.seance_id, premiere.seance.jour, libres, len(attente.reservations)
        apres = seances[-1]


def annulees() -> str:
    """A séance that does not take place holds nothing but a child who was pointed there."""
    return f"""
        SELECT s.id, s.jour, s.annulee, count(r.id)
        FROM seance s JOIN reservation r ON r.seance_id = s.id
        WHERE s.annulee <> '' AND r.statut NOT IN ('{w.NON_RESERVE}', '{w.PRESENT}')
        GROUP BY s.id, s.jour, s.annulee"""


def factures() -> str:
    """Billed or not is told of an absence, and of nothing else."""
    return f"""
        SELECT l.id, d.id, d.nature FROM ligne l JOIN demande d ON d.id = l.demande_id
        WHERE l.facturee IS NOT NULL AND d.nature <> '{w.NATURE_ABSENCE}'"""


def motifs() -> str:
    """A reason of absence goes with an absence, and with nothing else."""
    return f"""
        SELECT id, nature FROM demande
        WHERE motif_absence_id IS NOT NULL AND nature <> '{w.NATURE_ABSENCE}'"""


# ——— inside ———


def _servables(seance_ids: list[int]) -> Iterator[tuple[Attente, Places]]:
    """Who waits on these séances and could be given a place as things are; each looked at alone."""
    en_liste = list(
        Reservation.select().where(Reservation.seance.in_(seance_ids), Reservation.statut == w.LISTE_ATTENTE)
    )
    ids = set(seance_ids) | seances_liees(en_liste)
    places = lire_les_places((s.activite_id, s) for s in Seance.select().where(Seance.id.in_(ids)))
    for attente in attentes(places, seance_ids):
        if attente.obstacle or attente.tardive or _mis_en_attente(attente):
            continue
        if prendre_ensemble(places, attente.seances):
            for seance_id in attente.seances:
                places.rendre(seance_id)
            yield attente, places


def _mis_en_attente(attente: Attente) -> bool:
    """Whether an agent put one of them there by choice."""
    ordres = [reservation.ordre for reservation in attente.reservations]
    choix = Evenement.select().where(Evenement.id.in_(ordres), Evenement.acte == w.METTRE_EN_ATTENTE)
    return choix.exists()
