"""What `verifier` asks of what families contest of their invoices: one query each, a row is a breach."""

import workflows as w


def lignes() -> str:
    """A line of a demande that contests is of one line of an invoice; a line of any other demande of none."""
    return f"""
        SELECT l.id, d.id, d.nature FROM ligne l
        JOIN demande d ON d.id = l.demande_id LEFT JOIN contestation c ON c.ligne_id = l.id
        WHERE (d.nature = '{w.NATURE_CONTESTATION}') <> (c.id IS NOT NULL)"""


def autre_facture() -> str:
    """A demande contests one invoice, of its own family: who reads the one reads the other."""
    return f"""
        SELECT d.id, count(DISTINCT f.id) FROM demande d
        JOIN ligne l ON l.demande_id = d.id JOIN contestation c ON c.ligne_id = l.id
        JOIN ligne_de_facture p ON p.id = c.facturee_id JOIN facture f ON f.id = p.facture_id
        WHERE d.nature = '{w.NATURE_CONTESTATION}'
        GROUP BY d.id, d.famille_id
        HAVING count(DISTINCT f.id) <> 1 OR min(f.famille_id) <> d.famille_id
            OR max(f.famille_id) <> d.famille_id OR min(f.total) < 0"""


def deux_fois() -> str:
    """Of a line, one contestation at most waits."""
    return f"""
        SELECT c.facturee_id, count(*) FROM contestation c JOIN ligne l ON l.id = c.ligne_id
        WHERE l.statut = '{w.EN_ATTENTE}' GROUP BY c.facturee_id HAVING count(*) > 1"""


def sans_avoir() -> str:
    """What is accepted is given back, by an avoir of that very line; what is not has none."""
    return f"""
        SELECT c.id, l.statut, coalesce(CAST(c.rendue_id AS TEXT), 'aucune') FROM contestation c
        JOIN ligne l ON l.id = c.ligne_id LEFT JOIN ligne_de_facture a ON a.id = c.rendue_id
        WHERE (l.statut = '{w.ACCEPTEE}') <> (a.id IS NOT NULL) OR a.origine_id <> c.facturee_id"""
