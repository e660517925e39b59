"""The invoices, for the staff: look for them, read one, take lines of it back; a family's account."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import avoirs
from portail.domain import lecture_factures_de_la_ville as lecture
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.factures import MOTIF_MAX, lire_filtres, lire_motif, lire_reprises
from portail.forms.planning import lire_entier

bp = Blueprint("factures_de_la_ville", __name__, url_prefix="/agents")


@bp.get("/facturation/factures")
@access.reserve_a(*ROLES_AGENTS)
def liste() -> str:
    factures = lecture.lister(g.compte, lire_filtres(request.args))
    return render_template("factures_de_la_ville/liste.html", factures=factures, etats=lecture.ETATS)


@bp.get("/facturation/factures/<id:facture_emise_id>")
@access.reserve_a(*ROLES_AGENTS)
def facture(facture_emise_id: int) -> str:
    return render_template("factures_de_la_ville/facture.html", f=lecture.lire(g.compte, facture_emise_id))


@bp.get("/facturation/factures/<id:facture_emise_id>/avoir")
@access.reserve_a(*ROLES_AGENTS)
def avoir(facture_emise_id: int) -> Response:
    """Choose the lines to take back."""
    return _choisir(facture_emise_id, MultiDict())


@bp.post("/facturation/factures/<id:facture_emise_id>/avoir")
@access.reserve_a(*ROLES_AGENTS)
def etablir_un_avoir(facture_emise_id: int) -> Response:
    try:
        reprises, motif = lire_reprises(request.form), lire_motif(request.form)
        vus = lire_entier(request.form.get("avoirs"))
        fait = avoirs.emettre(g.compte, facture_emise_id, reprises, motif, vus)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _choisir(facture_emise_id, request.form, refus)
    flash(f"L’avoir n° {fait.numero} est établi, et la famille en est avertie.")
    return htmx.rediriger(url_for("factures_de_la_ville.facture", facture_emise_id=fait.id))


@bp.get("/familles/<id:famille_id>/facturation")
@access.reserve_a(*ROLES_AGENTS)
def de_la_famille(famille_id: int) -> str:
    """What a family owes, was billed, has paid."""
    vue = lecture.de_la_famille(g.compte, famille_id)
    return render_template("factures_de_la_ville/famille.html", vue=vue, moyens=lecture.MOYENS)


# ——— inside ———


def _choisir(facture_id: int, saisie: MultiDict[str, str], refus: Refus | None = None) -> Response:
    page = render_template(
        "factures_de_la_ville/avoir.html",
        f=lecture.lire(g.compte, facture_id),
        refus=refus,
        coches=set(saisie.getlist("ligne")),
        saisis=dict(zip(saisie.getlist("de"), saisie.getlist("montant"), strict=False)),
        motif=saisie.get("motif", ""),
        motif_max=MOTIF_MAX,
    )
    return make_response(page, refus.statut if refus else 200)
