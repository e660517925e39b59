"""The roll call: the séances of a day, the sheet of one, and what is pointed there."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_PERSONNEL
from portail import access, clock, htmx
from portail.domain import departs, feuilles, lecture_pointage, pointage, pointages_du_jour
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.forms.moderation import RECHERCHE_MAX
from portail.forms.planning import lire_entier
from portail.forms.pointage import lire_depart, lire_geste, lire_jour, lire_voulu
from portail.frontiere import CSP_D_UN_FICHIER

bp = Blueprint("pointage", __name__, url_prefix="/agents/pointage")

AUTREMENT = "Quelqu’un d’autre a noté autre chose entre-temps : les deux sont sur la feuille, choisissez."


@bp.get("")
@access.reserve_a(*ROLES_PERSONNEL)
def page() -> Response:
    jour, erreurs = lire_jour(request.args.get("date"), clock.aujourdhui())
    vu = pointages_du_jour.du_jour(access.perimetre_du_compte(), jour)
    corps = render_template("pointage/page.html", j=vu, erreurs=erreurs, lisible=feuilles.est_lisible(jour))
    return make_response(corps, 422 if erreurs else 200)


@bp.get("/nouvelles")
@access.reserve_a(*ROLES_PERSONNEL)
@access.veille(tuple)
def nouvelles_du_jour() -> Response:
    """The totals again, if one may have moved. Asked by the page itself."""
    jour, _ = lire_jour(request.args.get("date"), clock.aujourdhui())
    vue = access.perimetre_du_compte()
    if _est_connue(pointages_du_jour.marquer(vue, jour)):
        return _marquer(Response(status=304), pointages_du_jour.marquer(vue, jour))
    vu, lisible = pointages_du_jour.du_jour(vue, jour), feuilles.est_lisible(jour)
    return _marquer(
        make_response(render_template("pointage/jour.htmx.html", j=vu, lisible=lisible)), vu.marque
    )


@bp.get("/sw.js")
@access.tous_pareil
def hors_ligne() -> Response:
    """What keeps the sheet at hand when the network is cut, for the pages of the roll call alone."""
    reponse = current_app.send_static_file("pointage-sw.js")
    if reponse.status_code == 200:
        reponse.direct_passthrough = False
        reponse.set_data(reponse.get_data())  # read here, so that no file is left open
    reponse.headers["Service-Worker-Allowed"] = "/agents/pointage"
    return reponse


@bp.get("/<id:appel_id>")
@access.reserve_a(*ROLES_PERSONNEL)
def feuille(appel_id: int) -> Response:
    return _montrer(appel_id)


@bp.get("/<id:appel_id>/nouvelles")
@access.reserve_a(*ROLES_PERSONNEL)
@access.veille(tuple)
def nouvelles(appel_id: int) -> Response:
    """What others have pointed since the page was drawn. Asked by the page itself."""
    vue, connue = access.perimetre_du_compte(), request.args.get("marque", "")
    marque = lecture_pointage.marquer(vue, appel_id) or abort(404)
    if _est_connue(marque):
        return _marquer(Response(status=304), marque)
    f = lecture_pointage.feuille(g.compte, vue, appel_id)
    meme, _, dernier = connue.rpartition("-")
    changes = None if meme != str(f.seance.mouvements) else _depuis(appel_id, dernier)
    corps = render_template("pointage/nouvelles.htmx.html", f=f, changes=changes)
    return _marquer(make_response(corps), f.marque)


@bp.get("/<id:appel_id>/enfants")
@access.reserve_a(*ROLES_PERSONNEL)
def chercher(appel_id: int) -> Response:
    """Who came without a booking: a child in sight, by name."""
    vue, q = access.perimetre_du_compte(), request.args.get("cherche", "")[:RECHERCHE_MAX]
    f = lecture_pointage.feuille(g.compte, vue, appel_id)
    trouves = lecture_pointage.chercher(vue, q)
    return htmx.page_ou_fragment(
        "pointage/ajout.html", "pointage/_ajout.html", f=f, cherche=q, trouves=trouves
    )


@bp.get("/<id:appel_id>/enfants/<id:enfant_id>/photo")
@access.reserve_a(*ROLES_PERSONNEL)
def photo(appel_id: int, enfant_id: int) -> Response:
    contenu = lecture_pointage.photo(access.perimetre_du_compte(), appel_id, enfant_id) or abort(404)
    reponse = make_response(contenu)
    reponse.mimetype = "image/jpeg"
    reponse.headers["Content-Security-Policy"] = CSP_D_UN_FICHIER
    return reponse


@bp.post("/<id:appel_id>/ouverture")
@access.reserve_a(*ROLES_PERSONNEL)
def ouvrir(appel_id: int) -> Response:
    try:
        feuilles.ouvrir(g.compte, appel_id)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(appel_id, refus=refus)
    return htmx.rediriger(url_for("pointage.feuille", appel_id=appel_id))


@bp.post("/<id:appel_id>/impression")
@access.reserve_a(*ROLES_PERSONNEL)
def imprimer(appel_id: int) -> Response:
    """The sheet on paper, as the answer to the act: it has no address of its own, and is kept nowhere."""
    try:
        feuilles.imprimer(g.compte, appel_id)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(appel_id, refus=refus)
    f = lecture_pointage.feuille(g.compte, access.perimetre_du_compte(), appel_id, imprimee=True)
    return make_response(render_template("pointage/papier.html", f=f))


@bp.post("/<id:appel_id>/enfants/<id:enfant_id>/pointage")
@access.reserve_a(*ROLES_PERSONNEL)
def pointer(appel_id: int, enfant_id: int) -> Response:
    geste = lire_geste(request.form, lire_voulu(request.form))
    return _agir(appel_id, enfant_id, lambda: pointage.pointer(g.compte, appel_id, enfant_id, geste))


@bp.post("/<id:appel_id>/enfants/<id:enfant_id>/depart")
@access.reserve_a(*ROLES_PERSONNEL)
def partir(appel_id: int, enfant_id: int) -> Response:
    geste, depart = lire_geste(request.form, "parti"), lire_depart(request.form)
    return _agir(
        appel_id,
        enfant_id,
        lambda: departs.partir(g.compte, appel_id, enfant_id, depart, geste),
        saisi=depart,
    )


@bp.post("/<id:appel_id>/enfants/<id:enfant_id>/depart/annulation")
@access.reserve_a(*ROLES_PERSONNEL)
def revenir(appel_id: int, enfant_id: int) -> Response:
    geste = lire_geste(request.form, "revenu")
    return _agir(appel_id, enfant_id, lambda: departs.revenir(g.compte, appel_id, enfant_id, geste))


# ——— inside ———


def _agir(appel_id: int, enfant_id: int, acte: Callable[[], str], saisi: Any = None) -> Response:
    """Do it; then the row of the child as it now is, or the sheet: with the refusal if there is one."""
    refus: Refus | None = None
    try:
        if acte() == pointage.CONFLIT:
            refus = DejaChange(AUTREMENT)
    except Introuvable:
        raise
    except Refus as raison:
        refus = raison
    dits: dict[str, Any] = {"refus": refus, "refuse": enfant_id, "saisi": saisi if refus else None}
    if htmx.est_fragment():
        f = lecture_pointage.feuille(g.compte, access.perimetre_du_compte(), appel_id, [enfant_id])
        corps = render_template("pointage/ligne.htmx.html", f=f, **dits)
        return make_response(corps, refus.statut if refus else 200)
    if refus:
        return _montrer(appel_id, **dits)
    flash("C’est noté.")
    return htmx.rediriger(url_for("pointage.feuille", appel_id=appel_id, _anchor=f"p-{appel_id}-{enfant_id}"))


def _montrer(appel_id: int, refus: Refus | None = None, refuse: int = 0, saisi: Any = None) -> Response:
    """The sheet as it now is, or the part of it that the address asks for."""
    f = lecture_pointage.feuille(g.compte, access.perimetre_du_compte(), appel_id)
    choix = {nom: request.args.get(nom, "") for nom in ("q", "classe", "voir")}
    page = render_template(
        "pointage/feuille.html", f=f.filtrer(**choix), **choix, refus=refus, refuse=refuse, saisi=saisi
    )
    return make_response(page, refus.statut if refus else 200)


def _depuis(appel_id: int, dernier: str) -> list[int]:
    return lecture_pointage.pointes_depuis(appel_id, lire_entier(dernier) or 0)


def _est_connue(marque: str) -> bool:
    return marque in request.if_none_match.as_set(include_weak=True)


def _marquer(reponse: Response, marque: str) -> Response:
    """A weak mark: two answers that have it tell the same, if not to the letter."""
    reponse.set_etag(marque, weak=True)
    return reponse
