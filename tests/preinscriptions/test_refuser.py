"""An agent refuses, with a reason that the family reads."""

import pytest

import workflows as w
from models import Abonnement, Courriel, Demande, Reservation
from portail.domain import echanges, moderation, preinscriptions
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.reponse import DejaRepondu
from portail.domain.verification import verifier
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.monde import MAINTENANT
from tests.preinscriptions.souhaits import atelier, jours_de, souhait, statuts


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    voulu = souhait(theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:3])
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def test_the_family_reads_why_and_nothing_is_booked(monde, theatre, demande):
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    assert statuts(theatre) == {"Léa": w.REFUSEE, "Noé": w.REFUSEE}
    assert {(ligne.statut, ligne.motif) for ligne in demande.lignes} == {(w.REFUSEE, "Activité complète")}
    lue = Demande.get_by_id(demande.id)
    assert (lue.statut, lue.agent, lue.repondue_le) == (w.REFUSEE, monde.sophie, MAINTENANT)
    assert Reservation.select().count() == 0
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert courriel.corps.count("Motif : Activité complète") == 2
    assert "/famille/preinscriptions" in courriel.corps
    assert fautes() == []
    assert [r for r in verifier() if not r.phrase.startswith(("preinscription", "abonnement"))] == []


@pytest.mark.parametrize("motif", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_refused(monde, demande, motif):
    avant = contenu()
    with pytest.raises(Refus) as refus:
        moderation.refuser(monde.sophie, demande.id, motif)
    assert refus.value.champ == "motif"
    assert contenu() == avant


@pytest.mark.parametrize("d_abord", ["accepter", "refuser", "annuler"])
@pytest.mark.parametrize("ensuite", ["accepter", "refuser"])
def test_an_answer_is_final(monde, demande, d_abord, ensuite):
    from portail.domain.demandes import annuler_demande

    actes = {
        "accepter": lambda agent: moderation.accepter(agent, demande.id),
        "refuser": lambda agent: moderation.refuser(agent, demande.id, "Activité complète"),
        "annuler": lambda _: annuler_demande(monde.claire, monde.moreau, demande.id),
    }
    actes[d_abord](monde.sophie)
    avant = contenu()
    with pytest.raises(DejaRepondu):
        actes[ensuite](monde.marc)
    assert contenu() == avant


def test_a_waiting_list_takes_no_pre_registration(monde, demande):
    avant = contenu()
    with pytest.raises(Refus):
        moderation.mettre_en_attente(monde.sophie, demande.id)
    assert contenu() == avant


def test_the_town_waits_for_nothing_any_more(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Une attestation d’assurance")
    moderation.refuser(monde.sophie, demande.id, "Pièce manquante au dossier")
    assert Demande.get_by_id(demande.id).piece_attendue == ""


@pytest.mark.parametrize("acte", ["accepter", "refuser"])
@pytest.mark.parametrize("qui", ["claire", "paulo", "animateur"])
def test_only_an_agent_answers(monde, demande, acte, qui):
    motif = ("Non",) if acte == "refuser" else ()
    avant = contenu()
    with pytest.raises(Interdit):
        getattr(moderation, acte)(getattr(monde, qui), demande.id, *motif)
    assert contenu() == avant


def test_an_agent_never_answers_its_own_family(monde, demande):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    avant = contenu()
    for acte in (
        lambda: moderation.accepter(monde.sophie, demande.id),
        lambda: moderation.refuser(monde.sophie, demande.id, "Non"),
        lambda: echanges.demander_une_piece(monde.sophie, demande.id, "Une attestation"),
    ):
        with pytest.raises(Refus):
            acte()
    assert contenu() == avant


def test_a_demande_that_does_not_exist(monde):
    with pytest.raises(Introuvable):
        moderation.refuser(monde.sophie, 999_999, "Non")
