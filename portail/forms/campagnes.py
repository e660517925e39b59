"""What a monthly run is asked with: a month, the preview that was read."""

import datetime as dt
import re

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import ValidationError

from portail.forms.planning import lire_entier


class MoisForm(FlaskForm):
    mois = StringField("Mois", id="mois")

    def validate_mois(self, champ: StringField) -> None:
        lu = re.fullmatch(r"(\d{4})-(\d\d)|(\d\d?)/(\d{4})", (champ.data or "").strip())
        annee, numero = (lu[1] or lu[4], lu[2] or lu[3]) if lu else ("", "")
        if not lu or not 1 <= int(numero) <= 12 or not 2000 <= int(annee) < 2100:
            raise ValidationError("Choisissez un mois, par exemple 11/2026.")
        self.choisi = dt.date(int(annee), int(numero), 1)


def lire_le_filtre(parametres: MultiDict[str, str]) -> tuple[str, int]:
    """The kind of anomaly, and the page."""
    return parametres.get("anomalie", ""), lire_entier(parametres.get("page")) or 1


def lire_marque(saisie: str | None) -> str:
    """The preview that was under the eyes."""
    return (saisie or "")[:64]
