"""The family's planning: the calendar, a slot's confirmation, and the acts on a slot."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, clock, htmx
from portail.domain import (
    absences,
    grille,
    lecture_planning,
    liste_attente,
    nouvelles,
    planning,
    prix_annonce,
    selection,
)
from portail.domain.cadre import Cadre
from portail.domain.creneaux import Creneau
from portail.domain.examen_creneaux import Voeu
from portail.domain.lecture_planning import Planning
from portail.domain.nouvelles import Nouvelles
from portail.domain.refus import Refus
from portail.forms.planning import lire_cadre, lire_entier, lire_la_raison, lire_les_creneaux, lire_repere

bp = Blueprint("planning", __name__, url_prefix="/famille/planning")

VOEUX: dict[str, Callable[..., Any]] = {
    w.RESERVE: lambda *qui, raison: planning.demander_reservation(*qui),
    w.ABSENT: lambda *qui, raison: planning.declarer_absence(*qui, motif=raison),
}
"""The wanted states that a confirmation may post, and the act of each."""


@bp.get("")
@access.reserve_a(w.FAMILLE)
def page() -> Response:
    cadre, erreurs = lire_cadre(request.args, clock.aujourdhui())
    repere = nouvelles.reperer(g.famille, cadre)
    vu = _planning(cadre)
    if vu.ignore(cadre.enfants, cadre.activites):
        abort(404)
    return htmx.page_ou_fragment(
        "planning/page.html",
        "planning/planning.htmx.html",
        statut=422 if erreurs else 200,
        erreurs=erreurs,
        repere=nouvelles.dessine(repere, vu, g.famille),
        **_dessin(cadre, vu, lire_les_creneaux(request.args, "creneau") if cadre.choix else []),
    )


@bp.get("/creneaux/<id:enfant_id>/<id:seance_id>")
@access.reserve_a(w.FAMILLE)
def creneau(enfant_id: int, seance_id: int) -> Response:
    return _montrer(access.creneau_ou_404(enfant_id, seance_id))


@bp.post("/creneaux/<id:enfant_id>/<id:seance_id>/demande")
@access.reserve_a(w.FAMILLE)
def demander(enfant_id: int, seance_id: int) -> Response:
    avant = access.creneau_ou_404(enfant_id, seance_id)
    acte = VOEUX.get(request.form.get("voulu", "")) or abort(400)
    raison = lire_la_raison(request.form)
    return _agir(avant, lambda: acte(g.compte, g.famille, [(enfant_id, seance_id)], raison=raison), raison)


@bp.post("/creneaux/<id:enfant_id>/<id:seance_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(enfant_id: int, seance_id: int) -> Response:
    """The line that the page showed, not the last one: another may have been asked since."""
    avant = access.creneau_ou_404(enfant_id, seance_id)
    ligne_id = lire_entier(request.form.get("ligne", str(avant.ligne_id))) or abort(404)
    return _agir(avant, lambda: planning.annuler(g.compte, g.famille, ligne_id))


@bp.post("/creneaux/<id:enfant_id>/<id:seance_id>/renoncement")
@access.reserve_a(w.FAMILLE)
def renoncer(enfant_id: int, seance_id: int) -> Response:
    avant = access.creneau_ou_404(enfant_id, seance_id)
    return _agir(avant, lambda: liste_attente.renoncer(g.compte, g.famille, (enfant_id, seance_id)))


def _a_guetter() -> list:
    cadre, _ = lire_cadre(request.args, clock.aujourdhui())
    return nouvelles.a_guetter(cadre, lire_repere(request.args).depuis)


@bp.get("/nouvelles")
@access.reserve_a(w.FAMILLE)
@access.veille(_a_guetter)
def nouvelles_du_planning() -> Response:
    """What changed since the page was drawn, by whoever it was. Asked by the page itself."""
    marque = nouvelles.marquer(g.famille, g.guette)
    if marque in request.if_none_match.as_set(include_weak=True):
        return _marquer(Response(status=304), marque)
    repere, ouvert = lire_repere(request.args), request.args.get("ouvert", "")
    if nouvelles.est_d_une_autre(g.famille, repere):
        return Response(status=204)
    cadre = cadre_ou_404()
    recues = nouvelles.depuis(access.regard(), repere, cadre, ouvert)
    if recues is None:
        return Response(status=204)
    return _marquer(Response(_dessiner(recues, cadre)), marque)


def _marquer(reponse: Response, marque: str) -> Response:
    """A weak mark: two answers that have it tell the same, if not to the letter."""
    reponse.set_etag(marque, weak=True)
    return reponse


def _dessiner(recues: Nouvelles, cadre: Cadre) -> str:
    return render_template(
        "planning/nouvelles.htmx.html",
        nouvelles=recues,
        repere=recues.repere,
        erreurs=[],
        **_dessin(cadre, recues.planning, []),
    )


def _dessin(cadre: Cadre, vu: Planning, coches: list[Voeu]) -> dict[str, Any]:
    """What the planning is drawn from; `coches`: the slots chosen so far, that the page itself sends back."""
    return {
        "cadre": cadre,
        "planning": vu,
        "rangees": grille.rangees(vu),
        "coches": set(coches),
        "ailleurs": selection.ailleurs(g.famille, coches, vu),
    }


def _planning(cadre: Cadre) -> Planning:
    regard = access.regard()
    return lecture_planning.planning(
        g.famille, cadre.debut, cadre.fin, cadre.enfants, cadre.activites, regard=regard
    )


def cadre_ou_404() -> Cadre:
    """The look to come back to; 404 when it names a child or an activity that is not the family's."""
    cadre, _ = lire_cadre(request.args, clock.aujourdhui())
    if lecture_planning.ignore(g.famille, cadre.enfants, cadre.activites, regard=access.regard()):
        abort(404)
    return cadre


def _montrer(creneau: Creneau, refus: Refus | None = None, raison: int | None = None) -> Response:
    """The slot with its confirmation open: in place for htmx, else a page of its own."""
    raisons = absences.choix(creneau)
    return htmx.page_ou_fragment(
        "planning/creneau.html",
        "planning/creneau.htmx.html",
        refus.statut if refus else 200,
        c=creneau,
        cadre=cadre_ou_404(),
        refus=refus,
        raisons=raisons,
        prix=prix_annonce.du_creneau(access.regard(), creneau, raisons),
        raison=raison,
        rang=liste_attente.rang_a_venir(creneau),
    )


def _agir(avant: Creneau, acte: Callable[[], Any], raison: int | None = None) -> Response:
    """Do the act; show the slot as it has become, or the refusal with the slot as it is."""
    cadre = cadre_ou_404()
    try:
        acte()
    except Refus as refus:
        return _montrer(access.creneau_ou_404(avant.enfant.id, avant.seance.id), refus, raison)
    apres = access.creneau_ou_404(avant.enfant.id, avant.seance.id)
    fait = _dire(apres)
    if htmx.est_fragment():
        return Response(render_template("planning/creneau_change.htmx.html", c=apres, cadre=cadre, fait=fait))
    flash(fait)  # type: ignore[arg-type]  # the template says it
    return htmx.rediriger(url_for("planning.page") + f"?{cadre.requete}#{apres.id}")


def _dire(creneau: Creneau) -> dict:
    """What the banner says of an act just done, and whether there is a way back."""
    return {
        "place": creneau.id,
        "symbole": creneau.etat.symbole,
        "phrase": creneau.phrase,
        "annulable": creneau.annulable,
        "demandes": (),
        "a_envoyer": creneau.demande_id if creneau.piece_attendue else None,
        "ligne_id": creneau.ligne_id,
        "enfant_id": creneau.enfant.id,
        "seance_id": creneau.seance.id,
    }
