"""What is attacked: the town of the guarantees, that holds one of every thing that an address can name,
served as a town serves it: by gunicorn, over TLS, with the cookies and the headers of a real host name.

Each attack has a fresh copy of it: what one breaks, the next finds whole.
"""

import datetime as dt
import http.cookiejar
import ipaddress
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import models
from models import SessionOuverte
from portail import clock, create_app
from portail.base import tout_fermer
from tests.conftest import BON_MARCHE, config_de_test
from tests.garanties.carte import Carte
from tests.garanties.monde import Ville
from tests.garanties.peuplement import peupler
from tests.garanties.route import (
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Route,
)
from tests.monde import MAINTENANT, MOT_DE_PASSE, fonder

RACINE = Path(__file__).resolve().parents[3]
JETON = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')


@dataclass(frozen=True)
class Compte:
    """Who attacks, and the lines of the map that are theirs: together they have them all."""

    nom: str
    email: str
    siennes: tuple[str, ...]


COMPTES = (
    Compte("visiteur", "", (TOUS,)),
    Compte("famille", "famille@example.org", (CONNECTES, FAMILLES)),
    Compte("agent", "agent@example.org", (AGENTS, PERSONNEL)),
    Compte("gestionnaire", "gestionnaire@example.org", (GESTION,)),
    Compte("administratrice", "administratrice@example.org", (ADMINISTRATION,)),
)


@dataclass(frozen=True)
class Adresse:
    endpoint: str
    chemin: str
    champs: tuple[str, ...]
    """The fields that it carries, each with a sound value."""


@dataclass(frozen=True)
class Servie:
    """The town, served for one attack."""

    url: str
    carte: Path
    """What it answered, a line a request: endpoint, method, status."""
    temoins: list[http.cookiejar.Cookie]

    def reponses(self) -> list[tuple[str, str, int]]:
        lignes = self.carte.read_text(encoding="utf-8").splitlines()
        return [(endpoint, methode, int(statut)) for endpoint, methode, statut in map(str.split, lignes)]


def batir(dossier: Path) -> Path:
    """The model that every attack has a copy of."""
    modele = dossier / "modele.sqlite3"
    models.db.initialize(models.ouvrir(f"sqlite:///{modele}"))
    with models.db.connection_context(), clock.figer(MAINTENANT):
        models.creer_tables()
        fonder(BON_MARCHE.hash)
        peupler()
    tout_fermer()
    return modele


def adresses(modele: Path) -> tuple[dict[str, list[Adresse]], list[Route]]:
    """For each account, every address that it may read, bare and with its fields; and all the routes read."""
    app = create_app(config_de_test(f"sqlite:///{modele}"))
    with models.db.connection_context(), clock.figer(MAINTENANT):
        carte = Carte(app, Ville())
        siennes = {c.nom: sorted(_de(carte, c), key=_lente) for c in COMPTES}
        routes = carte.routes(methodes=("GET",))
    tout_fermer()
    return siennes, routes


def _de(carte: Carte, compte: Compte) -> Iterator[Adresse]:
    for route in carte.routes(*compte.siennes, methodes=("GET",)):
        ids = carte.la_mienne(route)
        yield Adresse(route.endpoint, route.url(ids), ())
        if filtres := carte.filtres(route):
            yield Adresse(route.endpoint, route.url(ids, filtres), tuple(filtres))


def _lente(adresse: Adresse) -> bool:
    """What is drawn page by page is asked last: the reading may be cut short."""
    return "pdf" in adresse.endpoint or "archive" in adresse.endpoint


@contextmanager
def servir(modele: Path, compte: Compte, *avec: str) -> Iterator[Servie]:
    """The town served to this account, signed in by the form; `faille` with a fault made on purpose."""
    dossier = modele.parent / f"service-{time.monotonic_ns()}"
    dossier.mkdir()
    base, carte = dossier / "ville.sqlite3", dossier / "reponses.txt"
    shutil.copyfile(modele, base)
    certifier(dossier)
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    commande = [sys.executable, "-m", "tests.securite.balayage.service", str(dossier), str(port), *avec]
    with (dossier / "service.txt").open("w", encoding="utf-8") as journal:
        service = subprocess.Popen(commande, cwd=RACINE, stdout=journal, stderr=journal)
    url = f"https://127.0.0.1:{port}"
    try:
        _attendre(service, port)
        temoins = list(entrer(url, compte)) if compte.email else []
        _confirmer(base)
        carte.write_text("", encoding="utf-8")
        yield Servie(url, carte, temoins)
    finally:
        service.terminate()
        service.wait(60)


def _attendre(service: subprocess.Popen, port: int) -> None:
    fin = time.monotonic() + 120
    while time.monotonic() < fin:
        if service.poll() is not None:
            raise RuntimeError("the town does not start: see service.txt")
        with socket.socket() as essai:
            essai.settimeout(1)
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the town is not there after two minutes")


def _navigateur(temoins: http.cookiejar.CookieJar) -> urllib.request.OpenerDirector:
    """A client that believes our certificate of one hour."""
    confiant = ssl.create_default_context()
    confiant.check_hostname, confiant.verify_mode = False, ssl.CERT_NONE
    return urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=confiant), urllib.request.HTTPCookieProcessor(temoins)
    )


def entrer(url: str, compte: Compte) -> http.cookiejar.CookieJar:
    """What the browser holds once this person has signed in."""
    temoins = http.cookiejar.CookieJar()
    navigateur = _navigateur(temoins)
    page = navigateur.open(f"{url}/connexion").read().decode()
    trouve = JETON.search(page)
    assert trouve, page
    champs = {"csrf_token": trouve[1], "email": compte.email, "mot_de_passe": MOT_DE_PASSE}
    corps = urllib.parse.urlencode(champs).encode()
    entetes = {"Referer": f"{url}/connexion"}
    navigateur.open(urllib.request.Request(f"{url}/connexion", corps, entetes))
    assert reconnu(url, temoins), f"{compte.email} could not sign in"
    return temoins


def reconnu(url: str, temoins: Iterator[http.cookiejar.Cookie] | list | http.cookiejar.CookieJar) -> bool:
    """Whether whoever holds these cookies is still signed in."""
    siens = http.cookiejar.CookieJar()
    for temoin in temoins:
        siens.set_cookie(temoin)
    return _navigateur(siens).open(f"{url}/mon-espace").url.endswith("/mon-espace")


def _confirmer(base: Path) -> None:
    """The password given a moment ago: what asks for it again is open, as to a stolen session."""
    models.db.initialize(models.ouvrir(f"sqlite:///{base}"))
    with models.db.connection_context():
        SessionOuverte.update(confirmee_le=MAINTENANT).execute()
    tout_fermer()


def certifier(dossier: Path) -> None:
    """A certificate of our own for the loopback, that nobody else is to believe."""
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    ici = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    debut = dt.datetime.now(dt.UTC)
    certificat = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(debut)
        .not_valid_after(debut + dt.timedelta(days=1))
        .add_extension(ici, critical=False)
        .sign(cle, hashes.SHA256())
    )
    formes = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (dossier / "cle.pem").write_bytes(cle.private_bytes(*formes))
    (dossier / "certificat.pem").write_bytes(certificat.public_bytes(serialization.Encoding.PEM))
