"""The photo of a child: send one, have it taken off, think better of it; and the picture itself."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

import workflows as w
from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import dossier, images, photos
from portail.domain.refus import Refus
from portail.forms.contacts import PhotoForm
from portail.frontiere import CSP_D_UN_FICHIER, recoit

bp = Blueprint("photos", __name__)

CORPS_MAX = 12_000_000
"""More than a photo may weigh, so that one slightly too heavy is told beside its field."""
ENVOYEE = "Votre demande est envoyée : la mairie doit la valider."
RIEN = "Rien n’a changé : c’est déjà ainsi, ou déjà demandé."
ANNULEE = "Votre demande est annulée."


@bp.get("/famille/enfants/<id:enfant_id>/photo/changement")
@access.reserve_a(w.FAMILLE)
def section(enfant_id: int) -> Response:
    return _montrer(enfant_id)


@bp.post("/famille/enfants/<id:enfant_id>/photo")
@recoit(CORPS_MAX, images.TROP_LOURDE)
@access.reserve_a(w.FAMILLE)
def proposer(enfant_id: int) -> Response:
    _modifiable(enfant_id)
    form = PhotoForm()
    if not form.validate():
        return _montrer(enfant_id, 422, form_photo=form)
    octets = form.octets()
    return _agir(
        enfant_id, lambda: photos.proposer_une_photo(g.compte, g.famille, enfant_id, octets), form=form
    )


@bp.post("/famille/enfants/<id:enfant_id>/photo/retrait")
@access.reserve_a(w.FAMILLE)
def retirer(enfant_id: int) -> Response:
    _modifiable(enfant_id)
    return _agir(enfant_id, lambda: photos.retirer_la_photo(g.compte, g.famille, enfant_id))


@bp.post("/famille/enfants/<id:enfant_id>/photo/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(enfant_id: int) -> Response:
    """Withdraw what waits of the photo. When nothing does any more, there is nothing to do."""
    attente = _modifiable(enfant_id).attente
    if attente is None:
        return _dire(enfant_id, RIEN)
    return _agir(enfant_id, lambda: dossier.retirer(g.compte, g.famille, attente.id), fait=ANNULEE)


# ——— the picture ———


@bp.get("/famille/enfants/<id:enfant_id>/photo")
@access.reserve_a(w.FAMILLE)
def photo(enfant_id: int) -> Response:
    return _image(photos.lire_par(access.regard(), access.enfant_ou_404(enfant_id)))


@bp.get("/famille/enfants/<id:enfant_id>/photo/<id:photo_id>")
@access.reserve_a(w.FAMILLE)
def une_photo(enfant_id: int, photo_id: int) -> Response:
    return _image(photos.lire_par(access.regard(), access.enfant_ou_404(enfant_id), photo_id))


@bp.get("/agents/enfants/<id:enfant_id>/photo")
@access.reserve_a(*ROLES_AGENTS)
def photo_pour_un_agent(enfant_id: int) -> Response:
    return _image(photos.lire_pour_la_mairie(g.compte, enfant_id))


@bp.get("/agents/enfants/<id:enfant_id>/photo/<id:photo_id>")
@access.reserve_a(*ROLES_AGENTS)
def une_photo_pour_un_agent(enfant_id: int, photo_id: int) -> Response:
    return _image(photos.lire_pour_la_mairie(g.compte, enfant_id, photo_id))


def _image(contenu: bytes | None) -> Response:
    """Never cached, never taken for anything else than the JPEG that the portal drew itself."""
    if contenu is None:
        abort(404)
    reponse = make_response(contenu)
    reponse.mimetype = "image/jpeg"
    reponse.headers["Content-Security-Policy"] = CSP_D_UN_FICHIER
    reponse.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return reponse


def _modifiable(enfant_id: int) -> photos.PhotoVue:
    vue = access.photo_ou_404(enfant_id)
    return vue if vue.modifiable else abort(404)


def _agir(enfant_id: int, acte: Callable[[], Any], fait: str = "", form: PhotoForm | None = None) -> Response:
    """Do the act, then show the photo as it has become; or why it was refused, beside the field."""
    try:
        demande = acte()
    except Refus as refus:
        return _montrer(enfant_id, refus.statut, refus=refus, form_photo=form)
    return _dire(enfant_id, fait or (ENVOYEE if demande else RIEN))


def _dire(enfant_id: int, dit: str) -> Response:
    if htmx.est_fragment():
        return _montrer(enfant_id, dit=dit)
    flash(dit)
    return htmx.rediriger(url_for("dossier.enfant", enfant_id=enfant_id, _anchor="photo"))


def _montrer(enfant_id: int, statut: int = 200, refus: Refus | None = None, **contexte: Any) -> Response:
    form = contexte.pop("form_photo", None) or PhotoForm(formdata=None)
    if refus and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    gabarit = "dossier/photo.htmx.html" if htmx.est_fragment() else "dossier/photo.html"
    vue = access.photo_ou_404(enfant_id)
    return make_response(
        render_template(gabarit, photo=vue, form_photo=form, refus=refus, **contexte), statut
    )
