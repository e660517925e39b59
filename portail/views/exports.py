"""The accounts by period: what was issued, what came, what is owed; taken away as files."""

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, clock
from portail.domain import exports
from portail.domain.exports import Periode
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.exports import lire_la_periode
from portail.forms.listes import exiger_sans_faute, lire_genre
from portail.frontiere import joindre

bp = Blueprint("exports", __name__, url_prefix="/agents/facturation/exports")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    periode, erreurs = lire_la_periode(request.args, clock.aujourdhui())
    return _montrer(periode, erreurs, 422 if erreurs else 200)


@bp.post("/fichier")
@access.reserve_a(*ROLES_GESTION)
def emporter() -> Response:
    periode, erreurs = lire_la_periode(request.form, clock.aujourdhui())
    try:
        exiger_sans_faute(erreurs)
        genre = lire_genre(request.form.get("genre"))
        fichier = exports.exporter(g.compte, request.form.get("quoi", ""), periode, genre)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(periode, [refus.phrase], refus.statut)
    return joindre(fichier.nom, fichier.genre, fichier.flux)


def _montrer(periode: Periode, erreurs: list[str], statut: int) -> Response:
    sommes = exports.totaux(g.compte, periode)
    page = render_template("exports/page.html", p=periode, t=sommes, titres=exports.TITRES, erreurs=erreurs)
    return make_response(page, statut)
