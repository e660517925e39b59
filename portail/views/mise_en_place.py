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
        "motifs.page",
        "Motifs",
        "Les motifs de refus proposés aux agents, les motifs d’absence des familles et leurs effets.",
    ),
    Etape("lieux.liste", "Lieux", "Les écoles, les centres, les gymnases : où les enfants sont accueillis."),
    Etape(
        "activites.liste",
        "Activités",
        "Cantine, accueils, stages : horaires, places, dates limites ; à copier d’une année à l’autre.",
    ),
    Etape(
        "importation.page",
        "Importer ce que la ville a déjà",
        "Reprendre d’un autre logiciel familles, adultes, enfants, inscriptions et réservations.",
    ),
    Etape(
        "lettres.page",
        "Lettres aux familles",
        "Imprimer ensemble les codes abonnés des adultes qui n’ont pas encore de compte.",
    ),
)
"""In the order in which a new town goes through them."""


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    siennes = [etape for etape in ETAPES if g.compte.role in etape.roles]
    return render_template("mise_en_place/page.html", etapes=siennes)
