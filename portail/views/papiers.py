"""What a family prints or keeps of its Espace Facturation: invoices, receipts, attestations, a whole year."""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

import workflows as w
from portail import access, papier
from portail.domain import attestations, papiers, papiers_de_l_annee, recus
from portail.domain.lecture_factures import facture_de
from portail.forms.planning import lire_entier

bp = Blueprint("papiers", __name__, url_prefix="/facturation")


@bp.get("/factures/<id:facture_id>/impression")
@access.reserve_a(w.FAMILLE)
def facture(facture_id: int) -> str:
    return papier.page(papier.FACTURE, papiers.imprimer(facture_de(g.compte, g.famille, facture_id)))


@bp.get("/factures/<id:facture_id>/pdf")
@access.reserve_a(w.FAMILLE)
def facture_en_pdf(facture_id: int) -> Response:
    return papier.fichier(papier.FACTURE, papiers.imprimer(facture_de(g.compte, g.famille, facture_id)))


@bp.get("/recus/<id:reglement_id>")
@access.reserve_a(w.FAMILLE)
def recu(reglement_id: int) -> str:
    return papier.page(papier.RECU, recus.recu_de(g.compte, g.famille, reglement_id))


@bp.get("/recus/<id:reglement_id>/pdf")
@access.reserve_a(w.FAMILLE)
def recu_en_pdf(reglement_id: int) -> Response:
    return papier.fichier(papier.RECU, recus.recu_de(g.compte, g.famille, reglement_id))


@bp.get("/attestations/<id:annee>")
@access.reserve_a(w.FAMILLE)
def attestation(annee: int) -> str:
    return papier.page(papier.ATTESTATION, attestations.attester(g.compte, g.famille, annee))


@bp.get("/attestations/<id:annee>/pdf")
@access.reserve_a(w.FAMILLE)
def attestation_en_pdf(annee: int) -> Response:
    return papier.fichier(papier.ATTESTATION, attestations.attester(g.compte, g.famille, annee))


@bp.get("/archive")
@access.reserve_a(w.FAMILLE)
def archive() -> Response:
    """All the documents of a year, in one file: of this one, where the address says none."""
    annee = (lire_entier(request.args["annee"]) or 0) if "annee" in request.args else None
    return papier.archive(papiers_de_l_annee.rassembler(g.compte, g.famille, annee))
