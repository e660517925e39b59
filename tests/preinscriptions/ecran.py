"""The form « Ajouter une pré-inscription », as these tests open it, fill it in and read it."""

from models import Enfant
from tests.formulaires import csrf
from tests.htmx import Page
from tests.preinscriptions.souhaits import AU, DU

ICI = "/famille/preinscriptions/nouvelle"
CONTINUER = "#apercu button[value=verifier]"
PIECE = "Attestation d’assurance"


def ouvrir(claire, activite, *enfants: Enfant) -> Page:
    enfants_dits = "".join(f"&enfants={e.id}" for e in enfants)
    return Page(claire, f"{ICI}?activite_choisie={activite.id}{enfants_dits}")


def saisie(theatre, *enfants: Enfant, **plus) -> dict:
    return {
        "activite_choisie": theatre.id,
        "enfants": [e.id for e in enfants],
        "debut": DU.isoformat(),
        "fin": AU.isoformat(),
        "etape": "verifier",
    } | plus


def poster(client, donnees: dict, **entetes):
    return client.post(
        ICI,
        data=donnees | {"csrf_token": csrf(client)},
        headers=entetes,
        content_type="multipart/form-data",
    )


def valeurs(page: Page, nom: str) -> list[str]:
    return [champ["value"] for champ in page.tous(f"[name={nom}]") if champ.has_attr("checked")]


def lue(client, reponse) -> Page:
    """The page of this answer."""
    page = Page.__new__(Page)
    page.client = client
    page._poser(reponse)
    return page
