"""The tariffs, for whoever sets them: the list, one, the form, what saving it would do to real families."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, clock, htmx, mots
from portail.domain import lecture_tarifs, tarifs
from portail.domain.calendrier import annee_scolaire
from portail.domain.effet_de_tarif import Effet
from portail.domain.lecture_activites import dire_l_annee
from portail.domain.lecture_tarifs import Depart
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.planning import lire_entier
from portail.forms.tarifs import TarifForm, a_reporter, lire_la_demarche, lire_la_recherche, lire_le_dernier

bp = Blueprint("tarifs", __name__, url_prefix="/agents/facturation/tarifs")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def liste() -> tuple[str, int]:
    recherche, erreurs = lire_la_recherche(request.args, annee_scolaire(clock.aujourdhui())[0].year)
    trouves = lecture_tarifs.lister(g.compte, recherche)
    page = render_template("tarifs/page.html", li=trouves, erreurs=erreurs, dire_l_annee=dire_l_annee)
    return page, 422 if erreurs else 200


@bp.get("/<id:tarif_id>")
@access.reserve_a(*ROLES_GESTION)
def fiche(tarif_id: int) -> str:
    return render_template("tarifs/fiche.html", f=lecture_tarifs.fiche(g.compte, tarif_id))


@bp.get("/nouveau")
@access.reserve_a(*ROLES_GESTION)
def nouveau() -> Response:
    """An empty form; that of one activity, or of a tariff to begin with."""
    comme, activite = (lire_entier(request.args.get(nom)) or 0 for nom in ("comme", "activite"))
    depart = lecture_tarifs.depart(g.compte, comme, activite)
    return _remplir(TarifForm(lecture_tarifs.groupes(g.compte, depart.activites), depart), None)


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    return _suivre(TarifForm(lecture_tarifs.groupes(g.compte), saisie=request.form), None)


@bp.get("/<id:tarif_id>/modification")
@access.reserve_a(*ROLES_GESTION)
def modification(tarif_id: int) -> Response:
    pose, _ = tarifs.charger(g.compte, tarif_id)
    depart = Depart((pose.activite_id,), pose.debut, pose.fin, tarifs.projet_de(pose))
    return _remplir(TarifForm((), depart), tarif_id)


@bp.post("/<id:tarif_id>")
@access.reserve_a(*ROLES_GESTION)
def modifier(tarif_id: int) -> Response:
    pose, _ = tarifs.charger(g.compte, tarif_id)
    return _suivre(TarifForm((), saisie=request.form, activite=pose.activite_id), tarif_id)


@bp.get("/<id:tarif_id>/arret")
@access.reserve_a(*ROLES_GESTION)
def arret(tarif_id: int) -> Response:
    return _finir("arret", tarif_id)


@bp.post("/<id:tarif_id>/arret")
@access.reserve_a(*ROLES_GESTION)
def arreter(tarif_id: int) -> Response:
    try:
        dernier = lire_le_dernier(request.form)
        tarifs.arreter(g.compte, tarif_id, dernier, request.form.get("vu", ""))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _finir("arret", tarif_id, refus, request.form.get("dernier", ""))
    flash(f"Le tarif s’arrête le {mots.jour_annee(dernier)}.")
    return htmx.rediriger(url_for("tarifs.fiche", tarif_id=tarif_id))


@bp.get("/<id:tarif_id>/suppression")
@access.reserve_a(*ROLES_GESTION)
def suppression(tarif_id: int) -> Response:
    return _finir("suppression", tarif_id)


@bp.post("/<id:tarif_id>/suppression")
@access.reserve_a(*ROLES_GESTION)
def supprimer(tarif_id: int) -> Response:
    try:
        nom = tarifs.supprimer(g.compte, tarif_id, request.form.get("vu", ""))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _finir("suppression", tarif_id, refus)
    flash(f"Le tarif de « {nom} » est supprimé.")
    return htmx.rediriger(url_for("tarifs.liste"))


# ——— from one step of the form to the next ———


def _suivre(form: TarifForm, tarif_id: int | None) -> Response:
    """The form that was sent: shown again, or held to the rules, previewed, saved."""
    ou = lire_la_demarche(request.form)
    if ou.encore:
        form.suivre(ou.etape)
        return _remplir(form, tarif_id)
    projet = form.lire()
    if projet is None:
        return _remplir(form, tarif_id, 422)
    try:
        effet = tarifs.prevoir(g.compte, projet, tarif_id, remplacer=form.remplacer.data)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _remplir(form, tarif_id, refus.statut)
    return _enregistrer(effet, ou.vu) if ou.vu else _apercu(effet)


def _enregistrer(effet: Effet, vu: str) -> Response:
    try:
        if effet.tarif_id is None:
            tarifs.creer(g.compte, effet.projet, vu, remplacer=bool(effet.arretes))
        else:
            tarifs.modifier(g.compte, effet.tarif_id, effet.projet, vu)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _apercu(effet, refus)
    flash(f"Le tarif de « {effet.en_mots} » est enregistré.")
    return htmx.rediriger(url_for("tarifs.liste"))


def _apercu(effet: Effet, refus: Refus | None = None) -> Response:
    page = render_template(
        "tarifs/apercu.html",
        e=effet,
        c=effet.comparaison,
        refus=refus,
        saisie=a_reporter(request.form),
        envoi=_adresse(effet.tarif_id),
    )
    return make_response(page, refus.statut if refus else 200)


def _remplir(form: TarifForm, tarif_id: int | None, statut: int = 200) -> Response:
    titre = tarifs.charger(g.compte, tarif_id)[1].nom if tarif_id else ""
    dits = {"form": form, "tarif_id": tarif_id, "titre": titre, "envoi": _adresse(tarif_id)}
    page = "tarifs/formulaire.html"
    fragment = "tarifs/_prix.html" if statut == 200 else page  # what is wrong may be anywhere on it
    return htmx.page_ou_fragment(page, fragment, statut, **dits)


def _adresse(tarif_id: int | None) -> str:
    return url_for("tarifs.modifier", tarif_id=tarif_id) if tarif_id else url_for("tarifs.creer")


def _finir(quoi: str, tarif_id: int, refus: Refus | None = None, dernier: str = "") -> Response:
    page = render_template(
        f"tarifs/{quoi}.html",
        f=lecture_tarifs.fiche(g.compte, tarif_id),
        refus=refus,
        dernier=dernier,
    )
    return make_response(page, refus.statut if refus else 200)
