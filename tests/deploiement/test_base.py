"""`verifier --deploiement`, what it asks of the database; and the whole of it, as it is run."""

import datetime as dt
import re
import secrets

import pytest
from cryptography.fernet import Fernet

import models
from models import Compte, SecondFacteur, Tache, db, moteur
from portail import clock, deploiement
from portail.domain import deploiement as de_la_base
from portail.domain import pages_de_la_ville, taches
from tests.conftest import config_de_test
from tests.monde import MAINTENANT

SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)
SUR = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "synchronous_standby_names": "",
}


def une(controle, *mots: str) -> None:
    """One sentence, that names all this, and says what to do."""
    phrases = list(controle())
    assert len(phrases) == 1, phrases
    assert all(mot in phrases[0] for mot in mots), phrases
    assert phrases[0].endswith(".") and " : " in phrases[0]


# ——— the engine ———


@SQLITE
def test_sqlite_waits_for_the_disk_as_the_portal_opens_it(monde):
    assert list(de_la_base.du_moteur()) == []
    db.execute_sql("PRAGMA synchronous = NORMAL")
    une(de_la_base.du_moteur, "synchronous", "FULL")
    db.execute_sql("PRAGMA synchronous = EXTRA")
    assert list(de_la_base.du_moteur()) == []
    db.execute_sql("PRAGMA journal_mode = DELETE")
    une(de_la_base.du_moteur, "WAL")


@POSTGRESQL
def test_the_server_of_the_tests_which_nobody_should_serve_a_town_with_is_named(monde):
    dites = " ".join(de_la_base.du_moteur())
    for faute in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "superutilisateur"):
        assert faute in dites


@pytest.fixture
def postgresql_sur(monkeypatch):
    """What a sound server would answer, to be changed one thing at a time."""
    reponses = dict(SUR)
    monkeypatch.setattr(de_la_base, "_reglages_de_postgresql", lambda: reponses)
    for nom, valeur in (("_est_superutilisateur", False), ("_a_distance_en_clair", False), ("_repliques", 0)):
        monkeypatch.setattr(de_la_base, nom, lambda valeur=valeur: valeur)
    return reponses


@pytest.mark.parametrize(
    ("changes", "mot"),
    [
        ({}, ""),
        ({"fsync": "off"}, "fsync"),
        ({"full_page_writes": "off"}, "full_page_writes"),
        ({"synchronous_commit": "off"}, "synchronous_commit"),
        ({"synchronous_commit": "local"}, ""),
        ({"synchronous_commit": "local", "synchronous_standby_names": "replique"}, "réplique"),
        ({"synchronous_commit": "remote_apply", "synchronous_standby_names": "replique"}, ""),
    ],
)
def test_what_postgresql_does_before_it_answers_is_weighed(postgresql_sur, changes, mot):
    postgresql_sur.update(changes)
    if mot:
        une(de_la_base._de_postgresql, mot, "remettez")
    else:
        assert list(de_la_base._de_postgresql()) == []


@pytest.mark.parametrize(
    ("question", "mot"),
    [
        ("_est_superutilisateur", "superutilisateur"),
        ("_a_distance_en_clair", "sslmode"),
        ("_repliques", "synchronous_standby_names"),
    ],
)
def test_a_role_a_line_or_a_standby_that_are_not_what_they_must_be_are_named(
    postgresql_sur, monkeypatch, question, mot
):
    monkeypatch.setattr(de_la_base, question, lambda: 1)
    une(de_la_base._de_postgresql, mot)


@POSTGRESQL
def test_an_ordinary_role_on_the_machine_itself_is_asked_for_real(monde, postgresql_sur, monkeypatch):
    monkeypatch.undo()
    assert de_la_base._est_superutilisateur()
    assert not de_la_base._a_distance_en_clair()
    assert de_la_base._repliques() == 0
    assert set(de_la_base._reglages_de_postgresql()) == set(SUR)
    db.execute_sql("CREATE ROLE portail_ordinaire")
    db.execute_sql("SET ROLE portail_ordinaire")
    try:
        assert not de_la_base._est_superutilisateur()
        assert set(de_la_base._reglages_de_postgresql()) == set(SUR)
        assert de_la_base._repliques() == 0
        assert de_la_base.ecritures_par_seconde() > 0
    finally:
        db.execute_sql("RESET ROLE")
        db.execute_sql("DROP ROLE portail_ordinaire")


@POSTGRESQL
@pytest.mark.parametrize(("secondes", "phrases"), [(-3, 1), (-1, 0), (0, 0), (1, 0), (3600, 1)])
def test_two_machines_that_do_not_tell_the_same_time_are_named(monde, monkeypatch, secondes, phrases):
    assert abs(de_la_base._heure_de_la_base() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=30)
    lue = MAINTENANT + dt.timedelta(seconds=secondes)
    monkeypatch.setattr(de_la_base, "_heure_de_la_base", lambda: lue)
    assert len(list(de_la_base.de_l_heure())) == phrases


def test_a_slow_disk_is_named(monde, monkeypatch):
    monkeypatch.setattr(de_la_base, "MESURE", 0.05)
    assert de_la_base.ecritures_par_seconde() > 0
    monkeypatch.setattr(de_la_base, "ecritures_par_seconde", lambda: 199)
    une(de_la_base.du_disque, "199", "200")
    monkeypatch.setattr(de_la_base, "ecritures_par_seconde", lambda: 200)
    assert list(de_la_base.du_disque()) == []


@SQLITE
def test_a_folder_where_nothing_can_be_written_is_named(monde, tmp_path):
    db.initialize(models.ouvrir(f"sqlite:///{tmp_path / 'absent' / 'portail.sqlite3'}"))
    une(de_la_base.du_disque, "compte du portail")


# ——— what was saved, what is said, who comes in ———


@pytest.mark.parametrize(("heures", "phrases"), [(None, 1), (1, 0), (25, 0), (27, 1), (24 * 30, 1)])
def test_a_base_that_was_not_saved_for_a_day_is_named(monde, heures, phrases):
    if heures is not None:
        with clock.figer(MAINTENANT - dt.timedelta(hours=heures)):
            taches.noter(taches.SAUVEGARDE)
    assert len(list(de_la_base.de_la_sauvegarde())) == phrases


def completer_les_pages(monde) -> None:
    for cle in pages_de_la_ville.PAGES:
        texte = pages_de_la_ville.lire(cle).texte
        pages_de_la_ville.ecrire(
            monde.gestionnaire, cle, re.sub("à compléter", "Complété", texte, flags=re.I)
        )


def test_a_page_that_the_town_has_not_completed_is_named(monde):
    dites = list(de_la_base.des_pages())
    assert len(dites) == 3 and all("À compléter" in phrase for phrase in dites)
    completer_les_pages(monde)
    assert list(de_la_base.des_pages()) == []


def completer_l_equipe() -> None:
    for rang in (1, 2):
        Compte.create(
            email=f"admin{rang}@example.org",
            mot_de_passe="x",
            prenom="Anne",
            nom="Le Roy",
            role="administrateur",
            cree_le=MAINTENANT,
            active_le=MAINTENANT,
        )
    for compte in Compte.select().where(Compte.role != "famille"):
        SecondFacteur.create(compte=compte, scelle="x", actif_depuis=MAINTENANT)


def test_staff_without_a_second_factor_are_named_and_a_lone_administrator(monde):
    dites = list(de_la_base.du_personnel())
    assert len(dites) == 2
    assert "agent@example.org" in dites[0] and "famille@example.org" not in dites[0]
    assert dites[1].startswith("0 administrateur")
    completer_l_equipe()
    assert list(de_la_base.du_personnel()) == []
    Compte.update(actif=False).where(Compte.email == "admin2@example.org").execute()
    une(de_la_base.du_personnel, "1 administrateur")
    Compte.update(actif=True).where(Compte.email == "admin2@example.org").execute()
    sien = SecondFacteur.compte == Compte.get(Compte.email == "agent@example.org")
    SecondFacteur.update(actif_depuis=None).where(sien).execute()  # begun, and never proved
    une(de_la_base.du_personnel, "agent@example.org")
    Compte.update(actif=False).where(Compte.email == "agent@example.org").execute()
    assert list(de_la_base.du_personnel()) == []


# ——— the command ———


def lancer(app):
    return app.test_cli_runner().invoke(args=["verifier", "--deploiement", "--reglages", "/nulle/part"])


def test_the_command_lists_what_is_not_safe_and_leaves_with_1(app, monde, monkeypatch):
    monkeypatch.setattr(de_la_base, "MESURE", 0.05)
    faite = lancer(app)
    assert faite.exit_code == 1
    noms = [ligne.split(" – ")[0] for ligne in faite.output.splitlines()]
    assert {"Démonstration", "Secrets", "Adresse", "Témoins", "Sauvegarde", "Pages légales"} <= set(noms)
    assert ("Base" in noms) == (moteur() == "postgresql")
    assert Tache.select().count() == 0


@SQLITE
def test_a_sound_deployment_is_told_so(app, monde, url_de_base, monkeypatch, tmp_path):
    app.config["SESSION_COOKIE_SECURE"] = True
    app.extensions["portail"] = config_de_test(
        url_de_base,
        demo=False,
        base_url="https://famille.ville.fr",
        proxys=1,
        cle_secrete=secrets.token_urlsafe(48),
        cles=(Fernet.generate_key().decode(),),
    )
    montages = tmp_path / "mountinfo"
    montages.write_text("22 28 0:20 / / rw - ext4 /dev/sda1 rw\n")
    monkeypatch.setattr(deploiement, "MONTAGES", montages)
    monkeypatch.setattr(deploiement, "_synchronisee", lambda: "yes")
    monkeypatch.setattr(de_la_base, "ecritures_par_seconde", lambda: 1000)
    completer_les_pages(monde)
    completer_l_equipe()
    taches.noter(taches.SAUVEGARDE)
    for fichier in tmp_path.glob("portail.sqlite3*"):
        fichier.chmod(0o600)
    faite = lancer(app)
    assert (faite.output, faite.exit_code) == ("Rien à signaler.\n", 0)
