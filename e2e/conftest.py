"""A real browser on a real server: the small named world of the tests, served on the loopback.

What only a browser can prove is proven here. A test fails when the browser met a violation of the content
security policy, a script error, a focus that htmx has lost, or asked anything of another host.
"""

import datetime as dt
import pathlib
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

import models
from portail import clock, create_app
from portail.config import PAYFIP_DE_DEMONSTRATION
from tests import monde as le_monde
from tests.conftest import (
    GABARITS_COMPILES,
    base_neuve,
    config_de_test,
    fermer,
    modele_postgres,
    modele_sqlite,
    postgres,
)

__all__ = ["modele_postgres", "modele_sqlite", "postgres"]

AXE = (pathlib.Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
REGLES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 60_000
"""Milliseconds that what must come is waited for: on a machine that does three other things, all is slow."""
expect.set_options(timeout=PATIENCE)
FOCUS = (pathlib.Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
"""Watches, in every window, where the focus is after what htmx has swapped."""
DITES = ("Content Security Policy", "the focus was lost")
"""What fails a test when the console says it."""
TAILLES = {"large": {"width": 1280, "height": 900}, "etroit": {"width": 360, "height": 740}}


CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The same engine; the first draws no window at all, and took two thirds of the second's processor time."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
    arguments.append("--renderer-process-limit=1")  # one process for all the windows: the quicker
    return {**browser_type_launch_args, "args": arguments} | (
        {"executable_path": chromium} if chromium else {}
    )


class Muet(WSGIRequestHandler):
    """The server without its log."""

    def log(self, *_: object) -> None:
        return


@contextmanager
def servir(url: str, maintenant: dt.datetime, **reglages) -> Iterator[str]:
    """The portal served on the database of `url`, the clock stopped at `maintenant`; gives its address."""
    # the port is held from the moment when it is chosen: three workers look for one at once
    with socket.create_server(("127.0.0.1", 0), backlog=128) as ecoute:
        port = ecoute.getsockname()[1]
        adresse = f"http://127.0.0.1:{port}"
        if reglages.get("demo", True):
            reglages.setdefault("payfip", adresse + PAYFIP_DE_DEMONSTRATION)
        app = create_app(config_de_test(url, base_url=adresse, **reglages))
        app.jinja_env.bytecode_cache = GABARITS_COMPILES
        service = make_server("127.0.0.1", port, app, threaded=True, request_handler=Muet, fd=ecoute.fileno())
    fil = threading.Thread(target=service.serve_forever, daemon=True)
    with clock.figer(maintenant):
        fil.start()
        models.db.connect(reuse_if_open=True)
        yield adresse
        service.shutdown()
        fil.join(timeout=10)
        service.server_close()
    fermer()


@pytest.fixture
def moteur() -> str:
    """The engine under the server; of a long way: `parametrize("moteur", MOTEURS_DES_PARCOURS)`."""
    return "sqlite"


@pytest.fixture
def demo() -> bool:
    """Whether it is a demonstration; `@pytest.mark.parametrize("demo", [False])` for a town."""
    return True


@pytest.fixture
def serveur(moteur, demo, request, tmp_path):
    """The portal served on the small world; gives its address. The clock stands at the world's « now »."""
    with (
        base_neuve(moteur, request, tmp_path) as url,
        servir(url, le_monde.MAINTENANT, demo=demo) as adresse,
    ):
        yield adresse


@pytest.fixture
def monde(serveur):
    return le_monde.Monde()


@pytest.fixture
def ouvrir(browser: Browser, serveur: str):
    """`ouvrir(width=…, javascript=False, …)`: a fresh browser window on the portal, watched."""
    fenetres: list[BrowserContext] = []
    fautes: list[str] = []

    def nouvelle(taille: str = "large", javascript: bool = True, theme: str = "light") -> Page:
        fenetre = browser.new_context(
            base_url=serveur,
            viewport=TAILLES[taille],
            java_script_enabled=javascript,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        fenetre.set_default_timeout(PATIENCE)
        fenetres.append(fenetre)
        page = fenetre.new_page()
        page.on("pageerror", lambda erreur: fautes.append(f"script error: {erreur}"))
        page.on("console", lambda m: fautes.append(m.text) if any(mot in m.text for mot in DITES) else None)
        page.add_init_script(FOCUS)
        page.on(
            "request", lambda r: None if r.url.startswith(serveur) else fautes.append(f"asked of {r.url}")
        )
        return page

    yield nouvelle
    for fenetre in fenetres:
        fenetre.close()
    assert not fautes, "\n".join(fautes)


def se_connecter(page: Page, email: str) -> None:
    """Sign in, by the form."""
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(le_monde.MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Se déconnecter").wait_for()


@pytest.fixture
def entrer(ouvrir):
    """`entrer("famille@example.org")`: a window in which this person has signed in, by the form."""

    def par_le_formulaire(email: str, **fenetre) -> Page:
        page = ouvrir(**fenetre)
        se_connecter(page, email)
        return page

    return par_le_formulaire


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)`: what axe finds wrong on the page as it stands, a line a finding."""

    def chercher(page: Page) -> list[str]:
        page.evaluate(AXE + ";0")
        return page.evaluate(
            "regles => axe.run(document, {runOnly: regles}).then(r => r.violations.flatMap(v => v.nodes.map("
            "n => v.id + ' : ' + n.target.join(' ') + ' — ' + (n.any[0]?.message ?? v.help))))",
            REGLES,
        )

    return chercher


@pytest.fixture
def sans_defilement():
    """`sans_defilement(page)`: nothing scrolls sideways."""

    def verifier(page: Page) -> None:
        large, vue = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert large <= vue, f"{page.url} is {large} px wide in a window of {vue} px"

    return verifier
