"""What was never walked without a mouse: paying an invoice, the roll call, a month of invoices.

Each with the keyboard alone, with JavaScript and without: the same keys do the same thing.
"""

import re

import pytest
from playwright.sync_api import expect

import workflows as w
from e2e.clavier import actionner
from models import Facture, Seance
from tests.factures import facture, regler, reste, tarif
from tests.monde import HIER, MAINTENANT

AVEC_ET_SANS = pytest.mark.parametrize(
    "javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"]
)


@AVEC_ET_SANS
def test_a_family_reads_an_invoice_and_pays_it(entrer, monde, javascript):
    hier = monde.seance(monde.cantine, HIER)
    due = facture(monde.adulte_claire, [(monde.lea, hier, 345), (monde.noe, hier, 276)])
    page = entrer("famille@example.org", javascript=javascript)
    page.goto("/facturation")
    actionner(page, page.get_by_role("link", name="Facture : Novembre 2026"))
    page.wait_for_url("**/facturation/factures/*")
    jour = page.locator(".jours-du-poste a").first
    actionner(page, jour)
    if javascript:
        expect(page.get_by_role("heading", name=re.compile("^Léa, lundi 30 novembre"))).to_be_focused()
        page.keyboard.press("Escape")
        expect(jour).to_be_focused()
    else:
        page.wait_for_url("**/facturation/lignes/*")
        page.go_back()
    actionner(page, page.get_by_role("link", name="Payer en ligne"))
    page.wait_for_url("**/facturation/payer*")
    actionner(page, page.get_by_role("button", name="Payer 6,21 € sur PayFiP"))
    page.wait_for_url("**/demo/payfip/**")
    actionner(page, page.get_by_role("button", name="Payer par carte"))
    page.wait_for_url("**/facturation/paiements/*")
    if not javascript:
        page.reload()
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
    assert reste(due) == 0


@AVEC_ET_SANS
def test_an_animateur_points_a_seance(entrer, monde, javascript):
    seance: Seance = monde.seance(monde.cantine, MAINTENANT.date())
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, seance, w.RESERVE)
    page = entrer("animateur@example.org", javascript=javascript)
    page.goto("/agents/pointage")
    actionner(page, page.get_by_role("main").get_by_role("link", name=re.compile("Cantine")).first)
    page.wait_for_url(f"**/agents/pointage/{seance.id}")
    for enfant, voulu, etat in ((monde.lea, "Présent", "present"), (monde.noe, "Absent", "absent")):
        ligne = page.locator(f"#p-{seance.id}-{enfant.id}")
        bouton = ligne.get_by_role("button", name=re.compile(f"^{voulu} : {enfant.prenom}"))
        actionner(page, bouton)
        expect(ligne).to_have_attribute("data-etat", etat)
        if javascript:
            expect(bouton).to_be_focused()
    expect(page.locator(".a-envoyer")).to_have_count(0)
    assert (monde.statut(monde.lea, seance), monde.statut(monde.noe, seance)) == (w.PRESENT, w.ABSENT)


@AVEC_ET_SANS
def test_a_month_of_invoices_is_previewed_and_issued(entrer, monde, javascript):
    regler()
    tarif(monde.cantine)
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, HIER), w.PRESENT)
    page = entrer("gestionnaire@example.org", javascript=javascript)
    page.goto("/agents/facturation")
    actionner(page, page.get_by_role("link", name="Facturer un mois"))
    page.wait_for_url("**/campagnes")
    actionner(page, page.get_by_role("link", name="Novembre 2026"))
    page.wait_for_url("**/campagnes/2026-11")
    actionner(page, page.get_by_role("button", name="Préparer l’aperçu"))
    expect(page.locator("dl.chiffres-cles")).to_contain_text("6,90 €")
    actionner(page, page.get_by_role("button", name=re.compile("^Émettre")))
    expect(page.get_by_role("table", name=re.compile("Émissions de ce mois"))).to_contain_text("6,90 €")
    assert [emise.total for emise in Facture.select()] == [690]
