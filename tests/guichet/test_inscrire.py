"""At the counter an agent asks for a registration, for a family: it waits, and the family is told."""

import datetime as dt

import pytest

import workflows as w
from models import Affectation, Demande, Enfant, Evenement, Lieu, Preinscription
from portail.domain import moderation, preinscriptions
from portail.domain.examen import SouhaitRefuse
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import abonner, empreinte
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire
from tests.htmx import Page
from tests.invariants import fautes
from tests.monde import LUNDI
from tests.preinscriptions.souhaits import souhait


@pytest.fixture(autouse=True)
def rien(monde):
    Preinscription.delete().execute()


def test_the_agent_is_its_author_the_family_is_told_and_an_answer_registers(monde):
    demande = preinscriptions.deposer_au_guichet(
        monde.sophie, monde.moreau, souhait(monde.cantine, monde.lea, monde.noe)
    )
    assert (demande.auteur, demande.statut, demande.lignes.count()) == (monde.sophie, w.EN_ATTENTE, 2)
    ligne = Evenement.get(Evenement.acte == "deposer", Evenement.objet == "demande")
    assert (ligne.auteur, ligne.famille) == (monde.sophie, monde.moreau)
    (courriel,) = recus("famille@example.org")
    assert "Sophie Garnier" in courriel.corps
    moderation.accepter(monde.marc, demande.id)
    assert {p.statut for p in Preinscription.select()} == {w.RESERVATION_POSSIBLE}
    assert fautes() == []


def test_twice_the_same_is_one_demande_and_the_rules_are_those_of_the_family(monde):
    voulu = souhait(monde.cantine, monde.lea)
    un = preinscriptions.deposer_au_guichet(monde.sophie, monde.moreau, voulu)
    assert preinscriptions.deposer_au_guichet(monde.sophie, monde.moreau, voulu) == un
    with pytest.raises(SouhaitRefuse):
        preinscriptions.deposer_au_guichet(monde.marc, monde.moreau, voulu)
    with pytest.raises(SouhaitRefuse) as refus:
        preinscriptions.deposer_au_guichet(monde.sophie, monde.moreau, souhait(monde.soir, monde.tomas))
    assert "enfants" in refus.value.examen.fautes


def test_not_for_ones_own_family_nor_out_of_ones_places(monde):
    voulu, avant = souhait(monde.cantine, monde.lea), empreinte()
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    ailleurs = Lieu.create(nom="Ailleurs")
    Affectation.create(compte=monde.marc, lieu=ailleurs)
    essais = ((soi, Refus), (monde.animateur, Interdit), (monde.claire, Interdit), (monde.marc, Introuvable))
    for agent, attendu in essais:
        with pytest.raises(attendu):
            preinscriptions.deposer_au_guichet(agent, monde.moreau, voulu)
    Enfant.update(ecole=ailleurs).where(Enfant.id == monde.lea.id).execute()
    with pytest.raises(Introuvable):  # the family is in sight, the canteen is not
        preinscriptions.deposer_au_guichet(monde.marc, monde.moreau, voulu)
    assert empreinte() == avant


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # the form is the same on both
def test_on_the_screen_from_the_family_s_file_to_the_queue(monde, connexion):
    client, ici = connexion(monde.sophie), f"/agents/familles/{monde.moreau.id}/inscription"
    fiche = Page(client, f"/agents/familles/{monde.moreau.id}")
    assert fiche.suivre(f"a[href='{ici}']").texte("h1") == "Demander une inscription"
    corps = {"activite_choisie": monde.cantine.id, "enfants": [monde.lea.id]}
    for faute, champ in (
        ({"activite_choisie": ""}, "activite"),
        ({"enfants": []}, "enfants"),
        ({"debut": "demain"}, "debut"),
        ({"fin": (LUNDI - dt.timedelta(365)).isoformat()}, "fin"),
    ):
        reponse = poster(client, ici, corps | faute)
        assert reponse.status_code == 422, faute
        assert lire(reponse.text).find(id=f"{champ}-message"), faute
    assert not Demande.select().exists()
    faite = poster(client, ici, corps)
    assert faite.status_code == 303 and faite.location == f"/agents/demandes/{Demande.get().id}"
