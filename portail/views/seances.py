"""The séances of an activity: a month of them, one of them set for its day, one more, one cancelled."""

import datetime as dt

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION, Seance
from portail import access, htmx
from portail.domain import activites, annulation_de_seances, lecture_des_seances, seances
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.seances import EffetSurUnJour
from portail.forms.seances import AjoutForm, SeanceForm, lire_le_mois
from portail.forms.textes import au_net

bp = Blueprint("seances", __name__, url_prefix="/agents/activites")


@bp.get("/<id:activite_id>/seances")
@access.reserve_a(*ROLES_GESTION)
def page(activite_id: int) -> str:
    activite, horaires = activites.charger(g.compte, activite_id)
    mois = lecture_des_seances.du_mois(activite, horaires, lire_le_mois(request.args.get("mois")))
    return render_template("seances/page.html", a=activite, m=mois)


@bp.get("/<id:activite_id>/seances/nouvelle")
@access.reserve_a(*ROLES_GESTION)
def nouvelle(activite_id: int) -> Response:
    return _ajout(activite_id, AjoutForm(formdata=None))


@bp.post("/<id:activite_id>/seances")
@access.reserve_a(*ROLES_GESTION)
def ajouter(activite_id: int) -> Response:
    activites.charger(g.compte, activite_id)
    form = AjoutForm()
    reglage, jour = form.lire(), form.lire_le_jour()
    if reglage is None or jour is None:
        return _ajout(activite_id, form, 422)
    try:
        seances.ajouter(g.compte, activite_id, jour, reglage)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _ajout(activite_id, form, refus.statut, form.signaler(refus))
    flash("La séance est ajoutée.")
    return _au_mois(activite_id, jour)


@bp.get("/seances/<id:seance_id>")
@access.reserve_a(*ROLES_GESTION)
def seance(seance_id: int) -> Response:
    vue = seances.charger(g.compte, seance_id)
    return _montrer(vue, SeanceForm.de(vue))


@bp.post("/seances/<id:seance_id>")
@access.reserve_a(*ROLES_GESTION)
def regler(seance_id: int) -> Response:
    vue, form = seances.charger(g.compte, seance_id), SeanceForm()
    reglage = form.lire()
    if reglage is None or request.form.get("etape") == "reprendre":
        return _montrer(vue, form, 200 if reglage else 422)
    try:
        effet = seances.prevoir(g.compte, seance_id, reglage)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(vue, form, refus.statut, form.signaler(refus))
    return _enregistrer(effet, form, request.form.get("vu", ""))


@bp.get("/seances/<id:seance_id>/annulation")
@access.reserve_a(*ROLES_GESTION)
def annulation(seance_id: int) -> Response:
    return _annulation(seance_id)


@bp.post("/seances/<id:seance_id>/annulation")
@access.reserve_a(*ROLES_GESTION)
def annuler(seance_id: int) -> Response:
    vue, motif = seances.charger(g.compte, seance_id), au_net(request.form.get("motif"))
    try:
        faite = annulation_de_seances.annuler(g.compte, [seance_id], motif, request.form.get("vu", ""))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _annulation(seance_id, refus, motif)
    flash(faite.phrase)
    return _au_mois(vue.activite_id, vue.jour)


# ——— inside ———


def _enregistrer(effet: EffetSurUnJour, form: SeanceForm, vu: str) -> Response:
    """Set the séance once its effect was shown."""
    if not vu and not effet.rien:
        return make_response(render_template("seances/apercu.html", e=effet, form=form, refus=None))
    try:
        seances.regler(g.compte, effet.seance.id, effet.reglage, vu or effet.empreinte)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        page = render_template("seances/apercu.html", e=effet, form=form, refus=refus)
        return make_response(page, refus.statut)
    flash("La séance est enregistrée.")
    return _au_mois(effet.seance.activite_id, effet.seance.jour)


def _montrer(vue: Seance, form: SeanceForm, statut: int = 200, phrase: str = "") -> Response:
    page = render_template(
        "seances/seance.html", s=vue, form=form, phrase=phrase, obstacle=seances.obstacle(vue)
    )
    return make_response(page, statut)


def _ajout(activite_id: int, form: AjoutForm, statut: int = 200, phrase: str = "") -> Response:
    activite, _ = activites.charger(g.compte, activite_id)
    return make_response(render_template("seances/ajout.html", a=activite, form=form, phrase=phrase), statut)


def _annulation(seance_id: int, refus: Refus | None = None, motif: str = "") -> Response:
    page = render_template(
        "seances/annulation.html",
        s=seances.charger(g.compte, seance_id),
        prevision=annulation_de_seances.prevoir(g.compte, [seance_id]),
        refus=refus,
        motif=motif,
        motif_max=annulation_de_seances.MOTIF_MAX,
    )
    return make_response(page, refus.statut if refus else 200)


def _au_mois(activite_id: int, jour: dt.date) -> Response:
    return htmx.rediriger(url_for("seances.page", activite_id=activite_id, mois=f"{jour:%Y-%m}"))
