"""« Mes demandes »: what the family asked, who acts next, the answer and its reason."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, frontiere, htmx
from portail.domain import demandes, documents, echanges, fil, lecture_demandes, lignes_demandees
from portail.domain.echanges import ReponseFautive
from portail.domain.refus import Refus
from portail.forms.demandes import lire_filtres, lire_lignes
from portail.forms.preinscriptions import ReponseForm, lire_la_reponse, lire_les_gardes

bp = Blueprint("demandes", __name__, url_prefix="/famille/demandes")

CORPS_MAX = 26_000_000
"""Five documents of the largest size, and the form around them."""
TROP_LOURD = (
    "Un fichier pèse 5 Mo au plus, et tous ensemble 25 Mo. Choisissez-en de plus légers, ou moins à la fois."
)
REPONDU = "Votre réponse est envoyée à la mairie."


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
        return _montrer(demande_id, refus)
    if htmx.est_fragment():
        return _montrer(demande_id, dit="Demande annulée.")
    flash(phrase)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande_id))


@bp.post("/<id:demande_id>/reponse")
@frontiere.recoit(CORPS_MAX, TROP_LOURD)
@access.reserve_a(w.FAMILLE)
def repondre(demande_id: int) -> Response:
    """What the town waits for before it answers an absence: a document, a word."""
    echange, form = access.fil_ou_404(demande_id), ReponseForm()
    fichiers, gardes = lire_la_reponse(request.files, echange.pieces), lire_les_gardes(request.form)
    try:
        echanges.repondre(g.compte, g.famille, demande_id, form.texte.data or "", fichiers, gardes)
    except ReponseFautive as refus:
        gardes += [documents.deposer(g.compte, f.piece, f.nom, f.octets).id for f in refus.sains]
        return _montrer(demande_id, refus, form=form, gardes=gardes)
    except Refus as refus:
        return _montrer(demande_id, refus, form=form, gardes=gardes)
    flash(REPONDU)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande_id, _anchor="echanges"))


def _montrer(
    demande_id: int,
    refus: Refus | None = None,
    dit: str = "",
    form: ReponseForm | None = None,
    gardes: Sequence[int] = (),
) -> Response:
    """The demande, with its lines as the address asks; beside its field, or above, what was refused."""
    voulues = lire_lignes(request.args)
    detail = lignes_demandees.detailler(g.compte, g.famille, demande_id, *voulues) or abort(404)
    form, fautes = form or ReponseForm(formdata=None), echanges.fautes(refus)
    form.texte.errors = [fautes["texte"]] if "texte" in fautes else []
    return htmx.page_ou_fragment(
        "demandes/demande.html",
        "demandes/demande.htmx.html",
        refus.statut if refus else 200,
        detail=detail,
        demande=detail.demande,
        suivi=fil.lire(g.compte, g.famille, demande_id)
        if detail.demande.nature == w.NATURE_ABSENCE
        else None,
        refus=None if fautes else refus,
        dit=dit,
        form=form,
        fautes=fautes,
        gardes=documents.attendus(g.compte, gardes),
    )
