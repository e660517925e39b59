"""The table « Pré-inscriptions »: a row a child and activity, what can be acted on first, where it leads."""

import datetime as dt
import re

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier, Preinscription
from portail import clock
from portail.domain import demandes, echanges, lecture_preinscriptions, moderation, preinscriptions
from tests.htmx import Page
from tests.monde import MAINTENANT
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import AU, DU, atelier, souhait

ICI = "/famille/preinscriptions"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    Preinscription.delete().execute()
    return atelier(monde)


def lignes(page: Page) -> list[str]:
    return [" ".join(tr.get_text(" ").split()) for tr in page.tous("tbody tr")]


def test_each_status_of_the_guide_is_told_and_what_can_be_acted_on_comes_first(monde, claire, theatre):
    chant, danse, dessin = (atelier(monde, nom=nom) for nom in ("Chant", "Danse", "Dessin"))
    refusee = preinscriptions.deposer(monde.claire, monde.moreau, souhait(chant, monde.lea))
    moderation.refuser(monde.sophie, refusee.id, "Activité complète")
    moderation.accepter(
        monde.sophie, preinscriptions.deposer(monde.claire, monde.moreau, souhait(danse, monde.lea)).id
    )
    annulee = preinscriptions.deposer(monde.claire, monde.moreau, souhait(dessin, monde.lea))
    demandes.annuler_demande(monde.claire, monde.moreau, annulee.id)
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))
    passee = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2026, 11, 20), "statut": w.RESERVATION_POSSIBLE}
    Preinscription.create(enfant=monde.lea, activite=monde.cantine, cree_le=MAINTENANT, **passee)

    page = Page(claire, ICI)

    ecole = theatre.lieu.nom
    assert [re.sub(r"(du|le) .*(2026|2027) ", "", ligne).split(" : ")[0] for ligne in lignes(page)] == [
        f"Léa Atelier théâtre {ecole} Demande en cours",
        f"Noé Atelier théâtre {ecole} Demande en cours",
        f"Léa Danse {ecole} Réservation possible",
        f"Léa Chant {ecole} Refusée Motif",
        f"Léa Dessin {ecole} Annulée",
        f"Léa Cantine {ecole} Terminée",
    ]
    assert "1 inscription en cours et 2 demandes en attente." in page.texte("caption")


def test_reservation_possible_leads_to_the_planning_of_that_child_and_activity(monde, claire, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.noe))
    moderation.accepter(monde.sophie, demande.id)
    lien = Page(claire, ICI).un("a.statut")
    assert f"enfant={monde.noe.id}" in lien["href"] and f"activite={theatre.id}" in lien["href"]
    planning = Page(claire, lien["href"])
    noms = [c["aria-label"] for c in planning.tous("a.creneau")]
    assert noms and all("Noé, Atelier théâtre" in nom for nom in noms)


def test_the_planning_opens_on_a_month_in_which_it_takes_place(monde, claire, theatre):
    Calendrier.create(genre="fermeture", nom="Travaux", debut=DU, fin=dt.date(2026, 12, 31), activite=theatre)
    janvier = souhait(theatre, monde.noe, debut=dt.date(2027, 1, 4), fin=dt.date(2027, 7, 2))
    demande = preinscriptions.deposer(monde.claire, monde.moreau, janvier)
    moderation.accepter(monde.sophie, demande.id)
    assert "date=2027-01-06" in Page(claire, ICI).un("a.statut")["href"]


def test_demande_en_cours_leads_to_the_demande_and_an_awaited_document_comes_first(monde, claire, theatre):
    danse = atelier(monde, nom="Danse")
    attendue = preinscriptions.deposer(monde.claire, monde.moreau, souhait(danse, monde.ines))
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    echanges.demander_une_piece(monde.sophie, attendue.id, "Un certificat médical")
    page = Page(claire, ICI)
    premiere = page.tous("tbody tr")[0]
    assert "La mairie attend un document de vous" in premiere.get_text()
    assert premiere.select_one("a.statut")["href"] == f"{ICI}/{attendue.id}"
    assert page.suivre(premiere.select_one("a.statut")).texte("h1") == "Danse : Inès"


def test_a_refusal_tells_the_reason_and_what_one_can_do(monde, claire, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    page = Page(claire, ICI)
    assert "Motif : Activité complète. Demander de nouveau" in lignes(page)[0]
    assert "appelez le 02 61 91 40 40" in lignes(page)[0]
    nouvelle = page.suivre(page.un("tbody a[href*=nouvelle]"))
    assert nouvelle.un("#activite option[selected]").get_text() == "Atelier théâtre"
    assert nouvelle.un(f"#enfant-{monde.lea.id}").has_attr("checked")


def test_one_row_a_child_and_activity_what_came_before_stands_below(monde, claire, theatre):
    refusee = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    moderation.refuser(monde.sophie, refusee.id, "Activité complète")
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    toutes = lignes(Page(claire, ICI))
    assert len(toutes) == 1
    assert "Demande en cours" in toutes[0]
    assert "Aussi, du 2 au 18 décembre 2026 : Refusée" in toutes[0]


def test_without_any_the_page_says_what_to_do(claire, theatre):
    page = Page(claire, ICI)
    assert "Aucune pré-inscription pour le moment" in page.texte("main")
    assert page.suivre(".vide a").texte("h1") == "Ajouter une pré-inscription"


def test_another_family_is_not_seen(monde, connexion, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    assert "Léa" not in Page(connexion(monde.paulo), ICI).texte("main")


def test_the_staff_does_not_come_in(monde, connexion):
    assert connexion(monde.sophie).get(ICI).status_code == 403


def test_whoever_only_reads_is_not_offered_to_ask(monde, connexion, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    julien = en_parent(monde, "information")
    page = Page(connexion(julien), ICI)
    assert "Atelier théâtre" in page.texte("main")
    assert "Vous pouvez lire ces pré-inscriptions." in page.texte("main")
    assert not page.tous("main a[href*=nouvelle]")


def test_whoever_may_not_read_is_told_nothing(monde, connexion, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    julien = en_parent(monde, "aucun")
    assert "Atelier théâtre" not in Page(connexion(julien), ICI).texte("main")


def test_the_number_of_queries_does_not_grow(monde, claire, theatre):
    def requetes() -> int:
        with count_queries() as compte:
            claire.get(ICI)
        return compte.count

    requetes()
    sans = requetes()
    for nom in ("Chant", "Danse", "Dessin"):
        activite = atelier(monde, nom=nom)
        voulu = souhait(activite, monde.lea, monde.noe, monde.ines)
        preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    assert requetes() == sans


def test_terminee_comes_by_itself_the_day_after(monde, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    moderation.accepter(monde.sophie, demande.id)
    for jour, etat in ((AU, "Réservation possible"), (AU + dt.timedelta(1), "Terminée")):
        with clock.figer(dt.datetime.combine(jour, dt.time(12), clock.PARIS)):
            (rangee,) = lecture_preinscriptions.tableau(monde.claire, monde.moreau).rangees
            assert rangee.actuelle.etat.libelle == etat


# ——— of one child ———


def rangs(page: Page) -> set[str]:
    return {tr.th.get_text().strip() for tr in page.tous("tbody tr")}


def test_from_a_childs_sheet_one_reads_those_of_that_child_then_all(monde, claire, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))
    page = Page(claire, f"/famille/enfants/{monde.noe.id}").suivre("#tete .titre a[href*=preinscriptions]")
    assert rangs(page) == {"Noé"}
    assert "Seules les pré-inscriptions de Noé sont montrées." in page.texte("main")
    assert "1 demande en attente." in page.texte("caption")
    tout = page.suivre(f"main a[href='{ICI}']:not(nav a)")
    assert rangs(tout) == {"Léa", "Noé"} and "Seules" not in tout.texte("main")


def test_of_a_child_without_any_it_is_said_of_whom(monde, claire, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    page = Page(claire, f"{ICI}?enfant={monde.noe.id}")
    assert "Aucune pré-inscription pour Noé pour le moment" in page.texte("main")
    assert "Tout montrer" in page.texte("main")


def test_another_familys_child_or_one_whose_activities_one_may_not_read_is_404(monde, connexion, theatre):
    claire = connexion(monde.claire)
    for adresse in (f"{ICI}?enfant={monde.tomas.id}", f"{ICI}?enfant={monde.noe.id}&enfant={monde.tomas.id}"):
        assert claire.get(adresse).status_code == 404
    julien = en_parent(monde, "aucun", monde.noe)
    assert connexion(julien).get(f"{ICI}?enfant={monde.noe.id}").status_code == 404
    assert connexion(julien).get(f"{ICI}?enfant=noé").status_code == 200
