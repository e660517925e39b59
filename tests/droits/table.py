"""What a child does, by the right over the child: what the walks over screens, acts and mails share."""

import pytest

from models import DROITS_PARENTAUX, Enfant, LienParental
from portail.domain import champs
from tests.html import lire, mots

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost" + SEMAINE}
SUIVI = (
    "Vous suivez les activités de Léa ; seul un parent qui exerce l’autorité parentale peut demander"
    " ou annuler."
)
TOUS = pytest.mark.parametrize("droit", DROITS_PARENTAUX)


def lit(droit: str) -> bool:
    return champs.LIRE in champs.DROITS_SUR_L_ENFANT[droit][champs.ACTIVITES]


def decide(droit: str) -> bool:
    return champs.MODIFIER in champs.DROITS_SUR_L_ENFANT[droit][champs.ACTIVITES]


def lier(monde, droit: str, *enfants: Enfant) -> None:
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_julien,
        LienParental.enfant.in_(enfants or (monde.lea, monde.noe, monde.ines)),
    ).execute()


def creneau(enfant, seance) -> str:
    return f"/famille/planning/creneaux/{enfant.id}/{seance.id}"


def code(droit: str, permis: int = 200) -> int:
    """What answers an act about Léa."""
    return permis if decide(droit) else 403 if lit(droit) else 404


def texte(client, url: str) -> str:
    reponse = client.get(url)
    assert reponse.status_code == 200, url
    return mots(lire(reponse.text).main)
