"""A mandate of direct debit, as it was signed on paper: whose, and when."""

from collections.abc import Sequence

from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, StopValidation

from portail.domain.lecture_mandats import AdulteVu
from portail.forms.comptes import SensibleForm
from portail.forms.planning import lire_entier
from portail.forms.valeurs import JourField

QUI = "Choisissez la personne qui a signé."


class MandatForm(SensibleForm):
    responsable = RadioField(
        "Signé par",
        [InputRequired(QUI)],
        validate_choice=False,  # the act knows the adults of the family
    )
    signe_le = JourField("Signé le", [InputRequired("Indiquez la date de la signature.")])

    def __init__(self, *args, adultes: Sequence[AdulteVu], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.responsable.choices = [SelectChoice(str(a.id), f"{a.nom}, compte {a.iban}") for a in adultes]

    def validate_responsable(self, champ) -> None:
        if not lire_entier(champ.data):
            raise StopValidation(QUI)

    @property
    def signataire(self) -> int:
        """The id of the adult."""
        return lire_entier(self.responsable.data) or 0
