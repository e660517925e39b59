"""« Espace Facturation »: what is to be paid, each invoice, each line down to the séance behind it."""

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import encaissement, espace_facturation, lecture_de_facture, ligne_facturee, paiements

bp = Blueprint("facturation", __name__, url_prefix="/facturation")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def espace() -> str:
    vu = espace_facturation.espace(access.regard())
    return render_template(
        "facturation/espace.html", espace=vu, moyens=encaissement.MOYENS, en_ligne=_est_en_ligne()
    )


@bp.get("/factures/<id:facture_id>")
@access.reserve_a(w.FAMILLE)
def facture(facture_id: int) -> str:
    lue = lecture_de_facture.lire(access.regard(), facture_id)
    return render_template("facturation/facture.html", lue=lue, en_ligne=_est_en_ligne())


@bp.get("/lignes/<id:ligne_facturee_id>")
@access.reserve_a(w.FAMILLE)
def ligne(ligne_facturee_id: int) -> Response:
    """A line, and the séance behind it: in its place on the invoice, or a page of its own."""
    lue = ligne_facturee.lire(access.regard(), ligne_facturee_id)
    return htmx.page_ou_fragment("facturation/ligne.html", "facturation/ligne.htmx.html", lue=lue)


def _est_en_ligne() -> bool:
    return paiements.est_en_ligne(current_app.extensions["payfip"])
