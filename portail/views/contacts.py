"""The contacts of a child: add one, change it, take it off, take over those of a sibling, withdraw."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import contacts, dossier
from portail.domain.lecture_contacts import ContactsVus, ContactVu
from portail.domain.refus import Refus
from portail.forms.contacts import ContactForm
from portail.forms.planning import lire_entier

bp = Blueprint("contacts", __name__, url_prefix="/famille/enfants/<id:enfant_id>/contacts")

ENVOYEE = "Votre demande est envoyée : la mairie doit la valider."
RIEN = "Rien n’a changé : c’est déjà ainsi, ou déjà demandé."
ANNULEE = "Votre demande est annulée."


@bp.get("")
@access.reserve_a(w.FAMILLE)
def section(enfant_id: int) -> Response:
    return _montrer(access.contacts_ou_404(enfant_id))


@bp.get("/nouveau")
@access.reserve_a(w.FAMILLE)
def nouveau(enfant_id: int) -> Response:
    return _montrer(
        _modifiables(enfant_id), form_contact=ContactForm(formdata=None, data={"piece_identite": True})
    )


@bp.post("")
@access.reserve_a(w.FAMILLE)
def proposer(enfant_id: int) -> Response:
    vus, form = _modifiables(enfant_id), ContactForm()
    if not form.validate():
        return _montrer(vus, 422, form_contact=form)
    return _agir(
        enfant_id,
        lambda: contacts.proposer_un_contact(g.compte, g.famille, enfant_id, form.fiche()),
        form_contact=form,
    )


@bp.get("/<id:contact_id>")
@access.reserve_a(w.FAMILLE)
def changement(enfant_id: int, contact_id: int) -> Response:
    vus, contact = _contact(enfant_id, contact_id)
    return _montrer(vus, form_contact=ContactForm(formdata=None, obj=contact.voulu), contact=contact)


@bp.post("/<id:contact_id>")
@access.reserve_a(w.FAMILLE)
def changer(enfant_id: int, contact_id: int) -> Response:
    (vus, contact), form = _contact(enfant_id, contact_id), ContactForm()
    if not form.validate():
        return _montrer(vus, 422, form_contact=form, contact=contact)
    return _agir(
        enfant_id,
        lambda: contacts.changer_un_contact(g.compte, g.famille, enfant_id, contact_id, form.fiche()),
        form_contact=form,
        contact=contact,
    )


@bp.get("/<id:contact_id>/retrait")
@access.reserve_a(w.FAMILLE)
def retrait(enfant_id: int, contact_id: int) -> Response:
    vus, contact = _contact(enfant_id, contact_id)
    return _montrer(vus, contact=contact)


@bp.post("/<id:contact_id>/retrait")
@access.reserve_a(w.FAMILLE)
def retirer(enfant_id: int, contact_id: int) -> Response:
    _contact(enfant_id, contact_id)
    return _agir(enfant_id, lambda: contacts.retirer_un_contact(g.compte, g.famille, enfant_id, contact_id))


@bp.get("/reprise")
@access.reserve_a(w.FAMILLE)
def reprise(enfant_id: int) -> Response:
    vus = _modifiables(enfant_id)
    return _montrer(vus, a_reprendre=contacts.a_reprendre(g.compte, g.famille, vus.enfant))


@bp.post("/reprise")
@access.reserve_a(w.FAMILLE)
def reprendre(enfant_id: int) -> Response:
    vus = _modifiables(enfant_id)
    choisis = [lire_entier(texte) or abort(404) for texte in request.form.getlist("contacts")]
    return _agir(
        enfant_id,
        lambda: contacts.reprendre_d_un_frere(g.compte, g.famille, enfant_id, choisis),
        a_reprendre=contacts.a_reprendre(g.compte, g.famille, vus.enfant),
        choisis=choisis,
    )


@bp.post("/demandes/<id:attente_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(enfant_id: int, attente_id: int) -> Response:
    """Only what is of this child's contacts: another change is withdrawn where it is shown."""
    _modifiables(enfant_id)
    if not contacts.est_de(enfant_id, attente_id):
        abort(404)
    return _agir(enfant_id, lambda: dossier.retirer(g.compte, g.famille, attente_id), fait=ANNULEE)


def _modifiables(enfant_id: int) -> ContactsVus:
    vus = access.contacts_ou_404(enfant_id)
    return vus if vus.modifiable else abort(404)


def _contact(enfant_id: int, contact_id: int) -> tuple[ContactsVus, ContactVu]:
    vus = _modifiables(enfant_id)
    return vus, vus.contact(contact_id) or abort(404)


def _agir(enfant_id: int, acte: Callable[[], Any], fait: str = "", **saisie: object) -> Response:
    """Do the act, then show the contacts as they have become; or what was typed, with why it was refused."""
    try:
        demande = acte()
    except Refus as refus:
        return _montrer(access.contacts_ou_404(enfant_id), refus.statut, refus=refus, **saisie)
    dit = fait or (ENVOYEE if demande else RIEN)
    if htmx.est_fragment():
        return _montrer(access.contacts_ou_404(enfant_id), dit=dit)
    flash(dit)
    return htmx.rediriger(url_for("dossier.enfant", enfant_id=enfant_id, _anchor="contacts"))


def _montrer(vus: ContactsVus, statut: int = 200, **contexte: object) -> Response:
    gabarit = "dossier/contacts.htmx.html" if htmx.est_fragment() else "dossier/contacts.html"
    return make_response(render_template(gabarit, contacts=vus, **contexte), statut)
