"""The rules by which the town accepts by itself: written, tried on last month, switched on and off."""

from collections.abc import Callable

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import essai, regles_de_reponse
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.regles_de_reponse import RegleVue
from portail.forms.regles_de_reponse import RegleForm

bp = Blueprint("regles_de_reponse", __name__, url_prefix="/agents/mise-en-place/regles")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    regles = regles_de_reponse.lister(access.perimetre_du_compte())
    return render_template("regles_de_reponse/page.html", regles=regles)


@bp.get("/nouvelle")
@access.reserve_a(*ROLES_GESTION)
def nouvelle() -> Response:
    return _formulaire(RegleForm(formdata=None, dans_les_delais=True))


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    form = RegleForm()
    try:
        regle_id = regles_de_reponse.creer(g.compte, form.activite_id, form.nature.data or "", form.lire())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _formulaire(form, None, refus)
    return _suite(regle_id, "Règle enregistrée. Regardez ce qu’elle aurait fait avant de l’activer.")


@bp.get("/<id:regle_id>")
@access.reserve_a(*ROLES_GESTION)
def regle(regle_id: int) -> Response:
    lue = regles_de_reponse.lire(regle_id, access.perimetre_du_compte())
    return _formulaire(RegleForm(formdata=None).montrer(lue), lue)


@bp.post("/<id:regle_id>")
@access.reserve_a(*ROLES_GESTION)
def changer(regle_id: int) -> Response:
    lue = regles_de_reponse.lire(regle_id, access.perimetre_du_compte())
    form = RegleForm()
    try:
        regles_de_reponse.changer(g.compte, regle_id, form.lire())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _formulaire(form, lue, refus)
    return _suite(regle_id, "Règle enregistrée. Regardez ce qu’elle aurait fait avant de l’activer.")


@bp.get("/<id:regle_id>/essai")
@access.reserve_a(*ROLES_GESTION)
def essayer(regle_id: int) -> Response:
    return _essai(regle_id)


@bp.post("/<id:regle_id>/activation")
@access.reserve_a(*ROLES_GESTION)
def allumer(regle_id: int) -> Response:
    vue = request.form.get("empreinte", "")
    return _mettre(
        regle_id,
        lambda: regles_de_reponse.allumer(g.compte, regle_id, vue),
        "La règle est active : ce qui la remplit est accepté dès la demande.",
    )


@bp.post("/<id:regle_id>/arret")
@access.reserve_a(*ROLES_GESTION)
def eteindre(regle_id: int) -> Response:
    return _mettre(
        regle_id,
        lambda: regles_de_reponse.eteindre(g.compte, regle_id),
        "La règle est arrêtée : les agents répondent à tout. Ce qu’elle a accepté reste accepté.",
    )


def _mettre(regle_id: int, acte: Callable[[], None], phrase: str) -> Response:
    try:
        acte()
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _essai(regle_id, refus)
    flash(phrase)
    return htmx.rediriger(url_for("regles_de_reponse.page"))


def _suite(regle_id: int, phrase: str) -> Response:
    flash(phrase)
    return htmx.rediriger(url_for("regles_de_reponse.essayer", regle_id=regle_id))


def _essai(regle_id: int, refus: Refus | None = None) -> Response:
    lue = regles_de_reponse.lire(regle_id, access.perimetre_du_compte())
    page = render_template("regles_de_reponse/essai.html", e=essai.essayer(lue), refus=refus)
    return make_response(page, refus.statut if refus else 200)


def _formulaire(form: RegleForm, lue: RegleVue | None = None, refus: Refus | None = None) -> Response:
    """The form of a new rule, or of this one; what was typed is kept when it is refused."""
    possibles = regles_de_reponse.activites_possibles(access.perimetre_du_compte())
    form.proposer(possibles)
    if refus:
        form.refuser(refus)
    page = render_template("regles_de_reponse/regle.html", form=form, r=lue, refus=refus)
    return make_response(page, refus.statut if refus else 200)
