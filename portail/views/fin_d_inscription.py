"""An agent ends a registration early: the last day, what that frees, then the act."""

from flask import Blueprint, flash, g, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import fin_d_inscription, lecture_familles
from portail.domain.fin_d_inscription import Prevision
from portail.domain.lecture_inscriptions import vue
from portail.domain.refus import DejaChange, Refus
from portail.forms.fin_d_inscription import FinForm

bp = Blueprint(
    "fin_d_inscription",
    __name__,
    url_prefix="/agents/familles/<id:famille_id>/inscriptions/<id:inscription_id>",
)


@bp.get("/fin")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int, inscription_id: int) -> Response:
    """The form; and, once a last day is in the address, what ending on that day would do."""
    form = FinForm(formdata=None, data={"dernier": request.args.get("dernier", "")})
    if "dernier" not in request.args:
        return _montrer(famille_id, inscription_id, form)
    return _prevoir(famille_id, inscription_id, form)


@bp.post("/fin")
@access.reserve_a(*ROLES_AGENTS)
def mettre_fin(famille_id: int, inscription_id: int) -> Response:
    form = FinForm()
    try:
        fin = fin_d_inscription.mettre_fin(
            g.compte, famille_id, inscription_id, form.lire_le_jour(), form.lire_le_motif()
        )
    except Refus as refus:
        return _prevoir(famille_id, inscription_id, form, refus)
    flash(fin.phrase)
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))


def _prevoir(famille_id: int, inscription_id: int, form: FinForm, refus: Refus | None = None) -> Response:
    """What ending on the day that was typed would do, unless that day cannot be."""
    inscription = fin_d_inscription.charger(g.compte, famille_id, inscription_id)
    prevision = None
    try:
        prevision = fin_d_inscription.prevoir(
            g.compte, famille_id, inscription, form.lire_le_jour(vue(inscription).exemple)
        )
    except Refus as impossible:
        refus = impossible  # to be mended first
    return _montrer(famille_id, inscription_id, form, refus, prevision)


def _montrer(
    famille_id: int,
    inscription_id: int,
    form: FinForm,
    refus: Refus | None = None,
    prevision: Prevision | None = None,
) -> Response:
    if refus:
        form.signaler(refus)
    return htmx.page_ou_fragment(
        "fin_d_inscription/page.html",
        "fin_d_inscription/fin.htmx.html",
        refus.statut if refus else 200,
        f=lecture_familles.fiche(famille_id, g.compte),
        i=vue(fin_d_inscription.charger(g.compte, famille_id, inscription_id)),
        form=form,
        refus=refus,
        deja=isinstance(refus, DejaChange),
        prevision=prevision,
    )
