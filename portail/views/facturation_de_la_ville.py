"""« Facturation », for the staff: one page that leads to the tariffs, the invoices, the money."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template

from models import ROLES_AGENTS
from portail import access

bp = Blueprint("facturation_de_la_ville", __name__, url_prefix="/agents/facturation")


@dataclass(frozen=True)
class Entree:
    """One page of the staff's billing, as the hub announces it."""

    vue: str
    """Endpoint of the page."""
    titre: str
    phrase: str
    """What one does there, in one sentence."""
    roles: tuple[str, ...] = ROLES_AGENTS


ENTREES: tuple[Entree, ...] = (
    Entree(
        "encaissements.page",
        "Encaissements",
        "Enregistrer ce que les familles règlent au guichet ; imprimer un reçu, et le bordereau du jour.",
    ),
)
"""In the order of the work: the tariffs, then the month, then the money."""


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page() -> str:
    siennes = [e for e in ENTREES if g.compte.role in e.roles]
    return render_template("facturation_de_la_ville/page.html", entrees=siennes)
