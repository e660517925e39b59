"""The set-up of the town, one page that leads to all the others."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template

from models import ROLES_GESTION
from portail import access

bp = Blueprint("mise_en_place", __name__, url_prefix="/agents/mise-en-place")


@dataclass(frozen=True)
class Etape:
    """One page of the set-up, as the hub announces it."""

    vue: str
    """Endpoint of the page."""
    titre: str
    phrase: str
    """What one does there, in one sentence."""
    roles: tuple[str, ...] = ROLES_GESTION


ETAPES: tuple[Etape, ...] = (
    Etape(
        "regles_de_reponse.page",
        "Règles de réponse",
        "Accepter d’office ce qui remplit vos conditions, après un essai sur le dernier mois.",
    ),
)
"""In the order in which a new town goes through them."""


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    siennes = [etape for etape in ETAPES if g.compte.role in etape.roles]
    return render_template("mise_en_place/page.html", etapes=siennes)
