"""What a browser still holds of a portal, wherever a page can keep something."""

from playwright.sync_api import Page

RIEN = {"local": [], "session": [], "caches": [], "bases": [], "services": [], "temoins": ""}

LIRE = """async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  caches: await caches.keys(),
  bases: (await indexedDB.databases()).map((base) => base.name),
  services: (await navigator.serviceWorker.getRegistrations()).map((service) => service.scope),
  temoins: document.cookie,
})"""


def gardes(page: Page) -> dict[str, object]:
    """The keys of each of its stores, and the cookies that a script can read."""
    return page.evaluate(LIRE)
