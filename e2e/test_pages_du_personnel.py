"""The pages of the staff that an address alone opens, and those of one row: axe, no sideways scrolling."""

import pytest

from e2e.apparences import DEUX_APPARENCES
from models import Compte
from tests.monde import LUNDI

MISE_EN_PLACE = "/agents/mise-en-place"
FILE = ("/agents?par=activite", "/agents?par=famille", "/agents/filtres", "/agents/listes-d-attente")
LISTES = tuple(
    f"/agents/listes{suite}"
    for suite in ("", "/jour", "/repas", "/attente", "/inscriptions", "/sans-reservation", "/dossiers")
)
REGLAGES = (
    MISE_EN_PLACE,
    *(
        f"{MISE_EN_PLACE}/{suite}"
        for suite in (
            *("ville", "ville/pages/mentions-legales", "lieux", "lieux/nouveau", "motifs", "courriels"),
            *(
                "courriels/reponse",
                "regles",
                "regles/nouvelle",
                "import",
                "lettres",
                "equipe",
                "equipe/nouveau",
            ),
        )
    ),
    *("/agents/activites", "/agents/activites/nouvelle", "/agents/activites/copie"),
    *("/agents/activites/places-partagees", "/agents/activites/places-partagees/nouvelles"),
    *("/agents/calendrier", "/agents/calendrier/zone", "/agents/calendrier/seances-annulees"),
    *("/agents/calendrier/nouveaux/fermeture?nom=Gr%C3%A8ve&debut=04/12/2026&portee=ville",),
    *("/mentions-legales", "/donnees-personnelles", "/accessibilite"),
)


@pytest.fixture
def administratrice(monde) -> str:
    Compte.update(role="administrateur").where(Compte.id == monde.gestionnaire.id).execute()
    return monde.gestionnaire.email


def celles_d_une_ligne(monde) -> tuple[str, ...]:
    """The pages of one family, activity, séance, account."""
    famille, cantine = f"/agents/familles/{monde.moreau.id}", f"/agents/activites/{monde.cantine.id}"
    return (
        *(f"{famille}{suite}" for suite in ("", "/journal", "/adultes/nouveau", "/enfants/nouveau")),
        *(
            f"{famille}/{suite}"
            for suite in ("planning", "inscription", f"reunion?avec={monde.dasilva.code_abonne}")
        ),
        *(
            f"{cantine}{suite}"
            for suite in ("", "/modification", "/historique", "/seances", "/seances/nouvelle")
        ),
        f"/agents/activites/seances/{monde.seance(monde.cantine, LUNDI).id}",
        f"{MISE_EN_PLACE}/equipe/{monde.sophie.id}",
    )


@DEUX_APPARENCES
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    entrer, monde, administratrice, axe, sans_defilement, taille, theme
):
    page = entrer(administratrice, taille=taille, theme=theme)
    fautes = []
    for adresse in (
        *FILE,
        *LISTES,
        "/agents/chiffres",
        "/agents/pointage",
        *REGLAGES,
        *celles_d_une_ligne(monde),
    ):
        reponse = page.goto(adresse)
        assert reponse.status == 200, adresse
        for pli in page.locator("main details").all():
            pli.evaluate("pli => { pli.open = true }")
        fautes += [f"{adresse} : {faute}" for faute in axe(page)]
        sans_defilement(page)
    assert not fautes, "\n".join(fautes)
