"""The accounts are taken away as files: numbers are numbers, no text is a formula, the journal says who."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from models import Evenement, LigneDeFacture, Reglement
from portail.domain import avoirs, caisse, exports, tableaux
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.activites.outils import limiter
from tests.caisse.test_encaisser import apport
from tests.exports.test_totaux import TOUT
from tests.formulaires import poster
from tests.html import lire, mots

ICI = "/agents/facturation/exports"
PERIODE = {"du": "2026-01-01", "au": "2026-12-31"}


@pytest.fixture
def comptes(monde, octobre, novembre):
    """A cheque with a hostile reference, then an avoir."""
    caisse.encaisser(
        monde.sophie, monde.moreau.id, apport(monde, octobre, montant=5_050, reference='=HYPERLINK("x")')
    )
    avoirs.emettre(monde.sophie, novembre.id, {LigneDeFacture.get(facture=novembre).id: 820}, "+1 séance")


def en_csv(monde, quoi: str) -> list[dict[str, str]]:
    fichier = exports.exporter(monde.gestionnaire, quoi, TOUT, tableaux.CSV)
    texte = io.TextIOWrapper(fichier.flux, encoding="utf-8-sig")
    return list(csv.DictReader(texte, delimiter=";"))


def test_what_was_issued_with_its_avoirs(monde, comptes, octobre, novembre):
    lignes = en_csv(monde, exports.EMISES)
    assert [(r["Nature"], r["Total"], r["Réglé"], r["Avoirs"], r["Reste"]) for r in lignes] == [
        ("Facture", "60,00", "50,50", "0,00", "9,50"),
        ("Facture", "88,20", "0,00", "8,20", "80,00"),
        ("Avoir", "-8,20", "0,00", "-8,20", "0,00"),
    ]
    assert (lignes[2]["Avoir de la facture"], lignes[2]["Motif"]) == (novembre.numero, "'+1 séance")
    assert (lignes[0]["Payeur"], lignes[0]["Code abonné"]) == ("Claire Moreau", "104582")


def test_what_came_and_what_is_owed(monde, comptes, octobre):
    (recu,) = en_csv(monde, exports.RECUS)
    assert (recu["Moyen"], recu["Montant"], recu["En avance"]) == ("Chèque", "50,50", "0,00")
    assert recu["Référence"].startswith("'=")
    restes = en_csv(monde, exports.RESTES)
    assert [(r["Numéro"], r["Jours de retard"], r["Reste"]) for r in restes] == [
        (octobre.numero, "11", "9,50"),
        (restes[1]["Numéro"], "0", "80,00"),
    ]


@pytest.mark.parametrize("quoi", exports.TITRES)
def test_in_a_workbook_numbers_are_numbers_and_text_is_text(monde, comptes, quoi):
    fichier = exports.exporter(monde.gestionnaire, quoi, TOUT, tableaux.XLSX)
    entete, *rangees = CalamineWorkbook.from_filelike(fichier.flux).get_sheet_by_index(0).to_python()
    rang = entete.index("Montant" if quoi == exports.RECUS else "Total")
    attendus = {exports.EMISES: [60, 88.2, -8.2], exports.RECUS: [50.5], exports.RESTES: [60, 88.2]}[quoi]
    assert [rangee[rang] for rangee in rangees] == pytest.approx(attendus)
    assert all(isinstance(rangee[rang], float) for rangee in rangees)
    if quoi == exports.RECUS:
        assert rangees[0][entete.index("Référence")] == '=HYPERLINK("x")'


def test_the_journal_says_who_took_what_away(monde, comptes):
    en_csv(monde, exports.RECUS)
    ligne = Evenement.get(Evenement.acte == exports.EXPORTER)
    assert (ligne.auteur, ligne.objet, ligne.objet_id) == (
        monde.gestionnaire,
        "compte",
        monde.gestionnaire.id,
    )
    assert "Règlements reçus" in ligne.detail and "1 lignes" not in ligne.detail


def test_longer_than_a_file_may_be_is_refused(monde, comptes, monkeypatch):
    monkeypatch.setitem(tableaux.RANGEES_MAX, tableaux.CSV, 2)
    with pytest.raises(Refus, match="période plus courte"):
        exports.exporter(monde.gestionnaire, exports.EMISES, TOUT, tableaux.CSV)
    with pytest.raises(Refus, match="Choisissez"):
        exports.exporter(monde.gestionnaire, "tout", TOUT, tableaux.CSV)


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_who_does_not_manage_takes_nothing_away(monde, comptes, qui):
    for acte in (
        lambda: exports.exporter(getattr(monde, qui), exports.RECUS, TOUT, tableaux.CSV),
        lambda: exports.totaux(getattr(monde, qui), TOUT),
    ):
        with pytest.raises(Interdit):
            acte()


def test_for_whoever_is_limited_to_places_there_are_no_accounts(monde, comptes, connexion):
    limiter(monde.gestionnaire)
    with pytest.raises(Introuvable):
        exports.exporter(monde.gestionnaire, exports.RECUS, TOUT, tableaux.CSV)
    assert connexion(monde.gestionnaire).get(ICI).status_code == 404


def test_the_page_shows_sums_that_agree_and_gives_the_files(monde, comptes, connexion):
    nadia = connexion(monde.gestionnaire)
    page = lire(nadia.get(ICI, query_string=PERIODE).text)
    assert [mots(n) for n in page.select("tfoot tr")] == ["Reste à recouvrer 89,50 €", "En avance 0,00 €"]
    reponse = poster(nadia, f"{ICI}/fichier", PERIODE | {"quoi": exports.RECUS, "genre": "csv"})
    assert (reponse.status_code, reponse.mimetype) == (200, "text/csv")
    assert "reglements-recus-2026-01-01-2026-12-31.csv" in reponse.headers["Content-Disposition"]
    for faute in ({"quoi": "tout", "genre": "csv"}, {"quoi": exports.RECUS, "genre": "pdf"}):
        assert poster(nadia, f"{ICI}/fichier", PERIODE | faute).status_code == 422
    assert nadia.get(f"{ICI}?du=hier").status_code == 422
    assert Reglement.select().count() == 1
