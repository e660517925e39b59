"""What must always hold of payments, debits, mandates, receipts and reminders: a row is a breach."""

import workflows as w


def prelevements_sans_recu() -> str:
    """A debit that was collected is a receipt, of as much; one that was not is none that stands."""
    return f"""
        SELECT p.id, p.statut, p.montant, coalesce(r.montant, 0)
        FROM prelevement p
        LEFT JOIN reglement r ON r.cle = 'prelevement:' || p.id
        LEFT JOIN reglement c ON c.contrepartie_de_id = r.id
        WHERE (p.statut = '{w.ENCAISSE}' AND (r.id IS NULL OR r.montant <> p.montant OR c.id IS NOT NULL))
           OR (p.statut IN ('{w.PREVU}', '{w.ANNULEE}') AND r.id IS NOT NULL)
           OR (p.statut = '{w.REJETE}' AND r.id IS NOT NULL AND c.id IS NULL)"""


def recus_sans_prelevement() -> str:
    return """
        SELECT r.id, r.cle FROM reglement r
        WHERE r.moyen = 'prelevement' AND r.contrepartie_de_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM prelevement p WHERE r.cle = 'prelevement:' || p.id)"""


def prelevements_d_un_autre() -> str:
    """The account that is debited is that of whoever owes the invoice; never more than its total."""
    return """
        SELECT p.id, m.responsable_id, f.payeur_id, p.montant, f.total
        FROM prelevement p
        JOIN mandat m ON m.id = p.mandat_id
        JOIN facture f ON f.id = p.facture_id
        WHERE m.responsable_id <> f.payeur_id OR p.montant > f.total"""


def paiements_sans_recu() -> str:
    """An operation that was paid is one receipt, of what PayFiP says it received; any other is none."""
    return f"""
        SELECT p.id, p.statut, p.montant, coalesce(r.montant, 0)
        FROM paiement p LEFT JOIN reglement r ON r.cle = 'payfip:' || p.idop
        WHERE (p.statut = '{w.PAYE}') <> (r.id IS NOT NULL)
           OR r.montant NOT IN (p.montant, coalesce(p.recu, p.montant))"""


def recus_sans_paiement() -> str:
    return """
        SELECT r.id, r.cle FROM reglement r
        WHERE r.moyen = 'payfip' AND r.contrepartie_de_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM paiement p WHERE r.cle = 'payfip:' || p.idop)"""


def factures_tenues() -> str:
    """What is over holds no invoice: it may be paid again, debited, reminded of."""
    return f"""
        SELECT f.facture_id, p.id, p.statut
        FROM facture_du_paiement f JOIN paiement p ON p.id = f.paiement_id
        WHERE f.ouverte AND p.statut <> '{w.OUVERT}'"""


def argent_d_un_autre() -> str:
    """What an adult paid, or was given back, pays that adult's invoices; and what is left is owed by them."""
    return """
        SELECT i.facture_id, f.payeur_id, coalesce(r.payeur_id, a.payeur_id)
        FROM imputation i JOIN facture f ON f.id = i.facture_id
        LEFT JOIN reglement r ON r.id = i.reglement_id LEFT JOIN facture a ON a.id = i.avoir_id
        WHERE coalesce(r.payeur_id, a.payeur_id) <> f.payeur_id
        UNION ALL
        SELECT f.id, f.payeur_id, s.payeur_id
        FROM solde s JOIN facture f ON f.id = s.facture_id WHERE s.payeur_id <> f.payeur_id"""


def remises() -> str:
    """Collected, and something of it still waits; or before the bank had its file."""
    return f"""
        SELECT r.id, (SELECT count(*) FROM prelevement p WHERE p.remise_id = r.id AND p.statut = '{w.PREVU}')
        FROM remise r
        WHERE r.encaissee_le IS NOT NULL AND (
            r.emportee_le IS NULL
            OR EXISTS (SELECT 1 FROM prelevement p WHERE p.remise_id = r.id AND p.statut = '{w.PREVU}'))"""


def mandats() -> str:
    """A reference that a bank would refuse; one that is signed after it was collected."""
    return """
        SELECT id, rum, signe_le FROM mandat
        WHERE length(rum) > 35 OR rum = '' OR replace(rum, ' ', '') <> rum OR collecte_le < signe_le"""


def trop_imputes() -> str:
    """A receipt that pays more than it is, or whose counterpart does not take off what it had paid."""
    return """
        SELECT r.id, r.montant, coalesce(sum(i.montant), 0)
        FROM reglement r LEFT JOIN imputation i ON i.reglement_id = r.id
        GROUP BY r.id, r.montant
        HAVING (r.montant > 0 AND coalesce(sum(i.montant), 0) NOT BETWEEN 0 AND r.montant)
            OR (r.montant < 0 AND coalesce(sum(i.montant), 0) NOT BETWEEN r.montant AND 0)"""


def contreparties() -> str:
    """What did not hold pays nothing any more: what it had paid came off, invoice by invoice."""
    return """
        SELECT r.id, i.facture_id, sum(i.montant)
        FROM reglement r
        JOIN reglement c ON c.contrepartie_de_id = r.id
        JOIN imputation i ON i.reglement_id IN (r.id, c.id)
        GROUP BY r.id, i.facture_id
        HAVING sum(i.montant) <> 0"""


def relances() -> str:
    """Reminders of an invoice follow each other: 1, 2, 3…"""
    return """
        SELECT facture_id, max(rang), count(*) FROM relance
        GROUP BY facture_id HAVING max(rang) <> count(*)"""


A_TENIR = (
    (
        "Prélèvements et reçus",
        prelevements_sans_recu,
        "prélèvement {0} ({1}) : de {2} centimes, son reçu est de {3}",
    ),
    ("Reçus de prélèvement", recus_sans_prelevement, "reçu {0} : « {1} » n’existe pas"),
    (
        "Comptes prélevés",
        prelevements_d_un_autre,
        "prélèvement {0} : mandat de l’adulte {1}, facture de l’adulte {2} ; {3} centimes sur {4}",
    ),
    (
        "Paiements et reçus",
        paiements_sans_recu,
        "paiement {0} ({1}) : de {2} centimes, son reçu est de {3}",
    ),
    ("Reçus de paiement", recus_sans_paiement, "reçu {0} : « {1} » n’existe pas"),
    ("Factures en paiement", factures_tenues, "facture {0} : le paiement {1}, {2}, la retient encore"),
    ("Payeurs", argent_d_un_autre, "facture {0}, de l’adulte {1} : payée, ou due, par l’adulte {2}"),
    ("Remises", remises, "remise {0} : encaissée, {1} prélèvement(s) y attendent"),
    ("Mandats", mandats, "mandat {0} : « {1} », signé le {2}"),
    ("Imputations", trop_imputes, "règlement {0} : de {1} centimes, il en impute {2}"),
    (
        "Contreparties",
        contreparties,
        "règlement {0}, annulé : il paie encore {2} centimes de la facture {1}",
    ),
    ("Relances", relances, "facture {0} : la relance {1} est la dernière, sur {2}"),
)
"""Name, query, what is said of a breach (`verification.Invariant`)."""
