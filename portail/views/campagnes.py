"""The monthly run: choose a month, look at what it would bill, have the invoices issued."""

import datetime as dt

from flask import Blueprint, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import campagnes, lecture_campagnes
from portail.domain.refus import DejaChange, Refus
from portail.forms.campagnes import MoisForm, lire_le_filtre, lire_marque

bp = Blueprint("campagnes", __name__, url_prefix="/agents/facturation/campagnes")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _choisir(MoisForm(formdata=None))


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def apercevoir() -> Response:
    """Have a month previewed: what is small is there at once."""
    form = MoisForm()
    if not form.validate():
        return _choisir(form, 422)
    try:
        campagnes.apercevoir(g.compte, form.choisi)
    except Refus as refus:
        return _refuser(form, refus)
    campagnes.servir_aussitot()
    return htmx.rediriger(url_for("campagnes.mois", mois=form.choisi))


@bp.get("/<mois:mois>")
@access.reserve_a(*ROLES_GESTION)
def mois(mois: dt.date) -> Response:
    return _montrer(mois, *lire_le_filtre(request.args))


@bp.get("/<mois:mois>/avancement")
@access.reserve_a(*ROLES_GESTION)
@access.veille(tuple)
def avancement(mois: dt.date) -> Response:
    """How far it is: asked by the page itself. Once done, the whole page is to be read."""
    vu = lecture_campagnes.mois(g.compte, mois, detail=False)
    if not vu.travaille:
        return htmx.rediriger(url_for("campagnes.mois", mois=mois))
    return make_response(render_template("campagnes/_avancement.html", m=vu))


@bp.post("/<mois:mois>/emission")
@access.reserve_a(*ROLES_GESTION)
def emettre(mois: dt.date) -> Response:
    try:
        campagnes.lancer(g.compte, mois, lire_marque(request.form.get("marque")))
    except DejaChange as refus:
        return _montrer(mois, refus=refus)
    campagnes.servir_aussitot()
    return htmx.rediriger(url_for("campagnes.mois", mois=mois))


@bp.get("/<mois:mois>/familles/<id:famille_id>")
@access.reserve_a(*ROLES_GESTION)
def famille(mois: dt.date, famille_id: int) -> str:
    """The invoice to be of one family."""
    vue = lecture_campagnes.famille(g.compte, mois, famille_id)
    return render_template("campagnes/famille.html", mois=mois, vue=vue)


# ——— inside ———


def _choisir(form: MoisForm, statut: int = 200) -> Response:
    lus = lecture_campagnes.derniers_mois(g.compte)
    return make_response(render_template("campagnes/page.html", form=form, lus=lus), statut)


def _refuser(form: MoisForm, refus: Refus) -> Response:
    """Beside the month when it is about it; what is about the town has a page of its own."""
    if isinstance(refus, DejaChange) or type(refus) is Refus:
        form.mois.errors = [refus.phrase]
        return _choisir(form, refus.statut)
    raise refus


def _montrer(mois: dt.date, anomalie: str = "", page: int = 1, refus: Refus | None = None) -> Response:
    vu = lecture_campagnes.mois(g.compte, mois)
    vues = lecture_campagnes.familles(g.compte, vu, anomalie, page)
    rendue = render_template("campagnes/mois.html", m=vu, vues=vues, refus=refus)
    return make_response(rendue, refus.statut if refus else 200)
