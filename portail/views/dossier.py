"""Dossier Famille: the household, the sheet of each of its members, asking that it change."""

from typing import Any

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from models import Enfant, Responsable
from portail import access, htmx
from portail.domain import comptes, dossier, lecture_contacts, lecture_dossier, photos
from portail.domain.lecture_dossier import FicheVue, Retiree, RubriqueVue
from portail.domain.refus import DejaChange, Refus
from portail.forms.contacts import PhotoForm
from portail.forms.dossier import RubriqueForm, formulaire
from portail.forms.planning import lire_entier
from portail.formulaire import encore

bp = Blueprint("dossier", __name__, url_prefix="/famille")

ENVOYEE = "Votre demande est envoyée : la mairie doit la valider."
RIEN = "Rien n’a changé : il n’y a rien à demander."
ANNULEE = "Modification annulée."


@bp.get("/dossier")
@access.reserve_a(w.FAMILLE)
def page() -> str:
    regard = access.regard()
    foyer, portraits = lecture_dossier.foyer(regard), photos.a_montrer(regard)
    return render_template("dossier/page.html", foyer=foyer, portraits=portraits, adresse=adresse)


@bp.get("/dossier/responsables/<id:responsable_id>")
@access.reserve_a(w.FAMILLE)
def responsable(responsable_id: int) -> str:
    return _fiche(access.responsable_ou_404(responsable_id))


@bp.get("/enfants/<id:enfant_id>")
@access.reserve_a(w.FAMILLE)
def enfant(enfant_id: int) -> str:
    return _fiche(access.enfant_ou_404(enfant_id))


@bp.post("/dossier/responsables/<id:responsable_id>/modifications")
@access.reserve_a(w.FAMILLE)
def modifier_responsable(responsable_id: int):
    return _demander(access.responsable_ou_404(responsable_id))


@bp.post("/enfants/<id:enfant_id>/modifications")
@access.reserve_a(w.FAMILLE)
def modifier_enfant(enfant_id: int):
    return _demander(access.enfant_ou_404(enfant_id))


@bp.post("/dossier/modifications/<id:modification_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(modification_id: int) -> Response:
    fiche, code = access.modification_ou_404(modification_id)
    try:
        dossier.retirer(g.compte, g.famille, modification_id)
    except DejaChange as refus:
        return _montrer(fiche, code, refus.phrase, refus.statut)
    retiree = lecture_dossier.retiree(lecture_dossier.fiche(access.regard(), fiche), modification_id)
    return _montrer(fiche, code, retiree.dit if retiree else ANNULEE, retiree=retiree)


def _fiche(fiche: Responsable | Enfant) -> str:
    """The sheet; one part of it as a form, when the address says so."""
    vue = lecture_dossier.fiche(access.regard(), fiche)
    rubrique = vue.modifiables.get(request.args.get("modifier", ""))
    reprise = lire_entier(request.args.get("reprendre"))
    retiree = lecture_dossier.retiree(vue, reprise) if reprise else None
    formulaires = {rubrique.code: _formulaire(vue, rubrique, retiree)} if rubrique else {}
    return render_template("dossier/fiche.html", **_page(vue), formulaires=formulaires)


def _demander(fiche: Responsable | Enfant):
    """Ask that one part of the sheet change, as its form says; or the form again, with what is wrong."""
    vue = lecture_dossier.fiche(access.regard(), fiche)
    rubrique = vue.modifiables.get(request.form.get("rubrique", "")) or abort(404)
    form = _formulaire(vue, rubrique)
    if not form.validate():
        return _corriger(vue, rubrique.code, form)
    repere = request.form.get("repere", "")
    try:
        access.confirmer(form.confirmation)
        demande = dossier.demander_des_modifications(
            g.compte, g.famille, vue.objet, vue.id, form.voulues(), g.session, repere
        )
    except Refus as refus:
        return _corriger(lecture_dossier.fiche(access.regard(), fiche), rubrique.code, form, refus)
    return _montrer(fiche, rubrique.code, ENVOYEE if demande else RIEN)


def _formulaire(vue: FicheVue, rubrique: RubriqueVue, retiree: Retiree | None = None) -> RubriqueForm:
    """The form of this part, as it was sent; or to be filled in, with what was withdrawn asked again."""
    confirme = comptes.est_confirmee(g.session)
    de_nouveau = {retiree.champ.nom: retiree.texte} if retiree else {}
    return formulaire(vue.objet, rubrique.code, rubrique.voulus | de_nouveau, confirme=confirme)


def _corriger(vue: FicheVue, code: str, form: RubriqueForm, refus: Refus | None = None):
    """The form as it was typed, in its place on the sheet."""
    fragment = htmx.est_fragment()
    gabarit = "dossier/rubrique.htmx.html" if fragment else "dossier/fiche.html"
    contexte = (_partie(vue) if fragment else _page(vue)) | {"rubrique": vue.rubriques[code]}
    contexte["formulaires"] = {code: form}
    if refus and refus.champ not in form:
        return render_template(gabarit, form=form, **contexte | {"erreur": refus.phrase}), refus.statut
    return encore(gabarit, form, refus, **contexte)


def _montrer(
    fiche: Responsable | Enfant, code: str, dit: str, statut: int = 200, retiree: Retiree | None = None
) -> Response:
    """What has just been done, with the way back, and that part of the sheet as it is now.

    A field may have been accepted at once: the sheet is read again.
    """
    membres = _membres() if htmx.est_fragment() else []
    vues = [lecture_dossier.fiche(access.regard(), relue) for relue in membres if relue == fiche]
    redemander = adresse(fiche, code, reprendre=retiree.id) if retiree and retiree.se_redemande else ""
    if not vues or code not in vues[0].rubriques:
        flash({"phrase": dit, "redemander": redemander, "code": code})  # type: ignore[arg-type]
        return htmx.rediriger(adresse(fiche, ancre=code))
    contexte = _tete(vues[0], membres) | {"rubrique": vues[0].rubriques[code]}
    contexte |= {"dit": dit, "redemander": redemander}
    page = render_template("dossier/rubrique.htmx.html", **contexte, formulaires={})
    return htmx.a_l_adresse(make_response(page, statut), adresse(fiche))


def _partie(vue: FicheVue) -> dict:
    """What one part of the sheet is drawn with."""
    return {"fiche": vue, "adresse": adresse, "erreur": ""}


def _membres() -> list[Responsable | Enfant]:
    adultes, enfants = lecture_dossier.membres(g.famille)
    return [*adultes, *enfants]


def _tete(vue: FicheVue, membres: list[Responsable | Enfant]) -> dict:
    """The same, with the head of the sheet: whose it is, among whom."""
    photo = photos.voir(vue.regard, vue.fiche) if isinstance(vue.fiche, Enfant) else None
    return _partie(vue) | {"membres": membres, "photo": photo}


def _page(vue: FicheVue) -> dict:
    """The whole sheet."""
    contacts = lecture_contacts.voir(vue.regard, vue.fiche) if isinstance(vue.fiche, Enfant) else None
    return _tete(vue, _membres()) | {"contacts": contacts, "form_photo": PhotoForm(formdata=None)}


def adresse(
    fiche: Responsable | Enfant,
    modifier: str | None = None,
    ancre: str | None = None,
    reprendre: int | None = None,
) -> str:
    """Where the sheet of this member of the family is; with one part of it as a form."""
    plus: dict[str, Any] = {"modifier": modifier, "reprendre": reprendre, "_anchor": ancre}
    if isinstance(fiche, Enfant):
        return url_for("dossier.enfant", enfant_id=fiche.id, **plus)
    return url_for("dossier.responsable", responsable_id=fiche.id, **plus)
