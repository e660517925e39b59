"""The receipt of a payment: what was paid, how, what it paid for; to whom it is given."""

import datetime as dt

import pytest

from models import MOYENS_DE_REGLEMENT, Facture, Reglement, write_transaction
from portail.domain import encaissement, recus
from portail.domain.encaissement import Recette
from portail.domain.recus import recu_de
from portail.domain.refus import Introuvable
from portail.domain.transitions import SYSTEME
from tests.facturation.foyer import compte_de_julien, separer
from tests.factures import encaisser, facture
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI


def facturer(monde, jour: dt.date = LUNDI, adulte=None, foyer: bool = True) -> Facture:
    return facture(
        adulte or monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, jour), 345)], foyer=foyer
    )


def par_cheque(f: Facture, montant: int) -> Reglement:
    recette = Recette("cheque", montant, dt.date(2026, 11, 30), "essai", reference="4402187")
    with write_transaction():
        return encaissement.encaisser(SYSTEME, f.payeur, recette, [f.id])


def test_it_says_what_was_paid_and_what_is_in_advance(monde):
    premiere, seconde = facturer(monde), facturer(monde, JEUDI)
    reglement = encaisser(monde.adulte_claire, 1000, premiere, seconde)
    recu = recu_de(monde.claire, monde.moreau, reglement.id)
    assert [(part.numero, part.montant) for part in recu.parts] == [
        (premiere.numero, 345),
        (seconde.numero, 345),
    ]
    assert (recu.reste, recu.moyen, recu.fichier) == (310, "Espèces", f"recu-{reglement.id}")


def test_every_means_has_its_word():
    assert set(recus.TOUS_LES_MOYENS) == set(MOYENS_DE_REGLEMENT)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_page_says_it_and_that_a_cheque_bounced(monde, connexion):
    reglement = par_cheque(facturer(monde), 345)
    claire = connexion(monde.claire)
    feuille = mots(lire(claire.get(f"/facturation/recus/{reglement.id}").text).select_one(".folio"))
    for phrase in (
        f"Reçu n° {reglement.id} Reçu de Claire Moreau Le 30 novembre 2026 Montant 3,45 €",
        "Par Chèque, 4402187 Famille Moreau, code abonné 104582",
        "n° 2026-000001, novembre 2026 3,45 € Total 3,45 €",
    ):
        assert phrase in feuille
    with write_transaction():
        encaissement.contrepasser(SYSTEME, reglement.id, "Chèque sans provision", LUNDI)
    feuille = mots(lire(claire.get(f"/facturation/recus/{reglement.id}").text).select_one(".folio"))
    assert "Ce règlement n’a pas abouti : il ne compte plus. Chèque sans provision" in feuille
    defait = Reglement.get(Reglement.contrepartie_de == reglement)
    assert claire.get(f"/facturation/recus/{defait.id}").status_code == 404


def test_the_household_reads_it_and_no_other_family(monde, connexion):
    reglement = encaisser(monde.adulte_claire, 345, facturer(monde))
    adresse = f"/facturation/recus/{reglement.id}"
    attendus = {compte_de_julien(monde): 200, monde.claire: 200, monde.paulo: 404, monde.sophie: 403}
    assert {compte: connexion(compte).get(adresse).status_code for compte in attendus} == attendus
    with pytest.raises(Introuvable):
        recu_de(monde.claire, monde.moreau, reglement.id + 99)


def test_of_parents_who_live_apart_each_reads_their_own(monde):
    separer(monde)
    julien = compte_de_julien(monde)
    siens = {
        compte: encaisser(adulte, 345, facturer(monde, adulte=adulte, foyer=False))
        for compte, adulte in ((monde.claire, monde.adulte_claire), (julien, monde.adulte_julien))
    }
    assert recu_de(julien, monde.moreau, siens[julien].id).reste == 0
    for compte, autre in ((julien, monde.claire), (monde.claire, julien)):
        with pytest.raises(Introuvable):
            recu_de(compte, monde.moreau, siens[autre].id)


def test_a_receipt_that_pays_one_invoice_of_ones_own_besides_is_not_the_households(monde):
    """Of the household's and of Claire's alone, in one payment: Julien would read the second."""
    julien = compte_de_julien(monde)
    du_foyer, a_elle = facturer(monde), facturer(monde, JEUDI, foyer=False)
    reglement = encaisser(monde.adulte_claire, 690, du_foyer, a_elle)
    with pytest.raises(Introuvable):
        recu_de(julien, monde.moreau, reglement.id)
    assert recu_de(monde.claire, monde.moreau, reglement.id).reste == 0
