"""An address taken away, by its owner or by what ends its account or its subscription: it answers 404."""

import pytest

import workflows as w
from models import Abonnement, Agenda, Compte, Evenement
from portail.domain import abonnements, agenda, familles, mon_espace, personnel, rescellement
from portail.domain.refus import Introuvable
from tests.actes import abonner, empreinte, session_de
from tests.agenda.conftest import apres, chemin, ouvrir
from tests.droits.table import lier
from tests.htmx import Page


def test_a_revoked_address_answers_404_and_the_others_still_show(monde, client, famille):
    lea = ouvrir(monde.claire, monde.moreau, monde.lea)
    vieux = chemin(famille)
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    assert client.get(vieux).status_code == 404
    assert client.get(chemin(lea)).status_code == 200
    revoque = Agenda.get_by_id(famille.id)
    assert (revoque.scelle, revoque.revoque_le is None) == ("", False)
    derniere = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (derniere.acte, derniere.detail) == ("agenda_revoque", "toute la famille")


def test_taking_it_away_twice_writes_nothing_more(monde, famille):
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    avant = empreinte()
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    assert empreinte() == avant


def test_that_of_somebody_else_is_not_found_and_stays(monde, julien, famille, client):
    lier(monde, "plein")
    for compte, de in ((julien, monde.moreau), (monde.paulo, monde.dasilva)):
        with pytest.raises(Introuvable):
            agenda.revoquer(compte, de, famille.id)
    assert client.get(chemin(famille)).status_code == 200


def test_one_may_open_another_and_the_first_stays_dead(monde, client, famille):
    vieux = chemin(famille)
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    assert client.get(chemin(ouvrir(monde.claire, monde.moreau))).status_code == 200
    assert client.get(vieux).status_code == 404


def test_what_is_unknown_revoked_or_forbidden_gets_the_same_answer_to_the_letter(
    monde, client, famille, julien
):
    lier(monde, "information")
    sien = ouvrir(julien, monde.moreau, monde.lea)
    lier(monde, "aucun", monde.lea)
    vieux = chemin(famille)
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    reponses = [client.get(adresse) for adresse in (vieux, chemin(sien), f"/agenda/{'z' * 43}.ics")]
    assert {r.status_code for r in reponses} == {404}
    assert len({(r.data, tuple(h for h in r.headers if h[0] != "Date")) for r in reponses}) == 1
    assert "ne sert plus" in reponses[0].text and "Set-Cookie" not in reponses[0].headers


@pytest.mark.parametrize("chacun", [False, True], ids=["la famille", "un enfant"])
@pytest.mark.parametrize(
    "fin", ["compte ferme", "ferme par la mairie", "resilie", "resilie par un agent", "role"]
)
def test_the_end_of_an_account_or_of_a_subscription_is_that_of_its_addresses(
    monde, client, connexion, fin, chacun
):
    camille = abonner(monde.moreau, "camille@example.org")
    sien = ouvrir(camille, monde.moreau, monde.lea if chacun else None)
    a_claire = ouvrir(monde.claire, monde.moreau, monde.lea if chacun else None)
    adresse, abonnement = chemin(sien), Abonnement.get(Abonnement.compte == camille)
    assert client.get(adresse).status_code == 200
    if fin == "compte ferme":
        mon_espace.fermer_mon_compte(session_de(camille))
    elif fin == "ferme par la mairie":
        personnel.fermer(camille.email)
    elif fin == "role":
        personnel.changer_le_role(camille.email, "agent")
    elif fin == "resilie":
        abonnements.resilier(camille, abonnement.id)
    else:
        familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    assert client.get(adresse).status_code == 404
    assert client.get(chemin(a_claire)).status_code == 200, "that of the other parent goes on"


def test_a_subscription_that_begins_again_does_not_light_the_old_address(monde, client, famille):
    adresse = chemin(famille)
    abonnements.resilier(monde.claire, Abonnement.get(Abonnement.compte == monde.claire).id)
    assert Agenda.get_by_id(famille.id).revoque_le is not None
    Abonnement.create(compte=monde.claire, famille=monde.moreau, statut=w.ACTIF, cree_le=famille.cree_le)
    assert client.get(adresse).status_code == 404


def test_a_subscription_that_ended_by_itself_is_read_at_each_request(monde, client, famille):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()
    assert client.get(chemin(famille)).status_code == 404
    Abonnement.update(statut=w.ACTIF).where(Abonnement.compte == monde.claire).execute()
    Compte.update(actif=False).where(Compte.id == monde.claire.id).execute()
    assert client.get(chemin(famille)).status_code == 404


def test_on_the_screen_it_takes_two_clicks_and_no_password(monde, connexion, client, famille):
    claire, adresse = connexion(monde.claire), chemin(famille)
    with apres(minutes=20):
        page = Page(claire, "/famille/agenda").suivre('a[href$="/suppression"]')
        assert page.texte("h1") == "Supprimer l’adresse de l’agenda de toute la famille ?"
        assert client.get(adresse).status_code == 200, "opening the page changes nothing"
        suite = page.suivre("main form [type=submit]")
        assert "L’adresse est supprimée" in suite.texte("body") and not suite.tous("input[readonly]")
    assert client.get(adresse).status_code == 404


def test_the_token_is_sealed_anew_with_the_rest(monde, famille):
    assert ("agenda.scelle", famille.id) not in list(rescellement.illisibles())
    Agenda.update(scelle="x").where(Agenda.id == famille.id).execute()
    assert ("agenda.scelle", famille.id) in list(rescellement.illisibles())
