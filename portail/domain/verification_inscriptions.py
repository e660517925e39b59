"""What `verifier` asks of the pre-registrations: dates, days asked for, answers, thread, documents."""

import datetime as dt

import workflows as w
from portail import clock
from portail.domain import documents
from portail.domain.activites import MODIFIEE
from portail.domain.fin_d_inscription import ECOURTER

VIVANTES = f"('{w.DEMANDE_EN_COURS}', '{w.RESERVATION_POSSIBLE}')"
MENAGE = dt.timedelta(days=1)
"""How late the housekeeping may be before it is told."""

ACCORDS = (
    (w.EN_ATTENTE, w.DEMANDE_EN_COURS),
    (w.ACCEPTEE, w.RESERVATION_POSSIBLE),
    (w.ACCEPTEE, w.ANNULEE),
    (w.REFUSEE, w.REFUSEE),
    (w.ANNULEE, w.ANNULEE),
)
"""What a line says, and what its pre-registration then is; accepted, the town may have cancelled it since."""


def hors_des_dates() -> str:
    """A child is registered before its activity begins, or after it ends.

    Not where the activity was changed since: a registration keeps its dates, that count again should the
    activity last as long as before.
    """
    return f"""
        SELECT p.id, p.debut, p.fin, a.debut, a.fin
        FROM preinscription p JOIN activite a ON a.id = p.activite_id
        WHERE p.statut = '{w.RESERVATION_POSSIBLE}' AND (p.debut < a.debut OR p.fin > a.fin)
          AND NOT EXISTS (
              SELECT 1 FROM evenement e
              WHERE e.objet = 'activite' AND e.objet_id = a.id AND e.acte = '{MODIFIEE}'
                AND e.quand >= p.cree_le)"""


def chevauchements() -> str:
    """Two pre-registrations that stand, or wait, cover the same day of a child in an activity."""
    return f"""
        SELECT p.enfant_id, p.activite_id, p.id, q.id
        FROM preinscription p JOIN preinscription q
          ON q.enfant_id = p.enfant_id AND q.activite_id = p.activite_id AND q.id > p.id
         AND q.debut <= p.fin AND p.debut <= q.fin
        WHERE p.statut IN {VIVANTES} AND q.statut IN {VIVANTES}"""


def jours_etrangers() -> str:
    """A day asked for is of another activity, or outside the period; later than an early end, it stays."""
    return f"""
        SELECT p.id, s.jour, s.id
        FROM jour_voulu j JOIN preinscription p ON p.id = j.preinscription_id
        JOIN seance s ON s.id = j.seance_id
        WHERE s.activite_id <> p.activite_id OR s.jour < p.debut
           OR s.jour > p.fin AND NOT EXISTS (
              SELECT 1 FROM evenement e
              WHERE e.objet = 'preinscription' AND e.objet_id = p.id AND e.acte = '{ECOURTER}')"""


def lignes() -> str:
    """A line of a demande of pre-registration is of one, a line of any other demande is of none."""
    return f"""
        SELECT l.id, d.id, d.nature, coalesce(CAST(l.preinscription_id AS TEXT), 'aucune'),
               coalesce(CAST(l.reservation_id AS TEXT), 'aucun')
        FROM ligne l JOIN demande d ON d.id = l.demande_id
        WHERE (d.nature = '{w.NATURE_PREINSCRIPTION}') <> (l.preinscription_id IS NOT NULL)
           OR (l.preinscription_id IS NULL) = (l.reservation_id IS NULL)
              AND d.nature <> '{w.NATURE_CONTESTATION}'"""


def desaccords() -> str:
    """A pre-registration is what its line says; one that waits has a line, and none has two."""
    accord = " OR ".join(f"l.statut = '{ligne}' AND p.statut = '{statut}'" for ligne, statut in ACCORDS)
    return f"""
        SELECT p.id, p.statut, l.id, l.statut
        FROM ligne l JOIN preinscription p ON p.id = l.preinscription_id WHERE NOT ({accord})
        UNION ALL
        SELECT p.id, p.statut, 0, 'aucune ligne' FROM preinscription p
        WHERE p.statut = '{w.DEMANDE_EN_COURS}'
          AND NOT EXISTS (SELECT 1 FROM ligne l WHERE l.preinscription_id = p.id)
        UNION ALL
        SELECT p.id, p.statut, max(l.id), 'plusieurs lignes'
        FROM preinscription p JOIN ligne l ON l.preinscription_id = p.id
        GROUP BY p.id, p.statut HAVING count(*) > 1"""


def echanges() -> str:
    """A family's message, a document, of an account that was never subscribed to the demande's family."""
    return " UNION ALL ".join(
        f"""
        SELECT '{table}', o.id, o.demande_id FROM {table} o JOIN demande d ON d.id = o.demande_id
        WHERE {siens} NOT EXISTS (
            SELECT 1 FROM abonnement a WHERE a.compte_id = o.auteur_id AND a.famille_id = d.famille_id)"""
        for table, siens in (("message", "NOT o.de_la_mairie AND"), ("document", ""))
    )


def pieces_attendues() -> str:
    """Something is awaited of a family whose demande is answered, or is of another nature."""
    return f"""
        SELECT id, nature, statut FROM demande
        WHERE piece_attendue <> ''
          AND (statut <> '{w.EN_ATTENTE}'
               OR nature NOT IN ('{w.NATURE_PREINSCRIPTION}', '{w.NATURE_ABSENCE}'))"""


def abandonnes() -> str:
    """A document that was never asked for, and that the housekeeping has left."""
    avant = (clock.maintenant() - documents.ATTENTE - MENAGE).astimezone(dt.UTC)
    return f"""
        SELECT id, depose_le FROM document
        WHERE demande_id IS NULL AND depose_le < '{avant:%Y-%m-%d %H:%M:%S}'"""
