"""The filters that an agent has given a name: kept, renamed, forgotten."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import filtres_gardes
from portail.domain.filtres_moderation import Filtres
from portail.domain.refus import Introuvable, Refus
from portail.forms.filtres_gardes import NomForm
from portail.forms.moderation import lire_filtres

bp = Blueprint("filtres_gardes", __name__, url_prefix="/agents/filtres")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page() -> Response:
    return _montrer()


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def garder() -> Response:
    """Give a name to these filters, then go back to what they show."""
    filtres = _lus(request.form.get("filtres", ""))
    try:
        garde = filtres_gardes.garder(g.compte, NomForm().lire(), filtres)
    except Refus as refus:
        return _montrer(refus, filtres=filtres)
    flash(f"Filtre « {garde.nom} » gardé : il est au-dessus de la file.")
    return htmx.rediriger(url_for("moderation.file", **filtres.gardable))


@bp.post("/<id:filtre_id>/nom")
@access.reserve_a(*ROLES_AGENTS)
def renommer(filtre_id: int) -> Response:
    try:
        garde = filtres_gardes.renommer(g.compte, filtre_id, NomForm().lire())
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(refus, filtre_id)
    flash(f"Ce filtre s’appelle maintenant « {garde.nom} ».")
    return htmx.rediriger(url_for("filtres_gardes.page"))


@bp.post("/<id:filtre_id>/suppression")
@access.reserve_a(*ROLES_AGENTS)
def supprimer(filtre_id: int) -> Response:
    garde = filtres_gardes.supprimer(g.compte, filtre_id)
    flash(f"Filtre « {garde.nom} » supprimé.")
    return htmx.rediriger(url_for("filtres_gardes.page"))


def _lus(adresse: str) -> Filtres:
    """The filters, as an address says them."""
    return lire_filtres(MultiDict(parse_qsl(adresse)))[0]


def _montrer(refus: Refus | None = None, fautif: int = 0, filtres: Filtres | None = None) -> Response:
    """The filters of the account, and that of the address, to be named. `fautif`: whose name is wrong."""
    filtres = filtres or lire_filtres(request.args)[0]
    siens = filtres_gardes.de(g.compte)
    lus = [filtres, *(lire_filtres(MultiDict(garde.requete))[0] for garde in siens)]
    dit, *dits = filtres_gardes.dire(lus, access.perimetre_du_compte())
    page = render_template(
        "filtres_gardes/page.html",
        filtres=filtres,
        adresse=urlencode(filtres.gardable),
        dit=dit,
        nouveau=NomForm.pour("nouveau", "", None if fautif else refus),
        gardes=[
            (garde, quoi, NomForm.pour(garde.id, garde.nom, refus if garde.id == fautif else None))
            for garde, quoi in zip(siens, dits, strict=True)
        ],
    )
    return make_response(page, refus.statut if refus else 200)
