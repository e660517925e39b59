"""A browser that only asks: a connection kept open, cookies, a form's token, answers as they were sent."""

import html
import http.client
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from portail.demo import MOT_DE_PASSE

FORMULAIRE = {"Content-Type": "application/x-www-form-urlencoded"}
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Recue:
    statut: int
    entetes: http.client.HTTPMessage
    contenu: bytes
    """As it came over the wire: compressed when it was asked so."""
    duree: float
    """From the request sent to the last byte, in seconds."""

    @property
    def texte(self) -> str:
        return self.contenu.decode()


class Navigateur:
    def __init__(self, port: int) -> None:
        self.lien = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def demander(self, methode: str, adresse: str, corps: dict | None = None, **entetes: str) -> Recue:
        """Ask once; again on a new connection when the server had closed this one in between."""
        tous = entetes | {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        envoye = None if corps is None else urlencode(corps)
        try:
            recue = self._envoyer(methode, adresse, envoye, tous)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.lien.close()
            recue = self._envoyer(methode, adresse, envoye, tous)
        for pose in recue.entetes.get_all("Set-Cookie", []):
            nom, _, valeur = pose.partition(";")[0].partition("=")
            self.cookies[nom] = valeur
        return recue

    def _envoyer(self, methode: str, adresse: str, corps: str | None, entetes: dict[str, str]) -> Recue:
        debut = time.perf_counter()
        self.lien.request(methode, adresse, corps, entetes)
        reponse = self.lien.getresponse()
        contenu = reponse.read()
        return Recue(reponse.status, reponse.headers, contenu, time.perf_counter() - debut)

    def lire(self, adresse: str, **entetes: str) -> Recue:
        recue = self.demander("GET", adresse, None, **entetes)
        assert recue.statut == 200, (adresse, recue.statut)
        return recue

    def jeton(self, adresse: str) -> str:
        """The token that the forms of this page carry."""
        trouve = re.search(r'name="csrf_token" value="([^"]+)"', self.lire(adresse).texte)
        assert trouve, adresse
        return trouve[1]

    def se_connecter(self, email: str) -> Recue:
        return self.preparer_la_connexion(email)()

    def preparer_la_connexion(self, email: str) -> Callable[[], Recue]:
        """Open the page; what it gives sends the form."""
        champs = {"csrf_token": self.jeton("/connexion"), "email": email, "mot_de_passe": MOT_DE_PASSE}

        def envoyer() -> Recue:
            recue = self.demander("POST", "/connexion", champs, **FORMULAIRE)
            assert recue.statut == 303, (email, recue.statut)
            return recue

        return envoyer


def guet(page: str) -> tuple[str, dict[str, str]]:
    """The address that an open planning asks every few seconds, and the mark that it sends with it."""
    trouve = re.search(r'hx-get="(/famille/planning/nouvelles[^"]+)" hx-headers=\'([^\']+)\'', page)
    assert trouve, "the page watches nothing"
    return html.unescape(trouve[1]), json.loads(html.unescape(trouve[2]))
