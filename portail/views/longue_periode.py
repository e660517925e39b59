"""« Faire une demande sur une longue période » (guide §4.1): the form, its preview, what became of it."""

from dataclasses import replace

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

import workflows as w
from portail import access, frontiere, htmx
from portail.domain import demandes, documents, jours_voulus, longue_periode, prix_annonce, suite_longue
from portail.domain.apercu_long import EN_LISTE, ISSUES, REFUSE, Apercu
from portail.domain.examen_creneaux import DEJA, POSSIBLE
from portail.domain.longue_periode import SouhaitLongRefuse
from portail.domain.redaction_longue import (
    DEMANDES,
    FACTURATIONS,
    RedactionLongue,
    examiner_la_redaction,
    rediger,
)
from portail.domain.refus import Refus
from portail.domain.regles import FERMEE, PASSEE
from portail.domain.souhait_long import PERIODES, dire
from portail.forms.longue_periode import lire_le_brouillon
from portail.forms.planning import lire_entier
from portail.forms.preinscriptions import lire_les_fichiers

bp = Blueprint("longue_periode", __name__, url_prefix="/famille/planning/longue-periode")

EXPLIQUEES = tuple(issue for issue in ISSUES if issue not in (POSSIBLE, DEJA, FERMEE, PASSEE))
"""What is unfolded from the start: what does not go as one wished."""
APERCU, COMPTER = "apercu", "compter"
"""Where the form goes next: the preview, a page; what it counts, beside the form."""


@bp.get("")
@access.reserve_a(w.FAMILLE)
def page() -> Response:
    """The form; the preview of what it asks for, once it can be asked for. Nothing is written."""
    vers = request.args.get("vers")
    redaction = _rediger(request.args, envoye=vers in (APERCU, COMPTER))
    apercu = examiner_la_redaction(g.compte, g.famille, redaction, regard=access.regard())
    if vers != APERCU:
        return _remplir(redaction, apercu, redaction.fautes)
    return _remplir(redaction, apercu, apercu.fautes) if apercu.fautes else _montrer(redaction, apercu)


@bp.post("")
@frontiere.recoit_des_documents()
@access.reserve_a(w.FAMILLE)
def demander() -> Response:
    redaction, fautes = _avec_les_fichiers(_rediger(request.form, envoye=True))
    if fautes or redaction.fautes or request.form.get("retirer"):
        return _revoir(redaction, fautes=fautes)
    try:
        depot = longue_periode.demander(g.compte, g.famille, redaction.souhait)
    except SouhaitLongRefuse as refus:
        return _remplir(redaction, refus.apercu, refus.apercu.fautes)
    except Refus as refus:
        return _revoir(redaction, refus)
    demande_id = suite_longue.demande_de(g.famille, depot)
    if demande_id is None:
        return _revoir(redaction)
    return htmx.rediriger(_adresse_de_la_suite(demande_id, redaction))


@bp.get("/<id:longue_id>")
@access.reserve_a(w.FAMILLE)
def suite(longue_id: int) -> Response:
    return _suivre(longue_id)


@bp.post("/<id:longue_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(longue_id: int) -> Response:
    _lire_la_suite(longue_id)
    try:
        phrase = demandes.annuler_demande(g.compte, g.famille, longue_id)
    except Refus as refus:
        return _suivre(longue_id, refus)
    if htmx.est_fragment():
        return _suivre(longue_id, dit=phrase)
    flash(phrase)
    return htmx.rediriger(_adresse_de_la_suite(longue_id, _rediger(request.args, envoye=False)))


# ——— writing it ———


def _rediger(saisie: MultiDict[str, str], envoye: bool) -> RedactionLongue:
    """What is being written; 404 when it names a child or an activity that is not the family's."""
    brouillon = lire_le_brouillon(saisie, envoye)
    redaction = rediger(g.compte, g.famille, brouillon, regard=access.regard())
    return abort(404) if redaction.ignore else redaction


def _avec_les_fichiers(redaction: RedactionLongue) -> tuple[RedactionLongue, dict[str, str]]:
    """The same with the documents that came, without the one taken back; what is wrong with some of them."""
    if document := lire_entier(request.form.get("retirer")):
        documents.retirer(g.compte, document)
    fautes, gardes = {}, list(redaction.souhait.documents)
    fichiers = lire_les_fichiers(request.files.getlist("documents"))
    if len(fichiers) > documents.A_LA_FOIS_MAX:
        return redaction, {"documents": documents.TROP_A_LA_FOIS}
    piece = next((m.justificatif for m in redaction.motifs if m.id == redaction.souhait.motif), "")
    for fichier in fichiers if piece else ():
        try:
            gardes.append(documents.deposer(g.compte, piece, fichier.nom, fichier.octets).id)
        except Refus as refus:
            fautes["documents"] = f"{fichier.nom} : {refus.phrase}"
    brouillon = replace(redaction.brouillon, documents=tuple(gardes))
    return rediger(g.compte, g.famille, brouillon, regard=access.regard()), fautes


def _remplir(redaction: RedactionLongue, apercu: Apercu, fautes: dict[str, str]) -> Response:
    """The form, and beside it what it would give; with what is wrong in it when it was to be looked at."""
    compter = request.args.get("vers") == COMPTER
    return htmx.page_ou_fragment(
        "longue_periode/page.html",
        "longue_periode/compte.htmx.html" if compter else "longue_periode/page.html",
        422 if fautes and not compter else 200,
        redaction=redaction,
        apercu=apercu,
        estimation=prix_annonce.de_la_periode(access.regard(), apercu),
        fautes={} if compter else fautes,
        demandes=DEMANDES,
        facturations=FACTURATIONS,
        periodes=PERIODES,
        frequences=jours_voulus.FREQUENCES,
    )


def _revoir(
    redaction: RedactionLongue, refus: Refus | None = None, fautes: dict[str, str] | None = None
) -> Response:
    """The preview again, with what an act refused, or a file that is none; the form when it is at fault."""
    apercu = examiner_la_redaction(g.compte, g.famille, redaction, regard=access.regard())
    if apercu.fautes:
        return _remplir(redaction, apercu, apercu.fautes)
    return _montrer(redaction, apercu, refus, fautes)


def _montrer(
    redaction: RedactionLongue,
    apercu: Apercu,
    refus: Refus | None = None,
    fautes: dict[str, str] | None = None,
) -> Response:
    statut = refus.statut if refus else 422 if fautes else 200
    page = render_template(
        "longue_periode/apercu.html",
        redaction=redaction,
        apercu=apercu,
        estimation=prix_annonce.de_la_periode(access.regard(), apercu),
        refus=refus,
        fautes=fautes or {},
        souhait=dire(redaction.souhait),
        issues=ISSUES,
        depliees=EXPLIQUEES,
    )
    return make_response(page, statut)


# ——— what became of it ———


def _adresse_de_la_suite(demande_id: int, redaction: RedactionLongue) -> str:
    return f"{url_for('longue_periode.suite', longue_id=demande_id)}?{redaction.souhait.requete}"


def _lire_la_suite(demande_id: int) -> tuple[suite_longue.Suite, RedactionLongue]:
    redaction = _rediger(request.args, envoye=False)
    vue = suite_longue.lire_la_suite(access.regard(), demande_id, redaction.souhait)
    return vue or abort(404), redaction


def _suivre(demande_id: int, refus: Refus | None = None, dit: str = "") -> Response:
    vue, redaction = _lire_la_suite(demande_id)
    return htmx.page_ou_fragment(
        "longue_periode/suite.html",
        "longue_periode/suite.htmx.html",
        refus.statut if refus else 200,
        suite=vue,
        requete=redaction.souhait.requete,
        refus=refus,
        dit=dit,
        issues=suite_longue.MOTS,
        depliees=(*EXPLIQUEES, EN_LISTE, REFUSE),
    )
