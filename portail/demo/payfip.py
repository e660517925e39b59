"""PayFiP played by ourselves: its web service and its payment page, for the demonstration and for the tests.

A WSGI application of the standard library. It speaks the envelopes of the real one, keeps its operations in a
file that several processes share, and plays what the real one may do on a bad day: late, twice, never, wrong.
No money moves, nothing is asked of anybody, and it notifies nobody but the portal that it was made for.
"""

import hashlib
import http.client
import json
import re
import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from portail import clock
from portail.demo import payfip_page as ecran
from portail.domain import payfip, soap

SERVICE, PAGE, ISSUE, STYLE = "/services/securite", "/paiementws.web", "/paiementws.web/issue", "/page.css"
CLIENT_INCONNU = "999999"
"""The one client number that it does not know."""
SECURITE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]
TABLE = """
CREATE TABLE IF NOT EXISTS operation (
    idop TEXT PRIMARY KEY,
    champs TEXT NOT NULL,
    creee REAL NOT NULL,
    resultat TEXT NOT NULL DEFAULT '',
    autorisation TEXT NOT NULL DEFAULT '',
    quand TEXT NOT NULL DEFAULT '',
    retards INTEGER NOT NULL DEFAULT 0,
    ecart INTEGER NOT NULL DEFAULT 0
)
"""
"""`retards`: how many times « not finished » is still answered; `ecart`: cents added to the true amount."""
Demarrer = Callable[[str, list[tuple[str, str]]], Any]


class Simulateur:
    """`fichier`: where its operations are kept; `portail`: the only address that it sends people back to.

    `panne`: what its web service does instead of answering: `erreur`, `technique`, `charabia`, `lenteur`,
    `goutte`, `redirection`, `doctype`, `enorme`; empty: it answers.
    """

    def __init__(self, fichier: Path, portail: str) -> None:
        self.fichier, self.portail = fichier, portail
        self.panne = ""
        self.appels: list[str] = []
        self.lenteur = 30.0

    def __call__(self, environ: dict[str, Any], demarrer: Demarrer) -> Iterable[bytes]:
        methode, chemin = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if (methode, chemin) == ("POST", SERVICE):
            return self._servir(environ, demarrer)
        if (methode, chemin) == ("GET", PAGE):
            return self._montrer(environ, demarrer)
        if (methode, chemin) == ("POST", ISSUE):
            return self._conclure(environ, demarrer)
        if (methode, chemin) == ("GET", STYLE):
            return _repondre(demarrer, "200 OK", ecran.style(), "text/css; charset=utf-8")
        return _repondre(demarrer, "404 Not Found", "", "text/plain; charset=utf-8")

    # ——— what a test, or somebody on the page, decides ———

    def regler(
        self, idop: str, resultat: str, *, retards: int = 0, ecart: int = 0, notifier: int = 1
    ) -> None:
        """End this operation; see `TABLE`. `notifier`: how many times the portal is told."""
        autorisation = uuid.uuid4().hex[:12] if resultat in payfip.PAYES else ""
        quand = f"{clock.a_paris(clock.maintenant()):%d%m%Y%H%M}"
        with self._base() as base:
            base.execute(
                "UPDATE operation SET resultat = ?, autorisation = ?, quand = ?, retards = ?, ecart = ?"
                " WHERE idop = ?",
                (resultat, autorisation, quand, retards, ecart, idop),
            )
        for _ in range(notifier):
            self.notifier(idop)

    def oublier(self, idop: str) -> None:
        """What the night does to an operation that nobody paid."""
        with self._base() as base:
            base.execute("DELETE FROM operation WHERE idop = ?", (idop,))

    def notifier(self, idop: str) -> int:
        """Tell the portal that there is something to ask; gives its answer, 0 when there is none."""
        champs = self._champs(idop)
        url = urlsplit(champs["urlnotif"])
        classe = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        lien = classe(url.hostname or "", url.port, timeout=10)
        with closing(lien), suppress(OSError, http.client.HTTPException):
            entetes = {"Content-Type": "application/x-www-form-urlencoded"}
            lien.request("POST", url.path, urlencode({"idop": idop}), entetes)
            return lien.getresponse().status
        return 0

    def operations(self) -> list[str]:
        """The numbers of those that it knows, in the order in which they were opened."""
        with self._base() as base:
            return [idop for (idop,) in base.execute("SELECT idop FROM operation ORDER BY rowid")]

    # ——— the web service ———

    def _servir(self, environ: dict[str, Any], demarrer: Demarrer) -> Iterable[bytes]:
        if self.panne:
            return self._tomber_en_panne(demarrer)
        try:
            demande = soap.lire(_corps(environ))
        except soap.Illisible:
            return _fauter(demarrer, "TechProtocolaireErreur", "999", "Enveloppe illisible")
        self.appels.append(demande.nom)
        if demande.nom == "creerPaiementSecurise":
            return self._creer(dict(demande.champs), demarrer)
        if demande.nom == "recupererDetailPaiementSecurise":
            return self._detailler(demande.champs.get("idop", ""), demarrer)
        return _fauter(demarrer, "TechProtocolaireErreur", "999", "Opération inconnue")

    def _creer(self, champs: dict[str, str], demarrer: Demarrer) -> Iterable[bytes]:
        if refus := self._refuser(champs):
            return _fauter(demarrer, "FonctionnelleErreur", *refus)
        idop = str(uuid.uuid4())
        with self._base() as base:
            base.execute(
                "INSERT INTO operation (idop, champs, creee) VALUES (?, ?, ?)",
                (idop, json.dumps(champs), clock.maintenant().timestamp()),
            )
        return _envelopper(
            demarrer, soap.ecrire("creerPaiementSecuriseResponse", {"idOp": idop}, dans="return")
        )

    def _refuser(self, champs: dict[str, str]) -> tuple[str, str] | None:
        """The code of the first thing that PayFiP would not take, and its words for it."""
        dit = champs.get("montant", "")
        montant = int(dit) if re.fullmatch(r"\d{1,11}", dit, re.ASCII) else -1
        tests = (
            (champs.get("numcli") != CLIENT_INCONNU, "T2", "Client inconnu"),
            (champs.get("saisie", "") in payfip.SAISIES, "S1", "Mode de saisie invalide"),
            (montant >= 0, "M1", "Le format du montant n’est pas correct"),
            (montant >= payfip.MONTANT_MIN, "M3", "Montant minimum non atteint"),
            (montant <= payfip.MONTANT_MAX, "M5", "Montant maximum dépassé"),
            (payfip.mel_possible(champs.get("mel", "")), "A2", "L’adresse mél est incorrecte"),
            (
                payfip.REFDET.fullmatch(champs.get("refdet", "")),
                "R3",
                "Le format de REFDET n’est pas conforme",
            ),
            (self._chez_nous(champs.get("urlnotif", "")), "N1", "URL de notification non valide"),
            (self._chez_nous(champs.get("urlredirect", "")), "D1", "URL de redirection non valide"),
        )
        return next(((code, libelle) for tenu, code, libelle in tests if not tenu), None)

    def _chez_nous(self, url: str) -> bool:
        """It is asked by anybody who opens the demonstration: it calls nobody else, leads nowhere else."""
        return url.startswith(self.portail + "/")

    def _detailler(self, idop: str, demarrer: Demarrer) -> Iterable[bytes]:
        operation = self._lire(idop)
        if operation is None:
            return _fauter(demarrer, "FonctionnelleErreur", payfip.INCONNU, "IdOp incorrect")
        if not operation["resultat"] or operation["retards"] > 0:
            with self._base() as base:
                base.execute("UPDATE operation SET retards = MAX(retards - 1, 0) WHERE idop = ?", (idop,))
            return _fauter(demarrer, "FonctionnelleErreur", payfip.PAS_FINI, "Résultat non connu")
        champs = json.loads(operation["champs"])
        detail = {nom: champs.get(nom, "") for nom in ("exer", "mel", "numcli", "objet", "refdet", "saisie")}
        detail |= {
            "idOp": idop,
            "montant": str(int(champs["montant"]) + operation["ecart"]),
            "resultrans": operation["resultat"],
            "numauto": operation["autorisation"],
            "dattrans": operation["quand"][:8],
            "heurtrans": operation["quand"][8:],
        }
        reponse = soap.ecrire("recupererDetailPaiementSecuriseResponse", detail, dans="return")
        return _envelopper(demarrer, reponse)

    def _tomber_en_panne(self, demarrer: Demarrer) -> Iterable[bytes]:
        if self.panne == "technique":
            return _fauter(demarrer, "TechDysfonctionnementErreur", "999", "Erreur technique")
        if self.panne == "redirection":
            demarrer("302 Found", [("Location", f"{self.portail}/"), ("Content-Length", "0")])
            return [b""]
        if self.panne == "goutte":
            demarrer("200 OK", [("Content-Type", "text/xml")])
            return _gouttes(self.lenteur)
        if self.panne == "lenteur":
            time.sleep(self.lenteur)
        contenus = {
            "doctype": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "enorme": f"<a>{'x' * soap.OCTETS_MAX}</a>",
            "charabia": "<html><p>Service momentanément",
        }
        statut = "502 Bad Gateway" if self.panne == "erreur" else "200 OK"
        return _repondre(demarrer, statut, contenus.get(self.panne, ""), "text/xml; charset=utf-8")

    # ——— the payment page ———

    def _montrer(self, environ: dict[str, Any], demarrer: Demarrer) -> Iterable[bytes]:
        idop = _champ(environ.get("QUERY_STRING", ""), "idop")
        operation = self._lire(idop)
        if operation is None or operation["resultat"] or self._trop_vieille(operation):
            return _page(demarrer, "404 Not Found", ecran.perimee(), self.portail)
        racine = environ.get("SCRIPT_NAME", "")
        return _page(
            demarrer, "200 OK", ecran.choix(idop, json.loads(operation["champs"]), racine), self.portail
        )

    def _conclure(self, environ: dict[str, Any], demarrer: Demarrer) -> Iterable[bytes]:
        formulaire = _corps(environ).decode("ascii", "replace")
        idop, issue = _champ(formulaire, "idop"), _champ(formulaire, "issue")
        operation = self._lire(idop)
        perimee = operation is None or operation["resultat"] or self._trop_vieille(operation)
        if perimee or issue not in payfip.RESULTATS:
            return _page(demarrer, "404 Not Found", ecran.perimee(), self.portail)
        cas = ecran.CAS.get(_champ(formulaire, "cas"), ecran.SIMPLE)
        self.regler(idop, issue, retards=cas.retards, ecart=cas.ecart, notifier=0)
        if cas.notifications:
            threading.Thread(
                target=self._notifier_plusieurs, args=(idop, cas.notifications), daemon=True
            ).start()
        retour = self._champs(idop)["urlredirect"]
        demarrer("303 See Other", [("Location", retour), ("Content-Length", "0"), *SECURITE])
        return [b""]

    def _notifier_plusieurs(self, idop: str, fois: int) -> None:
        for _ in range(fois):
            self.notifier(idop)

    @staticmethod
    def _trop_vieille(operation: sqlite3.Row) -> bool:
        return clock.maintenant().timestamp() - operation["creee"] > payfip.VALIDITE.total_seconds()

    # ——— its operations ———

    def _base(self) -> sqlite3.Connection:
        self.fichier.parent.mkdir(mode=0o700, exist_ok=True)
        base = sqlite3.connect(self.fichier, timeout=10, factory=_Fermee)
        base.row_factory = sqlite3.Row
        base.execute(TABLE)
        return base

    def _lire(self, idop: str) -> sqlite3.Row | None:
        with self._base() as base:
            return base.execute("SELECT * FROM operation WHERE idop = ?", (idop,)).fetchone()

    def _champs(self, idop: str) -> dict[str, str]:
        operation = self._lire(idop)
        return json.loads(operation["champs"]) if operation else {}


def jouer(portail: str, secret: str) -> Simulateur:
    """The PayFiP of a demonstration; all the processes of the same one share its operations."""
    dossier = f"portail-payfip-{hashlib.sha256(secret.encode()).hexdigest()[:20]}"
    return Simulateur(Path(tempfile.gettempdir()) / dossier / "operations.sqlite3", portail)


class _Fermee(sqlite3.Connection):
    """Commits at the end of the block, as any other, and is closed too."""

    def __exit__(self, *panne: Any) -> Any:
        try:
            return super().__exit__(*panne)
        finally:
            self.close()


def _corps(environ: dict[str, Any]) -> bytes:
    taille = environ.get("CONTENT_LENGTH") or "0"
    return environ["wsgi.input"].read(min(int(taille), soap.OCTETS_MAX + 1)) if taille.isdigit() else b""


def _champ(formulaire: str, nom: str) -> str:
    return parse_qs(formulaire).get(nom, [""])[0]


def _gouttes(pause: float) -> Iterable[bytes]:
    while True:
        time.sleep(pause)
        yield b" "


def _fauter(demarrer: Demarrer, genre: str, code: str, libelle: str) -> Iterable[bytes]:
    return _envelopper(demarrer, soap.ecrire_une_faute(genre, code, libelle), "500 Internal Server Error")


def _envelopper(demarrer: Demarrer, octets: bytes, statut: str = "200 OK") -> Iterable[bytes]:
    demarrer(statut, [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(octets)))])
    return [octets]


def _page(demarrer: Demarrer, statut: str, texte: str, portail: str) -> Iterable[bytes]:
    csp = f"default-src 'none'; style-src 'self'; form-action 'self' {portail}; frame-ancestors 'none'"
    return _repondre(demarrer, statut, texte, "text/html; charset=utf-8", ("Content-Security-Policy", csp))


def _repondre(
    demarrer: Demarrer, statut: str, texte: str, genre: str, *entetes: tuple[str, str]
) -> Iterable[bytes]:
    octets = texte.encode()
    demarrer(statut, [("Content-Type", genre), ("Content-Length", str(len(octets))), *SECURITE, *entetes])
    return [octets]
