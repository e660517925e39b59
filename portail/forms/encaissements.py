"""What an agent takes down at the counter: money that came, and why some of it did not hold."""

import datetime as dt

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from portail.domain.caisse import MOTIF_MAX, MOYENS, REFERENCE_MAX, Apport
from portail.domain.lecture_caisse import Guichet
from portail.forms.demandes import lire_date
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net
from portail.forms.valeurs import EurosField, JourField


class EncaissementForm(FlaskForm):
    """One receipt. `cle` is drawn with the page: sent twice, it is the same money."""

    cle = HiddenField()
    payeur = HiddenField()
    avance = HiddenField()
    factures = SelectMultipleField(
        "Factures réglées", coerce=lambda saisi: lire_entier(str(saisi)) or 0, validate_choice=False
    )
    montant = EurosField("Montant reçu", [InputRequired("Indiquez le montant reçu.")])
    moyen = RadioField(
        "Moyen",
        [InputRequired("Choisissez comment la personne a payé.")],
        choices=[SelectChoice(code, dit) for code, dit in MOYENS.items()],
        validate_choice=False,  # the act knows them
    )
    recu_le = JourField("Reçu le", [InputRequired("Indiquez la date.")])
    reference = StringField(
        "Référence",
        [Length(max=REFERENCE_MAX, message=f"{REFERENCE_MAX} caractères au plus.")],
        filters=[au_net],
    )

    def validate_montant(self, champ: EurosField) -> None:
        if not champ.cents:
            raise StopValidation("Indiquez un montant au-dessus de zéro.")

    @property
    def apport(self) -> Apport:
        """What was typed, for the act."""
        return Apport(
            lire_entier(self.payeur.data) or 0,
            self.montant.cents,
            self.moyen.data or "",
            self.recu_le.data,
            self.reference.data or "",
            tuple(self.factures.data or ()),
            self.cle.data or "",
            lire_entier(self.avance.data) or 0,
        )


class ContrepartieForm(FlaskForm):
    motif = TextAreaField(
        "Pourquoi il n’a pas abouti",
        [
            DataRequired("Dites pourquoi : la famille le lira."),
            Length(max=MOTIF_MAX, message=f"{MOTIF_MAX} caractères au plus."),
        ],
        filters=[au_net],
    )


def vierge(vue: Guichet, cle: str, aujourdhui: dt.date) -> EncaissementForm:
    """The form as it begins: what is due is ticked, unless its money is on its way already."""
    cochees = [due for due in vue.dues if not due.ailleurs]
    return EncaissementForm(
        formdata=None,
        data={
            "cle": cle,
            "payeur": str(vue.payeur.id if vue.payeur else ""),
            "factures": [due.id for due in cochees],
            "montant": f"{vue.propose / 100:.2f}".replace(".", ",") if vue.propose else "",
            "recu_le": aujourdhui,
        },
    )


def lire_le_jour_voulu(parametres: MultiDict[str, str], aujourdhui: dt.date) -> tuple[dt.date, list[str]]:
    """The day of a list, and a sentence for what the address holds and cannot be."""
    erreurs: list[str] = []
    return lire_date(parametres.get("jour", ""), erreurs) or aujourdhui, erreurs
