"""The town's words in its mails: each kind with what it becomes, and the signature."""

from flask import Blueprint, abort, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import apercu_de_courriel, textes_de_courriel
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.textes_de_courriel import GENRES, QUESTION, SANS_TEXTE, VARIABLES, Texte
from portail.domain.ville import la_ville
from portail.forms.textes_de_courriel import SignatureForm, TexteForm

bp = Blueprint("textes_de_courriel", __name__, url_prefix="/agents/mise-en-place/courriels")

COURRIEL = f"<any({', '.join(GENRES)}):courriel>"


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer(SignatureForm(formdata=None, signature=la_ville().signature))


@bp.post("/signature")
@access.reserve_a(*ROLES_GESTION)
def signer() -> Response:
    form = SignatureForm()
    try:
        textes_de_courriel.signer(g.compte, form.signature.data or "")
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.signature.errors = [refus.phrase]
        return _montrer(form, refus.statut)
    flash("La signature est enregistrée.")
    return htmx.rediriger(url_for("textes_de_courriel.page"))


@bp.get(f"/{COURRIEL}")
@access.reserve_a(*ROLES_GESTION)
def texte(courriel: str) -> Response:
    ecrit = textes_de_courriel.lire().get(courriel, SANS_TEXTE)
    return _editer(courriel, TexteForm(formdata=None, obj=ecrit))


@bp.post(f"/{COURRIEL}")
@access.reserve_a(*ROLES_GESTION)
def regler(courriel: str) -> Response:
    form = TexteForm()
    try:
        textes_de_courriel.regler(g.compte, courriel, form.lire())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _editer(courriel, form, refus.statut)
    flash("C’est enregistré : les prochains courriels le diront ainsi.")
    return htmx.rediriger(url_for("textes_de_courriel.texte", courriel=courriel))


@bp.post(f"/{COURRIEL}/apercu")
@access.reserve_a(*ROLES_GESTION)
def apercu(courriel: str) -> Response:
    """What the mail would be with what is typed. Nothing is written."""
    return _editer(courriel, TexteForm(), essai=True)


@bp.post(f"/{COURRIEL}/retablissement")
@access.reserve_a(*ROLES_GESTION)
def retablir(courriel: str) -> Response:
    textes_de_courriel.retablir(g.compte, courriel)
    flash("Les mots du portail sont rétablis.")
    return htmx.rediriger(url_for("textes_de_courriel.texte", courriel=courriel))


# ——— inside ———


def _montrer(form: SignatureForm, statut: int = 200) -> Response:
    if not access.perimetre_du_compte().entier:
        abort(404)
    page = render_template(
        "textes_de_courriel/page.html",
        form=form,
        genres=GENRES,
        ecrits=textes_de_courriel.lire(),
        variables=VARIABLES,
    )
    return make_response(page, statut)


def _editer(courriel: str, form: TexteForm, statut: int = 200, *, essai: bool = False) -> Response:
    """The form, and the mail as it would leave: with what is typed when it can be, else as it is now."""
    if not access.perimetre_du_compte().entier:
        abort(404)
    ecrit = textes_de_courriel.lire().get(courriel, SANS_TEXTE)
    voulu, refus = _essayer(form, ecrit)
    page = render_template(
        "textes_de_courriel/texte.html",
        form=form,
        courriel=courriel,
        genre=GENRES[courriel],
        ecrit=ecrit != SANS_TEXTE,
        essai=essai,
        apercu=apercu_de_courriel.apercevoir(g.compte, courriel, voulu),
        variables=VARIABLES,
        question=QUESTION,
    )
    return make_response(page, refus.statut if refus else statut)


def _essayer(form: TexteForm, ecrit: Texte) -> tuple[Texte, Refus | None]:
    """What is typed, unless it cannot be: it is said beside its field, and what stands is shown."""
    try:
        textes_de_courriel.verifier(form.lire())
    except Refus as refus:
        form.signaler(refus)
        return ecrit, refus
    return form.lire(), None
