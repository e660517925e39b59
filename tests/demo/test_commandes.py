"""The commands `initialiser`, `demo` and `verifier`, as typed at the counter."""

from models import Famille, Seance, db
from portail import create_app
from tests.conftest import config_de_test, fermer


def commandes(url, **reglages):
    application = create_app(config_de_test(url, **reglages))
    return lambda *mots: application.test_cli_runner().invoke(args=mots)


def test_de_la_base_vide_a_la_ville_verifiee(base_vide, url_vide):
    lancer = commandes(url_vide)
    fait = lancer("initialiser")
    assert fait.exit_code == 0 and "Migration appliquée : 0001_initial" in fait.output
    assert lancer("initialiser").output == "La base est à jour.\n"
    fait = lancer("demo", "--familles", "8", "--graine", "3")
    assert fait.exit_code == 0 and "Saint-Alban-sur-Loire est prête" in fait.output
    fait = lancer("verifier")
    assert (fait.exit_code, fait.output) == (0, "Rien à signaler.\n")
    db.connect(reuse_if_open=True)
    assert Famille.select().count() == 8
    fermer()


def test_la_demonstration_ne_touche_pas_une_base_qui_a_des_familles(ville, url_de_la_ville):
    fermer()
    fait = commandes(url_de_la_ville)("demo", "--familles", "9")
    assert (fait.exit_code, fait.output) == (0, "La base contient déjà des familles : rien n’a été fait.\n")
    db.connect(reuse_if_open=True)
    assert Famille.select().count() == 50


def test_la_demonstration_est_refusee_hors_demonstration(base_vide, url_vide):
    lancer = commandes(url_vide, demo=False)
    lancer("initialiser")
    fait = lancer("demo")
    assert fait.exit_code == 1 and "PORTAIL_DEMO=1" in fait.output
    db.connect(reuse_if_open=True)
    assert not Famille.select().exists()
    fermer()


def test_sans_initialiser_on_le_dit(base_vide, url_vide):
    for commande in ("demo", "verifier"):
        fait = commandes(url_vide)(commande)
        assert fait.exit_code == 1 and "lancez d’abord « flask --app portail initialiser »" in fait.output


def test_une_base_qui_ne_repond_pas_est_dite_en_clair(base_vide, url_vide):
    for commande in ("initialiser", "demo", "verifier", "courriels", "servir"):
        fait = commandes("postgresql://portail:secret@127.0.0.1:1/portail")(commande)
        assert fait.exit_code == 1 and fait.output.startswith("Error: La base ne répond pas (")
        assert "PORTAIL_DATABASE_URL" in fait.output and "secret" not in fait.output


def test_une_faute_dans_le_chemin_ne_cree_pas_de_base(base_vide, tmp_path):
    for commande in ("demo", "verifier", "courriels", "servir"):
        fait = commandes(f"sqlite:///{tmp_path / 'autre.sqlite3'}")(commande)
        assert fait.exit_code == 1 and "lancez d’abord « flask --app portail initialiser »" in fait.output
    assert not (tmp_path / "autre.sqlite3").exists()


def test_une_base_plus_recente_est_refusee_en_clair(base_vide, url_vide):
    lancer = commandes(url_vide)
    lancer("initialiser")
    db.connect(reuse_if_open=True)
    db.execute_sql(
        "INSERT INTO schema_migration (name, applied) VALUES ('0999_demain', '2030-01-01 00:00:00')"
    )
    fermer()
    fait = lancer("initialiser")
    assert fait.exit_code == 1
    assert "Cette base vient d’une version plus récente du portail (migration 0999_demain)" in fait.output


def test_verifier_montre_ce_qui_ne_tient_pas_et_sort_avec_1(ville, url_de_la_ville):
    seance = Seance.select().where(Seance.prises > 0).first()
    Seance.update(prises=Seance.prises - 1).where(Seance.id == seance.id).execute()
    fermer()
    fait = commandes(url_de_la_ville)("verifier")
    assert fait.exit_code == 1
    assert fait.output == (
        f"Places – séance {seance.id} : {seance.prises - 1} places prises sur {seance.places} sont inscrites,"
        f" {seance.prises} enfants en occupent\n"
    )
    db.connect(reuse_if_open=True)
