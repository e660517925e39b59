"""How the town bills and collects: the delay, how one pays, PayFiP, the creditor, its bank."""

from flask import Blueprint, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import comptes, perimetre, reglages_de_facturation
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.reglages_de_facturation import BanqueForm, ReglagesForm

bp = Blueprint("reglages_de_facturation", __name__, url_prefix="/agents/facturation/reglages")

FAIT, RIEN = "C’est enregistré.", "Rien n’a changé : c’était déjà ainsi."


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer(_reglages(), _banque())


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def regler() -> Response:
    perimetre.exiger_toute_la_ville(g.compte)
    form = ReglagesForm()
    voulus = form.lire()
    if voulus is None:
        return _montrer(form, _banque(), 422)
    try:
        change = reglages_de_facturation.regler(g.compte, voulus)
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _montrer(form, _banque(), refus.statut)
    return _dire(change)


@bp.post("/banque")
@access.reserve_a(*ROLES_GESTION)
def changer_la_banque() -> Response:
    perimetre.exiger_toute_la_ville(g.compte)
    form = BanqueForm(confirme=comptes.est_confirmee(g.session))
    if not form.validate():
        return _montrer(_reglages(), form, 422)
    try:
        access.confirmer(form.confirmation)
        change = reglages_de_facturation.changer_la_banque(g.session, form.lire())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _montrer(_reglages(), form, refus.statut)
    return _dire(change)


# ——— inside ———


def _reglages() -> ReglagesForm:
    return ReglagesForm(
        formdata=None, obj=reglages_de_facturation.lire() or reglages_de_facturation.Reglages()
    )


def _banque() -> BanqueForm:
    return BanqueForm(formdata=None, confirme=comptes.est_confirmee(g.session))


def _dire(change: bool) -> Response:
    flash(FAIT if change else RIEN)
    return htmx.rediriger(url_for("reglages_de_facturation.page"))


def _montrer(form: ReglagesForm, form_banque: BanqueForm, statut: int = 200) -> Response:
    perimetre.exiger_toute_la_ville(g.compte)
    page = render_template(
        "reglages_de_facturation/page.html",
        form=form,
        form_banque=form_banque,
        poses=reglages_de_facturation.lire() is not None,
        banque=reglages_de_facturation.banque().masquee,
    )
    return make_response(page, statut)
