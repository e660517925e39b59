"""Activities taken over from another school year: shown, then made."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx, mots
from portail.domain import copie_d_activites, lecture_activites
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.copie_d_activites import LigneSaisie, lire_le_choix, lire_les_lignes, lire_les_voulues

bp = Blueprint("copie_d_activites", __name__, url_prefix="/agents/activites/copie")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer()


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def copier() -> Response:
    lignes = lire_les_lignes(request.form)
    try:
        combien, seances = copie_d_activites.copier(g.compte, lire_les_voulues(lignes))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(lignes, refus)
    faites = mots.pluriel(combien, "activité créée", "activités créées")
    flash(f"{faites}, {mots.pluriel(seances, 'séance')}.")
    return htmx.rediriger(url_for("activites.liste", annee=lire_le_choix(request.form).vers or 0))


def _montrer(lignes: dict[int, LigneSaisie] | None = None, refus: Refus | None = None) -> Response:
    choix = lire_le_choix(request.values)
    page = render_template(
        "activites/copie.html",
        p=copie_d_activites.proposer(
            access.perimetre_du_compte(), choix.lieu, choix.de, choix.vers, choix.activite
        ),
        choix=choix,
        lignes=lignes or {},
        refus=refus,
        dire_l_annee=lecture_activites.dire_l_annee,
    )
    return make_response(page, refus.statut if refus else 200)
