"""At the counter: the sheet of an adult or of a child, changed at once by the town; what the town decides."""

from typing import Any

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import comptes, guichet, lecture_guichet, lectures
from portail.domain.refus import Refus
from portail.forms.contacts import PhotoForm
from portail.forms.guichet import saisie, saisie_recue
from portail.forms.planning import lire_entier

bp = Blueprint("guichet", __name__, url_prefix="/agents/familles/<id:famille_id>")

RIEN = "Rien n’a changé."


@bp.get("/responsables/<id:responsable_id>")
@access.reserve_a(*ROLES_AGENTS)
def responsable(famille_id: int, responsable_id: int) -> Response:
    return _montrer(famille_id, "responsable", responsable_id, modifiee=request.args.get("modifier", ""))


@bp.get("/enfants/<id:enfant_id>")
@access.reserve_a(*ROLES_AGENTS)
def enfant(famille_id: int, enfant_id: int) -> Response:
    return _montrer(famille_id, "enfant", enfant_id, modifiee=request.args.get("modifier", ""))


@bp.post("/responsables/<id:responsable_id>/lecture")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir_un_responsable(famille_id: int, responsable_id: int) -> Response:
    return _ouvrir(famille_id, "responsable", responsable_id)


@bp.post("/enfants/<id:enfant_id>/lecture")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir_un_enfant(famille_id: int, enfant_id: int) -> Response:
    return _ouvrir(famille_id, "enfant", enfant_id)


@bp.post("/responsables/<id:responsable_id>/saisie")
@access.reserve_a(*ROLES_AGENTS)
def saisir_un_responsable(famille_id: int, responsable_id: int) -> Response:
    return _saisir(famille_id, "responsable", responsable_id)


@bp.post("/enfants/<id:enfant_id>/saisie")
@access.reserve_a(*ROLES_AGENTS)
def saisir_un_enfant(famille_id: int, enfant_id: int) -> Response:
    return _saisir(famille_id, "enfant", enfant_id)


@bp.post("/enfants/<id:enfant_id>/droits")
@access.reserve_a(*ROLES_AGENTS)
def changer_le_droit(famille_id: int, enfant_id: int) -> Response:
    """What an adult is to this child."""
    adulte, droit = lire_entier(request.form.get("responsable")) or 0, request.form.get("droit", "")
    try:
        guichet.changer_le_droit(g.session, famille_id, adulte, enfant_id, droit)
    except Refus as refus:
        return _redonner(refus, famille_id, "enfant", enfant_id)
    flash("Droit enregistré.")
    return htmx.rediriger(_adresse(famille_id, "enfant", enfant_id))


@bp.post("/responsables/<id:responsable_id>/compte")
@access.reserve_a(*ROLES_AGENTS)
def rattacher(famille_id: int, responsable_id: int) -> Response:
    """Which account this adult is; `voulu` empty: no longer."""
    abonnement, voulu = lire_entier(request.form.get("abonnement")) or 0, request.form.get("voulu")
    try:
        guichet.rattacher(g.session, famille_id, abonnement, responsable_id if voulu else None)
    except Refus as refus:
        return _redonner(refus, famille_id, "responsable", responsable_id)
    flash("Compte rattaché." if voulu else "Le compte n’est plus rattaché.")
    return htmx.rediriger(_adresse(famille_id, "responsable", responsable_id))


def _redonner(refus: Refus, famille_id: int, objet: str, ident: int) -> Response:
    """The sheet with the refusal; or the password first, then back to the sheet."""
    if refus.champ != comptes.CHAMP_DE_CONFIRMATION:
        return _montrer(famille_id, objet, ident, refus=refus)
    flash("Redonnez votre mot de passe, puis choisissez de nouveau : rien n’est encore changé.")
    return htmx.rediriger(url_for("mes_donnees.confirmation", next=_adresse(famille_id, objet, ident)))


def _ouvrir(famille_id: int, objet: str, ident: int) -> Response:
    """The sheet with a sealed part open: the journal says so; the page is nowhere but in this answer."""
    rubrique = request.form.get("rubrique", "")
    lectures.ouvrir_la_fiche(g.compte, famille_id, objet, ident, rubrique)
    return _montrer(famille_id, objet, ident, ouverte=rubrique, modifiee=rubrique)


def _saisir(famille_id: int, objet: str, ident: int) -> Response:
    """Write one part of the sheet; or the form again, as it was typed, with what is wrong."""
    code = request.form.get("rubrique", "")
    vue = lecture_guichet.fiche(g.compte, famille_id, objet, ident)
    if code not in {r.code for r in vue.rubriques}:
        abort(404)
    form, repere = saisie_recue(objet, code), request.form.get("repere", "")
    tapee: dict[str, Any] = {"form": form, "modifiee": code, "repere": repere}
    if not form.validate():
        return _montrer(famille_id, objet, ident, 422, **tapee)
    voulues = form.saisies(request.form.keys())
    try:
        changes = guichet.saisir(g.compte, famille_id, objet, ident, code, voulues, repere)
    except Refus as refus:
        return _montrer(famille_id, objet, ident, **tapee, refus=refus)
    flash(guichet.dire_la_saisie(changes) if changes else RIEN)
    return htmx.rediriger(_adresse(famille_id, objet, ident))


def _montrer(famille_id: int, objet: str, ident: int, statut: int = 200, **plus: Any) -> Response:
    """The sheet as it now is. `modifiee`: the part that is shown as a form; `ouverte`: sealed, to be read."""
    ouverte = plus.get("ouverte", "")
    vue = lecture_guichet.fiche(g.compte, famille_id, objet, ident, [ouverte])
    code, form, refus = plus.get("modifiee", ""), plus.get("form"), plus.get("refus")
    rubrique, repere = vue.rubrique(code), plus.get("repere", "")
    if form is None and rubrique and not vue.a_moi:
        form = saisie(objet, code, rubrique.valeurs)
    if rubrique and (refus or not repere):
        repere = rubrique.repere  # of what is shown beside the form, or in it
    adresse, modifiee = _adresse(famille_id, objet, ident), code if form else ""
    dits = {"refus": refus, "repere": repere, "ouverte": ouverte, "form_photo": PhotoForm(formdata=None)}
    gabarit = "guichet/rubrique.htmx.html" if ouverte and htmx.est_fragment() else "guichet/fiche.html"
    page = render_template(gabarit, f=vue, r=rubrique, form=form, modifiee=modifiee, adresse=adresse, **dits)
    return make_response(page, refus.statut if refus else statut)


def _adresse(famille_id: int, objet: str, ident: int) -> str:
    ids: dict[str, Any] = {"famille_id": famille_id, f"{objet}_id": ident}
    return url_for(f"guichet.{objet}", **ids)
