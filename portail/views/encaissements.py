"""Receipts at the counter: what came on a day, one receipt, a family that pays."""

import secrets

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, clock, htmx
from portail.domain import caisse, lecture_caisse
from portail.domain.refus import Introuvable, Refus
from portail.forms import encaissements as formes
from portail.forms.encaissements import ContrepartieForm, EncaissementForm
from portail.forms.planning import lire_entier

bp = Blueprint("encaissements", __name__)
ICI, CHEZ_ELLE = "/agents/facturation/encaissements", "/agents/familles/<id:famille_id>/encaissements"


@bp.get(ICI)
@access.reserve_a(*ROLES_AGENTS)
def page() -> Response:
    """What came to the counter on a day, by means."""
    jour, erreurs = formes.lire_le_jour_voulu(request.args, clock.aujourdhui())
    bordereau = lecture_caisse.bordereau(g.compte, jour)
    mots = {"b": bordereau, "erreurs": erreurs, "moyens": caisse.MOYENS, "imprime": clock.maintenant()}
    return make_response(render_template("encaissements/page.html", **mots), 422 if erreurs else 200)


@bp.get(f"{ICI}/<id:reglement_id>")
@access.reserve_a(*ROLES_AGENTS)
def recu(reglement_id: int) -> Response:
    return _montrer_le_recu(reglement_id, ContrepartieForm(formdata=None))


@bp.post(f"{ICI}/<id:reglement_id>/contrepartie")
@access.reserve_a(*ROLES_AGENTS)
def contrepasser(reglement_id: int) -> Response:
    caisse.exiger(g.compte, reglement_id)
    form = ContrepartieForm()
    if not form.validate():
        return _montrer_le_recu(reglement_id, form, statut=422)
    try:
        caisse.contrepasser(g.compte, reglement_id, form.motif.data)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer_le_recu(reglement_id, form, refus)
    flash("Règlement annulé. Ce qu’il payait est de nouveau dû, et la famille en est avertie.")
    return htmx.rediriger(url_for("encaissements.recu", reglement_id=reglement_id))


@bp.get(CHEZ_ELLE)
@access.reserve_a(*ROLES_AGENTS)
def nouveau(famille_id: int) -> Response:
    vue = lecture_caisse.guichet(g.compte, famille_id, lire_entier(request.args.get("payeur")))
    form = formes.vierge(vue, secrets.token_urlsafe(18), clock.aujourdhui())
    return _montrer_le_guichet(vue, form)


@bp.post(CHEZ_ELLE)
@access.reserve_a(*ROLES_AGENTS)
def encaisser(famille_id: int) -> Response:
    form = EncaissementForm()
    vue = lecture_caisse.guichet(g.compte, famille_id, lire_entier(form.payeur.data) or 0)
    if not form.validate():
        return _montrer_le_guichet(vue, form, statut=422)
    try:
        recu = caisse.encaisser(g.compte, famille_id, form.apport)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer_le_guichet(vue, form, refus)
    flash("Règlement enregistré. La famille reçoit un e-mail qui le confirme.")
    return htmx.rediriger(url_for("encaissements.recu", reglement_id=recu.id))


# ——— what helps ———


def _montrer_le_recu(
    reglement_id: int, form: ContrepartieForm, refus: Refus | None = None, statut: int = 200
) -> Response:
    recu = lecture_caisse.recu(g.compte, reglement_id)
    if refus is not None and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    mots = {"r": recu, "form": form, "refus": refus, "moyens": caisse.TOUS_LES_MOYENS}
    return make_response(
        render_template("encaissements/recu.html", **mots), refus.statut if refus else statut
    )


def _montrer_le_guichet(
    vue: lecture_caisse.Guichet, form: EncaissementForm, refus: Refus | None = None, statut: int = 200
) -> Response:
    """The form as it was typed; what would be kept in advance, once that has been said."""
    if refus is not None and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    trop = refus.trop if isinstance(refus, caisse.Avance) else 0
    page = render_template("encaissements/nouveau.html", v=vue, form=form, refus=refus, trop=trop)
    return make_response(page, refus.statut if refus else statut)
