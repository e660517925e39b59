"""Days, hours and numbers, as whoever sets the town up types them. What is wrong is told in French."""

import datetime as dt
import re

from wtforms import DateField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput

from portail.domain import coordonnees
from portail.domain.cadre import ANNEES
from portail.forms.abonnements import lire_jour
from portail.forms.textes import au_net

TEXTE_MAX = 20
"""Longer is neither a day, nor an hour, nor a number."""


def lire_le_jour(texte: str | None) -> dt.date | None:
    """« 14/03/2026 », « 2026-03-14 »; None when empty. :class:`ValueError` says why it is no day."""
    net = au_net(texte)[:TEXTE_MAX]
    if not net:
        return None
    jour = lire_jour(net)
    if jour.year not in ANNEES:
        raise ValueError("Cette année est trop loin : vérifiez la date.")
    return jour


def lire_l_heure(texte: str | None) -> dt.time | None:
    """« 11:30 », « 11 h 30 », « 8h »; None when empty. :class:`ValueError` says why it is no hour."""
    net = au_net(texte)[:TEXTE_MAX]
    if not net:
        return None
    lu = re.fullmatch(r"([0-9]{1,2}) ?[h:] ?([0-9]{2})?(?::00)?", net, re.IGNORECASE)
    if lu is None or int(lu[1]) > 23 or int(lu[2] or 0) > 59:
        raise ValueError("Écrivez l’heure ainsi : 11:30.")
    return dt.time(int(lu[1]), int(lu[2] or 0))


def lire_le_nombre(texte: str | None) -> int | None:
    """A whole number, None when empty. :class:`ValueError` says why it is none."""
    net = au_net(texte)[:TEXTE_MAX]
    if not net:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", net, re.ASCII):
        raise ValueError("Écrivez un nombre entier.")
    return int(net)


class JourField(DateField):
    """A day as people write it, and as the browser's own field gives it."""

    widget = DateInput()

    def process_formdata(self, valuelist):
        self.data = None
        self.data = lire_le_jour("".join(valuelist))
        if self.data is None:
            self.raw_data = []  # spaces are no day: where one is required, it is asked for


class EurosField(StringField):
    """An amount as people write it, « 1 234,50 »; `cents` once it was read."""

    cents: int = 0

    def pre_validate(self, form):
        if net := au_net(self.data):
            try:
                self.cents = int(coordonnees.centiemes(net))
            except ValueError as faute:
                raise StopValidation(str(faute)) from faute
