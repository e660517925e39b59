"""A family withdraws one child from a demande for several, until the town answers for that child."""

import pytest

import workflows as w
from models import Demande, Ligne, Preinscription
from portail.domain import echanges, moderation, preinscriptions
from portail.domain.refus import DejaChange, Interdit, Introuvable
from tests.formulaires import csrf
from tests.garanties.empreinte import contenu
from tests.htmx import Page
from tests.invariants import fautes
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, jours_de, souhait, statuts


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    voulu = souhait(theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:3])
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def ligne(demande, enfant) -> int:
    siennes = Ligne.select(Ligne.id).join(Preinscription)
    return siennes.where(Ligne.demande == demande, Preinscription.enfant == enfant).scalar()


def retirer(monde, demande, enfant, qui=None, famille=None) -> str:
    return preinscriptions.retirer(
        qui or monde.claire, famille or monde.moreau, demande.id, ligne(demande, enfant)
    )


def adresse(demande, enfant) -> str:
    return f"/famille/preinscriptions/{demande.id}/lignes/{ligne(demande, enfant)}/retrait"


def test_one_child_is_withdrawn_and_the_demande_goes_on_for_the_other(monde, theatre, demande):
    assert retirer(monde, demande, monde.noe) == "Noé ne fait plus partie de la demande."
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.ANNULEE}
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE
    assert fautes() == []


def test_what_the_town_waits_for_it_still_waits_for(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Une attestation d’assurance")
    retirer(monde, demande, monde.noe)
    assert Demande.get_by_id(demande.id).piece_attendue == "Une attestation d’assurance"


def test_without_the_last_child_the_demande_is_cancelled(monde, theatre, demande):
    retirer(monde, demande, monde.noe)
    retirer(monde, demande, monde.lea)
    assert set(statuts(theatre).values()) == {w.ANNULEE}
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    assert fautes() == []


def test_when_the_other_is_answered_the_demande_takes_that_answer(monde, demande):
    moderation.accepter(monde.sophie, demande.id, [ligne(demande, monde.lea)])
    retirer(monde, demande, monde.noe)
    assert Demande.get_by_id(demande.id).statut == w.ACCEPTEE
    assert fautes() == []


def test_twice_is_harmless(monde, demande):
    retirer(monde, demande, monde.noe)
    avant = contenu()
    retirer(monde, demande, monde.noe)
    assert contenu() == avant


@pytest.mark.parametrize("accepte", [True, False])
def test_once_the_town_has_answered_for_the_child_one_is_told_so(monde, demande, accepte):
    siennes = [ligne(demande, monde.noe)]
    if accepte:
        moderation.accepter(monde.sophie, demande.id, siennes)
    else:
        moderation.refuser(monde.sophie, demande.id, "Activité complète", siennes)
    avant = contenu()
    with pytest.raises(DejaChange, match="La mairie a déjà répondu pour Noé"):
        retirer(monde, demande, monde.noe)
    assert contenu() == avant


def test_another_familys_line_and_one_of_another_demande_do_not_exist(monde, theatre, demande):
    ailleurs = souhait(theatre, monde.lea, debut=theatre.debut.replace(month=12, day=19), fin=theatre.fin)
    autre = preinscriptions.deposer(monde.claire, monde.moreau, ailleurs)
    avant = contenu()
    with pytest.raises(Introuvable):
        retirer(monde, demande, monde.noe, monde.paulo, monde.dasilva)
    with pytest.raises(Introuvable):
        preinscriptions.retirer(monde.claire, monde.moreau, autre.id, ligne(demande, monde.noe))
    with pytest.raises(Introuvable):
        preinscriptions.retirer(monde.claire, monde.moreau, 999_999, ligne(demande, monde.noe))
    assert contenu() == avant


def test_who_only_reads_withdraws_nobody(monde, demande):
    julien = en_parent(monde, "information")
    avant = contenu()
    with pytest.raises(Interdit):
        retirer(monde, demande, monde.noe, julien)
    assert contenu() == avant


# ——— the screen ———


def test_from_the_childs_line_one_is_asked_then_it_is_done(monde, claire, theatre, demande):
    page = Page(claire, f"/famille/preinscriptions/{demande.id}")
    question = page.suivre(f"a[href='{adresse(demande, monde.noe)}']")
    assert "Retirer Noé de la demande" in question.texte("h1")
    assert "Rien ne change pour Léa." in question.texte("main")
    suite = question.suivre("main form button")
    assert suite.texte("#bandeau") == "Noé ne fait plus partie de la demande."
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.ANNULEE}
    assert not suite.tous("a[href$=retrait]"), "of the last one, the whole demande is withdrawn"
    assert "Noé : annulée par Claire Moreau." in suite.texte(".historique")


def test_of_a_demande_for_one_child_there_is_only_the_whole(monde, claire, theatre):
    seule = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    page = Page(claire, f"/famille/preinscriptions/{seule.id}")
    assert page.tous("a[href$=annulation]") and not page.tous("a[href$=retrait]")


def test_too_late_one_reads_the_present_state(monde, claire, demande):
    ou = adresse(demande, monde.noe)
    moderation.accepter(monde.sophie, demande.id, [ligne(demande, monde.noe)])
    reponse = claire.post(ou, data={"csrf_token": csrf(claire)})
    assert reponse.status_code == 409
    assert "La mairie a déjà répondu pour Noé : la pré-inscription est acceptée." in reponse.text
    question = Page(claire, ou)
    assert "La demande ne peut plus changer pour Noé" in question.texte("h1")
    assert not question.tous("main form")


def test_a_stranger_gets_404_the_other_parent_and_the_staff_403(monde, connexion, theatre, demande):
    ou = adresse(demande, monde.noe)
    attendus = ((monde.paulo, 404), (en_parent(monde, "information"), 403), (monde.sophie, 403))
    for qui, statut in attendus:
        client = connexion(qui)
        assert client.post(ou, data={"csrf_token": csrf(client)}).status_code == statut
    assert connexion(monde.paulo).get(ou).status_code == 404
    assert set(statuts(theatre).values()) == {w.DEMANDE_EN_COURS}
