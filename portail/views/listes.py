"""The lists of the staff: on the screen and on paper, with what is sealed when it is asked for, as a file."""

from collections.abc import Sequence

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response

from models import ROLES_AGENTS, ROLES_PERSONNEL
from portail import access, clock
from portail.domain import choix_de_liste as c
from portail.domain import listes
from portail.domain.choix_de_liste import LISTES, Choix
from portail.domain.listes import Lecture
from portail.domain.refus import Introuvable, Refus
from portail.forms.listes import exiger_sans_faute, lire_choix, lire_genre
from portail.frontiere import joindre

bp = Blueprint("listes", __name__, url_prefix="/agents/listes")


@bp.get("")
@access.reserve_a(*ROLES_PERSONNEL)
def page() -> str:
    return render_template("listes/page.html", listes=listes.siennes(g.compte), repond=g.compte.est_agent)


@bp.get("/jour")
@access.reserve_a(*ROLES_PERSONNEL)
def jour() -> Response:
    return _montrer(c.JOUR)


@bp.post("/jour/sante")
@access.reserve_a(*ROLES_PERSONNEL)
def ouvrir_le_jour() -> Response:
    return _ouvrir(c.JOUR)


@bp.post("/jour/fichier")
@access.reserve_a(*ROLES_PERSONNEL)
def emporter_le_jour() -> Response:
    return _emporter(c.JOUR)


@bp.get("/repas")
@access.reserve_a(*ROLES_AGENTS)
def repas() -> Response:
    return _montrer(c.REPAS)


@bp.post("/repas/regimes")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir_les_repas() -> Response:
    return _ouvrir(c.REPAS)


@bp.post("/repas/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter_les_repas() -> Response:
    return _emporter(c.REPAS)


@bp.get("/attente")
@access.reserve_a(*ROLES_AGENTS)
def attente() -> Response:
    return _montrer(c.ATTENTE)


@bp.post("/attente/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter_l_attente() -> Response:
    return _emporter(c.ATTENTE)


@bp.get("/inscriptions")
@access.reserve_a(*ROLES_AGENTS)
def inscriptions() -> Response:
    return _montrer(c.INSCRIPTIONS)


@bp.post("/inscriptions/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter_les_inscriptions() -> Response:
    return _emporter(c.INSCRIPTIONS)


@bp.get("/sans-reservation")
@access.reserve_a(*ROLES_AGENTS)
def sans_reservation() -> Response:
    return _montrer(c.SANS_RESERVATION)


@bp.post("/sans-reservation/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter_les_sans_reservation() -> Response:
    return _emporter(c.SANS_RESERVATION)


@bp.get("/dossiers")
@access.reserve_a(*ROLES_AGENTS)
def dossiers() -> Response:
    return _montrer(c.DOSSIERS)


@bp.post("/dossiers/fichier")
@access.reserve_a(*ROLES_AGENTS)
def emporter_les_dossiers() -> Response:
    return _emporter(c.DOSSIERS)


EMPORTER = {
    c.JOUR: "listes.emporter_le_jour",
    c.REPAS: "listes.emporter_les_repas",
    c.ATTENTE: "listes.emporter_l_attente",
    c.INSCRIPTIONS: "listes.emporter_les_inscriptions",
    c.SANS_RESERVATION: "listes.emporter_les_sans_reservation",
    c.DOSSIERS: "listes.emporter_les_dossiers",
}
OUVRIR = {c.JOUR: "listes.ouvrir_le_jour", c.REPAS: "listes.ouvrir_les_repas"}
"""The acts of each list, by their views."""


def _montrer(code: str) -> Response:
    choix, erreurs = lire_choix(request.args, LISTES[code], clock.aujourdhui())
    return _page(code, choix, erreurs=erreurs, statut=422 if erreurs else 200)


def _ouvrir(code: str) -> Response:
    """The list as it is once opened, as the answer to the act: it has no address of its own."""
    choix, erreurs = lire_choix(request.form, LISTES[code], clock.aujourdhui())
    try:
        exiger_sans_faute(erreurs)
        lue = listes.ouvrir(g.compte, code, choix)
    except Introuvable:
        raise
    except Refus as refus:
        return _page(code, choix, erreurs=[refus.phrase], statut=refus.statut)
    return _page(code, choix, lue)


def _emporter(code: str) -> Response:
    choix, erreurs = lire_choix(request.form, LISTES[code], clock.aujourdhui())
    sante = request.form.get("sante") == "1"
    try:
        exiger_sans_faute(erreurs)
        fichier = listes.exporter(g.compte, code, choix, lire_genre(request.form.get("genre")), sante)
    except Introuvable:
        raise
    except Refus as refus:
        return _page(code, choix, erreurs=[refus.phrase], statut=refus.statut)
    return joindre(fichier.nom, fichier.genre, fichier.flux)


def _page(
    code: str,
    choix: Choix,
    ouverte: Lecture | None = None,
    erreurs: Sequence[str] = (),
    statut: int = 200,
) -> Response:
    """The list as it now is, or as it was opened."""
    lue = ouverte or listes.consulter(code, choix, access.perimetre_du_compte())
    contenu = render_template(
        "listes/liste.html",
        liste=LISTES[code],
        choix=choix,
        t=lue.tableau,
        possibles=lue.possibles,
        ouverte=ouverte is not None,
        ouvrir=OUVRIR.get(code),
        emporter=EMPORTER[code],
        erreurs=erreurs,
        imprimee=clock.maintenant(),
        c=c,
    )
    return make_response(contenu, statut)
