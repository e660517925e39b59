"""What a rule of answer is made of, as it is filled in."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

import workflows as w
from models import NATURES_DE_REGLE
from portail.domain import dossier_complet
from portail.domain.refus import Refus
from portail.domain.regles_de_reponse import PLACES_MAX, Conditions, RegleVue
from portail.forms.planning import lire_entier


class RegleForm(FlaskForm):
    """The rule: of which activity, for what, on which conditions."""

    activite = SelectField("Activité", choices=[], validate_choice=False)
    nature = SelectField(
        "Ce que la règle accepte",
        choices=[SelectChoice(code, w.NATURES[code]) for code in NATURES_DE_REGLE],
        validate_choice=False,
    )
    places_min = IntegerField("Places qui doivent rester sur chaque séance", default=1)
    dossier = SelectMultipleField(
        "Le dossier doit être complet pour",
        choices=[SelectChoice(code, nom) for code, nom in dossier_complet.PARTIES.items()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    dans_les_delais = BooleanField("Absences : seulement si elles sont déclarées avant la date limite")

    def lire(self) -> Conditions:
        """The conditions; :class:`Refus` when a number is none."""
        places = self.places_min.data
        if places is None:
            raise Refus(f"Indiquez un nombre de places, de 1 à {PLACES_MAX}.", champ="places_min")
        choisies = self.dossier.data or []
        inconnues = [partie for partie in choisies if partie not in dossier_complet.PARTIES]
        parties = tuple(partie for partie in dossier_complet.PARTIES if partie in choisies)
        return Conditions(places, (*parties, *inconnues), self.dans_les_delais.data)

    def proposer(self, activites: list[tuple[int, str]]) -> None:
        """The activities to choose from."""
        siens = [SelectChoice(str(ident), nom) for ident, nom in activites]
        self.activite.choices = [SelectChoice("", "Choisir une activité…"), *siens]

    @property
    def activite_id(self) -> int:
        return lire_entier(self.activite.data) or 0

    def montrer(self, regle: RegleVue) -> "RegleForm":
        """The rule as it stands."""
        self.activite.data, self.nature.data = str(regle.activite_id), regle.nature
        self.places_min.data = regle.conditions.places_min
        self.dossier.data = list(regle.conditions.dossier)
        self.dans_les_delais.data = regle.conditions.dans_les_delais
        return self

    def refuser(self, refus: Refus) -> None:
        """Say it beside its field."""
        if refus.champ in self:
            self[refus.champ].errors = [refus.phrase]
