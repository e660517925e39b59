"""A mandate is taken back, by the adult from the portal or by an agent: nothing more is debited with it."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Evenement, Mandat, Prelevement, Remise
from portail.domain import mandats
from portail.domain.refus import DejaChange, Interdit, Introuvable
from tests.courrier import recus
from tests.factures import facture
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, MAINTENANT
from tests.prelevements import rattacher, signer

JOUR = dt.date(2026, 12, 20)


@pytest.fixture
def mandat(monde) -> Mandat:
    rattacher(monde)
    return signer(monde)


def prevoir(monde, mandat: Mandat, emportee: bool) -> Prelevement:
    remise = Remise.create(
        jour=JOUR,
        creee_le=MAINTENANT,
        creee_par=monde.sophie,
        emportee_le=MAINTENANT if emportee else None,
    )
    emise = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    return Prelevement.create(remise=remise, mandat=mandat, facture=emise, montant=345, premier=True)


def statut(mandat: Mandat) -> str:
    return Mandat.get_by_id(mandat.id).statut


def test_the_adult_takes_it_back_and_a_mail_says_so(monde, mandat):
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    ligne = Evenement.get(Evenement.objet == "mandat", Evenement.acte == w.REVOQUER)
    assert (statut(mandat), ligne.auteur, ligne.de, ligne.vers) == (
        w.REVOQUE,
        monde.claire,
        w.ACTIF,
        w.REVOQUE,
    )
    assert recus(monde.claire.email)[-1].sujet == "Votre mandat de prélèvement est révoqué"


def test_an_agent_does_it_at_the_counter(monde, mandat):
    mandats.revoquer_au_guichet(monde.marc, monde.moreau.id, mandat.id)
    assert statut(mandat) == w.REVOQUE


def test_another_may_be_signed_afterwards(monde, mandat):
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    suivant = signer(monde)
    assert suivant.rum != mandat.rum and statut(suivant) == w.ACTIF


def test_what_the_bank_was_not_given_is_debited_no_more(monde, mandat):
    prelevement = prevoir(monde, mandat, emportee=False)
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    assert Prelevement.get_by_id(prelevement.id).statut == w.ANNULEE
    assert "déjà parti" not in recus(monde.claire.email)[-1].corps


def test_what_the_bank_was_given_will_be_and_the_mail_says_so(monde, mandat):
    prelevement = prevoir(monde, mandat, emportee=True)
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    assert Prelevement.get_by_id(prelevement.id).statut == w.PREVU
    assert "3,45\xa0€ était déjà parti à la banque, pour le 20 décembre 2026" in (
        recus(monde.claire.email)[-1].corps
    )


def test_done_already_changes_nothing(monde, mandat):
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    for acte in (
        lambda: mandats.revoquer(monde.claire, monde.moreau, mandat.id),
        lambda: mandats.revoquer_au_guichet(monde.sophie, monde.moreau.id, mandat.id),
    ):
        with pytest.raises(DejaChange):
            acte()
    assert Evenement.select().where(Evenement.acte == w.REVOQUER).count() == 1


def test_the_other_adult_and_another_family_know_of_none(monde, mandat, connexion):
    Abonnement.create(
        compte=monde.paulo,
        famille=monde.moreau,
        statut=w.ACTIF,
        cree_le=MAINTENANT,
        responsable=monde.adulte_julien,
    )
    for famille in (monde.moreau, monde.dasilva):
        with pytest.raises(Introuvable):
            mandats.revoquer(monde.paulo, famille, mandat.id)
    for agent, famille, attendu in (
        (monde.sophie, monde.dasilva, Introuvable),
        (monde.claire, monde.moreau, Interdit),
        (monde.animateur, monde.moreau, Interdit),
    ):
        with pytest.raises(attendu):
            mandats.revoquer_au_guichet(agent, famille.id, mandat.id)
    paulo = connexion(monde.paulo)
    poster(paulo, "/famille/choix", {"famille": monde.moreau.id})
    assert mandat.rum not in paulo.get("/facturation/prelevements").text
    assert poster(paulo, f"/facturation/prelevements/{mandat.id}/revocation").status_code == 404
    assert statut(mandat) == w.ACTIF


def test_the_family_sees_it_and_revokes_it_on_its_page(monde, mandat, connexion):
    prevoir(monde, mandat, emportee=False)
    claire = connexion(monde.claire)
    page = lire(claire.get("/facturation/prelevements").text)
    for mot in (mandat.rum, "FR76 •••• •••• 0189", "20 décembre 2026", "3,45\xa0€", "Prévu"):
        assert mot in page.select_one("main").get_text(" ")
    assert poster(claire, f"/facturation/prelevements/{mandat.id}/revocation").status_code == 303
    page = lire(claire.get("/facturation/prelevements").text)
    assert "Révoqué" in mots(page.select_one("main")) and not page.select("main form")
    assert poster(claire, f"/facturation/prelevements/{mandat.id}/revocation").status_code == 409


def test_the_agent_revokes_it_on_the_page_of_the_family(monde, mandat, connexion):
    ici = f"/agents/familles/{monde.moreau.id}/mandats"
    sophie = connexion(monde.sophie)
    assert poster(sophie, f"{ici}/{mandat.id}/revocation").status_code == 303
    reponse = poster(sophie, f"{ici}/{mandat.id}/revocation")
    assert reponse.status_code == 409 and "déjà révoqué" in reponse.text


def test_who_has_none_reads_how_to_be_debited(monde, connexion):
    assert "Vous n’êtes pas prélevé" in connexion(monde.claire).get("/facturation/prelevements").text
