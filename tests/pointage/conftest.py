"""Fixtures: the canteen of today, with a child whose file says all there is to know at the gate."""

import datetime as dt

import pytest

import workflows as w
from models import Affectation, Compte, Enfant, LienParental, Lieu, Pointage, Presence, Seance
from portail.domain import champs
from portail.domain.pointage import Geste
from tests.dossier.contacts import poser
from tests.monde import MAINTENANT, Monde

AUJOURDHUI = MAINTENANT.date()
SANTE = {
    "regime": "sans_porc",
    "allergies": "Arachide, piqûres de guêpe",
    "pai_debut": "2026-09-01",
    "pai_fin": "2027-07-02",
    "pai_consignes": "Stylo dans la trousse rouge",
    "medecin": "Dr Roy",
    "medecin_telephone": "02 61 91 40 13",
}


@pytest.fixture
def seance(monde: Monde) -> Seance:
    """Today's canteen; Léa and Tomás are booked, Noé is registered, Inès waits for an answer."""
    seance = monde.seance(monde.cantine, AUJOURDHUI)
    for enfant in (monde.lea, monde.tomas):
        monde.poser(enfant, seance, w.RESERVE)
    return seance


@pytest.fixture
def au_complet(monde: Monde, seance: Seance) -> Seance:
    """The same: Léa has a PAI, her grandmother may come, her father must not."""
    Enfant.update(sante=champs.fermer(SANTE), classe="CE1", rentre_seul=False).where(
        Enfant.id == monde.lea.id
    ).execute()
    poser(monde.lea)
    LienParental.update(droit="aucun").where(
        LienParental.responsable == monde.adulte_julien, LienParental.enfant == monde.lea
    ).execute()
    return seance


@pytest.fixture
def ailleurs(monde: Monde) -> Compte:
    """An animateur who has another place than the school."""
    Affectation.create(compte=monde.animateur, lieu=Lieu.create(nom="Centre des Rives"))
    return monde.animateur


def geste(voulu: str, vu: str = "", cle: str = "", **heures: dt.datetime) -> Geste:
    return Geste(voulu, vu, cle, **heures)


def etat(enfant: Enfant, seance: Seance) -> str:
    """What the roll call says of the child; empty: nothing."""
    presence = Presence.get_or_none(enfant=enfant, seance=seance)
    return presence.etat if presence else ""


def issues(enfant: Enfant) -> list[tuple[str, str]]:
    """The taps that were received about this child, and what became of each."""
    requete = Pointage.select().where(Pointage.enfant == enfant).order_by(Pointage.id)
    return [(p.geste, p.issue) for p in requete]
