"""« Espace Facturation »: the sums first, what is late without blame, invoices by year, what is empty."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Abonnement, Entente, PartDePayeur, write_transaction
from portail import clock
from portail.domain import avoirs, encaissement
from portail.domain.transitions import Acteur
from tests.facturation.gens import compte_de, separer
from tests.factures import encaisser, facture, regler
from tests.htmx import Page
from tests.monde import HIER, MAINTENANT

DECEMBRE = dt.date(2026, 12, 15)
PASSEE = dt.date(2026, 11, 20)


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def emettre(monde, montant: int = 14820, echeance: dt.date = DECEMBRE, jour: dt.date = HIER, **champs):
    return facture(
        monde.adulte_claire,
        [(monde.lea, monde.seance(monde.cantine, jour), montant)],
        echeance=echeance,
        **champs,
    )


def texte(client, adresse: str = "/facturation") -> str:
    return Page(client, adresse).texte("main")


def test_nothing_billed_says_what_will_come(claire):
    vu = texte(claire)
    assert "Aucune facture pour le moment" in vu
    assert "Un e-mail vous préviendra de chacune" in vu


def test_an_account_that_nobody_knows_is_told_what_to_do(monde, connexion):
    separer(monde)
    vu = texte(connexion(compte_de(monde, "quelquun@example.org", "Dominique")))
    assert "n’est pas encore relié à un adulte du dossier" in vu


def test_without_a_subscription_the_page_explains(monde, connexion):
    Abonnement.update(statut="resilie").where(Abonnement.compte == monde.claire).execute()
    vu = texte(connexion(monde.claire))
    assert "votre code abonné : il figure sur le courrier de la mairie, et ouvre l’Espace Famille" in vu
    assert "l’Espace Facturation" in vu


def test_the_sum_to_pay_and_its_day_come_first(monde, claire, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "payfip", object())
    emise = emettre(monde)
    somme = Page(claire, "/facturation").texte(".somme-due")
    assert somme.startswith("148,20 € avant le 15 décembre")
    assert "Payer en ligne" in somme
    une = Page(claire, f"/facturation/factures/{emise.id}").un(".somme-due a")
    assert une["href"] == f"/facturation/payer?facture={emise.id}"


def test_a_town_without_online_payment_offers_none(monde, claire, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "payfip", object())
    regler(payfip="")
    emettre(monde)
    vu = texte(claire)
    assert "Payer en ligne" not in vu
    assert "En ligne, ou au guichet." in vu


def test_what_is_late_is_said_without_blame(monde, claire):
    emettre(monde, 9105, PASSEE)
    emettre(monde, 14820, jour=dt.date(2026, 11, 27))
    page = Page(claire, "/facturation")
    assert page.texte(".somme-due").startswith("239,25 € dont 91,05 € attendus depuis le 20 novembre")
    assert "Si vous venez de payer, il n’y a rien à faire" in page.texte(".avis")
    etats = [e.get_text(strip=True) for e in page.tous(".factures .statut")]
    assert sorted(etats) == ["En retard", "À payer"]


def test_a_payment_plan_is_recalled_instead(monde, claire):
    emettre(monde, 9105, PASSEE)
    Entente.create(
        payeur=monde.adulte_claire,
        texte="Trois fois trente euros.",
        jusqu_au=dt.date(2027, 2, 28),
        agent=monde.sophie,
        faite_le=clock.maintenant(),
    )
    assert "convenu avec la mairie jusqu’au 28 février 2027" in Page(claire, "/facturation").texte(".avis")


def test_invoices_stand_by_year_the_last_first(monde, claire):
    emettre(monde)
    with clock.figer(dt.datetime(2027, 1, 10, 10, tzinfo=clock.PARIS)):
        emettre(monde, 500, dt.date(2027, 2, 10), dt.date(2026, 12, 7), mois=dt.date(2026, 12, 1))
    titres = [h.get_text() for h in Page(claire, "/facturation").tous("h2")]
    assert titres[1:3] == ["Factures de 2027", "Factures de 2026"]


def test_an_avoir_and_what_was_paid_in_advance_are_told(monde, claire):
    emise = emettre(monde)
    encaisser(monde.adulte_claire, 15000, emise)
    ligne = emise.lignes.get()
    avoirs.emettre(monde.sophie, emise.id, {ligne.id: 820}, "Séance annulée")
    vu = texte(claire)
    assert "Rien à payer : tout est réglé" in vu
    assert "Vous avez 10,00 € d’avance" in vu.replace("\xa0", " ")
    assert "Avoir sur novembre 2026" in vu


def test_what_was_received_is_told_with_what_it_paid(monde, claire):
    emise = emettre(monde)
    recu = encaisser(monde.adulte_claire, 5000, emise)
    page = Page(claire, "/facturation")
    vu = page.texte("[aria-labelledby=recus]").replace("\xa0", " ")
    assert "1er décembre 2026 Espèces" in vu
    assert f"{emise.numero} 50,00 €" in vu
    assert claire.get(f"/facturation/recus/{recu.id}").status_code == 200


def test_a_receipt_that_did_not_hold_says_why(monde, claire):
    recu = encaisser(monde.adulte_claire, 5000, emettre(monde))
    with write_transaction():
        encaissement.contrepasser(
            Acteur(monde.sophie, w.AGENT), recu.id, "Chèque sans provision", clock.aujourdhui()
        )
    vu = Page(claire, "/facturation").texte("[aria-labelledby=recus]").replace("\xa0", " ")
    assert "Annulé le 1er décembre 2026 : Chèque sans provision." in vu


def test_each_year_leads_to_its_attestation_and_its_archive(monde, claire):
    emettre(monde)
    liens = [a["href"] for a in Page(claire, "/facturation").tous(".a-garder a")]
    assert liens == ["/facturation/attestations/2026", "/facturation/archive?annee=2026"]
    assert [claire.get(lien).status_code for lien in liens] == [200, 200]


def test_what_the_other_payer_of_shares_paid_in_advance_is_not_told(monde, connexion):
    julien = compte_de(monde, "julien@example.org", "Julien")
    emettre(monde)
    encaisser(monde.adulte_claire, 20000)
    assert "d’avance" in texte(connexion(julien))
    for adulte, part in ((monde.adulte_claire, 60), (monde.adulte_julien, 40)):
        PartDePayeur.create(enfant=monde.lea, responsable=adulte, part=part)
    assert "d’avance" not in texte(connexion(julien))
    assert "d’avance" in texte(connexion(monde.claire))


def test_the_home_tells_of_the_invoice_as_the_model_does(monde, claire):
    assert "rien à payer pour le moment" in texte(claire, "/famille")
    emettre(monde)
    vu = texte(claire, "/famille")
    assert "Facture de novembre : 148,20 €, à payer avant le 15 décembre." in vu.replace("\xa0", " ")
    emettre(monde, 9105, PASSEE, dt.date(2026, 11, 27))
    vu = texte(claire, "/famille").replace("\xa0", " ")
    assert "2 factures à payer : 239,25 €, dont 91,05 € attendus depuis le 20 novembre." in vu


def test_as_many_queries_whatever_the_number_of_invoices(monde, claire):
    def requetes() -> int:
        with count_queries() as compteur:
            assert claire.get("/facturation").status_code == 200
        return compteur.count

    emettre(monde)
    requetes()
    une = requetes()
    for rang, jour in enumerate((23, 24, 26, 27)):
        emettre(monde, 100 + rang, jour=dt.date(2026, 11, jour))
    assert requetes() == une <= 16
    assert clock.maintenant() == MAINTENANT
