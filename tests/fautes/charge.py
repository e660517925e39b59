"""Families who book at the same time, and write down what they were answered: the log to compare with."""

import http.client
import itertools
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.fautes.ville import Parent, Voeu
from tests.processus import attendre

FAIT, REFUSE, DOUTE, INCONNU = "fait", "refusé", "doute", "inconnu"
"""The whole answer says that it is done; that nothing is, come back; to look, then come back. None came."""
RIEN, PEUT_ETRE = "Rien n’a été enregistré", "est peut-être enregistré"
CLIENTS = 4
PATIENCE = 90


@dataclass
class Journal:
    """What the clients were told of each wish."""

    issues: dict[Voeu, str] = field(default_factory=dict)
    fautes: list[str] = field(default_factory=list)
    """Answers that nobody should get: an error of ours, a page that does not say what it should."""
    coupures: list[str] = field(default_factory=list)
    """What cut the requests that had no answer."""
    portes_closes: int = 0
    """How often nobody listened: nothing was sent, one tries again."""
    attentes: list[float] = field(default_factory=list)
    """Seconds that each answer took."""

    def de(self, issue: str) -> list[Voeu]:
        return [voeu for voeu, dite in list(self.issues.items()) if dite == issue]

    def combien(self, issue: str) -> int:
        return len(self.de(issue))


class Client:
    """One connection, made again when it is cut; kept open, or as nginx does, made anew for each request."""

    def __init__(self, port: int, gardee: bool = True, patience: float = PATIENCE) -> None:
        self.port, self.gardee, self.patience = port, gardee, patience
        self.lien: http.client.HTTPConnection | None = None

    def poster(self, voeu: Voeu) -> tuple[int, dict[str, str], str]:
        chemin = f"/famille/planning/creneaux/{voeu.parent.enfant}/{voeu.seance}/demande"
        corps = urlencode({"csrf_token": voeu.parent.jeton, "voulu": "reserve"})
        return self.demander("POST", chemin, voeu.parent, corps)

    def demander(self, methode: str, chemin: str, parent: Parent, corps: str = ""):
        entetes = {"Cookie": f"session={parent.temoin}"}
        if corps:
            entetes["Content-Type"] = "application/x-www-form-urlencoded"
        if self.lien is None:
            self.lien = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
            self.lien.connect()
        try:
            self.lien.request(methode, chemin, corps or None, entetes)
            reponse = self.lien.getresponse()
            texte = reponse.read().decode()
        except BaseException:
            self.fermer()
            raise
        if reponse.will_close or not self.gardee:
            self.fermer()
        return reponse.status, dict(reponse.getheaders()), texte

    def fermer(self) -> None:
        lien, self.lien = self.lien, None
        if lien is not None:
            lien.close()


class Charge:
    """`with Charge(port, voeux) as charge:` four clients post one wish after the other, until its end."""

    def __init__(self, port: int, voeux: Iterable[Voeu], gardees: bool = True) -> None:
        self.port, self.gardees, self.journal = port, gardees, Journal()
        self._suivants: Iterator[Voeu] = iter(voeux)
        self._verrou, self._arret = threading.Lock(), threading.Event()
        self._fils = [threading.Thread(target=self._poster, daemon=True) for _ in range(CLIENTS)]

    def __enter__(self) -> "Charge":
        for fil in self._fils:
            fil.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._arret.set()
        for fil in self._fils:
            fil.join(PATIENCE)
            assert not fil.is_alive(), "a client is stuck"

    @property
    def faits(self) -> int:
        return self.journal.combien(FAIT)

    @property
    def renvoyes(self) -> int:
        """Told to come back in a moment, by a page that is made for it."""
        return self.journal.combien(REFUSE) + self.journal.combien(DOUTE)

    def attendre_encore(self, combien: int) -> None:
        """So many acknowledged from now on; less once something is wrong, that `confronter` will tell."""
        voulus = self.faits + combien
        attendre(lambda: self.faits >= voulus or self.journal.fautes, 90)

    def _poster(self) -> None:
        client, en_attente = Client(self.port, self.gardees), None
        while not self._arret.is_set():
            voeu = en_attente or self._prendre()
            if voeu is None:
                break
            debut = time.monotonic()
            try:
                reponse = client.poster(voeu)
            except ConnectionRefusedError:  # nothing was sent: the same wish, as soon as somebody listens
                en_attente = voeu
                self.journal.portes_closes += 1
                self._arret.wait(0.02)
                continue
            except (OSError, http.client.HTTPException) as panne:
                self.journal.issues[voeu] = INCONNU
                self.journal.coupures.append(f"{panne!r} after {time.monotonic() - debut:.2f} s")
            else:
                self.journal.attentes.append(time.monotonic() - debut)
                self._noter(voeu, *reponse)
            en_attente = None
        client.fermer()

    def _prendre(self) -> Voeu | None:
        with self._verrou:
            return next(self._suivants, None)

    def _noter(self, voeu: Voeu, statut: int, entetes: dict[str, str], texte: str) -> None:
        if statut == 303 and entetes["Location"].startswith("/famille/planning"):
            self.journal.issues[voeu] = FAIT
        elif statut == 429:  # faster than a person, on a machine that has nothing else to do
            self.journal.issues[voeu] = REFUSE
            self._arret.wait(1)
        elif statut == 503 and "Retry-After" in entetes and (RIEN in texte) != (PEUT_ETRE in texte):
            self.journal.issues[voeu] = REFUSE if RIEN in texte else DOUTE
            self._arret.wait(0.05)  # a person takes longer before trying again
        else:
            self.journal.issues[voeu] = INCONNU
            self.journal.fautes.append(f"{statut} {entetes.get('Location', '')} {texte[:1500]}")


def reprendre(port: int, voeux: Iterable[Voeu]) -> Journal:
    """Ask again for what was not answered, as a family does: now each must be."""
    with Charge(port, list(voeux)) as charge:
        for fil in charge._fils:
            fil.join(PATIENCE)
    return charge.journal


def par_lots(voeux: Iterable[Voeu], taille: int) -> Iterator[list[Voeu]]:
    suite = iter(voeux)
    while lot := list(itertools.islice(suite, taille)):
        yield lot
