"""Slow people, and those who are slow on purpose: none of them holds a thread.

A thread is given a request once all of it is there, and writes an answer that leaves at the pace of whoever
reads it. Before and after, the loop of the worker waits for all of them together. nginx does the same where
it stands in front; where it does not, or where somebody comes around it, this does.
"""

import re
import resource
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.errors import ConfigError
from gunicorn.http import get_parser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

POUR_LA_TETE = 15
"""Seconds to say what is asked, all headers included."""
POUR_LE_RESTE = 30
OCTETS_PAR_SECONDE = 8_192
"""A body, or an answer, has thirty seconds, and for what has gone through, this pace: less than the worst
telephone has. What is only announced gives no time."""
POUR_SE_QUITTER = 2
"""Seconds to read the end of the answer before the line is cut."""
TETE_MAX = 65_536
CORPS_MAX = 26_000_000
"""More than any view takes: what is announced as longer is refused by the portal, unread."""
EN_MEMOIRE = 131_072
"""Of each body, of each answer; more of it waits on the disk."""
LECTURE = 65_536
PAUSE = 0.5
"""Seconds between two looks at those who took too long."""

LONGUEUR = re.compile(rb"^content-length:[ \t]*0*(\d{1,18})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
UNE_LONGUEUR = re.compile(rb"^content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)
EN_MORCEAUX = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
ATTEND = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
CONTINUER = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUS = "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TROP_LONG = REFUS.format("431 Request Header Fields Too Large").encode()
MAL_DIT = REFUS.format("400 Bad Request").encode()
SANS_LONGUEUR = REFUS.format("411 Length Required").encode()
"""No browser, and not nginx, sends a body without saying how long it is."""


class Tampon:
    """Bytes that wait, first in, first out."""

    def __init__(self) -> None:
        self._fichier = SpooledTemporaryFile(EN_MEMOIRE)  # noqa: SIM115 - it lives as long as the line
        self._lus = self._ecrits = 0

    def vider(self) -> None:
        self._fichier.seek(0)
        self._fichier.truncate()
        self._lus = self._ecrits = 0

    def ecrire(self, octets: bytes | memoryview) -> None:
        self._fichier.seek(self._ecrits)
        self._fichier.write(octets)
        self._ecrits += len(octets)

    def lire(self, combien: int) -> bytes:
        self._fichier.seek(self._lus)
        pris = self._fichier.read(combien)
        self._lus += len(pris)
        return pris

    def rendre(self, combien: int) -> None:
        """The last ones that were read: they will be again."""
        self._lus -= combien

    def __len__(self) -> int:
        return self._ecrits - self._lus


class Recu(Unreader):
    """What came of a request. The thread that serves it reads from here, and never from the line.

    `tari`: it wanted more than what came. Where the next request would begin is not known then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tampon = Tampon()
        self.manquent: int | None = None
        """How many bytes are still to come; not known before the end of the headers."""
        self.recommencer()

    def recommencer(self) -> None:
        """For the next request, whose beginning may have come with the last one."""
        avance = self.take_buffered() + self.tampon.lire(len(self.tampon))
        self.tampon.vider()
        self.tete, self.manquent, self.tari = bytearray(), None, False
        self.ajouter(avance)

    def ajouter(self, octets: bytes) -> None:
        if self.manquent is not None:
            self.manquent -= len(octets)
            self.tampon.ecrire(octets)
            return
        depuis = max(0, len(self.tete) - 3)
        self.tete += octets
        if (fin := self.tete.find(b"\r\n\r\n", depuis)) < 0:
            return
        self.lignes = bytes(self.tete[: fin + 2])
        self.depuis = time.monotonic()
        annonce = LONGUEUR.search(self.lignes)
        self.longueur = int(annonce[1]) if annonce else 0
        self.manquent = 0 if self.longueur > CORPS_MAX else fin + 4 + self.longueur - len(self.tete)
        self.tampon.ecrire(bytes(self.tete))

    def refus(self) -> bytes:
        if self.manquent is None:
            return TROP_LONG if len(self.tete) > TETE_MAX else b""
        if EN_MORCEAUX.search(self.lignes):
            return SANS_LONGUEUR
        return MAL_DIT if UNE_LONGUEUR.search(self.lignes) and not LONGUEUR.search(self.lignes) else b""

    def echeance(self) -> float:
        """Until when its body may be waited for: what came of it gives the time."""
        return self.depuis + a_son_pas(self.longueur - (self.manquent or 0))

    def complet(self) -> bool:
        return self.manquent is not None and self.manquent <= 0

    def tout_reprendre(self) -> None:
        """What was read ahead of the next request, where gunicorn looks for it."""
        self.unread(self.take_buffered() + self.tampon.lire(len(self.tampon)))

    def chunk(self, size_hint: int | None = None) -> bytes:
        octets = self.tampon.lire(LECTURE)  # not as much as is asked: it would be copied again and again
        self.tari = self.tari or not octets
        return octets


class Prise(socket.socket):
    """A line on which nobody waits to write: what does not leave at once is kept in `reste`."""

    def __init__(self, autre: socket.socket) -> None:
        super().__init__(fileno=autre.detach())
        self.reste = Tampon()
        self.depuis = 0.0
        """Since when `reste` waits, and how much of it has left."""
        self.partis = 0

    def sendall(self, octets: Any, flags: int = 0) -> None:
        vue = memoryview(octets).cast("B")
        while vue and not self.reste:
            try:
                vue = vue[self.send(vue, flags | socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                break
        if vue:
            self.reste.ecrire(vue)

    def continuer(self) -> bool:
        """Write what may leave now; whether all of it has left."""
        octets, partis = self.reste.lire(LECTURE), 0
        try:
            partis = self.send(octets, socket.MSG_DONTWAIT)
        finally:  # the system may have no room after all
            self.reste.rendre(len(octets) - partis)
            self.partis += partis
        if self.reste:
            return False
        self.reste.vider()
        return True


class TravailleurPatient(ThreadWorker):
    """A gunicorn worker whose loop does what its threads do elsewhere: hear all, see the answer leave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.echeances: dict[TConn, float] = {}
        self.prochain_regard = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise ConfigError("the portal is served in clear, behind a proxy that does TLS")

    def init_process(self) -> None:
        """A line may hold three files: as many as the system lets it have."""
        possibles = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (possibles, possibles))
        super().init_process()

    # ——— what is asked ———

    def enqueue_req(self, conn: TConn) -> None:
        """A line has something to say: listen until all of it is said, then have it served."""
        if conn.parser is None:
            conn.sock = Prise(conn.sock)
            conn.parser = get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Recu()
            conn.data_ready = True
        conn.parser.unreader.recommencer()
        self.attendre(conn, selectors.EVENT_READ, self.ecouter, POUR_LA_TETE)
        self.prudemment(self.ecouter, conn)

    def ecouter(self, conn: TConn) -> None:
        recu: Recu = conn.parser.unreader
        dit_avant = recu.manquent is not None
        if not recu.complet():
            octets = conn.sock.recv(LECTURE)
            if not octets:
                self.lacher(conn)
                return
            recu.ajouter(octets)
        if refus := recu.refus():
            self.cesser(conn)
            conn.sock.sendall(refus)
            self.quitter(conn)
        elif recu.complet():
            self.cesser(conn)
            self.confier(conn)
        elif recu.manquent is not None:
            self.echeances[conn] = recu.echeance()
            if not dit_avant and ATTEND.search(recu.lignes):
                conn.sock.sendall(CONTINUER)

    def confier(self, conn: TConn) -> None:
        """All of the request is there: a thread answers."""
        super().enqueue_req(conn)

    # ——— what is answered ———

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        garde = super()._keepalive_after(conn, keepalive)
        return garde and not conn.parser.unreader.tari

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        self.prudemment(lambda conn: self.terminer(conn, fs), conn)

    def terminer(self, conn: TConn, fs: "Future[Any]") -> None:
        """The thread has ended: what it could not write leaves at the pace of who reads it."""
        if conn.sock.reste:
            conn.sock.depuis, conn.sock.partis = time.monotonic(), 0
            self.attendre(conn, selectors.EVENT_WRITE, lambda conn: self.ecrire(conn, fs), POUR_LE_RESTE)
        elif fs.cancelled() or fs.exception() or not fs.result():
            self.quitter(conn)
        else:
            conn.parser.unreader.tout_reprendre()
            super().finish_request(conn, fs)

    def ecrire(self, conn: TConn, fs: "Future[Any]") -> None:
        if conn.sock.continuer():
            self.cesser(conn)
            self.terminer(conn, fs)
        else:
            self.echeances[conn] = conn.sock.depuis + a_son_pas(conn.sock.partis)

    def quitter(self, conn: TConn) -> None:
        """Say that all is said, and leave the time to read it: a line cut at once takes its end along."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.lacher(conn)
        else:
            self.attendre(conn, selectors.EVENT_READ, self.laisser_dire, POUR_SE_QUITTER)

    def laisser_dire(self, conn: TConn) -> None:
        if not conn.sock.recv(LECTURE):
            self.lacher(conn)

    # ——— the loop ———

    def attendre(self, conn: TConn, quoi: int, suite: Callable[[TConn], None], delai: float) -> None:
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, quoi, lambda _: self.prudemment(suite, conn))
        self.echeances[conn] = time.monotonic() + delai

    def prudemment(self, suite: Callable[[TConn], None], conn: TConn) -> None:
        """Whatever becomes of this one, the loop goes on for all the others."""
        try:
            suite(conn)
        except BlockingIOError:
            pass
        except (OSError, ValueError):  # it has gone; or the disk is full of what it sends
            self.lacher(conn)

    def cesser(self, conn: TConn) -> None:
        if self.echeances.pop(conn, None) is not None:
            self.poller.unregister(conn.sock)

    def lacher(self, conn: TConn) -> None:
        self.cesser(conn)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Called at each turn of the loop: whoever took too long is let go; before, where no line is left."""
        super().murder_pending()
        while self.nr_conns >= self.worker_connections and (self.keepalived_conns or self.echeances):
            self.faire_de_la_place()
        maintenant = time.monotonic()
        if maintenant < self.prochain_regard:
            return
        self.prochain_regard = maintenant + PAUSE
        for conn in [c for c, echeance in self.echeances.items() if echeance < maintenant]:
            self.lacher(conn)

    def faire_de_la_place(self) -> None:
        """Whoever asks for nothing gives up the line first, then whoever has taken longest to say what."""
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
        else:
            conn = min(self.echeances, key=self.echeances.__getitem__)
        self.lacher(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """The worker stops: who has not said what is asked has as long as who might ask for more."""
        super()._cap_keepalive(deadline)
        for conn, echeance in self.echeances.items():
            if conn.parser.unreader.manquent is None:
                self.echeances[conn] = min(echeance, deadline)


def a_son_pas(octets: int) -> float:
    """Seconds that so many bytes may take."""
    return POUR_LE_RESTE + octets / OCTETS_PAR_SECONDE
