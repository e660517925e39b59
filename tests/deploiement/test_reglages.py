"""`verifier --deploiement`, the settings and the machine: each check speaks when it must, else is quiet."""

import dataclasses
import secrets
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet
from flask import Flask

import models
from models import db
from portail import deploiement
from portail.config import Smtp
from portail.deploiement import Installation
from tests.conftest import CLE_SECRETE, CLES, config_de_test

HTTPS = "https://famille.ville.fr"
MONTAGES = """\
22 28 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
31 22 0:27 / /srv/partage\\040commun rw - nfs4 nas:/portail rw,vers=4.2
32 22 0:28 / /run rw,nosuid shared:5 - tmpfs tmpfs rw
33 22 0:29 / /srv rw - xfs /dev/sdb1 rw
"""


def ici(fichier=Path("/nulle/part"), debug=False, sur=True, **reglages) -> Installation:
    app = Flask("essai")
    app.debug = debug
    app.config["SESSION_COOKIE_SECURE"] = sur
    voulus = {
        "base_url": HTTPS,
        "proxys": 1,
        "demo": False,
        "cle_secrete": secrets.token_urlsafe(48),
        "cles": (Fernet.generate_key().decode(),),
    }
    return Installation(app, config_de_test("sqlite:///:memory:", **voulus | reglages), fichier)


def dits(controle, *args, **plus) -> list[str]:
    return list(controle(ici(*args, **plus)))


def une(phrases: list[str], *mots: str) -> None:
    """One sentence, that names all this, and says what to do."""
    assert len(phrases) == 1, phrases
    assert all(mot in phrases[0] for mot in mots), phrases
    assert phrases[0].endswith(".") and " : " in phrases[0]


def test_a_demonstration_is_named():
    une(dits(deploiement.de_la_demonstration, demo=True), "PORTAIL_DEMO")
    assert dits(deploiement.de_la_demonstration) == []


def test_debugging_is_named():
    une(dits(deploiement.du_debogage, debug=True), "FLASK_DEBUG")
    assert dits(deploiement.du_debogage) == []


@pytest.mark.parametrize(
    "cle",
    [
        CLE_SECRETE,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "changez-moi-changez-moi-changez-moi-12",
        "password-password-2026-01-01-password",
    ],
)
def test_a_secret_that_is_published_or_can_be_guessed_is_named(cle):
    une(dits(deploiement.des_cles, cle_secrete=cle), "PORTAIL_SECRET_KEY", "au hasard")


@pytest.mark.parametrize("tirer", [secrets.token_urlsafe, secrets.token_hex])
@pytest.mark.parametrize("octets", [24, 32, 48])
def test_a_secret_drawn_at_random_is_not(tirer, octets):
    assert [dits(deploiement.des_cles, cle_secrete=tirer(octets)) for _ in range(20)] == [[]] * 20


def test_a_published_fernet_key_is_named_and_a_secret_used_twice():
    une(dits(deploiement.des_cles, cles=(Fernet.generate_key().decode(), *CLES)), "clé 2", "resceller")
    cle = Fernet.generate_key().decode()
    une(dits(deploiement.des_cles, cle_secrete=cle, cles=(cle,)), "PORTAIL_SECRET_KEY", "PORTAIL_CLES")


def test_a_file_of_settings_that_others_read_is_named(tmp_path):
    fichier = tmp_path / "portail.env"
    assert dits(deploiement.du_fichier, fichier) == []
    fichier.write_text("PORTAIL_CLES=''\n")
    fichier.chmod(0o644)
    une(dits(deploiement.du_fichier, fichier), str(fichier), "chmod 640")
    fichier.chmod(0o640)
    assert dits(deploiement.du_fichier, fichier) == []


def test_an_address_in_clear_is_named_and_a_cookie_that_follows_it():
    une(dits(deploiement.de_l_adresse, base_url="http://127.0.0.1:8000"), "PORTAIL_URL", "https://")
    une(dits(deploiement.des_temoins, sur=False), "témoin")
    assert dits(deploiement.de_l_adresse) == [] and dits(deploiement.des_temoins) == []


def test_proxies_that_nobody_declared_are_named():
    une(dits(deploiement.de_l_adresse, proxys=0), "PORTAIL_PROXYS")
    assert dits(deploiement.de_l_adresse, proxys=2) == []


class ADistance(Smtp):
    """The test's server, held to what is asked of one on another machine."""

    local = False


class SansTLS(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp():
    serveur = SansTLS(object(), hostname="127.0.0.1", port=0)
    serveur.start()
    yield Smtp("127.0.0.1", serveur.port, "", "", False)
    serveur.stop()


def test_a_mail_server_without_tls_is_named_and_one_that_does_not_answer(smtp):
    a_distance = ADistance(**dataclasses.asdict(smtp))
    une(dits(deploiement.des_courriels, smtp=a_distance), "PORTAIL_SMTP", "STARTTLS")
    une(dits(deploiement.des_courriels, smtp=dataclasses.replace(smtp, port=1)), "PORTAIL_SMTP", "refused")
    assert dits(deploiement.des_courriels, smtp=smtp) == []  # that of the machine itself
    assert dits(deploiement.des_courriels, smtp=None) == []


# ——— the machine ———


@pytest.fixture
def fichier(tmp_path, monkeypatch):
    """A database on the disk of the machine, whatever that of the tests is on."""
    chemin = tmp_path / "portail.sqlite3"
    db.initialize(models.ouvrir(f"sqlite:///{chemin}"))
    db.connect()
    db.execute_sql("CREATE TABLE t (x)")
    chemin.chmod(0o600)
    for fin in ("-wal", "-shm"):
        Path(f"{chemin}{fin}").chmod(0o600)
    monkeypatch.setattr(deploiement, "MONTAGES", tmp_path / "mountinfo")
    deploiement.MONTAGES.write_text(MONTAGES)
    yield chemin
    db.close()


def test_a_base_that_others_read_is_named(fichier):
    assert dits(deploiement.du_fichier_de_la_base) == []
    fichier.chmod(0o644)
    une(dits(deploiement.du_fichier_de_la_base), str(fichier), "chmod 600")
    fichier.chmod(0o600)
    journal = Path(f"{fichier}-wal")
    journal.chmod(0o604)
    une(dits(deploiement.du_fichier_de_la_base), str(journal))


@pytest.mark.parametrize(
    ("chemin", "genre"),
    [
        ("/var/lib/portail/portail.sqlite3", "ext4"),
        ("/srv/partage commun/portail.sqlite3", "nfs4"),
        ("/srv/portail.sqlite3", "xfs"),
        ("/srvautre/portail.sqlite3", "ext4"),
        ("/run/portail.sqlite3", "tmpfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(tmp_path, monkeypatch, chemin, genre):
    monkeypatch.setattr(deploiement, "MONTAGES", tmp_path / "mountinfo")
    assert deploiement.systeme_de_fichiers(Path(chemin)) == ""
    deploiement.MONTAGES.write_text(MONTAGES)
    assert deploiement.systeme_de_fichiers(Path(chemin)) == genre


@pytest.mark.parametrize(("genre", "mot"), [("nfs4", "réseau"), ("cifs", "réseau"), ("tmpfs", "mémoire")])
def test_a_base_on_the_network_or_in_memory_is_named(fichier, genre, mot):
    deploiement.MONTAGES.write_text(MONTAGES.replace("- ext4", f"- {genre}"))
    une(dits(deploiement.du_fichier_de_la_base), mot, genre)


@pytest.mark.parametrize(("dit", "phrases"), [("no\n", 1), ("yes\n", 0), ("", 0)])
def test_a_clock_that_nothing_sets_is_named_where_it_is_known(monkeypatch, dit, phrases):
    fait = subprocess.CompletedProcess([], 0, dit)
    monkeypatch.setattr(deploiement.subprocess, "run", lambda *_, **__: fait)
    assert len(dits(deploiement.de_l_horloge)) == phrases


def test_a_machine_that_cannot_tell_of_its_clock_is_left_in_peace(monkeypatch):
    def absente(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(deploiement.subprocess, "run", absente)
    assert dits(deploiement.de_l_horloge) == []
