"""The accounts of the staff, for the administrators: list, open, give a role and places, close."""

from collections.abc import Callable

from flask import Blueprint, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from models import ROLES_ADMINISTRATION
from portail import access, htmx
from portail.domain import comptes, personnel
from portail.domain.courriels import lien
from portail.domain.personnel import Personne
from portail.domain.refus import Introuvable, Refus
from portail.forms.personnel import (
    CERTAINS,
    TOUS,
    ChargeForm,
    NouveauCompteForm,
    lire_la_remise,
)
from portail.formulaire import encore

bp = Blueprint("personnel", __name__, url_prefix="/agents/mise-en-place/equipe")

CONFIRMER = "Redonnez votre mot de passe, puis recommencez : rien n’est encore changé."


@bp.get("")
@access.reserve_a(*ROLES_ADMINISTRATION)
def liste() -> str:
    return render_template("personnel/page.html", personnes=personnel.lister(*personnel.ROLES))


@bp.get("/nouveau")
@access.reserve_a(*ROLES_ADMINISTRATION)
def nouveau() -> str:
    return render_template("personnel/nouveau.html", form=_forme(NouveauCompteForm, formdata=None))


@bp.post("")
@access.reserve_a(*ROLES_ADMINISTRATION)
def creer():
    form = _forme(NouveauCompteForm)
    if not form.validate():
        return encore("personnel/nouveau.html", form)
    par_courriel = lire_la_remise()
    try:
        access.confirmer(form.confirmation)
        jeton = personnel.creer(*form.compte, form.lieux_voulus, par=g.session, par_courriel=par_courriel)
    except Refus as refus:
        return _encore("personnel/nouveau.html", form, refus)
    cree = personnel.trouver(form.email.data)
    return _remettre(cree.id, jeton, par_courriel, f"Compte ouvert : {cree.nom_complet}.")


@bp.get("/<id:compte_id>")
@access.reserve_a(*ROLES_ADMINISTRATION)
def compte(compte_id: int) -> Response:
    return _montrer(personnel.une_personne(compte_id))


@bp.post("/<id:compte_id>/role")
@access.reserve_a(*ROLES_ADMINISTRATION)
def regler(compte_id: int):
    """The role and the places, both as wanted."""
    personne, form = personnel.une_personne(compte_id), _forme(ChargeForm)
    if not form.validate():
        return _montrer(personne, form=form, statut=422)
    try:
        access.confirmer(form.confirmation)
        personnel.changer_le_role(personne.compte.email, form.role.data, form.lieux_voulus, par=g.session)
    except Refus as refus:
        return _montrer(personne, form=_signaler(form, refus), refus=refus)
    flash("Rôle et lieux enregistrés. La personne en est avertie par e-mail, et devra se reconnecter.")
    return htmx.rediriger(url_for("personnel.compte", compte_id=compte_id))


@bp.post("/<id:compte_id>/fermeture")
@access.reserve_a(*ROLES_ADMINISTRATION)
def fermer(compte_id: int) -> Response:
    return _agir(compte_id, personnel.fermer, "Compte fermé. La personne en est avertie par e-mail.")


@bp.post("/<id:compte_id>/ouverture")
@access.reserve_a(*ROLES_ADMINISTRATION)
def rouvrir(compte_id: int) -> Response:
    return _agir(compte_id, personnel.rouvrir, "Compte rouvert. La personne en est avertie par e-mail.")


@bp.post("/<id:compte_id>/second-facteur/oubli")
@access.reserve_a(*ROLES_ADMINISTRATION)
def oublier_le_second_facteur(compte_id: int) -> Response:
    dit = "Application de codes retirée : la prochaine connexion en installera une autre."
    return _agir(compte_id, personnel.oublier_le_second_facteur, dit)


@bp.post("/<id:compte_id>/sessions/fermeture")
@access.reserve_a(*ROLES_ADMINISTRATION)
def fermer_les_sessions(compte_id: int) -> Response:
    dit = "Appareils déconnectés. La personne en est avertie par e-mail."
    return _agir(compte_id, personnel.fermer_les_sessions, dit)


@bp.post("/<id:compte_id>/lien")
@access.reserve_a(*ROLES_ADMINISTRATION)
def donner_un_lien(compte_id: int) -> Response:
    """Another link to choose a password with: mailed, or shown in this answer and nowhere else."""
    personne, par_courriel = personnel.une_personne(compte_id), lire_la_remise()
    try:
        jeton = personnel.donner_un_lien(personne.compte.email, par=g.session, par_courriel=par_courriel)
    except Refus as refus:
        return _redonner(personne, refus)
    return _remettre(compte_id, jeton, par_courriel, "Nouveau lien.")


# ——— what helps ———


def _agir(compte_id: int, acte: Callable, dit: str) -> Response:
    personne = personnel.une_personne(compte_id)
    try:
        acte(personne.compte.email, par=g.session)
    except Refus as refus:
        return _redonner(personne, refus)
    flash(dit)
    return htmx.rediriger(url_for("personnel.compte", compte_id=compte_id))


def _redonner(personne: Personne, refus: Refus) -> Response:
    """The account with the refusal; or the password first, then back to it."""
    if isinstance(refus, Introuvable):
        raise refus
    if refus.champ != comptes.CHAMP_DE_CONFIRMATION:
        return _montrer(personne, refus=refus)
    flash(CONFIRMER)
    suite = url_for("personnel.compte", compte_id=personne.compte.id)
    return htmx.rediriger(url_for("mes_donnees.confirmation", next=suite))


def _remettre(compte_id: int, jeton: str, par_courriel: bool, dit: str) -> Response:
    """The link: on its way by mail, or here, in this answer alone."""
    if par_courriel:
        flash(f"{dit} Le lien pour choisir son mot de passe part par e-mail.")
        return htmx.rediriger(url_for("personnel.compte", compte_id=compte_id))
    page = render_template(
        "personnel/lien.html",
        p=personnel.une_personne(compte_id),
        lien=lien(f"/mot-de-passe/{jeton}"),
        dit=dit,
    )
    return make_response(page)


def _montrer(
    personne: Personne, form: ChargeForm | None = None, refus: Refus | None = None, statut: int = 200
) -> Response:
    if form is None:
        siens = [ident for ident, nom in personnel.les_lieux() if nom in personne.lieux]
        limite = CERTAINS if siens else TOUS
        charge = {"role": personne.compte.role, "limite": limite, "lieux": siens}
        form = _forme(ChargeForm, formdata=None, data=charge)
    a_moi = personne.compte.id == g.compte.id
    page = render_template("personnel/compte.html", p=personne, form=form, refus=refus, a_moi=a_moi)
    return make_response(page, refus.statut if refus else statut)


def _forme(forme: type[ChargeForm], **mots) -> ChargeForm:
    return forme(confirme=comptes.est_confirmee(g.session), lieux=list(personnel.les_lieux()), **mots)


def _signaler(form: ChargeForm, refus: Refus) -> ChargeForm:
    """The form, as it was typed, the refusal beside its field; it asks for the password when that is due."""
    if refus.champ == comptes.CHAMP_DE_CONFIRMATION and "mot_de_passe_actuel" not in form:
        form = type(form)(confirme=False, lieux=list(personnel.les_lieux()))
    if refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    return form


def _encore(gabarit: str, form: ChargeForm, refus: Refus):
    return encore(gabarit, _signaler(form, refus), refus)
