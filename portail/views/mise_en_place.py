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
    toute_la_ville: bool = False
    """Whether an account limited to some places goes without it."""


ETAPES: tuple[Etape, ...] = (
    Etape(
        "importation.page",
        "Importer ce que la ville a déjà",
        "Reprendre d’un autre logiciel familles, adultes, enfants, inscriptions et réservations.",
        toute_la_ville=True,
    ),
    Etape(
        "lettres.page",
        "Lettres aux familles",
        "Imprimer ensemble les codes abonnés des adultes qui n’ont pas encore de compte.",
        toute_la_ville=True,
    ),
)
"""In the order in which a new town goes through them."""


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    entier = access.perimetre_du_compte().entier
    siennes = [e for e in ETAPES if g.compte.role in e.roles and (entier or not e.toute_la_ville)]
    return render_template("mise_en_place/page.html", etapes=siennes)
