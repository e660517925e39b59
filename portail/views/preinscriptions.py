"""Pré-inscriptions (guide §3): the table, asking in two steps, following a demande, answering, giving up."""

from dataclasses import replace

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, frontiere, htmx
from portail.domain import (
    demandes,
    documents,
    jours_voulus,
    lecture_preinscriptions,
    preinscriptions,
    prix_annonce,
)
from portail.domain.courriels import SUITE_DE_L_ACCUSE
from portail.domain.examen import SouhaitRefuse
from portail.domain.petit_calendrier import dire_par_mois
from portail.domain.redaction import (
    Brouillon,
    Redaction,
    dire_les_horaires,
    examiner_la_redaction,
    pieces_de,
    rediger,
)
from portail.domain.refus import Refus
from portail.forms.planning import lire_entier
from portail.forms.preinscriptions import (
    lire_l_etape,
    lire_le_brouillon,
    lire_le_lien,
    lire_les_enfants,
    lire_les_fichiers,
)
from portail.views import echanges
from portail.views.echanges import RIEN, Etat

bp = Blueprint("preinscriptions", __name__, url_prefix="/famille")

CHAMPS_MAX = 1_000
"""A field a day: an activity may last two years."""
ENVOYEE = "Votre demande est envoyée."


@bp.get("/preinscriptions")
@access.reserve_a(w.FAMILLE)
def liste() -> str:
    seuls = [access.enfant_suivi_ou_404(enfant) for enfant in lire_les_enfants(request.args)]
    tableau = lecture_preinscriptions.tableau(g.compte, g.famille, seuls)
    return render_template("preinscriptions/page.html", tableau=tableau)


# ——— asking ———


@bp.get("/preinscriptions/nouvelle")
@access.reserve_a(w.FAMILLE)
def nouvelle() -> Response:
    redaction = rediger(g.compte, g.famille, lire_le_lien(request.args))
    return _montrer(redaction, "preinscriptions/partie.htmx.html")


@bp.post("/preinscriptions/nouvelle")
@frontiere.recoit_des_documents(CHAMPS_MAX)
@access.reserve_a(w.FAMILLE)
def ecrire() -> Response:
    if document := lire_entier(request.form.get("retirer")):
        documents.retirer(g.compte, document)
    redaction, fautes = _avec_les_fichiers(lire_le_brouillon(request.form))
    etape = lire_l_etape(request.form)
    if fautes and etape in FINALES:
        fautes = examiner_la_redaction(g.compte, g.famille, redaction).fautes | fautes
    return _montrer(redaction, fautes=fautes) if fautes else ETAPES.get(etape, _montrer)(redaction)


def _avec_les_fichiers(brouillon: Brouillon) -> tuple[Redaction, dict[str, str]]:
    """The form, with the files that came; what is wrong with some, beside the piece that they are for.

    What htmx sends while one fills the form in leaves them where they are: they come with the next step.
    """
    redaction, fautes, gardes = rediger(g.compte, g.famille, brouillon), {}, []
    for rang, piece in enumerate(pieces_de(redaction.activite)):
        envoyes = request.files.getlist(f"piece-{rang}")
        fichiers = [] if htmx.est_fragment() else lire_les_fichiers(envoyes)
        if len(fichiers) > documents.A_LA_FOIS_MAX:
            fautes[f"piece-{rang}"] = documents.TROP_A_LA_FOIS
            continue
        for fichier in fichiers:
            try:
                gardes.append(documents.deposer(g.compte, piece, fichier.nom, fichier.octets).id)
            except Refus as refus:
                fautes[f"piece-{rang}"] = f"{fichier.nom} : {refus.phrase}"
    if gardes:
        tous = (*brouillon.documents, *gardes)
        redaction = rediger(g.compte, g.famille, replace(brouillon, documents=tous))
    return redaction, fautes


def _verifier(redaction: Redaction) -> Response:
    examen = examiner_la_redaction(g.compte, g.famille, redaction)
    if examen.fautes:
        return _montrer(redaction, fautes=examen.fautes)
    return make_response(
        render_template(
            "preinscriptions/verification.html",
            redaction=redaction,
            examen=examen,
            par_mois=dire_par_mois,
            prix=prix_annonce.de_l_inscription(access.regard(), redaction),
        )
    )


def _envoyer(redaction: Redaction) -> Response:
    if redaction.souhait is None:
        return _verifier(redaction)
    try:
        demande = preinscriptions.deposer(g.compte, g.famille, redaction.souhait)
    except SouhaitRefuse as refus:
        return _montrer(redaction, fautes=refus.examen.fautes)
    flash(ENVOYEE)
    return htmx.rediriger(url_for("preinscriptions.demande", depot_id=demande.id))


def _appliquer(redaction: Redaction) -> Response:
    """The calendar of this period and of these habits, at their address.

    Coming back from the check, the browser gives the ticks back, and nothing of what htmx had drawn: at this
    address the server draws the same calendar, with the same habits already applied, under these ticks.
    """
    reponse = _montrer(redaction, "preinscriptions/reservation.htmx.html")
    return htmx.a_l_adresse(reponse, url_for("preinscriptions.nouvelle", **redaction.lien))


def _compter(redaction: Redaction) -> Response:
    return _montrer(redaction, "preinscriptions/compte.htmx.html")


ETAPES = {"verifier": _verifier, "envoyer": _envoyer, "appliquer": _appliquer, "compter": _compter}
FINALES = ("verifier", "envoyer")
"""The steps at which the whole form is looked at."""


def _montrer(
    redaction: Redaction,
    fragment: str = "preinscriptions/partie.htmx.html",
    fautes: dict[str, str] | None = None,
) -> Response:
    """The form as it stands; with what is wrong in it, it is an answer to a form that cannot be sent."""
    page = "preinscriptions/nouvelle.html"
    return htmx.page_ou_fragment(
        page,
        page if fautes else fragment,
        422 if fautes else 200,
        redaction=redaction,
        fautes=fautes or {},
        horaires=dire_les_horaires(redaction.horaires),
        prix=prix_annonce.de_l_inscription(access.regard(), redaction),
        frequences=jours_voulus.FREQUENCES,
    )


# ——— following ———


@bp.get("/preinscriptions/<id:depot_id>")
@access.reserve_a(w.FAMILLE)
def demande(depot_id: int) -> Response:
    return _suivre(depot_id)


@bp.post("/preinscriptions/<id:depot_id>/reponse")
@frontiere.recoit_des_documents()
@access.reserve_a(w.FAMILLE)
def repondre(depot_id: int) -> Response:
    etat = echanges.repondre(depot_id, access.preinscription_ou_404(depot_id).pieces)
    if etat.refus:
        return _suivre(depot_id, etat)
    return htmx.rediriger(url_for("preinscriptions.demande", depot_id=depot_id, _anchor="echanges"))


@bp.get("/preinscriptions/<id:depot_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annulation(depot_id: int) -> str:
    suivi = access.preinscription_ou_404(depot_id)
    return render_template("preinscriptions/annulation.html", suivi=suivi)


@bp.post("/preinscriptions/<id:depot_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(depot_id: int) -> Response:
    access.preinscription_ou_404(depot_id)
    try:
        phrase = demandes.annuler_demande(g.compte, g.famille, depot_id)
    except Refus as refus:
        return _suivre(depot_id, Etat(refus))
    flash(phrase)
    return htmx.rediriger(url_for("preinscriptions.demande", depot_id=depot_id))


@bp.get("/preinscriptions/<id:depot_id>/lignes/<id:ligne_id>/retrait")
@access.reserve_a(w.FAMILLE)
def retrait(depot_id: int, ligne_id: int) -> str:
    suivi, ligne = access.ligne_de_preinscription_ou_404(depot_id, ligne_id)
    return render_template("preinscriptions/retrait.html", suivi=suivi, ligne=ligne)


@bp.post("/preinscriptions/<id:depot_id>/lignes/<id:ligne_id>/retrait")
@access.reserve_a(w.FAMILLE)
def retirer(depot_id: int, ligne_id: int) -> Response:
    access.ligne_de_preinscription_ou_404(depot_id, ligne_id)
    try:
        phrase = preinscriptions.retirer(g.compte, g.famille, depot_id, ligne_id)
    except Refus as refus:
        return _suivre(depot_id, Etat(refus))
    flash(phrase)
    return htmx.rediriger(url_for("preinscriptions.demande", depot_id=depot_id))


@bp.get("/documents/<id:document_id>")
@access.reserve_a(w.FAMILLE)
def document(document_id: int) -> Response:
    contenu = access.document_ou_404(document_id)
    return frontiere.joindre(contenu.nom, contenu.type, contenu.octets)


def _suivre(depot_id: int, etat: Etat = RIEN) -> Response:
    """The demande as it stands; beside its field, or above, what an act has just refused."""
    page = render_template(
        "preinscriptions/demande.html",
        suivi=access.preinscription_ou_404(depot_id),
        suite_de_l_accuse=SUITE_DE_L_ACCUSE,
        **etat.contexte(),
    )
    return make_response(page, etat.statut)
