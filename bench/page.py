"""What a page weighs on the wire for a real browser: coming for the first time, then again.

Chromium counts, headers included, all that it asks for: the page, its sheets, its scripts, its pictures.
"""

import shutil
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.navigateur import Navigateur

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-headless-shell"))), None
)


@dataclass(frozen=True)
class Pesee:
    requetes: list[str]
    octets: int


@dataclass(frozen=True)
class Page:
    froide: Pesee
    tiede: Pesee


def peser(port: int, navigateur: Navigateur, adresse: str) -> Page:
    """`navigateur` has signed in: the real one comes with its cookies and an empty cache."""
    with sync_playwright() as outil:
        chromium = outil.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        return _peser(chromium, f"http://127.0.0.1:{port}", navigateur.cookies, adresse)


def _peser(chromium: Browser, origine: str, cookies: dict[str, str], adresse: str) -> Page:
    contexte = chromium.new_context()
    contexte.add_cookies([{"name": n, "value": v, "url": origine} for n, v in cookies.items()])
    froide = _ouvrir(contexte, origine + adresse)
    return Page(froide, _ouvrir(contexte, origine + adresse))


def _ouvrir(contexte: BrowserContext, url: str) -> Pesee:
    """In a new tab of the same browser; what the cache or nobody answered is not counted."""
    onglet = contexte.new_page()
    session = contexte.new_cdp_session(onglet)
    demandees: dict[str, str] = {}
    recus: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent", lambda e: demandees.__setitem__(e["requestId"], e["request"]["url"])
    )
    session.on("Network.requestServedFromCache", lambda e: demandees.pop(e["requestId"], None))
    session.on("Network.loadingFinished", lambda e: recus.__setitem__(e["requestId"], e["encodedDataLength"]))
    session.send("Network.enable")
    onglet.goto(url, wait_until="networkidle")
    onglet.close()
    comptes = {ident: octets for ident, octets in recus.items() if octets and ident in demandees}
    return Pesee([demandees[ident] for ident in comptes], int(sum(comptes.values())))
