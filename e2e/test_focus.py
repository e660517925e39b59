"""The watch over the focus, that every test of the browser has: it is seen to see.

A strength of password is said while it is typed: htmx asks, and swaps what stands under the field.
"""

import pytest
from playwright.sync_api import Browser

from e2e.conftest import FOCUS

PERDRE = (
    "document.addEventListener('htmx:after:settle', () => setTimeout(() => document.activeElement.blur()))"
)
PERDRE_PLUS_TARD = PERDRE.replace("blur())", "blur(), 30)")
HORS_DE_VUE = """document.addEventListener('htmx:after:settle', () => setTimeout(() => {
  document.activeElement.style.marginTop = '9000px'; scrollTo(0, 0); }))"""
DEFILER = """document.addEventListener('htmx:after:settle', () => {
  document.body.style.paddingBottom = '9000px'; document.querySelector('h1').tabIndex = -1;
  setTimeout(() => document.querySelector('h1').focus());
  setTimeout(() => scrollTo(0, 5000), 50); })"""
LACHER = (
    "document.addEventListener('htmx:after:settle', () => document.dispatchEvent(new Event('pointerdown')))"
)


@pytest.mark.parametrize(
    ("faute", "dite"),
    [
        ("", ""),
        (PERDRE, "the focus was lost: it is nowhere"),
        (PERDRE_PLUS_TARD, "the focus was lost: it is nowhere"),
        (HORS_DE_VUE, "the focus was lost: it is out of sight"),
        (PERDRE + ";" + LACHER, ""),
        (DEFILER, ""),
    ],
    ids=["kept", "lost", "lost later", "out of sight", "let go by the mouse", "scrolled away from"],
)
def test_a_focus_that_is_lost_after_a_swap_is_told(browser: Browser, serveur, faute, dite):
    page = browser.new_page(base_url=serveur)
    page.add_init_script(FOCUS)
    dites: list[str] = []
    page.on("console", lambda message: dites.append(message.text))
    page.goto("/compte/creer")
    page.evaluate(faute or "0")
    page.get_by_label("Mot de passe", exact=True).press_sequentially("cerise plume orage")
    page.locator("#force-dite").wait_for()
    page.wait_for_timeout(500)
    page.context.close()
    vue = next((d for d in dites if "focus" in d), "")
    assert vue.startswith(dite) and bool(vue) == bool(dite)
