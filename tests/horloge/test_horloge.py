"""The clock of the machine: both changes of hour, an hour back, a leap day, ten years on, and back again."""

import datetime as dt

import pytest

import workflows as w
from models import Courriel, Delai, Evenement, Reservation, Seance, write_transaction
from portail import clock
from portail.domain import courriels, envoi, liste_attente, planning
from portail.domain.verification import verifier
from tests.courses.coureurs import peupler
from tests.formulaires import poster
from tests.html import lire
from tests.monde import MAINTENANT

PARIS = clock.PARIS
UNE_HEURE = dt.timedelta(hours=1)


@pytest.fixture
def matin(monde):
    """The morning care of the small world, from 2026 to 2037: its séances are made as each test asks."""
    Seance.delete().execute()
    activite = monde.matin
    activite.debut, activite.fin = dt.date(2026, 1, 1), dt.date(2037, 7, 1)
    activite.save()
    return activite


def seance(activite, jour: dt.date, places: int = 10) -> Seance:
    delai = Delai("jours", 1, dt.time(12))
    limite = clock.instant(jour - dt.timedelta(delai.nombre), delai.heure)
    horaire = {"debut": dt.time(7, 30), "fin": dt.time(8, 30), "places": places}
    return Seance.create(
        activite=activite, jour=jour, limite_reservation=limite, limite_absence=limite, **horaire
    )


INSTANTS = {
    "spring, the minute before": dt.datetime(2027, 3, 28, 1, 59, tzinfo=PARIS),
    "spring, the minute after": dt.datetime(2027, 3, 28, 3, 0, tzinfo=PARIS),
    "autumn, the first time": dt.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS),
    "autumn, the second time": dt.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
    "a leap day": dt.datetime(2028, 2, 29, 0, 0, tzinfo=PARIS),
    "the last second of a year": dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=PARIS),
    "ten years on": MAINTENANT + dt.timedelta(3653),
}


@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS.keys())
def test_one_signs_in_reads_the_month_and_books_at_any_moment(matin, monde, connexion, instant):
    with clock.figer(instant):
        demain = seance(matin, clock.aujourdhui() + dt.timedelta(2))
        (foyer,) = peupler(matin, 1)
        depuis = Evenement.select().count()
        planning.demander_reservation(foyer.compte, foyer.famille, [(foyer.enfant.id, demain.id)])
        assert monde.statut(foyer.enfant, demain) == w.RESERVE
        assert {e.quand for e in Evenement.select().offset(depuis)} == {instant.astimezone(dt.UTC)}
        page = connexion(monde.claire).get("/famille/planning")
        assert page.status_code == 200


def test_an_hour_back_nobody_is_signed_out_and_the_same_act_is_the_same(matin, monde, connexion):
    lundi = seance(matin, MAINTENANT.date() + dt.timedelta(13))
    claire = connexion(monde.claire)
    adresse = f"/famille/planning/creneaux/{monde.lea.id}/{lundi.id}/demande"
    assert poster(claire, adresse, {"voulu": "reserve"}).status_code == 303
    with clock.figer(MAINTENANT - UNE_HEURE):
        assert poster(claire, adresse, {"voulu": "reserve"}).status_code == 303
        assert claire.get("/famille/planning").status_code == 200
    assert Reservation.select().where(Reservation.seance == lundi).count() == 1


def test_an_hour_back_the_list_is_served_in_the_order_in_which_they_came(matin, monde):
    lundi = seance(matin, MAINTENANT.date() + dt.timedelta(13), places=1)
    foyers = peupler(matin, 3)
    instants = (MAINTENANT, MAINTENANT + UNE_HEURE, MAINTENANT)  # the third asked last, by a clock put back
    for foyer, instant in zip(foyers, instants, strict=True):
        with clock.figer(instant):
            planning.demander_reservation(foyer.compte, foyer.famille, [(foyer.enfant.id, lundi.id)])
    Seance.update(places=2).where(Seance.id == lundi.id).execute()
    liste_attente.reprendre()
    assert [monde.statut(f.enfant, lundi) for f in foyers] == [w.RESERVE, w.RESERVE, w.LISTE_ATTENTE]
    assert [r for r in verifier() if r.invariant not in ("Journal", "Suite du journal")] == []


def test_an_hour_back_a_mail_that_was_due_waits_no_longer_than_that_hour_and_goes(base):
    with write_transaction():
        courriels.ecrire(cle="essai", destinataire="famille@example.org", sujet="s", corps="c")
    partis: list = []
    with clock.figer(MAINTENANT - UNE_HEURE):
        assert envoi.envoyer_en_attente(partis.append) == 0
    with clock.figer(MAINTENANT):
        assert envoi.envoyer_en_attente(partis.append) == 1
    assert Courriel.get().statut == "envoye"


def test_ten_years_on_everybody_is_signed_out_and_once_the_clock_is_right_again_nothing_is_lost(
    matin, monde, connexion
):
    claire = connexion(monde.claire)
    with clock.figer(MAINTENANT + dt.timedelta(3653)):
        assert claire.get("/famille/planning").status_code == 303
        page = connexion(monde.claire).get("/famille/planning")
        assert page.status_code == 200 and lire(page.text)
    assert claire.get("/famille/planning").status_code == 200


def test_by_its_clock_the_list_would_have_been_served_otherwise(matin, monde):
    """The control: by its clock, the third of the list above would have come before the second."""
    lundi = seance(matin, MAINTENANT.date() + dt.timedelta(13), places=1)
    foyers = peupler(matin, 3)
    for foyer, instant in zip(foyers, (MAINTENANT, MAINTENANT + UNE_HEURE, MAINTENANT), strict=True):
        with clock.figer(instant):
            planning.demander_reservation(foyer.compte, foyer.famille, [(foyer.enfant.id, lundi.id)])
    lignes = Evenement.select().where(Evenement.objet == "reservation", Evenement.vers == w.LISTE_ATTENTE)
    par_l_horloge = [e.famille_id for e in lignes.order_by(Evenement.quand)]
    attendent = Reservation.select().where(Reservation.ordre.is_null(False)).order_by(Reservation.ordre)
    assert par_l_horloge == [r.enfant.famille_id for r in attendent][::-1]
