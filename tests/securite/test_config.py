"""A portal that is badly set does not start, and says which setting is wrong."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portail.config import ConfigErreur, Smtp, lire_environnement

RACINE = Path(__file__).parents[2]
CLE = base64.urlsafe_b64encode(b"une cle de 32 octets, pour essai").decode()
BON = {
    "PORTAIL_URL": "https://famille.ville.fr",
    "PORTAIL_SECRET_KEY": "k3Jd9-QpLr7Xw2BnTy5Ghs8JdZv0aMe4",
    "PORTAIL_CLES": CLE,
    "PORTAIL_DATABASE_URL": "sqlite:////var/lib/portail/portail.sqlite3",
    "PORTAIL_SMTP": "smtps://portail:mot%2Fde%40passe@smtp.ville.fr",
}


def test_a_good_environment_is_read():
    config = lire_environnement(BON)
    assert config.base_url == "https://famille.ville.fr"
    assert config.https
    assert config.hote == "famille.ville.fr"
    assert config.smtp == Smtp("smtp.ville.fr", 465, "portail", "mot/de@passe", True)
    assert not config.demo
    assert config.proxys == 0


@pytest.mark.parametrize("nom", BON)
@pytest.mark.parametrize("valeur", [None, "", "   "])
def test_a_missing_setting_is_named(nom, valeur):
    env = {cle: v for cle, v in BON.items() if cle != nom}
    if valeur is not None:
        env[nom] = valeur
    with pytest.raises(ConfigErreur, match=f"^{nom} manque : "):
        lire_environnement(env)


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("PORTAIL_SECRET_KEY", "trop-courte"),
        ("PORTAIL_SECRET_KEY", "x" * 64),
        ("PORTAIL_SECRET_KEY", "changeme" * 8),
        ("PORTAIL_CLES", "pas-une-cle"),
        ("PORTAIL_CLES", CLE + ",abc"),
        ("PORTAIL_CLES", CLE + ","),
        ("PORTAIL_URL", "famille.ville.fr"),
        ("PORTAIL_URL", "/portail"),
        ("PORTAIL_URL", "ftp://famille.ville.fr"),
        ("PORTAIL_URL", "http://famille.ville.fr"),
        ("PORTAIL_URL", "https://"),
        ("PORTAIL_URL", "https://agent@famille.ville.fr"),
        ("PORTAIL_URL", "https://famille.ville.fr/portail"),
        ("PORTAIL_URL", "https://famille.ville.fr?x=1"),
        ("PORTAIL_URL", "https://famille.ville.fr:port"),
        ("PORTAIL_URL", "https://[::1"),
        ("PORTAIL_URL", "https://château.fr"),
        ("PORTAIL_DATABASE_URL", "mysql://localhost/portail"),
        ("PORTAIL_DATABASE_URL", "sqlite:///"),
        ("PORTAIL_DATABASE_URL", "portail.sqlite3"),
        ("PORTAIL_DATABASE_URL", "sqlite:////var/lib/portail.sqlite3?timeout=5"),
        ("PORTAIL_DATABASE_URL", "postgresql://localhost/portail?timeout=5"),
        ("PORTAIL_DATABASE_URL", "postgresql://localhost/portail?sslmode=require&options=-c%20x=1"),
        ("PORTAIL_DATABASE_URL", "postgresql://localhost:port/portail"),
        ("PORTAIL_DATABASE_URL", "postgresql://[localhost/portail"),
        ("PORTAIL_SMTP", "smtp.ville.fr"),
        ("PORTAIL_SMTP", "https://smtp.ville.fr"),
        ("PORTAIL_SMTP", "smtp://smtp.ville.fr:port"),
        ("PORTAIL_SMTP", "smtp://"),
        ("PORTAIL_DEMO", "oui"),
        ("PORTAIL_PAYFIP", "www.payfip.gouv.fr"),
        ("PORTAIL_PAYFIP", "http://www.payfip.gouv.fr/tpa"),
        ("PORTAIL_PAYFIP", "ftp://www.payfip.gouv.fr/tpa"),
        ("PORTAIL_PAYFIP", "https://"),
        ("PORTAIL_PAYFIP", "https://agent@www.payfip.gouv.fr/tpa"),
        ("PORTAIL_PAYFIP", "https://www.payfip.gouv.fr/tpa?x=1"),
        ("PORTAIL_PAYFIP", "https://www.payfip.gouv.fr/tpa; img-src *"),
        ("PORTAIL_PAYFIP", "https://www.payfip.gouv.fr:port/tpa"),
        ("PORTAIL_PROXYS", "-1"),
        ("PORTAIL_PROXYS", "six"),
        ("PORTAIL_PROXYS", "6"),
        ("PORTAIL_PROXYS", "²"),
    ],
)
def test_a_wrong_setting_is_named(nom, valeur):
    with pytest.raises(ConfigErreur, match=f"^{nom} "):
        lire_environnement(BON | {nom: valeur})


@pytest.mark.parametrize("nom", ["PORTAIL_SECRET_KEY", "PORTAIL_CLES", "PORTAIL_SMTP"])
def test_a_wrong_secret_is_not_repeated(nom):
    with pytest.raises(ConfigErreur) as erreur:
        lire_environnement(BON | {nom: "smtp-secret-trop-court"})
    assert "smtp-secret-trop-court" not in erreur.value.format_message()


@pytest.mark.parametrize("hote", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_http_is_allowed_on_the_machine_itself(hote):
    assert lire_environnement(BON | {"PORTAIL_URL": f"http://{hote}/"}).base_url == f"http://{hote}"


def test_the_demonstration_allows_http_and_never_sends():
    env = BON | {"PORTAIL_DEMO": "1", "PORTAIL_URL": "http://192.168.1.20:8000"}
    assert lire_environnement(env).smtp is None
    del env["PORTAIL_SMTP"]
    assert lire_environnement(env).demo


def test_several_keys_are_read_in_order():
    cles = [Fernet.generate_key().decode() for _ in range(3)]
    assert lire_environnement(BON | {"PORTAIL_CLES": ", ".join(cles)}).cles == tuple(cles)


@pytest.mark.parametrize(
    "commande",
    [
        [sys.executable, "-m", "flask", "--app", "portail", "courriels"],
        [sys.executable, "-m", "flask", "--app", "portail", "servir", "--port", "1"],
    ],
    ids=["courriels", "servir"],
)
def test_the_commands_refuse_to_start_and_say_why(commande):
    env = {"PATH": os.environ["PATH"]} | {cle: v for cle, v in BON.items() if cle != "PORTAIL_SECRET_KEY"}
    faite = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, timeout=60)
    assert faite.returncode != 0
    assert "PORTAIL_SECRET_KEY manque" in faite.stderr
    assert "Traceback" not in faite.stderr


def test_the_wsgi_server_does_not_start_either():
    code = "import portail; portail.create_app()"
    faite = subprocess.run(
        [sys.executable, "-c", code],
        cwd=RACINE,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert faite.returncode != 0
    assert "PORTAIL_" in faite.stderr


def test_create_app_says_the_settings_of_the_installation(app):
    from portail.domain import reglages

    assert reglages.lire().base_url == "http://localhost"
    assert len(reglages.lire().secret) >= 32


def test_how_to_reach_a_postgresql_may_stand_in_its_address():
    url = "postgresql://portail:secret@base/portail?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    assert lire_environnement(BON | {"PORTAIL_DATABASE_URL": url}).url_base == url


def test_payfip_is_where_the_setting_says_and_nowhere_without_one():
    assert lire_environnement(BON).payfip == ""
    config = lire_environnement(BON | {"PORTAIL_PAYFIP": "https://www.payfip.gouv.fr/tpa/"})
    assert config.payfip == "https://www.payfip.gouv.fr/tpa"
    assert config.origine_de_payfip == "https://www.payfip.gouv.fr"


def test_a_demonstration_plays_payfip_itself_unless_it_is_told_otherwise():
    config = lire_environnement(BON | {"PORTAIL_DEMO": "1"})
    assert (config.payfip, config.origine_de_payfip) == ("https://famille.ville.fr/demo/payfip", "")
    local = lire_environnement(BON | {"PORTAIL_PAYFIP": "http://127.0.0.1:9000"})
    assert local.origine_de_payfip == "http://127.0.0.1:9000"
