"""The town, served as any town is: by gunicorn, over TLS, with the cookies and headers of a real host name.

Each attack has a fresh copy of it, and may ask for another: what one breaks, the next finds whole.
"""

import datetime as dt
import http.cookiejar
import ipaddress
import re
import shutil
import socket
import sqlite3
import ssl
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.monde import MOT_DE_PASSE
from tests.securite.balayage.processus import demarrer
from tests.securite.balayage.service import FACTEUR, FAILLE
from tests.securite.balayage.ville import A_CONFIRMER, SECOND_FACTEUR, Compte

RACINE = Path(__file__).resolve().parents[3]
JETON = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')
PATIENCE = 300
"""Seconds that a town may take to open or to close, on a machine that has much else to do."""
OUBLIEE = "UPDATE session_ouverte SET confirmee_le = NULL"


class Servie:
    """The town, served for the attacks of one account."""

    def __init__(self, modele: Path, dossier: Path, journal: Path, avec: tuple[str, ...]) -> None:
        self.depart, self.base = modele, dossier / "ville.sqlite3"
        self.dossier, self.journal, self.avec = dossier, journal, avec
        self.carte = dossier / "reponses.txt"
        """What it answered, a line a request: endpoint, method, status."""
        self.temoins: list[http.cookiejar.Cookie] = []
        """The cookies of who attacks."""
        with socket.socket() as libre:
            libre.bind(("127.0.0.1", 0))
            self.port = libre.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self.compte: Compte | None = None
        self.connectee = True
        """Whether whoever attacks was still signed in each time that the town was left."""

    def ouvrir(self) -> None:
        for suffixe in ("", "-wal", "-shm"):
            Path(f"{self.base}{suffixe}").unlink(missing_ok=True)
        shutil.copyfile(self.depart, self.base)
        commande = [sys.executable, "-m", "tests.securite.balayage.service", self.dossier, str(self.port)]
        with self.journal.open("a", encoding="utf-8") as journal:
            self.service = demarrer([*commande, *self.avec], cwd=RACINE, stdout=journal, stderr=journal)
        self._attendre()

    def entrer(self, compte: Compte) -> None:
        """Sign in by the form; from then on the town is always given back as it is at this moment."""
        self.compte = compte
        self.temoins = list(entrer(self.url, compte))
        self._arreter()
        self.depart = self.dossier / "depart.sqlite3"
        with closing(sqlite3.connect(self.base)) as base, closing(sqlite3.connect(self.depart)) as copie:
            base.backup(copie)
            if compte == A_CONFIRMER:
                copie.execute(OUBLIEE)
                copie.commit()
        self.ouvrir()
        self.carte.write_text("", encoding="utf-8")

    def renaitre(self) -> None:
        """The same town, at the same address, as it was before it was attacked."""
        self.fermer()
        self.ouvrir()

    def fermer(self) -> None:
        if self.service.poll() is None:
            try:
                self.connectee = self.connectee and self._tient()
            finally:
                self._arreter()

    def reponses(self) -> list[tuple[str, str, int]]:
        lignes = self.carte.read_text(encoding="utf-8").splitlines()
        return [(endpoint, methode, int(statut)) for endpoint, methode, statut in map(str.split, lignes)]

    def _arreter(self) -> None:
        self.service.terminate()
        self.service.wait(PATIENCE)

    def _tient(self) -> bool:
        return not self.compte or not self.compte.email or reconnu(self.url, self.temoins)

    def _attendre(self) -> None:
        fin = time.monotonic() + PATIENCE
        while time.monotonic() < fin:
            if self.service.poll() is not None:
                raise RuntimeError(f"the town does not start: see {self.journal}")
            with socket.socket() as essai:
                essai.settimeout(1)
                if essai.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        raise RuntimeError("the town is not there")


@contextmanager
def servir(modele: Path, compte: Compte, journal: Path, faille: bool = False) -> Iterator[Servie]:
    """The town served to this account, signed in by the form; or with a fault made on purpose."""
    dossier = modele.parent / f"service-{journal.stem}"
    dossier.mkdir()
    certifier(dossier)
    journal.write_text("", encoding="utf-8")
    avec = (FACTEUR,) * (compte == SECOND_FACTEUR) + (FAILLE,) * faille
    ville = Servie(modele, dossier, journal, avec)
    try:
        ville.ouvrir()
        ville.entrer(compte)
        yield ville
    finally:
        ville.fermer()


def _navigateur(temoins: http.cookiejar.CookieJar) -> urllib.request.OpenerDirector:
    """A client that believes our certificate of one day."""
    confiant = ssl.create_default_context()
    confiant.check_hostname, confiant.verify_mode = False, ssl.CERT_NONE
    return urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=confiant), urllib.request.HTTPCookieProcessor(temoins)
    )


def entrer(url: str, compte: Compte) -> http.cookiejar.CookieJar:
    """What the browser holds once this person has signed in; of a visitor, what makes forms be believed."""
    temoins = http.cookiejar.CookieJar()
    navigateur = _navigateur(temoins)
    page = navigateur.open(f"{url}/connexion").read().decode()
    trouve = JETON.search(page)
    assert trouve, page
    if not compte.email:
        return temoins
    champs = {"csrf_token": trouve[1], "email": compte.email, "mot_de_passe": MOT_DE_PASSE}
    corps = urllib.parse.urlencode(champs).encode()
    entetes = {"Referer": f"{url}/connexion"}
    navigateur.open(urllib.request.Request(f"{url}/connexion", corps, entetes))
    assert reconnu(url, temoins), f"{compte.email} could not sign in"
    return temoins


def reconnu(url: str, temoins: Iterator[http.cookiejar.Cookie] | list | http.cookiejar.CookieJar) -> bool:
    """Whether whoever holds these cookies is still signed in: else they are led to the door."""
    siens = http.cookiejar.CookieJar()
    for temoin in temoins:
        siens.set_cookie(temoin)
    return urllib.parse.urlsplit(_navigateur(siens).open(f"{url}/mon-espace").url).path != "/connexion"


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
