"""The code of the moment, or one of those kept on paper."""

import re

from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from portail.domain import codes
from portail.forms.comptes import SensibleForm

TROP_LONG = Length(max=100, message="Ce code est trop long.")


def six_chiffres(_: Form, champ: Field) -> None:
    """A slip of the pen is told at once, and is no failed try."""
    if not re.fullmatch(r"[0-9]{6}", _ranger(champ.data)):
        raise StopValidation("Recopiez les 6 chiffres que montre l’application.")


def code_ou_secours(_: Form, champ: Field) -> None:
    if not re.fullmatch(rf"[0-9]{{6}}|[{codes.ALPHABET}]{{{codes.LONGUEUR}}}", _ranger(champ.data)):
        raise StopValidation(
            f"L’application donne 6 chiffres ; un code de secours a {codes.LONGUEUR} lettres et chiffres."
        )


def _ranger(code: str) -> str:
    return re.sub(r"[\s\-–—.]+", "", code).upper()


class ActivationForm(FlaskForm):
    code = StringField("Code à 6 chiffres", [InputRequired("Indiquez le code."), TROP_LONG, six_chiffres])


class CodeForm(FlaskForm):
    code = StringField(
        "Code à 6 chiffres ou code de secours",
        [InputRequired("Indiquez le code."), TROP_LONG, code_ou_secours],
    )


class RefaireForm(SensibleForm):
    """New recovery codes: nothing else to say."""
