"""A form that comes back with what is wrong in it, said beside each field."""

from flask import render_template
from flask_wtf import FlaskForm

from portail.domain.essais import TropDEssais
from portail.domain.refus import Refus


def encore(
    gabarit: str, form: FlaskForm, refus: Refus | None = None, **contexte: object
) -> tuple[str, int, dict[str, str]]:
    """The page again, its form as it was typed; `refus` is what the act answered, if it was asked."""
    entetes = {}
    if refus is not None and refus.champ in form:
        form[refus.champ].errors = [refus.phrase]
    if isinstance(refus, TropDEssais):
        entetes["Retry-After"] = str(refus.secondes)
    return render_template(gabarit, form=form, **contexte), refus.statut if refus else 422, entetes
