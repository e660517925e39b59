"""Pages into PDFs, by the press (`presse.py`): bounded in time, in size, and in how many at once.

WeasyPrint is optional: without it, or when too much is asked at once, :class:`PasDePdf`, and whoever asked is
given the page to print.
"""

import base64
import importlib.util
import json
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from portail.domain.tours import PasDeTour, Tours

PRESSE = Path(__file__).with_name("presse.py")
A_LA_FOIS = 2
"""How many presses turn at once in this process: the cores of a small machine."""
EN_ATTENTE = 1
"""How many more requests may wait for one: each holds a thread of the server, that has four."""
PATIENCE = 15
"""How many seconds they wait."""
SECONDES = 50
"""How long one answer may take, its pages together: less than the minute that a proxy waits."""
TOMBEE = (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT)
"""How a press ends when one of its libraries fell (Pango, HarfBuzz, fontconfig), and not by our bounds."""
OCTETS_MAX = 8_000_000
"""How much it may be given: twelve invoices of 330 lines are 1.1 million."""

_presses = Tours(A_LA_FOIS, EN_ATTENTE)
_journal_du_serveur = logging.getLogger(__name__)


class PasDePdf(Exception):
    """No PDF now: nothing to make it with, too many at once, too long a page."""


@cache
def disponible() -> bool:
    """Whether this machine makes PDFs. Looked at once in the life of the process: it takes half a second."""
    if importlib.util.find_spec("weasyprint") is None:
        return False
    try:
        _lancer(b"")
    except PasDePdf:
        return False
    return True


def en_pdf(page: str, pieces: Mapping[str, bytes]) -> bytes:
    """The PDF of a page, that may show these files and no other; :class:`PasDePdf`."""
    return en_pdfs([page], pieces)[0]


def en_pdfs(pages: Sequence[str], pieces: Mapping[str, bytes]) -> list[bytes]:
    """A PDF for each page, in one run; :class:`PasDePdf`, and then for none."""
    if not disponible():
        raise PasDePdf("WeasyPrint or Pango is not there")
    fichiers = {nom: base64.b64encode(contenu).decode() for nom, contenu in pieces.items()}
    travail = json.dumps({"pages": list(pages), "pieces": fichiers}).encode()
    if len(travail) > OCTETS_MAX:
        raise PasDePdf(f"{len(travail)} bytes are too many")
    try:
        with _presses.prendre(PATIENCE):
            return list(_decouper(_lancer(travail)))
    except PasDeTour as trop:
        raise PasDePdf(str(trop)) from trop


def _lancer(travail: bytes) -> bytes:
    """What the press answers. One that falls is run a second time, in the time that is left.

    It was seen once in 12,000 tests, on a page that prints well: the libraries under WeasyPrint are C.
    """
    fin = time.monotonic() + SECONDES
    fait = _tourner(travail, SECONDES)
    if fait.returncode in TOMBEE:
        _noter("a press fell and is run again", fait)
        fait = _tourner(travail, fin - time.monotonic())
    if fait.returncode:
        _noter("no PDF", fait)
        raise PasDePdf(f"the press stopped with {fait.returncode}")
    return fait.stdout


def _tourner(travail: bytes, secondes: float) -> subprocess.CompletedProcess[bytes]:
    """One run. It inherits nothing of ours: no key, no address of a database."""
    try:
        return subprocess.run(
            [sys.executable, "-I", "-X", "faulthandler", PRESSE],
            input=travail,
            capture_output=True,
            timeout=max(secondes, 0),
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
    except subprocess.TimeoutExpired as trop_long:
        raise PasDePdf("it took too long") from trop_long


def _noter(quoi: str, fait: subprocess.CompletedProcess[bytes]) -> None:
    erreurs = fait.stderr.decode(errors="replace")[-2000:].strip()
    _journal_du_serveur.warning("%s (%s): %s", quoi, fait.returncode, erreurs)


def _decouper(flux: bytes) -> Iterator[bytes]:
    """The PDFs, each after a line that says its length."""
    debut = 0
    while debut < len(flux):
        texte = flux.index(b"\n", debut)
        fin = texte + 1 + int(flux[debut:texte])
        yield flux[texte + 1 : fin]
        debut = fin
