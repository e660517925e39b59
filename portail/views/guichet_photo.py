"""At the counter: the photo of a child, put or taken off at once by the town."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import guichet, guichet_photo, images, lecture_guichet_enfant
from portail.domain.refus import Introuvable, Refus
from portail.forms.contacts import PhotoForm
from portail.frontiere import recoit

bp = Blueprint(
    "guichet_photo", __name__, url_prefix="/agents/familles/<id:famille_id>/enfants/<id:enfant_id>/photo"
)

CORPS_MAX = 12_000_000
"""More than a photo may weigh, so that one slightly too heavy is told beside its field."""
RIEN = "Rien n’a changé : c’est déjà ainsi."


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def section(famille_id: int, enfant_id: int) -> Response:
    return _montrer(famille_id, enfant_id)


@bp.post("")
@recoit(CORPS_MAX, images.TROP_LOURDE)
@access.reserve_a(*ROLES_AGENTS)
def poser(famille_id: int, enfant_id: int) -> Response:
    form, repere = PhotoForm(), request.form.get("repere", "")
    if not form.validate():
        return _montrer(famille_id, enfant_id, 422, form_photo=form)
    octets = form.octets()
    return _agir(
        famille_id,
        enfant_id,
        lambda: guichet_photo.poser_une_photo(g.compte, famille_id, enfant_id, octets, repere),
        form_photo=form,
    )


@bp.post("/retrait")
@access.reserve_a(*ROLES_AGENTS)
def retirer(famille_id: int, enfant_id: int) -> Response:
    repere = request.form.get("repere", "")
    return _agir(
        famille_id,
        enfant_id,
        lambda: guichet_photo.retirer_la_photo(g.compte, famille_id, enfant_id, repere),
    )


def _agir(famille_id: int, enfant_id: int, acte: Callable[[], Any], **saisie: Any) -> Response:
    """Do the act, then show the photo as it has become; or why it was refused, beside the field."""
    try:
        changes = acte()
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(famille_id, enfant_id, refus.statut, refus=refus, **saisie)
    dit = guichet.dire_la_saisie(changes) if changes else RIEN
    if htmx.est_fragment():
        return _montrer(famille_id, enfant_id, dit=dit)
    flash(dit)
    return htmx.rediriger(
        url_for("guichet.enfant", famille_id=famille_id, enfant_id=enfant_id, _anchor="photo")
    )


def _montrer(
    famille_id: int, enfant_id: int, statut: int = 200, refus: Refus | None = None, **contexte: Any
) -> Response:
    vu = lecture_guichet_enfant.voir(g.compte, famille_id, enfant_id)
    form = contexte.pop("form_photo", None) or PhotoForm(formdata=None)
    if refus and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    gabarit = "guichet/photo.htmx.html" if htmx.est_fragment() else "guichet/photo.html"
    return make_response(render_template(gabarit, e=vu, form_photo=form, refus=refus, **contexte), statut)
