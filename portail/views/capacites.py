"""The places that activities share: the list, one of them, what saving it would do."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import capacites
from portail.domain.capacites import EffetDuPartage
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.capacites import A_LA_FOIS, PAR_JOUR, CapaciteForm

bp = Blueprint("capacites", __name__, url_prefix="/agents/activites/places-partagees")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def liste() -> str:
    return render_template("capacites/page.html", capacites=capacites.lister(access.perimetre_du_compte()))


@bp.get("/nouvelles")
@access.reserve_a(*ROLES_GESTION)
def nouvelle() -> Response:
    return _remplir(CapaciteForm(formdata=None), None)


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    return _suivre(None)


@bp.get("/<id:capacite_id>")
@access.reserve_a(*ROLES_GESTION)
def capacite(capacite_id: int) -> Response:
    vue, activites = capacites.charger(g.compte, capacite_id)
    form = CapaciteForm(
        [str(ident) for ident in activites],
        formdata=None,
        data={"nom": vue.nom, "places": str(vue.places), "compte": A_LA_FOIS if vue.simultanee else PAR_JOUR},
    )
    return _remplir(form, capacite_id)


@bp.post("/<id:capacite_id>")
@access.reserve_a(*ROLES_GESTION)
def modifier(capacite_id: int) -> Response:
    capacites.charger(g.compte, capacite_id)
    return _suivre(capacite_id)


@bp.post("/<id:capacite_id>/suppression")
@access.reserve_a(*ROLES_GESTION)
def supprimer(capacite_id: int) -> Response:
    nom = capacites.supprimer(g.compte, capacite_id)
    flash(f"« {nom} » n’est plus partagé : chaque activité garde ses propres places.")
    return htmx.rediriger(url_for("capacites.liste"))


# ——— inside ———


def _suivre(capacite_id: int | None) -> Response:
    """The form that was sent: what it would do, then saved."""
    form, vu = CapaciteForm(request.form.getlist("activites")), request.form.get("vu", "")
    voulue = form.lire()
    if voulue is None or request.form.get("etape") == "reprendre":
        return _remplir(form, capacite_id, 200 if voulue else 422)
    effet = None
    try:
        effet = capacites.prevoir(g.compte, capacite_id, voulue)
        if not vu:
            return _remplir(form, capacite_id, effet=effet)
        fait = capacites.enregistrer(g.compte, capacite_id, voulue, vu)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _remplir(form, capacite_id, refus.statut, effet)
    flash(f"« {fait.nom} » est enregistré.")
    return htmx.rediriger(url_for("capacites.liste"))


def _remplir(
    form: CapaciteForm, capacite_id: int | None, statut: int = 200, effet: EffetDuPartage | None = None
) -> Response:
    page = render_template(
        "capacites/formulaire.html",
        form=form,
        capacite=capacites.charger(g.compte, capacite_id)[0] if capacite_id else None,
        choix=capacites.a_choisir(access.perimetre_du_compte(), form.cochees),
        effet=effet,
    )
    return make_response(page, statut)
