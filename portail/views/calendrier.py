"""The calendar: the school year; days closed, opened, moved; the zone. All is tried, then confirmed."""

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models import ROLES_GESTION, Calendrier
from portail import access, clock, htmx
from portail.domain import (
    changement_de_calendrier,
    lecture_calendrier,
    perimetre,
    retablissement_de_seances,
)
from portail.domain.calendrier import annee_scolaire
from portail.domain.effet_du_calendrier import Changement, Effet
from portail.domain.lecture_calendrier import GENRES
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.ville import la_ville
from portail.domain.zone import ZONES
from portail.forms.calendrier import JoursForm, lire_l_annee, lire_la_zone, valeurs_de

bp = Blueprint("calendrier", __name__, url_prefix="/agents/calendrier")

MOTIF_DU_CALENDRIER = "Le calendrier a changé"
MOTIF_DE_LA_ZONE = "Les dates des vacances scolaires ont changé"


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    presente = annee_scolaire(clock.aujourdhui())[0].year
    annee = lire_l_annee(request.args.get("annee"), presente)
    a = lecture_calendrier.lire(annee, access.perimetre_du_compte())
    return render_template(
        "calendrier/page.html", a=a, genres=GENRES, entier=access.perimetre_du_compte().entier
    )


@bp.get(f"/nouveaux/<any({', '.join(GENRES)}):genre>")
@access.reserve_a(*ROLES_GESTION)
def nouveaux(genre: str) -> Response:
    """The form; and, once a first day is in the address, what these days would change."""
    return _jours(genre, None, JoursForm(request.args), essai="debut" in request.args)


@bp.post(f"/nouveaux/<any({', '.join(GENRES)}):genre>")
@access.reserve_a(*ROLES_GESTION)
def ajouter(genre: str) -> Response:
    return _enregistrer(genre, None)


@bp.get("/jours/<id:jours_id>")
@access.reserve_a(*ROLES_GESTION)
def jours(jours_id: int) -> Response:
    ligne = changement_de_calendrier.charger(g.compte, jours_id)
    essai = "debut" in request.args
    form = JoursForm(request.args if essai else MultiDict(valeurs_de(ligne)))
    return _jours(ligne.genre, ligne, form, essai=essai)


@bp.post("/jours/<id:jours_id>")
@access.reserve_a(*ROLES_GESTION)
def changer(jours_id: int) -> Response:
    ligne = changement_de_calendrier.charger(g.compte, jours_id)
    return _enregistrer(ligne.genre, ligne)


@bp.get("/jours/<id:jours_id>/retrait")
@access.reserve_a(*ROLES_GESTION)
def retrait(jours_id: int) -> Response:
    return _retrait(changement_de_calendrier.charger(g.compte, jours_id), JoursForm(formdata=None))


@bp.post("/jours/<id:jours_id>/retrait")
@access.reserve_a(*ROLES_GESTION)
def retirer(jours_id: int) -> Response:
    ligne, form = changement_de_calendrier.charger(g.compte, jours_id), JoursForm()
    try:
        return _appliquer(Changement(retire=ligne), form, MOTIF_DU_CALENDRIER, ligne)
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _retrait(ligne, form, refus)


@bp.get("/seances-annulees")
@access.reserve_a(*ROLES_GESTION)
def seances_annulees() -> str:
    """Those that an agent has cancelled one by one: the others come back with the calendar."""
    annulees = retablissement_de_seances.annulees(access.perimetre_du_compte())
    return render_template("calendrier/seances_annulees.html", annulees=annulees)


@bp.post("/seances-annulees/<id:seance_id>/retablissement")
@access.reserve_a(*ROLES_GESTION)
def retablir(seance_id: int) -> Response:
    perimetre.exiger_la_seance(g.compte, seance_id)
    remettre = request.form.get("remettre") == "y"
    fait = retablissement_de_seances.retablir(g.compte, [seance_id], remettre=remettre)
    flash(fait.phrase if fait.seances else "Cette séance a déjà lieu, ou le calendrier ferme son jour.")
    return htmx.rediriger(url_for("calendrier.seances_annulees"))


@bp.get("/zone")
@access.reserve_a(*ROLES_GESTION)
def zone() -> Response:
    voulue = request.args.get("zone")
    return _zone(voulue, JoursForm(formdata=None))


@bp.post("/zone")
@access.reserve_a(*ROLES_GESTION)
def changer_de_zone() -> Response:
    form, voulue = JoursForm(), request.form.get("zone")
    try:
        return _appliquer(Changement(zone=lire_la_zone(voulue)), form, MOTIF_DE_LA_ZONE)
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _zone(voulue, form, refus)


# ——— inside ———


def _enregistrer(genre: str, ligne: Calendrier | None) -> Response:
    form = JoursForm()
    try:
        voulus = form.lire(genre)
        defaut = voulus.nom if genre == "fermeture" else MOTIF_DU_CALENDRIER
        return _appliquer(Changement(ajoute=(voulus,), retire=ligne), form, defaut, ligne)
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        return _jours(genre, ligne, form, essai=True, refus=refus)


def _appliquer(
    changement: Changement, form: JoursForm, motif: str, ligne: Calendrier | None = None
) -> Response:
    """Do it, and go back to the year where it can be seen."""
    fait = changement_de_calendrier.appliquer(
        g.compte, changement, form.lire_le_motif(motif), form.repere.data or "", remettre=form.remettre.data
    )
    flash(fait.phrase)
    premier = next((j.debut for j in changement.ajoute), ligne.debut if ligne else clock.aujourdhui())
    return htmx.rediriger(url_for("calendrier.page", annee=annee_scolaire(premier)[0].year))


def _jours(
    genre: str, ligne: Calendrier | None, form: JoursForm, *, essai: bool, refus: Refus | None = None
) -> Response:
    """The form of these days, with what they would change when they are tried."""
    vues = access.perimetre_du_compte()
    if genre in changement_de_calendrier.DE_LA_VILLE and not vues.entier:
        abort(404)
    form.proposer(lecture_calendrier.portees(vues))
    effet = None
    if essai:
        effet, refus = _essayer(lambda: Changement(ajoute=(form.lire(genre),), retire=ligne), refus)
    return _montrer(
        "calendrier/jours.html", form, refus, effet, genre=genre, ligne=ligne, titre=GENRES[genre][1]
    )


def _retrait(ligne: Calendrier, form: JoursForm, refus: Refus | None = None) -> Response:
    effet, refus = _essayer(lambda: Changement(retire=ligne), refus)
    return _montrer("calendrier/retrait.html", form, refus, effet, ligne=ligne, titre=GENRES[ligne.genre][1])


def _zone(voulue: str | None, form: JoursForm, refus: Refus | None = None) -> Response:
    if not access.perimetre_du_compte().entier:
        abort(404)
    effet = None
    if voulue is not None and (refus is None or isinstance(refus, DejaChange)):
        effet, refus = _essayer(lambda: Changement(zone=lire_la_zone(voulue)), refus)
    return _montrer(
        "calendrier/zone.html", form, refus, effet, zones=ZONES, voulue=voulue, actuelle=la_ville().zone
    )


def _essayer(changement, refus: Refus | None) -> tuple[Effet | None, Refus | None]:
    """What the change would do, unless something is to be mended first."""
    try:
        return changement_de_calendrier.prevoir(g.compte, changement(), remettre=True), refus
    except (Interdit, Introuvable):
        raise
    except Refus as impossible:
        return None, refus or impossible


def _montrer(gabarit: str, form: JoursForm, refus: Refus | None, effet: Effet | None, **contexte) -> Response:
    if refus:
        form.signaler(refus)
    statut = refus.statut if refus else 200
    deja = isinstance(refus, DejaChange)
    page = render_template(gabarit, form=form, refus=refus, deja=deja, effet=effet, **contexte)
    return make_response(page, statut)
