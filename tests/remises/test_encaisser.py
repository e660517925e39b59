"""On the day, what the bank was given is received; what it sends back is due again."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Evenement, Mandat, Prelevement, Reglement, Remise
from portail import clock
from portail.domain import encaissement, lecture_remises, remises
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.courrier import recus
from tests.factures import encaisser as au_guichet
from tests.factures import reste
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT
from tests.prelevements import JOUR, donner_a_la_banque, remettre

MOTIF = "Provision insuffisante"


@pytest.fixture
def remise(monde, octobre, novembre) -> Remise:
    faite = remettre(monde)
    donner_a_la_banque(monde, faite)
    return faite


@pytest.fixture
def le_jour(remise):
    with clock.figer(clock.instant(JOUR, dt.time(9))):
        yield


def prelevement(facture) -> Prelevement:
    return Prelevement.get(Prelevement.facture == facture)


def test_each_debit_is_a_receipt_of_that_day(monde, remise, mandat, octobre, novembre, le_jour):
    assert remises.encaisser(monde.gestionnaire, remise.id) == 2
    recus_ = [(r.moyen, r.montant, r.recu_le) for r in Reglement.select().order_by(Reglement.id)]
    assert recus_ == [("prelevement", 6_000, JOUR), ("prelevement", 8_820, JOUR)]
    assert (reste(octobre), reste(novembre), prelevement(octobre).statut) == (0, 0, w.ENCAISSE)
    assert (Mandat.get().collecte_le, Remise.get().encaissee_le) == (JOUR, clock.maintenant())


def test_told_twice_it_is_received_once(monde, remise, le_jour):
    remises.encaisser(monde.gestionnaire, remise.id)
    assert remises.encaisser(monde.gestionnaire, remise.id) == 0
    assert Reglement.select().count() == 2
    assert Evenement.select().where(Evenement.acte == remises.ENCAISSER).count() == 1


def test_stopped_half_way_it_goes_on(monde, remise, le_jour, monkeypatch):
    monkeypatch.setattr(remises, "LOT", 1)
    assert remises._encaisser_un_lot(monde.gestionnaire, remise.id) == 1
    assert remises.encaisser(monde.gestionnaire, remise.id) == 1
    assert Reglement.select().count() == 2


def test_what_was_paid_meanwhile_makes_a_credit(monde, remise, octobre, novembre, le_jour):
    au_guichet(monde.adulte_claire, 6_000, octobre)
    remises.encaisser(monde.gestionnaire, remise.id)
    (credit,) = encaissement.credits_de([monde.adulte_claire.id])[monde.adulte_claire.id]
    assert (credit.reste, reste(octobre), reste(novembre)) == (6_000, 0, 0)


def test_not_before_the_day_nor_before_the_bank_has_it(monde, octobre, novembre):
    faite = remettre(monde)
    with pytest.raises(Refus, match="emportez d’abord"):
        remises.encaisser(monde.gestionnaire, faite.id)
    donner_a_la_banque(monde, faite)
    with pytest.raises(Refus, match="attendez ce jour"):
        remises.encaisser(monde.gestionnaire, faite.id)


@pytest.mark.parametrize("qui", ["sophie", "claire", "animateur"])
def test_who_does_not_manage_collects_nothing(monde, remise, octobre, le_jour, qui):
    compte = getattr(monde, qui)
    for acte in (
        lambda: remises.encaisser(compte, remise.id),
        lambda: remises.rejeter(compte, prelevement(octobre).id, MOTIF),
        lambda: remises.annuler(compte, prelevement(octobre).id, MOTIF),
    ):
        with pytest.raises(Interdit):
            acte()


# ——— rejected ———


def test_a_debit_that_the_bank_sends_back_is_due_again(monde, remise, octobre, novembre, le_jour):
    remises.encaisser(monde.gestionnaire, remise.id)
    remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)
    contre = Reglement.get(Reglement.montant < 0)
    assert (reste(octobre), reste(novembre), contre.montant, contre.motif) == (6_000, 0, -6_000, MOTIF)
    assert (prelevement(octobre).statut, prelevement(octobre).motif) == (w.REJETE, MOTIF)
    courriel = recus(monde.claire.email)[-1]
    assert courriel.sujet == "Un prélèvement a été rejeté par votre banque"
    assert MOTIF in courriel.corps and octobre.numero in courriel.corps


def test_one_sent_back_before_the_day_is_never_received(monde, remise, octobre, le_jour):
    remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)
    assert remises.encaisser(monde.gestionnaire, remise.id) == 1
    assert reste(octobre) == 6_000
    with pytest.raises(DejaChange):
        remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)


def test_the_invoice_may_be_debited_again(monde, remise, octobre, le_jour):
    remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)
    suivante = remettre(monde, dt.date(2026, 12, 29))
    assert [p.facture_id for p in suivante.prelevements] == [octobre.id]


def test_called_off_only_as_long_as_the_bank_has_nothing(monde, octobre, novembre):
    faite = remettre(monde)
    with pytest.raises(Refus, match="annulez-le"):
        remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)
    remises.annuler(monde.gestionnaire, prelevement(octobre).id, "À la demande de la famille")
    assert recus(monde.claire.email)[-1].sujet == "Un prélèvement n’aura pas lieu"
    donner_a_la_banque(monde, faite)
    with pytest.raises(Refus, match="La banque a déjà"):
        remises.annuler(monde.gestionnaire, prelevement(novembre).id, MOTIF)
    assert (prelevement(octobre).statut, prelevement(novembre).statut) == (w.ANNULEE, w.PREVU)


@pytest.mark.parametrize("motif", ["", " ", "x" * 301])
def test_without_a_reason_nothing_is_sent_back(monde, remise, octobre, motif):
    with pytest.raises(Refus) as refus:
        remises.rejeter(monde.gestionnaire, prelevement(octobre).id, motif)
    assert (refus.value.champ, prelevement(octobre).statut) == ("motif", w.PREVU)


def test_never_of_one_s_own_family_and_an_unknown_one_is_404(monde, remise, octobre):
    with pytest.raises(Introuvable):
        remises.rejeter(monde.gestionnaire, 999_999, MOTIF)
    liens = {"famille": monde.moreau, "statut": w.ACTIF, "cree_le": MAINTENANT}
    Abonnement.create(compte=monde.gestionnaire, **liens)
    with pytest.raises(Refus, match="un autre agent"):
        remises.rejeter(monde.gestionnaire, prelevement(octobre).id, MOTIF)


def test_it_is_done_on_the_page_of_the_remise(monde, remise, octobre, novembre, connexion, le_jour):
    nadia = connexion(monde.gestionnaire)
    ici, debit = f"/agents/facturation/prelevements/{remise.id}", prelevement(octobre).id
    rejet = f"/agents/facturation/prelevements/debits/{debit}/rejet"
    vide = poster(nadia, rejet, {"motif": ""})
    assert vide.status_code == 422 and lire(vide.text).select_one(f"#motif-{debit}-message")
    assert poster(nadia, f"{ici}/encaissement").status_code == 303
    assert poster(nadia, rejet, {"motif": MOTIF}).status_code == 303
    page = lire(nadia.get(ici).text)
    assert [mots(n) for n in page.select("tbody .statut")] == ["Rejeté", "Encaissé"]
    encore = poster(nadia, rejet, {"motif": MOTIF})
    assert encore.status_code == 409
    assert mots(lire(encore.text).select_one("[role=alert]")), "its form is gone: said at the top"


def test_what_is_refused_of_a_debit_that_has_nothing_left_to_do_is_told_above(
    monde, remise, octobre, connexion, le_jour
):
    nadia, debit = connexion(monde.gestionnaire), prelevement(octobre).id
    remises.rejeter(monde.gestionnaire, debit, MOTIF)
    rejet = f"/agents/facturation/prelevements/debits/{debit}/rejet"
    for motif, statut in (("", 422), (MOTIF, 409)):
        page = poster(nadia, rejet, {"motif": motif})
        assert (page.status_code, len(lire(page.text).select("[role=alert]"))) == (statut, 1)


def test_one_comes_back_to_the_page_of_the_list_where_the_debit_is(
    monde, remise, octobre, novembre, connexion, monkeypatch
):
    monkeypatch.setattr(lecture_remises, "DEBITS_PAR_PAGE", 1)
    nadia, debit = connexion(monde.gestionnaire), prelevement(novembre).id
    page = lire(nadia.get(f"/agents/facturation/prelevements/{remise.id}?page=2").text)
    envoi = page.select_one(f"#motif-{debit}").find_parent("form")["action"]
    refuse = poster(nadia, envoi, {"motif": "x" * 301})
    assert refuse.status_code == 422
    champ = lire(refuse.text).select_one(f"#motif-{debit}")
    assert champ["value"] == "x" * 301 and champ["aria-invalid"] == "true"
