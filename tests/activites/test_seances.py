"""One séance: set for its day, added out of the pattern."""

import datetime as dt

import pytest

import workflows as w
from models import Calendrier, Courriel, Evenement, Seance
from portail import clock
from portail.domain import annulation_de_seances, seances
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.seances import Reglage
from tests import actes
from tests.activites.outils import limiter, sains
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

SOIR = (dt.time(16, 30), dt.time(18, 30))


def regler(agent, seance: Seance, *quoi):
    """Shown, then confirmed."""
    reglage = Reglage(*quoi)
    return seances.regler(agent, seance.id, reglage, seances.prevoir(agent, seance.id, reglage).empreinte)


def test_more_places_that_day_go_at_once_to_who_waits(monde):
    lundi = monde.seance(monde.soir, LUNDI)
    Seance.update(places=1).where(Seance.id == lundi.id).execute()
    monde.poser(monde.tomas, lundi, w.RESERVE)
    monde.poser(monde.lea, lundi, w.LISTE_ATTENTE)
    effet = seances.prevoir(monde.gestionnaire, lundi.id, Reglage(*SOIR, 5))
    assert (effet.servis, effet.changement.places, bool(effet.touches)) == (1, True, False)
    regler(monde.gestionnaire, lundi, *SOIR, 5)
    assert monde.statut(monde.lea, lundi) == w.RESERVE
    assert Seance.get_by_id(lundi.id).mouvements > lundi.mouvements
    assert Seance.get_by_id(monde.seance(monde.soir, JEUDI).id).places == 10
    (ligne,) = Evenement.select().where(Evenement.acte == "seance_reglee")
    assert ligne.detail == "lundi 7 décembre 2026 ; 5 places, au lieu de 1"
    sains()


def test_fewer_than_are_taken_are_refused_with_who(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, lundi, w.RESERVE)
    with pytest.raises(Refus, match=r"2 enfants ont déjà une place \(Léa Moreau et Noé Moreau\)") as refus:
        regler(monde.gestionnaire, lundi, lundi.debut, lundi.fin, 1)
    assert (refus.value.champ, Seance.get_by_id(lundi.id).places) == ("places", 60)


def test_other_hours_that_day_are_told_and_move_the_deadlines(monde):
    lundi = monde.seance(monde.soir, LUNDI)
    demande = actes.demander(monde, (monde.lea, lundi))
    regler(monde.gestionnaire, lundi, dt.time(11), dt.time(12), 10)
    lue = Seance.get_by_id(lundi.id)
    assert (lue.debut, lue.fin) == (dt.time(11), dt.time(12))
    courriel = Courriel.get(Courriel.cle.startswith("horaires:"))
    assert "Léa, le lundi 7 décembre : 11 h – 12 h, au lieu de 16 h 30 – 18 h 30" in courriel.corps
    assert demande.a_traiter_avant == lue.limite_reservation
    sains()


def test_a_seance_of_the_past_of_today_or_cancelled_does_not_change(monde):
    for jour in (HIER, clock.aujourdhui()):
        seance = monde.seance(monde.cantine, jour)
        with pytest.raises(Refus, match="ne se change plus"):
            regler(monde.gestionnaire, seance, seance.debut, seance.fin, 61)
    lundi = monde.seance(monde.cantine, LUNDI)
    annulation_de_seances.annuler(monde.gestionnaire, [lundi.id], "Grève")
    with pytest.raises(Refus, match="annulée : Grève"):
        regler(monde.gestionnaire, lundi, lundi.debut, lundi.fin, 61)


def test_what_moves_meanwhile_is_shown_again_and_what_stands_is_harmless(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    reglage = Reglage(lundi.debut, lundi.fin, 61)
    vu = seances.prevoir(monde.gestionnaire, lundi.id, reglage).empreinte
    monde.poser(monde.lea, lundi, w.RESERVE)
    with pytest.raises(DejaChange):
        seances.regler(monde.gestionnaire, lundi.id, reglage, vu)
    assert regler(monde.gestionnaire, lundi, lundi.debut, lundi.fin, 60).rien
    assert not Evenement.select().where(Evenement.objet == "activite").exists()


def test_one_more_seance_is_booked_like_any_other(monde):
    samedi = dt.date(2026, 12, 12)
    seance = seances.ajouter(monde.gestionnaire, monde.centre.id, samedi, Reglage(dt.time(9), dt.time(12), 8))
    assert (seance.places, seance.limite_reservation) == (8, clock.instant(dt.date(2026, 12, 3), dt.time(12)))
    demande = actes.demander(monde, (monde.lea, seance))
    assert demande.a_traiter_avant == seance.limite_reservation
    (ligne,) = Evenement.select().where(Evenement.acte == "seance_ajoutee")
    assert ligne.detail == "samedi 12 décembre 2026, 9 h – 12 h, 8 places"
    sains()


@pytest.mark.parametrize(
    ("jour", "debut", "champ"),
    [(MERCREDI, 8, "debut"), (HIER, 9, "jour"), (dt.date(2027, 8, 4), 9, "jour"), (JEUDI, 18, "jour")],
)
def test_a_seance_that_cannot_be_is_told_beside_its_field(monde, jour, debut, champ):
    Calendrier.create(genre="fermeture", nom="Travaux", debut=JEUDI, fin=JEUDI)
    with pytest.raises(Refus) as refus:
        seances.ajouter(monde.gestionnaire, monde.centre.id, jour, Reglage(dt.time(debut), dt.time(19), 8))
    assert refus.value.champ == champ


def test_neither_strangers_nor_other_places(monde):
    lundi, reglage = monde.seance(monde.cantine, LUNDI), Reglage(dt.time(9), dt.time(10), 8)
    for qui in (monde.claire, monde.sophie, monde.animateur):
        with pytest.raises(Interdit):
            regler(qui, lundi, lundi.debut, lundi.fin, 61)
        with pytest.raises(Interdit):
            seances.ajouter(qui, monde.cantine.id, LUNDI, reglage)
    limiter(monde.gestionnaire)
    with pytest.raises(Introuvable):
        regler(monde.gestionnaire, lundi, lundi.debut, lundi.fin, 61)
    with pytest.raises(Introuvable):
        seances.ajouter(monde.gestionnaire, monde.cantine.id, LUNDI, reglage)
