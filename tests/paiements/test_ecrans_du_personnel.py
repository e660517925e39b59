"""Each payment before an agent: its state, what is wrong with it, PayFiP asked again, what was decided."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Affectation, Evenement, FactureDuPaiement, Paiement
from portail import clock
from portail.domain import anomalies_de_paiement, suite_des_paiements
from portail.domain.anomalies_de_paiement import traiter
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.suite_des_paiements import demander_le_resultat
from tests.factures import encaisser, reste
from tests.formulaires import poster
from tests.monde import MAINTENANT
from tests.paiements.operation import accuses, argent, maintenant, ouvrir, vu

LISTE = "/agents/facturation/paiements"


@pytest.fixture
def paiement(monde, service, novembre) -> Paiement:
    return ouvrir(monde, service, novembre)


@pytest.fixture
def faux(payfip, service, paiement) -> Paiement:
    """PayFiP says a centime less."""
    payfip.regler(paiement.idop, "P", ecart=-1, notifier=0)
    return demander_le_resultat(paiement, service)


@pytest.fixture
def sophie(app, service, connexion, monde, monkeypatch):
    monkeypatch.setitem(app.extensions, "payfip", service)
    return connexion(monde.sophie)


def test_each_case_is_to_be_seen(sophie, payfip, service, paiement):
    assert "Rien à vérifier" in vu(sophie.get(LISTE))
    en_cours = vu(sophie.get(f"{LISTE}?liste=en-cours"))
    assert "6,21 €" in en_cours and "En cours" in en_cours
    for issue, libelle in (("R", "Refusé"), ("A", "Abandonné"), ("P", "Payé")):
        Paiement.update(statut=w.OUVERT, verifie_le=None).execute()
        payfip.regler(paiement.idop, issue, notifier=0)
        demander_le_resultat(maintenant(paiement), service)
        assert libelle in vu(sophie.get(f"{LISTE}?liste=tous"))


def test_what_is_wrong_is_listed_first_and_said(sophie, faux):
    page = vu(sophie.get(LISTE))
    assert "PayFiP annonce 6,20 € au lieu de 6,21 €" in page
    assert "Encaisser 6,20 €" in vu(sophie.get(f"{LISTE}/{faux.id}"))


def test_a_silence_of_payfip_is_said(sophie, payfip, service, paiement):
    payfip.panne = "technique"
    demander_le_resultat(paiement, service)
    assert "PayFiP n’a pas répondu" in vu(sophie.get(f"{LISTE}?liste=en-cours"))


def test_an_agent_asks_again(sophie, payfip, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    assert "Redemander le résultat" in vu(sophie.get(f"{LISTE}/{paiement.id}"))
    assert poster(sophie, f"{LISTE}/{paiement.id}/resultat").status_code == 303
    assert argent() == [("payfip", 621)]
    page = vu(sophie.get(f"{LISTE}/{paiement.id}"))
    assert "PayFiP a répondu : payé." in page and "Redemander" not in page


def test_what_payfip_received_may_be_counted_after_all(monde, sophie, faux, novembre):
    champs = {"motif": "Relevé PayFiP du 1er décembre : 6,20 €.", "decision": "encaisser"}
    assert poster(sophie, f"{LISTE}/{faux.id}/traitement", champs).status_code == 303
    suivi = maintenant(faux)
    assert (suivi.statut, reste(novembre), argent()) == (w.PAYE, 1, [("payfip", 620)])
    assert suivi.traitee_le and len(accuses()) == 1
    ligne = Evenement.get(Evenement.acte == anomalies_de_paiement.TRAITER)
    assert (ligne.auteur, "6,20" in ligne.detail) == (monde.sophie, True)
    assert "Rien à vérifier" in vu(sophie.get(LISTE))


def test_or_put_away_and_the_invoice_may_be_paid_again(monde, payfip, service, faux, novembre):
    traiter(monde.sophie, faux.id, "Rien sur le relevé.", encaisser=False)
    assert (maintenant(faux).statut, argent()) == (w.EXPIRE, [])
    assert not FactureDuPaiement.get().ouverte
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        suite_des_paiements.recevoir_une_notification(faux.idop, service)
    assert maintenant(faux).traitee_le is not None  # the same again is not to be looked at twice
    assert ouvrir(monde, service, novembre).id != faux.id


def test_a_surplus_is_looked_at_and_stays_counted(monde, payfip, service, paiement, novembre):
    encaisser(monde.adulte_claire, 621, novembre)
    payfip.regler(paiement.idop, "P", notifier=0)
    demander_le_resultat(paiement, service)
    suivi = traiter(monde.sophie, paiement.id, "Remboursé par le comptable.", encaisser=False)
    assert (suivi.statut, suivi.traitee_le is not None) == (w.PAYE, True)
    assert len(argent()) == 2


def test_it_says_what_was_checked(sophie, faux):
    for motif in ("", "   ", "x" * 301):
        reponse = poster(sophie, f"{LISTE}/{faux.id}/traitement", {"motif": motif, "decision": "classer"})
        assert reponse.status_code == 422
        assert 'aria-invalid="true"' in reponse.text
    assert maintenant(faux).traitee_le is None


def test_done_once(monde, sophie, faux):
    traiter(monde.marc, faux.id, "Vu.", encaisser=True)
    with pytest.raises(DejaChange):
        traiter(monde.sophie, faux.id, "Vu aussi.", encaisser=True)
    champs = {"motif": "Vu aussi.", "decision": "encaisser"}
    assert poster(sophie, f"{LISTE}/{faux.id}/traitement", champs).status_code == 409
    assert len(argent()) == 1


def test_nothing_is_counted_that_payfip_did_not_announce(monde, payfip, service, paiement):
    payfip.regler(paiement.idop, "P", notifier=0)
    Paiement.update(refdet="UNEAUTRE").execute()
    faux = demander_le_resultat(paiement, service)
    with pytest.raises(Refus, match="rien à encaisser"):
        traiter(monde.sophie, faux.id, "Essai", encaisser=True)


def test_never_of_one_s_own_family(monde, faux):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="votre famille"):
        traiter(monde.sophie, faux.id, "Je me rembourse", encaisser=False)


def test_neither_a_family_nor_an_animateur_nor_an_agent_of_some_places(
    app, monde, service, connexion, faux, monkeypatch
):
    monkeypatch.setitem(app.extensions, "payfip", service)
    for compte in (monde.claire, monde.animateur):
        assert connexion(compte).get(LISTE).status_code == 403
        with pytest.raises(Interdit):
            traiter(compte, faux.id, "Vu", encaisser=True)
        with pytest.raises(Interdit):
            anomalies_de_paiement.redemander(compte, faux.id, service)
    Affectation.create(compte=monde.sophie, lieu=monde.cantine.lieu)
    sophie = connexion(monde.sophie)
    for adresse in (LISTE, f"{LISTE}/{faux.id}"):
        assert sophie.get(adresse).status_code == 404
    assert poster(sophie, f"{LISTE}/{faux.id}/resultat").status_code == 404
    with pytest.raises(Introuvable):
        traiter(monde.sophie, faux.id, "Vu", encaisser=True)
    assert argent() == []


def test_a_payment_that_is_not_there_is_404(sophie, novembre):
    assert sophie.get(f"{LISTE}/999999").status_code == 404
    assert poster(sophie, f"{LISTE}/999999/resultat").status_code == 404
    assert poster(sophie, f"{LISTE}/999999/traitement", {"motif": "x"}).status_code == 404


def test_the_list_goes_on_page_after_page(monde, sophie, novembre):
    for rang in range(52):
        Paiement.create(
            famille=monde.moreau,
            payeur=monde.adulte_claire,
            compte=monde.claire,
            refdet=f"A{rang:05}",
            montant=100 + rang,
            cree_le=MAINTENANT + dt.timedelta(seconds=rang),
        )
    page = vu(sophie.get(f"{LISTE}?liste=tous"))
    assert "1,51 €" in page and "1,01 €" not in page
    suite = page.split("avant=")[1].split('"')[0]
    assert "1,01 €" in vu(sophie.get(f"{LISTE}?liste=tous&avant={suite}"))
    for avant in ("x", "0", "-1", "9" * 20):
        assert sophie.get(f"{LISTE}?avant={avant}&liste={avant}").status_code == 200


def test_the_hub_leads_there(sophie):
    assert 'href="/agents/facturation/paiements"' in vu(sophie.get("/agents/facturation"))
