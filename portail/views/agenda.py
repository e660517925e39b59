"""The planning in one's own calendar: the addresses that the account has, and what they give to a phone."""

import hashlib

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

import workflows as w
from portail import access, htmx
from portail.domain import agenda, comptes, lecture_agenda
from portail.domain.refus import Refus
from portail.forms.agenda import AgendaForm, lire_l_enfant
from portail.formulaire import encore

bp = Blueprint("agenda", __name__)

NE_SERT_PLUS = "Cette adresse d’agenda ne sert pas, ou ne sert plus. Le portail en donne une autre.\n"


@bp.get("/famille/agenda")
@access.reserve_a(w.FAMILLE)
def page() -> str:
    return render_template("agenda/page.html", agendas=agenda.lister(access.regard()), regard=access.regard())


@bp.get("/famille/agenda/nouveau")
@access.reserve_a(w.FAMILLE)
def nouveau() -> str:
    vu = access.agenda_possible_ou_404(lire_l_enfant(request.args))
    return render_template("agenda/nouveau.html", agenda=vu, form=_vierge())


@bp.post("/famille/agenda/nouveau")
@access.reserve_a(w.FAMILLE)
def ouvrir() -> ResponseReturnValue:
    vu, form = access.agenda_possible_ou_404(lire_l_enfant(request.form)), _recu()
    if not form.validate():
        return encore("agenda/nouveau.html", form, agenda=vu)
    try:
        access.confirmer(form.confirmation)
        ouvert = agenda.ouvrir(g.session, g.famille, vu.enfant_id)
    except Refus as refus:
        return _encore("agenda/nouveau.html", refus, agenda=vu)
    return _retour("L’adresse est prête : ajoutez-la à votre agenda.", ouvert.id)


@bp.get("/famille/agenda/<id:agenda_id>/remplacement")
@access.reserve_a(w.FAMILLE)
def remplacement(agenda_id: int) -> str:
    vu = access.agenda_ou_404(agenda_id)
    return render_template("agenda/remplacement.html", agenda=vu, form=_vierge())


@bp.post("/famille/agenda/<id:agenda_id>/remplacement")
@access.reserve_a(w.FAMILLE)
def remplacer(agenda_id: int) -> ResponseReturnValue:
    vu, form = access.agenda_ou_404(agenda_id), _recu()
    if not form.validate():
        return encore("agenda/remplacement.html", form, agenda=vu)
    try:
        access.confirmer(form.confirmation)
        neuf = agenda.remplacer(g.session, g.famille, agenda_id)
    except Refus as refus:
        return _encore("agenda/remplacement.html", refus, agenda=vu)
    return _retour("L’adresse est remplacée : l’ancienne ne montre plus rien.", neuf.id)


@bp.get("/famille/agenda/<id:agenda_id>/suppression")
@access.reserve_a(w.FAMILLE)
def suppression(agenda_id: int) -> str:
    return render_template("agenda/suppression.html", agenda=access.agenda_ou_404(agenda_id))


@bp.post("/famille/agenda/<id:agenda_id>/suppression")
@access.reserve_a(w.FAMILLE)
def revoquer(agenda_id: int) -> ResponseReturnValue:
    agenda.revoquer(g.compte, g.famille, agenda_id)
    return _retour("L’adresse est supprimée : elle ne montre plus rien.")


# ——— what a calendar reads ———


@bp.get("/agenda/<jeton:jeton_agenda>.ics")
@access.par_jeton
def flux(jeton_agenda: str) -> Response:
    """The feed, known again by what it holds: what leaves it leaves no date behind to be compared with."""
    lu = lecture_agenda.lire(jeton_agenda)
    if lu is None:
        reponse = Response(NE_SERT_PLUS, 404, mimetype="text/plain")
    else:
        reponse = Response(lu, mimetype="text/calendar")
        reponse.headers["Cache-Control"] = "private, no-cache"
        reponse.headers["Content-Disposition"] = 'inline; filename="activites.ics"'
        reponse.set_etag(hashlib.sha256(lu).hexdigest(), weak=True)
        reponse.make_conditional(request)
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


# ——— what helps ———


def _vierge() -> AgendaForm:
    return AgendaForm(formdata=None, confirme=comptes.est_confirmee(g.session))


def _recu() -> AgendaForm:
    return AgendaForm(confirme=comptes.est_confirmee(g.session))


def _encore(gabarit: str, refus: Refus, **contexte: object) -> ResponseReturnValue:
    """The form again. Once the password was given, it is not asked for again."""
    manque = refus.champ == comptes.CHAMP_DE_CONFIRMATION or not comptes.est_confirmee(g.session)
    return encore(gabarit, AgendaForm(confirme=not manque), refus, **contexte)


def _retour(phrase: str, agenda_id: int | None = None) -> ResponseReturnValue:
    flash(phrase)
    ancre = f"agenda-{agenda_id}" if agenda_id else None
    return htmx.rediriger(url_for("agenda.page", _anchor=ancre))
