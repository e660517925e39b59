"""A person who has no mouse: from where the focus is, Tab, and what one types."""

from playwright.sync_api import Locator, Page


def tabuler(page: Page, cible: Locator, pas: int = 120) -> None:
    """Press Tab until `cible` has the focus; on the way it is never lost."""
    for _ in range(pas):
        page.keyboard.press("Tab")
        if cible.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the keyboard never reached {cible}")


def actionner(page: Page, cible: Locator, touche: str = "Enter") -> None:
    """Go to it, and press a key on it."""
    tabuler(page, cible)
    page.keyboard.press(touche)
