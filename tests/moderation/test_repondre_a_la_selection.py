"""Answering a selection from the screen: several demandes at once, with one reason when they are refused."""

import pytest

import workflows as w
from models import Demande
from portail.domain import moderation
from tests.actes import demander, empreinte, lignes, places, statut
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI

ACCEPTER, REFUSER = ".lot button[value=accepter]", ".lot button[value=refuser]"
MOTIF = "Activité complète"


@pytest.fixture
def file(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    return [demander(monde, (enfant, lundi)) for enfant in (monde.lea, monde.noe, monde.ines)]


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


def rangs(page: Page) -> list[int]:
    return [int(rang["id"].removeprefix("d-")) for rang in page.tous(".file > li")]


def test_the_demandes_that_were_ticked_are_accepted_and_leave_the_queue(agent, file):
    page = Page(agent, "/agents")

    page.cliquer(ACCEPTER, demande=[file[0].id, file[2].id])

    assert [statut(demande) for demande in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.ACCEPTEE]
    assert rangs(page) == [file[1].id]
    assert page.texte("#annonce") == "2 demandes acceptées."
    assert page.texte(".onglets [aria-current]") == "À traiter 1"
    assert_comme_rechargee(page)


def test_they_are_refused_with_one_reason(agent, file):
    page = Page(agent, "/agents?q=moreau")
    page.cliquer(REFUSER, demande=[d.id for d in file], motif="autre", precision="Sortie scolaire")
    assert {lignes(demande)[0].motif for demande in file} == {"Sortie scolaire"}
    assert page.texte("#annonce") == "3 demandes refusées."
    assert page.url == "/agents?q=moreau"
    assert_comme_rechargee(page)


def test_the_demande_that_was_open_stays_open_if_it_still_waits(agent, file):
    page = Page(agent, f"/agents/demandes/{file[1].id}")
    page.cliquer(ACCEPTER, demande=file[0].id)
    assert page.texte("#annonce") == "1 demande acceptée."
    assert page.un(".demande")["id"] == f"demande-{file[1].id}"
    assert_comme_rechargee(page)


def test_no_two_boxes_have_the_same_name(monde, agent, file):
    demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    noms = [case["aria-label"] for case in Page(agent, "/agents").tous(".file input")]
    assert len(set(noms)) == len(noms) == 4
    assert noms[0] == f"Sélectionner Moreau, Léa, demande n° {file[0].numero}"


def test_without_javascript(agent, file):
    suite = Page(agent, "/agents?q=moreau").suivre(ACCEPTER, demande=[file[0].id, file[1].id])
    assert suite.texte("#bandeau") == "2 demandes acceptées."
    assert suite.url == "/agents?q=moreau"
    assert rangs(suite) == [file[2].id]


def test_everything_on_the_page_may_be_ticked_at_once_and_unticked(agent, file):
    page = Page(agent, "/agents?q=moreau")
    tout = page.suivre(".tete > a")
    assert len(tout.tous(".file input[checked]")) == 3
    assert not tout.suivre(".lot a").tous(".file input[checked]")
    assert tout.suivre(ACCEPTER).texte("#bandeau") == "3 demandes acceptées."


def test_once_the_seance_is_full_those_who_wait_are_told(monde, agent, file):
    places(monde.seance(monde.cantine, LUNDI), 1)
    page = Page(agent, "/agents")
    page.cliquer(ACCEPTER, demande=[demande.id for demande in file])
    assert page.texte("#annonce") == "3 demandes acceptées, dont 2 créneaux en liste d’attente."


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
def test_what_somebody_else_answered_is_told_one_by_one_with_who(monde, agent, file, geste):
    page = Page(agent, "/agents")
    moderation.refuser(monde.marc, file[0].id, MOTIF)

    rendue = getattr(page, geste)(ACCEPTER, demande=[demande.id for demande in file])
    page = page if geste == "cliquer" else rendue

    assert [statut(demande) for demande in file] == [w.REFUSEE, w.ACCEPTEE, w.ACCEPTEE]
    dit = page.texte("#bandeau")
    assert dit.startswith("2 demandes acceptées. 1 laissée de côté :")
    assert f"{file[0].numero} Marc Tessier l’a refusée, mardi 1er décembre à 10 h." in dit
    assert page.suivre("#bandeau li a").texte(".demande h2").startswith("Réservation pour Léa")


def test_when_all_of_them_were_answered_nothing_changes_and_it_is_said(monde, agent, file):
    page = Page(agent, "/agents")
    for demande in file:
        moderation.accepter(monde.marc, demande.id)
    avant = empreinte()
    page.cliquer(REFUSER, demande=[demande.id for demande in file], motif=MOTIF)
    assert page.texte("#annonce").startswith("Aucune demande refusée.")
    assert page.texte("#annonce").count("Marc Tessier l’a acceptée") == 3
    assert empreinte() == avant
    assert_comme_rechargee(page)


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
@pytest.mark.parametrize(
    ("bouton", "champs", "phrase"),
    [
        (ACCEPTER, {"demande": []}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["abc"]}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["999999"]}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["1"], "acte": "supprimer"}, "Choisissez d’accepter ou de refuser"),
        (REFUSER, {"demande": ["1"]}, "Choisissez le motif du refus"),
        (REFUSER, {"demande": ["1"], "motif": "autre"}, "Précisez le motif"),
    ],
)
def test_an_incomplete_selection_is_told_and_keeps_what_was_ticked(
    agent, file, bouton, champs, phrase, geste
):
    page, avant = Page(agent, "/agents"), empreinte()

    rendue = getattr(page, geste)(bouton, 422, **champs)
    page = page if geste == "cliquer" else rendue

    assert phrase in page.texte(".lot.en-erreur")
    assert len(page.tous("[autofocus]")) == 1
    assert len(page.tous(".file input[checked]")) == (champs["demande"] == ["1"])
    assert empreinte() == avant


def test_only_agents_answer(monde, connexion, client, file):
    corps = {"demande": str(file[0].id), "acte": "accepter"}
    for compte in (monde.claire, monde.animateur):
        assert poster(connexion(compte), "/agents/selection", corps).status_code == 403
    assert poster(client, "/agents/selection", corps).headers["Location"].startswith("/connexion")
    agent = connexion(monde.sophie)
    assert agent.post("/agents/selection", data=corps).status_code == 400, "no token, no act"
    assert agent.get("/agents/selection").status_code == 405
    assert poster(agent, "/agents/selection?demande=999999", corps | {"acte": "zzz"}).status_code == 404
    assert Demande.select().where(Demande.statut == w.EN_ATTENTE).count() == 3
    assert poster(agent, "/agents/selection", corps).status_code == 303
    assert statut(file[0]) == w.ACCEPTEE
