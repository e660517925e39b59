"""Sealed parts that were displayed stay so when an answer does not go through; none is accepted unread."""

import pytest

import workflows as w
from models import Evenement
from portail.domain import application, champs, moderation
from tests.actes import abonner, demander, empreinte, modifications, modifier, statut
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI

ACCEPTER, REFUSER = '.reponse [formaction*="acceptation"]', '.reponse [formaction*="refus"]'
gestes = pytest.mark.parametrize("geste", ["cliquer", "suivre"], ids=["htmx", "page"])


@pytest.fixture
def demande(monde):
    return modifier(monde, monde.lea, allergies="Arachide", classe="CM1")


@pytest.fixture
def page(monde, connexion, demande) -> Page:
    """The demande in front of Sophie, its sealed part displayed."""
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    page.cliquer(".ouverture button")
    assert montree(page)
    return page


def faire(page: Page, geste: str, *cible, **champs) -> Page:
    """The same click with htmx, or in a browser without JavaScript."""
    rendue = getattr(page, geste)(*cible, **champs)
    return page if geste == "cliquer" else rendue


def montree(page: Page) -> bool:
    """Whether the sealed value is under the eyes; when it is not, it is nowhere in the page."""
    vue = "Arachide" in page.texte(".modifications")
    assert vue or "Arachide" not in page.reponse.text
    return vue


def lectures(demande) -> int:
    return Evenement.select().where(Evenement.demande == demande, Evenement.acte == "lecture_sante").count()


def test_accepting_what_is_sealed_without_having_read_it_is_refused_beside_the_answer(
    monde, connexion, demande
):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    page.cliquer(ACCEPTER, 422)
    assert page.texte(".reponse .message") == (
        "Affichez d’abord les données sanitaires : on n’accepte pas ce que l’on n’a pas lu."
    )
    assert (statut(demande), montree(page), lectures(demande)) == (w.EN_ATTENTE, False, 0)
    page.cliquer(".ouverture button")
    page.cliquer(ACCEPTER)
    assert (statut(demande), monde.lea.classe) == (w.ACCEPTEE, "CM1")


@gestes
def test_after_a_refusal_that_lacks_its_reason_nothing_closes_and_nothing_typed_is_lost(demande, page, geste):
    allergies, _ = modifications(demande)
    saisie = {"ligne": [allergies.id], "motif": "autre", "precision": " "}
    apres = faire(page, geste, REFUSER, 422, **saisie)
    assert "Précisez le motif" in apres.texte(".reponse")
    assert (montree(apres), lectures(demande)) == (True, 2), "each display is a line of the journal"
    assert [i["value"] for i in apres.tous(".choix-ligne input[checked]")] == [str(allergies.id)]
    assert apres.un(".reponse option[selected]")["value"] == "autre"
    faire(apres, geste, ACCEPTER, ligne=[m.id for m in modifications(demande)])
    assert (statut(demande), lectures(demande)) == (w.ACCEPTEE, 2), (
        "an answer that goes through reads nothing"
    )


@gestes
def test_after_a_conflict_it_is_open_and_what_was_to_be_replaced_is_still_ticked(monde, demande, page, geste):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Lait"})
    apres = faire(page, geste, ACCEPTER, 409, motif="À voir au guichet")
    assert "« Allergies » de Léa Moreau a changé" in apres.texte(".reponse .message")
    assert montree(apres) and "Lait" in apres.texte(".modifications")
    assert apres.un(".reponse option[selected]")["value"] == "À voir au guichet"

    vu = apres.un('[name="malgre"]')["value"]
    apres = faire(apres, geste, REFUSER, 422, malgre=[vu], motif="")
    assert apres.un('[name="malgre"][checked]')["value"] == vu
    faire(apres, geste, ACCEPTER)
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide"}


@gestes
def test_when_another_agent_answered_one_part_the_other_is_still_open_and_the_reason_kept(
    monde, demande, page, geste
):
    moderation.accepter(monde.marc, demande.id, [modifications(demande)[1].id])
    apres = faire(page, geste, REFUSER, 409, motif="autre", precision="Illisible")
    assert "Marc Tessier a accepté cette modification" in apres.texte(
        "#annonce" if geste == "cliquer" else ".reponse .message"
    )
    assert (montree(apres), lectures(demande)) == (True, 2)
    assert apres.un('.reponse [name="precision"]')["value"] == "Illisible"
    faire(apres, geste, REFUSER)
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE


def test_a_selection_that_is_incomplete_leaves_the_open_demande_as_it_was(demande, page):
    apres = page.suivre(".lot button[value=accepter]", 422, demande=[])
    assert "Sélectionnez au moins une demande" in apres.texte(".lot")
    assert (montree(apres), lectures(demande)) == (True, 2)


def test_a_page_that_shows_no_value_reads_none(monde, demande, page):
    moderation.refuser(monde.marc, demande.id, "À voir au guichet")
    suite = page.suivre(REFUSER, 409, motif="À voir au guichet")
    assert "Marc Tessier l’a refusée" in suite.texte("main")
    assert (lectures(demande), "Arachide" in suite.reponse.text) == (1, False)


def test_what_an_answer_leaves_waiting_is_closed_like_a_page_loaded_afresh(demande, page):
    page.cliquer(ACCEPTER, ligne=[modifications(demande)[1].id])
    assert (montree(page), lectures(demande)) == (False, 1)
    assert_comme_rechargee(page)


@pytest.mark.parametrize("ouverte", ["banque", "adresse", "", "x" * 99])
def test_what_the_demande_does_not_hold_is_not_opened(monde, connexion, demande, ouverte):
    client, avant = connexion(monde.sophie), empreinte()
    corps = {"ligne": str(modifications(demande)[0].id), "ouverte": ouverte}
    reponse = poster(client, f"/agents/demandes/{demande.id}/refus", corps)
    assert (reponse.status_code, "Arachide" in reponse.text, empreinte()) == (422, False, avant)


def test_of_the_own_family_nothing_opens(monde, connexion, demande):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    client = connexion(type(soi).get_by_id(soi.id))
    corps = {"ligne": str(modifications(demande)[0].id), "ouverte": "sante"}
    reponse = poster(client, f"/agents/demandes/{demande.id}/acceptation", corps)
    assert (reponse.status_code, "Arachide" in reponse.text, lectures(demande)) == (422, False, 0)


def test_a_demande_about_seances_carries_nothing(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    assert page.tous('[name="ouverte"]') == []
    page.cliquer(REFUSER, 422, ouverte=["sante"])
    assert mots(page.un(".reponse")) and lectures(demande) == 0
