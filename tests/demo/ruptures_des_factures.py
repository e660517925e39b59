"""How each invariant of the invoices is broken: numbers, totals, money, runs."""

PREMIERE = "(SELECT min(id) FROM facture WHERE total > 0)"
DERNIERE = "(SELECT max(id) FROM facture WHERE total > 0)"
AVOIR = "(SELECT min(id) FROM facture WHERE total < 0)"
AUTRE_ADULTE = "(SELECT max(id) FROM responsable)"
AUTRE_ENFANT = "(SELECT max(id) FROM enfant)"
UNE_LIGNE = f"(SELECT min(id) FROM ligne_de_facture WHERE facture_id = {DERNIERE})"

RUPTURES_DES_FACTURES: dict[str, list[str | tuple[str, ...]]] = {
    "Numéros de facture": [
        "UPDATE facture SET rang = rang + 1000 WHERE id = (SELECT max(id) FROM facture)",
    ],
    "Totaux": [
        f"UPDATE facture SET total = total + 1 WHERE id = {PREMIERE}",
        f"DELETE FROM ligne_de_facture WHERE id = {UNE_LIGNE}",
    ],
    "Restes à payer": [
        f"UPDATE solde SET reste = reste + 1 WHERE facture_id = {PREMIERE}",
        f"DELETE FROM solde WHERE facture_id = {PREMIERE}",
        "DELETE FROM imputation WHERE id = (SELECT min(id) FROM imputation)",
    ],
    "Avoirs": [
        "UPDATE ligne_de_facture SET montant = montant - 1 WHERE origine_id IS NOT NULL",
        f"UPDATE facture SET origine_id = {DERNIERE} WHERE id = {AVOIR}",
    ],
    "Rien deux fois": [
        "INSERT INTO ligne_de_facture (facture_id, rang, cle, genre, enfant_id, activite_id, seance_id, jour,"
        " libelle, explication, montant, garde)"
        " SELECT facture_id, 999, 'x', genre, enfant_id, activite_id, seance_id, jour, libelle, explication,"
        f" 0, garde FROM ligne_de_facture WHERE id = {UNE_LIGNE}",
    ],
    "Campagnes": [
        "UPDATE campagne SET faites = faites - 1 WHERE id = (SELECT max(id) FROM campagne)",
        "UPDATE campagne SET montant = montant + 1 WHERE id = (SELECT max(id) FROM campagne)",
        f"UPDATE facture SET campagne_id = NULL WHERE id = {PREMIERE}",
    ],
    "Avoirs imputés": [
        "UPDATE imputation SET montant = montant + 100000 WHERE avoir_id IS NOT NULL",
    ],
    "Factures des familles": [
        f"UPDATE facture SET payeur_id = {AUTRE_ADULTE} WHERE id = {AVOIR}",
        f"UPDATE ligne_de_facture SET enfant_id = {AUTRE_ENFANT} WHERE facture_id = {PREMIERE}",
    ],
}
