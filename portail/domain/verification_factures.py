"""What `verifier` asks of the invoices: numbers without a gap, lines that add up, money that agrees."""

import workflows as w
from portail.domain.invariant import Invariant


def numeros() -> str:
    """A year whose numbers are not 1, 2, 3… up to the last one."""
    return """
        SELECT exercice, count(*), max(rang) FROM facture
        GROUP BY exercice HAVING count(*) <> max(rang)"""


def totaux() -> str:
    """An invoice that is not what its lines add up to."""
    return """
        SELECT f.id, f.total, coalesce(l.somme, 0)
        FROM facture f
        LEFT JOIN (SELECT facture_id, sum(montant) AS somme FROM ligne_de_facture GROUP BY facture_id) l
            ON l.facture_id = f.id
        WHERE f.total <> coalesce(l.somme, 0)"""


def restes() -> str:
    """What is left to pay is the total less what was put to it; an invoice has one, an avoir has none."""
    return """
        SELECT f.id, coalesce(s.reste, -1), f.total - coalesce(i.mis, 0)
        FROM facture f
        LEFT JOIN solde s ON s.facture_id = f.id
        LEFT JOIN (SELECT facture_id, sum(montant) AS mis FROM imputation GROUP BY facture_id) i
            ON i.facture_id = f.id
        WHERE f.total >= 0 AND (s.reste IS NULL OR s.reste <> f.total - coalesce(i.mis, 0))
           OR f.total < 0 AND (s.id IS NOT NULL OR i.mis IS NOT NULL)"""


def avoirs_de_trop() -> str:
    """A line of which avoirs have taken back more than it was; or that another invoice's avoir takes back."""
    return """
        SELECT o.id, o.montant, sum(-l.montant)
        FROM ligne_de_facture l
        JOIN ligne_de_facture o ON o.id = l.origine_id
        JOIN facture a ON a.id = l.facture_id
        GROUP BY o.id, o.montant
        HAVING sum(-l.montant) > o.montant
            OR max(CASE WHEN a.origine_id = o.facture_id THEN 0 ELSE 1 END) = 1"""


def doublons() -> str:
    """A child billed twice for a séance, or a month, to one adult; files that became one may have been."""
    return """
        SELECT l.enfant_id, l.jour, f.payeur_id, count(*)
        FROM ligne_de_facture l JOIN facture f ON f.id = l.facture_id
        WHERE l.origine_id IS NULL
          AND f.famille_id NOT IN (SELECT objet_id FROM evenement WHERE acte = 'dossier_reuni')
        GROUP BY l.enfant_id, l.seance_id, l.activite_id, f.payeur_id, f.mois, l.jour
        HAVING count(*) > 1"""


def campagnes() -> str:
    """A run that is over, and did not go through all, or of which invoices are missing."""
    return f"""
        SELECT c.id, c.faites, c.total, c.factures, count(f.id)
        FROM campagne c LEFT JOIN facture f ON f.campagne_id = c.id
        WHERE c.statut = '{w.EMISE}'
        GROUP BY c.id, c.faites, c.total, c.factures, c.montant
        HAVING c.faites < c.total OR c.factures <> count(f.id) OR c.montant <> coalesce(sum(f.total), 0)"""


def avoirs_imputes() -> str:
    """An avoir of which more was put to invoices than it takes back."""
    return """
        SELECT a.id, -a.total, sum(i.montant)
        FROM facture a JOIN imputation i ON i.avoir_id = a.id
        GROUP BY a.id, a.total HAVING sum(i.montant) > -a.total OR sum(i.montant) < 0"""


def autre_famille() -> str:
    """An invoice whose adult, or one of whose children, is of another family."""
    return """
        SELECT f.id, 'payeur', r.id FROM facture f JOIN responsable r ON r.id = f.payeur_id
        WHERE r.famille_id <> f.famille_id
        UNION ALL
        SELECT f.id, 'enfant', e.id FROM ligne_de_facture l
        JOIN facture f ON f.id = l.facture_id JOIN enfant e ON e.id = l.enfant_id
        WHERE e.famille_id <> f.famille_id"""


INVARIANTS = (
    Invariant("Numéros de facture", numeros, "exercice {0} : {1} facture(s), et le dernier numéro est {2}"),
    Invariant("Totaux", totaux, "facture {0} : son total est {1}, ses lignes font {2} (centimes)"),
    Invariant("Restes à payer", restes, "facture {0} : reste {1}, il devrait rester {2} (centimes)"),
    Invariant("Avoirs", avoirs_de_trop, "ligne {0} : {1} facturés, {2} repris, ou par un avoir étranger"),
    Invariant("Rien deux fois", doublons, "enfant {0}, le {1} : facturé {3} fois à l’adulte {2}"),
    Invariant(
        "Campagnes",
        campagnes,
        "campagne {0} : {1} famille(s) sur {2} ; {3} facture(s) annoncées, {4} retrouvées",
    ),
    Invariant("Avoirs imputés", avoirs_imputes, "avoir {0} : de {1}, {2} imputés (centimes)"),
    Invariant("Factures des familles", autre_famille, "facture {0} : {1} {2} d’une autre famille"),
)
