"""Pre-registrations where the family meets them besides: its home, « Mes demandes », a sheet, the menu."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Demande
from portail.domain import echanges, moderation, preinscriptions
from tests.htmx import Page, assert_comme_rechargee
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, souhait


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    return preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))


def test_the_home_leads_there_by_its_block_and_the_menu(claire):
    page = Page(claire, "/famille")
    assert page.suivre("main .blocs a[href='/famille/preinscriptions']").texte("h1") == "Pré-inscriptions"
    assert page.suivre("#menu a[href='/famille/preinscriptions']").texte("h1") == "Pré-inscriptions"


def test_a_document_that_is_awaited_is_said_first(monde, claire, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat médical")
    page = Page(claire, "/famille")
    premier = page.tous(".urgent")[0]
    texte = " ".join(premier.get_text(" ").split())
    assert "La mairie attend un document de vous : Atelier théâtre, Léa et Noé" in texte
    assert "Un certificat médical" in texte
    assert page.suivre(premier.select_one("a")).texte("h1") == "Atelier théâtre : Léa et Noé"
    assert len(page.tous("main a.bouton:not(.second)")) == 1, "one primary button"


def test_whoever_cannot_answer_is_not_told_to(monde, connexion, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat médical")
    texte = Page(connexion(en_parent(monde, "information")), "/famille").texte("main")
    assert "attend un document de vous" not in texte


def test_mes_demandes_tells_it_and_leads_to_its_page(monde, claire, demande):
    page = Page(claire, "/famille/demandes")
    ligne = page.texte("tbody tr")
    assert "Pré-inscription : Atelier théâtre, Léa et Noé" in ligne
    assert "du 2 au 18 décembre 2026" in ligne and "La mairie doit répondre" in ligne
    assert page.suivre("tbody a").url == f"/famille/preinscriptions/{demande.id}"
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat médical")
    assert "La mairie attend un document de vous" in Page(claire, "/famille/demandes").texte("tbody tr")


def test_the_page_of_mes_demandes_reads_and_withdraws_it_too(claire, demande):
    page = Page(claire, f"/famille/demandes/{demande.id}")
    assert "Léa, Atelier théâtre, du 2 au 18 décembre 2026" in page.texte("tbody")
    page.cliquer("article form button")
    assert_comme_rechargee(page)
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE


def test_who_may_read_nothing_of_the_children_does_not_see_it_listed(monde, connexion, demande):
    julien = connexion(en_parent(monde, "aucun"))
    assert "Atelier théâtre" not in Page(julien, "/famille/demandes").texte("main")
    assert julien.get(f"/famille/demandes/{demande.id}").status_code == 404


def test_one_who_only_reads_cannot_withdraw_it_from_there(monde, connexion, demande):
    page = Page(connexion(en_parent(monde, "information")), f"/famille/demandes/{demande.id}")
    assert not page.tous("article form")


def test_an_answer_is_told_on_the_home_and_leads_to_its_page(monde, claire, demande):
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    page = Page(claire, "/famille")
    lien = page.un("main h3 a[href*=preinscriptions]")
    assert page.suivre(lien).texte("h1") == "Atelier théâtre : Léa et Noé"


def test_a_childs_sheet_has_the_quick_link(monde, claire):
    page = Page(claire, f"/famille/enfants/{monde.lea.id}")
    lien = f"#tete a[href='/famille/preinscriptions?enfant={monde.lea.id}']"
    assert page.suivre(lien).texte("h1") == "Pré-inscriptions"


def test_the_number_of_queries_of_mes_demandes_does_not_grow(monde, claire, theatre, demande):
    def requetes() -> int:
        with count_queries() as compte:
            claire.get("/famille/demandes")
        return compte.count

    requetes()
    avant = requetes()
    for nom in ("Chant", "Danse"):
        autre = atelier(monde, nom=nom)
        preinscriptions.deposer(monde.claire, monde.moreau, souhait(autre, monde.lea, monde.ines))
    assert requetes() == avant
