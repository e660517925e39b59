"""A demande of a thousand lines: the list adds it up, its page tells it by groups, the table by month."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Demande, Ligne, Reservation
from portail.domain import moderation
from portail.domain.filtres_demandes import Filtres
from portail.domain.lecture_demandes import feuilleter
from portail.domain.lignes_demandees import BEAUCOUP, detailler
from tests.actes import demander
from tests.demandes.volume import RangeesLues, grande_demande
from tests.droits.table import lier
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI, MAINTENANT

LISTE = "/famille/demandes"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def refuser(demande: Demande, motif: str, *enfants) -> None:
    """These lines as refused; the act itself has its tests."""
    leurs = Reservation.select(Reservation.id).where(Reservation.enfant.in_(enfants))
    Ligne.update(statut=w.REFUSEE, motif=motif).where(
        Ligne.demande == demande, Ligne.reservation.in_(leurs)
    ).execute()


def test_the_list_reads_a_bounded_number_of_rows(monde, claire, monkeypatch):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    claire.get(LISTE)
    with count_queries() as courte:
        claire.get(LISTE)
    demande = grande_demande(monde)
    assert demande.lignes.count() == 1002
    refuser(demande, "Activité complète", monde.ines)
    with monkeypatch.context() as pendant, count_queries() as longue:
        lues = RangeesLues(pendant)
        page = claire.get(LISTE)
    assert longue.count == courte.count <= 7
    assert lues.nombre < 80
    assert "1\N{NARROW NO-BREAK SPACE}002 créneaux" in page.text
    assert "Motif&nbsp;: Activité complète" in page.text


def test_the_home_reads_a_bounded_number_of_rows(monde, claire, monkeypatch):
    claire.get("/famille")
    with monkeypatch.context() as pendant:
        avant = RangeesLues(pendant)
        claire.get("/famille")
    grande_demande(monde)
    with monkeypatch.context() as pendant:
        apres = RangeesLues(pendant)
        assert "1 demande attend une réponse" in claire.get("/famille").text
    assert apres.nombre - avant.nombre <= 12


def test_the_page_tells_it_by_activity_and_child_then_by_month(monde, claire):
    demande = grande_demande(monde)
    refuser(demande, "Activité complète", monde.ines)
    page = Page(claire, f"{LISTE}/{demande.id}")
    groupes = page.tous(".groupe")
    assert [g.h2.get_text() for g in groupes] == [
        "Cantine, Léa et Noé",
        "Cantine, Inès",
        "Accueil du soir, Léa et Noé",
        "Accueil du soir, Inès",
    ]
    premier = groupes[0].get_text(" ", strip=True)
    assert "167 créneaux par enfant" in premier and "En attente" in premier
    assert "Janvier 2027 lun. 4, mar. 5, mer. 6" in premier
    assert "Refusée Motif\xa0: Activité complète" in groupes[1].get_text(" ", strip=True)
    assert not page.tous("table")
    assert "En attente : 668, Refusée : 334." in page.texte("article")


def test_a_group_has_one_line_for_each_answer_and_reason(monde, claire):
    demande = grande_demande(monde, 10)
    ids = [ligne.id for ligne in demande.lignes.order_by(Ligne.id)]
    for ident, motif in zip(ids[:12:3], ("Trop tard", "Complet", "Trop tard", "Complet"), strict=False):
        Ligne.update(statut=w.REFUSEE, motif=motif).where(Ligne.id == ident).execute()
    detail = detailler(monde.claire, monde.moreau, demande.id)
    issues = [(i.etat.code, i.motif) for groupe in detail.groupes for i in groupe.issues]
    assert len(set(issues)) == 3
    assert sum(len(i.lignes) * len(g.prenoms) for g in detail.groupes for i in g.issues) == 60
    for groupe in detail.groupes:
        assert len({(i.etat.code, i.motif) for i in groupe.issues}) == len(groupe.issues)


def test_thirty_lines_are_still_a_table(monde, claire):
    demande = grande_demande(monde, BEAUCOUP // 6)
    page = Page(claire, f"{LISTE}/{demande.id}")
    assert len(page.tous("tbody tr")) == BEAUCOUP
    assert not page.tous("#voir-les-lignes")


def test_the_table_comes_in_place_and_goes_back(monde, claire):
    demande = grande_demande(monde, 10)
    page = Page(claire, f"{LISTE}/{demande.id}")
    page.cliquer("#voir-les-lignes")
    assert page.url.endswith("?lignes=toutes")
    assert len(page.tous("tbody tr")) == 60
    assert_comme_rechargee(page)
    page.cliquer("#voir-les-lignes")
    assert len(page.tous(".groupe")) == 2
    assert_comme_rechargee(page)


def test_without_javascript_the_table_is_a_page(monde, claire):
    demande = grande_demande(monde, 10)
    page = Page(claire, f"{LISTE}/{demande.id}").suivre("#voir-les-lignes")
    assert len(page.tous("tbody tr")) == 60


def test_a_very_long_table_comes_a_month_at_a_time(monde, claire):
    demande = grande_demande(monde)
    page = Page(claire, f"{LISTE}/{demande.id}")
    page.cliquer("#voir-les-lignes")
    assert "Lignes de la demande, janvier 2027" in page.texte("caption")
    assert len(page.tous("tbody tr")) == 20 * 6
    page.cliquer("#mois-2027-02")
    assert "février 2027" in page.texte("caption") and len(page.tous("tbody tr")) == 20 * 6
    assert page.un("#mois-2027-02")["aria-current"] == "page"
    assert_comme_rechargee(page)


def test_a_month_that_is_none_is_the_first_one(monde, claire):
    demande = grande_demande(monde, 60)
    for mois in ("", "x", "2027-13", "1999-01", "2027-01-01", "9" * 500):
        reponse = claire.get(f"{LISTE}/{demande.id}", query_string={"lignes": "toutes", "mois": mois})
        assert reponse.status_code == 200, mois
        assert "Lignes de la demande, janvier 2027" in reponse.text, mois


def test_the_page_of_a_demande_costs_the_same_whatever_its_length(monde, claire):
    courte = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    longue = grande_demande(monde)
    claire.get(f"{LISTE}/{courte.id}")
    with count_queries() as une:
        claire.get(f"{LISTE}/{courte.id}")
    with count_queries() as mille:
        claire.get(f"{LISTE}/{longue.id}")
    assert une.count == mille.count <= 6


def test_the_lines_of_a_child_whom_one_may_not_follow_are_not_there(monde, connexion, julien):
    lier(monde, "aucun", monde.lea)
    demande = grande_demande(monde, 10)
    refuser(demande, "Activité complète", monde.lea)
    feuille = feuilleter(julien, monde.moreau, Filtres())
    assert (feuille.demandes[0].nombre, feuille.demandes[0].motifs) == (40, "")
    for adresse in (LISTE, f"{LISTE}/{demande.id}", f"{LISTE}/{demande.id}?lignes=toutes"):
        texte = Page(connexion(julien), adresse).texte("main")
        assert "Léa" not in texte and "complète" not in texte and "Noé" in texte


def test_what_waits_on_the_list_says_its_rank(monde, claire):
    seance = monde.seance(monde.soir, LUNDI)
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    rangs = {}
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )
    for enfant in (monde.noe, monde.lea):
        posee = monde.poser(enfant, seance, w.LISTE_ATTENTE)
        Ligne.create(demande=demande, reservation=posee, statut=w.ACCEPTEE)
    Demande.update(statut=w.ACCEPTEE).where(Demande.id == demande.id).execute()
    page = Page(claire, f"{LISTE}/{demande.id}")
    for ligne in page.tous("tbody tr"):
        texte = ligne.get_text(" ", strip=True)
        assert "Liste d’attente" in texte
        rangs[texte.split(",")[0]] = texte.split("Rang ")[1]
    assert rangs == {"Léa": "3", "Noé": "2"}
    detail = detailler(monde.claire, monde.moreau, demande.id)
    assert {i.par_mois[0][1] for g in detail.groupes for i in g.issues} == {
        "lun. 7 (rang 3)",
        "lun. 7 (rang 2)",
    }
    assert "La place vous revient dès qu’elle se libère" in Page(claire, LISTE).texte("tbody tr")


def test_withdrawing_from_the_table_stays_at_the_table(monde, claire):
    demande = grande_demande(monde, 6)
    page = Page(claire, f"{LISTE}/{demande.id}?lignes=toutes")
    page.cliquer("main form button")
    assert "Annulée" in page.texte(".titre") and len(page.tous("tbody tr")) == 36
    assert_comme_rechargee(page)


def test_after_the_answer_the_table_still_comes(monde, claire):
    demande = grande_demande(monde, 6)
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    texte = Page(claire, f"{LISTE}/{demande.id}").texte("article")
    assert "Refusée" in texte and "Motif : Activité complète" in texte
