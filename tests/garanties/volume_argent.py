"""A year of a town's money, beside the rest of its life (`volume.py`): invoices, receipts, debits, reminders.

The sums need not add up: nobody reads them here, all that counts is how many rows there are.
"""

import datetime as dt
from itertools import product

from peewee import chunked

from models import Facture, Famille, Responsable, db
from tests.monde import MAINTENANT

ANNEE = 2025

ORDRES = (
    # each booking is billed once, on one of the twelve invoices of its family
    "INSERT INTO ligne_de_facture (facture_id, rang, cle, genre, enfant_id, activite_id, seance_id, jour,"
    " libelle, explication, montant, garde)"
    " SELECT f.id, ROW_NUMBER() OVER (PARTITION BY f.id ORDER BY r.id),"
    " 's:' || s.id || ':' || e.id || ':' || f.payeur_id, 'seance', e.id, s.activite_id, s.id, s.jour,"
    " 'Camille, Volume', 'Tarif unique.', 345, FALSE"
    " FROM reservation r JOIN enfant e ON e.id = r.enfant_id JOIN seance s ON s.id = r.seance_id"
    " JOIN facture f ON f.famille_id = e.famille_id AND f.rang - f.rang / 12 * 12 = r.id - r.id / 12 * 12"
    " WHERE e.classe = 'volume' AND f.exercice = 2025",
    # one invoice in sixteen is still owed
    "INSERT INTO solde (facture_id, payeur_id, echeance, reste)"
    " SELECT id, payeur_id, echeance, CASE WHEN rang / 16 * 16 = rang THEN 345 ELSE 0 END"
    " FROM facture WHERE exercice = 2025",
    "INSERT INTO reglement (famille_id, payeur_id, moyen, montant, recu_le, cle, reference, saisi_le, motif)"
    " SELECT famille_id, payeur_id, 'carte', total, echeance, 'volume:' || id, '', emise_le, ''"
    " FROM facture WHERE exercice = 2025",
    "INSERT INTO imputation (facture_id, reglement_id, montant, quand)"
    " SELECT f.id, r.id, r.montant, r.saisi_le FROM reglement r JOIN facture f ON r.cle = 'volume:' || f.id",
    "INSERT INTO paiement (famille_id, payeur_id, compte_id, refdet, montant, statut, cree_le, conclu_le,"
    " reponse, autorisation, anomalie)"
    " SELECT f.famille_id, f.payeur_id, c.id, 'V' || f.id, f.total, 'paye', f.emise_le, f.emise_le,"
    " '', '', '' FROM facture f CROSS JOIN compte c"
    " WHERE f.exercice = 2025 AND c.email = 'agent@example.org'",
    "INSERT INTO facture_du_paiement (paiement_id, facture_id, montant, ouverte)"
    " SELECT p.id, f.id, p.montant, FALSE FROM paiement p JOIN facture f ON p.refdet = 'V' || f.id",
    "INSERT INTO mandat (responsable_id, rum, signe_le, banque, statut, cree_le, agent_id)"
    " SELECT r.id, 'V' || r.id, '2025-01-02', m.banque, 'actif', '2025-01-02 08:00:00', m.agent_id"
    " FROM responsable r CROSS JOIN (SELECT banque, agent_id FROM mandat ORDER BY id LIMIT 1) m"
    " WHERE r.nom = 'Volume'",
    "INSERT INTO remise (jour, creee_le, creee_par_id, emportee_le, encaissee_le)"
    " SELECT DISTINCT f.echeance, f.emise_le, c.id, f.emise_le, f.emise_le"
    " FROM facture f CROSS JOIN compte c WHERE f.exercice = 2025 AND c.email = 'agent@example.org'",
    "INSERT INTO prelevement (remise_id, mandat_id, facture_id, montant, premier, statut, motif)"
    " SELECT r.id, m.id, f.id, f.total, FALSE, 'encaisse', ''"
    " FROM facture f JOIN mandat m ON m.responsable_id = f.payeur_id JOIN remise r ON r.jour = f.echeance"
    " WHERE f.exercice = 2025",
    "INSERT INTO relance (facture_id, rang, envoyee_le, agent_id)"
    " SELECT f.id, 1, f.emise_le, c.id FROM facture f CROSS JOIN compte c"
    " WHERE f.exercice = 2025 AND f.rang / 4 * 4 = f.rang AND c.email = 'agent@example.org'",
    "INSERT INTO demande (famille_id, auteur_id, agent_id, nature, statut, deposee_le, repondue_le,"
    " piece_attendue)"
    " SELECT f.famille_id, c.id, c.id, 'contestation', 'acceptee', '2025-09-01 08:00:00',"
    " '2025-09-02 08:00:00', '' FROM facture f CROSS JOIN compte c"
    " WHERE f.exercice = 2025 AND f.rang / 4 * 4 = f.rang AND c.email = 'agent@example.org'",
    "INSERT INTO ligne (demande_id, statut, motif)"
    " SELECT id, 'acceptee', '' FROM demande WHERE nature = 'contestation' AND deposee_le < '2026-01-01'",
    "INSERT INTO contestation (ligne_id, facturee_id, texte)"
    " SELECT l.id, (SELECT MIN(lf.id) FROM ligne_de_facture lf JOIN facture f ON f.id = lf.facture_id"
    " WHERE f.famille_id = d.famille_id), 'Absent ce jour-là'"
    " FROM ligne l JOIN demande d ON d.id = l.demande_id"
    " WHERE d.nature = 'contestation' AND d.deposee_le < '2026-01-01'",
    # one invoice in twenty-five is taken back in part; one receipt in fifty did not hold
    "INSERT INTO facture (exercice, rang, famille_id, payeur_id, foyer, destinataire, mois, emise_le,"
    " echeance, total, origine_id, motif)"
    " SELECT exercice, 10000 + rang, famille_id, payeur_id, foyer, destinataire, mois, emise_le, echeance,"
    " -345, id, 'Séance annulée' FROM facture WHERE exercice = 2025 AND rang / 25 * 25 = rang",
    "INSERT INTO ligne_de_facture (facture_id, rang, cle, genre, enfant_id, activite_id, seance_id, jour,"
    " libelle, explication, montant, garde, origine_id)"
    " SELECT f.id, 1, 'a:' || l.id || ':1', 'avoir', l.enfant_id, l.activite_id, l.seance_id, l.jour,"
    " l.libelle, l.explication, f.total, FALSE, l.id"
    " FROM facture f JOIN ligne_de_facture l ON l.facture_id = f.origine_id AND l.rang = 1"
    " WHERE f.exercice = 2025",
    "INSERT INTO imputation (facture_id, avoir_id, montant, quand)"
    " SELECT origine_id, id, -total, emise_le FROM facture WHERE exercice = 2025 AND total < 0",
    "INSERT INTO reglement (famille_id, payeur_id, moyen, montant, recu_le, cle, reference, saisi_le,"
    " contrepartie_de_id, motif)"
    " SELECT famille_id, payeur_id, moyen, -montant, recu_le, 'retour:' || id, '', saisi_le, id,"
    " 'Chèque sans provision' FROM reglement WHERE recu_le < '2026-06-01' AND id / 50 * 50 = id",
)


def facturer() -> None:
    """An invoice a month to each of the families of that life, and all that follows from it."""
    Responsable.insert_many(
        {"famille": famille, "prenom": "Dominique", "nom": "Volume"}
        for famille in Famille.select().where(Famille.nom == "Volume")
    ).execute()
    payeurs = Responsable.select().where(Responsable.nom == "Volume").order_by(Responsable.id)
    dues = product(payeurs, range(1, 13))
    for lot in chunked((_facture(rang, *due) for rang, due in enumerate(dues, 1)), 1_000):
        Facture.insert_many(lot).execute()
    for ordre in ORDRES:
        db.execute_sql(ordre)


def _facture(rang: int, payeur: Responsable, mois: int) -> dict[str, object]:
    premier = dt.date(ANNEE, mois, 1)
    return {
        "exercice": ANNEE,
        "rang": rang,
        "famille": payeur.famille_id,
        "payeur": payeur,
        "foyer": True,
        "destinataire": "Dominique Volume",
        "mois": premier,
        "emise_le": dt.datetime(ANNEE, mois, 28, 8, tzinfo=MAINTENANT.tzinfo),
        "echeance": premier + dt.timedelta(60),
        "total": 3_450,
    }
