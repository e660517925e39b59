"""What the town decides: what an adult is to a child, which adult an account is."""

import pytest

from models import Abonnement, Courriel, Evenement, LienParental, SessionOuverte
from portail.domain import champs, dossier, guichet
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import abonner, session_de
from tests.formulaires import poster
from tests.htmx import Page


def droit(monde, adulte, enfant) -> str:
    return LienParental.get(LienParental.responsable == adulte, LienParental.enfant == enfant).droit


def changer(monde, agent, adulte, enfant, voulu):
    return guichet.changer_le_droit(session_de(agent), monde.moreau.id, adulte.id, enfant.id, voulu)


def journal(acte) -> list[str]:
    return [e.detail for e in Evenement.select().where(Evenement.acte == acte).order_by(Evenement.id)]


def test_the_right_of_an_adult_over_a_child_changes_at_once_and_is_journalled_once(monde):
    for _ in range(2):
        changer(monde, monde.sophie, monde.adulte_claire, monde.lea, "information")
    assert droit(monde, monde.adulte_claire, monde.lea) == "information"
    assert droit(monde, monde.adulte_claire, monde.noe) == "plein"
    assert journal("droit_change") == [
        "Claire Moreau, Léa Moreau : Autorité parentale → Droit d’être informé"
    ]
    permis = dossier.droits_sur(monde.claire, monde.moreau, monde.lea)
    assert champs.MODIFIER not in permis[champs.GENERAL] and champs.LIRE in permis[champs.GENERAL]
    assert not Courriel.select().exists()


def test_an_adult_without_a_link_yet_gets_one(monde):
    LienParental.delete().where(LienParental.responsable == monde.adulte_julien).execute()
    changer(monde, monde.sophie, monde.adulte_julien, monde.lea, "retrait")
    assert droit(monde, monde.adulte_julien, monde.lea) == "retrait"


@pytest.mark.parametrize("voulu", ["", "tout", "plein "])
def test_a_right_that_does_not_exist_is_refused(monde, voulu):
    with pytest.raises(Refus):
        changer(monde, monde.sophie, monde.adulte_claire, monde.lea, voulu)


def test_only_an_agent_who_is_not_of_the_family_decides(monde):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    for compte, erreur in ((monde.claire, Interdit), (monde.animateur, Interdit), (soi, Refus)):
        with pytest.raises(erreur):
            changer(monde, compte, monde.adulte_julien, monde.lea, "aucun")
        with pytest.raises(erreur):
            guichet.rattacher(session_de(compte), monde.moreau.id, Abonnement.get().id, None)
    assert journal("droit_change") == []


def test_an_adult_or_a_child_of_another_family_is_not_there(monde):
    for adulte, enfant in ((monde.adulte_paulo, monde.lea), (monde.adulte_claire, monde.tomas)):
        with pytest.raises(Introuvable):
            changer(monde, monde.sophie, adulte, enfant, "plein")


def test_an_account_is_tied_to_an_adult_and_untied(monde):
    abonnement = Abonnement.get(Abonnement.compte == monde.claire)
    for _ in range(2):
        guichet.rattacher(session_de(monde.sophie), monde.moreau.id, abonnement.id, monde.adulte_julien.id)
    assert Abonnement.get_by_id(abonnement.id).responsable == monde.adulte_julien
    guichet.rattacher(session_de(monde.sophie), monde.moreau.id, abonnement.id, None)
    assert Abonnement.get_by_id(abonnement.id).responsable is None
    assert journal("adulte_rattache") == ["Claire Moreau : Julien Moreau", "Claire Moreau : personne"]


def test_neither_the_adult_nor_the_account_of_another_family_is_tied(monde):
    abonnement, autre = (Abonnement.get(Abonnement.compte == c) for c in (monde.claire, monde.paulo))
    for cible, adulte in ((abonnement, monde.adulte_paulo), (autre, monde.adulte_claire)):
        with pytest.raises(Introuvable):
            guichet.rattacher(session_de(monde.sophie), monde.moreau.id, cible.id, adulte.id)


def test_both_are_decided_on_the_sheets(monde, connexion):
    client = connexion(monde.sophie)
    page = Page(client, f"/agents/familles/{monde.moreau.id}/enfants/{monde.lea.id}")
    page = page.suivre(f'#droits form:has([value="{monde.adulte_julien.id}"]) button', droit="aucun")
    assert "Droit enregistré" in page.texte("body")
    assert droit(monde, monde.adulte_julien, monde.lea) == "aucun"
    page = Page(client, f"/agents/familles/{monde.moreau.id}/responsables/{monde.adulte_julien.id}")
    page = page.suivre("#compte button")
    assert "Rattaché à Julien Moreau." in page.texte("#compte")
    page = page.suivre("#compte button")
    assert "Rattaché" not in page.texte("#compte li")
    url = f"/agents/familles/{monde.moreau.id}/enfants/{monde.lea.id}/droits"
    reponse = poster(client, url, {"responsable": str(monde.adulte_julien.id), "droit": "tout"})
    assert (reponse.status_code, "Choisissez un des droits" in reponse.text) == (422, True)


def test_the_password_is_asked_again_before_a_right_or_a_tie_changes(monde, connexion):
    client = connexion(monde.sophie)
    SessionOuverte.update(confirmee_le=None).execute()
    abonnement, base = (
        Abonnement.get(Abonnement.compte == monde.claire),
        f"/agents/familles/{monde.moreau.id}",
    )
    for url, champs_ in (
        (f"{base}/enfants/{monde.lea.id}/droits", {"responsable": monde.adulte_claire.id, "droit": "aucun"}),
        (f"{base}/responsables/{monde.adulte_julien.id}/compte", {"abonnement": abonnement.id, "voulu": "1"}),
    ):
        reponse = poster(client, url, champs_)
        assert reponse.status_code == 303
        assert reponse.headers["Location"].startswith("/mon-espace/confirmation?next=/agents/familles/")
    assert droit(monde, monde.adulte_claire, monde.lea) == "plein"
    assert Abonnement.get_by_id(abonnement.id).responsable_id is None
    assert journal("droit_change") == journal("adulte_rattache") == []
