"""An agent gives the free place to the first of the waiting list, in its order, past the deadline too."""

import datetime as dt

import pytest

import workflows as w
from models import Courriel, Evenement, Preinscription, Reservation
from portail import clock
from portail.domain import lecture_liste, liste_attente
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import abonner, empreinte, places, prises, statut
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes
from tests.monde import LUNDI

LUNDI_MATIN = clock.instant(LUNDI, dt.time(9))
"""The deadline of the evening care of that Monday is past; it begins at 16 h 30."""


@pytest.fixture
def soir(monde):
    """The evening care of Monday, with two places, none of them free."""
    seance = places(monde.seance(monde.soir, LUNDI), 2)
    monde.poser(monde.ines, seance, w.RESERVE)
    monde.poser(monde.noe, seance, w.RESERVE)
    return seance


@pytest.fixture
def lundi_matin():
    with clock.figer(LUNDI_MATIN):
        yield


def lier(*creneaux: Reservation) -> None:
    """These wait together or not at all."""
    ids = [creneau.id for creneau in creneaux]
    Reservation.update(fratrie=min(ids)).where(Reservation.id.in_(ids)).execute()


# ——— it works ———


def test_past_the_deadline_the_first_of_the_list_gets_the_place_that_an_agent_gives(monde, soir, lundi_matin):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    second = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    places(soir, 3)

    servis = liste_attente.donner_la_place(monde.sophie, premier.id)

    assert [r.enfant for r in servis] == [monde.tomas]
    assert (statut(premier), statut(second), prises(soir)) == (w.RESERVE, w.LISTE_ATTENTE, 3)
    evenement = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (evenement.acte, evenement.auteur, evenement.vers) == (w.PROMOUVOIR, monde.sophie, w.RESERVE)
    assert [c.destinataire for c in Courriel.select()] == ["paulo@example.org"]
    assert fautes() == []


def test_before_the_deadline_too(monde, soir):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    liste_attente.donner_la_place(monde.gestionnaire, premier.id)
    assert statut(premier) == w.RESERVE


def test_those_who_are_tied_get_their_places_together(monde, soir, lundi_matin):
    Reservation.delete().execute()
    seance = monde.seance(monde.soir, LUNDI)
    type(seance).update(prises=0).where(type(seance).id == seance.id).execute()
    lea, noe = (monde.poser(enfant, seance, w.LISTE_ATTENTE) for enfant in (monde.lea, monde.noe))
    lier(lea, noe)

    servis = liste_attente.donner_la_place(monde.sophie, noe.id)

    assert {r.id for r in servis} == {lea.id, noe.id}
    assert (statut(lea), statut(noe), prises(seance)) == (w.RESERVE, w.RESERVE, 2)
    assert fautes() == []


# ——— not to them, not now ———


def test_who_is_not_the_first_is_refused_with_the_name_of_who_is(monde, soir, lundi_matin):
    monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    second = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    avant = empreinte()
    with pytest.raises(Refus, match="Tomás Da Silva est avant sur la liste") as refus:
        liste_attente.donner_la_place(monde.sophie, second.id)
    assert (refus.value.statut, statut(second), empreinte()) == (422, w.LISTE_ATTENTE, avant)


def test_without_a_free_place_nothing_is_given(monde, soir, lundi_matin):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    with pytest.raises(Refus, match="Il ne reste pas de place"):
        liste_attente.donner_la_place(monde.sophie, premier.id)
    assert (statut(premier), prises(soir)) == (w.LISTE_ATTENTE, 2)


def test_who_has_the_place_already_is_told_by_a_409_and_gets_no_second_one(monde, soir, lundi_matin):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 4)
    liste_attente.donner_la_place(monde.marc, premier.id)
    avant = empreinte()
    with pytest.raises(DejaChange, match="n’est plus en liste d’attente") as deja:
        liste_attente.donner_la_place(monde.sophie, premier.id)
    assert (deja.value.statut, prises(soir), empreinte()) == (409, 3, avant)


def test_one_place_is_not_enough_for_two_who_are_tied_and_the_next_one_may_have_it(monde, soir, lundi_matin):
    Reservation.delete().where(Reservation.enfant == monde.noe).execute()
    type(soir).update(prises=1).where(type(soir).id == soir.id).execute()
    lea, noe = (monde.poser(enfant, soir, w.LISTE_ATTENTE) for enfant in (monde.lea, monde.noe))
    lier(lea, noe)
    tomas = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)

    with pytest.raises(Refus, match="Il ne reste pas de place"):
        liste_attente.donner_la_place(monde.sophie, lea.id)
    liste_attente.donner_la_place(monde.sophie, tomas.id)

    assert [statut(r) for r in (lea, noe, tomas)] == [w.LISTE_ATTENTE, w.LISTE_ATTENTE, w.RESERVE]


def test_who_is_not_registered_any_more_gets_none_and_the_next_one_may(monde, soir, lundi_matin):
    tomas = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    lea = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    Preinscription.update(fin=LUNDI - dt.timedelta(1)).where(Preinscription.enfant == monde.tomas).execute()
    places(soir, 3)
    with pytest.raises(Refus, match="pré-inscription"):
        liste_attente.donner_la_place(monde.sophie, tomas.id)
    liste_attente.donner_la_place(monde.sophie, lea.id)
    assert [statut(r) for r in (tomas, lea)] == [w.LISTE_ATTENTE, w.RESERVE]


def test_once_the_seance_has_begun_no_place_is_given(monde, soir):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    with clock.figer(clock.instant(LUNDI, soir.debut)), pytest.raises(Refus, match="passée"):
        liste_attente.donner_la_place(monde.sophie, premier.id)


# ——— who ———


def test_only_agents_give_places_and_never_to_their_own_family(monde, soir, lundi_matin):
    premier = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    for compte in (monde.claire, monde.animateur):
        with pytest.raises(Interdit):
            liste_attente.donner_la_place(compte, premier.id)
    with pytest.raises(Refus, match="un autre agent"):
        liste_attente.donner_la_place(soi, premier.id)
    with pytest.raises(Introuvable):
        liste_attente.donner_la_place(monde.sophie, 10_000_000)
    assert (statut(premier), prises(soir)) == (w.LISTE_ATTENTE, 2)


# ——— on the screen ———


def test_the_button_gives_the_place_without_reloading_says_so_and_the_page_is_the_same_when_loaded_afresh(
    monde, soir, connexion, lundi_matin
):
    monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    page = Page(connexion(monde.sophie), f"/agents/seances/{soir.id}/liste")

    page.cliquer(".servi button")

    assert "Tomás Da Silva a reçu une place" in page.texte("#annonce")
    assert "Tomás Da Silva a reçu une place, donnée par Sophie Garnier" in page.texte(".journal")
    assert "Personne n’attend plus" in page.texte(".vide")
    assert_comme_rechargee(page)


def test_without_javascript_the_same(monde, soir, connexion, lundi_matin):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 3)
    page = Page(connexion(monde.sophie), f"/agents/seances/{soir.id}/liste")
    suite = page.suivre(".servi button")
    assert "Tomás Da Silva a reçu une place" in suite.texte("#bandeau")
    assert statut(premier) == w.RESERVE


def test_a_refusal_and_a_409_are_said_above_the_list_as_it_now_is(monde, soir, connexion, lundi_matin):
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    second = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    client = connexion(monde.sophie)
    adresse = f"/agents/listes-d-attente/{premier.id}/place"

    pleine = poster(client, adresse)
    assert pleine.status_code == 422
    assert "Il ne reste pas de place à donner." in pleine.text
    places(soir, 3)
    assert poster(client, f"/agents/listes-d-attente/{second.id}/place").status_code == 422
    assert poster(client, adresse).status_code == 303
    encore = poster(client, adresse)
    assert encore.status_code == 409
    assert "n’est plus en liste d’attente" in encore.text
    assert "Léa Moreau" in encore.text


def test_an_account_of_a_family_gets_a_403_and_nobody_the_sign_in(monde, soir, connexion, client):
    premier = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    adresse = f"/agents/listes-d-attente/{premier.id}/place"
    assert poster(connexion(monde.claire), adresse).status_code == 403
    assert poster(connexion(monde.animateur), adresse).status_code == 403
    assert client.get(f"/agents/seances/{soir.id}/liste").status_code == 303
    assert poster(connexion(monde.sophie), "/agents/listes-d-attente/10000000/place").status_code == 404


def test_whoever_the_page_shows_as_served_is_who_the_act_serves_and_nobody_else(monde, soir, lundi_matin):
    lea = monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    tomas = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    for combien in (2, 3, 4):
        places(soir, combien)
        servis = {
            e.reservation_id
            for rang in lecture_liste.lire(soir.id, monde.sophie).rangs
            if rang.servi
            for e in rang.enfants
        }
        for creneau in (tomas, lea):
            if creneau.id in servis:
                assert {r.id for r in liste_attente.donner_la_place(monde.sophie, creneau.id)} == servis
            else:
                with pytest.raises(Refus):
                    liste_attente.donner_la_place(monde.sophie, creneau.id)
    assert (statut(lea), statut(tomas)) == (w.RESERVE, w.RESERVE)
