"""What the town says of itself: its identity, its logo, what it accepts by itself, its legal pages."""

from flask import Blueprint, abort, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx
from portail.domain import automatiques, conformite, identite, pages_de_la_ville, teinte
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.ville import NIVEAUX
from portail.forms.planning import lire_entier
from portail.forms.ville import IdentiteForm, LogoForm, PageForm
from portail.frontiere import CSP_D_UN_FICHIER, recoit

bp = Blueprint("ville", __name__)

ICI = "/agents/mise-en-place/ville"
CLE = "<any({}):page_cle>".format(", ".join(f"'{cle}'" for cle in pages_de_la_ville.PAGES))
DEJA = "Rien n’a changé : c’était déjà ainsi."
CORPS_MAX = 12_000_000
"""More than a logo may weigh, so that one slightly too heavy is told beside its field."""


@bp.get("/logo/<jeton:empreinte>.png")
@access.tous_pareil
def logo(empreinte: str) -> Response:
    """The town's logo: its address changes when it does."""
    contenu = identite.logo(empreinte) or abort(404)
    reponse = make_response(contenu)
    reponse.mimetype = "image/png"
    reponse.headers["Content-Security-Policy"] = CSP_D_UN_FICHIER
    reponse.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return reponse


@bp.get(ICI)
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer(IdentiteForm(formdata=None, obj=identite.lire()))


@bp.post(ICI)
@access.reserve_a(*ROLES_GESTION)
def regler() -> Response:
    form = IdentiteForm()
    _toute_la_ville()
    if not form.validate():
        return _montrer(form, 422)
    try:
        change = identite.regler(g.compte, form.lire())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.signaler(refus)
        return _montrer(form, refus.statut)
    return _dire("C’est enregistré." if change else DEJA)


@bp.get(f"{ICI}/teinte")
@access.reserve_a(*ROLES_GESTION)
def echantillon() -> str:
    """What a hue looks like: the piece of the page that follows the slider."""
    choisie = lire_entier(request.args.get("teinte"))
    choisie = choisie if choisie is not None and choisie <= 360 else identite.lire().teinte
    return render_template(
        "ville/_echantillon.html", teinte=choisie, echantillons=teinte.echantillons(choisie)
    )


@bp.post(f"{ICI}/logo")
@recoit(CORPS_MAX, "Cette image dépasse 5 Mo : choisissez-en une plus légère, ou réduisez-la.")
@access.reserve_a(*ROLES_GESTION)
def poser_le_logo() -> Response:
    form = LogoForm()
    _toute_la_ville()
    try:
        identite.poser_le_logo(g.compte, form.octets())
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.logo.errors = [refus.phrase]
        return _montrer(IdentiteForm(formdata=None, obj=identite.lire()), refus.statut, form_logo=form)
    return _dire("Le logo de la ville est en place.")


@bp.post(f"{ICI}/logo/retrait")
@access.reserve_a(*ROLES_GESTION)
def retirer_le_logo() -> Response:
    identite.retirer_le_logo(g.compte)
    return _dire("Le logo est retiré.")


@bp.post(f"{ICI}/champs-automatiques")
@access.reserve_a(*ROLES_GESTION)
def regler_les_champs() -> Response:
    automatiques.regler(request.form.getlist("champ"), g.compte)
    return _dire("C’est enregistré.")


@bp.post(f"{ICI}/conformite")
@access.reserve_a(*ROLES_GESTION)
def declarer() -> Response:
    try:
        change = conformite.declarer(g.compte, request.form.get("conformite", ""))
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form = IdentiteForm(formdata=None, obj=identite.lire())
        return _montrer(form, refus.statut, refus=refus.phrase)
    return _dire("C’est déclaré, au pied de chaque page." if change else DEJA)


@bp.get(f"{ICI}/pages/{CLE}")
@access.reserve_a(*ROLES_GESTION)
def texte(page_cle: str) -> Response:
    lue = pages_de_la_ville.lire(page_cle)
    return _editer(page_cle, PageForm(formdata=None, texte=lue.texte))


@bp.post(f"{ICI}/pages/{CLE}")
@access.reserve_a(*ROLES_GESTION)
def ecrire(page_cle: str) -> Response:
    form = PageForm()
    try:
        pages_de_la_ville.ecrire(g.compte, page_cle, form.texte.data or "")
    except (Interdit, Introuvable):
        raise
    except Refus as refus:
        form.texte.errors = [refus.phrase]
        return _editer(page_cle, form, refus.statut)
    flash("La page est publiée.")
    return htmx.rediriger(url_for("ville.texte", page_cle=page_cle))


@bp.post(f"{ICI}/pages/{CLE}/retablissement")
@access.reserve_a(*ROLES_GESTION)
def retablir(page_cle: str) -> Response:
    pages_de_la_ville.retablir(g.compte, page_cle)
    flash("Le texte du portail est rétabli.")
    return htmx.rediriger(url_for("ville.texte", page_cle=page_cle))


# ——— inside ———


def _toute_la_ville() -> None:
    """Who is limited to places has not this page."""
    if not access.perimetre_du_compte().entier:
        abort(404)


def _dire(phrase: str) -> Response:
    flash(phrase)
    return htmx.rediriger(url_for("ville.page"))


def _montrer(
    form: IdentiteForm, statut: int = 200, form_logo: LogoForm | None = None, refus: str = ""
) -> Response:
    _toute_la_ville()
    actuelle = form.teinte.data if isinstance(form.teinte.data, int) else identite.lire().teinte
    page = render_template(
        "ville/page.html",
        form=form,
        form_logo=form_logo or LogoForm(formdata=None),
        teinte=actuelle,
        echantillons=teinte.echantillons(actuelle),
        possibles=automatiques.possibles(),
        automatiques=automatiques.lire(),
        pages=pages_de_la_ville.PAGES,
        niveaux=NIVEAUX,
        refus=refus,
    )
    return make_response(page, statut)


def _editer(cle: str, form: PageForm, statut: int = 200) -> Response:
    _toute_la_ville()
    lue = pages_de_la_ville.lire(cle)
    return make_response(render_template("ville/texte.html", page=lue, form=form), statut)
