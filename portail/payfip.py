"""The way to PayFiP: its web service over the network, bounded in time and size, whatever it answers."""

import contextlib
import http.client
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from portail.domain import soap
from portail.domain.payfip import (
    IDOP,
    INCONNU,
    PAS_FINI,
    RESULTATS,
    Inconnue,
    Injoignable,
    Ordre,
    PasFinie,
    Refusee,
    Resultat,
)
from portail.domain.tours import PasDeTour, Tours

DELAI = 15.0
"""Seconds that one call may take, from the connection to the last byte."""
A_LA_FOIS, EN_ATTENTE = 2, 1
"""Calls at once of one process, and those that wait: a slow PayFiP never holds all of the four threads that
serve the families."""
FILE = 2.0
"""Seconds that a call waits for its turn."""
ECHECS_MAX, REPOS = 5, 60.0
"""After so many failures in a row, PayFiP is left alone for so many seconds."""
ENTETES = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Connection": "close"}

journal = logging.getLogger(__name__)


class Client:
    """PayFiP at `base`, the address that its services and its payment page share.

    The host is that of the settings and no other: what answers is never asked where else to go, no
    redirection is followed.
    """

    def __init__(self, base: str, delai: float = DELAI) -> None:
        url = urlsplit(base)
        self.base, self.delai = base.rstrip("/"), delai
        self._chiffre, self._hote, self._port = url.scheme == "https", url.hostname or "", url.port
        self._chemin = f"{url.path.rstrip('/')}/services/securite"
        self._tours = Tours(A_LA_FOIS, EN_ATTENTE)
        self._garde = threading.Lock()
        self._echecs, self._reprise = 0, 0.0

    # ——— what is asked ———

    def creer(self, ordre: Ordre) -> str:
        """Open this payment; gives its idOp."""
        champs = self._appeler(
            "creerPaiementSecurise",
            {
                "exer": f"{ordre.exer:04}",
                "mel": ordre.mel,
                "montant": str(ordre.montant),
                "numcli": ordre.numcli,
                "objet": ordre.objet,
                "refdet": ordre.refdet,
                "saisie": ordre.saisie,
                "urlnotif": ordre.urlnotif,
                "urlredirect": ordre.urlredirect,
            },
        )
        idop = champs.get("idop", "")
        if not IDOP.fullmatch(idop):
            raise Injoignable("réponse sans numéro d’opération")
        return idop

    def detail(self, idop: str) -> Resultat:
        """The result of this operation."""
        champs = self._appeler("recupererDetailPaiementSecurise", {"idOp": idop})
        montant, issue = champs.get("montant", ""), champs.get("resultrans", "")
        lisible = re.fullmatch(r"\d{1,11}", montant, re.ASCII) and issue in RESULTATS
        if not lisible or champs.get("idop", "").lower() != idop.lower():
            raise Injoignable("résultat illisible")
        return Resultat(
            idop=idop,
            numcli=champs.get("numcli", ""),
            refdet=champs.get("refdet", ""),
            montant=int(montant),
            resultrans=issue,
            numauto=champs.get("numauto", "")[:40],
            dattrans=champs.get("dattrans", ""),
            heurtrans=champs.get("heurtrans", ""),
        )

    def page(self, idop: str) -> str:
        """The address at which the person pays."""
        return f"{self.base}/paiementws.web?idop={quote(idop, safe='')}"

    # ——— how ———

    def _appeler(self, operation: str, champs: dict[str, str]) -> dict[str, str]:
        with self._tour(operation):
            corps = self._lire(*self._poster(soap.ecrire(operation, champs)))
        if corps.nom == soap.FAUTE:
            self._plaindre(operation, corps)
        return dict(corps.champs)

    @contextlib.contextmanager
    def _tour(self, operation: str) -> Iterator[None]:
        """The turn of one call. Failures in a row are counted; an answer, whatever it says, ends the row."""
        if time.monotonic() < self._reprise:
            raise Injoignable("en repos après plusieurs échecs")
        try:
            with self._tours.prendre(FILE):
                yield
        except PasDeTour as trop:
            raise Injoignable("trop d’appels à la fois") from trop
        except Injoignable as panne:
            with self._garde:
                self._echecs += 1
                if self._echecs >= ECHECS_MAX:
                    self._reprise = time.monotonic() + REPOS
            journal.warning("PayFiP did not answer %s: %s", operation, panne.motif)
            raise
        else:
            with self._garde:
                self._echecs, self._reprise = 0, 0.0

    def _poster(self, corps: bytes) -> tuple[int, bytes]:
        """Status and body of the answer: the first bytes of it, one more than are read."""
        lien, fin = self._ouvrir(), time.monotonic() + self.delai
        try:
            lien.connect()
            # A server that gives one byte at a time keeps each reading short, and the whole without end.
            with _minuterie(lien.sock, fin - time.monotonic()):
                lien.request("POST", self._chemin, corps, ENTETES)
                reponse = lien.getresponse()
                return reponse.status, reponse.read(soap.OCTETS_MAX + 1)
        except (OSError, http.client.HTTPException, ValueError) as panne:
            raise Injoignable(type(panne).__name__) from panne
        finally:
            lien.close()

    def _ouvrir(self) -> http.client.HTTPConnection:
        if self._chiffre:
            contexte = ssl.create_default_context()
            return http.client.HTTPSConnection(self._hote, self._port, timeout=self.delai, context=contexte)
        return http.client.HTTPConnection(self._hote, self._port, timeout=self.delai)

    @staticmethod
    def _lire(statut: int, octets: bytes) -> soap.Corps:
        """An error of theirs comes with status 500: nothing else than it and 200 is an answer."""
        if statut not in (200, 500):
            raise Injoignable(f"réponse HTTP {statut}")
        try:
            corps = soap.lire(octets)
        except soap.Illisible as illisible:
            raise Injoignable(f"réponse illisible ({illisible})") from illisible
        if corps.nom == soap.FAUTE and corps.detail != "FonctionnelleErreur":
            raise Injoignable(f"panne de PayFiP ({corps.detail or 'sans détail'})")
        return corps

    @staticmethod
    def _plaindre(operation: str, faute: soap.Corps) -> None:
        code, libelle = faute.champs.get("code", "")[:10], faute.champs.get("libelle", "")[:200]
        if code == PAS_FINI:
            raise PasFinie("pas encore payé")
        if code == INCONNU:
            raise Inconnue("opération inconnue de PayFiP")
        journal.warning("PayFiP refused %s: %s", operation, code)
        raise Refusee(code or "?", libelle)


def joindre(base: str) -> Client | None:
    """The way to PayFiP at this address; none without one."""
    return Client(base) if base else None


@contextlib.contextmanager
def _minuterie(prise: socket.socket, secondes: float) -> Iterator[None]:
    """The connection is cut after so many seconds, wherever one is with it."""
    minuterie = threading.Timer(max(secondes, 0), _couper, [prise])
    minuterie.daemon = True
    minuterie.start()
    try:
        yield
    finally:
        minuterie.cancel()


def _couper(prise: socket.socket) -> None:
    with contextlib.suppress(OSError):
        prise.shutdown(socket.SHUT_RDWR)
