"""« Mes demandes »: what the family asked, who acts next, the answer and its reason."""

from flask import Blueprint, abort, flash, g, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, frontiere, htmx
from portail.domain import demandes, fil, lecture_demandes, lignes_demandees
from portail.domain.refus import Refus
from portail.forms.demandes import lire_filtres, lire_lignes
from portail.views import echanges
from portail.views.echanges import RIEN, Etat

bp = Blueprint("demandes", __name__, url_prefix="/famille/demandes")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def liste() -> Response:
    filtres, erreurs = lire_filtres(request.args)
    feuille = lecture_demandes.feuilleter(g.compte, g.famille, filtres) or abort(404)
    return htmx.page_ou_fragment(
        "demandes/page.html",
        "demandes/liste.htmx.html",
        statut=422 if erreurs else 200,
        feuille=feuille,
        filtres=feuille.filtres,
        erreurs=erreurs,
    )


@bp.get("/<id:demande_id>")
@access.reserve_a(w.FAMILLE)
def demande(demande_id: int) -> Response:
    return _montrer(demande_id)


@bp.post("/<id:demande_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(demande_id: int) -> Response:
    access.demande_ou_404(demande_id)
    try:
        phrase = demandes.annuler_demande(g.compte, g.famille, demande_id)
    except Refus as refus:
        return _montrer(demande_id, Etat(refus))
    if htmx.est_fragment():
        return _montrer(demande_id, dit="Demande annulée.")
    flash(phrase)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande_id))


@bp.post("/<id:demande_id>/reponse")
@frontiere.recoit_des_documents()
@access.reserve_a(w.FAMILLE)
def repondre(demande_id: int) -> Response:
    """What the town waits for before it answers an absence: a document, a word."""
    etat = echanges.repondre(demande_id, access.fil_ou_404(demande_id).pieces)
    if etat.refus:
        return _montrer(demande_id, etat)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande_id, _anchor="echanges"))


def _montrer(demande_id: int, etat: Etat = RIEN, dit: str = "") -> Response:
    """The demande, with its lines as the address asks for them."""
    voulues = lire_lignes(request.args)
    detail = lignes_demandees.detailler(g.compte, g.famille, demande_id, *voulues) or abort(404)
    return htmx.page_ou_fragment(
        "demandes/demande.html",
        "demandes/demande.htmx.html",
        etat.statut,
        detail=detail,
        demande=detail.demande,
        suivi=fil.lire_celui_de(g.compte, g.famille, detail.demande),
        dit=dit,
        **etat.contexte(),
    )
