"""How each invariant of the money is broken: payments, debits, mandates, receipts, reminders.

What comes before a breach is what the portal would have written with it, so that nothing else speaks.
"""

import workflows as w

QUAND = "'2026-11-23 10:00:00'"
PREMIERE = "(SELECT min(id) FROM facture WHERE total > 0)"
UN_PRELEVEMENT = "(SELECT min(id) FROM prelevement)"
UN_MANDAT = "(SELECT min(id) FROM mandat)"
SANS_MANDAT = "(SELECT max(id) FROM responsable WHERE id NOT IN (SELECT responsable_id FROM mandat))"
UN_RECU = "(SELECT min(reglement_id) FROM imputation)"
"""A receipt that pays something."""
LE_DERNIER = "(SELECT max(id) FROM reglement)"
IMPUTE = (
    "(SELECT sum(i.montant) FROM imputation i"
    f" WHERE i.reglement_id = {UN_RECU} AND i.facture_id = solde.facture_id)"
)
UN_AGENT = "(SELECT max(id) FROM compte WHERE role <> 'famille')"


def recu(moyen: str, cle: str, montant: str = "p.montant", table: str = "prelevement") -> str:
    """Money of the adult of the first invoice, that pays nothing yet: of a debit, or of a payment."""
    return (
        "INSERT INTO reglement (famille_id, payeur_id, moyen, montant, recu_le, cle, reference, saisi_le,"
        " motif)"
        f" SELECT f.famille_id, f.payeur_id, '{moyen}', {montant}, '2026-11-23', {cle}, '', {QUAND}, ''"
        f" FROM facture f, {table} p WHERE f.id = {PREMIERE} AND p.id = (SELECT min(id) FROM {table})"
    )


def contrepartie(de: str) -> str:
    return (
        "INSERT INTO reglement (famille_id, payeur_id, moyen, montant, recu_le, cle, reference, saisi_le,"
        " contrepartie_de_id, motif)"
        f" SELECT famille_id, payeur_id, moyen, -montant, recu_le, 'contre:x', '', {QUAND}, id, 'Impayé'"
        f" FROM reglement WHERE id = {de}"
    )


def franchir(table: str, acte: str, de: str, vers: str) -> tuple[str, ...]:
    """The first of `table` goes from one status to another; its line of the journal with it."""
    return (
        f"UPDATE {table} SET statut = '{vers}' WHERE id = (SELECT min(id) FROM {table})",
        "INSERT INTO evenement (quand, acte, objet, objet_id, de, vers, detail)"
        f" SELECT {QUAND}, '{acte}', '{table}', min(id), '{de}', '{vers}', '' FROM {table}",
    )


DU_PRELEVEMENT = recu("prelevement", "'prelevement:' || p.id")
ENCAISSE = franchir("prelevement", w.ENCAISSER, w.PREVU, w.ENCAISSE)
REJETE = franchir("prelevement", w.REJETER, w.PREVU, w.REJETE)
PAIEMENT = (
    "INSERT INTO paiement (famille_id, payeur_id, compte_id, refdet, idop, montant, statut, cree_le, reponse,"
    " autorisation, anomalie)"
    f" SELECT famille_id, payeur_id, {UN_AGENT}, 'RUPTURE', 'rupture', total, '{w.OUVERT}', {QUAND}, '', '',"
    f" '' FROM facture WHERE id = {PREMIERE}"
)
DU_PAIEMENT = recu("payfip", "'payfip:' || p.idop", table="paiement")
PAYE = (PAIEMENT, *franchir("paiement", w.PAYER, w.OUVERT, w.PAYE))

RUPTURES_DE_L_ARGENT: dict[str, list[str | tuple[str, ...]]] = {
    "Prélèvements et reçus": [
        DU_PRELEVEMENT,
        ENCAISSE,
        (*ENCAISSE, recu("prelevement", "'prelevement:' || p.id", "p.montant + 1")),
        (*ENCAISSE, DU_PRELEVEMENT, contrepartie(LE_DERNIER)),
        (*REJETE, DU_PRELEVEMENT),
    ],
    "Reçus de prélèvement": [recu("prelevement", "'prelevement:999999'")],
    "Comptes prélevés": [
        f"UPDATE mandat SET responsable_id = {SANS_MANDAT} WHERE id ="
        f" (SELECT mandat_id FROM prelevement WHERE id = {UN_PRELEVEMENT})",
        f"UPDATE prelevement SET montant = montant + 100000 WHERE id = {UN_PRELEVEMENT}",
    ],
    "Paiements et reçus": [
        PAYE,
        (PAIEMENT, DU_PAIEMENT),
        (*PAYE, recu("payfip", "'payfip:' || p.idop", "p.montant + 1", "paiement")),
    ],
    "Reçus de paiement": [recu("payfip", "'payfip:rupture'")],
    "Factures en paiement": [
        (
            PAIEMENT,
            *franchir("paiement", w.EXPIRER, w.OUVERT, w.EXPIRE),
            "INSERT INTO facture_du_paiement (paiement_id, facture_id, montant, ouverte)"
            f" SELECT p.id, {PREMIERE}, p.montant, TRUE FROM paiement p",
        ),
    ],
    "Payeurs": [
        f"UPDATE reglement SET payeur_id = {SANS_MANDAT} WHERE id = {UN_RECU}",
        f"UPDATE solde SET payeur_id = {SANS_MANDAT} WHERE facture_id = {PREMIERE}",
    ],
    "Remises": [
        f"UPDATE remise SET emportee_le = {QUAND}, encaissee_le = {QUAND} WHERE id ="
        f" (SELECT remise_id FROM prelevement WHERE id = {UN_PRELEVEMENT})",
        "INSERT INTO remise (jour, creee_le, creee_par_id, encaissee_le)"
        f" VALUES ('2026-11-23', {QUAND}, {UN_AGENT}, {QUAND})",
    ],
    "Mandats": [
        f"UPDATE mandat SET rum = '' WHERE id = {UN_MANDAT}",
        f"UPDATE mandat SET rum = 'PC 2026' WHERE id = {UN_MANDAT}",
        f"UPDATE mandat SET collecte_le = '2000-01-01' WHERE id = {UN_MANDAT}",
    ],
    "Imputations": [
        f"UPDATE reglement SET montant = 1 WHERE id = {UN_RECU}",
        (
            contrepartie(UN_RECU),
            f"UPDATE solde SET reste = reste + {IMPUTE} WHERE facture_id IN"
            f" (SELECT facture_id FROM imputation WHERE reglement_id = {UN_RECU})",
            "INSERT INTO imputation (facture_id, reglement_id, montant, quand)"
            f" SELECT facture_id, {LE_DERNIER}, -montant, {QUAND} FROM imputation"
            f" WHERE reglement_id = {UN_RECU}",
            f"UPDATE reglement SET montant = -1 WHERE id = {LE_DERNIER}",
        ),
    ],
    "Contreparties": [contrepartie(UN_RECU)],
    "Relances": [
        "INSERT INTO relance (facture_id, rang, envoyee_le, agent_id)"
        f" VALUES ({PREMIERE}, 2, {QUAND}, {UN_AGENT})",
    ],
}
