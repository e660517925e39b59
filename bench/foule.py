"""The crowd of an opening: people who sign in, look at their planning and ask for scarce days, all at once.

An asyncio client, light enough to share two cores with the server that it presses. A person keeps a
connection as a browser does, waits a moment between two gestures, and when told 503 does the same gesture
again after the seconds that the server asked for. What was answered is written down: it is compared with the
database afterwards.
"""

import asyncio
import collections
import gc
import html
import json
import random
import re
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from portail.demo import MOT_DE_PASSE

ARRIVER, ENTRER, MOIS, VEILLER, OUVRIR, DEMANDER = (
    *("page de connexion", "connexion", "planning, le mois", "veille", "panneau d’un créneau"),
    "réserver",
)
GESTES = (ARRIVER, ENTRER, MOIS, VEILLER, OUVRIR, DEMANDER)
PARCOURS = (MOIS, VEILLER, OUVRIR, DEMANDER, VEILLER, MOIS, OUVRIR, VEILLER, MOIS, VEILLER)
"""After the two gestures of the sign-in: twelve of a journey. Each second journey asks for a second day."""
JETON = re.compile(r'name="csrf_token" value="([^"]+)"')
LIBRE = re.compile(
    r'href="(/famille/planning/creneaux/\d+/\d+\?[^"]+)" hx-get="[^>]+><svg[^>]+><use[^>]+></svg>'
    r'<span data-mot="Non réservé">'
)
"""A day that is not booked, as it stands on the planning."""
VOEU = re.compile(r'name="voulu" value="([^"]+)"')
"""What its panel offers: to ask for it or, once it is full, for a place on its waiting list."""
MOIS_DEMANDES = ("2026-12-03", "2027-01-04", "2027-02-01")
GUET = re.compile(r'hx-get="(/famille/planning/nouvelles[^"]+)" hx-headers=\'([^\']+)\'')
HTMX = {"HX-Request": "true"}
INACTIVE = 4.0
"""Seconds after which a connection is not used again: the server closes it after five."""
DELAI = 30.0
"""Seconds after which somebody gives an answer up."""
REGARD = 0.1
"""Seconds between two looks at how late the crowd itself is."""


class Panne(Exception):
    """No answer, or half of one."""


@dataclass(frozen=True)
class Mesure:
    geste: str
    fin: float
    """Seconds after the start."""
    duree: float
    statut: int
    """0: no answer."""


@dataclass
class Journal:
    """What the crowd was answered."""

    debut: float = field(default_factory=time.perf_counter)
    mesures: list[Mesure] = field(default_factory=list)
    promis: list[tuple[str, int, int]] = field(default_factory=list)
    """E-mail, child and séance of each request that was answered 200."""
    refus: collections.Counter[int] = field(default_factory=collections.Counter)
    """Requests for a day that were answered by a refusal that the portal explains, by status."""
    retards: list[float] = field(default_factory=list)
    """Seconds by which the crowd itself was late, looked at ten times a second: answers are read so late."""


@dataclass(frozen=True)
class Recue:
    statut: int
    entetes: dict[str, str]
    texte: str


class Personne:
    """Somebody with a browser, an account, and no patience."""

    def __init__(
        self, port: int, email: str, journal: Journal, pause: Callable[[], float], hasard: random.Random
    ):
        self.port, self.email, self.journal = port, email, journal
        self.pause, self.hasard = pause, hasard
        self.cookies: dict[str, str] = {}
        self.lien: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.servi = 0.0
        self.creneaux: list[str] = []
        self.guet: tuple[str, dict[str, str]] | None = None

    async def vivre(self, fin: float) -> None:
        """Journeys one after the other, until this instant of `perf_counter`."""
        try:
            await self.entrer(fin)
            while time.perf_counter() < fin:
                ouvert = None
                for geste in PARCOURS:
                    await asyncio.sleep(min(self.pause(), max(fin - time.perf_counter(), 0)))
                    if time.perf_counter() >= fin:
                        return
                    if geste == MOIS:
                        await self.regarder(fin)
                    elif geste == VEILLER:
                        await self.veiller(fin)
                    elif geste == OUVRIR:
                        ouvert = await self.ouvrir(fin)
                    elif ouvert:
                        await self.reserver(ouvert, fin)
        finally:
            self.fermer()

    async def entrer(self, fin: float) -> None:
        page = await self.insister(ARRIVER, fin, "GET", "/connexion")
        await asyncio.sleep(min(self.pause(), max(fin - time.perf_counter(), 0)))
        champs = {"email": self.email, "mot_de_passe": MOT_DE_PASSE}
        if page and page.statut == 200 and (jeton := JETON.search(page.texte)):
            await self.insister(ENTRER, fin, "POST", "/connexion", champs | {"csrf_token": jeton[1]})

    async def regarder(self, fin: float) -> None:
        mois = self.hasard.choice(MOIS_DEMANDES)
        page = await self.insister(MOIS, fin, "GET", f"/famille/planning?vue=mois&date={mois}")
        if page and page.statut == 200:
            self.creneaux = [html.unescape(adresse) for adresse in LIBRE.findall(page.texte)]
            if guet := GUET.search(page.texte):
                self.guet = html.unescape(guet[1]), json.loads(html.unescape(guet[2]))

    async def veiller(self, fin: float) -> None:
        if self.guet:
            adresse, marque = self.guet
            await self.insister(VEILLER, fin, "GET", adresse, None, HTMX | marque)

    async def ouvrir(self, fin: float) -> tuple[str, dict[str, str]] | None:
        """The panel of a day that is not booked: its address and its form, when it can be asked for."""
        if not self.creneaux:
            return None
        adresse = self.creneaux.pop(min(int(self.hasard.expovariate(0.1)), len(self.creneaux) - 1))
        panneau = await self.insister(OUVRIR, fin, "GET", adresse, None, HTMX)
        if not panneau or panneau.statut != 200:
            return None
        jeton, voeu = JETON.search(panneau.texte), VOEU.search(panneau.texte)
        return (adresse, {"csrf_token": jeton[1], "voulu": voeu[1]}) if jeton and voeu else None

    async def reserver(self, ouvert: tuple[str, dict[str, str]], fin: float) -> None:
        adresse, champs = ouvert
        chemin, _, requete = adresse.partition("?")
        recue = await self.insister(DEMANDER, fin, "POST", f"{chemin}/demande?{requete}", champs, HTMX)
        if recue and recue.statut == 200:
            enfant, seance = chemin.split("/")[-2:]
            self.journal.promis.append((self.email, int(enfant), int(seance)))
        elif recue:
            self.journal.refus[recue.statut] += 1

    async def insister(
        self,
        geste: str,
        fin: float,
        methode: str,
        adresse: str,
        champs: dict[str, str] | None = None,
        entetes: dict[str, str] | None = None,
    ) -> Recue | None:
        """The gesture, again after each 503, until the end. None: no answer came."""
        while True:
            debut = time.perf_counter()
            try:
                recue = await asyncio.wait_for(self._demander(methode, adresse, champs, entetes or {}), DELAI)
            except (TimeoutError, OSError, Panne, asyncio.IncompleteReadError):
                self.fermer()
                recue = None
            maintenant = time.perf_counter()
            statut = recue.statut if recue else 0
            self.journal.mesures.append(
                Mesure(geste, maintenant - self.journal.debut, maintenant - debut, statut)
            )
            if not recue or statut != 503:
                return recue
            attente = float(recue.entetes["retry-after"]) * self.hasard.uniform(1, 2)
            if maintenant + attente >= fin:
                return None
            await asyncio.sleep(attente)

    async def _demander(
        self, methode: str, adresse: str, champs: dict[str, str] | None, entetes: dict[str, str]
    ) -> Recue:
        corps = urlencode(champs).encode() if champs else b""
        lignes = [
            *(f"{methode} {adresse} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept-Encoding: gzip"),
            *(f"{nom}: {valeur}" for nom, valeur in entetes.items()),
        ]
        if self.cookies:
            lignes.append("Cookie: " + "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        if champs:
            lignes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps)}"]
        if self.lien and time.perf_counter() - self.servi > INACTIVE:
            self.fermer()
        if not self.lien:
            self.lien = await asyncio.open_connection("127.0.0.1", self.port)
        lecteur, ecrivain = self.lien
        ecrivain.write("\r\n".join([*lignes, "", ""]).encode() + corps)
        recue = await self._lire(lecteur)
        self.servi = time.perf_counter()
        if recue.entetes.get("connection") == "close":
            self.fermer()
        return recue

    async def _lire(self, lecteur: asyncio.StreamReader) -> Recue:
        tete = (await lecteur.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        statut, lus = int(tete[0].split()[1]), {}
        for ligne in filter(None, tete[1:]):
            nom, _, valeur = ligne.partition(":")
            nom, valeur = nom.lower(), valeur.strip()
            lus[nom] = valeur
            if nom == "set-cookie":
                cle, _, contenu = valeur.partition(";")[0].partition("=")
                self.cookies[cle] = contenu
        if statut in (204, 304):
            return Recue(statut, lus, "")
        if "content-length" not in lus:
            raise Panne("an answer of unknown length")
        corps = await lecteur.readexactly(int(lus["content-length"]))
        if lus.get("content-encoding") == "gzip":
            corps = zlib.decompress(corps, 31)
        return Recue(statut, lus, corps.decode())

    def fermer(self) -> None:
        if self.lien:
            self.lien[1].close()
            self.lien = None


async def presser(
    port: int, emails: list[str], combien: int, montee: float, duree: float, pauses: tuple[float, float]
) -> Journal:
    """`combien` people come during `montee` seconds, and stay until `duree` seconds have passed in all.

    `pauses`: the mean seconds between two gestures of one person, until the end of the arrivals and after it.
    """
    journal = Journal()
    hasard = random.Random(1)
    fin = journal.debut + duree

    def pause() -> float:
        arrivees = time.perf_counter() - journal.debut < montee
        return hasard.expovariate(1 / pauses[0 if arrivees else 1])

    async def venir(rang: int) -> None:
        await asyncio.sleep(hasard.uniform(0, montee))
        email = emails[rang % len(emails)]
        await Personne(port, email, journal, pause, random.Random(rang)).vivre(fin)

    gens: list[Awaitable[None]] = [venir(rang) for rang in range(combien)]
    montre = asyncio.create_task(se_regarder(journal))
    gc.disable()  # going through thousands of people, it would hear nobody for up to a second
    try:
        await asyncio.gather(*gens)
    finally:
        gc.enable()
        montre.cancel()
    return journal


async def se_regarder(journal: Journal) -> None:
    while True:
        debut = time.perf_counter()
        await asyncio.sleep(REGARD)
        journal.retards.append(time.perf_counter() - debut - REGARD)
