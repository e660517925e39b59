"""What a tariff would change for real families: counted as the invoices are, before anything is written."""

import datetime as dt
from dataclasses import replace

import pytest

import workflows as w
from models import Activite, Horaire, Responsable
from portail import clock
from portail.domain import comparaison_de_tarifs, tarifs
from portail.domain.comparaison_de_tarifs import COLONNES, Comparaison, Ecart
from tests import factures
from tests.monde import HIER, LUNDI
from tests.tarifs.outils import ANNEE, BANDES, creer, projet

EURO = "\N{NO-BREAK SPACE}€"


def comparer(monde, voulu, **plus) -> Comparaison:
    return tarifs.prevoir(monde.gestionnaire, voulu, **plus).comparaison


def paie(c: Comparaison) -> dict[int, tuple[int, int]]:
    return {e.famille_id: (e.avant, e.apres) for e in c.ecarts}


@pytest.fixture
def novembre(monde):
    """Léa and Noé ate at the canteen yesterday, Tomás too; the families’ quotients are 700 € and none."""
    for enfant in (monde.lea, monde.noe, monde.tomas):
        monde.poser(enfant, monde.seance(monde.cantine, HIER), w.PRESENT)
    Responsable.update(quotient=70_000).where(Responsable.prenom == "Claire").execute()
    return monde


def test_a_first_tariff_is_compared_with_nothing(novembre):
    c = comparer(novembre, replace(projet(novembre.cantine), bareme=BANDES))
    assert (c.mois, c.a_venir) == (dt.date(2026, 11, 1), False)
    assert paie(c) == {novembre.moreau.id: (0, 500), novembre.dasilva.id: (0, 480)}
    assert (c.plus, c.moins, c.pareil, c.total_avant, c.total_apres, c.difference) == (2, 0, 0, 0, 980, 980)


def test_who_pays_more_less_and_the_same_with_each_price_explained(novembre):
    creer(novembre.gestionnaire, replace(projet(novembre.cantine), bareme=BANDES))
    c = comparer(novembre, projet(novembre.cantine, debut=LUNDI, prix=345), remplacer=True)
    assert paie(c) == {novembre.moreau.id: (500, 690), novembre.dasilva.id: (480, 345)}
    assert (c.plus, c.moins, c.pareil) == (1, 1, 0)
    premier = c.plus_grands[0]
    assert premier.famille_id == novembre.moreau.id and c.noms[premier.famille_id] == "Moreau"
    assert premier.pourquoi_avant == (
        f"Quotient familial de 700,00{EURO}, tranche de 500,00{EURO} à moins de"
        f" 1\N{NARROW NO-BREAK SPACE}000,00{EURO} : 2,50{EURO} la séance."
    )
    assert premier.pourquoi_apres == f"3,45{EURO} la séance."


def test_a_tariff_of_the_families_from_elsewhere_leaves_the_others_theirs(novembre):
    Responsable.update(commune="Angers").where(Responsable.prenom == "Paulo").execute()
    creer(novembre.gestionnaire, projet(novembre.cantine, categorie="commune"))
    c = comparer(novembre, projet(novembre.cantine, categorie="hors_commune", prix=700))
    assert paie(c) == {novembre.moreau.id: (690, 690), novembre.dasilva.id: (0, 700)}
    assert (c.plus, c.pareil) == (1, 1)


def test_what_the_invoices_of_the_month_billed_already_counts_too(novembre):
    creer(novembre.gestionnaire, projet(novembre.cantine))
    seance = novembre.seance(novembre.cantine, HIER)
    factures.facture(novembre.adulte_claire, [(novembre.lea, seance, 345)])
    c = comparer(novembre, projet(novembre.cantine, debut=LUNDI, prix=400), remplacer=True)
    assert paie(c)[novembre.moreau.id] == (690, 800)


def test_nobody_last_month_the_month_to_come_as_it_is_booked(monde):
    creer(monde.gestionnaire, projet(monde.cantine))
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    with clock.figer(dt.datetime(2026, 11, 2, 10, tzinfo=clock.PARIS)):
        c = comparer(monde, projet(monde.cantine, debut=dt.date(2026, 12, 1), prix=400), remplacer=True)
    assert (c.mois, c.a_venir, paie(c)) == (dt.date(2026, 12, 1), True, {monde.moreau.id: (345, 400)})
    assert "réservé pour décembre 2026" in c.phrase


def test_a_price_by_month_is_compared_for_whoever_is_registered(monde):
    creer(monde.gestionnaire, projet(monde.centre, prix=1000))
    monde.poser(monde.lea, monde.seance(monde.centre, dt.date(2026, 11, 25)), w.PRESENT)
    c = comparer(monde, projet(monde.centre, debut=LUNDI, unite="mois", prix=2500), remplacer=True)
    assert paie(c) == {monde.moreau.id: (1000, 7500)}  # three children are registered there


def test_an_activity_to_come_is_looked_at_through_the_one_that_it_follows(novembre):
    creer(novembre.gestionnaire, projet(novembre.cantine))
    suite = Activite.create(
        nom="Cantine", lieu=novembre.cantine.lieu, debut=dt.date(2027, 9, 1), fin=dt.date(2028, 7, 1),
        delai_reservation=novembre.cantine.delai_reservation, delai_absence=novembre.cantine.delai_absence,
    )  # fmt: skip
    Horaire.create(
        activite=suite, jour=0, debut=dt.time(11, 30), fin=dt.time(13, 30), places=9, periode="scolaire"
    )
    c = comparer(novembre, projet(suite, debut=suite.debut, fin=suite.fin, prix=400))
    assert paie(c)[novembre.moreau.id] == (690, 800)


def test_nobody_uses_it_nothing_is_compared(monde):
    c = comparer(monde, projet(monde.cantine))
    assert (c.ecarts, c.plus_grands, c.total_apres) == ([], [], 0) and "rien à comparer" in c.phrase


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_the_plot_and_its_table_say_the_same(base):
    gaps = [-2500, -2000, -1999, -1000, -500, -1, 0, 0, 1, 500, 501, 2000, 2001]
    c = Comparaison(dt.date(2026, 11, 1), False, [Ecart(n, 3000, 3000 + g) for n, g in enumerate(gaps)])
    assert [combien for _, combien in c.repartition] == [2, 2, 1, 1, 2, 2, 1, 1, 1]
    assert [barre.dit for barre in c.dessin.barres] == [
        f"{dit}, familles : {combien}" for dit, combien in c.repartition
    ]
    assert len(c.dessin.barres) == len(COLONNES)


def test_the_effect_is_read_in_as_many_queries_whatever_the_families(novembre, monkeypatch):
    from playhouse.test_utils import count_queries

    creer(novembre.gestionnaire, projet(novembre.cantine))
    voulu = projet(novembre.cantine, debut=LUNDI, prix=400)
    with count_queries() as deux:
        comparer(novembre, voulu, remplacer=True)
    monkeypatch.setattr(comparaison_de_tarifs, "LOT", 1)
    with count_queries() as une_a_une:
        comparer(novembre, voulu, remplacer=True)
    assert deux.count < une_a_une.count < 2 * deux.count


def test_a_booking_more_since_it_was_shown_is_seen(novembre):
    voulu = projet(novembre.cantine)
    avant = tarifs.prevoir(novembre.gestionnaire, voulu).empreinte
    novembre.poser(novembre.ines, novembre.seance(novembre.cantine, HIER), w.PRESENT)
    assert tarifs.prevoir(novembre.gestionnaire, voulu).empreinte != avant
    assert ANNEE[0] == voulu.debut
