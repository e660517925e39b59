"""The feeds of Claire: opened by the act, read as a phone does, without a session."""

import datetime as dt

import pytest
import vobject
from icalendar import Calendar

from models import Agenda, Compte, Enfant, Famille
from portail import clock
from portail.domain import adresses_d_agenda, agenda
from tests.actes import session_de
from tests.conftest import ADRESSE
from tests.droits.conftest import julien
from tests.monde import MAINTENANT

__all__ = ["julien"]


def ouvrir(compte: Compte, famille: Famille, enfant: Enfant | None = None) -> Agenda:
    return agenda.ouvrir(session_de(compte), famille, enfant and enfant.id)


def apres(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))


def chemin(agenda: Agenda) -> str:
    """The address of a feed, without its host."""
    return adresses_d_agenda.adresse(agenda).removeprefix(ADRESSE)


class Lu:
    """A feed as it was received, and as two libraries that know nothing of each other read it."""

    def __init__(self, texte: str) -> None:
        self.texte = texte
        self.calendrier = Calendar.from_ical(texte)
        self.vobjet = vobject.readOne(texte)
        self.evenements = {str(e["UID"]): e for e in self.calendrier.walk("VEVENT")}

    def titres(self) -> list[str]:
        return [str(e["SUMMARY"]) for e in self.evenements.values()]

    def venue(self, enfant, seance):
        """The event of this créneau; None when there is none."""
        return self.evenements.get(f"creneau-{enfant.id}-{seance.id}@localhost")

    def echeances(self) -> dict[str, object]:
        """The deadlines, by title."""
        dites = ((str(e["SUMMARY"]), e) for uid, e in self.evenements.items() if uid.startswith("reserver-"))
        return {titre.removeprefix("Dernier moment pour réserver : "): e for titre, e in dites}


@pytest.fixture
def lire(client):
    """`lire(agenda)`: what a phone that has the address gets."""

    def demander(agenda: Agenda) -> Lu:
        reponse = client.get(chemin(agenda))
        assert (reponse.status_code, reponse.content_type) == (200, "text/calendar; charset=utf-8")
        return Lu(reponse.text)

    return demander


@pytest.fixture
def famille(monde):
    """The feed of Claire's whole family."""
    return ouvrir(monde.claire, monde.moreau)
