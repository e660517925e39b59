"""Family files, for agents: find one, print a letter, renew its code, end a subscription."""

from collections.abc import Callable

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS, ROLES_GESTION
from portail import access, htmx
from portail.domain import (
    familles,
    journal_de_famille,
    lecture_familles,
    lecture_inscriptions,
    recherche_familles,
)
from portail.domain.familles import Lettre
from portail.domain.refus import Refus
from portail.forms.familles import lire_destinataire, lire_id, lire_recherche
from portail.forms.planning import lire_entier

bp = Blueprint("familles", __name__, url_prefix="/agents/familles")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def liste() -> tuple[str, int]:
    q, page, erreurs = lire_recherche(request.args)
    trouvees = recherche_familles.chercher(q, page, access.perimetre_du_compte())
    return render_template("familles/page.html", trouvees=trouvees, erreurs=erreurs), 422 if erreurs else 200


@bp.get("/<id:famille_id>")
@access.reserve_a(*ROLES_AGENTS)
def fiche(famille_id: int) -> Response:
    """The file; of one that was merged, the file that it went to."""
    if suite := lecture_familles.menee_a(famille_id):
        return htmx.rediriger(url_for("familles.fiche", famille_id=suite))
    return _montrer(famille_id)


@bp.get("/<id:famille_id>/journal")
@access.reserve_a(*ROLES_GESTION)
def journal(famille_id: int) -> str:
    """Who did and read what in this file."""
    famille = lecture_familles.famille(famille_id, g.compte)
    avant = lire_entier(request.args.get("avant"))
    return render_template(
        "familles/journal.html", f=famille, page=journal_de_famille.lire(famille_id, avant)
    )


@bp.post("/<id:famille_id>/lettre")
@access.reserve_a(*ROLES_AGENTS)
def lettre(famille_id: int) -> Response:
    pour = lire_destinataire(request.form.get("responsable"))
    return _imprimer(famille_id, lambda: familles.emettre_un_code(g.compte, famille_id, pour))


@bp.post("/<id:famille_id>/code")
@access.reserve_a(*ROLES_AGENTS)
def renouveler(famille_id: int) -> Response:
    code = lire_id(request.form.get("code_id"))
    return _imprimer(famille_id, lambda: familles.renouveler_le_code(g.compte, famille_id, code))


@bp.post("/<id:famille_id>/abonnements/<id:abonne_id>/fin")
@access.reserve_a(*ROLES_AGENTS)
def mettre_fin(famille_id: int, abonne_id: int) -> Response:
    try:
        fini = familles.mettre_fin_a_l_abonnement(g.compte, famille_id, abonne_id)
    except Refus as refus:
        return _montrer(famille_id, refus)
    flash(f"Abonnement terminé : {fini.compte.nom_complet} n’a plus accès à ce dossier, et en est averti.")
    return htmx.rediriger(url_for("familles.fiche", famille_id=famille_id))


def _imprimer(famille_id: int, acte: Callable[[], Lettre]) -> Response:
    """The letter, as the answer to the act: it has no address of its own, and is kept nowhere."""
    try:
        faite = acte()
    except Refus as refus:
        return _montrer(famille_id, refus)
    return make_response(render_template("familles/lettre.html", lettre=faite))


def _montrer(famille_id: int, refus: Refus | None = None) -> Response:
    """The file as it now is, with why the act was refused if it was."""
    vu = access.perimetre_du_compte()
    vue = lecture_familles.fiche(famille_id, g.compte, vu)
    inscriptions = lecture_inscriptions.de_la_famille(famille_id, vu)
    mots = {"inscriptions": inscriptions, "refus": refus, "journal_ouvert": g.compte.role in ROLES_GESTION}
    mots["peut_reunir"] = vu.entier
    page = render_template("familles/fiche.html", f=vue, **mots)
    return make_response(page, refus.statut if refus else 200)
