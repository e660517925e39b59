"""Paying online: choose the invoices, go to PayFiP, come back and see; what PayFiP itself calls."""

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

import workflows as w
from portail import access, frontiere, htmx
from portail.domain import lecture_paiements, paiements, suite_des_paiements
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.forms.paiements import lire_le_payeur, lire_le_total, lire_les_factures

bp = Blueprint("paiements", __name__, url_prefix="/facturation")


@bp.get("/payer")
@access.reserve_a(w.FAMILLE)
def choix() -> ResponseReturnValue:
    return _montrer_le_choix(request.args)


@bp.post("/payer")
@access.reserve_a(w.FAMILLE)
def payer() -> ResponseReturnValue:
    """Open the payment, and go to the page of PayFiP: a form of a page, never a piece of one."""
    choisies, total = lire_les_factures(request.form), lire_le_total(request.form)
    try:
        ouverte = paiements.ouvrir(g.compte, g.famille, choisies, total, _payfip())
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer_le_choix(request.form, refus)
    return redirect(ouverte.adresse, 303)


@bp.get("/paiements/<id:paiement_id>")
@access.reserve_a(w.FAMILLE)
def suivi(paiement_id: int) -> ResponseReturnValue:
    vu = lecture_paiements.lire(g.compte, g.famille, paiement_id)
    return htmx.page_ou_fragment("paiements/suivi.html", "paiements/_suivi.html", vu=vu, demande=False)


@bp.post("/paiements/<id:paiement_id>/resultat")
@access.reserve_a(w.FAMILLE)
def demander(paiement_id: int) -> ResponseReturnValue:
    """Ask PayFiP what came of it."""
    vu = lecture_paiements.lire(g.compte, g.famille, paiement_id)
    suite_des_paiements.demander_le_resultat(vu.paiement, _payfip())
    if not htmx.est_fragment():
        return htmx.rediriger(url_for("paiements.suivi", paiement_id=paiement_id))
    vu = lecture_paiements.lire(g.compte, g.famille, paiement_id)
    return htmx.page_ou_fragment("paiements/suivi.html", "paiements/suivi.htmx.html", vu=vu, demande=True)


# ——— what PayFiP calls, and where it leads back ———


@bp.post("/payfip/notification")
@access.par_jeton
@frontiere.recoit_d_ailleurs
def notification() -> Response:
    """There is a result to ask for: whoever says so, nothing else of what is sent is read."""
    suite_des_paiements.recevoir_une_notification(request.form["idop"], _payfip())
    return Response("Reçu.\n", mimetype="text/plain")


@bp.route("/payfip/retour/<jeton:refdet>", methods=["GET", "POST"])
@access.par_jeton
@frontiere.recoit_d_ailleurs
def retour(refdet: str) -> ResponseReturnValue:
    """PayFiP may lead back by a form: the browser gives no session to a form of another site."""
    ident = lecture_paiements.par_reference(refdet)
    return redirect(url_for("paiements.suivi", paiement_id=ident), 303)


# ——— what helps ———


def _payfip():
    return current_app.extensions["payfip"]


def _montrer_le_choix(saisie, refus: Refus | None = None) -> ResponseReturnValue:
    groupes = lecture_paiements.a_payer(access.regard(), lire_le_payeur(saisie), lire_les_factures(saisie))
    return htmx.page_ou_fragment(
        "paiements/choix.html",
        "paiements/choix.htmx.html",
        refus.statut if refus else 200,
        groupes=groupes,
        refus=refus,
        deja=isinstance(refus, DejaChange),
        en_ligne=paiements.est_en_ligne(_payfip()),
        essai=paiements.en_essai(),
    )
