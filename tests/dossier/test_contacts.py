"""A family asks for a contact, another telephone, one fewer: it waits, and may be withdrawn."""

import json

import pytest

import workflows as w
from models import Courriel, Demande, Evenement, LienParental, Modification
from portail.domain import contacts, dossier
from portail.domain.refus import DejaChange, Introuvable, Refus
from tests.dossier.contacts import AUTREMENT, JEANNE, YANN, actifs, poser


def proposer(monde, fiche=JEANNE, enfant=None):
    return contacts.proposer_un_contact(monde.claire, monde.moreau, (enfant or monde.lea).id, fiche)


def changer(monde, contact, fiche):
    return contacts.changer_un_contact(monde.claire, monde.moreau, contact.enfant_id, contact.id, fiche)


def retirer(monde, contact):
    return contacts.retirer_un_contact(monde.claire, monde.moreau, contact.enfant_id, contact.id)


def attentes(monde, enfant=None) -> list[Modification]:
    return list(contacts.en_attente((enfant or monde.lea).id))


def test_a_new_contact_waits_for_the_town(monde):
    demande = proposer(monde)
    assert (demande.nature, demande.statut) == (w.NATURE_DOSSIER, w.EN_ATTENTE)
    (m,) = attentes(monde)
    assert (m.objet, m.objet_id, m.champ, m.avant) == ("enfant", monde.lea.id, "contact", "")
    assert list(json.loads(m.apres)) == sorted(json.loads(m.apres)), "canonical: equal contacts, equal texts"
    assert actifs(monde.lea) == []
    journal = Evenement.select().where(Evenement.demande == demande).order_by(Evenement.id)
    assert [(e.objet, e.acte, e.vers) for e in journal] == [
        ("demande", "deposer", w.EN_ATTENTE),
        ("modification", "demander", w.EN_ATTENTE),
    ]
    accuse = Courriel.get(Courriel.demande == demande)
    assert "Dossier : Léa Moreau, nouveau contact" in accuse.corps
    assert "Jeanne" not in accuse.corps, "a mail never holds the value"


def test_the_same_contact_is_asked_once_and_two_others_side_by_side(monde):
    proposer(monde)
    assert proposer(monde) is None
    proposer(monde, YANN)
    assert [json.loads(m.apres)["prenom"] for m in attentes(monde)] == ["Jeanne", "Yann"]
    poser(monde.noe)
    assert proposer(monde, JEANNE, monde.noe) is None, "the child has it already"


def test_a_contact_changes_or_goes_when_the_town_says_so_and_the_last_wish_is_the_one_that_waits(monde):
    contact = poser(monde.lea)
    premiere = changer(monde, contact, AUTREMENT)
    (m,) = attentes(monde)
    assert (m.objet, m.objet_id, m.champ) == ("contact_habilite", contact.id, "fiche")
    assert (m.avant, m.apres) == (JEANNE.texte, AUTREMENT.texte)
    assert changer(monde, contact, AUTREMENT) is None
    assert retirer(monde, contact) is not None
    assert Demande.get_by_id(premiere.id).statut == w.ANNULEE
    assert [m.apres for m in attentes(monde)] == [""]
    assert retirer(monde, contact) is None
    assert actifs(monde.lea) == [JEANNE], "nothing of the file changed"


def test_put_back_as_it_stands_a_contact_no_longer_waits(monde):
    contact = poser(monde.lea)
    demande = changer(monde, contact, AUTREMENT)
    assert changer(monde, contact, JEANNE) is None
    assert attentes(monde) == []
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE


def test_what_waits_is_withdrawn_and_twice_is_harmless(monde):
    contact = poser(monde.lea)
    for demande in (proposer(monde, YANN), retirer(monde, contact)):
        m = Modification.get(Modification.demande == demande)
        for _ in range(2):
            dossier.retirer(monde.claire, monde.moreau, m.id)
        assert Modification.get_by_id(m.id).statut == w.ANNULEE
        assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    assert attentes(monde) == []


def test_once_answered_nothing_is_withdrawn(monde):
    proposer(monde)
    (m,) = attentes(monde)
    Modification.update(statut=w.APPLIQUEE).where(Modification.id == m.id).execute()
    with pytest.raises(DejaChange, match="déjà répondu"):
        dossier.retirer(monde.claire, monde.moreau, m.id)


def test_contacts_are_taken_over_from_a_sibling_those_that_the_child_has_not(monde):
    jeanne, yann = poser(monde.noe), poser(monde.noe, YANN)
    poser(monde.lea)
    demande = contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [jeanne.id, yann.id])
    assert [m.apres for m in attentes(monde)] == [YANN.texte]
    assert [m.demande_id for m in attentes(monde)] == [demande.id]
    again = contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [jeanne.id, yann.id])
    assert again is None
    assert actifs(monde.noe) == [JEANNE, YANN]


def test_two_contacts_taken_over_are_one_demande(monde):
    ids = [poser(monde.noe).id, poser(monde.ines, YANN).id, poser(monde.ines).id]
    demande = contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, ids)
    assert [m.demande_id for m in attentes(monde)] == [demande.id, demande.id]


def test_nothing_is_taken_over_from_another_family_and_what_the_child_has_is_no_error(monde):
    with pytest.raises(Introuvable):
        contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [poser(monde.tomas).id])
    la_sienne = poser(monde.lea).id
    assert contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [la_sienne]) is None
    with pytest.raises(Refus, match="Choisissez"):
        contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [])


def test_nor_from_a_sibling_whose_contacts_are_masked(monde):
    contact = poser(monde.noe)
    LienParental.update(droit="information").where(
        LienParental.responsable == monde.adulte_claire, LienParental.enfant == monde.noe
    ).execute()
    with pytest.raises(Introuvable):
        contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, [contact.id])


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_without_the_full_right_no_contact_is_asked_for_changed_or_withdrawn(monde, droit):
    contact = poser(monde.lea)
    proposer(monde, YANN)
    (m,) = attentes(monde)
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    for acte in (
        lambda: proposer(monde),
        lambda: changer(monde, contact, AUTREMENT),
        lambda: retirer(monde, contact),
        lambda: dossier.retirer(monde.claire, monde.moreau, m.id),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert [m.apres for m in attentes(monde)] == [YANN.texte]


def test_a_stranger_does_nothing_to_the_contacts_of_a_child(monde):
    contact = poser(monde.lea)
    proposer(monde, YANN)
    (m,) = attentes(monde)
    paulo, dasilva = monde.paulo, monde.dasilva
    for acte in (
        lambda: contacts.proposer_un_contact(paulo, dasilva, monde.lea.id, JEANNE),
        lambda: contacts.changer_un_contact(paulo, dasilva, monde.lea.id, contact.id, AUTREMENT),
        lambda: contacts.changer_un_contact(paulo, dasilva, monde.tomas.id, contact.id, AUTREMENT),
        lambda: contacts.retirer_un_contact(paulo, dasilva, monde.tomas.id, contact.id),
        lambda: dossier.retirer(paulo, dasilva, m.id),
    ):
        with pytest.raises(Introuvable):
            acte()


def test_a_contact_of_a_sibling_is_not_reached_through_another_child(monde):
    contact = poser(monde.noe)
    with pytest.raises(Introuvable):
        contacts.retirer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id)


def test_a_child_has_twelve_contacts_at_most_those_that_wait_included(monde):
    for rang in range(contacts.CONTACTS_MAX - 1):
        poser(monde.lea, un_ami(rang))
    proposer(monde)
    with pytest.raises(Refus, match="12 contacts au plus"):
        proposer(monde, YANN)


def un_ami(rang: int):
    return contacts.FicheContact("Ami", "A" * (rang + 1), "", "06 39 98 12 40", True, False, True)
