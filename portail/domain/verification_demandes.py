"""What `verifier` asks of the créneaux and of the demandes: one query each, a row is a breach."""

from itertools import product

import workflows as w

# ——— what a booking rests on ———


def hors_inscription() -> str:
    return f"""
        SELECT r.id, r.statut, s.jour
        FROM reservation r JOIN seance s ON s.id = r.seance_id
        WHERE r.statut <> '{w.NON_RESERVE}' AND NOT EXISTS (
            SELECT 1 FROM preinscription p
            WHERE p.enfant_id = r.enfant_id AND p.activite_id = s.activite_id
              AND p.statut = '{w.RESERVATION_POSSIBLE}' AND s.jour BETWEEN p.debut AND p.fin)"""


def absences() -> str:
    """An absence from what was never booked, nor taken over as such."""
    return f"""
        SELECT r.id, r.statut FROM reservation r
        WHERE r.statut IN ('{w.ABSENCE_ATTENTE}', '{w.ABSENT}') AND NOT EXISTS (
            SELECT 1 FROM evenement e WHERE e.objet = 'reservation' AND e.objet_id = r.id
              AND (e.de IN ('{w.RESERVE}', '{w.PRESENT}') OR e.de = '' AND e.vers = '{w.ABSENT}'))"""


def liste_d_attente() -> str:
    """The rank in the list is the number of the very line that put the child there."""
    return f"""
        SELECT r.id, r.ordre FROM reservation r
        LEFT JOIN evenement e ON e.id = r.ordre AND e.objet = 'reservation' AND e.objet_id = r.id
                             AND e.vers = '{w.LISTE_ATTENTE}'
        WHERE (r.statut = '{w.LISTE_ATTENTE}') <> (e.id IS NOT NULL)
           OR (r.statut = '{w.LISTE_ATTENTE}') <> (r.ordre IS NOT NULL)"""


# ——— demandes ———

ATTENTES = {w.RESERVATION_ATTENTE: w.NATURE_RESERVATION, w.ABSENCE_ATTENTE: w.NATURE_ABSENCE}


def attentes() -> str:
    """A booking that waits for an answer has one waiting line, of its nature; no other booking has any."""
    attendent = ", ".join(f"'{statut}'" for statut in ATTENTES)
    nature = " ".join(f"WHEN '{statut}' THEN '{nature}'" for statut, nature in ATTENTES.items())
    return f"""
        SELECT r.id, r.statut, coalesce(count(l.id), 0)
        FROM reservation r
        LEFT JOIN ligne l ON l.reservation_id = r.id AND l.statut = '{w.EN_ATTENTE}'
        LEFT JOIN demande d ON d.id = l.demande_id
        WHERE l.id IS NOT NULL OR r.statut IN ({attendent})
        GROUP BY r.id, r.statut
        HAVING count(l.id) <> 1 OR r.statut NOT IN ({attendent})
            OR max(d.nature) NOT IN (CASE r.statut {nature} END, '{w.NATURE_PREINSCRIPTION}')"""


def demandes() -> str:
    """The status of a demande is what `acte_concluant` makes of those of its lines, of its changes."""
    statuts = w.LIGNE.codes
    cas = []
    for presences in product((0, 1), repeat=len(statuts)):
        presents = [statut for statut, present in zip(statuts, presences, strict=True) if present]
        if presents:
            acte = w.acte_concluant(presents)
            conclu = w.DEMANDE.transitions[w.EN_ATTENTE, acte].vers[0] if acte else w.EN_ATTENTE
            condition = " AND ".join(f"{s} = {p}" for s, p in zip(statuts, presences, strict=True))
            cas.append(f"WHEN {condition} THEN '{conclu}'")
    colonnes = ", ".join(f"max(CASE WHEN l.statut = '{s}' THEN 1 ELSE 0 END) AS {s}" for s in statuts)
    return f"""
        SELECT id, statut, attendu FROM (
            SELECT id, statut, repondue_le, CASE {" ".join(cas)} ELSE 'sans ligne' END AS attendu
            FROM (SELECT d.id, d.statut, d.repondue_le, {colonnes}
                  FROM demande d LEFT JOIN (
                      SELECT demande_id, statut FROM ligne
                      UNION ALL
                      SELECT demande_id,
                             CASE statut WHEN '{w.APPLIQUEE}' THEN '{w.ACCEPTEE}' ELSE statut END
                      FROM modification) AS l ON l.demande_id = d.id
                  GROUP BY d.id, d.statut, d.repondue_le) AS comptees
        ) AS jugees
        WHERE statut <> attendu OR statut <> '{w.EN_ATTENTE}' AND repondue_le IS NULL"""


def autre_famille() -> str:
    return """
        SELECT l.id, l.demande_id FROM ligne l
        JOIN demande d ON d.id = l.demande_id
        LEFT JOIN reservation r ON r.id = l.reservation_id
        LEFT JOIN preinscription p ON p.id = l.preinscription_id
        JOIN enfant e ON e.id = coalesce(r.enfant_id, p.enfant_id)
        WHERE e.famille_id <> d.famille_id"""
