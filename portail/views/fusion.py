"""Two files of one family made one: the other file, side by side, who is whom, then the act."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import comptes, doublons, fusion, lecture_familles
from portail.domain.doublons import Examen
from portail.domain.refus import Introuvable, Refus
from portail.forms.fusion import ReunionForm, lire_les_pareils

bp = Blueprint("fusion", __name__, url_prefix="/agents/familles/<id:famille_id>/reunion")

INCONNU = "Aucun autre dossier n’a ce code abonné."


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int) -> Response:
    """Which other file; then, once one is said, both side by side and what making them one would do."""
    return _montrer(famille_id, _vierge())


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def reunir(famille_id: int) -> Response:
    form = ReunionForm(confirme=comptes.est_confirmee(g.session))
    examen = _examiner(famille_id)
    if examen is None or not form.validate():
        return _montrer(famille_id, form, statut=422)
    repere = request.form.get("repere", "")
    try:
        access.confirmer(form.confirmation)
        fusion.reunir(g.session, famille_id, examen.vide.id, examen.pareils, repere)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(famille_id, form, refus)
    flash("Les deux dossiers n’en font plus qu’un. La famille en est avertie.")
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))


def _examiner(famille_id: int) -> Examen | None:
    """Both files, once the other one is said; None as long as it is not, or is unknown."""
    autre = lecture_familles.du_code(request.values.get("avec", ""), g.compte)
    if autre is None:
        return None
    garde, vide = fusion.exiger_les_deux(g.compte, famille_id, autre.id)
    return doublons.examiner(garde, vide, lire_les_pareils(request.values, doublons.proposer(garde, vide)))


def _montrer(famille_id: int, form: ReunionForm, refus: Refus | None = None, statut: int = 200) -> Response:
    """Both files as they now are, with what the act refused if it was asked."""
    f, examen = lecture_familles.fiche(famille_id, g.compte), None
    try:
        examen = None if f.a_moi else _examiner(famille_id)
    except Introuvable:
        raise
    except Refus as impossible:
        refus = impossible
    avec = request.values.get("avec", "")
    cachee = refus is None or refus.champ == comptes.CHAMP_DE_CONFIRMATION
    if examen is None and cachee and (avec or request.method == "POST"):
        refus = Refus(INCONNU, champ="avec")
    if refus is not None and refus.champ == comptes.CHAMP_DE_CONFIRMATION:
        form = ReunionForm(confirme=False)
        form.mot_de_passe_actuel.errors = [refus.phrase]
    v = lecture_familles.fiche(examen.vide.id, g.compte) if examen else None
    page = render_template("fusion/page.html", f=f, v=v, x=examen, form=form, refus=refus, avec=avec)
    return make_response(page, refus.statut if refus else statut)


def _vierge() -> ReunionForm:
    return ReunionForm(formdata=None, confirme=comptes.est_confirmee(g.session))
