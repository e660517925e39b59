"""Answering a pre-registration from the screen: ticked children, the rest later, a selection, too late."""

import pytest

import workflows as w
from models import Activite, Courriel, Demande, Ligne
from portail.domain import demandes, moderation, preinscriptions
from tests.actes import demander, empreinte, statut
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes
from tests.monde import LUNDI
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import atelier, jours_de, statuts

ACCEPTER, REFUSER = ".reponse button[hx-post*=acceptation]", ".reponse button[hx-post*=refus]"
SECTEUR = "Hors du secteur de l’école"


@pytest.fixture
def theatre(monde) -> Activite:
    return atelier(monde, places=1)


@pytest.fixture
def demande(monde, theatre) -> Demande:
    return deposer(monde, theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:3])


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


def lignes(demande: Demande) -> list[int]:
    return [ligne.id for ligne in Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id)]


def test_accepting_all_says_who_waits_and_opens_the_next_one(monde, agent, demande):
    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = Page(agent, f"/agents/demandes/{demande.id}")
    assert "Mettre en liste d’attente" not in page.texte(".reponse")
    page.cliquer(ACCEPTER, ligne=lignes(demande))
    assert page.texte("#annonce") == (
        "Demande acceptée : pré-inscription pour Léa et Noé Moreau, Atelier théâtre, "
        "du 2 au 18 décembre 2026, dont 2 créneaux en liste d’attente."
    )
    assert page.un(".demande")["id"] == f"demande-{autre.id}"
    assert_comme_rechargee(page)
    assert fautes() == []


def test_a_child_now_and_the_other_one_later(monde, agent, theatre, demande):
    page = Page(agent, f"/agents/demandes/{demande.id}")
    page.cliquer(ACCEPTER, ligne=lignes(demande)[1])
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.RESERVATION_POSSIBLE}
    assert page.texte("#annonce") == (
        "Réponse enregistrée, pré-inscription pour Léa et Noé Moreau, acceptée pour Noé : "
        "il reste 1 inscription à traiter."
    )
    assert "Au planning 2 jours réservés" in page.texte(".inscriptions")
    assert_comme_rechargee(page)
    page.cliquer(REFUSER, motif=SECTEUR)
    assert statuts(theatre)["Léa"] == w.REFUSEE
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE
    assert_comme_rechargee(page)
    assert SECTEUR in Page(agent, f"/agents/demandes/{demande.id}").texte(".inscriptions")


def test_without_javascript(monde, agent, theatre, demande):
    page = Page(agent, f"/agents/demandes/{demande.id}").suivre(ACCEPTER)
    assert "Demande acceptée" in page.texte("#bandeau")
    assert set(statuts(theatre).values()) == {w.RESERVATION_POSSIBLE}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refusal_without_its_reason_keeps_the_ticks_and_says_so_beside_the_field(agent, demande, htmx):
    page, seconde = Page(agent, f"/agents/demandes/{demande.id}"), lignes(demande)[1]
    if htmx:
        page.cliquer(REFUSER, ligne=seconde, attendu=422)
    else:
        page = page.suivre(REFUSER, ligne=seconde, attendu=422)
    assert "Choisissez le motif du refus" in page.texte(".reponse .message")
    assert [case["value"] for case in page.tous(".inscriptions [checked]")] == [str(seconde)]
    offerts = [mots(o) for o in page.tous(".reponse option")]
    assert SECTEUR in offerts and "Justificatif manquant" not in offerts


def test_one_that_a_rule_forbids_is_told_and_nothing_is_written(monde, agent, theatre, demande):
    page = Page(agent, f"/agents/demandes/{demande.id}")
    Activite.update(age_max=7).where(Activite.id == theatre.id).execute()
    avant = empreinte()
    page.cliquer(ACCEPTER, ligne=lignes(demande), attendu=422)
    assert "Léa, Atelier théâtre. Cette activité est réservée aux 4 – 7 ans" in page.texte(
        ".reponse .message"
    )
    assert empreinte() == avant


@pytest.mark.parametrize("htmx", [False, True])
def test_somebody_was_first(monde, agent, demande, htmx):
    page = Page(agent, f"/agents/demandes/{demande.id}")
    moderation.refuser(monde.marc, demande.id, SECTEUR)
    if htmx:
        page.cliquer(ACCEPTER, ligne=lignes(demande), attendu=409)
        assert "Marc Tessier l’a refusée" in page.texte("#annonce")
        assert_comme_rechargee(page)
    else:
        page = page.suivre(ACCEPTER, ligne=lignes(demande), attendu=409)
        assert page.texte("h1") == "Une autre personne a déjà répondu"
        assert "du 2 au 18 décembre 2026" in page.texte(".fiche")


def test_the_family_has_cancelled(monde, agent, demande):
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    url = f"/agents/demandes/{demande.id}/acceptation"
    reponse = poster(agent, url, {"ligne": lignes(demande)})
    assert reponse.status_code == 409
    assert mots(lire(reponse.text).h1) == "La famille a annulé sa demande"


def test_it_is_not_put_on_the_waiting_list(agent, demande):
    url = f"/agents/demandes/{demande.id}/liste-d-attente"
    reponse = poster(agent, url, {"ligne": lignes(demande)})
    assert reponse.status_code == 422
    assert "ne se met pas en liste d’attente" in lire(reponse.text).get_text()


def test_in_a_selection_it_is_accepted_whole_and_the_list_is_counted(monde, agent, demande):
    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = Page(agent, "/agents")
    page = page.suivre(".lot button[value=accepter]", demande=[demande.id, autre.id]).suivre(
        ".confirmation button"
    )
    assert "2 demandes acceptées, dont 2 créneaux en liste d’attente." in page.texte("#bandeau")
    assert (statut(demande), statut(autre)) == (w.ACCEPTEE, w.ACCEPTEE)
    assert fautes() == []


def test_in_a_selection_one_that_a_rule_forbids_is_set_aside(monde, agent, theatre, demande):
    Activite.update(age_max=7).where(Activite.id == theatre.id).execute()
    page = Page(agent, "/agents")
    apercu = page.suivre(".lot button[value=accepter]", demande=[demande.id])
    assert "4 – 7 ans" in apercu.texte("main") and not apercu.tous(".confirmation button")
    assert statut(demande) == w.EN_ATTENTE


def test_the_children_who_were_answered_otherwise_are_named(monde, agent, demande):
    lea, noe = lignes(demande)
    moderation.accepter(monde.sophie, demande.id, [lea])
    page = Page(agent, f"/agents/demandes/{demande.id}")
    page.cliquer(REFUSER, ligne=noe, motif=SECTEUR)
    assert page.texte("#annonce") == (
        "Demande acceptée pour Léa, refusée pour Noé : pré-inscription pour Léa et Noé Moreau, "
        "Atelier théâtre, du 2 au 18 décembre 2026."
    )


def test_of_a_child_whom_the_family_has_withdrawn_it_is_said_too(monde, agent, demande):
    lea, noe = lignes(demande)
    preinscriptions.retirer(monde.claire, monde.moreau, demande.id, noe)
    page = Page(agent, f"/agents/demandes/{demande.id}")
    page.cliquer(ACCEPTER, ligne=lea)
    assert page.texte("#annonce").startswith("Demande acceptée pour Léa, annulée pour Noé : ")


def test_what_is_still_missing_is_said_of_whom_is_registered(monde, agent, theatre, demande):
    Activite.update(pieces="Certificat médical").where(Activite.id == theatre.id).execute()
    page = Page(agent, f"/agents/demandes/{demande.id}")
    page.cliquer(ACCEPTER, ligne=lignes(demande))
    assert page.texte("#annonce").endswith(" Il manque : Certificat médical.")


@pytest.mark.parametrize("entiere", [True, False])
def test_the_mail_names_the_child_when_only_a_part_is_answered(monde, demande, entiere):
    lea, noe = lignes(demande)
    if entiere:
        moderation.accepter(monde.sophie, demande.id, [lea, noe])
    else:
        moderation.accepter(monde.sophie, demande.id, [lea])
        moderation.refuser(monde.sophie, demande.id, SECTEUR, [noe])
    sujets = [c.sujet for c in Courriel.select().order_by(Courriel.id) if c.cle.startswith("reponse")]
    numero = f"(n° {demande.numero})"
    assert sujets == (
        [f"Votre demande est acceptée {numero}"]
        if entiere
        else [f"Votre demande pour Léa est acceptée {numero}", f"Votre demande pour Noé est refusée {numero}"]
    )


def test_who_is_alone_left_in_the_demande_is_its_whole(monde, demande):
    lea, noe = lignes(demande)
    preinscriptions.retirer(monde.claire, monde.moreau, demande.id, noe)
    moderation.accepter(monde.sophie, demande.id, [lea])
    (sujet,) = (c.sujet for c in Courriel.select() if c.cle.startswith("reponse"))
    assert sujet == f"Votre demande est acceptée (n° {demande.numero})"
