"""What becomes of a payment: exactly one receipt or none, whatever PayFiP, the browser and the night do."""

import datetime as dt

import pytest

import workflows as w
from models import Evenement, FactureDuPaiement, Paiement
from portail import clock
from portail.domain import avoirs, encaissement, suite_des_paiements
from portail.domain.payfip import OUBLI
from portail.domain.refus import Introuvable
from portail.domain.suite_des_paiements import demander_le_resultat, recevoir_une_notification
from tests.factures import encaisser, reste
from tests.monde import MAINTENANT
from tests.paiements.operation import accuses, argent, impute, maintenant, ouvrir

PLUS_TARD = dt.timedelta(minutes=1)


@pytest.fixture
def paiement(monde, service, novembre, decembre) -> Paiement:
    """11,21 € for two invoices, the person is on the page of PayFiP."""
    return ouvrir(monde, service, novembre, decembre)


@pytest.fixture
def apres(paiement):
    """A minute later."""
    with clock.figer(MAINTENANT + PLUS_TARD):
        yield


@pytest.mark.parametrize("issue", ["P", "V"])
def test_paid_it_is_counted_told_by_mail_and_journalled(
    monde, payfip, service, paiement, novembre, decembre, issue
):
    payfip.regler(paiement.idop, issue, notifier=0)
    suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, suivi.anomalie) == (w.PAYE, "")
    assert suivi.autorisation and suivi.conclu_le
    assert (reste(novembre), reste(decembre)) == (0, 0)
    assert argent() == [("payfip", 1121)]
    assert not FactureDuPaiement.select().where(FactureDuPaiement.ouverte).exists()
    (accuse,) = accuses()
    assert accuse.destinataire == monde.claire.email
    for mot in ("11,21", novembre.numero, decembre.numero, paiement.refdet, suivi.autorisation):
        assert mot in accuse.corps, mot
    faits = [e.acte for e in Evenement.select().where(Evenement.objet == "paiement").order_by(Evenement.id)]
    assert faits == ["ouvrir_un_paiement", w.PAYER]


@pytest.mark.parametrize(("issue", "statut"), [("R", w.REFUSE), ("Z", w.REFUSE), ("A", w.ABANDONNE)])
def test_refused_or_given_up_nothing_is_counted_and_one_may_pay_again(
    monde, payfip, service, paiement, novembre, decembre, issue, statut
):
    payfip.regler(paiement.idop, issue, notifier=0)
    assert demander_le_resultat(paiement, service).statut == statut
    assert argent() == accuses() == []
    assert ouvrir(monde, service, novembre, decembre).id != paiement.id


def test_not_finished_then_paid(payfip, service, paiement):
    payfip.regler(paiement.idop, "P", retards=1, notifier=0)
    suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, suivi.reponse, argent()) == (w.OUVERT, "pas encore payé", [])
    with clock.figer(MAINTENANT + PLUS_TARD):
        assert demander_le_resultat(paiement, service).statut == w.PAYE
    assert argent() == [("payfip", 1121)]


def test_a_notification_says_nothing_but_that_it_is_time_to_ask(payfip, service, paiement):
    """Forged: it comes while nobody has paid."""
    assert recevoir_une_notification(paiement.idop, service).statut == w.OUVERT
    assert argent() == []
    assert payfip.appels.count("recupererDetailPaiementSecurise") == 1


@pytest.mark.parametrize(
    "idop", ["", "x", "0" * 36, "12345678-1234-1234", "é" * 10, "1' OR '1'='1", "a" * 500]
)
def test_an_operation_that_is_none_of_ours_does_not_exist(payfip, service, paiement, idop):
    with pytest.raises(Introuvable):
        recevoir_une_notification(idop, service)
    assert "recupererDetailPaiementSecurise" not in payfip.appels


def test_replayed_it_is_counted_once(payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    for minutes in range(5):
        with clock.figer(MAINTENANT + dt.timedelta(minutes=minutes)):
            assert recevoir_une_notification(paiement.idop, service).statut == w.PAYE
    assert argent() == [("payfip", 1121)]
    assert len(accuses()) == 1
    assert payfip.appels.count("recupererDetailPaiementSecurise") == 1


def test_the_same_result_told_again_is_counted_once(payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    resultat = service.detail(paiement.idop)
    for _ in range(3):
        assert suite_des_paiements.conclure(paiement.id, resultat).statut == w.PAYE
    assert argent() == [("payfip", 1121)]


def test_two_questions_at_the_same_moment_are_one(payfip, service, paiement):
    demander_le_resultat(paiement, service)
    demander_le_resultat(paiement, service)
    assert payfip.appels.count("recupererDetailPaiementSecurise") == 1


def test_never_notified_it_is_asked_about_all_the_same(payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    assert suite_des_paiements.relancer(service) == 0  # not yet: PayFiP is given the time to tell
    with clock.figer(MAINTENANT + PLUS_TARD):
        assert suite_des_paiements.relancer(service) == 1
    assert maintenant(paiement).statut == w.PAYE
    assert argent() == [("payfip", 1121)]


@pytest.mark.parametrize("ecart", [-1, 1])
def test_a_centime_off_nothing_is_counted_and_an_agent_is_warned(
    monde, payfip, service, paiement, novembre, ecart
):
    payfip.regler(paiement.idop, "P", ecart=ecart, notifier=0)
    suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, suivi.recu, argent()) == (w.OUVERT, 1121 + ecart, [])
    assert "au lieu de 11,21" in suivi.anomalie
    assert FactureDuPaiement.get(
        FactureDuPaiement.facture == novembre
    ).ouverte  # it is not paid twice meanwhile
    assert Evenement.select().where(Evenement.acte == suite_des_paiements.SIGNALER).count() == 1
    with clock.figer(MAINTENANT + PLUS_TARD):
        assert suite_des_paiements.relancer(service) == 0
        demander_le_resultat(suivi, service)
    assert Evenement.select().where(Evenement.acte == suite_des_paiements.SIGNALER).count() == 1


def test_the_result_of_another_operation_is_never_taken(monde, payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    Paiement.update(refdet="UNEAUTRE").where(Paiement.id == paiement.id).execute()
    suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, suivi.recu, argent()) == (w.OUVERT, None, [])
    assert "autre opération" in suivi.anomalie


def test_unknown_it_is_given_up_after_two_hours_and_not_before(monde, payfip, service, paiement, novembre):
    payfip.oublier(paiement.idop)
    with clock.figer(MAINTENANT + OUBLI - dt.timedelta(seconds=1)):
        assert demander_le_resultat(paiement, service).statut == w.OUVERT
    with clock.figer(MAINTENANT + OUBLI + PLUS_TARD):
        suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, argent()) == (w.EXPIRE, [])
    assert not FactureDuPaiement.select().where(FactureDuPaiement.ouverte).exists()


def test_not_finished_is_never_given_up(payfip, service, paiement):
    with clock.figer(MAINTENANT + dt.timedelta(days=3)):
        assert demander_le_resultat(paiement, service).statut == w.OUVERT


def test_paid_after_it_was_given_up_it_is_counted_all_the_same(monde, payfip, service, paiement, novembre):
    suite_des_paiements.renoncer(paiement.id, "opération inconnue de PayFiP")
    payfip.regler(paiement.idop, "P", notifier=0)
    suivi = recevoir_une_notification(paiement.idop, service)
    assert (suivi.statut, suivi.anomalie, reste(novembre)) == (w.PAYE, "", 0)
    assert argent() == [("payfip", 1121)]


@pytest.mark.parametrize("panne", ["erreur", "technique", "charabia"])
def test_whatever_payfip_answers_instead_the_operation_stays_open_and_says_so(
    payfip, service, paiement, panne
):
    payfip.panne = panne
    suivi = demander_le_resultat(paiement, service)
    assert (suivi.statut, argent()) == (w.OUVERT, [])
    assert suivi.reponse.startswith("PayFiP n’a pas répondu")


def test_paid_twice_the_second_is_a_credit_and_an_agent_is_warned(
    monde, julien, payfip, service, paiement, novembre, decembre
):
    """Two adults, half an hour apart: the first comes back to the card after all."""
    with clock.figer(MAINTENANT + dt.timedelta(minutes=31)):
        seconde = ouvrir(monde, service, novembre, decembre, compte=julien)
        payfip.regler(seconde.idop, "P", notifier=0)
        assert demander_le_resultat(seconde, service).anomalie == ""
    with clock.figer(MAINTENANT + dt.timedelta(minutes=33)):
        payfip.regler(paiement.idop, "P", notifier=0)
        suivi = recevoir_une_notification(paiement.idop, service)
    assert suivi.statut == w.PAYE
    assert "11,21" in suivi.anomalie and suivi.traitee_le is None
    assert argent() == [("payfip", 1121), ("payfip", 1121)]
    (credit,) = encaissement.credits_de([monde.adulte_claire.id])[monde.adulte_claire.id]
    assert (credit.reste, impute()) == (1121, 1121)
    assert [a.destinataire for a in accuses()] == [julien.email, monde.claire.email]


def test_an_avoir_meanwhile_makes_a_surplus_that_is_told(
    monde, payfip, service, paiement, novembre, decembre
):
    ligne = novembre.lignes.get()
    avoirs.emettre(monde.sophie, novembre.id, {ligne.id: 345}, "Léa n’est pas venue")
    payfip.regler(paiement.idop, "P", notifier=0)
    suivi = demander_le_resultat(paiement, service)
    assert suivi.statut == w.PAYE
    assert "3,45" in suivi.anomalie
    assert (reste(novembre), reste(decembre)) == (0, 0)
    assert "3,45" in accuses()[0].corps


def test_cash_meanwhile_makes_a_surplus_that_pays_what_else_is_due(
    monde, payfip, service, novembre, decembre
):
    paiement = ouvrir(monde, service, novembre)
    encaisser(monde.adulte_claire, 621, novembre)
    payfip.regler(paiement.idop, "P", notifier=0)
    assert "6,21" in demander_le_resultat(paiement, service).anomalie
    assert (reste(novembre), reste(decembre)) == (0, 0)


def test_the_day_of_the_receipt_is_that_on_which_it_was_paid(monde, payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    with clock.figer(MAINTENANT + dt.timedelta(days=1)):
        demander_le_resultat(paiement, service)
    assert monde.adulte_claire.reglements.get().recu_le == MAINTENANT.date()


def test_an_operation_that_was_never_opened_is_given_up_by_the_round(monde, service, novembre):
    Paiement.create(
        famille=monde.moreau,
        payeur=monde.adulte_claire,
        compte=monde.claire,
        refdet="MORTE1",
        montant=621,
        cree_le=MAINTENANT,
    )
    assert suite_des_paiements.relancer(service) == 0
    with clock.figer(MAINTENANT + dt.timedelta(minutes=5)):
        assert suite_des_paiements.relancer(service) == 1
    assert Paiement.get().statut == w.EXPIRE


def test_a_round_stops_at_the_first_silence_of_payfip(monde, payfip, service, novembre, decembre):
    for une in (novembre, decembre):
        ouvrir(monde, service, une)
    payfip.panne = "technique"
    with clock.figer(MAINTENANT + PLUS_TARD):
        assert suite_des_paiements.relancer(service) == 1


def test_asked_less_and_less_often(payfip, service, paiement):
    demandes = []
    for minutes in range(0, 12 * 60, 1):
        with clock.figer(MAINTENANT + dt.timedelta(minutes=minutes)):
            demandes += [minutes] * suite_des_paiements.relancer(service)
    assert demandes[:29] == list(range(1, 30))
    assert demandes[29:32] == [39, 49, 59]
    assert demandes[-1] - demandes[-2] == 60
    assert len(demandes) < 60


def test_without_payfip_nothing_is_asked(paiement):
    assert demander_le_resultat(paiement, None).statut == w.OUVERT
