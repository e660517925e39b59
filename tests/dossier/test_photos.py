"""The photo of a child: asked for, withdrawn, accepted; what no longer serves is gone at once."""

import pytest

import workflows as w
from models import Compte, Courriel, Demande, LienParental, Modification, Photo, write_transaction
from portail.domain import dossier, droits, moderation, photos
from portail.domain.conclusion import jeter_la_photo
from portail.domain.refus import Introuvable
from portail.domain.reponse_dossier import Conflit
from portail.domain.verification import verifier
from tests.dossier.images import dessin, octets

ROUGE, BLEUE = (octets(dessin().transpose(sens)) for sens in (0, 1))


def proposer(monde, contenu=ROUGE, enfant=None):
    return photos.proposer_une_photo(monde.claire, monde.moreau, (enfant or monde.lea).id, contenu)


def retirer(monde):
    return photos.retirer_la_photo(monde.claire, monde.moreau, monde.lea.id)


def vue(monde) -> photos.PhotoVue:
    return photos.voir(droits.regard(monde.claire, monde.moreau), monde.lea)


def accepter(modification: Modification) -> None:
    moderation.accepter(Compte.get(Compte.email == "agent@example.org"), modification.demande_id)


def acceptee(monde, contenu=ROUGE) -> int:
    proposer(monde, contenu)
    attente = vue(monde).attente
    accepter(attente)
    return int(attente.apres)


def toutes() -> list[int]:
    return [photo.id for photo in Photo.select().order_by(Photo.id)]


def ruptures() -> list[str]:
    return [r.phrase for r in verifier() if r.invariant == "Photos"]


def test_a_photo_waits_and_is_not_yet_the_childs(monde):
    demande = proposer(monde)
    vu = vue(monde)
    assert (vu.presente, vu.attente.demande_id, vu.attente.apres) == ("", demande.id, str(toutes()[0]))
    assert photos.lire(monde.lea.id) is None
    assert "Dossier : Léa Moreau, photo" in Courriel.get(Courriel.demande == demande).corps
    assert ruptures() == []


def test_the_same_photo_sent_twice_is_asked_once(monde):
    proposer(monde)
    assert proposer(monde) is None
    assert len(toutes()) == 1


def test_another_one_takes_the_place_of_what_waited_and_the_first_is_gone(monde):
    premiere = proposer(monde)
    proposer(monde, BLEUE)
    assert Demande.get_by_id(premiere.id).statut == w.ANNULEE
    assert toutes() == [int(vue(monde).attente.apres)]
    assert ruptures() == []


def test_withdrawn_it_is_gone(monde):
    proposer(monde)
    for _ in range(2):
        dossier.retirer(monde.claire, monde.moreau, Modification.get().id)
    assert toutes() == []
    assert vue(monde).attente is None


def test_accepted_it_stands_and_the_one_before_it_is_gone(monde):
    premiere = acceptee(monde)
    assert (vue(monde).presente, photos.lire(monde.lea.id) is not None) == (str(premiere), True)
    seconde = acceptee(monde, BLEUE)
    assert toutes() == [seconde]
    assert Photo.get_by_id(seconde).validee_le is not None
    assert ruptures() == []


def test_refused_it_is_gone_and_the_one_that_stands_stays(monde):
    premiere = acceptee(monde)
    proposer(monde, BLEUE)
    with write_transaction():
        attente = vue(monde).attente
        Modification.update(statut=w.REFUSEE, motif="Floue").where(Modification.id == attente.id).execute()
        jeter_la_photo(attente)
    assert toutes() == [premiere]
    assert ruptures() == []


def test_taking_it_off_waits_too_and_twice_is_harmless(monde):
    acceptee(monde)
    assert retirer(monde) is not None
    assert vue(monde).a_retirer
    assert retirer(monde) is None
    assert photos.lire(monde.lea.id) is not None, "the photo stays until the town answers"
    accepter(vue(monde).attente)
    assert toutes() == []


def test_without_a_photo_taking_it_off_withdraws_what_waits(monde):
    assert retirer(monde) is None
    demande = proposer(monde)
    assert retirer(monde) is None
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    assert toutes() == []


def test_a_photo_that_changed_meanwhile_is_not_replaced(monde):
    acceptee(monde)
    proposer(monde, BLEUE)
    attente = vue(monde).attente
    autre = Photo.create(enfant=monde.lea, contenu=b"x", deposee_le=attente.demande.deposee_le)
    Photo.delete().where(Photo.validee_le.is_null(False)).execute()
    Photo.update(validee_le=attente.demande.deposee_le).where(Photo.id == autre.id).execute()
    assert photos.presentes([attente]) == {attente.id: str(autre.id)}
    with pytest.raises(Conflit):
        accepter(attente)
    assert photos.lire(monde.lea.id) == b"x"


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_without_the_full_right_no_photo_is_asked_for_nor_withdrawn(monde, droit):
    proposer(monde)
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    for acte in (
        lambda: proposer(monde, BLEUE),
        lambda: retirer(monde),
        lambda: dossier.retirer(monde.claire, monde.moreau, Modification.get().id),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert len(toutes()) == 1


def test_a_stranger_asks_for_no_photo(monde):
    with pytest.raises(Introuvable):
        photos.proposer_une_photo(monde.paulo, monde.dasilva, monde.lea.id, ROUGE)
    assert toutes() == []


def test_the_check_of_the_database_sees_a_picture_that_nobody_waits_for(monde):
    acceptee(monde)
    Photo.create(enfant=monde.lea, contenu=b"x", deposee_le=monde.lea.famille.cree_le)
    assert len(ruptures()) == 1
    Photo.update(validee_le=monde.lea.famille.cree_le).execute()
    assert len(ruptures()) == 1, "two that stand"
    Photo.delete().execute()
    assert ruptures() == []
    proposer(monde)
    Photo.delete().execute()
    assert len(ruptures()) == 1, "one that waits, and is not there"
