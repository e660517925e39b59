"""Years of a town's life, written in a second: what a planner needs to see that an index is worth taking."""

import datetime as dt

from peewee import chunked

from models import Activite, Enfant, Famille, Seance, db
from tests.garanties import volume_argent
from tests.monde import MAINTENANT, Monde

FAMILLES, ACTIVITES, JOURS = 200, 56, 100
PASSE = dt.datetime(2025, 9, 1, 8, tzinfo=MAINTENANT.tzinfo)

ORDRES = (
    # one booking in sixty-four, of any child on any séance
    "INSERT INTO reservation (enfant_id, seance_id, statut) SELECT e.id, s.id, 'reserve'"
    " FROM enfant e CROSS JOIN seance s WHERE e.classe = 'volume' AND s.jour < '2026-01-01'"
    " AND (e.id + s.id) / 64 * 64 = e.id + s.id",
    "INSERT INTO demande (famille_id, auteur_id, agent_id, nature, statut, deposee_le, repondue_le,"
    " piece_attendue)"
    " SELECT f.id, c.id, c.id, 'reservation', 'acceptee', '2025-09-01 08:00:00', '2025-09-02 08:00:00', ''"
    " FROM famille f CROSS JOIN (SELECT id FROM seance ORDER BY id LIMIT 15) s CROSS JOIN compte c"
    " WHERE f.nom = 'Volume' AND c.email = 'agent@example.org'",
    "INSERT INTO ligne (demande_id, reservation_id, statut, motif)"
    " SELECT d.id, r.id, 'acceptee', '' FROM demande d JOIN enfant e ON e.famille_id = d.famille_id"
    " JOIN reservation r ON r.enfant_id = e.id"
    " WHERE d.deposee_le < '2026-01-01' AND (r.id + d.id) / 15 * 15 = r.id + d.id",
    "INSERT INTO modification (demande_id, objet, objet_id, champ, avant, apres, statut, motif)"
    " SELECT d.id, 'enfant', e.id, 'classe', '', 'CE1', 'appliquee', ''"
    " FROM demande d JOIN enfant e ON e.famille_id = d.famille_id WHERE d.deposee_le < '2026-01-01'",
    "INSERT INTO evenement (quand, auteur_id, acte, objet, objet_id, de, vers, famille_id, detail)"
    " SELECT '2025-09-02 08:00:00', NULL, 'accepter', 'reservation', r.id, 'reservation_attente', 'reserve',"
    " e.famille_id, '' FROM reservation r JOIN enfant e ON e.id = r.enfant_id WHERE e.classe = 'volume'",
    "INSERT INTO courriel (cle, destinataire, sujet, corps, famille_id, demande_id, message_id, statut,"
    " cree_le, prochain_essai, essais, erreur)"
    " SELECT 'volume:' || d.id, 'a@example.org', 'Réponse', 'Bonjour',"
    " d.famille_id, d.id, '<' || d.id || '@volume>', 'envoye', d.deposee_le, d.deposee_le, 1, ''"
    " FROM demande d WHERE d.deposee_le < '2026-01-01'",
    "INSERT INTO session_ouverte (compte_id, jeton, appareil, ouverte_le, vue_le, fermee_le)"
    " SELECT c.id, 'volume' || e.id, '', '2025-09-01 08:00:00', '2025-09-01 08:00:00', '2025-09-01 09:00:00'"
    " FROM enfant e JOIN compte c ON c.id = 1 + e.id - e.id / 6 * 6 WHERE e.classe = 'volume'",
    "INSERT INTO preinscription (enfant_id, activite_id, debut, fin, statut, cree_le)"
    " SELECT e.id, a.id, a.debut, a.fin, 'reservation_possible', '2025-08-01 08:00:00'"
    " FROM enfant e CROSS JOIN activite a WHERE e.classe = 'volume' AND (e.id + a.id) / 8 * 8 = e.id + a.id",
    "INSERT INTO ligne (demande_id, preinscription_id, statut, motif)"
    " SELECT (SELECT MIN(d.id) FROM demande d WHERE d.famille_id = e.famille_id), p.id, 'acceptee', ''"
    " FROM preinscription p JOIN enfant e ON e.id = p.enfant_id WHERE e.classe = 'volume'"
    " AND EXISTS (SELECT 1 FROM demande d WHERE d.famille_id = e.famille_id)",
    "INSERT INTO jour_voulu (preinscription_id, seance_id) SELECT p.id, s.id FROM preinscription p"
    " JOIN enfant e ON e.id = p.enfant_id JOIN seance s ON s.activite_id = p.activite_id"
    " WHERE e.classe = 'volume' AND s.jour < '2025-10-01'",
    "INSERT INTO message (demande_id, auteur_id, de_la_mairie, texte, ecrit_le)"
    " SELECT id, auteur_id, TRUE, 'Bonjour', deposee_le FROM demande WHERE deposee_le < '2026-01-01'",
    "INSERT INTO document (demande_id, auteur_id, piece, nom, genre, taille, contenu, depose_le)"
    " SELECT id, auteur_id, '', 'a.pdf', 'pdf', 1, '', deposee_le FROM demande"
    " WHERE deposee_le < '2026-01-01'",
    "INSERT INTO note_interne (demande_id, auteur_id, texte, ecrite_le)"
    " SELECT id, agent_id, 'Vu au téléphone', deposee_le FROM demande WHERE deposee_le < '2026-01-01'",
    "INSERT INTO presence (seance_id, enfant_id, etat, sans_reservation, pointe_le, pointe_par_id,"
    " parti_avec, parti_motif)"
    " SELECT r.seance_id, r.enfant_id, 'present', FALSE, '2025-09-02 08:00:00', c.id, '', ''"
    " FROM reservation r JOIN enfant e ON e.id = r.enfant_id CROSS JOIN compte c"
    " WHERE e.classe = 'volume' AND c.email = 'agent@example.org'",
    "INSERT INTO pointage (cle, seance_id, enfant_id, geste, avec, compte_id, tape_le, recu_le, issue)"
    " SELECT 'volume' || p.id, p.seance_id, p.enfant_id, 'present', '', p.pointe_par_id, p.pointe_le,"
    " p.pointe_le, 'suivi' FROM presence p JOIN enfant e ON e.id = p.enfant_id WHERE e.classe = 'volume'",
)


def grossir() -> None:
    """Two hundred families, sixty activities, a past year of all they do, beside the small world."""
    monde = Monde()
    debut = dt.date(2025, 9, 1)
    Famille.insert_many(
        {"nom": "Volume", "code_abonne": f"V{n}", "recherche": f"volume {n}", "cree_le": PASSE}
        for n in range(FAMILLES)
    ).execute()
    familles = Famille.select().where(Famille.nom == "Volume")
    Enfant.insert_many(
        {
            "famille": famille,
            "prenom": f"Camille{rang}",
            "nom": "Volume",
            "naissance": dt.date(2018, 1, 1),
            "classe": "volume",
            "rang": rang,
            "recherche": f"camille{rang} volume",
        }
        for famille in familles
        for rang in (1, 2)
    ).execute()
    modele = {nom: getattr(monde.cantine, nom) for nom in ("delai_reservation", "delai_absence", "lieu")}
    Activite.insert_many(
        {"nom": f"Volume {n}", "debut": debut, "fin": dt.date(2026, 7, 3), "rang": 10 + n, **modele}
        for n in range(ACTIVITES)
    ).execute()
    seances = [
        {
            "activite": activite,
            "jour": debut + dt.timedelta(n),
            "debut": dt.time(8),
            "fin": dt.time(9),
            "places": 500,
            "limite_reservation": PASSE,
            "limite_absence": PASSE,
        }
        for activite in Activite.select()
        for n in range(JOURS)
    ]
    for lot in chunked(seances, 2_000):  # PostgreSQL takes 65 535 values at most
        Seance.insert_many(lot).execute()
    for ordre in ORDRES:
        db.execute_sql(ordre)
    volume_argent.facturer()
    db.execute_sql("ANALYZE")
