"""The reasons that the town offers, set up by its managers: of refusal, by nature of demande; of absence."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from models import ROLES_GESTION, MotifAbsence, MotifRefus
from portail import access, htmx
from portail.domain import motifs, perimetre
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.motifs import FACTURATIONS, MotifAbsenceForm, MotifRefusForm
from portail.forms.planning import lire_entier

bp = Blueprint("motifs", __name__, url_prefix="/agents/mise-en-place/motifs")

MODELES = {"refus": MotifRefus, "absence": MotifAbsence}
"""The two kinds of lists, as the address names them."""


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer()


@bp.post("/refus")
@access.reserve_a(*ROLES_GESTION)
def ajouter_un_refus() -> Response:
    nature = request.form.get("nature", "")
    cle = f"refus-{nature}"
    form = MotifRefusForm(suffixe=cle)
    return _faire(lambda: motifs.ajouter_un_refus(g.compte, nature, form.lire()), "Motif ajouté.", cle, form)


@bp.post("/refus/<id:refus_id>")
@access.reserve_a(*ROLES_GESTION)
def changer_un_refus(refus_id: int) -> Response:
    cle = f"refus-{refus_id}"
    form = MotifRefusForm(suffixe=cle)
    return _faire(
        lambda: motifs.changer_un_refus(g.compte, refus_id, form.lire()), "Motif enregistré.", cle, form
    )


@bp.post("/absence")
@access.reserve_a(*ROLES_GESTION)
def ajouter_une_absence() -> Response:
    form = MotifAbsenceForm(suffixe="absences")
    return _faire(
        lambda: motifs.ajouter_une_absence(g.compte, *form.lire()), "Motif ajouté.", "absences", form
    )


@bp.post("/absence/<id:motif_absence_id>")
@access.reserve_a(*ROLES_GESTION)
def changer_une_absence(motif_absence_id: int) -> Response:
    cle = f"absence-{motif_absence_id}"
    form = MotifAbsenceForm(suffixe=cle)
    return _faire(
        lambda: motifs.changer_une_absence(g.compte, motif_absence_id, *form.lire()),
        "Motif enregistré.",
        cle,
        form,
    )


@bp.post("/refus/<id:refus_id>/rang")
@access.reserve_a(*ROLES_GESTION)
def deplacer_un_refus(refus_id: int) -> Response:
    return _deplacer("refus", refus_id)


@bp.post("/absence/<id:motif_absence_id>/rang")
@access.reserve_a(*ROLES_GESTION)
def deplacer_une_absence(motif_absence_id: int) -> Response:
    return _deplacer("absence", motif_absence_id)


@bp.post("/refus/<id:refus_id>/retrait")
@access.reserve_a(*ROLES_GESTION)
def retirer_un_refus(refus_id: int) -> Response:
    return _retirer("refus", refus_id)


@bp.post("/absence/<id:motif_absence_id>/retrait")
@access.reserve_a(*ROLES_GESTION)
def retirer_une_absence(motif_absence_id: int) -> Response:
    return _retirer("absence", motif_absence_id)


@bp.post("/refus/<id:refus_id>/retour")
@access.reserve_a(*ROLES_GESTION)
def remettre_un_refus(refus_id: int) -> Response:
    return _remettre("refus", refus_id)


@bp.post("/absence/<id:motif_absence_id>/retour")
@access.reserve_a(*ROLES_GESTION)
def remettre_une_absence(motif_absence_id: int) -> Response:
    return _remettre("absence", motif_absence_id)


def _deplacer(genre: str, motif_id: int) -> Response:
    rang = lire_entier(request.form.get("rang")) or 1
    modele = MODELES[genre]
    return _faire(
        lambda: motifs.deplacer(g.compte, modele, motif_id, rang), "Ordre enregistré.", f"{genre}-{motif_id}"
    )


def _retirer(genre: str, motif_id: int) -> Response:
    dite = "Motif retiré : il reste lisible là où il a été donné."
    return _faire(lambda: motifs.retirer(g.compte, MODELES[genre], motif_id), dite, f"{genre}-{motif_id}")


def _remettre(genre: str, motif_id: int) -> Response:
    dite = "Motif remis, à la fin de sa liste."
    return _faire(lambda: motifs.remettre(g.compte, MODELES[genre], motif_id), dite, f"{genre}-{motif_id}")


def _faire(acte: Callable[[], Any], dite: str, cle: str, form: Any = None) -> Response:
    """Do it, and go back to the list; or show what was typed again, and why it cannot be."""
    try:
        acte()
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer({cle: form.reprendre(refus)} if form else {}, refus)
    flash(dite)
    return htmx.rediriger(url_for("motifs.page", _anchor=cle))


def _montrer(fautifs: dict[str, Any] | None = None, refus: Refus | None = None) -> Response:
    """The lists; `fautifs`: by what it is about, a form as it was typed."""
    perimetre.exiger_toute_la_ville(g.compte)
    formulaires = fautifs or {}
    page = render_template(
        "motifs/page.html",
        refus_par_nature=motifs.refus_par_nature(),
        absences=motifs.d_absence(),
        fautifs=formulaires,
        refus=refus,
        natures=w.NATURES,
        facturations=FACTURATIONS,
        du_refus=lambda suffixe, texte="": (
            formulaires.get(suffixe) or MotifRefusForm(formdata=None, suffixe=suffixe, texte=texte)
        ),
        de_l_absence=lambda motif: formulaires.get(f"absence-{motif.id}") or MotifAbsenceForm.de(motif),
        nouvelle_absence=formulaires.get("absences") or MotifAbsenceForm(formdata=None, suffixe="absences"),
    )
    return make_response(page, refus.statut if refus else 200)
