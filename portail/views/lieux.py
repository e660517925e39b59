"""The town's places: the list, one of them, retired or put back."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import lieux
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.lieux import LieuForm

bp = Blueprint("lieux", __name__, url_prefix="/agents/mise-en-place/lieux")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def liste() -> str:
    vues = access.perimetre_du_compte()
    return render_template("lieux/page.html", lieux=lieux.lister(vues), entier=vues.entier)


@bp.get("/nouveau")
@access.reserve_a(*ROLES_GESTION)
def nouveau() -> Response:
    return _remplir(LieuForm(formdata=None), None)


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    form = LieuForm()
    try:
        lieu = lieux.creer(g.compte, form.nom.data, form.adresse.data, form.ecole.data)
    except Interdit:
        raise
    except Refus as refus:
        form.signaler(refus)
        return _remplir(form, None, refus.statut)
    flash(f"« {lieu.nom} » est ajouté.")
    return htmx.rediriger(url_for("lieux.liste"))


@bp.get("/<id:lieu_id>")
@access.reserve_a(*ROLES_GESTION)
def lieu(lieu_id: int) -> Response:
    vu = lieux.charger(g.compte, lieu_id)
    return _remplir(LieuForm(formdata=None, obj=vu), lieu_id)


@bp.post("/<id:lieu_id>")
@access.reserve_a(*ROLES_GESTION)
def modifier(lieu_id: int) -> Response:
    form = LieuForm()
    try:
        fait = lieux.modifier(g.compte, lieu_id, form.nom.data, form.adresse.data, form.ecole.data)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _remplir(form, lieu_id, refus.statut)
    flash(f"« {fait.nom} » est enregistré.")
    return htmx.rediriger(url_for("lieux.liste"))


@bp.post("/<id:lieu_id>/retrait")
@access.reserve_a(*ROLES_GESTION)
def retirer(lieu_id: int) -> Response:
    """`voulu` says which: retired, or in use."""
    remis = request.form.get("voulu") == "en_service"
    try:
        fait = (lieux.remettre if remis else lieux.retirer)(g.compte, lieu_id)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _remplir(LieuForm(formdata=None, obj=lieux.charger(g.compte, lieu_id)), lieu_id, 422, refus)
    flash(f"« {fait.nom} » {'sert de nouveau' if remis else 'est retiré'}.")
    return htmx.rediriger(url_for("lieux.liste"))


def _remplir(form: LieuForm, lieu_id: int | None, statut: int = 200, refus: Refus | None = None) -> Response:
    page = render_template(
        "lieux/formulaire.html",
        form=form,
        lieu=lieux.charger(g.compte, lieu_id) if lieu_id else None,
        obstacle=lieux.obstacle_retrait(lieu_id) if lieu_id else "",
        refus=refus,
    )
    return make_response(page, statut)
