"""The files of `deploy/`: what they name is there, what they must say they say."""

import re
from configparser import ConfigParser

import pytest

from portail import create_app, serveur
from portail.config import lire_environnement
from tests.conftest import config_de_test
from tests.securite.test_config import BON
from tests.sources import RACINE

DEPLOY = RACINE / "deploy"
UNITES = [*sorted((DEPLOY / "systemd").glob("*.service")), DEPLOY / "portail.service"]
COMMUN = DEPLOY / "systemd/portail-.service.d/durcissement.conf"
DURCIES = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "User": "portail",
    "EnvironmentFile": "/etc/portail/portail.env",
}
SANS_SECRET = ("paiements.retour", "ville.logo")
"""Their address opens nothing: it leads to a page for which one signs in, or is the same for everybody."""


@pytest.fixture(scope="module")
def portail():
    return create_app(config_de_test("sqlite:///:memory:"))


def lire(fichier) -> ConfigParser:
    lu = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    lu.optionxform = str  # type: ignore[assignment,method-assign]
    lu.read_string(fichier.read_text(encoding="utf-8"))
    return lu


def service(fichier) -> dict[str, str]:
    """As systemd reads it: what every « portail-… » has in common first."""
    commun = dict(lire(COMMUN)["Service"]) if fichier.name.startswith("portail-") else {}
    return commun | dict(lire(fichier)["Service"])


@pytest.mark.parametrize("fichier", UNITES, ids=lambda f: f.name)
def test_each_service_runs_as_the_portal_and_may_do_little(fichier):
    dite = service(fichier)
    assert {nom: dite.get(nom) for nom in DURCIES} == DURCIES


@pytest.mark.parametrize("fichier", UNITES, ids=lambda f: f.name)
def test_each_command_of_a_service_is_one_of_the_portal(fichier, portail):
    ordres = " ".join(valeur for nom, valeur in service(fichier).items() if nom.startswith("Exec"))
    commandes = re.findall(r"--app portail (\S+)", ordres) + re.findall(r"\$flask (\w+)", ordres)
    assert commandes or "gunicorn" in ordres
    permises = set(portail.cli.commands)
    assert {c.rstrip(";") for c in commandes} <= permises
    assert all((RACINE / conf).exists() for conf in re.findall(r"--config (\S+)", ordres))


def test_each_timer_has_its_service_and_an_hour_of_paris():
    minuteurs = list((DEPLOY / "systemd").glob("*.timer"))
    assert len(minuteurs) == 2
    for minuteur in minuteurs:
        assert minuteur.with_suffix(".service").exists()
        assert lire(minuteur)["Timer"]["OnCalendar"].endswith("Europe/Paris")


def test_the_address_that_systemd_may_hold_is_that_of_servir_and_of_nginx():
    adresse = lire(DEPLOY / "portail.socket")["Socket"]["ListenStream"]
    hote, _, port = adresse.partition(":")
    assert hote == "127.0.0.1"
    assert f"servir --port {port}" in service(DEPLOY / "portail.service")["ExecStart"]
    assert f"server {adresse} " in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_gunicorn_serves_as_servir_does_and_asks_the_base_first():
    conf: dict = {}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), conf)
    assert {nom: conf[nom] for nom in serveur.REGLAGES} == serveur.REGLAGES
    assert conf["wsgi_app"] == "portail.serveur:application()"
    assert conf["bind"].startswith("127.0.0.1:")
    assert callable(conf["on_starting"]) and callable(conf["post_worker_init"])


def test_the_settings_given_as_an_example_are_those_of_the_portal_and_hold_no_secret():
    lignes = (DEPLOY / "portail.env.example").read_text(encoding="utf-8").splitlines()
    donnes = dict(re.match(r"(\w+)='(.*)'$", ligne).groups() for ligne in lignes if ligne[:1] not in "# ")
    lus: set[str] = set()

    class Espion(dict):
        def get(self, nom, defaut=None):
            lus.add(nom)
            return super().get(nom, defaut)

    lire_environnement(Espion(BON))
    assert set(donnes) <= lus
    for secret in ("PORTAIL_SECRET_KEY", "PORTAIL_CLES", "PORTAIL_METRIQUES"):
        assert donnes[secret] == ""


# ——— nginx ———


def endroits() -> dict[str, str]:
    """What each `location` of the site says."""
    texte = re.sub(r"^\s*#.*$", "", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), flags=re.M)
    return dict(re.findall(r"location ([^{]+?) \{([^}]*)\}", texte))


def test_nginx_keeps_the_files_of_the_portal_and_no_page():
    gardes = [endroit for endroit, dit in endroits().items() if "proxy_cache " in dit]
    assert gardes == ["/static/"]
    assert "proxy_cache off;" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_nginx_writes_no_address_that_opens_something_in_its_log(portail):
    motif = next(e.removeprefix("~ ") for e in endroits() if e.startswith("~ ^/(agenda"))
    assert "access_log off;" in endroits()[f"~ {motif}"]
    secretes = [
        regle for regle in portail.url_map.iter_rules()
        if "<jeton:" in regle.rule and regle.endpoint not in SANS_SECRET
    ]  # fmt: skip
    assert len(secretes) > 5
    assert [regle.rule for regle in secretes if not re.search(motif, regle.rule)] == []


def test_nginx_shows_the_figures_to_nobody_and_says_who_came_by_the_last_address_alone():
    assert endroits()["= /metriques"].split() == ["return", "404;"]
    assert "deny all;" in endroits()["= /sante"]
    texte = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "X-Forwarded-For $remote_addr;" in texte and "$proxy_add_x_forwarded_for" not in texte
