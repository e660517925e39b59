"""Mon Espace Citoyen: one's details, and what one changes of them; one's devices; closing one's account."""

from flask import Blueprint, flash, g, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portail import access, htmx
from portail.domain import comptes, mon_espace
from portail.domain.jetons import LienPerime
from portail.domain.refus import Refus
from portail.forms.comptes import SensibleForm
from portail.forms.mon_espace import AutreAdresseForm, FermetureForm, MotDePasseForm, NomForm
from portail.formulaire import encore
from portail.views.comptes import partir

bp = Blueprint("mon_espace", __name__, url_prefix="/mon-espace")


@bp.get("")
@access.connecte
def informations() -> str:
    return render_template("mon_espace/informations.html", fermable=mon_espace.peut_fermer(g.compte))


# ——— the name ———


@bp.get("/nom")
@access.connecte
def nom() -> str:
    return render_template("mon_espace/nom.html", form=NomForm(formdata=None, obj=g.compte))


@bp.post("/nom")
@access.connecte
def changer_de_nom():
    form = NomForm()
    if not form.validate():
        return encore("mon_espace/nom.html", form)
    mon_espace.changer_de_nom(g.compte, form.prenom.data, form.nom.data)
    return _retour("Votre nom est enregistré.")


# ——— the password ———


@bp.get("/mot-de-passe")
@access.connecte
def mot_de_passe() -> str:
    return render_template("mon_espace/mot_de_passe.html", form=_vierge(MotDePasseForm))


@bp.post("/mot-de-passe")
@access.connecte
def changer_de_mot_de_passe():
    form = _recu(MotDePasseForm)
    if not form.validate():
        return encore("mon_espace/mot_de_passe.html", form)
    try:
        access.confirmer(form.confirmation)
        entree = mon_espace.changer_de_mot_de_passe(g.session, form.mot_de_passe.data, access.marques())
    except Refus as refus:
        return _encore("mon_espace/mot_de_passe.html", form, refus)
    access.porter(entree.jeton)
    return access.garder_les_marques(_retour("Votre mot de passe est changé."), entree.marques)


# ——— the address ———


@bp.get("/adresse")
@access.connecte
def adresse() -> str:
    return render_template("mon_espace/adresse.html", form=_vierge(AutreAdresseForm))


@bp.post("/adresse")
@access.connecte
def demander_une_autre_adresse():
    form = _recu(AutreAdresseForm)
    if not form.validate():
        return encore("mon_espace/adresse.html", form)
    try:
        access.confirmer(form.confirmation)
        mon_espace.demander_une_autre_adresse(g.session, form.email.data, request.remote_addr or "")
    except Refus as refus:
        return _encore("mon_espace/adresse.html", form, refus)
    session["autre_adresse"] = form.email.data
    return htmx.rediriger(url_for("mon_espace.courriel_envoye"))


@bp.get("/adresse/courriel")
@access.connecte
def courriel_envoye() -> str:
    return render_template("mon_espace/courriel.html", email=session.get("autre_adresse", ""))


@bp.get("/adresse/<jeton:jeton_adresse>")
@access.connecte
def lien(jeton_adresse: str):
    """Opening the link changes nothing: letter boxes open links by themselves. The button does."""
    try:
        email = mon_espace.adresse_du_lien(g.session, jeton_adresse)
    except LienPerime as refus:
        return render_template("mon_espace/perime.html"), refus.statut
    return render_template("mon_espace/confirmer_l_adresse.html", jeton=jeton_adresse, email=email)


@bp.post("/adresse/<jeton:jeton_adresse>")
@access.connecte
def confirmer_l_adresse(jeton_adresse: str):
    try:
        jeton = mon_espace.confirmer_l_adresse(g.session, jeton_adresse)
    except LienPerime as refus:
        return render_template("mon_espace/perime.html"), refus.statut
    except Refus as refus:
        return render_template("mon_espace/adresse_prise.html", refus=refus), refus.statut
    access.porter(jeton)
    return _retour("Votre adresse e-mail est changée.")


# ——— the devices ———


@bp.get("/appareils")
@access.connecte
def appareils() -> str:
    return render_template("mon_espace/appareils.html", appareils=mon_espace.lire_les_appareils(g.session))


@bp.post("/appareils/<id:session_id>/fermeture")
@access.connecte
def fermer_une_session(session_id: int):
    if session_id == g.session.id:
        return partir("Vous êtes déconnecté.")
    mon_espace.fermer_une_session(g.session, session_id)
    return _appareils("Cet appareil est déconnecté.")


@bp.post("/appareils/fermeture")
@access.connecte
def fermer_les_autres_sessions():
    mon_espace.fermer_les_autres_sessions(g.session)
    return _appareils("Les autres appareils sont déconnectés.")


# ——— the end ———


@bp.get("/fermeture")
@access.connecte
def fermeture() -> str:
    return render_template("mon_espace/fermeture.html", form=_vierge(FermetureForm), **_fermable())


@bp.post("/fermeture")
@access.connecte
def fermer():
    form = _recu(FermetureForm)
    if not form.validate():
        return encore("mon_espace/fermeture.html", form, **_fermable())
    try:
        access.confirmer(form.confirmation)
        mon_espace.fermer_mon_compte(g.session)
    except Refus as refus:
        return _encore("mon_espace/fermeture.html", form, refus, **_fermable())
    return partir("Votre compte est fermé.")


# ——— what helps ———


def _retour(phrase: str) -> Response:
    flash(phrase)
    return htmx.rediriger(url_for("mon_espace.informations"))


def _appareils(dit: str) -> Response:
    if htmx.est_fragment():
        vus = mon_espace.lire_les_appareils(g.session)
        return Response(render_template("mon_espace/appareils.htmx.html", appareils=vus, dit=dit))
    flash(dit)
    return htmx.rediriger(url_for("mon_espace.appareils"))


def _fermable() -> dict[str, object]:
    return {"fermable": mon_espace.peut_fermer(g.compte), "phrase": mon_espace.OUVERT_PAR_LA_MAIRIE}


def _vierge(forme: type[SensibleForm]) -> SensibleForm:
    return forme(formdata=None, confirme=comptes.est_confirmee(g.session))


def _recu(forme: type[SensibleForm]) -> SensibleForm:
    return forme(confirme=comptes.est_confirmee(g.session))


def _encore(gabarit: str, form: SensibleForm, refus: Refus, **contexte: object):
    """The form again, as it was typed. Once the password was given, it is not asked for again."""
    manque = refus.champ == comptes.CHAMP_DE_CONFIRMATION or not comptes.est_confirmee(g.session)
    return encore(gabarit, type(form)(confirme=not manque), refus, **contexte)
