"""Every page, for everybody who may open it, in a full town and in an empty one: nothing keeps anybody out.

In `make test` each page is opened once, in one of the towns, by one person; axe reads it in one width and one
theme, and it is laid out in one other way, all of them chosen in turn. `make acces` opens each for each, and
looks in every way.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from e2e.partout.regards import Regard, d_une_page, de_chacun, deplier, immobile
from e2e.partout.visites import QUI, SANS_DOSSIER, TOUT, Visite, de_la_carte, sans_numero


@pytest.mark.parametrize("qui", QUI if TOUT else ["chacun son tour"])
def test_every_page_is_for_everybody(etat, qui, carte, chez, axe, application):
    toutes = list(de_la_carte(carte) if carte else sans_numero(application[0]))
    choisies = (
        [(v, r) for v, r in en_tout(toutes, axe) if v.qui == qui] if TOUT else tour_a_tour(toutes, axe, etat)
    )
    fautes, vues, regardes = [], 0, 0
    for visite, regards in choisies:
        page = chez(visite)
        fautes += ouvrir(page, visite)
        fautes += [f"{visite}, {faute}" for regarder in regards for faute in regarder(page)]
        vues, regardes = vues + 1, regardes + len(regards)
    print(f"{vues} pages, {regardes} looks")
    assert not fautes, f"{len(fautes)} on {vues} pages:\n" + "\n".join(fautes)
    assert TOUT or vues > (30 if etat == "vide" else 100)
    assert vues or (qui, etat) == (SANS_DOSSIER, "pleine")


@pytest.mark.parametrize("etat", ["pleine"], indirect=True)
def test_what_moves_is_seen_when_nobody_asked_for_stillness(etat, ouvrir):
    """Or the look that finds nothing anywhere would prove nothing."""
    page = ouvrir()
    page.goto("/connexion")
    assert immobile(page) == []
    page.emulate_media(reduced_motion="no-preference")
    assert any("button" in faute and "takes time" in faute for faute in immobile(page))


def en_tout(toutes: list[Visite], axe) -> Iterator[tuple[Visite, list[Regard]]]:
    """Every visit, every look."""
    connues: set[str] = set()
    for visite in sorted(toutes, key=lambda visite: visite.qui):
        yield visite, de_chacun(axe) + ([] if visite.adresse in connues else d_une_page())
        connues.add(visite.adresse)


def tour_a_tour(toutes: list[Visite], axe, etat: str) -> Iterator[tuple[Visite, list[Regard]]]:
    """Of each page one visit, the next one of its list than that of the page before; what names nothing is
    opened in one town or the other.
    """
    par_axe, autrement = de_chacun(axe), d_une_page()[:-1]
    choisies: list[tuple[int, Visite]] = []
    for tour, siennes in enumerate(par_page(toutes)):
        une = siennes[tour % len(siennes)]
        sans_rien = not une.nomme and len(une.endpoint) % 2
        if etat == ("vide" if sans_rien else "pleine"):
            choisies.append((len(choisies), une))
    for n, une in sorted(choisies, key=lambda choisie: (choisie[1].qui, choisie[0])):
        yield une, [par_axe[n % len(par_axe)], autrement[n % len(autrement)], immobile]


def par_page(toutes: list[Visite]) -> list[list[Visite]]:
    pages: dict[str, list[Visite]] = {}
    for visite in toutes:
        pages.setdefault(visite.endpoint, []).append(visite)
    return list(pages.values())


def ouvrir(page: Page, visite: Visite) -> list[str]:
    """Load it, and unfold all that folds; what went wrong."""
    reponse = page.goto(visite.adresse)
    deplier(page)
    statut = reponse.status if reponse else 0
    if statut not in visite.statuts:
        return [f"{visite}: {statut}"]
    chemin = urlsplit(visite.adresse).path
    return [] if urlsplit(page.url).path == chemin else [f"{visite} leads to {page.url}"]
