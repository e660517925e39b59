"""Asking for the address of a calendar feed: of whom, and the password when it was not given of late."""

from werkzeug.datastructures import MultiDict

from portail.forms.comptes import SensibleForm
from portail.forms.planning import lire_entier


class AgendaForm(SensibleForm):
    """Opening an address, or putting another in its place: the password alone."""


def lire_l_enfant(saisie: MultiDict[str, str]) -> int | None:
    """The child that the feed is of; None for the whole family. What is not one id names nobody: 0."""
    voulus = saisie.getlist("enfant") or [""]
    return (len(voulus) == 1 and lire_entier(voulus[0]) or 0) if any(voulus) else None
