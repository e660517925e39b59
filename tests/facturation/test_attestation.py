"""The yearly attestation: what was paid in a civil year for the care of children under six, no more."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playhouse.test_utils import count_queries

from models import Enfant, Facture, LigneDeFacture, Reglement, Solde, write_transaction
from portail import clock
from portail.domain import attestations, avoirs, encaissement
from portail.domain.attestations import attester
from portail.domain.encaissement import Recette
from portail.domain.refus import Introuvable
from portail.domain.transitions import SYSTEME
from tests.facturation.foyer import compte_de_julien, separer
from tests.factures import facture
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI

JANVIER = dt.date(2027, 1, 15)


def le(jour: dt.date):
    """That day, at noon."""
    return clock.figer(dt.datetime.combine(jour, dt.time(12), clock.PARIS))


def facturer(monde, *lignes: tuple[Enfant, int], jour=LUNDI, garde=True, payeur=None, foyer=True) -> Facture:
    """So much for each of these children, on the evening of that day."""
    return facture(
        payeur or monde.adulte_claire,
        [(enfant, monde.seance(monde.soir, jour), montant) for enfant, montant in lignes],
        garde=garde,
        foyer=foyer,
    )


def payer(f: Facture, montant: int, recu_le: dt.date | None = None) -> Reglement:
    jour = recu_le or clock.aujourdhui()
    recette = Recette("cheque", montant, jour, f"{f.id}:{jour}:{montant}")
    with write_transaction():
        return encaissement.encaisser(SYSTEME, f.payeur, recette, [f.id])


def payees(compte, monde, annee: int) -> dict[str, int]:
    """What the attestation of that year says of each child."""
    attestation = attester(compte, monde.moreau, annee)
    return {
        enfant.nom.split()[0]: enfant.total for feuille in attestation.feuilles for enfant in feuille.enfants
    }


# ——— what counts ———


def test_what_was_paid_counts_and_not_what_is_due(monde):
    f = facturer(monde, (monde.ines, 1000))
    assert payees(monde.claire, monde, 2026) == {}
    payer(f, 1000)
    assert payees(monde.claire, monde, 2026) == {"Inès": 1000}


def test_a_child_of_six_on_the_first_of_january_counts_no_more(monde):
    """Noé is born on 2 June 2020: five on 1 January 2026. A child of that very day is six."""
    Enfant.update(naissance=dt.date(2020, 1, 1)).where(Enfant.id == monde.lea.id).execute()
    Enfant.update(naissance=dt.date(2020, 1, 2)).where(Enfant.id == monde.noe.id).execute()
    payer(facturer(monde, (monde.lea, 1000), (monde.noe, 800), (monde.ines, 600)), 2400)
    assert payees(monde.claire, monde, 2026) == {"Noé": 800, "Inès": 600}


def test_what_is_not_care_does_not_count(monde):
    payer(facturer(monde, (monde.ines, 1000), garde=False), 1000)
    assert payees(monde.claire, monde, 2026) == {}


def test_of_an_invoice_paid_in_part_each_line_is_paid_in_proportion(monde):
    """20,00 € of 30,00 €: two thirds of what Inès costs, and none of Léa's, who is eight."""
    f = facturer(monde, (monde.lea, 2000), (monde.ines, 1000))
    payer(f, 2000)
    assert payees(monde.claire, monde, 2026) == {"Inès": 667}


def test_what_is_paid_over_two_years_counts_in_each_and_adds_up(monde):
    f = facturer(monde, (monde.lea, 2000), (monde.ines, 1000))
    payer(f, 2000)
    with le(JANVIER):
        payer(f, 1000)
        assert payees(monde.claire, monde, 2026) == {"Inès": 667}
        assert payees(monde.claire, monde, 2027) == {"Inès": 333}


def test_money_counts_on_the_day_it_came_and_not_on_the_day_it_was_entered(monde):
    f = facturer(monde, (monde.ines, 1000))
    with le(JANVIER):
        payer(f, 1000, recu_le=dt.date(2026, 12, 30))
        assert payees(monde.claire, monde, 2026) == {"Inès": 1000}
        assert payees(monde.claire, monde, 2027) == {}


def test_money_in_advance_counts_when_what_it_pays_is_billed(monde):
    payer(facturer(monde, (monde.ines, 1000)), 1800)
    with le(JANVIER):
        facturer(monde, (monde.ines, 800), jour=JEUDI)
        with write_transaction():
            encaissement.imputer_les_credits(monde.adulte_claire.id)
        assert payees(monde.claire, monde, 2026) == {"Inès": 1000}
        assert payees(monde.claire, monde, 2027) == {"Inès": 800}


def test_an_avoir_before_one_pays_is_simply_not_owed(monde):
    f = facturer(monde, (monde.noe, 1000), (monde.ines, 1000))
    avoirs.emettre(monde.sophie, f.id, {_ligne(f, monde.ines).id: 400}, "Inès était malade")
    payer(f, 1600)
    assert payees(monde.claire, monde, 2026) == {"Noé": 1000, "Inès": 600}


def test_an_avoir_after_one_has_paid_is_taken_off_the_year_in_which_it_is_issued(monde):
    """It pays the next invoice: what was spent has only moved there."""
    f = facturer(monde, (monde.ines, 1000))
    payer(f, 1000)
    with le(JANVIER):
        suivante = facturer(monde, (monde.ines, 900), jour=JEUDI)
        avoirs.emettre(monde.sophie, f.id, {_ligne(f, monde.ines).id: 400}, "Inès était malade")
        assert Solde.get(Solde.facture == suivante).reste == 500
        assert payees(monde.claire, monde, 2026) == {"Inès": 1000}
        assert payees(monde.claire, monde, 2027) == {}  # 4,00 € moved from the one to the other
        payer(suivante, 500)
        assert payees(monde.claire, monde, 2027) == {"Inès": 500}


def test_a_cheque_that_bounced_never_counted(monde):
    f = facturer(monde, (monde.ines, 1000))
    reglement = payer(f, 1000)
    with le(JANVIER):
        with write_transaction():
            encaissement.contrepasser(SYSTEME, reglement.id, "Chèque sans provision", JANVIER)
        assert payees(monde.claire, monde, 2026) == payees(monde.claire, monde, 2027) == {}


@settings(max_examples=40, deadline=None)
@given(
    lignes=st.lists(st.tuples(st.booleans(), st.integers(1, 9000)), min_size=1, max_size=6),
    parts=st.lists(st.integers(1, 100), min_size=1, max_size=4),
)
def test_whatever_is_paid_when_the_years_add_up_to_what_is_billed(lignes, parts):
    """Paid in as many goes as one likes, a year each: to the cent, and never a cent too many on the way."""
    total = sum(montant for _, montant in lignes)
    comptee = attestations._Comptee(Facture(total=total))
    for garde, montant in lignes:
        comptee.totaux.append((dt.date(2020, 1, 1), montant))
        if garde:
            comptee.gardes[1].append((dt.date(2020, 1, 1), montant))
    cumuls = [total * sum(parts[: n + 1]) // sum(parts) for n in range(len(parts))]
    for rang, (avant, apres) in enumerate(zip([0, *cumuls], cumuls, strict=False)):
        comptee.recus.append((dt.date(2020 + rang, 6, 1), apres - avant))
    fins = [dt.date(2019 + rang, 12, 31) for rang in range(len(parts) + 1)]
    annees = [
        comptee.payee(1, fin) - comptee.payee(1, veille) for veille, fin in zip(fins, fins[1:], strict=False)
    ]
    assert min(annees) >= 0 and sum(annees) == sum(m for garde, m in lignes if garde)


# ——— of whom, to whom ———


def test_each_adult_who_pays_has_a_sheet_and_reads_no_other(monde):
    separer(monde)
    julien = compte_de_julien(monde)
    for adulte, montant in ((monde.adulte_claire, 600), (monde.adulte_julien, 400)):
        payer(facturer(monde, (monde.ines, montant), payeur=adulte, foyer=False), montant)
    assert (payees(monde.claire, monde, 2026), payees(julien, monde, 2026)) == ({"Inès": 600}, {"Inès": 400})
    (feuille,) = attester(julien, monde.moreau, 2026).feuilles
    assert feuille.destinataire.splitlines()[0] == "Julien Moreau"


def test_another_family_has_nothing_of_it(monde, connexion):
    payer(facturer(monde, (monde.ines, 1000)), 1000)
    page = connexion(monde.paulo).get("/facturation/attestations/2026").text
    assert "Rien à attester pour 2026" in page and "Inès" not in page


@pytest.mark.parametrize("annee", ["2027", "1999", "0", "9999999999", "x"])
def test_a_year_to_come_or_that_is_none_has_no_page(monde, connexion, annee):
    assert connexion(monde.claire).get(f"/facturation/attestations/{annee}").status_code == 404
    with pytest.raises(Introuvable):
        attester(monde.claire, monde.moreau, 2027)


# ——— the page ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_before_the_year_is_over_it_says_what_is_paid_to_date(monde, connexion):
    payer(facturer(monde, (monde.lea, 500), (monde.ines, 1000)), 1500)
    claire = connexion(monde.claire)
    feuille = mots(lire(claire.get("/facturation/attestations/2026").text).select_one(".folio"))
    for phrase in (
        "atteste avoir reçu, du 1er janvier au 1er décembre 2026, 10,00 € de Claire Moreau",
        "enfants de moins de six ans au 1er janvier 2026 (code général des impôts, article 200 quater B)",
        "L’année n’est pas finie : cette attestation dit ce qui est payé à ce jour.",
        "Inès Moreau Date de naissance : 9 mai 2022",
        "n° 2026-000001, novembre 2026 10,00 € 10,00 €",
        "Total payé en 2026 : 10,00 €",
    ):
        assert phrase in feuille
    assert "Léa" not in feuille
    with le(JANVIER):
        page = lire(connexion(monde.claire).get("/facturation/attestations/2026").text)
        feuille = mots(page.select_one(".folio"))
        assert "du 1er janvier au 31 décembre 2026" in feuille and "pas finie" not in feuille


def test_it_asks_as_many_queries_whatever_the_number_of_invoices(monde):
    def requetes() -> int:
        with count_queries() as compte:
            attester(monde.claire, monde.moreau, 2026)
        return compte.count

    payer(facturer(monde, (monde.ines, 1000)), 1000)
    avec_une = requetes()
    for jour in (JEUDI, dt.date(2026, 12, 8), dt.date(2026, 12, 11)):
        payer(facturer(monde, (monde.ines, 1000), (monde.noe, 300), jour=jour), 1300)
    assert requetes() == avec_une <= 7


def _ligne(f: Facture, enfant: Enfant) -> LigneDeFacture:
    return LigneDeFacture.get(LigneDeFacture.facture == f, LigneDeFacture.enfant == enfant)
