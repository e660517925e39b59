"""Walking the portal as a robot does: from an address, every link and every htmx request of every page."""

import re
from collections import Counter, deque
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException

from tests.html import adresse

LIEN = re.compile(r'\s(href|hx-get)="([^"]*)"')
COURRIELS = "/demo/courriels"
FACONS = 2
"""How many addresses are opened that differ only by the values of their fields; of the page of one row, how
many for each field: it takes the filters of the list along, in all their combinations, to lead back to it."""


@dataclass(frozen=True)
class Vue:
    """One answer met on the way."""

    url: str
    htmx: bool
    statut: int
    html: str


def arpenter(client, *departs: str) -> list[Vue]:
    """Every answer that following links leads to: links by GET, hx-get as htmx does. Nothing is ever sent."""
    routes = client.application.url_map.bind("localhost")
    a_voir = deque((depart, False) for depart in departs)
    connues = set(a_voir)
    facons: Counter = Counter()
    vues = []
    while a_voir:
        url, htmx = a_voir.popleft()
        try:
            endpoint, valeurs = routes.match(urlsplit(url).path)
        except HTTPException:
            raise AssertionError(f"a link leads to {url}, that does not exist") from None
        siennes = facons_de(url, endpoint, valeurs, htmx)
        facons.update(siennes)
        if endpoint == "static" or all(facons[facon] > FACONS for facon in siennes):
            continue
        entetes = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{url}"} if htmx else {}
        reponse = client.get(url, headers=entetes)
        page = reponse.mimetype.startswith("text/") or reponse.is_json
        vue = Vue(url, htmx, reponse.status_code, reponse.text if page else "")
        vues.append(vue)
        retours = [(adresse(reponse.location), htmx)] if reponse.location else []
        for suite in retours + liens(vue):
            if suite not in connues:
                connues.add(suite)
                a_voir.append(suite)
    return vues


def facons_de(url: str, endpoint: str, valeurs: dict, htmx: bool) -> list[tuple]:
    """The ways in which this address asks for this page."""
    noms = champs(url)
    par_champ = [(nom,) for nom in noms] if valeurs and noms else [noms]
    return [(endpoint, *sorted(valeurs.items()), htmx, un) for un in par_champ]


def champs(url: str) -> tuple[str, ...]:
    """The names of the fields of an address, each with how often."""
    return tuple(sorted(paire.partition("=")[0] for paire in urlsplit(url).query.split("&") if paire))


def liens(vue: Vue) -> list[tuple[str, bool]]:
    """The addresses of ours that this answer leads to, each with whether htmx asks for it."""
    if vue.url == COURRIELS:
        return []  # the mails of others, shown to whoever tries the demonstration: their links are theirs
    trouves = [(unescape(ou), nom == "hx-get") for nom, ou in LIEN.findall(vue.html)]
    resolus = [(urljoin(f"http://localhost{vue.url}", ou), htmx) for ou, htmx in trouves]
    return [(adresse(ou), htmx) for ou, htmx in resolus if ou.startswith("http://localhost/")]
