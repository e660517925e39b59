"""The code abonné, as it is typed, and the date of birth that goes with a short number."""

import datetime as dt
import re
from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import DateField, Field, Form, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from portail.domain import codes
from portail.domain.refus import Refus
from portail.forms.textes import ranger

COMME_ECRIRE = "Écrivez la date ainsi : 14/03/2018."
JOUR_IMPOSSIBLE = "Ce jour n’existe pas : vérifiez la date."


def champ_code(libelle: str, *avant: Callable[[Form, Field], None]) -> StringField:
    return StringField(libelle, [*avant, bien_ecrit], filters=[ranger])


def bien_ecrit(_: Form, champ: Field) -> None:
    """Slips of the pen are told at once. Whether the code exists is another question."""
    try:
        codes.lire(champ.data)
    except Refus as refus:
        raise StopValidation(refus.phrase) from refus


class NaissanceField(DateField):
    """A date as people write it. A browser's own field would ask an English one for the month first."""

    widget = TextInput()

    def process_formdata(self, valuelist):
        self.data = None
        if texte := "".join(valuelist).strip():
            self.data = lire_jour(texte)


def lire_jour(texte: str) -> dt.date:
    """« 14/03/2018 », « 14 3 2018 », « 14032018 », « 2018-03-14 »."""
    for forme in (
        r"(?P<j>\d\d?)\D(?P<m>\d\d?)\D(?P<a>\d{4})",
        r"(?P<j>\d\d)(?P<m>\d\d)(?P<a>\d{4})",
        r"(?P<a>\d{4})-(?P<m>\d\d)-(?P<j>\d\d)",
    ):
        if lu := re.fullmatch(forme, texte, re.ASCII):
            try:
                return dt.date(int(lu["a"]), int(lu["m"]), int(lu["j"]))
            except ValueError as faute:  # 30 February
                raise ValueError(JOUR_IMPOSSIBLE) from faute
    raise ValueError(COMME_ECRIRE)


class CodeForm(FlaskForm):
    """A form with a code abonné: `code`, declared by each with its own label."""

    naissance = NaissanceField("Date de naissance d’un de vos enfants")

    @property
    def est_court(self) -> bool:
        """Whether what was typed is a short number: a second fact goes with it, asked once it is seen."""
        try:
            return codes.est_court(codes.lire(self["code"].data or ""))
        except Refus:
            return False

    def validate_naissance(self, champ: Field) -> None:
        if not self.est_court:
            champ.data, champ.errors = None, []
        elif champ.data is None and not champ.errors:
            raise StopValidation("Avec ce numéro court, indiquez aussi la date de naissance d’un enfant.")


class AbonnementForm(CodeForm):
    code = champ_code("Code Abonné")
