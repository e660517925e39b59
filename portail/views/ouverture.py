"""At the counter: a file is opened; one more adult, one more child."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import guichet, lecture_familles, ouverture
from portail.domain.lecture_familles import Fiche
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.ouverture import AdulteForm, DossierForm, EnfantForm, lire_les_droits

bp = Blueprint("ouverture", __name__, url_prefix="/agents/familles")


@bp.get("/nouvelle")
@access.reserve_a(*ROLES_AGENTS)
def nouvelle() -> Response:
    return _montrer("ouverture/nouvelle.html", AdulteForm(formdata=None))


@bp.post("/nouvelle")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir() -> Response:
    form = AdulteForm()
    if not form.validate():
        return _montrer("ouverture/nouvelle.html", form, statut=422)
    try:
        famille = ouverture.ouvrir_un_dossier(g.compte, form.adulte, certain=form.certain.data)
    except Refus as refus:
        return _montrer("ouverture/nouvelle.html", form, refus)
    flash(
        f"Dossier ouvert : code abonné {famille.code_abonne}. Ajoutez les autres adultes, puis les enfants."
    )
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille.id))


@bp.get("/<id:famille_id>/adultes/nouveau")
@access.reserve_a(*ROLES_AGENTS)
def nouvel_adulte(famille_id: int) -> Response:
    return _montrer("ouverture/adulte.html", AdulteForm(formdata=None), f=_la_leur(famille_id))


@bp.post("/<id:famille_id>/adultes")
@access.reserve_a(*ROLES_AGENTS)
def ajouter_un_adulte(famille_id: int) -> Response:
    f, form = _la_leur(famille_id), AdulteForm()
    if not form.validate():
        return _montrer("ouverture/adulte.html", form, statut=422, f=f)
    try:
        neuf = ouverture.ajouter_un_adulte(g.compte, famille_id, form.adulte, certain=form.certain.data)
    except Refus as refus:
        return _montrer("ouverture/adulte.html", form, refus, f=f)
    flash(f"{neuf.nom_complet} est au dossier. Dites ses droits sur la fiche de chaque enfant.")
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))


@bp.get("/<id:famille_id>/enfants/nouveau")
@access.reserve_a(*ROLES_AGENTS)
def nouvel_enfant(famille_id: int) -> Response:
    f = _la_leur(famille_id)
    form = EnfantForm(formdata=None, data={"nom": f.nom}, ecoles=ouverture.les_ecoles(g.compte))
    return _montrer("ouverture/enfant.html", form, f=f, choisis={a.id: "plein" for a in f.adultes})


@bp.post("/<id:famille_id>/enfants")
@access.reserve_a(*ROLES_AGENTS)
def ajouter_un_enfant(famille_id: int) -> Response:
    f, droits = _la_leur(famille_id), lire_les_droits(request.form)
    form = EnfantForm(ecoles=ouverture.les_ecoles(g.compte))
    if not form.validate():
        return _montrer("ouverture/enfant.html", form, statut=422, f=f, choisis=droits)
    try:
        neuf = ouverture.ajouter_un_enfant(
            g.compte, famille_id, form.enfant, droits, certain=form.certain.data
        )
    except Refus as refus:
        return _montrer("ouverture/enfant.html", form, refus, f=f, choisis=droits)
    flash(f"{neuf.nom_complet} est au dossier.")
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))


def _la_leur(famille_id: int) -> Fiche:
    """The file, for whoever may act on it: an agent of the family itself has no form to fill in."""
    f = lecture_familles.fiche(famille_id, g.compte)
    if f.a_moi:
        raise Interdit("Vous êtes abonné à cette famille : un autre agent doit s’en occuper.")
    return f


def _montrer(
    gabarit: str, form: DossierForm, refus: Refus | None = None, statut: int = 200, **contexte
) -> Response:
    """The form, as it was typed, with what is wrong beside its field, or who looks the same."""
    if isinstance(refus, Introuvable | Interdit):
        raise refus
    semblables = refus.ressemblances if isinstance(refus, ouverture.DejaLa) else []
    if refus is not None and refus.champ in form and not semblables:
        form[refus.champ].errors = [refus.phrase]
    mots = {"form": form, "refus": refus, "semblables": semblables, "droits": guichet.DROITS}
    return make_response(render_template(gabarit, **mots, **contexte), refus.statut if refus else statut)
