"""At the counter: the contacts of a child, changed at once by the town."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import guichet, guichet_contacts, lecture_guichet_enfant
from portail.domain.lecture_guichet_enfant import ContactAuGuichet, EnfantAuGuichet
from portail.domain.refus import Introuvable, Refus
from portail.forms.contacts import ContactForm
from portail.forms.planning import lire_entier

bp = Blueprint(
    "guichet_contacts",
    __name__,
    url_prefix="/agents/familles/<id:famille_id>/enfants/<id:enfant_id>/contacts",
)

RIEN = "Rien n’a changé : c’est déjà ainsi."


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def section(famille_id: int, enfant_id: int) -> Response:
    return _montrer(_enfant(famille_id, enfant_id))


@bp.get("/nouveau")
@access.reserve_a(*ROLES_AGENTS)
def nouveau(famille_id: int, enfant_id: int) -> Response:
    vierge = ContactForm(formdata=None, data={"piece_identite": True})
    return _montrer(_enfant(famille_id, enfant_id), form_contact=vierge)


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def ajouter(famille_id: int, enfant_id: int) -> Response:
    vu, form = _enfant(famille_id, enfant_id), ContactForm()
    if not form.validate():
        return _montrer(vu, 422, form_contact=form)
    return _agir(
        vu,
        lambda: guichet_contacts.ajouter_un_contact(g.compte, famille_id, enfant_id, form.fiche()),
        form_contact=form,
    )


@bp.get("/<id:contact_id>")
@access.reserve_a(*ROLES_AGENTS)
def changement(famille_id: int, enfant_id: int, contact_id: int) -> Response:
    vu, contact = _contact(famille_id, enfant_id, contact_id)
    return _montrer(vu, form_contact=ContactForm(formdata=None, obj=contact.fiche), contact=contact)


@bp.post("/<id:contact_id>")
@access.reserve_a(*ROLES_AGENTS)
def changer(famille_id: int, enfant_id: int, contact_id: int) -> Response:
    vu, form = _enfant(famille_id, enfant_id), ContactForm()
    contact = vu.contact(contact_id)
    repere = request.form.get("repere", "") if contact else ""  # what is no longer there is not written over
    saisie = {"form_contact": form, "contact": contact}
    if contact and not form.validate():
        return _montrer(vu, 422, **saisie, repere=repere)
    return _agir(
        vu,
        lambda: guichet_contacts.changer_un_contact(
            g.compte, famille_id, enfant_id, contact_id, form.fiche(), repere
        ),
        **saisie,
    )


@bp.get("/<id:contact_id>/retrait")
@access.reserve_a(*ROLES_AGENTS)
def retrait(famille_id: int, enfant_id: int, contact_id: int) -> Response:
    vu, contact = _contact(famille_id, enfant_id, contact_id)
    return _montrer(vu, contact=contact)


@bp.post("/<id:contact_id>/retrait")
@access.reserve_a(*ROLES_AGENTS)
def retirer(famille_id: int, enfant_id: int, contact_id: int) -> Response:
    vu, repere = _enfant(famille_id, enfant_id), request.form.get("repere", "")
    return _agir(
        vu,
        lambda: guichet_contacts.retirer_un_contact(g.compte, famille_id, enfant_id, contact_id, repere),
        contact=vu.contact(contact_id),
    )


@bp.get("/reprise")
@access.reserve_a(*ROLES_AGENTS)
def reprise(famille_id: int, enfant_id: int) -> Response:
    return _montrer(_enfant(famille_id, enfant_id), reprise=True)


@bp.post("/reprise")
@access.reserve_a(*ROLES_AGENTS)
def reprendre(famille_id: int, enfant_id: int) -> Response:
    vu = _enfant(famille_id, enfant_id)
    choisis = [lire_entier(texte) or abort(404) for texte in request.form.getlist("contacts")]
    return _agir(
        vu,
        lambda: guichet_contacts.reprendre_d_un_frere(g.compte, famille_id, enfant_id, choisis),
        reprise=True,
        choisis=choisis,
    )


def _enfant(famille_id: int, enfant_id: int) -> EnfantAuGuichet:
    return lecture_guichet_enfant.voir(g.compte, famille_id, enfant_id)


def _contact(famille_id: int, enfant_id: int, contact_id: int) -> tuple[EnfantAuGuichet, ContactAuGuichet]:
    vu = _enfant(famille_id, enfant_id)
    return vu, vu.contact(contact_id) or abort(404)


def _agir(vu: EnfantAuGuichet, acte: Callable[[], Any], **saisie: object) -> Response:
    """Do the act, then show the contacts as they have become; or what was typed, with why it was refused."""
    famille_id, enfant_id = vu.famille.id, vu.enfant.id
    try:
        changes = acte()
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(_enfant(famille_id, enfant_id), refus.statut, refus=refus, **saisie)
    dit = guichet.dire_la_saisie(changes) if changes else RIEN
    if htmx.est_fragment():
        return _montrer(_enfant(famille_id, enfant_id), dit=dit)
    flash(dit)
    return htmx.rediriger(
        url_for("guichet.enfant", famille_id=famille_id, enfant_id=enfant_id, _anchor="contacts")
    )


def _montrer(vu: EnfantAuGuichet, statut: int = 200, **contexte: Any) -> Response:
    """The section. A contact that was under the eyes and stands no more is not shown as a form."""
    if contact := contexte.get("contact"):
        contexte["contact"] = vu.contact(contact.id)
    if "contact" in contexte and contexte["contact"] is None:
        contexte = {nom: contexte[nom] for nom in ("refus",) if nom in contexte}
    gabarit = "guichet/contacts.htmx.html" if htmx.est_fragment() else "guichet/contacts.html"
    return make_response(render_template(gabarit, e=vu, **contexte), statut)
