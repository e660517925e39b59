"""The payments made with PayFiP, for the staff: what came of each, what waits for somebody to look at it."""

from flask import Blueprint, current_app, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import anomalies_de_paiement, lecture_paiements
from portail.domain.lecture_paiements import LISTES
from portail.domain.refus import Refus
from portail.forms.paiements import TraitementForm, lire_la_liste
from portail.forms.planning import lire_entier
from portail.formulaire import encore

bp = Blueprint("paiements_de_la_ville", __name__, url_prefix="/agents/facturation/paiements")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def liste() -> str:
    voulue, avant = lire_la_liste(request.args), lire_entier(request.args.get("avant"))
    page = lecture_paiements.lister(g.compte, voulue, avant)
    return render_template(
        "paiements_de_la_ville/page.html", page=page, liste=voulue, listes=LISTES, avant=avant
    )


@bp.get("/<id:paiement_id>")
@access.reserve_a(*ROLES_AGENTS)
def un(paiement_id: int) -> str:
    vu = lecture_paiements.lire_pour_un_agent(g.compte, paiement_id)
    return render_template("paiements_de_la_ville/un.html", vu=vu, form=TraitementForm(formdata=None))


@bp.post("/<id:paiement_id>/resultat")
@access.reserve_a(*ROLES_AGENTS)
def redemander(paiement_id: int) -> ResponseReturnValue:
    suivi = anomalies_de_paiement.redemander(g.compte, paiement_id, current_app.extensions["payfip"])
    flash(lecture_paiements.raconter(suivi))
    return htmx.rediriger(url_for("paiements_de_la_ville.un", paiement_id=paiement_id))


@bp.post("/<id:paiement_id>/traitement")
@access.reserve_a(*ROLES_AGENTS)
def traiter(paiement_id: int) -> ResponseReturnValue:
    """`decision`: count what PayFiP says it received, or nothing more."""
    vu, form = lecture_paiements.lire_pour_un_agent(g.compte, paiement_id), TraitementForm()
    encaisser = request.form.get("decision") == "encaisser"
    try:
        anomalies_de_paiement.traiter(g.compte, paiement_id, form.lire(), encaisser=encaisser)
    except Refus as refus:
        return encore("paiements_de_la_ville/un.html", form, refus, vu=vu)
    flash("C’est noté : ce paiement n’est plus à vérifier.")
    return htmx.rediriger(url_for("paiements_de_la_ville.un", paiement_id=paiement_id))
