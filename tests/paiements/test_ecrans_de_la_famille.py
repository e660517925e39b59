"""Choosing, paying, coming back: what a family sees, and what PayFiP calls."""

import datetime as dt

import pytest

import workflows as w
from models import Paiement, ReglagesDeFacturation
from portail import clock
from tests.factures import encaisser, facture, reste
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import HIER, LUNDI, MAINTENANT
from tests.paiements.operation import argent, maintenant, vu

PAYER = "/facturation/payer"


@pytest.fixture
def en_ligne(app, service, monkeypatch):
    """This portal reaches PayFiP."""
    monkeypatch.setitem(app.extensions, "payfip", service)
    return service


@pytest.fixture
def claire(en_ligne, connexion, monde):
    return connexion(monde.claire)


def payer(client, *factures, **champs):
    ids = [f.id for f in factures]
    return poster(client, PAYER, {"facture": ids, "total": sum(map(reste, factures)), **champs})


def test_all_is_chosen_and_the_total_is_said(claire, novembre, decembre):
    page = vu(claire.get(PAYER))
    assert page.count(" checked>") == 2
    assert "Payer 11,21 € sur PayFiP" in page


def test_one_invoice_may_be_chosen_from_its_own_page(claire, novembre, decembre):
    page = vu(claire.get(f"{PAYER}?facture={novembre.id}"))
    assert page.count(" checked>") == 1
    assert "Payer 6,21 € sur PayFiP" in page


def test_the_choice_changes_the_total_in_place(claire, monde, novembre, decembre):
    adresse = f"{PAYER}?au_nom_de={monde.adulte_claire.id}&facture={decembre.id}"
    fragment = vu(claire.get(adresse, headers={"HX-Request": "true"}))
    assert "Payer 5,00 € sur PayFiP" in fragment and "<html" not in fragment
    assert "Choisissez au moins une facture" in claire.get(f"{PAYER}?au_nom_de={monde.adulte_claire.id}").text


def test_after_a_change_the_page_equals_the_page_loaded_afresh(claire, monde, novembre, decembre):
    page = Page(claire, PAYER)
    page.cliquer("#a-payer form[hx-get]", facture=[decembre.id])
    assert "Payer 5,00 € sur PayFiP" in page.texte().replace("\u00a0", " ")
    assert page.url.endswith(f"au_nom_de={monde.adulte_claire.id}&facture={decembre.id}")
    assert page.texte("#annonce").replace("\u00a0", " ") == "1 facture choisie, 5,00 €."
    assert_comme_rechargee(page)


def test_paying_leads_to_the_page_of_payfip(claire, payfip, en_ligne, novembre, decembre):
    reponse = payer(claire, novembre, decembre)
    (idop,) = payfip.operations()
    assert (reponse.status_code, reponse.location) == (303, en_ligne.page(idop))
    assert payer(claire, novembre, decembre).location == en_ligne.page(idop)


def test_a_total_that_changed_is_told_and_the_choice_is_kept(claire, monde, novembre, decembre):
    encaisser(monde.adulte_claire, 100, novembre)
    reponse = poster(
        claire, PAYER, {"facture": [novembre.id], "au_nom_de": monde.adulte_claire.id, "total": 621}
    )
    assert reponse.status_code == 409
    assert "a changé : 5,21 €" in vu(reponse)
    assert reponse.text.count(" checked>") == 1


def test_without_a_choice_it_is_told(claire, monde, novembre):
    reponse = poster(claire, PAYER, {"au_nom_de": monde.adulte_claire.id, "total": 0})
    assert reponse.status_code == 422
    assert "au moins une facture" in reponse.text


def test_when_payfip_is_away_it_is_told_and_nothing_is_lost(claire, payfip, novembre):
    payfip.panne = "technique"
    reponse = payer(claire, novembre)
    assert reponse.status_code == 422
    assert "ne répond pas" in reponse.text and "checked" in reponse.text


def test_the_invoice_of_another_family_does_not_exist(claire, monde, novembre):
    autre = facture(monde.adulte_paulo, [(monde.tomas, monde.seance(monde.cantine, HIER), 345)])
    assert payer(claire, autre).status_code == 404
    assert autre.numero not in claire.get(f"{PAYER}?facture={autre.id}").text


@pytest.mark.parametrize(
    "champs", [{"facture": "x"}, {"facture": "0"}, {"facture": "9" * 30}, {"total": "-1"}]
)
def test_what_is_no_invoice_changes_nothing(claire, novembre, champs):
    assert poster(claire, PAYER, {"total": 1, **champs}).status_code in (404, 422)
    assert Paiement.select().count() == 0


def test_two_names_are_two_payments(claire, monde, novembre):
    facture(monde.adulte_julien, [(monde.lea, monde.seance(monde.cantine, LUNDI), 345)])
    page = vu(claire.get(PAYER))
    assert "Au nom de Claire Moreau" in page and "Au nom de Julien Moreau" in page
    assert "Payer 6,21 €" in page and "Payer 3,45 €" in page


def test_less_than_a_euro_is_said_before_one_tries(claire, monde):
    facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 99)])
    page = vu(claire.get(PAYER))
    assert "PayFiP ne prend pas moins de 1 €" in page and "sur PayFiP</button>" not in page


def test_what_is_being_paid_cannot_be_chosen_and_says_why(claire, julien, connexion, novembre, decembre):
    payer(claire, novembre)
    page = vu(claire.get(PAYER))
    assert "paiement commencé par vous à 10 h" in page and "Payer 5,00 €" in page
    assert "paiement commencé à 10 h" in vu(connexion(julien).get(PAYER))


def test_when_all_is_being_paid_the_espace_leads_to_the_payment(claire, novembre):
    payer(claire, novembre)
    lien = Page(claire, "/facturation").un(".somme-due a")
    assert (lien.get_text(), lien["href"]) == ("Voir le paiement en cours", PAYER)
    assert "Voir ce paiement" in claire.get(PAYER).text


def test_where_nobody_pays_online_it_is_said(connexion, monde, app, novembre):
    client = connexion(monde.claire)
    ReglagesDeFacturation.update(payfip="").execute()
    assert "n’est pas ouvert" in client.get(PAYER).text
    assert payer(client, novembre).status_code == 422


def test_nothing_to_pay_is_said(claire, monde, novembre):
    encaisser(monde.adulte_claire, 621, novembre)
    assert "Rien à payer" in claire.get(PAYER).text


def test_a_trial_says_that_nothing_is_debited(claire, novembre):
    assert "Service à l’essai" not in claire.get(PAYER).text
    ReglagesDeFacturation.update(payfip_saisie="T").execute()
    assert "Service à l’essai" in claire.get(PAYER).text


# ——— coming back ———


@pytest.fixture
def paiement(claire, novembre) -> Paiement:
    payer(claire, novembre)
    return Paiement.get()


@pytest.mark.parametrize("methode", ["GET", "POST"])
def test_payfip_leads_back_to_the_payment_by_a_link_or_by_a_form(client, paiement, methode):
    ailleurs = {"Sec-Fetch-Site": "cross-site"}
    reponse = client.open(f"/facturation/payfip/retour/{paiement.refdet}", method=methode, headers=ailleurs)
    assert (reponse.status_code, reponse.location) == (303, f"/facturation/paiements/{paiement.id}")
    assert "Set-Cookie" not in reponse.headers


def test_a_reference_that_is_none_of_ours_leads_nowhere(client, paiement):
    for refdet in ("X" * 21, "court", str(paiement.id), paiement.refdet.lower()):
        assert client.get(f"/facturation/payfip/retour/{refdet}").status_code == 404


def test_opening_the_page_asks_nothing_the_page_asks_by_itself(claire, payfip, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    page = vu(claire.get(f"/facturation/paiements/{paiement.id}"))
    assert "Nous attendons la réponse de PayFiP" in page
    assert f'hx-post="/facturation/paiements/{paiement.id}/resultat"' in page
    assert maintenant(paiement).statut == w.OUVERT


@pytest.mark.parametrize(
    ("issue", "phrase"),
    [("P", "Votre paiement est reçu"), ("R", "a été refusé"), ("A", "Vous n’avez pas payé")],
)
def test_the_result_is_asked_and_said(claire, payfip, paiement, issue, phrase):
    payfip.regler(paiement.idop, issue, notifier=0)
    page = Page(claire, f"/facturation/paiements/{paiement.id}")
    page.cliquer("#suivi-du-paiement form[hx-post]")
    assert phrase in page.texte("#suivi-du-paiement") and not page.tous("form[hx-post]")
    assert page.texte("#annonce").startswith("Paiement ")
    assert_comme_rechargee(page)


def test_without_script_the_button_leads_to_the_page(claire, payfip, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    reponse = poster(claire, f"/facturation/paiements/{paiement.id}/resultat")
    assert (reponse.status_code, reponse.location) == (303, f"/facturation/paiements/{paiement.id}")
    assert argent() == [("payfip", 621)]


def test_late_the_page_stops_asking_by_itself_and_says_that_a_mail_will_come(claire, paiement):
    Paiement.update(cree_le=MAINTENANT - dt.timedelta(minutes=31)).execute()
    page = vu(claire.get(f"/facturation/paiements/{paiement.id}"))
    assert "Elle n’est pas arrivée" in page and "hx-post" not in page


def test_one_may_go_back_to_the_page_of_payfip_as_long_as_it_opens(claire, paiement, en_ligne):
    adresse = f"/facturation/paiements/{paiement.id}"
    assert "Revenir à la page de PayFiP" in claire.get(adresse).text
    with clock.figer(MAINTENANT + dt.timedelta(minutes=15)):
        assert "Revenir à la page de PayFiP" not in claire.get(adresse).text


def test_the_household_sees_it_a_stranger_does_not(claire, julien, connexion, monde, paiement):
    adresse = f"/facturation/paiements/{paiement.id}"
    vu = connexion(julien).get(adresse)
    assert vu.status_code == 200 and "Revenir à la page de PayFiP" not in vu.text
    paulo = connexion(monde.paulo)
    assert paulo.get(adresse).status_code == 404
    assert poster(paulo, f"{adresse}/resultat").status_code == 404
    assert claire.get("/facturation/paiements/999999").status_code == 404


def test_the_household_does_not_see_one_that_pays_an_invoice_of_its_payeur_alone(
    claire, julien, connexion, monde, novembre
):
    ligne = (monde.lea, monde.seance(monde.cantine, LUNDI), 500)
    payer(claire, novembre, facture(monde.adulte_claire, [ligne], foyer=False))
    adresse = f"/facturation/paiements/{Paiement.get().id}"
    assert claire.get(adresse).status_code == 200
    assert connexion(julien).get(adresse).status_code == 404


# ——— notified ———


def notifier(client, idop, **plus):
    return client.post("/facturation/payfip/notification", data={"idop": idop, **plus})


def test_a_notification_is_answered_200_when_the_operation_is_ours(client, claire, payfip, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    for _ in range(3):
        reponse = notifier(client, paiement.idop)
        assert reponse.status_code == 200
    assert "Set-Cookie" not in reponse.headers
    assert argent() == [("payfip", 621)]


def test_whatever_else_it_says_is_not_read(client, claire, paiement):
    reponse = notifier(client, paiement.idop, resultrans="P", montant="621", refdet=paiement.refdet)
    assert reponse.status_code == 200
    assert (maintenant(paiement).statut, argent()) == (w.OUVERT, [])


@pytest.mark.parametrize("idop", ["", "0" * 36, "é", "' OR 1=1", "x" * 5000])
def test_an_operation_that_is_none_of_ours_is_404(client, claire, paiement, idop):
    assert notifier(client, idop).status_code == 404


@pytest.mark.parametrize("panne", ["technique", "erreur", "charabia"])
def test_it_is_answered_200_even_when_payfip_does_not_give_the_result(
    client, claire, payfip, paiement, panne
):
    payfip.panne = panne
    assert notifier(client, paiement.idop).status_code == 200
    assert maintenant(paiement).statut == w.OUVERT


def test_before_or_after_the_return_of_the_browser_it_is_one_receipt(client, claire, payfip, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    retour = f"/facturation/paiements/{paiement.id}/resultat"
    gestes = [lambda: notifier(client, paiement.idop), lambda: poster(claire, retour)] * 2
    for minute, geste in enumerate(gestes):
        with clock.figer(MAINTENANT + dt.timedelta(minutes=minute)):
            assert geste().status_code in (200, 303)
    assert argent() == [("payfip", 621)]
