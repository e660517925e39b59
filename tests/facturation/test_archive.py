"""All the documents of a year in one file: what is in it, how it is called, to whom it is given."""

import io
import zipfile

import pytest

from models import LogoDeVille, Responsable, Ville
from portail import pdf
from portail.domain import avoirs, droits, papiers_de_l_annee
from portail.domain.refus import Introuvable
from portail.domain.ville import oublier_la_ville
from tests.facturation.foyer import compte_de_julien, separer
from tests.factures import encaisser, facture
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def annee(monde):
    """An invoice paid, its avoir; another one, of the canteen of another day."""
    seance = monde.seance
    premiere = facture(monde.adulte_claire, [(monde.ines, seance(monde.soir, LUNDI), 1000)], garde=True)
    encaisser(monde.adulte_claire, 1000, premiere)
    avoirs.emettre(monde.sophie, premiere.id, {premiere.lignes[0].id: 200}, "Fermeture à midi")
    return [premiere, facture(monde.adulte_claire, [(monde.lea, seance(monde.cantine, JEUDI), 345)])]


@pytest.fixture
def sans_pdf(monkeypatch):
    monkeypatch.setattr(pdf, "disponible", lambda: False)


def ouvrir(reponse) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(reponse.data)) as archive:
        assert archive.testzip() is None
        return {nom: archive.read(nom) for nom in archive.namelist()}


def test_it_holds_the_invoices_the_avoirs_the_receipts_and_the_attestation(monde, annee, connexion, sans_pdf):
    reponse = connexion(monde.claire).get("/facturation/archive?annee=2026")
    assert (reponse.status_code, reponse.mimetype) == (200, "application/zip")
    assert reponse.headers["Content-Disposition"] == "attachment; filename=facturation-2026.zip"
    fichiers = ouvrir(reponse)
    assert list(fichiers) == [
        f"facturation-2026/{nom}"
        for nom in (
            "facture-2026-000001.html",
            "avoir-2026-000002.html",
            "facture-2026-000003.html",
            "recu-1.html",
            "attestation-2026.html",
            "papier.css",
            "ville.css",
        )
    ]
    page = lire(fichiers["facturation-2026/facture-2026-000001.html"].decode())
    assert "Sous-total d’Inès Moreau 10,00 €" in mots(page.select_one(".folio"))
    assert [lien["href"] for lien in page.select("link")] == ["papier.css", "ville.css"]


def test_with_weasyprint_they_are_pdfs(monde, annee, connexion):
    fichiers = ouvrir(connexion(monde.claire).get("/facturation/archive?annee=2026"))
    assert len(fichiers) == 5
    assert all(nom.endswith(".pdf") and contenu.startswith(b"%PDF-1.7") for nom, contenu in fichiers.items())


def test_nothing_that_was_typed_names_a_file(monde, annee, connexion, sans_pdf):
    hostile = "../../etc/passwd\n<img src=file:///etc/passwd>"
    Responsable.update(prenom="../..", nom=hostile[:80]).execute()
    Ville.update(nom="../Ville").execute()
    oublier_la_ville()
    for nom in ouvrir(connexion(monde.claire).get("/facturation/archive?annee=2026")):
        assert nom.isascii() and ".." not in nom and nom.count("/") == 1


def test_the_logo_goes_with_the_pages(monde, annee, connexion, sans_pdf):
    LogoDeVille.create(id=1, contenu=b"\x89PNG")
    Ville.update(logo="a" * 64).execute()
    oublier_la_ville()
    fichiers = ouvrir(connexion(monde.claire).get("/facturation/archive?annee=2026"))
    assert fichiers["facturation-2026/logo.png"] == b"\x89PNG"
    assert b'src="logo.png"' in fichiers["facturation-2026/facture-2026-000001.html"]


def test_each_adult_takes_away_what_they_read_and_no_more(monde, connexion, sans_pdf):
    separer(monde)
    julien = compte_de_julien(monde)
    for adulte in (monde.adulte_claire, monde.adulte_julien):
        f = facture(adulte, [(monde.lea, monde.seance(monde.cantine, LUNDI), 173)], foyer=False)
        encaisser(adulte, 173, f)
    for compte, numero in ((monde.claire, 1), (julien, 2)):
        noms = [nom.split("/")[1] for nom in ouvrir(connexion(compte).get("/facturation/archive?annee=2026"))]
        assert noms[:2] == [f"facture-2026-00000{numero}.html", f"recu-{numero}.html"]
    reponse = connexion(monde.paulo).get("/facturation/archive?annee=2026")
    assert reponse.status_code == 404 and "aucun document de facturation pour 2026" in reponse.text
    assert connexion(monde.sophie).get("/facturation/archive?annee=2026").status_code == 403


def test_an_address_that_says_no_year_gives_this_one(monde, annee, connexion, sans_pdf):
    dite, tue = (ouvrir(connexion(monde.claire).get(f"/facturation/archive{a}")) for a in ("?annee=2026", ""))
    assert tue.keys() == dite.keys()


@pytest.mark.parametrize("annee_dite", ["?annee=", "?annee=x", "?annee=2025", "?annee=2027", "?annee=-1"])
def test_a_year_without_any_document_has_no_archive(monde, annee, connexion, annee_dite):
    assert connexion(monde.claire).get(f"/facturation/archive{annee_dite}").status_code == 404
    with pytest.raises(Introuvable):
        papiers_de_l_annee.rassembler(monde.claire, monde.moreau, 2025)


def test_the_years_are_those_since_the_first_invoice(monde, annee):
    assert papiers_de_l_annee.annees(droits.regard(monde.claire, monde.moreau)) == [2026]
    assert papiers_de_l_annee.annees(droits.regard(monde.paulo, monde.dasilva)) == []
