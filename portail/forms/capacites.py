"""Places that activities share, as they are typed."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import NumberInput

from portail.domain.capacites import Voulue
from portail.domain.projet_d_activite import NOM_MAX
from portail.domain.refus import Refus
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net
from portail.forms.valeurs import lire_le_nombre

PAR_JOUR, A_LA_FOIS = "jour", "heure"
COCHEES_MAX = 500


class CapaciteForm(FlaskForm):
    nom = StringField("Nom", filters=[au_net])
    places = StringField("Places", widget=NumberInput(min=0))
    compte = SelectField(
        "Compter",
        choices=[
            SelectChoice(PAR_JOUR, "par jour : les repas d’une cuisine"),
            SelectChoice(A_LA_FOIS, "à la fois : une salle, un car"),
        ],
        validate_choice=False,
    )
    nom_max = NOM_MAX

    def __init__(self, cochees: Sequence[str] = (), **autres) -> None:
        super().__init__(**autres)
        self.cochees = {ident for texte in cochees[:COCHEES_MAX] if (ident := lire_entier(texte))}
        self.phrase = ""
        """What is wrong with the activities, or with all of it."""

    def lire(self) -> Voulue | None:
        """What is wanted; None when something cannot be read, said beside it."""
        try:
            places = lire_le_nombre(self.places.data)
        except ValueError as faute:
            self.places.errors = [str(faute)]
            return None
        if places is None:
            self.places.errors = ["Indiquez le nombre de places."]
            return None
        return Voulue(self.nom.data, places, self.compte.data == A_LA_FOIS, frozenset(self.cochees))

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, or above the activities."""
        if refus.champ in self:
            self._fields[refus.champ].errors = [refus.phrase]
        else:
            self.phrase = refus.phrase
