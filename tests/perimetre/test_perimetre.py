"""How far a member of the staff sees: the whole town, or the places that the account is limited to."""

import pytest

import workflows as w
from models import (
    Activite,
    Demande,
    Enfant,
    Famille,
    Ligne,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import perimetre
from portail.domain.refus import Introuvable
from tests.monde import JEUDI, LUNDI, MERCREDI


def demande(monde, famille, enfant, activite, jour, nature=w.NATURE_RESERVATION) -> Demande:
    faite = Demande.create(famille=famille, auteur=monde.claire, nature=nature, deposee_le=clock.maintenant())
    if enfant:
        creneau = Reservation.create(
            enfant=enfant, seance=monde.seance(activite, jour), statut=w.RESERVATION_ATTENTE
        )
        Ligne.create(demande=faite, reservation=creneau)
    return faite


def test_without_a_place_of_their_own_they_see_them_all(monde, ailleurs):
    sien = perimetre.du_compte(monde.sophie)
    assert sien.entier and sien == perimetre.LA_VILLE
    assert (sien.activites(), sien.enfants(), sien.familles(), sien.demandes(), sien.lignes()) == (
        [], [], [], [], [],
    )  # fmt: skip
    assert sien.voit_le_lieu(ailleurs.id) and sien.voit_le_lieu(None)


def test_limited_to_a_place_they_see_its_activities_and_its_seances(monde, ailleurs):
    sien = perimetre.du_compte(monde.marc)
    assert [a.nom for a in Activite.select().where(*sien.activites())] == ["Centre de loisirs"]
    vues = {s.activite_id for s in Seance.select().where(*sien.seances())}
    assert vues == {monde.centre.id}
    assert sien.voit_le_lieu(ailleurs.id) and not sien.voit_le_lieu(monde.cantine.lieu_id)


def test_they_see_the_children_of_its_school_and_those_who_are_registered_there(monde, ailleurs):
    sien = perimetre.du_compte(monde.marc)
    Preinscription.update(statut=w.REFUSEE).where(
        Preinscription.enfant == monde.ines, Preinscription.activite == monde.centre
    ).execute()
    assert {e.prenom for e in Enfant.select().where(*sien.enfants())} == {"Léa", "Noé", "Tomás"}
    assert {f.nom for f in Famille.select().where(*sien.familles())} == {"Moreau", "Da Silva"}


def test_a_family_out_of_sight_does_not_exist_one_without_children_is_everybodys(monde, ailleurs):
    Preinscription.delete().where(Preinscription.activite == monde.centre).execute()
    Famille.create(nom="Sans", code_abonne="200000", recherche="sans", cree_le=clock.maintenant())
    sien = perimetre.du_compte(monde.marc)
    assert {f.nom for f in Famille.select().where(*sien.familles())} == {"Da Silva", "Sans"}
    perimetre.exiger_la_famille(monde.marc, monde.dasilva.id)
    with pytest.raises(Introuvable):
        perimetre.exiger_la_famille(monde.marc, monde.moreau.id)


def test_a_demande_is_seen_by_one_of_its_lines_and_those_lines_alone_are_answered(monde, ailleurs):
    ici = demande(monde, monde.moreau, monde.lea, monde.centre, MERCREDI)
    la = demande(monde, monde.moreau, monde.lea, monde.cantine, LUNDI)
    Ligne.create(
        demande=la,
        reservation=Reservation.create(
            enfant=monde.noe, seance=monde.seance(monde.centre, MERCREDI), statut=w.RESERVATION_ATTENTE
        ),
    )
    autre = demande(monde, monde.moreau, monde.noe, monde.cantine, JEUDI)
    sien = perimetre.du_compte(monde.marc)
    assert {d.id for d in Demande.select().where(*sien.demandes())} == {ici.id, la.id}
    assert {ligne.demande_id for ligne in Ligne.select().where(*sien.lignes())} == {ici.id, la.id}
    assert Ligne.select().where(*sien.lignes()).count() == 2
    perimetre.exiger_la_demande(monde.marc, la.id)
    with pytest.raises(Introuvable):
        perimetre.exiger_la_demande(monde.marc, autre.id)


def test_what_changes_the_file_is_seen_by_whoever_sees_the_family(monde, ailleurs):
    Preinscription.delete().where(Preinscription.activite == monde.centre).execute()
    chez_moreau = demande(monde, monde.moreau, None, None, None, w.NATURE_DOSSIER)
    chez_dasilva = demande(monde, monde.dasilva, None, None, None, w.NATURE_DOSSIER)
    sien = perimetre.du_compte(monde.marc)
    assert [d.id for d in Demande.select().where(*sien.demandes())] == [chez_dasilva.id]
    assert chez_moreau.id != chez_dasilva.id


def test_an_activity_or_a_seance_of_elsewhere_does_not_exist(monde, ailleurs):
    perimetre.exiger_l_activite(monde.marc, monde.centre.id)
    perimetre.exiger_la_seance(monde.marc, monde.seance(monde.centre, MERCREDI).id)
    with pytest.raises(Introuvable):
        perimetre.exiger_l_activite(monde.marc, monde.cantine.id)
    with pytest.raises(Introuvable):
        perimetre.exiger_la_seance(monde.marc, monde.seance(monde.cantine, LUNDI).id)


def test_the_places_of_several_accounts_are_read_in_one_go(monde, ailleurs):
    assert perimetre.lieux_de([monde.marc.id, monde.sophie.id]) == {
        monde.marc.id: [ailleurs.id],
        monde.sophie.id: [],
    }
