"""Direct debits, for whoever collects: the remises, a new one, its file, what the bank sends back."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx, mots
from portail.domain import comptes, creancier, lecture_remises, preparation_de_remise, remises
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.comptes import SensibleForm
from portail.forms.prelevements import MotifForm, lire_la_page, lire_le_jour_voulu
from portail.frontiere import joindre

bp = Blueprint("prelevements", __name__, url_prefix="/agents/facturation/prelevements")
XML = "application/xml"


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    vue = lecture_remises.lister(g.compte, lire_la_page(request.args))
    return render_template("prelevements/page.html", p=vue, creancier=creancier.lire())


@bp.get("/nouvelle")
@access.reserve_a(*ROLES_GESTION)
def nouvelle() -> Response:
    """What a remise of that day would debit."""
    return _preparer()


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def creer() -> Response:
    jour, erreurs = lire_le_jour_voulu(request.form, preparation_de_remise.propose())
    if erreurs:
        return _preparer(Refus(erreurs[0], champ="jour"))
    try:
        faite = remises.creer(g.compte, jour, request.form.get("marque", ""))
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _preparer(refus)
    flash("Remise créée. Les familles sont prévenues par e-mail.")
    return htmx.rediriger(url_for("prelevements.remise", remise_id=faite.id))


@bp.get("/<id:remise_id>")
@access.reserve_a(*ROLES_GESTION)
def remise(remise_id: int) -> Response:
    return _montrer(remise_id, page=lire_la_page(request.args))


@bp.post("/<id:remise_id>/fichier")
@access.reserve_a(*ROLES_GESTION)
def emporter(remise_id: int) -> Response:
    """The file for the bank: an act, since the journal says who took it away."""
    form = _forme()
    if not form.validate():
        return _montrer(remise_id, form=form, statut=422)
    try:
        access.confirmer(form.confirmation)
        nom, contenu = remises.emporter(g.session, remise_id)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(remise_id, refus, form)
    return joindre(nom, XML, contenu)


@bp.post("/<id:remise_id>/encaissement")
@access.reserve_a(*ROLES_GESTION)
def encaisser(remise_id: int) -> Response:
    try:
        combien = remises.encaisser(g.compte, remise_id)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(remise_id, refus)
    flash(f"{mots.pluriel(combien, 'prélèvement encaissé', 'prélèvements encaissés')}.")
    return htmx.rediriger(url_for("prelevements.remise", remise_id=remise_id))


@bp.post("/debits/<id:prelevement_id>/rejet")
@access.reserve_a(*ROLES_GESTION)
def rejeter(prelevement_id: int) -> Response:
    return _agir(prelevement_id, remises.rejeter, "Rejet noté : la somme est de nouveau due.")


@bp.post("/debits/<id:prelevement_id>/annulation")
@access.reserve_a(*ROLES_GESTION)
def annuler(prelevement_id: int) -> Response:
    return _agir(prelevement_id, remises.annuler, "Prélèvement annulé.")


# ——— what helps ———


def _agir(prelevement_id: int, acte, dit: str) -> Response:
    remise_id, form = lecture_remises.remise_de(g.compte, prelevement_id), MotifForm()
    ou: dict[str, Any] = {
        "vise": prelevement_id,
        "motif": form.motif.data or "",
        "page": lire_la_page(request.args),
    }
    if not form.validate():
        return _montrer(remise_id, Refus(form.erreur, champ="motif"), **ou)
    try:
        acte(g.compte, prelevement_id, form.motif.data)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(remise_id, refus, **ou)
    flash(f"{dit} La famille en est avertie par e-mail.")
    return htmx.rediriger(url_for("prelevements.remise", remise_id=remise_id))


def _preparer(refus: Refus | None = None) -> Response:
    jour, erreurs = lire_le_jour_voulu(request.values, preparation_de_remise.propose())
    try:
        preparation_de_remise.exiger_un_jour(jour)
    except Refus as impossible:
        refus = refus or impossible
    p, ville = lecture_remises.preparer(g.compte, jour), creancier.lire()
    page = render_template(
        "prelevements/nouvelle.html",
        p=p,
        refus=refus,
        erreurs=erreurs,
        creancier=ville,
        raisons=preparation_de_remise.RAISONS,
    )
    return make_response(page, refus.statut if refus else 422 if erreurs else 200)


def _montrer(
    remise_id: int,
    refus: Refus | None = None,
    form: SensibleForm | None = None,
    statut: int = 200,
    page: int = 1,
    vise: int = 0,
    motif: str = "",
) -> Response:
    """The remise as it now is; `vise`: the debit that the refusal is about, its reason as it was typed."""
    vue = lecture_remises.lire(g.compte, remise_id, page)
    form = form or _forme(formdata=None)
    if refus is not None and refus.champ == comptes.CHAMP_DE_CONFIRMATION:
        form = SensibleForm(confirme=False)
        form.mot_de_passe_actuel.errors = [refus.phrase]
    dit = {"refus": refus, "vise": vise, "motif": motif}
    rendue = render_template("prelevements/remise.html", d=vue, form=form, **dit)
    return make_response(rendue, refus.statut if refus else statut)


def _forme(**mots_cles) -> SensibleForm:
    return SensibleForm(confirme=comptes.est_confirmee(g.session), **mots_cles)
