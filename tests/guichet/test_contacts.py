"""The contacts of a child at the counter: added, changed, taken off, at once and as the town's."""

from dataclasses import replace

import pytest

from models import Courriel, Evenement
from portail.domain import contacts, droits, guichet, lecture_contacts, lecture_demande, moderation
from portail.domain.contacts import CONTACTS_MAX, FicheContact
from portail.domain.guichet_contacts import (
    ajouter_un_contact,
    changer_un_contact,
    marquer,
    reprendre_d_un_frere,
    retirer_un_contact,
)
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.reponse_dossier import Conflit
from tests.actes import abonner, modifications
from tests.dossier.contacts import AUTREMENT, JEANNE, YANN, actifs, poser
from tests.invariants import fautes


def lignes() -> list[tuple]:
    requete = Evenement.select().where(Evenement.acte == guichet.SAISIR).order_by(Evenement.id)
    return [(e.objet, e.objet_id, e.auteur.prenom, e.famille.nom, e.detail) for e in requete]


def vu(contact) -> str:
    return marquer(contact.id, FicheContact.de(contact).texte)


def changer(monde, contact, fiche, agent=None, repere=None):
    repere = vu(contact) if repere is None else repere
    return changer_un_contact(agent or monde.sophie, monde.moreau.id, monde.lea.id, contact.id, fiche, repere)


def retirer(monde, contact, agent=None, repere=None):
    repere = vu(contact) if repere is None else repere
    return retirer_un_contact(agent or monde.sophie, monde.moreau.id, monde.lea.id, contact.id, repere)


def ajouter(monde, fiche=JEANNE, agent=None):
    return ajouter_un_contact(agent or monde.sophie, monde.moreau.id, monde.lea.id, fiche)


def test_a_contact_is_added_changed_and_taken_off_at_once_and_the_journal_never_says_who(monde):
    ajouter(monde)
    (jeanne,) = contacts.actifs([monde.lea.id])
    assert actifs(monde.lea) == [JEANNE]
    changer(monde, jeanne, AUTREMENT)
    (present,) = contacts.actifs([monde.lea.id])
    assert (present.id, actifs(monde.lea)) == (jeanne.id, [AUTREMENT])
    retirer(monde, present)
    assert actifs(monde.lea) == []
    ici = ("enfant", monde.lea.id, "Sophie", "Moreau")
    assert lignes() == [(*ici, dit) for dit in ("Nouveau contact", "Contact modifié", "Contact retiré")]
    assert fautes() == []


def test_the_family_is_told_and_never_who_the_contact_is(monde):
    ajouter(monde)
    (courriel,) = Courriel.select()
    assert courriel.sujet == "La mairie a mis à jour votre dossier"
    assert "– Dossier : Léa Moreau, nouveau contact" in courriel.corps
    assert "Jeanne" not in courriel.corps and "06 39" not in courriel.corps


def test_the_same_again_changes_and_tells_nothing(monde):
    assert [ajouter(monde) == [], ajouter(monde) == []] == [False, True]
    (jeanne,) = contacts.actifs([monde.lea.id])
    repere = vu(jeanne)
    changer(monde, jeanne, AUTREMENT, repere=repere)
    assert changer(monde, jeanne, AUTREMENT, repere=repere) == []
    (autrement,) = contacts.actifs([monde.lea.id])
    assert [len(retirer(monde, autrement)), retirer(monde, autrement, repere="")] == [1, []]
    assert (len(lignes()), Courriel.select().count()) == (3, 3)


def test_the_contacts_of_a_brother_or_a_sister_are_taken_over_each_once(monde):
    jeanne, yann = poser(monde.noe), poser(monde.noe, YANN)
    poser(monde.lea)
    for _ in range(2):
        reprendre_d_un_frere(monde.sophie, monde.moreau.id, monde.lea.id, [jeanne.id, yann.id])
    assert actifs(monde.lea) == [JEANNE, YANN]
    assert [detail for *_, detail in lignes()] == ["Nouveau contact"]


def test_nothing_chosen_or_a_contact_of_another_family_is_not_taken_over(monde):
    ailleurs = poser(monde.tomas)
    with pytest.raises(Refus, match="au moins un contact"):
        reprendre_d_un_frere(monde.sophie, monde.moreau.id, monde.lea.id, [])
    with pytest.raises(Introuvable):
        reprendre_d_un_frere(monde.sophie, monde.moreau.id, monde.lea.id, [ailleurs.id])
    assert actifs(monde.lea) == []


def test_two_agents_at_the_counter_the_second_one_is_told_and_nothing_is_written_over(monde):
    jeanne = poser(monde.lea)
    repere = vu(jeanne)
    changer(monde, jeanne, AUTREMENT)
    autre = replace(JEANNE, lien="tante")
    for acte in (
        lambda: changer(monde, jeanne, autre, monde.marc, repere),
        lambda: retirer(monde, jeanne, monde.marc, repere),
        lambda: changer(monde, jeanne, autre, monde.marc, ""),
    ):
        with pytest.raises(DejaChange, match="a changé entre-temps"):
            acte()
    assert actifs(monde.lea) == [AUTREMENT]


def test_a_contact_that_was_taken_off_meanwhile_does_not_come_back_by_a_change(monde):
    jeanne = poser(monde.lea)
    repere = vu(jeanne)
    retirer(monde, jeanne)
    for marque in (repere, marquer(jeanne.id, "")):
        with pytest.raises(DejaChange, match="a été retiré entre-temps"):
            changer(monde, jeanne, AUTREMENT, monde.marc, marque)
    assert actifs(monde.lea) == []


def test_what_the_family_asked_of_it_keeps_waiting_and_shows_as_a_conflict(monde):
    jeanne = poser(monde.lea)
    demande = contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, jeanne.id, AUTREMENT)
    changer(monde, jeanne, replace(JEANNE, lien="tante"))
    with pytest.raises(Conflit):
        moderation.accepter(monde.marc, demande.id)
    (vue,) = lecture_demande.lire(demande.id, monde.marc).lignes
    assert vue.en_conflit
    moderation.accepter(monde.marc, demande.id, [modifications(demande)[0].id], {vue.id: vue.empreinte})
    assert actifs(monde.lea) == [AUTREMENT]
    assert fautes() == []


def test_a_contact_taken_off_while_the_family_asks_that_it_change_is_still_seen_by_the_family(monde):
    jeanne = poser(monde.lea)
    contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, jeanne.id, AUTREMENT)
    retirer(monde, jeanne)
    (vue,) = lecture_contacts.voir(droits.regard(monde.claire, monde.moreau), monde.lea).tous
    assert (vue.id, vue.fiche) == (0, AUTREMENT)


def test_what_the_family_asked_to_add_is_there_already_its_acceptance_adds_nothing(monde):
    demande = contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, JEANNE)
    ajouter(monde)
    moderation.accepter(monde.marc, demande.id)
    assert actifs(monde.lea) == [JEANNE]


def test_no_more_contacts_than_somebody_at_the_gate_can_read(monde):
    for rang in range(CONTACTS_MAX - 1):
        poser(monde.lea, replace(YANN, prenom=f"Yann {chr(65 + rang)}"))
    contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, YANN)
    with pytest.raises(Refus, match="12 contacts au plus"):
        ajouter(monde)
    ajouter(monde, YANN)
    assert len(actifs(monde.lea)) == CONTACTS_MAX


@pytest.mark.parametrize("compte", ["claire", "animateur"])
def test_only_agents_do(monde, compte):
    jeanne, qui = poser(monde.lea), getattr(monde, compte)
    for acte in (
        lambda: ajouter(monde, YANN, qui),
        lambda: changer(monde, jeanne, AUTREMENT, qui),
        lambda: retirer(monde, jeanne, qui),
        lambda: reprendre_d_un_frere(qui, monde.moreau.id, monde.lea.id, [jeanne.id]),
    ):
        with pytest.raises(Interdit):
            acte()
    assert (actifs(monde.lea), lignes()) == ([JEANNE], [])


def test_an_agent_never_changes_the_own_file(monde):
    soi, jeanne = abonner(monde.moreau, "agent-et-parent@example.org", role="agent"), poser(monde.lea)
    for acte in (
        lambda: ajouter(monde, YANN, soi),
        lambda: changer(monde, jeanne, AUTREMENT, soi),
        lambda: retirer(monde, jeanne, soi),
        lambda: reprendre_d_un_frere(soi, monde.moreau.id, monde.lea.id, [jeanne.id]),
    ):
        with pytest.raises(Refus, match="un autre agent"):
            acte()
    assert (actifs(monde.lea), lignes()) == ([JEANNE], [])


def test_the_child_or_the_contact_of_another_is_not_there(monde):
    de_noe = poser(monde.noe)
    with pytest.raises(Introuvable):
        ajouter_un_contact(monde.sophie, monde.moreau.id, monde.tomas.id, JEANNE)
    with pytest.raises(Introuvable):
        changer(monde, de_noe, AUTREMENT)
    with pytest.raises(Introuvable):
        retirer(monde, de_noe)
    assert actifs(monde.noe) == [JEANNE]
