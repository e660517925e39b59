"""An agent asks the family for a document: the demande stays, waits for them, and they are told."""

import pytest

import workflows as w
from models import Abonnement, Courriel, Demande, Evenement, Message
from portail.domain import demandes, echanges, moderation
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import demander, empreinte
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI, MAINTENANT
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import atelier

TEXTE = "Il manque : Attestation d’assurance."
ENVOYER = ".piece:not(.note) form button"


@pytest.fixture
def demande(monde) -> Demande:
    return deposer(monde, atelier(monde, pieces="Attestation d’assurance"), monde.lea, monde.noe)


def attendue(demande: Demande) -> str:
    return Demande.get_by_id(demande.id).piece_attendue


# ——— the act ———


def test_the_demande_waits_for_the_family_and_stays_in_the_queue(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, f"  {TEXTE} ")
    assert (attendue(demande), Demande.get_by_id(demande.id).statut) == (TEXTE, w.EN_ATTENTE)
    (message,) = Message.select().where(Message.demande == demande)
    assert (message.texte, message.auteur, message.de_la_mairie) == (TEXTE, monde.sophie, True)
    ligne = Evenement.get(Evenement.acte == "demander_une_piece")
    assert (ligne.auteur, ligne.objet, ligne.objet_id, ligne.famille) == (
        monde.sophie,
        "demande",
        demande.id,
        monde.moreau,
    )


def test_the_family_is_told_by_mail_what_is_missing_and_where_to_answer(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    (courriel,) = Courriel.select().where(Courriel.cle.startswith("piece:"))
    assert courriel.destinataire == "famille@example.org"
    assert TEXTE in courriel.corps and f"/famille/preinscriptions/{demande.id}" in courriel.corps


def test_asking_twice_for_the_same_writes_nothing_and_asking_for_more_is_told_again(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    avant = empreinte()
    echanges.demander_une_piece(monde.marc, demande.id, TEXTE)
    assert empreinte() == avant
    echanges.demander_une_piece(monde.marc, demande.id, "Et une photo, s’il vous plaît.")
    assert Message.select().where(Message.demande == demande).count() == 2
    assert Courriel.select().where(Courriel.cle.startswith("piece:")).count() == 2


@pytest.mark.parametrize("texte", ["", "  \n ", "a" * 1001])
def test_something_must_be_asked_for_and_not_too_long(monde, demande, texte):
    with pytest.raises(Refus) as refus:
        echanges.demander_une_piece(monde.sophie, demande.id, texte)
    assert refus.value.champ == "texte"
    assert attendue(demande) == ""


def test_nothing_is_asked_once_it_is_answered_or_cancelled(monde, demande):
    moderation.refuser(monde.marc, demande.id, "Activité complète")
    with pytest.raises(DejaChange, match="Marc Tessier l’a refusée"):
        echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    assert attendue(demande) == ""


def test_it_can_be_accepted_without_waiting_and_then_nothing_is_waited_for(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    moderation.accepter(monde.sophie, demande.id)
    assert attendue(demande) == ""


def test_only_for_a_pre_registration(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    with pytest.raises(Refus, match="que pour une pré-inscription"):
        echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    reponse = poster(connexion(monde.sophie), f"/agents/demandes/{demande.id}/piece", {"texte": TEXTE})
    assert reponse.status_code == 422
    assert "que pour une pré-inscription" in mots(lire(reponse.text).select_one(".demande [role=alert]"))


@pytest.mark.parametrize("qui", ["claire", "paulo", "animateur"])
def test_nobody_else_asks(monde, connexion, demande, qui):
    with pytest.raises(Interdit):
        echanges.demander_une_piece(getattr(monde, qui), demande.id, TEXTE)
    url = f"/agents/demandes/{demande.id}/piece"
    assert poster(connexion(getattr(monde, qui)), url, {"texte": TEXTE}).status_code == 403
    assert attendue(demande) == ""


def test_no_agent_asks_their_own_family(monde, connexion, demande):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="Vous êtes abonné à cette famille"):
        echanges.demander_une_piece(monde.sophie, demande.id, TEXTE)
    url = f"/agents/demandes/{demande.id}/piece"
    reponse = poster(connexion(monde.sophie), url, {"texte": TEXTE})
    assert reponse.status_code == 422
    assert "Vous êtes abonné" in mots(lire(reponse.text).select_one(".demande [role=alert]"))
    assert attendue(demande) == ""


def test_a_demande_that_does_not_exist_is_404(monde, connexion):
    with pytest.raises(Introuvable):
        echanges.demander_une_piece(monde.sophie, 999_999, TEXTE)
    url = "/agents/demandes/999999/piece"
    assert poster(connexion(monde.sophie), url, {"texte": TEXTE}).status_code == 404


# ——— the screen ———


def test_with_htmx_the_demande_stays_open_says_so_and_equals_the_page(monde, connexion, demande):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    assert mots(page.un(".piece:not(.note) textarea")) == TEXTE, "what is missing is proposed"
    page.cliquer(ENVOYER)
    assert attendue(demande) == TEXTE
    assert "la famille est avertie" in page.texte("#annonce")
    assert page.un(".demande")["id"] == f"demande-{demande.id}"
    assert "Attend la famille" in page.texte(f"#d-{demande.id}")
    assert "Sophie Garnier, pour la mairie Il manque : Attestation d’assurance." in page.texte(".echanges")
    assert_comme_rechargee(page)


def test_without_javascript_it_comes_back_to_the_demande(monde, connexion, demande):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    suite = page.suivre(ENVOYER, texte="Une photo\net le carnet")
    assert attendue(demande) == "Une photo\net le carnet"
    assert suite.url == f"/agents/demandes/{demande.id}"
    assert "la famille est avertie" in suite.texte("#bandeau")


@pytest.mark.parametrize("htmx", [False, True])
def test_what_cannot_be_sent_comes_back_as_it_was_typed(monde, connexion, demande, htmx):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    trop = "a" * 1001
    if htmx:
        page.cliquer(ENVOYER, texte=trop, attendu=422)
    else:
        page = page.suivre(ENVOYER, texte=trop, attendu=422)
    assert page.un(".piece:not(.note)").has_attr("open")
    assert mots(page.un(".piece:not(.note) textarea")) == trop
    assert "trop long" in page.texte(".piece:not(.note) .message")
    assert page.un(".piece:not(.note) textarea")["aria-invalid"] == "true"
    page.cliquer(ENVOYER, texte=" ", attendu=422)
    assert "Indiquez ce qui manque" in page.texte(".piece:not(.note) .message")
    assert attendue(demande) == ""


@pytest.mark.parametrize("htmx", [False, True])
def test_when_the_family_has_cancelled_meanwhile_it_is_told(monde, connexion, demande, htmx):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    if htmx:
        page.cliquer(ENVOYER, texte=TEXTE, attendu=409)
        assert "La famille l’a annulée" in page.texte("#annonce")
    else:
        reponse = poster(page.client, f"/agents/demandes/{demande.id}/piece", {"texte": TEXTE})
        assert reponse.status_code == 409
        assert mots(lire(reponse.text).h1) == "La famille a annulé sa demande"
