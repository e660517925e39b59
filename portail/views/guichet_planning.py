"""At the counter: bookings and absences for a family, by the form of the long demandes; answered at once."""

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models import ROLES_AGENTS, Famille
from portail import access, htmx
from portail.domain import jours_voulus, lecture_demande, lecture_familles, longue_periode, suite_longue
from portail.domain.apercu_long import ISSUES, Apercu
from portail.domain.longue_periode import SouhaitLongRefuse
from portail.domain.redaction_longue import (
    DEMANDES,
    FACTURATIONS,
    RedactionLongue,
    examiner_la_redaction,
    rediger,
)
from portail.domain.refus import Refus
from portail.domain.souhait_long import PERIODES, dire
from portail.forms.longue_periode import lire_le_brouillon
from portail.views.longue_periode import APERCU, COMPTER, EXPLIQUEES

bp = Blueprint("guichet_planning", __name__, url_prefix="/agents/familles/<id:famille_id>/planning")

RIEN = "Rien n’a changé : tout cela était déjà fait."


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int) -> Response:
    """The form; the preview of what it asks for, once it can be asked for. Nothing is written."""
    vers = request.args.get("vers")
    famille = lecture_familles.famille(famille_id, g.compte)
    redaction = _rediger(famille, request.args, envoye=vers in (APERCU, COMPTER))
    apercu = examiner_la_redaction(g.compte, famille, redaction, regard=None)
    if vers != APERCU:
        return _remplir(famille, redaction, apercu, redaction.fautes)
    return _revoir(famille, redaction, apercu)


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def demander(famille_id: int) -> Response:
    famille = lecture_familles.famille(famille_id, g.compte)
    redaction = _rediger(famille, request.form, envoye=True)
    if redaction.fautes:
        return _revoir(famille, redaction)
    try:
        depot = longue_periode.demander_au_guichet(g.compte, famille, redaction.souhait)
    except SouhaitLongRefuse as refus:
        return _remplir(famille, redaction, refus.apercu, refus.apercu.fautes)
    except Refus as refus:
        return _revoir(famille, redaction, refus=refus)
    demande_id = suite_longue.demande_de(famille, depot)
    flash(lecture_demande.lire(depot.demande.id, g.compte).compte_rendu if depot.demande else RIEN)
    if demande_id is None:
        return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))
    return htmx.rediriger(url_for("moderation.demande", demande_id=demande_id))


def _rediger(famille: Famille, saisie: MultiDict[str, str], envoye: bool) -> RedactionLongue:
    """What is being written; 404 when it names a child or an activity that is not the family's."""
    redaction = rediger(g.compte, famille, lire_le_brouillon(saisie, envoye), regard=None)
    return abort(404) if redaction.ignore else redaction


def _remplir(
    famille: Famille,
    redaction: RedactionLongue,
    apercu: Apercu,
    fautes: dict[str, str],
    refus: Refus | None = None,
) -> Response:
    """The form; an agent of the family itself is told that another one must see to it."""
    compter = request.args.get("vers") == COMPTER
    return htmx.page_ou_fragment(
        "longue_periode/page.html",
        "longue_periode/compte.htmx.html" if compter else "longue_periode/page.html",
        422 if (fautes or refus) and not compter else 200,
        f=lecture_familles.fiche(famille.id, g.compte),
        redaction=redaction,
        apercu=apercu,
        fautes={} if compter else fautes,
        demandes=DEMANDES,
        facturations=FACTURATIONS,
        periodes=PERIODES,
        frequences=jours_voulus.FREQUENCES,
    )


def _revoir(
    famille: Famille, redaction: RedactionLongue, apercu: Apercu | None = None, refus: Refus | None = None
) -> Response:
    """The preview, with what the act refused; the form when it is at fault, or not theirs to fill in."""
    apercu = apercu or examiner_la_redaction(g.compte, famille, redaction, regard=None)
    f = lecture_familles.fiche(famille.id, g.compte)
    if apercu.fautes or f.a_moi:
        return _remplir(famille, redaction, apercu, apercu.fautes, refus)
    page = render_template(
        "longue_periode/apercu.html",
        f=f,
        relire=True,
        redaction=redaction,
        apercu=apercu,
        refus=refus,
        fautes={},
        souhait=dire(redaction.souhait),
        issues=ISSUES,
        depliees=EXPLIQUEES,
    )
    return make_response(page, refus.statut if refus else 200)
