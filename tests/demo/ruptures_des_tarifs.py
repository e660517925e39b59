"""How each invariant of the tariffs, and of who pays, is broken."""

LE_PREMIER = "(SELECT min(id) FROM tarif WHERE mode = 'tranches')"
COPIE = ", ".join(
    (
        *("activite_id", "fin", "categorie", "mode", "unite", "prix", "taux", "plancher", "plafond"),
        *("fratrie_2", "fratrie_3", "supplement_tardif", "supplement_sans_reservation"),
        *("absence_non_prevenue", "garde"),
    )
)
RUPTURES_DES_TARIFS = {
    "Parts des payeurs": [
        "UPDATE part_de_payeur SET part = part - 1 WHERE id = (SELECT min(id) FROM part_de_payeur)",
        "UPDATE part_de_payeur SET responsable_id = 1 WHERE id = (SELECT min(id) FROM part_de_payeur)",
    ],
    "Un tarif par jour": [
        f"INSERT INTO tarif (debut, {COPIE}) SELECT fin, {COPIE} FROM tarif WHERE id = {LE_PREMIER}",
    ],
    "Tranches de tarif": [
        f"DELETE FROM tranche_de_tarif WHERE tarif_id = {LE_PREMIER}",
        f"UPDATE tranche_de_tarif SET a_partir_de = 1 WHERE a_partir_de = 0 AND tarif_id = {LE_PREMIER}",
    ],
}
