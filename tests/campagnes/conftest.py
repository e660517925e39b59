"""A town that may bill November: its settings, a tariff for the canteen, some days of presence."""

import datetime as dt

import pytest

import workflows as w
from models import Campagne, Compte, Famille, db
from portail.domain import campagnes
from tests.courses.coureurs import peupler
from tests.factures import NOVEMBRE, regler, tarif
from tests.monde import Monde

LUNDI, MARDI, JEUDI = dt.date(2026, 11, 23), dt.date(2026, 11, 24), dt.date(2026, 11, 26)


@pytest.fixture
def novembre(monde: Monde) -> Monde:
    """Léa came on two days, Tomás on one, nobody pointed Noé; the canteen is at 3,45 €."""
    regler()
    tarif(monde.cantine)
    for enfant, jour, statut in (
        (monde.lea, LUNDI, w.PRESENT),
        (monde.lea, MARDI, w.PRESENT),
        (monde.noe, LUNDI, w.RESERVE),
        (monde.tomas, LUNDI, w.PRESENT),
    ):
        monde.poser(enfant, monde.seance(monde.cantine, jour), statut)
    return monde


def apercu(auteur: Compte | None, mois: dt.date = NOVEMBRE):
    """The preview of that month, worked out to its end."""
    demande = campagnes.apercevoir(auteur, mois)
    while campagnes.servir():
        pass
    return type(demande).get_by_id(demande.id)


def emettre(auteur: Compte | None, mois: dt.date = NOVEMBRE) -> Campagne:
    """That month, previewed then issued to the end."""
    campagne = campagnes.lancer(auteur, mois, apercu(auteur, mois).marque)
    while campagnes.servir():
        pass
    return Campagne.get_by_id(campagne.id)


def peupler_de_presents(monde: Monde, nombre: int) -> list[Famille]:
    """So many families more, whose child was at the canteen on the Monday."""
    foyers = peupler(monde.cantine, nombre)
    with db.atomic():
        for foyer in foyers:
            monde.poser(foyer.enfant, monde.seance(monde.cantine, LUNDI), w.PRESENT)
    return [foyer.famille for foyer in foyers]
