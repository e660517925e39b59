"""The public pages that the law asks for."""

from flask import Blueprint, render_template

from portail import access
from portail.domain import pages_de_la_ville

bp = Blueprint("pages", __name__)


@bp.get("/mentions-legales")
@access.public
def mentions_legales() -> str:
    return _montrer("mentions-legales")


@bp.get("/donnees-personnelles")
@access.public
def donnees_personnelles() -> str:
    return _montrer("donnees-personnelles")


@bp.get("/accessibilite")
@access.public
def accessibilite() -> str:
    return _montrer("accessibilite", "pages/accessibilite.html")


def _montrer(cle: str, gabarit: str = "pages/page.html") -> str:
    return render_template(gabarit, page=pages_de_la_ville.lire(cle))
