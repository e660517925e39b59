"""The pages of the monthly run: choose a month, look, issue; follow it without a script."""

import datetime as dt

import workflows as w
from models import Affectation, ApercuDeCampagne, Campagne, Facture
from portail import clock
from portail.domain import campagnes
from tests.campagnes.conftest import emettre
from tests.factures import NOVEMBRE
from tests.formulaires import poster
from tests.html import lire
from tests.monde import MAINTENANT

PAGE = "/agents/facturation/campagnes"


def envoyer(navigateur, adresse, **champs):
    return poster(navigateur, adresse, champs)


def test_a_month_is_previewed_then_issued(novembre, connexion):
    nadia = connexion(novembre.gestionnaire)
    fait = envoyer(nadia, PAGE, mois="2026-11")
    assert fait.status_code == 303 and fait.location.endswith(f"{PAGE}/2026-11")
    page = nadia.get(f"{PAGE}/2026-11").text
    assert "Émettre 2 factures" in page and "13,80\N{NO-BREAK SPACE}€" in page
    assert "Non pointé" in page and "Facturé comme réservé" in page
    marque = ApercuDeCampagne.get().marque
    assert envoyer(nadia, f"{PAGE}/2026-11/emission", marque=marque).status_code == 303
    assert Facture.select().count() == 2
    page = nadia.get(f"{PAGE}/2026-11").text
    assert "Tout est parti" in page and "Nadia Benali" in page


def test_the_families_are_filtered_by_what_is_to_be_looked_at(novembre, connexion):
    nadia = connexion(novembre.gestionnaire)
    envoyer(nadia, PAGE, mois="2026-11")
    tout = lire(nadia.get(f"{PAGE}/2026-11").text).select("#familles tbody tr")
    filtrees = lire(nadia.get(f"{PAGE}/2026-11?anomalie=non_pointee").text).select("#familles tbody tr")
    assert [len(tout), len(filtrees)] == [2, 1] and "Moreau" in filtrees[0].text
    assert nadia.get(f"{PAGE}/2026-11?anomalie=n'importe&page=99").status_code == 200


def test_the_invoice_to_be_of_one_family_is_read_line_by_line(novembre, connexion):
    page = connexion(novembre.gestionnaire).get(f"{PAGE}/2026-11/familles/{novembre.moreau.id}").text
    assert "Claire Moreau : 10,35\N{NO-BREAK SPACE}€" in page
    assert "Non pointé" in page and "Noé, Cantine, lun. 23 nov." in page


def test_a_family_that_does_not_exist_is_not_found(novembre, connexion):
    assert connexion(novembre.gestionnaire).get(f"{PAGE}/2026-11/familles/999999").status_code == 404


def test_a_month_to_come_is_refused_beside_the_field(novembre, connexion):
    refus = envoyer(connexion(novembre.gestionnaire), PAGE, mois="2027-01")
    assert refus.status_code == 422 and "Janvier 2027 n’a pas commencé" in refus.text
    assert 'value="2027-01"' in refus.text


def test_what_is_no_month_is_refused_and_kept(novembre, connexion):
    refus = envoyer(connexion(novembre.gestionnaire), PAGE, mois="novembre")
    assert refus.status_code == 422 and 'value="novembre"' in refus.text


def test_a_month_may_be_written_as_it_is_said(novembre, connexion):
    assert envoyer(connexion(novembre.gestionnaire), PAGE, mois="11/2026").location.endswith("2026-11")


def test_another_preview_than_the_one_that_was_read_issues_nothing(novembre, connexion):
    nadia = connexion(novembre.gestionnaire)
    envoyer(nadia, PAGE, mois="2026-11")
    refus = envoyer(nadia, f"{PAGE}/2026-11/emission", marque="autre")
    assert refus.status_code == 409 and "L’aperçu a changé entre-temps" in refus.text
    assert not Campagne.select().exists()


def test_the_progress_is_told_and_ends_by_the_whole_page(novembre, connexion, monkeypatch):
    nadia = connexion(novembre.gestionnaire)
    monkeypatch.setattr(campagnes, "servir_aussitot", lambda: None)
    envoyer(nadia, PAGE, mois="2026-11")
    page = nadia.get(f"{PAGE}/2026-11").text
    assert "Préparation de l’aperçu" in page and "0 famille sur 2" in page
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        assert "Rien ne bouge depuis un moment" in nadia.get(f"{PAGE}/2026-11/avancement").text
    while campagnes.servir():
        pass
    fini = nadia.get(f"{PAGE}/2026-11/avancement", headers={"HX-Request": "true"})
    assert fini.headers["HX-Redirect"].endswith(f"{PAGE}/2026-11")


def test_a_month_that_is_not_over_says_what_is_left_out(novembre, connexion):
    page = connexion(novembre.gestionnaire).get(f"{PAGE}/2026-12").text
    assert "Ce mois n’est pas fini" in page


def test_each_month_says_where_it_is(novembre, connexion):
    emettre(novembre.gestionnaire)
    rangees = lire(connexion(novembre.gestionnaire).get(PAGE).text).select(".campagnes tbody tr")
    assert len(rangees) == 13
    assert "Novembre 2026" in rangees[1].text and "Émise" in rangees[1].text


def test_nobody_else_enters(novembre, connexion):
    for qui in (novembre.sophie, novembre.animateur, novembre.claire):
        assert connexion(qui).get(PAGE).status_code == 403


def test_who_is_limited_to_places_finds_nothing(novembre, connexion):
    Affectation.create(compte=novembre.gestionnaire, lieu=novembre.cantine.lieu)
    nadia = connexion(novembre.gestionnaire)
    for adresse in (PAGE, f"{PAGE}/2026-11", f"{PAGE}/2026-11/familles/{novembre.moreau.id}"):
        assert nadia.get(adresse).status_code == 404


def test_the_run_that_was_interrupted_is_shown_where_it_stopped(novembre, connexion, monkeypatch):
    monkeypatch.setattr(campagnes, "TRANCHE", 1)
    campagnes.apercevoir(None, NOVEMBRE)
    while campagnes.servir():
        pass
    campagnes.lancer(None, NOVEMBRE, ApercuDeCampagne.get().marque)
    campagnes.servir(pendant=0)
    page = connexion(novembre.gestionnaire).get(f"{PAGE}/2026-11").text
    assert "1 famille sur 2" in page and "1 facture émise" in page
    assert Campagne.get().statut == w.LANCEE
