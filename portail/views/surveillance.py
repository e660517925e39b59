"""For whoever watches the portal, a machine most often: is it in service, and its figures."""

from flask import Blueprint, Response, abort, current_app, g

from portail import access, mesures
from portail.domain import surveillance

bp = Blueprint("surveillance", __name__)

EN_SERVICE = "En service."
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@bp.get("/sante")
@access.sonde
def sante() -> Response:
    """200 as long as this process can serve; 503 tells whoever stands in front to send nobody here."""
    panne = surveillance.panne()
    g.base_en_panne = bool(panne)
    reponse = Response(f"{panne or EN_SERVICE}\n", 503 if panne else 200, mimetype="text/plain")
    if panne:
        reponse.headers["Retry-After"] = "5"
    return reponse


@bp.get("/metriques")
@access.sonde
def metriques() -> Response:
    """For the machine itself, or whoever has the token; nobody else is told that it exists."""
    config = current_app.extensions["portail"]
    if not (access.sur_place() or access.porte_le_jeton(config.jeton_de_mesure)):
        abort(404)
    return Response(mesures.ecrire(surveillance.lire()), content_type=FORMAT)
