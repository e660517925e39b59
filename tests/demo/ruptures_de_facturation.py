"""How each invariant of what families contest of their invoices is broken."""

import workflows as w

QUAND = "'2026-11-23 10:00:00'"
LE_PAYEUR = "(SELECT min(id) FROM responsable)"
FACTURE = (
    "INSERT INTO facture (exercice, rang, famille_id, payeur_id, foyer, destinataire, mois, emise_le,"
    " echeance, total, motif)"
    f" SELECT 1999, 1, famille_id, id, FALSE, 'Claire', '2026-11-01', {QUAND}, '2026-12-31', 345, ''"
    f" FROM responsable WHERE id = {LE_PAYEUR}"
)
LIGNE_DE_FACTURE = (
    "INSERT INTO ligne_de_facture (facture_id, rang, cle, genre, enfant_id, activite_id, jour, libelle,"
    " explication, montant, garde)"
    " SELECT max(f.id), 1, 'rupture', 'mois', min(e.id), min(a.id), '2026-11-01',"
    " 'Léa, Cantine', 'Tarif unique.', 345, FALSE FROM facture f, enfant e, activite a"
)
EMISE = (FACTURE, LIGNE_DE_FACTURE)


def demande(statut: str = w.EN_ATTENTE, nature: str = w.NATURE_CONTESTATION, famille: str = "min") -> str:
    """A demande of the family of the payeur, or (`max`) of another."""
    return (
        "INSERT INTO demande (famille_id, auteur_id, nature, statut, deposee_le, repondue_le, piece_attendue)"
        f" SELECT r.famille_id, min(c.id), '{nature}', '{statut}', {QUAND}, {QUAND}, '' FROM responsable r,"
        f" compte c WHERE r.id = (SELECT {famille}(id) FROM responsable) GROUP BY r.famille_id"
    )


def ligne(statut: str = w.EN_ATTENTE) -> str:
    return f"INSERT INTO ligne (demande_id, statut, motif) SELECT max(id), '{statut}', '' FROM demande"


CONTESTATION = (
    "INSERT INTO contestation (ligne_id, facturee_id, texte) SELECT max(l.id), max(f.id), 'Non'"
    " FROM ligne l, ligne_de_facture f"
)

RUPTURES_DE_FACTURATION: dict[str, list[str | tuple[str, ...]]] = {
    "Contestations": [
        (demande(), ligne()),
        (*EMISE, demande(nature=w.NATURE_ABSENCE), ligne(), CONTESTATION),
    ],
    "Factures contestées": [
        (*EMISE, demande(famille="max"), ligne(), CONTESTATION),
    ],
    "Contestations en double": [
        (*EMISE, demande(), *2 * (ligne(), CONTESTATION)),
    ],
    "Avoirs des contestations": [
        (*EMISE, demande(w.ACCEPTEE), ligne(w.ACCEPTEE), CONTESTATION),
        (
            *(*EMISE, demande(), ligne(), CONTESTATION),
            "UPDATE contestation SET rendue_id = facturee_id",
        ),
    ],
}
