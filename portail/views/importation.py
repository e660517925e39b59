"""Importing what the town has today: send the files, read what they would write, have it written."""

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import importation, importation_modeles, lecture_importation
from portail.domain.importation_colonnes import TABLES
from portail.domain.importation_rapport import en_csv
from portail.domain.refus import DejaChange, Refus
from portail.forms.importation import ImportationForm, lire_marque
from portail.frontiere import joindre, recoit

bp = Blueprint("importation", __name__, url_prefix="/agents/mise-en-place/import")

CORPS_MAX = 21_000_000
"""Twenty megabytes of files, and the form around them."""
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer(ImportationForm(formdata=None))


@bp.post("")
@recoit(CORPS_MAX, "20 Mo au plus, tous fichiers ensemble.")
@access.reserve_a(*ROLES_GESTION)
def deposer() -> Response:
    form = ImportationForm()
    if not form.validate():
        return _montrer(form, 422)
    try:
        deposee = importation.deposer(g.compte, form.lus(), ecraser=form.ecraser.data)
    except Refus as refus:
        return _refuser(form, refus)
    importation.traiter_aussitot(deposee)
    return htmx.rediriger(url_for("importation.suivi", importation_id=deposee.id))


@bp.get("/modele")
@access.reserve_a(*ROLES_GESTION)
def modele() -> Response:
    """The template of one table, or of them all when none is said."""
    table = request.args.get("table", "")
    if not table:
        return joindre("modele-import.xlsx", XLSX, importation_modeles.en_classeur())
    if table not in TABLES:
        abort(404)
    return joindre(f"{table}.csv", CSV, importation_modeles.en_csv(table))


@bp.get("/<id:importation_id>")
@access.reserve_a(*ROLES_GESTION)
def suivi(importation_id: int) -> Response:
    return _suivre(importation_id)


@bp.get("/<id:importation_id>/avancement")
@access.reserve_a(*ROLES_GESTION)
@access.veille(tuple)
def avancement(importation_id: int) -> Response:
    """How far it is: asked by the page itself, again and again. Once done, the whole page is to be read."""
    vu = lecture_importation.voir(g.compte, importation_id, entier=False)
    if not vu.en_cours:
        return htmx.rediriger(url_for("importation.suivi", importation_id=importation_id))
    return make_response(render_template("importation/_avancement.html", i=vu))


@bp.get("/<id:importation_id>/rapport")
@access.reserve_a(*ROLES_GESTION)
def rapport(importation_id: int) -> Response:
    lu = lecture_importation.rapport(g.compte, importation_id)
    if lu is None:  # its page says why
        return htmx.rediriger(url_for("importation.suivi", importation_id=importation_id))
    return joindre(f"rapport-import-{importation_id}.csv", CSV, en_csv(lu.dits))


@bp.post("/<id:importation_id>/lancement")
@access.reserve_a(*ROLES_GESTION)
def lancer(importation_id: int) -> Response:
    try:
        lancee = importation.lancer(g.compte, importation_id, lire_marque(request.form.get("marque")))
    except DejaChange as refus:
        return _suivre(importation_id, refus)
    importation.traiter_aussitot(lancee)
    return htmx.rediriger(url_for("importation.suivi", importation_id=importation_id))


@bp.post("/<id:importation_id>/abandon")
@access.reserve_a(*ROLES_GESTION)
def abandonner(importation_id: int) -> Response:
    try:
        importation.abandonner(g.compte, importation_id)
    except DejaChange as refus:
        return _suivre(importation_id, refus)
    flash("Import abandonné : rien n’a été enregistré, et les fichiers sont effacés.")
    return htmx.rediriger(url_for("importation.page"))


# ——— inside ———


def _montrer(form: ImportationForm, statut: int = 200) -> Response:
    imports = lecture_importation.lister(g.compte)
    page = render_template("importation/page.html", form=form, imports=imports, tables=TABLES)
    return make_response(page, statut)


def _refuser(form: ImportationForm, refus: Refus) -> Response:
    """Beside the field when it is about the files; who may not at all is told so on a page of its own."""
    if refus.champ not in form:
        raise refus
    form[refus.champ].errors = [refus.phrase]
    return _montrer(form, refus.statut)


def _suivre(importation_id: int, refus: Refus | None = None) -> Response:
    vu = lecture_importation.voir(g.compte, importation_id)
    page = render_template("importation/suivi.html", i=vu, refus=refus)
    return make_response(page, refus.statut if refus else 200)
