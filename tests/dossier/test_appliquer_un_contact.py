"""The town accepts: the contact is there, changed or off; never over something that changed meanwhile."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

from models import Compte, ContactHabilite, Modification
from portail.domain import contacts, moderation
from portail.domain.reponse_dossier import Conflit
from tests.dossier.contacts import AUTREMENT, JEANNE, YANN, actifs, poser


def en_attente(monde, enfant=None) -> Modification:
    return contacts.en_attente((enfant or monde.lea).id).get()


def appliquer(modification: Modification) -> None:
    moderation.accepter(Compte.get(Compte.email == "agent@example.org"), modification.demande_id)


def test_a_new_contact_is_there(monde):
    contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, JEANNE)
    m = en_attente(monde)
    assert contacts.presents([m]) == {m.id: ""}
    appliquer(m)
    assert actifs(monde.lea) == [JEANNE]


def test_a_contact_is_changed_then_off_and_its_row_stays_for_the_roll_calls_of_the_past(monde):
    contact = poser(monde.lea)
    contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id, AUTREMENT)
    appliquer(en_attente(monde))
    assert actifs(monde.lea) == [AUTREMENT]
    contacts.retirer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id)
    appliquer(en_attente(monde))
    assert actifs(monde.lea) == []
    assert ContactHabilite.get_by_id(contact.id).retire_le is not None


def test_what_changed_meanwhile_is_not_overwritten(monde):
    contact = poser(monde.lea)
    contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id, AUTREMENT)
    m = en_attente(monde)
    ContactHabilite.update(lien="tante").where(ContactHabilite.id == contact.id).execute()
    assert contacts.presents([m])[m.id] != m.avant
    with pytest.raises(Conflit):
        appliquer(m)
    assert actifs(monde.lea)[0].telephone == JEANNE.telephone


def test_a_contact_taken_off_meanwhile_is_neither_changed_nor_taken_off_again(monde):
    contact = poser(monde.lea)
    contacts.retirer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id)
    m = en_attente(monde)
    avant = m.demande.deposee_le - dt.timedelta(days=1)
    ContactHabilite.update(retire_le=avant).where(ContactHabilite.id == contact.id).execute()
    assert contacts.presents([m]) == {m.id: ""}
    appliquer(m)
    assert ContactHabilite.get_by_id(contact.id).retire_le == avant


def test_a_new_contact_that_the_town_wrote_meanwhile_is_not_written_twice(monde):
    contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, JEANNE)
    m = en_attente(monde)
    poser(monde.lea)
    appliquer(m)
    assert actifs(monde.lea) == [JEANNE]


def test_what_stands_is_read_for_a_whole_demande_at_once(monde):
    poser(monde.noe)
    poser(monde.noe, YANN)
    siens = [c.id for c in ContactHabilite.select()]
    contacts.reprendre_d_un_frere(monde.claire, monde.moreau, monde.lea.id, siens)
    modifications = list(contacts.en_attente(monde.lea.id))
    with count_queries() as faites:
        assert contacts.presents(modifications) == {m.id: "" for m in modifications}
    assert faites.count == 2


def test_a_change_reads_line_by_line(monde):
    contact = poser(monde.lea)
    contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id, AUTREMENT)
    m = en_attente(monde)
    assert contacts.titre(m) == "Contact modifié : Jeanne Moreau"
    ecarts = {e.libelle: e for e in contacts.presenter(m)}
    assert (ecarts["Téléphone"].avant, ecarts["Téléphone"].apres) == ("06 39 98 12 40", "06 39 98 00 00")
    assert [e.libelle for e in ecarts.values() if e.change] == ["Téléphone"]
    assert ecarts["Peut être appelé"].avant == "Oui"


def test_a_new_contact_and_one_to_take_off_have_one_side_only(monde):
    contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, YANN)
    m = en_attente(monde)
    assert contacts.titre(m) == "Nouveau contact : Yann Le Goff"
    assert {e.avant for e in contacts.presenter(m)} == {""}
    contact = poser(monde.noe)
    contacts.retirer_un_contact(monde.claire, monde.moreau, monde.noe.id, contact.id)
    m = en_attente(monde, monde.noe)
    assert contacts.titre(m) == "Contact à retirer : Jeanne Moreau"
    assert {e.apres for e in contacts.presenter(m)} == {""}
