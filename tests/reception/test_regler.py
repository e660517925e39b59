"""« Ce que je reçois »: what is chosen is kept, told in the journal, and is nobody else's to choose."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Activite, Evenement, LienParental, Preinscription, SansRappel
from portail.domain import reception
from portail.domain.reception import Choix
from portail.domain.refus import Introuvable, Refus
from tests.actes import abonner
from tests.garanties.empreinte import contenu, difference

TOUT = Choix(rappels=True, sauf=frozenset(), accuses=True)
RIEN = Choix(rappels=False, sauf=frozenset(), accuses=False)


@pytest.fixture
def le_sien(monde) -> Abonnement:
    return Abonnement.get(compte=monde.claire)


def choix(monde) -> Choix:
    (vue,) = reception.lire(monde.claire)
    return vue.choix


def sauf(*activites) -> Choix:
    return Choix(True, frozenset(a.id for a in activites), True)


def test_at_first_everything_comes(monde):
    assert choix(monde) == TOUT


def test_what_is_chosen_is_kept_and_one_line_of_the_journal_tells_it(monde, le_sien):
    voulu = Choix(rappels=True, sauf=frozenset({monde.cantine.id, monde.soir.id}), accuses=False)
    reception.regler(monde.claire, le_sien.id, voulu)
    assert choix(monde) == voulu
    (ligne,) = Evenement.select().where(Evenement.acte == "reception_reglee")
    assert (ligne.objet, ligne.objet_id, ligne.famille_id) == ("abonnement", le_sien.id, monde.moreau.id)
    assert ligne.auteur_id == monde.claire.id
    assert ligne.detail == "rappels : oui, sauf Cantine et Accueil du soir ; accusés des autres : non"


def test_the_wanted_state_takes_the_place_of_the_one_before(monde, le_sien):
    reception.regler(monde.claire, le_sien.id, sauf(monde.cantine, monde.soir))
    reception.regler(monde.claire, le_sien.id, sauf(monde.soir, monde.matin))
    assert choix(monde) == sauf(monde.soir, monde.matin)
    reception.regler(monde.claire, le_sien.id, RIEN)
    assert choix(monde) == RIEN
    reception.regler(monde.claire, le_sien.id, TOUT)
    assert choix(monde) == TOUT


def test_what_stands_already_writes_nothing(monde, le_sien):
    reception.regler(monde.claire, le_sien.id, sauf(monde.cantine))
    avant = contenu()
    reception.regler(monde.claire, le_sien.id, sauf(monde.cantine))
    assert difference(avant, contenu()) == ""


def test_a_subscription_of_somebody_else_does_not_exist(monde, le_sien):
    with pytest.raises(Introuvable):
        reception.regler(monde.paulo, le_sien.id, RIEN)
    assert choix(monde) == TOUT


@pytest.mark.parametrize("statut", [w.RESILIE, w.ATTENTE_RECONNEXION])
def test_nothing_is_chosen_of_a_subscription_that_is_not_active(monde, le_sien, statut):
    Abonnement.update(statut=statut).execute()
    with pytest.raises(Introuvable):
        reception.regler(monde.claire, le_sien.id, RIEN)
    assert reception.lire(monde.claire) == []


def test_an_activity_that_is_not_on_the_list_is_refused_and_nothing_is_written(monde, le_sien):
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.activite == monde.centre.id).execute()
    avant = contenu()
    with pytest.raises(Refus) as refus:
        reception.regler(monde.claire, le_sien.id, Choix(False, frozenset({monde.centre.id}), False))
    assert (refus.value.champ, refus.value.statut) == ("sauf", 422)
    assert difference(avant, contenu()) == ""


def test_an_activity_that_was_never_theirs_does_not_exist(monde, le_sien):
    Preinscription.delete().where(Preinscription.activite == monde.centre.id).execute()
    with pytest.raises(Introuvable):
        reception.regler(monde.claire, le_sien.id, sauf(monde.cantine, monde.centre))
    assert choix(monde) == TOUT


def test_what_was_chosen_of_an_activity_that_left_the_list_comes_back_with_it(monde, le_sien):
    reception.regler(monde.claire, le_sien.id, sauf(monde.cantine))
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.activite == monde.cantine.id).execute()
    reception.regler(monde.claire, le_sien.id, sauf(monde.soir))
    assert choix(monde) == sauf(monde.soir)
    Preinscription.update(statut=w.RESERVATION_POSSIBLE).execute()
    assert choix(monde) == sauf(monde.cantine, monde.soir)


def test_each_account_chooses_for_itself(monde, le_sien):
    julien = abonner(monde.moreau, "julien@example.org")
    reception.regler(julien, Abonnement.get(compte=julien).id, RIEN)
    assert choix(monde) == TOUT
    assert reception.lire(julien)[0].choix == RIEN


def test_the_activities_are_those_where_one_can_still_book_for_a_child_for_whom_one_decides(monde):
    fini = Preinscription.activite == monde.matin.id
    Preinscription.update(fin=dt.date(2026, 11, 30)).where(fini).execute()
    Preinscription.update(fin=dt.date(2026, 12, 1)).where(
        Preinscription.activite == monde.centre.id
    ).execute()
    Activite.update(reservable=False).where(Activite.id == monde.soir.id).execute()
    (vue,) = reception.lire(monde.claire)
    assert list(vue.activites.values()) == ["Cantine", "Centre de loisirs"]
    LienParental.update(droit="information").execute()
    (vue,) = reception.lire(monde.claire)
    assert (vue.decide, vue.activites) == (False, {})


def test_two_canteens_are_told_apart_by_their_place(monde):
    Activite.update(nom="Cantine").where(Activite.id == monde.soir.id).execute()
    (vue,) = reception.lire(monde.claire)
    assert list(vue.activites.values()).count("Cantine, Groupe scolaire Jean-Zay") == 2


def test_an_ended_subscription_begun_again_starts_afresh(monde, le_sien):
    reception.regler(monde.claire, le_sien.id, sauf(monde.cantine))
    Abonnement.update(statut=w.RESILIE).where(Abonnement.id == le_sien.id).execute()
    Abonnement.create(compte=monde.claire, famille=monde.moreau, statut=w.ACTIF, cree_le=le_sien.cree_le)
    assert choix(monde) == TOUT
    assert SansRappel.select().count() == 1
