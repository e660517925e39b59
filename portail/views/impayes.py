"""What is late: by adult, the reminders, the agreements to pay over time."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx, mots
from portail.domain import ententes, lecture_impayes, relances
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.impayes import EntenteForm, lire_le_choix, lire_les_payeurs

bp = Blueprint("impayes", __name__, url_prefix="/agents/facturation/impayes")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page() -> tuple[str, int]:
    choix, erreurs = lire_le_choix(request.args)
    vue = lecture_impayes.lister(g.compte, choix)
    dits = {"ordres": lecture_impayes.ORDRES, "anciennetes": lecture_impayes.DEPUIS, "erreurs": erreurs}
    return render_template("impayes/page.html", p=vue, **dits), 422 if erreurs else 200


@bp.get("/relances")
@access.reserve_a(*ROLES_AGENTS)
def apercu() -> Response:
    """Whom a reminder would go to."""
    return _apercevoir()


@bp.post("/relances")
@access.reserve_a(*ROLES_AGENTS)
def relancer() -> Response:
    try:
        faites = relances.relancer(g.compte, lire_les_payeurs(request.form.getlist("payeurs")))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _apercevoir(refus)
    flash(f"{mots.pluriel(faites, 'personne relancée', 'personnes relancées')} par e-mail.")
    return htmx.rediriger(url_for("impayes.page"))


@bp.get("/<id:responsable_id>")
@access.reserve_a(*ROLES_AGENTS)
def personne(responsable_id: int) -> Response:
    return _montrer(responsable_id, EntenteForm(formdata=None))


@bp.post("/<id:responsable_id>/ententes")
@access.reserve_a(*ROLES_AGENTS)
def conclure(responsable_id: int) -> Response:
    form = EntenteForm()
    if not form.validate():
        return _montrer(responsable_id, form, statut=422)
    try:
        ententes.conclure(g.compte, responsable_id, form.texte.data, form.jusqu_au.data)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(responsable_id, form, refus)
    flash("Entente notée : plus de relance ni de prélèvement tant qu’elle court.")
    return htmx.rediriger(url_for("impayes.personne", responsable_id=responsable_id))


@bp.post("/ententes/<id:entente_id>/levee")
@access.reserve_a(*ROLES_AGENTS)
def lever(entente_id: int) -> Response:
    payeur = lecture_impayes.payeur_de(g.compte, entente_id)
    try:
        ententes.lever(g.compte, entente_id)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(payeur, EntenteForm(formdata=None), refus)
    flash("Entente levée.")
    return htmx.rediriger(url_for("impayes.personne", responsable_id=payeur))


def _apercevoir(refus: Refus | None = None) -> Response:
    page = render_template("impayes/relances.html", siens=relances.a_relancer(g.compte), refus=refus)
    return make_response(page, refus.statut if refus else 200)


def _montrer(
    responsable_id: int, form: EntenteForm, refus: Refus | None = None, statut: int = 200
) -> Response:
    if refus is not None and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    vue = lecture_impayes.personne(g.compte, responsable_id)
    page = render_template("impayes/personne.html", v=vue, form=form, refus=refus)
    return make_response(page, refus.statut if refus else statut)
