"""An agent accepts: the activity comes on the planning, the days asked for are booked, or wait."""

import datetime as dt

import pytest

import workflows as w
from models import Courriel, Demande, Ligne, Reservation, Seance
from portail import clock
from portail.domain import lecture_planning, moderation, preinscriptions
from portail.domain.refus import Refus
from tests.invariants import fautes
from tests.preinscriptions.souhaits import AU, DU, atelier, jours_de, souhait, statuts


@pytest.fixture
def theatre(monde):
    return atelier(monde)


def test_sans_jours_l_activite_vient_au_planning_non_reservee(monde, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    assert not [
        c
        for c in lecture_planning.planning(monde.moreau, DU, AU, regard=None).creneaux()
        if c.seance.activite.id == theatre.id
    ]
    moderation.accepter(monde.sophie, demande.id)
    creneaux = [
        c
        for c in lecture_planning.planning(monde.moreau, DU, AU, regard=None).creneaux()
        if c.seance.activite.id == theatre.id
    ]
    assert [c.seance.jour for c in creneaux] == jours_de(theatre)
    assert {(c.enfant.prenom, c.statut) for c in creneaux} == {("Léa", w.NON_RESERVE)}
    assert Demande.get_by_id(demande.id).statut == w.ACCEPTEE
    assert fautes() == []


def test_les_jours_demandes_sont_reserves(monde, theatre):
    jours = jours_de(theatre)[1:4]
    voulu = souhait(theatre, monde.lea, monde.noe, jours=jours)
    demande = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    assert Reservation.select().count() == 0
    moderation.accepter(monde.sophie, demande.id)
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE, "Noé": w.RESERVATION_POSSIBLE}
    pris = [(r.enfant.prenom, r.seance.jour, r.statut) for r in Reservation.select().order_by(Reservation.id)]
    assert sorted(pris) == sorted((qui, jour, w.RESERVE) for qui in ("Léa", "Noé") for jour in jours)
    assert {s.prises for s in Seance.select().where(Seance.activite == theatre, Seance.jour.in_(jours))} == {
        2
    }
    assert fautes() == []


def test_un_jour_complet_met_le_dernier_enfant_en_liste(monde):
    theatre = atelier(monde, places=1)
    jours = jours_de(theatre)[1:3]
    demande = preinscriptions.deposer(
        monde.claire, monde.moreau, souhait(theatre, monde.noe, monde.lea, jours=jours)
    )
    moderation.accepter(monde.sophie, demande.id)
    pris = {(r.enfant.prenom, r.statut) for r in Reservation.select()}
    assert pris == {("Léa", w.RESERVE), ("Noé", w.LISTE_ATTENTE)}
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert "En liste d’attente : vendredi 4 décembre et mercredi 9 décembre." in courriel.corps
    assert fautes() == []


def test_un_jour_passe_entre_temps_n_est_pas_reserve_et_c_est_dit(monde, theatre):
    jours = jours_de(theatre)[1:3]
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, jours=jours))
    with clock.figer(dt.datetime.combine(jours[1], dt.time(8), clock.PARIS)):
        moderation.accepter(monde.sophie, demande.id)
    assert [r.seance.jour for r in Reservation.select() if r.statut == w.RESERVE] == [jours[1]]
    corps = Courriel.get(Courriel.cle.startswith("reponse:")).corps
    assert "Non réservé : vendredi 4 décembre (Séance passée)." in corps
    assert fautes() == []


def test_un_enfant_apres_l_autre(monde, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))
    lea, noe = (ligne.id for ligne in Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id))
    moderation.accepter(monde.sophie, demande.id, [lea])
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE, "Noé": w.DEMANDE_EN_COURS}
    moderation.refuser(monde.sophie, demande.id, "Activité complète", [noe])
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE, "Noé": w.REFUSEE}
    assert Demande.get_by_id(demande.id).statut == w.ACCEPTEE_EN_PARTIE
    assert fautes() == []


def test_what_is_wholly_past_is_no_longer_accepted_and_its_last_day_still_is(monde, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    lendemain = dt.datetime.combine(AU + dt.timedelta(1), dt.time(8), clock.PARIS)
    trop_tard = pytest.raises(Refus, match="est finie depuis le 18 décembre 2026. Cette ligne ne peut")
    with clock.figer(lendemain), trop_tard:
        moderation.accepter(monde.sophie, demande.id)
    with clock.figer(dt.datetime.combine(AU, dt.time(8), clock.PARIS)):
        moderation.accepter(monde.sophie, demande.id)
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE}
