"""One séance, as whoever sets it types it: its hours, its places, its day when it is one more."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.widgets import DateInput, NumberInput, TimeInput

from models import Seance
from portail.domain.cadre import ANNEES
from portail.domain.refus import Refus
from portail.domain.seances import Reglage
from portail.forms.textes import au_net
from portail.forms.valeurs import lire_l_heure, lire_le_jour, lire_le_nombre

T = TypeVar("T")


class SeanceForm(FlaskForm):
    debut = StringField("De", widget=TimeInput())
    fin = StringField("À", widget=TimeInput())
    places = StringField("Places", widget=NumberInput(min=0))

    @classmethod
    def de(cls, seance: Seance) -> "SeanceForm":
        """Begins with what the séance is."""
        return cls(
            formdata=None,
            data={
                "debut": f"{seance.debut:%H:%M}",
                "fin": f"{seance.fin:%H:%M}",
                "places": str(seance.places),
            },
        )

    def lire(self) -> Reglage | None:
        """What is wanted; None when something cannot be read, said beside it."""
        debut = self._lire("debut", lire_l_heure, "Indiquez l’heure de début.")
        fin = self._lire("fin", lire_l_heure, "Indiquez l’heure de fin.")
        places = self._lire("places", lire_le_nombre, "Indiquez le nombre de places.")
        if debut is None or fin is None or places is None:
            return None
        return Reglage(debut, fin, places)

    def signaler(self, refus: Refus) -> str:
        """Say it beside its field; gives the sentence when it has none."""
        if refus.champ not in self:
            return refus.phrase
        self._fields[refus.champ].errors = [refus.phrase]
        return ""

    def _lire(self, nom: str, lire: Callable[[str | None], T | None], vide: str) -> T | None:
        try:
            lu = lire(self._fields[nom].data)
        except ValueError as faute:
            self._fields[nom].errors = [str(faute)]
            return None
        if lu is None:
            self._fields[nom].errors = [vide]
        return lu


class AjoutForm(SeanceForm):
    jour = StringField("Jour", widget=DateInput())

    def lire_le_jour(self) -> dt.date | None:
        """The day; None when it cannot be read, said beside it."""
        return self._lire("jour", lire_le_jour, "Indiquez le jour.")


def lire_le_mois(texte: str | None) -> dt.date | None:
    """« 2026-12 »: its first day; None for anything else."""
    try:
        jour = dt.date.fromisoformat(f"{au_net(texte)[:7]}-01")
    except ValueError:
        return None
    return jour if jour.year in ANNEES else None
