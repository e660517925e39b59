"""`verifier` finds nothing on a sound town, and finds each breach of each invariant."""

import pytest

import workflows as w
from models import db, moteur
from portail.domain import verification
from portail.domain.verification import INVARIANTS, verifier
from tests.demo.ruptures_de_facturation import RUPTURES_DE_FACTURATION
from tests.demo.ruptures_de_l_argent import RUPTURES_DE_L_ARGENT
from tests.demo.ruptures_des_factures import RUPTURES_DES_FACTURES
from tests.demo.ruptures_des_tarifs import RUPTURES_DES_TARIFS
from tests.demo.ruptures_du_personnel import RUPTURES_DU_PERSONNEL
from tests.invariants import fautes


def test_rien_a_signaler_sur_la_ville_de_demonstration(ville):
    assert list(verifier()) == []


def test_la_meme_chose_vue_par_les_tests(ville):
    assert fautes() == []


UNE = "(SELECT min(id) FROM reservation WHERE statut = '{}')"
RESERVEE, EN_LISTE = UNE.format(w.RESERVE), UNE.format(w.LISTE_ATTENTE)
EN_ATTENTE, PRESENTE = UNE.format(w.RESERVATION_ATTENTE), UNE.format(w.PRESENT)
COMPLETE = f"(SELECT seance_id FROM reservation WHERE id = {EN_LISTE})"
ENFANT = f"(SELECT enfant_id FROM reservation WHERE id = {RESERVEE})"
POINTEE = f"(SELECT max(objet_id) FROM evenement WHERE acte = '{w.POINTER_PRESENT}')"
REPONDUE = "(SELECT min(id) FROM ligne WHERE statut = 'acceptee')"
ACCEPTEE = "(SELECT min(id) FROM demande WHERE statut = 'acceptee')"
DERNIERE_DEMANDE = "(SELECT max(id) FROM demande WHERE statut = 'en_attente')"
LIGNE = "INSERT INTO evenement (quand, acte, objet, objet_id, de, vers, detail, famille_id) VALUES"
CODE = (
    "INSERT INTO code_abonne"
    " (famille_id, responsable_id, empreinte, scelle, cree_le, expire_le, abonnement_id)"
)
QUAND = "'2026-11-23 10:00:00'"
DU_DOSSIER = (
    "INSERT INTO demande (famille_id, auteur_id, nature, statut, deposee_le, repondue_le, piece_attendue)"
    f" SELECT famille_id, compte_id, '{w.NATURE_DOSSIER}', '{w.REFUSEE}', {QUAND}, {QUAND}, ''"
    " FROM abonnement WHERE id = 1"
)
LA_DERNIERE = "(SELECT max(id) FROM demande)"
MODIFICATION = (
    "INSERT INTO modification (demande_id, objet, objet_id, champ, avant, apres, statut, motif) SELECT"
)
REFUS = f"'classe', '', 'CM1', '{w.REFUSEE}', 'Non'"
LA_FAMILLE = "(SELECT famille_id FROM abonnement WHERE id = 1)"
L_ADULTE = f"(SELECT min(id) FROM responsable WHERE famille_id = {LA_FAMILLE})"
LIGNE_D_UNE_DEMANDE = LIGNE.replace(") VALUES", ", demande_id) SELECT")
REFUSER = f"{QUAND}, '{w.REFUSER}', 'modification', m.id, '{w.EN_ATTENTE}', '{w.REFUSEE}', ''"
MODIFIEE = f"{MODIFICATION} {LA_DERNIERE}, 'responsable', {L_ADULTE}, {REFUS}"
INSCRIT = f"(SELECT min(id) FROM preinscription WHERE statut = '{w.RESERVATION_POSSIBLE}')"
DE_PREINSCRIPTION = DU_DOSSIER.replace(w.NATURE_DOSSIER, w.NATURE_PREINSCRIPTION)
"""A demande of pre-registration that was refused; its lines are to come."""
LIGNE_DE_PREINSCRIPTION = "INSERT INTO ligne (demande_id, preinscription_id, statut, motif) SELECT"
ETRANGER = "(SELECT max(id) FROM compte WHERE role <> 'famille')"
DOCUMENT = (
    "INSERT INTO document (demande_id, auteur_id, piece, nom, genre, taille, contenu, depose_le) SELECT"
)
CAPACITE = (
    "INSERT INTO capacite (nom, places, simultanee) SELECT 'Une salle', max(prises) - 1, {} FROM seance"
    f" WHERE activite_id = (SELECT activite_id FROM seance WHERE id = {COMPLETE})"
)
PARTAGE = (
    "INSERT INTO capacite_activite (capacite_id, activite_id)"
    f" SELECT max(c.id), s.activite_id FROM capacite c, seance s WHERE s.id = {COMPLETE}"
    " GROUP BY s.activite_id"
)

RUPTURES = {
    "Places": [
        f"UPDATE seance SET prises = prises - 1 WHERE id ="
        f" (SELECT seance_id FROM reservation WHERE id = {RESERVEE})",
        f"UPDATE seance SET places = prises - 1 WHERE id = {COMPLETE}",
    ],
    "Un créneau par enfant": [
        f"INSERT INTO reservation (enfant_id, seance_id, statut)"
        f" SELECT enfant_id, seance_id, statut FROM reservation WHERE id = {RESERVEE}",
    ],
    "Statuts": [
        "UPDATE demande SET statut = 'perdue' WHERE id = 1",
        f"UPDATE reservation SET statut = 'peut_etre' WHERE id = {RESERVEE}",
        "UPDATE abonnement SET statut = 'suspendu' WHERE id = 1",
    ],
    "Journal": [
        f"UPDATE reservation SET statut = '{w.PRESENT}' WHERE id = {RESERVEE}",
        "UPDATE preinscription SET statut = 'refusee' WHERE id = 1",
        f"UPDATE ligne SET statut = 'annulee' WHERE id = {REPONDUE}",
        "DELETE FROM evenement WHERE objet = 'abonnement' AND objet_id = 1",
        f"DELETE FROM evenement WHERE objet = 'reservation' AND objet_id = {PRESENTE}",
    ],
    "Suite du journal": [
        f"{LIGNE} ({QUAND}, '{w.REFUSER}', 'ligne', {REPONDUE}, '{w.EN_ATTENTE}', '{w.ACCEPTEE}', '', 1)",
        f"DELETE FROM evenement WHERE acte = 'reprendre' AND objet = 'reservation' AND objet_id = {POINTEE}",
        f"{LIGNE} ({QUAND}, 'deposer', 'reservation', 999999, '{w.RESERVE}', '{w.NON_RESERVE}', '', 1)",
    ],
    "Transitions": [
        f"{LIGNE} ({QUAND}, '{w.REFUSER}', 'ligne', {REPONDUE}, '{w.ACCEPTEE}', '{w.REFUSEE}', '', 1)",
    ],
    "Pré-inscription": [
        f"UPDATE preinscription SET fin = debut WHERE enfant_id = {ENFANT}",
        f"UPDATE preinscription SET statut = 'annulee' WHERE enfant_id = {ENFANT}",
    ],
    "Absence": [
        f"INSERT INTO reservation (enfant_id, seance_id, statut) SELECT 1, max(id), '{w.ABSENT}' FROM seance",
    ],
    "Liste d’attente": [
        f"UPDATE reservation SET ordre = 1 WHERE id = {EN_LISTE}",
        f"UPDATE reservation SET ordre = NULL WHERE id = {EN_LISTE}",
        f"UPDATE reservation SET ordre = 7 WHERE id = {RESERVEE}",
    ],
    "Places à donner": [
        f"UPDATE seance SET places = places + 1 WHERE id = {COMPLETE}",
    ],
    "Places partagées": [
        (CAPACITE.format("FALSE"), PARTAGE),
        (CAPACITE.format("TRUE"), PARTAGE),
    ],
    "Jours partagés": [
        (CAPACITE.format("FALSE"), PARTAGE),
        "INSERT INTO jour_de_capacite (capacite_id, jour, prises, mouvements)"
        " SELECT max(c.id), max(s.jour), 1, 1 FROM capacite c, seance s",
    ],
    "Ensemble ou pas du tout": [
        f"UPDATE reservation SET fratrie = 1 WHERE id IN ({EN_LISTE}, {RESERVEE})",
    ],
    "Séances annulées": [
        f"UPDATE seance SET annulee = 'Grève' WHERE id ="
        f" (SELECT seance_id FROM reservation WHERE id = {RESERVEE})",
    ],
    "Facturation": [
        f"UPDATE ligne SET facturee = TRUE WHERE reservation_id = {EN_ATTENTE}",
    ],
    "Motifs d’absence": [
        f"UPDATE demande SET motif_absence_id = 1 WHERE id = (SELECT demande_id FROM ligne"
        f" WHERE reservation_id = {EN_ATTENTE})",
    ],
    "Attentes": [
        f"DELETE FROM ligne WHERE reservation_id = {EN_ATTENTE}",
        f"INSERT INTO ligne (demande_id, reservation_id, statut, motif)"
        f" VALUES ({DERNIERE_DEMANDE}, {EN_ATTENTE}, '{w.EN_ATTENTE}', '')",
        f"INSERT INTO ligne (demande_id, reservation_id, statut, motif)"
        f" VALUES ({DERNIERE_DEMANDE}, {RESERVEE}, '{w.EN_ATTENTE}', '')",
        f"UPDATE demande SET nature = '{w.NATURE_ABSENCE}'"
        f" WHERE id = (SELECT demande_id FROM ligne WHERE reservation_id = {EN_ATTENTE})",
    ],
    "Demandes": [
        f"UPDATE demande SET statut = '{w.REFUSEE}' WHERE id = {DERNIERE_DEMANDE}",
        f"UPDATE demande SET statut = '{w.EN_ATTENTE}' WHERE id = {ACCEPTEE}",
        f"UPDATE demande SET repondue_le = NULL WHERE id = {ACCEPTEE}",
        f"DELETE FROM ligne WHERE demande_id = {DERNIERE_DEMANDE}",
    ],
    "Familles": [
        f"UPDATE demande SET famille_id = CASE famille_id WHEN 1 THEN 2 ELSE 1 END WHERE id = {ACCEPTEE}",
    ],
    "Adultes": [
        "UPDATE abonnement SET responsable_id = (SELECT min(id) FROM responsable WHERE famille_id = 2)"
        " WHERE famille_id = 1",
        f"{CODE} SELECT 1, min(id), 'x', 'x', {QUAND}, {QUAND}, NULL FROM responsable WHERE famille_id = 2",
    ],
    "Codes abonnés": [
        f"{CODE} SELECT 1, NULL, 'x', 'x', {QUAND}, {QUAND}, min(id) FROM abonnement WHERE famille_id = 2",
        f"{CODE} SELECT famille_id, NULL, n.lettre, 'x', {QUAND}, {QUAND}, a.id FROM abonnement a"
        " CROSS JOIN (SELECT 'x' AS lettre UNION SELECT 'y') n WHERE a.id = 1",
    ],
    "Réponses écrites": [
        f"DELETE FROM courriel WHERE substr(cle, 1, 8) = 'reponse:' AND demande_id ="
        f" (SELECT demande_id FROM ligne WHERE id = {REPONDUE})",
    ],
    "Places annoncées": [
        f"{LIGNE} ({QUAND}, '{w.PROMOUVOIR}', 'reservation', 1, '{w.LISTE_ATTENTE}', '{w.RESERVE}', '', 1)",
    ],
    "Dossiers": [
        f"{MODIFICATION} {ACCEPTEE}, 'enfant', enfant_id, {REFUS} FROM reservation WHERE id = {RESERVEE}",
        (DU_DOSSIER, f"{MODIFICATION} {LA_DERNIERE}, 'enfant', 999999, {REFUS}"),
        (
            DU_DOSSIER,
            f"{MODIFICATION} {LA_DERNIERE}, 'enfant', min(e.id), {REFUS} FROM enfant e"
            f" WHERE e.famille_id <> {LA_FAMILLE}",
        ),
    ],
    "Lignes et modifications": [
        f"UPDATE demande SET nature = '{w.NATURE_DOSSIER}' WHERE id = {ACCEPTEE}",
    ],
    "Journal du dossier": [
        (
            DU_DOSSIER,
            MODIFIEE,
            f"{LIGNE_D_UNE_DEMANDE} {REFUSER}, 1, 1 FROM modification m",
        ),
    ],
    "Réponses sur le dossier": [
        (
            f"UPDATE abonnement SET responsable_id = {L_ADULTE}, cree_le = {QUAND} WHERE id = 1",
            DU_DOSSIER,
            MODIFIEE,
            f"{LIGNE_D_UNE_DEMANDE} {REFUSER}, d.famille_id, d.id FROM modification m"
            " JOIN demande d ON d.id = m.demande_id",
        ),
    ],
    "Photos": [
        f"INSERT INTO photo (enfant_id, contenu, deposee_le) SELECT min(id), 'x', {QUAND} FROM enfant",
        "INSERT INTO photo (enfant_id, contenu, deposee_le, validee_le)"
        f" SELECT e.id, 'x', {QUAND}, {QUAND} FROM (SELECT min(id) AS id FROM enfant) e"
        " CROSS JOIN (SELECT 1 AS n UNION SELECT 2) deux",
        (DU_DOSSIER, f"{MODIFICATION} {LA_DERNIERE}, 'enfant', 1, 'photo', '', '99', '{w.EN_ATTENTE}', ''"),
    ],
    "Liens": [
        "INSERT INTO lien_parental (responsable_id, enfant_id, droit)"
        " SELECT r.id, e.id, 'plein' FROM responsable r JOIN enfant e ON e.famille_id <> r.famille_id"
        " LIMIT 1",
    ],
    "Scellés": [
        "UPDATE enfant SET sante = 'illisible' WHERE id = 1",
        "UPDATE responsable SET banque = 'illisible' WHERE id = 1",
    ],
    "Dates des inscriptions": [
        f"UPDATE preinscription SET debut = '2019-01-01' WHERE id = {INSCRIT}",
        f"UPDATE activite SET fin = debut WHERE id = (SELECT activite_id FROM preinscription"
        f" WHERE id = {INSCRIT})",
    ],
    "Une inscription à la fois": [
        "INSERT INTO preinscription (enfant_id, activite_id, debut, fin, statut, cree_le)"
        f" SELECT enfant_id, activite_id, fin, fin, '{w.DEMANDE_EN_COURS}', {QUAND} FROM preinscription"
        f" WHERE id = {INSCRIT}",
    ],
    "Jours demandés": [
        "INSERT INTO jour_voulu (preinscription_id, seance_id) SELECT p.id, min(s.id) FROM preinscription p"
        f" JOIN seance s ON s.activite_id <> p.activite_id WHERE p.id = {INSCRIT} GROUP BY p.id",
        (
            f"UPDATE preinscription SET fin = debut WHERE id = {INSCRIT}",
            "INSERT INTO jour_voulu (preinscription_id, seance_id) SELECT p.id, max(s.id)"
            " FROM preinscription p JOIN seance s ON s.activite_id = p.activite_id"
            f" WHERE p.id = {INSCRIT} GROUP BY p.id",
        ),
    ],
    "Lignes d’inscription": [
        f"UPDATE demande SET nature = '{w.NATURE_PREINSCRIPTION}' WHERE id = {ACCEPTEE}",
        f"{LIGNE_DE_PREINSCRIPTION} {ACCEPTEE}, {INSCRIT}, '{w.ACCEPTEE}', ''",
        (DE_PREINSCRIPTION, f"{LIGNE_DE_PREINSCRIPTION} {LA_DERNIERE}, NULL, '{w.REFUSEE}', 'Non'"),
    ],
    "Inscriptions et demandes": [
        (DE_PREINSCRIPTION, f"{LIGNE_DE_PREINSCRIPTION} {LA_DERNIERE}, {INSCRIT}, '{w.REFUSEE}', 'Non'"),
        (
            DE_PREINSCRIPTION,
            *2 * (f"{LIGNE_DE_PREINSCRIPTION} {LA_DERNIERE}, {INSCRIT}, '{w.ACCEPTEE}', ''",),
        ),
        "INSERT INTO preinscription (enfant_id, activite_id, debut, fin, statut, cree_le)"
        f" SELECT 1, 1, '2026-12-01', '2026-12-02', '{w.DEMANDE_EN_COURS}', {QUAND}",
    ],
    "Échanges": [
        (
            DE_PREINSCRIPTION,
            "INSERT INTO message (demande_id, auteur_id, de_la_mairie, texte, ecrit_le)"
            f" SELECT {LA_DERNIERE}, {ETRANGER}, FALSE, 'Bonjour', {QUAND}",
        ),
        (DE_PREINSCRIPTION, f"{DOCUMENT} {LA_DERNIERE}, {ETRANGER}, '', 'a.pdf', 'pdf', 1, 'x', {QUAND}"),
    ],
    "Pièces attendues": [
        f"UPDATE demande SET piece_attendue = 'Une attestation' WHERE id = {ACCEPTEE}",
        f"UPDATE demande SET piece_attendue = 'Une attestation' WHERE id = {DERNIERE_DEMANDE}",
    ],
    "Documents en souffrance": [
        f"{DOCUMENT} NULL, 1, '', 'a.pdf', 'pdf', 1, 'x', '2026-11-22 07:59:59'",
    ],
    **RUPTURES_DES_TARIFS,
    "Clés étrangères": [
        "DELETE FROM lieu WHERE id = 1",
        "DELETE FROM compte WHERE id = 1",
        f"UPDATE reservation SET enfant_id = 999999 WHERE id = {RESERVEE}",
    ],
} | RUPTURES_DU_PERSONNEL
RUPTURES |= RUPTURES_DE_FACTURATION | RUPTURES_DES_FACTURES | RUPTURES_DE_L_ARGENT


def desarmer() -> None:
    """Take away what the database itself would refuse: constraints, keys, triggers."""
    if moteur() == "sqlite":
        db.execute_sql("PRAGMA foreign_keys = 0")
        db.execute_sql("PRAGMA ignore_check_constraints = 1")
        db.execute_sql("DROP INDEX reservation_enfant_id_seance_id")
        declencheurs = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        for nom, _ in db.execute_sql(declencheurs).fetchall():
            db.execute_sql(f"DROP TRIGGER {nom}")
        return
    db.execute_sql("DROP INDEX reservation_enfant_id_seance_id")
    declencheurs = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
    for nom, table in db.execute_sql(declencheurs).fetchall():
        db.execute_sql(f"DROP TRIGGER {nom} ON {table}")
    contraintes = (
        "SELECT conrelid::regclass, conname FROM pg_constraint"
        " WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace"
    )
    for table, nom in db.execute_sql(contraintes).fetchall():
        db.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {nom}")


@pytest.fixture
def seul(monkeypatch):
    """`seul("Places")`: `verifier` asks for this invariant, and for no other."""

    def garder(nom: str) -> None:
        gardes = tuple(invariant for invariant in INVARIANTS if invariant.nom == nom)
        monkeypatch.setattr(verification, "INVARIANTS", gardes)

    return garder


@pytest.mark.parametrize("invariant", RUPTURES)
def test_chaque_rupture_est_trouvee(ville, invariant, seul):
    desarmer()
    seul(invariant)
    for ordre in RUPTURES[invariant]:
        with db.atomic() as transaction:
            for un in (ordre,) if isinstance(ordre, str) else ordre:
                assert db.execute_sql(un).rowcount > 0, un
            trouvees = list(verifier())
            assert trouvees, ordre
            assert all(rupture.phrase and "{" not in rupture.phrase for rupture in trouvees)
            transaction.rollback()
    assert list(verifier()) == []


def test_chaque_invariant_a_sa_rupture():
    assert sorted(RUPTURES) == sorted(invariant.nom for invariant in INVARIANTS)


def test_un_desastre_reste_lisible(ville):
    desarmer()
    db.execute_sql(f"UPDATE reservation SET statut = '{w.PRESENT}' WHERE statut = '{w.RESERVE}'")
    journal = [rupture.phrase for rupture in verifier(montrees=5) if rupture.invariant == "Journal"]
    assert len(journal) == 6
    assert journal[-1].startswith("… et ") and journal[-1].endswith("autre(s) du même genre.")
