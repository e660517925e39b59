"""The pages that a form brings back: what is refused beside its field, what is shown before it is confirmed.

They have no address of their own that a walk could open. Each route of the map that is posted to is sent a
body with nothing in it, one that is wrong everywhere, its sound one without the marks of what was seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, Page

from e2e.partout.regards import deplier
from e2e.partout.visites import A_COMPLETER_ENSUITE, ANONYME, Visite
from portail.erreurs import ERREURS
from tests.garanties.carte import Carte
from tests.garanties.gens import CHANGENT_DE_PERSONNE, CHANGENT_LEUR_COMPTE
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Champs,
    Route,
)

QUI = {
    TOUS: ANONYME,
    CONNECTES: "famille",
    FAMILLES: "famille",
    PERSONNEL: "animateur",
    AGENTS: "agent",
    GESTION: "gestionnaire",
    ADMINISTRATION: "administrateur",
    A_COMPLETER: A_COMPLETER_ENSUITE,
}
"""Who sends it."""
MARQUES = ("vu", "repere", "empreinte", "marque")
"""What tells that the effect was seen; without it the effect is shown."""
SANS_PAGE = {"comptes.deconnexion", "mots_de_passe.force"}
"""What forgets who one is; a piece of a page, said while a password is typed."""
SEULEMENT_FAUX = (*CHANGENT_DE_PERSONNE, *CHANGENT_LEUR_COMPTE, "comptes.choisir_famille")
"""Sent no sound body: whoever walks would no longer be who they are."""


@dataclass(frozen=True)
class Envoi:
    route: Route
    visite: Visite
    comment: str
    corps: Champs

    def __str__(self) -> str:
        return f"POST {self.visite}, {self.comment}"


def envois(carte: Carte, *gens: str) -> Iterator[Envoi]:
    """All that these people may send, one after the other."""
    for qui in gens:
        for route in carte.routes(qui, methodes=("POST",)):
            if route.endpoint in SANS_PAGE:
                continue
            visite = Visite(QUI[qui], route.endpoint, route.url(carte.la_mienne(route)))
            yield Envoi(route, visite, "empty", {})
            yield Envoi(route, visite, "wrong", {nom: ["x"] for nom in route.fiche.corps})
            if route.endpoint not in SEULEMENT_FAUX:
                for sain in carte.corps(route):
                    sans = {nom: valeurs for nom, valeurs in sain.items() if nom not in MARQUES}
                    yield Envoi(route, visite, "unseen", sans)


def envoyer(page: Page, envoi: Envoi) -> APIResponse:
    """What comes back, wherever it would lead. The token is that of the page that stands there.

    What the next page would say was done is read at once, as by whoever follows: or it would all be said,
    a line each, on the first page that is looked at.
    """
    jeton = page.locator("input[name=csrf_token]").first.input_value()
    reponse = page.request.post(
        envoi.visite.adresse,
        data=urlencode({"csrf_token": jeton, **envoi.corps}, doseq=True),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        max_redirects=0,
    )
    if reponse.status == 303:
        page.request.get("/mentions-legales")
    return reponse


def est_une_page(reponse: APIResponse) -> bool:
    """And not one of those that only say that it cannot be: they are all alike (`test_erreurs.py`)."""
    if reponse.status in (204, 303) or not reponse.headers.get("content-type", "").startswith("text/html"):
        return False
    erreur = ERREURS.get(reponse.status)
    return erreur is None or f"<h1>{erreur.titre}</h1>" not in reponse.text()


def montrer(page: Page, envoi: Envoi, reponse: APIResponse) -> None:
    """What came back, at its own address."""
    la = f"**{envoi.visite.adresse}"
    page.route(la, lambda route: route.fulfill(response=reponse))
    page.goto(envoi.visite.adresse)
    page.unroute(la)
    deplier(page)
