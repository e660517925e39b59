"""A child who comes without a booking is fed, and pointed: a normal state, that takes nobody's place."""

import pytest

import workflows as w
from models import (
    Activite,
    Affectation,
    Enfant,
    Evenement,
    Lieu,
    Preinscription,
    Presence,
    Reservation,
    Seance,
)
from portail.domain import feuilles, moderation, planning
from portail.domain import lecture_pointage as lecture
from portail.domain.perimetre import LA_VILLE, du_compte
from portail.domain.pointage import pointer
from portail.domain.refus import Introuvable
from tests.formulaires import poster
from tests.monde import MAINTENANT
from tests.pointage.conftest import AUJOURDHUI, etat, geste
from tests.pointage.test_pointer import tenir


def test_a_child_who_never_asked_for_anything_is_there_and_no_place_is_counted(monde, seance):
    Seance.update(places=2).where(Seance.id == seance.id).execute()
    assert pointer(monde.animateur, seance.id, monde.noe.id, geste("present")) == "suivi"
    presence = Presence.get()
    assert (presence.enfant, presence.etat, presence.sans_reservation) == (monde.noe, "present", True)
    assert (monde.statut(monde.noe, seance), Seance.get_by_id(seance.id).prises) == (w.NON_RESERVE, 2)
    ligne = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (ligne.acte, ligne.objet, ligne.famille) == ("pointer_present", "presence", monde.moreau)
    totaux = lecture.feuille(monde.animateur, LA_VILLE, seance.id).totaux
    assert (totaux.attendus, totaux.presents, totaux.sans_reservation, totaux.restants) == (2, 1, 1, 2)
    tenir()
    for voulu in ("absent", "efface"):
        pointer(monde.animateur, seance.id, monde.noe.id, geste(voulu, "present"))
        assert Presence.select().count() == 0
        tenir()


@pytest.mark.parametrize("statut", [w.LISTE_ATTENTE, w.ABSENT])
def test_whoever_waits_on_the_list_or_told_an_absence_is_there_all_the_same(monde, seance, statut):
    Seance.update(places=2).where(Seance.id == seance.id).execute()
    monde.poser(monde.noe, seance, statut)
    assert pointer(monde.animateur, seance.id, monde.noe.id, geste("present")) == "suivi"
    assert (Presence.get().sans_reservation, monde.statut(monde.noe, seance)) == (True, statut)
    tenir()
    pointer(monde.animateur, seance.id, monde.noe.id, geste("efface", "present"))
    assert monde.statut(monde.noe, seance) == statut
    tenir()


def test_a_demande_that_waits_stays_the_agents_to_answer_and_may_still_be(monde, seance):
    soir = monde.seance(monde.soir, AUJOURDHUI)
    Seance.update(limite_reservation=MAINTENANT.replace(hour=23)).where(Seance.id == soir.id).execute()
    depot = planning.demander_reservation(monde.claire, monde.moreau, [(monde.noe.id, soir.id)])
    pointer(monde.animateur, soir.id, monde.noe.id, geste("present"))
    assert (monde.statut(monde.noe, soir), Presence.get().sans_reservation) == (w.RESERVATION_ATTENTE, True)
    moderation.accepter(monde.sophie, depot.demande.id)
    assert (monde.statut(monde.noe, soir), etat(monde.noe, soir)) == (w.RESERVE, "present")
    tenir()
    pointer(monde.animateur, soir.id, monde.noe.id, geste("absent", "present"))
    assert (monde.statut(monde.noe, soir), Presence.get().sans_reservation) == (w.ABSENT, False)
    tenir()


@pytest.mark.parametrize("voulu", ["present", "absent"])
def test_an_absence_that_waits_for_its_answer_is_pointed_and_stays_the_agents(monde, seance, voulu):
    monde.poser(monde.noe, seance, w.ABSENCE_ATTENTE)
    pointer(monde.animateur, seance.id, monde.noe.id, geste(voulu))
    assert (etat(monde.noe, seance), monde.statut(monde.noe, seance)) == (voulu, w.ABSENCE_ATTENTE)
    feuille = lecture.feuille(monde.animateur, LA_VILLE, seance.id)
    assert feuille.totaux.sans_reservation == 0
    assert feuille.ligne(monde.noe.id).mention == "Absence demandée"


def test_any_child_in_sight_is_found_by_name_and_pointed_on_the_spot(monde, seance, connexion):
    client = connexion(monde.animateur)
    lou = monde.ines
    Enfant.update(classe="GS").where(Enfant.id == lou.id).execute()
    page = client.get(f"/agents/pointage/{seance.id}/enfants?cherche=ines%20mor").text
    assert "Inès Moreau" in page and "Présent sans réservation" in page and "GS, Groupe scolaire" in page
    assert "Tomás" not in page
    poster(client, f"/agents/pointage/{seance.id}/enfants/{lou.id}/pointage", {"voulu": "present"})
    assert Presence.get().sans_reservation
    assert "Déjà pointé" in client.get(f"/agents/pointage/{seance.id}/enfants?cherche=ines").text
    assert "Aucun enfant de ce nom" in client.get(f"/agents/pointage/{seance.id}/enfants?cherche=zzz").text
    sans_fin = client.get(f"/agents/pointage/{seance.id}/enfants?cherche={'x' * 60_000}")
    assert sans_fin.status_code == 200  # more than a pattern may hold on SQLite


def test_a_child_out_of_sight_is_neither_found_nor_pointed(monde, seance):
    port = Lieu.create(nom="École du Port")
    Affectation.create(compte=monde.animateur, lieu=monde.cantine.lieu)
    Activite.update(lieu=port).where(Activite.id != monde.cantine.id).execute()
    Enfant.update(ecole=port).where(Enfant.id == monde.tomas.id).execute()
    for table in (Reservation, Preinscription):
        table.delete().where(table.enfant == monde.tomas).execute()
    with pytest.raises(Introuvable):
        pointer(monde.animateur, seance.id, monde.tomas.id, geste("present"))
    assert lecture.chercher(du_compte(monde.animateur), "Tomas") == []
    assert [e.prenom for e in lecture.chercher(du_compte(monde.sophie), "tomas")] == ["Tomás"]


def test_on_a_sheet_that_is_open_the_child_is_read_at_once_and_the_journal_says_so(monde, seance):
    soir = monde.seance(monde.soir, AUJOURDHUI)
    monde.poser(monde.tomas, soir, w.RESERVE)
    feuilles.ouvrir(monde.animateur, soir.id)
    assert feuilles.lues(monde.animateur, soir.id) == {monde.dasilva.id}
    pointer(monde.animateur, soir.id, monde.noe.id, geste("present"))
    assert feuilles.lues(monde.animateur, soir.id) == {monde.dasilva.id, monde.moreau.id}
    pointer(monde.sophie, soir.id, monde.ines.id, geste("present"))
    assert feuilles.lues(monde.sophie, soir.id) == set()
