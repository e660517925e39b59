"""The figures of the town: on one page, as small plots and as tables; taken away as a file."""

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, clock
from portail.domain import chiffres
from portail.domain.choix_de_liste import CHIFFRES, Choix
from portail.domain.refus import Introuvable, Refus
from portail.forms.chiffres import lire_questions
from portail.forms.listes import exiger_sans_faute, lire_genre
from portail.frontiere import joindre

bp = Blueprint("chiffres", __name__, url_prefix="/agents/chiffres")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page() -> Response:
    choix, erreurs = lire_questions(request.args, clock.aujourdhui())
    return _montrer(choix, erreurs, 422 if erreurs else 200)


@bp.post("/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter() -> Response:
    choix, erreurs = lire_questions(request.form, clock.aujourdhui())
    try:
        exiger_sans_faute(erreurs)
        genre = lire_genre(request.form.get("genre"))
        fichier = chiffres.exporter(g.compte, choix, genre, request.form.get("figure", ""))
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(choix, [refus.phrase], refus.statut)
    return joindre(fichier.nom, fichier.genre, fichier.flux)


def _montrer(choix: Choix, erreurs: list[str], statut: int) -> Response:
    comptes = chiffres.compter(choix, access.perimetre_du_compte())
    contenu = render_template(
        "chiffres/page.html",
        liste=CHIFFRES,
        choix=choix,
        chiffres=comptes,
        possibles=comptes.possibles,
        erreurs=erreurs,
        imprimee=clock.maintenant(),
    )
    return make_response(contenu, statut)
