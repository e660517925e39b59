"""A receipt that did not hold: what it paid is due again, and everybody who read it is told why."""

import pytest

import workflows as w
from models import Abonnement, Evenement, Reglement, write_transaction
from portail.domain import caisse, encaissement
from portail.domain.encaissement import Recette
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.transitions import SYSTEME
from tests.activites.outils import limiter
from tests.courrier import recus
from tests.factures import encaisser, reste
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

MOTIF = "Chèque sans provision"


@pytest.fixture
def cheque(monde, octobre) -> Reglement:
    return encaisser(monde.adulte_claire, 6_000, octobre, par=monde.sophie)


def test_what_it_paid_is_due_again(monde, octobre, cheque):
    contre = caisse.contrepasser(monde.marc, cheque.id, MOTIF)
    assert (reste(octobre), contre.montant, contre.contrepartie_de, contre.motif) == (
        6_000,
        -6_000,
        cheque,
        MOTIF,
    )
    ligne = Evenement.get(Evenement.acte == encaissement.REJETER)
    assert (ligne.auteur, ligne.famille, ligne.detail) == (monde.marc, monde.moreau, MOTIF)


def test_the_family_reads_why_and_what_is_due(monde, octobre, cheque):
    caisse.contrepasser(monde.marc, cheque.id, MOTIF)
    (courriel,) = recus(monde.claire.email)
    assert courriel.sujet == "Un règlement n’a pas abouti"
    assert "Chèque sans provision." in courriel.corps
    assert f"– facture n° {octobre.numero} : 60,00\xa0€" in courriel.corps


def test_what_was_paid_in_advance_besides_goes_to_what_is_due_again(monde, octobre, cheque):
    encaisser(monde.adulte_claire, 2_500)
    caisse.contrepasser(monde.marc, cheque.id, MOTIF)
    assert reste(octobre) == 3_500


def test_done_already_says_so(monde, octobre, cheque):
    contre = caisse.contrepasser(monde.marc, cheque.id, MOTIF)
    with pytest.raises(DejaChange):
        caisse.contrepasser(monde.sophie, cheque.id, MOTIF)
    with pytest.raises(Introuvable):
        caisse.contrepasser(monde.sophie, contre.id, MOTIF)
    assert reste(octobre) == 6_000


@pytest.mark.parametrize("motif", ["", "  ", "x" * 301])
def test_without_a_reason_nothing_is_done(monde, octobre, cheque, motif):
    with pytest.raises(Refus) as refus:
        caisse.contrepasser(monde.marc, cheque.id, motif)
    assert (refus.value.champ, reste(octobre)) == ("motif", 0)


def test_what_did_not_come_to_the_counter_is_not_undone_there(monde, octobre):
    with write_transaction():
        recette = Recette("payfip", 6_000, MAINTENANT.date(), "payfip:1")
        recu = encaissement.encaisser(SYSTEME, monde.adulte_claire, recette, [octobre.id])
    with pytest.raises(Refus, match="venu au guichet"):
        caisse.contrepasser(monde.marc, recu.id, MOTIF)


def test_the_wrong_people_undo_nothing(monde, octobre, cheque):
    for qui in ("claire", "animateur"):
        with pytest.raises(Interdit):
            caisse.contrepasser(getattr(monde, qui), cheque.id, MOTIF)
    Abonnement.create(compte=monde.marc, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        caisse.contrepasser(monde.marc, cheque.id, MOTIF)
    limiter(monde.sophie)
    with pytest.raises(Introuvable):
        caisse.contrepasser(monde.sophie, cheque.id, MOTIF)
    assert reste(octobre) == 0


def test_it_is_done_from_the_receipt_which_stays_readable(monde, octobre, cheque, connexion):
    sophie = connexion(monde.sophie)
    ici = f"/agents/facturation/encaissements/{cheque.id}"
    vide = poster(sophie, f"{ici}/contrepartie", {"motif": ""})
    assert vide.status_code == 422 and lire(vide.text).select_one("#motif-message")
    assert poster(sophie, f"{ici}/contrepartie", {"motif": MOTIF}).status_code == 303
    page = lire(sophie.get(ici).text)
    assert "n’a pas abouti : Chèque sans provision." in mots(page.select_one(".avis"))
    assert mots(page.select_one("table.recu tbody tr")) == f"n° {octobre.numero} 60,00 €"
    assert not page.select("form[action$=contrepartie]")
    assert poster(sophie, f"{ici}/contrepartie", {"motif": MOTIF}).status_code == 409
    sans_motif = poster(sophie, f"{ici}/contrepartie", {"motif": ""})
    assert "déjà annulé" in mots(lire(sans_motif.text).select_one("[role=alert]"))
    assert sophie.get("/agents/facturation/encaissements/999999").status_code == 404
    jour = lire(sophie.get("/agents/facturation/encaissements").text)
    assert mots(jour.select_one(".totaux-du-jour tfoot")) == "Total du jour 2 0,00 €"
