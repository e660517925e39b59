"""Opening a payment: for one's own invoices, one operation at a time, and what PayFiP cannot take."""

import datetime as dt

import pytest

import workflows as w
from models import Compte, Evenement, FactureDuPaiement, Mandat, Paiement, Prelevement, ReglagesDeFacturation
from models import Remise as RemiseDePrelevements
from portail import clock
from portail.domain import avoirs, paiements
from portail.domain.paiements import REPRISE
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.payfip import Client
from tests.factures import encaisser, facture, regler, reste
from tests.monde import HIER, LUNDI, MAINTENANT


def ouvrir(monde, service, *factures, compte=None, vu=None):
    total = sum(map(reste, factures)) if vu is None else vu
    qui = compte or monde.claire
    return paiements.ouvrir(qui, monde.moreau, [f.id for f in factures], total, service)


def test_it_opens_an_operation_and_says_where_to_pay(monde, payfip, service, novembre, decembre):
    ouverte = ouvrir(monde, service, novembre, decembre)
    (idop,) = payfip.operations()
    assert ouverte.adresse == service.page(idop)
    paiement = Paiement.get()
    assert (paiement.idop, paiement.montant, paiement.statut) == (idop, 1121, w.OUVERT)
    assert (paiement.compte, paiement.payeur) == (monde.claire, monde.adulte_claire)
    assert paiement.refdet.startswith(f"{novembre.exercice}{novembre.rang:06}P")
    tenues = {t.facture_id: (t.montant, t.ouverte) for t in FactureDuPaiement.select()}
    assert tenues == {novembre.id: (621, True), decembre.id: (500, True)}
    ligne = Evenement.get(Evenement.objet == "paiement")
    assert (ligne.acte, ligne.vers, ligne.auteur) == (paiements.OUVRIR, w.OUVERT, monde.claire)


def test_payfip_is_told_what_is_paid_and_where_to_lead_back(monde, payfip, service, novembre):
    paiement = ouvrir(monde, service, novembre).paiement
    champs = payfip._champs(paiement.idop)
    assert champs["objet"] == f"Facture {novembre.exercice} {novembre.rang:06}"
    assert champs["montant"] == "621"
    assert champs["mel"] == monde.claire.email
    assert champs["urlnotif"] == "http://localhost/facturation/payfip/notification"
    assert champs["urlredirect"] == f"http://localhost/facturation/payfip/retour/{paiement.refdet}"


def test_again_within_a_quarter_of_an_hour_it_is_the_same_operation(monde, payfip, service, novembre):
    premiere = ouvrir(monde, service, novembre)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=14)):
        seconde = ouvrir(monde, service, novembre)
    assert seconde == premiere
    assert len(payfip.operations()) == Paiement.select().count() == 1


@pytest.mark.parametrize("minutes", [1, 14, 20, 29])
def test_another_adult_or_another_choice_waits_until_it_is_known(
    monde, julien, service, novembre, decembre, minutes
):
    ouvrir(monde, service, novembre)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=minutes)):
        with pytest.raises(DejaChange, match="Claire Moreau a commencé à payer"):
            ouvrir(monde, service, novembre, compte=julien)
        with pytest.raises(DejaChange, match="Vous avez commencé à payer"):
            ouvrir(monde, service, novembre, decembre)
    assert Paiement.select().count() == 1


def test_left_on_the_page_of_payfip_it_may_be_begun_again_half_an_hour_later(
    monde, payfip, service, novembre
):
    ancienne = ouvrir(monde, service, novembre).paiement
    with clock.figer(MAINTENANT + REPRISE):
        nouvelle = ouvrir(monde, service, novembre).paiement
    assert len(payfip.operations()) == 2
    tenues = {t.paiement_id: t.ouverte for t in FactureDuPaiement.select()}
    assert tenues == {ancienne.id: False, nouvelle.id: True}
    assert Paiement.get_by_id(ancienne.id).statut == w.OUVERT  # still asked about: it may be paid after all


def test_what_was_paid_meanwhile_is_not_paid_twice(monde, payfip, service, novembre):
    ancienne = ouvrir(monde, service, novembre).paiement
    payfip.regler(ancienne.idop, "P", notifier=0)
    with clock.figer(MAINTENANT + REPRISE), pytest.raises(DejaChange, match="déjà réglée"):
        ouvrir(monde, service, novembre, vu=621)
    assert reste(novembre) == 0
    assert len(payfip.operations()) == 1


def test_an_unreachable_payfip_gives_nothing_up_that_may_be_paid(monde, payfip, service, novembre):
    ouvrir(monde, service, novembre)
    payfip.panne = "technique"
    with clock.figer(MAINTENANT + REPRISE), pytest.raises(DejaChange):
        ouvrir(monde, service, novembre)
    assert FactureDuPaiement.get().ouverte


@pytest.mark.parametrize("panne", ["erreur", "technique", "charabia", "redirection"])
def test_when_payfip_does_not_open_it_one_may_try_again_at_once(monde, payfip, service, novembre, panne):
    payfip.panne = panne
    with pytest.raises(Refus, match="ne répond pas"):
        ouvrir(monde, service, novembre)
    refuse = Paiement.get()
    assert (refuse.statut, refuse.idop) == (w.EXPIRE, None)
    assert refuse.reponse
    payfip.panne = ""
    assert ouvrir(monde, service, novembre).paiement.statut == w.OUVERT


def test_a_process_that_died_before_payfip_answered_holds_it_five_minutes(monde, service, novembre):
    morte = Paiement.create(
        famille=monde.moreau,
        payeur=monde.adulte_claire,
        compte=monde.claire,
        refdet="MORTE1",
        montant=621,
        cree_le=MAINTENANT,
    )
    FactureDuPaiement.create(paiement=morte, facture=novembre, montant=621)
    with pytest.raises(DejaChange):
        ouvrir(monde, service, novembre)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=5)):
        assert ouvrir(monde, service, novembre).paiement.idop
    assert Paiement.get_by_id(morte.id).statut == w.EXPIRE


def test_another_adult_of_the_household_may_pay_it(monde, julien, service, novembre):
    paiement = ouvrir(monde, service, novembre, compte=julien).paiement
    assert (paiement.compte, paiement.payeur) == (julien, monde.adulte_claire)


def test_the_invoice_of_somebody_else_does_not_exist(monde, julien, payfip, service, novembre):
    autre = facture(monde.adulte_paulo, [(monde.tomas, monde.seance(monde.cantine, HIER), 345)])
    for factures in ([autre], [novembre, autre]):
        with pytest.raises(Introuvable):
            ouvrir(monde, service, *factures)
    with pytest.raises(Introuvable):
        paiements.ouvrir(monde.paulo, monde.dasilva, [novembre.id], 621, service)
    seule = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 100)], foyer=False)
    with pytest.raises(Introuvable):
        ouvrir(monde, service, seule, compte=julien)
    assert payfip.operations() == []


def test_an_avoir_is_not_to_be_paid(monde, service, novembre):
    ligne = novembre.lignes.get()
    avoir = avoirs.emettre(monde.sophie, novembre.id, {ligne.id: 100}, "Erreur")
    with pytest.raises(Introuvable):
        paiements.ouvrir(monde.claire, monde.moreau, [avoir.id], 100, service)


def test_two_payeurs_are_paid_apart(monde, payfip, service, novembre):
    de_julien = facture(monde.adulte_julien, [(monde.lea, monde.seance(monde.cantine, LUNDI), 345)])
    with pytest.raises(Refus, match="au même nom"):
        ouvrir(monde, service, novembre, de_julien)
    assert payfip.operations() == []


def test_a_total_that_is_no_longer_the_one_seen_is_told(monde, payfip, service, novembre):
    encaisser(monde.adulte_claire, 100, novembre)
    with pytest.raises(DejaChange, match="5,21"):
        ouvrir(monde, service, novembre, vu=621)
    assert payfip.operations() == []


def test_nothing_is_paid_for_what_is_already_paid(monde, service, novembre):
    encaisser(monde.adulte_claire, 621, novembre)
    with pytest.raises(DejaChange, match="déjà réglée"):
        ouvrir(monde, service, novembre, vu=621)


def test_what_will_be_debited_is_not_paid_here(monde, service, novembre):
    moment = clock.maintenant()
    mandat = Mandat.create(
        responsable=monde.adulte_claire,
        rum="R1",
        signe_le=HIER,
        banque="",
        cree_le=moment,
        agent=monde.sophie,
    )
    remise = RemiseDePrelevements.create(jour=LUNDI, creee_le=moment, creee_par=monde.sophie)
    Prelevement.create(remise=remise, mandat=mandat, facture=novembre, montant=621, premier=True)
    with pytest.raises(Refus, match="prélèvement est prévu"):
        ouvrir(monde, service, novembre)


def test_less_than_a_euro_is_too_little_for_payfip(monde, payfip, service, novembre):
    peu = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 99)])
    with pytest.raises(Refus, match="moins de 1"):
        ouvrir(monde, service, peu)
    assert Paiement.select().count() == 0


def test_an_address_that_payfip_does_not_take_is_told(monde, service, novembre):
    claire = monde.claire
    Compte.update(email="clairé@example.org").where(Compte.id == claire.id).execute()
    with pytest.raises(Refus, match="adresse e-mail"):
        ouvrir(monde, service, novembre, compte=Compte.get_by_id(claire.id))


def test_nothing_chosen_is_told(monde, service, novembre):
    with pytest.raises(Refus, match="au moins une"):
        ouvrir(monde, service)


def test_without_payfip_or_without_a_client_number_nobody_pays_online(monde, service, novembre):
    with pytest.raises(Refus, match="n’est pas ouvert"):
        ouvrir(monde, None, novembre)
    ReglagesDeFacturation.update(payfip="").execute()
    with pytest.raises(Refus, match="n’est pas ouvert"):
        ouvrir(monde, service, novembre)
    regler()
    assert not paiements.est_en_ligne(service)


def test_the_network_is_never_inside_a_transaction(monde, service, novembre, monkeypatch):
    vus = []
    vrai = Client._poster

    def poster(client, corps):
        vus.append(monde.claire._meta.database.in_transaction())
        return vrai(client, corps)

    monkeypatch.setattr(Client, "_poster", poster)
    ouvrir(monde, service, novembre)
    assert vus == [False]
