"""Several slots of the planning, chosen and asked for together."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import planning, selection
from portail.domain.cadre import Cadre
from portail.domain.examen_creneaux import ABSENCE, RESERVATION, Voeu
from portail.domain.refus import Refus
from portail.forms.planning import lire_la_raison, lire_les_creneaux
from portail.views.planning import cadre_ou_404

bp = Blueprint("selection", __name__, url_prefix="/famille/planning/selection")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def apercu() -> Response:
    return _montrer(lire_les_creneaux(request.args, "creneau"))


@bp.post("")
@access.reserve_a(w.FAMILLE)
def demander() -> Response:
    """The body carries what is wanted of each: a booking, or an absence."""
    voeux = {
        RESERVATION.nature: lire_les_creneaux(request.form, "reserver"),
        ABSENCE.nature: lire_les_creneaux(request.form, "absenter"),
    }
    tous, cadre = [voeu for siens in voeux.values() for voeu in siens], cadre_ou_404()
    ensemble, raison = "ensemble" in request.form, lire_la_raison(request.form)
    try:
        selection.exiger_une_mesure(tous)
        access.creneaux_ou_404(tous)
        depots = planning.demander(g.compte, g.famille, voeux, ensemble=ensemble, motif=raison)
    except Refus as refus:
        return _montrer(tous, refus)
    flash(selection.raconter(depots))  # type: ignore[arg-type]  # the template says it
    return htmx.rediriger(f"{url_for('planning.page')}?{cadre.vers(choix=False).requete}")


def _montrer(voeux: list[Voeu], refus: Refus | None = None) -> Response:
    """What asking for these would give, or why nothing can be asked for."""
    refus = refus or selection.demesure(voeux)
    cadre = cadre_ou_404()
    apercu = selection.apercevoir(g.famille, voeux[: selection.CRENEAUX_MAX], regard=access.regard())
    page = render_template(
        "planning/selection.html",
        apercu=apercu or abort(404),
        cadre=cadre,
        retour=_retour(cadre, voeux),
        refus=refus,
        raison=lire_la_raison(request.form),
        ensemble="ensemble" in request.form,
    )
    return make_response(page, refus.statut if refus else 200)


def _retour(cadre: Cadre, voeux: list[Voeu]) -> str:
    """The planning that they come from, the same boxes ticked."""
    coches = [("creneau", selection.coder(voeu)) for voeu in voeux]
    return f"{url_for('planning.page')}?{urlencode([*cadre.vers(choix=True).parametres(), *coches])}"
