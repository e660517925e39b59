"""At the counter: the mandates of direct debit of a family's adults, written down, or taken back."""

from flask import Blueprint, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import comptes, lecture_mandats, mandats
from portail.domain.lecture_mandats import PageVue
from portail.domain.refus import Introuvable, Refus
from portail.forms.mandats import MandatForm

bp = Blueprint("mandats", __name__, url_prefix="/agents/familles/<id:famille_id>/mandats")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int) -> Response:
    vue = lecture_mandats.au_guichet(g.compte, famille_id)
    return _montrer(vue, _forme(vue, formdata=None))


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def signer(famille_id: int) -> Response:
    vue = lecture_mandats.au_guichet(g.compte, famille_id)
    form = _forme(vue)
    if not form.validate():
        return _montrer(vue, form, statut=422)
    try:
        access.confirmer(form.confirmation)
        fait = mandats.signer(g.session, famille_id, form.signataire, form.signe_le.data)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(vue, form, refus)
    flash(f"Mandat enregistré : {fait.rum}. La personne en est avertie par e-mail.")
    return htmx.rediriger(url_for("mandats.page", famille_id=famille_id))


@bp.post("/<id:mandat_id>/revocation")
@access.reserve_a(*ROLES_AGENTS)
def revoquer(famille_id: int, mandat_id: int) -> Response:
    try:
        mandats.revoquer_au_guichet(g.compte, famille_id, mandat_id)
    except Introuvable:
        raise
    except Refus as refus:
        vue = lecture_mandats.au_guichet(g.compte, famille_id)
        return _montrer(vue, _forme(vue, formdata=None), refus)
    flash("Mandat révoqué. La personne en est avertie par e-mail.")
    return htmx.rediriger(url_for("mandats.page", famille_id=famille_id))


def _forme(vue: PageVue, **mots) -> MandatForm:
    return MandatForm(confirme=comptes.est_confirmee(g.session), adultes=vue.a_signer, **mots)


def _montrer(vue: PageVue, form: MandatForm, refus: Refus | None = None, statut: int = 200) -> Response:
    """The mandates as they now are; what was refused, beside its field if it has one."""
    if refus is not None and refus.champ == comptes.CHAMP_DE_CONFIRMATION and refus.champ not in form:
        form = MandatForm(confirme=False, adultes=vue.a_signer)
    if refus is not None and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    page = render_template("mandats/page.html", v=vue, form=form, refus=refus)
    return make_response(page, refus.statut if refus else statut)
