"""The activities, for whoever sets the portal up: the list, one, the form, what saving it would do."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, clock, htmx
from portail.domain import activites, lecture_activites, lieux
from portail.domain.calendrier import annee_scolaire
from portail.domain.effet_d_activite import Effet
from portail.domain.projet_d_activite import Projet
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.activites import (
    ActiviteForm,
    Demarche,
    a_reporter,
    lire_la_demarche,
    lire_la_recherche,
)
from portail.forms.planning import lire_entier

bp = Blueprint("activites", __name__, url_prefix="/agents/activites")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def liste() -> tuple[str, int]:
    recherche, erreurs = lire_la_recherche(request.args, annee_scolaire(clock.aujourdhui())[0].year)
    trouvees = lecture_activites.lister(access.perimetre_du_compte(), recherche)
    page = render_template(
        "activites/page.html", li=trouvees, erreurs=erreurs, dire_l_annee=lecture_activites.dire_l_annee
    )
    return page, 422 if erreurs else 200


@bp.get("/<id:activite_id>")
@access.reserve_a(*ROLES_GESTION)
def fiche(activite_id: int) -> Response:
    return _fiche(activite_id)


@bp.get("/<id:activite_id>/historique")
@access.reserve_a(*ROLES_GESTION)
def historique(activite_id: int) -> str:
    activite, _ = activites.charger(g.compte, activite_id)
    faits = lecture_activites.histoire(activite_id)
    return render_template("activites/historique.html", activite=activite, faits=faits)


@bp.get("/nouvelle")
@access.reserve_a(*ROLES_GESTION)
def nouvelle() -> Response:
    modele = lire_entier(request.args.get("comme"))
    form = _form(Projet.de(*activites.charger(g.compte, modele)).ailleurs() if modele else None)
    form.lieu_id.data = str(lire_entier(request.args.get("lieu")) or "")
    if not form.lignes:
        form.ajouter_une_ligne()
    return _remplir(form, None)


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    return _suivre(None)


@bp.get("/<id:activite_id>/modification")
@access.reserve_a(*ROLES_GESTION)
def modification(activite_id: int) -> Response:
    activite, horaires = activites.charger(g.compte, activite_id)
    return _remplir(_form(Projet.de(activite, horaires)), activite_id)


@bp.post("/<id:activite_id>")
@access.reserve_a(*ROLES_GESTION)
def modifier(activite_id: int) -> Response:
    activites.charger(g.compte, activite_id)
    return _suivre(activite_id)


@bp.post("/<id:activite_id>/seances-manquantes")
@access.reserve_a(*ROLES_GESTION)
def completer(activite_id: int) -> Response:
    try:
        faites = activites.completer(g.compte, activite_id, lire_entier(request.form.get("vues")) or 0)
    except Introuvable:
        raise
    except Refus as refus:
        return _fiche(activite_id, refus)
    flash(f"Séances créées : {faites}.")
    return htmx.rediriger(url_for("activites.fiche", activite_id=activite_id))


@bp.get("/<id:activite_id>/suppression")
@access.reserve_a(*ROLES_GESTION)
def suppression(activite_id: int) -> str:
    return render_template("activites/suppression.html", f=lecture_activites.fiche(g.compte, activite_id))


@bp.post("/<id:activite_id>/suppression")
@access.reserve_a(*ROLES_GESTION)
def supprimer(activite_id: int) -> Response:
    try:
        nom = activites.supprimer(g.compte, activite_id)
    except Introuvable:
        raise
    except Refus as refus:
        return _fiche(activite_id, refus)
    flash(f"« {nom} » est supprimée.")
    return htmx.rediriger(url_for("activites.liste"))


# ——— from one step of the form to the next ———


def _suivre(activite_id: int | None) -> Response:
    """The form that was sent: shown again, or held to the rules, previewed, saved."""
    form, ou = _form(saisie=True), lire_la_demarche(request.form)
    if ou.encore:
        form.suivre(ou.etape)
        return _remplir(form, activite_id)
    projet = form.lire()
    if projet is None:
        return _remplir(form, activite_id, 422)
    try:
        effet = activites.prevoir(g.compte, activite_id, projet)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _remplir(form, activite_id, refus.statut)
    return _enregistrer(effet, ou, activite_id)


def _enregistrer(effet: Effet, ou: Demarche, activite_id: int | None) -> Response:
    """Save what was shown; show it first, unless nothing of it is seen by a family."""
    if effet.a_montrer and not ou.vu:
        return _apercu(effet)
    vu = ou.vu or effet.empreinte
    try:
        if activite_id is None:
            activite_id = activites.creer(g.compte, effet.projet, vu).id
        else:
            activites.modifier(g.compte, activite_id, effet.projet, vu, garder=ou.garder, motif=ou.motif)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _apercu(effet, refus, ou)
    flash(f"« {effet.projet.nom} » est enregistrée.")
    return htmx.rediriger(url_for("activites.fiche", activite_id=activite_id))


def _apercu(effet: Effet, refus: Refus | None = None, ou: Demarche | None = None) -> Response:
    page = render_template(
        "activites/apercu.html",
        e=effet,
        refus=refus,
        ou=ou or Demarche(),
        saisie=a_reporter(request.form),
        envoi=_adresse(effet.activite.id if effet.activite else None),
    )
    return make_response(page, refus.statut if refus else 200)


def _form(projet: Projet | None = None, saisie: bool = False) -> ActiviteForm:
    choix = lieux.a_choisir(access.perimetre_du_compte(), projet.lieu_id if projet else None)
    return ActiviteForm(choix, projet, request.form if saisie else None)


def _remplir(form: ActiviteForm, activite_id: int | None, statut: int = 200) -> Response:
    titre = activites.charger(g.compte, activite_id)[0].nom if activite_id else ""
    page = render_template(
        "activites/formulaire.html",
        form=form,
        activite_id=activite_id,
        titre=titre,
        envoi=_adresse(activite_id),
    )
    return make_response(page, statut)


def _adresse(activite_id: int | None) -> str:
    if activite_id is None:
        return url_for("activites.creer")
    return url_for("activites.modifier", activite_id=activite_id)


def _fiche(activite_id: int, refus: Refus | None = None) -> Response:
    page = render_template(
        "activites/fiche.html",
        f=lecture_activites.fiche(g.compte, activite_id),
        faits=lecture_activites.histoire(activite_id),
        refus=refus,
    )
    return make_response(page, refus.statut if refus else 200)
