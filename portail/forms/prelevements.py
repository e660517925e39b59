"""Direct debits: the day that accounts are debited on, and why one of them was not."""

import datetime as dt

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portail.domain.remises import MOTIF_MAX
from portail.forms.demandes import lire_date
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net


class MotifForm(FlaskForm):
    motif = StringField(
        "Motif",
        [
            DataRequired("Dites pourquoi : la famille le lira."),
            Length(max=MOTIF_MAX, message=f"{MOTIF_MAX} caractères au plus."),
        ],
        filters=[au_net],
    )

    @property
    def erreur(self) -> str:
        return " ".join(str(phrase) for phrase in self.motif.errors)


def lire_le_jour_voulu(saisie: MultiDict[str, str], propose: dt.date) -> tuple[dt.date, list[str]]:
    """The day wanted, or the one that is proposed; and what the address holds and cannot be."""
    erreurs: list[str] = []
    return lire_date(saisie.get("jour", ""), erreurs) or propose, erreurs


def lire_la_page(parametres: MultiDict[str, str]) -> int:
    """Which page of a list; the first when the address says none, or nonsense."""
    return max(lire_entier(parametres.get("page")) or 1, 1)
