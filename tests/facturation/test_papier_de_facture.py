"""What an invoice says on paper: as it was issued, and what has been paid since; to whom it is given."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Affectation, Evenement, LigneDeFacture, Responsable, Ville, write_transaction
from portail import clock, pdf
from portail.domain import avoirs, encaissement, papiers
from portail.domain.lecture_factures import facture_de
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.ville import oublier_la_ville
from tests.facturation.foyer import compte_de_julien, separer
from tests.factures import encaisser, facture, regler
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import LUNDI

MARDI = dt.date(2026, 12, 8)


@pytest.fixture
def emise(monde):
    """Two children, two days each of the canteen and of the evening: 20,40 €."""
    regler(payer="Par carte, sur le portail.\nPar chèque à l’ordre de la « Régie Enfance ».")
    return facture(
        monde.adulte_claire,
        [
            *((monde.noe, monde.seance(monde.cantine, jour), 345) for jour in (LUNDI, MARDI)),
            *((monde.lea, monde.seance(monde.soir, jour), 675) for jour in (LUNDI, MARDI)),
        ],
        explication="3,45 € la séance.",
    )


@pytest.fixture
def sans_pdf(monkeypatch):
    """A machine without WeasyPrint."""
    monkeypatch.setattr(pdf, "disponible", lambda: False)


def impression(f) -> str:
    return f"/facturation/factures/{f.id}/impression"


def du_personnel(f, quoi: str = "impression") -> str:
    return f"/agents/facturation/factures/{f.id}/{quoi}"


# ——— what it says ———


def test_the_lines_are_told_by_child_in_the_order_of_the_children_with_a_sum_each(monde, emise):
    i = papiers.imprimer(emise)
    assert [(e.enfant, e.total, [(ligne.jour, ligne.quoi) for ligne in e.lignes]) for e in i.enfants] == [
        ("Léa Moreau", 1350, [(LUNDI, "Accueil du soir"), (MARDI, "Accueil du soir")]),
        ("Noé Moreau", 690, [(LUNDI, "Cantine"), (MARDI, "Cantine")]),
    ]
    assert sum(e.total for e in i.enfants) == emise.total == i.reste
    assert (i.nom, i.fichier, i.etat.libelle) == (
        *("Facture n° 2026-000001", "facture-2026-000001", "À payer"),
    )


def test_what_has_been_paid_and_taken_back_since_is_told_apart(monde, emise):
    premiere = emise.lignes.order_by()[0]
    avoirs.emettre(monde.sophie, emise.id, {premiere.id: 345}, "Noé était malade")
    encaisser(monde.adulte_claire, 1000, emise)
    i = papiers.imprimer(emise)
    assert [(d.numero, d.montant) for d in i.deductions] == [("2026-000002", 345)]
    assert (i.regle, i.reste) == (1000, emise.total - 345 - 1000)


def test_an_avoir_tells_what_it_corrects_why_and_where_it_went(monde, emise):
    encaisser(monde.adulte_claire, emise.total, emise)
    avoir = avoirs.emettre(monde.sophie, emise.id, {emise.lignes[0].id: 345}, "Noé était malade")
    i = papiers.imprimer(avoir)
    assert (i.nom, i.fichier, i.origine, i.est_un_avoir) == (
        *("Avoir n° 2026-000002", "avoir-2026-000002", "2026-000001", True),
    )
    assert (i.deductions, i.reste) == ([], 345)  # the invoice is paid: it waits for the next one
    suivante = facture(monde.adulte_claire, [(monde.ines, monde.seance(monde.cantine, LUNDI), 345)])
    with write_transaction():
        encaissement.imputer_les_credits(monde.adulte_claire.id)
    i = papiers.imprimer(avoir)
    assert ([(d.numero, d.montant) for d in i.deductions], i.reste) == ([(suivante.numero, 345)], 0)


def test_the_address_the_names_and_the_prices_stay_those_of_the_issue(monde, emise, connexion):
    Responsable.update(nom="Delmas", voie="1 rue Neuve").where(
        Responsable.id == monde.adulte_claire.id
    ).execute()
    page = lire(connexion(monde.claire).get(impression(emise)).text)
    assert mots(page.select_one(".adresse")) == "Claire Moreau 12 rue des Lilas 42000 Saint-Alban"


def test_a_whole_month_is_told_as_a_month(monde):
    regler()
    f = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 4120)])
    ligne = LigneDeFacture(
        jour=dt.date(2026, 12, 1),
        libelle="Léa, Cantine",
        explication="Forfait.",
        montant=4120,
        enfant=monde.lea,
    )
    assert papiers._ligne(ligne).au_mois and not papiers.imprimer(f).enfants[0].lignes[0].au_mois


# ——— the page ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_page_says_all_that_one_needs_to_understand_and_to_pay(monde, emise, connexion):
    Ville.update(courriel="regie@saint-alban.example").execute()
    oublier_la_ville()
    encaisser(monde.adulte_claire, 1000, emise)
    page = lire(connexion(monde.claire).get(impression(emise)).text)
    feuille = mots(page.select_one(".folio"))
    for phrase in (
        "Saint-Alban-sur-Loire Guichet Familles Hôtel de ville, 2 place du Pont",
        "regie@saint-alban.example",
        "Facture n° 2026-000001",
        "Émise le 1er décembre 2026 Mois novembre 2026 Famille Moreau, code abonné 104582",
        "À payer au plus tard le 31 décembre 2026",
        "lun. 7 déc. Accueil du soir 3,45 € la séance. 6,75 €",
        "Sous-total de Léa Moreau 13,50 €",
        "Total de la facture 20,40 € Déjà payé −10,00 € Reste à payer au 1er décembre 2026 10,40 €",
        "Comment payer Par carte, sur le portail. Par chèque à l’ordre de la « Régie Enfance ».",
    ):
        assert phrase in feuille
    encaisser(monde.adulte_claire, 1040, emise)
    feuille = mots(lire(connexion(monde.claire).get(impression(emise)).text).select_one(".folio"))
    assert "Cette facture est payée : vous n’avez rien à faire." in feuille
    assert "Comment payer" not in feuille


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_page_of_an_avoir_is_worded_as_one(monde, emise, connexion):
    avoir = avoirs.emettre(monde.sophie, emise.id, {emise.lignes[0].id: 345}, "Noé était malade")
    feuille = mots(lire(connexion(monde.claire).get(impression(avoir)).text).select_one(".folio"))
    for phrase in (
        "Avoir n° 2026-000002 Émis le 1er décembre 2026",
        "Corrige la facture n° 2026-000001",
        "Pourquoi : Noé était malade",
        "Total de l’avoir −3,45 € Déduit de la facture n° 2026-000001 3,45 € Reste à déduire",
    ):
        assert phrase in feuille
    assert "À payer" not in feuille and "Comment payer" not in feuille


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_without_weasyprint_the_page_to_print_is_given_and_no_pdf_is_offered(
    monde, emise, connexion, sans_pdf
):
    claire = connexion(monde.claire)
    reponse = claire.get(f"/facturation/factures/{emise.id}/pdf")
    page = lire(reponse.text)
    assert (reponse.status_code, reponse.mimetype) == (200, "text/html")
    assert "Le PDF n’a pas pu être fait" in mots(page.select_one(".avis"))
    assert page.select_one(".folio h1").text == "Facture n° 2026-000001"
    page = lire(claire.get(impression(emise)).text)
    assert page.select_one("[data-imprimer]") and not page.select_one("form[action$='/pdf']")
    page = lire(poster(connexion(monde.sophie), du_personnel(emise, "pdf")).text)
    assert page.select_one(".folio h1").text == "Facture n° 2026-000001"


# ——— to whom ———


def test_the_household_reads_it_and_nobody_else(monde, emise, connexion):
    julien = compte_de_julien(monde)
    for adresse in (impression(emise), f"/facturation/factures/{emise.id}/pdf"):
        assert connexion(julien).get(adresse).status_code == 200
        assert connexion(monde.paulo).get(adresse).status_code == 404
        assert connexion(monde.sophie).get(adresse).status_code == 403


def test_of_parents_who_live_apart_each_reads_their_own(monde, connexion):
    separer(monde)
    julien = compte_de_julien(monde)
    seance = monde.seance(monde.cantine, LUNDI)
    siennes = {
        compte: facture(adulte, [(monde.lea, seance, 173)], foyer=False)
        for compte, adulte in ((monde.claire, monde.adulte_claire), (julien, monde.adulte_julien))
    }
    for compte in siennes:
        for a_qui, f in siennes.items():
            attendu = 200 if compte == a_qui else 404
            assert connexion(compte).get(impression(f)).status_code == attendu
            if compte != a_qui:
                with pytest.raises(Introuvable):
                    facture_de(compte, monde.moreau, f.id)


def test_without_a_family_file_one_is_told_how_to_get_one(monde, emise, connexion):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()
    reponse = connexion(monde.claire).get(impression(emise))
    assert (
        reponse.status_code == 200
        and "Facture n°" not in reponse.text
        and "code abonné" in reponse.text.lower()
    )


# ——— by an agent ———


def test_an_agent_opens_it_and_the_journal_says_so(monde, emise, connexion, sans_pdf):
    for quoi in ("impression", "pdf"):
        reponse = poster(connexion(monde.sophie), du_personnel(emise, quoi))
        assert reponse.status_code == 200 and "Facture n° 2026-000001" in reponse.text
    lignes = Evenement.select().where(Evenement.acte == papiers.EMPORTER)
    assert [(e.auteur, e.famille, e.objet_id, e.detail) for e in lignes] == [
        (monde.sophie, monde.moreau, emise.id, "2026-000001")
    ] * 2
    journal = connexion(monde.gestionnaire).get(f"/agents/familles/{monde.moreau.id}/journal").text
    assert "Facture imprimée ou téléchargée" in journal


def test_nobody_else_of_the_staff_nor_of_the_families_opens_it_so(monde, emise, connexion):
    for compte in (monde.claire, monde.paulo, monde.animateur):
        with pytest.raises(Interdit):
            papiers.emporter(compte, emise.id)
        assert poster(connexion(compte), du_personnel(emise)).status_code == 403
    Affectation.create(compte=monde.marc, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        papiers.emporter(monde.marc, emise.id)
    with pytest.raises(Introuvable):
        papiers.emporter(monde.sophie, emise.id + 999)
    assert not Evenement.select().where(Evenement.acte == papiers.EMPORTER).exists()


def test_never_an_agent_of_their_own_family(monde, emise):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.RESILIE, cree_le=clock.maintenant())
    with pytest.raises(Refus, match="un autre agent"):
        papiers.emporter(monde.sophie, emise.id)
    assert not Evenement.select().where(Evenement.acte == papiers.EMPORTER).exists()


# ——— from where one comes ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_invoice_and_the_year_lead_to_their_papers(monde, emise, connexion, monkeypatch):
    recu = encaisser(monde.adulte_claire, 1000, emise)
    claire = connexion(monde.claire)
    for present in (True, False):
        monkeypatch.setattr(pdf, "disponible", lambda present=present: present)
        liens = {
            a["href"]
            for a in lire(claire.get(f"/facturation/factures/{emise.id}").text).select("main a[href]")
        }
        assert {impression(emise), f"/facturation/recus/{recu.id}"} <= liens
        assert (f"/facturation/factures/{emise.id}/pdf" in liens) == present
    liens = {a["href"] for a in lire(claire.get("/facturation").text).select("main a[href]")}
    assert {"/facturation/attestations/2026", "/facturation/archive?annee=2026"} <= liens


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_towns_page_of_an_invoice_opens_it_by_a_form(monde, emise, connexion, monkeypatch):
    monkeypatch.setattr(pdf, "disponible", lambda: True)
    page = lire(connexion(monde.sophie).get(f"/agents/facturation/factures/{emise.id}").text)
    assert [f["action"] for f in page.select("main form[method=post]")][:2] == [
        du_personnel(emise),
        du_personnel(emise, "pdf"),
    ]


def test_a_receipt_that_one_may_not_have_is_not_linked(monde, connexion):
    """Of the household's and of Claire's alone, in one payment: Julien reads the first, not the receipt."""
    regler()
    du_foyer = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 345)])
    a_elle = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, MARDI), 345)], foyer=False)
    recu = encaisser(monde.adulte_claire, 690, du_foyer, a_elle)
    for compte, lie in ((monde.claire, True), (compte_de_julien(monde), False)):
        page = connexion(compte).get(f"/facturation/factures/{du_foyer.id}")
        assert page.status_code == 200 and (f"/facturation/recus/{recu.id}" in page.text) == lie
