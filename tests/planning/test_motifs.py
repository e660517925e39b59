"""An absence: answered at once or by an agent, in time or late; billed by the reason and the moment."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Demande, Ligne, MotifAbsence, Seance
from portail import clock
from portail.domain import moderation, planning
from portail.domain.refus import Refus
from tests.actes import empreinte, lignes
from tests.invariants import fautes
from tests.monde import LUNDI

SECONDE = dt.timedelta(seconds=1)


@pytest.fixture
def seance(monde):
    """Monday's canteen, where Léa is booked."""
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    return seance


def regler(monde, **valeurs):
    Activite.update(**valeurs).where(Activite.id == monde.cantine.id).execute()


def declarer(monde, seance, **plus):
    return planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)], **plus)


@pytest.mark.parametrize(
    ("automatique", "absence_automatique", "attendu"),
    [
        (False, None, w.ABSENCE_ATTENTE),
        (True, None, w.ABSENT),
        (True, False, w.ABSENCE_ATTENTE),
        (False, True, w.ABSENT),
    ],
)
def test_absences_are_answered_like_bookings_unless_the_town_says_otherwise(
    monde, seance, automatique, absence_automatique, attendu
):
    regler(monde, automatique=automatique, absence_automatique=absence_automatique)
    declarer(monde, seance)
    assert monde.statut(monde.lea, seance) == attendu
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.noe.id, seance.id)])
    assert monde.statut(monde.noe, seance) == (w.RESERVE if automatique else w.RESERVATION_ATTENTE)
    assert fautes() == []


@pytest.mark.parametrize(
    ("facturation", "ecart", "attendue"),
    [
        ("jamais", -SECONDE, False),
        ("jamais", SECONDE, False),
        ("hors_delai", -SECONDE, False),
        ("hors_delai", 0 * SECONDE, True),
        ("hors_delai", SECONDE, True),
        ("toujours", -SECONDE, True),
        (None, -SECONDE, False),
        (None, 0 * SECONDE, True),
    ],
)
@pytest.mark.parametrize("guichet", [False, True])
def test_billed_by_the_reason_and_the_very_second(monde, seance, facturation, ecart, attendue, guichet):
    regler(monde, absence_tardive=True)
    motif = MotifAbsence.create(nom="Maladie", facturation=facturation).id if facturation else None
    with clock.figer(Seance.get_by_id(seance.id).limite_absence + ecart):
        if guichet:
            voulus = {w.NATURE_ABSENCE: [(monde.lea.id, seance.id)]}
            planning.demander_au_guichet(monde.sophie, monde.moreau, voulus, motif=motif)
        else:
            declarer(monde, seance, motif=motif)
    (ligne,) = Ligne.select()
    assert ligne.facturee is attendue
    assert fautes() == []


def test_what_the_family_was_told_does_not_change_when_the_agent_answers_late(monde, seance):
    demande = declarer(monde, seance).demande
    with clock.figer(clock.instant(LUNDI, dt.time(9))):
        moderation.accepter(monde.sophie, demande.id)
    assert [ligne.facturee for ligne in lignes(demande)] == [False]


def test_a_reason_with_a_document_goes_before_an_agent_though_absences_are_automatic(monde, seance):
    regler(monde, automatique=True)
    motif = MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    declarer(monde, seance, motif=motif.id)
    assert monde.statut(monde.lea, seance) == w.ABSENCE_ATTENTE
    assert Demande.get().piece_attendue == "Certificat médical"
    moderation.accepter(monde.sophie, Demande.get().id)
    assert (monde.statut(monde.lea, seance), Demande.get().piece_attendue) == (w.ABSENT, "")


def test_at_the_counter_the_agent_has_read_it(monde, seance):
    motif = MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    voulus = {w.NATURE_ABSENCE: [(monde.lea.id, seance.id)]}
    planning.demander_au_guichet(monde.sophie, monde.moreau, voulus, motif=motif.id)
    assert (monde.statut(monde.lea, seance), Demande.get().piece_attendue) == (w.ABSENT, "")


@pytest.mark.parametrize("actif", [False, None], ids=["no longer offered", "unknown"])
def test_a_reason_that_the_town_does_not_offer_is_refused_and_nothing_is_written(monde, seance, actif):
    motif = 999 if actif is None else MotifAbsence.create(nom="Vacances", actif=False).id
    avant = empreinte()
    with pytest.raises(Refus) as refus:
        declarer(monde, seance, motif=motif)
    assert (refus.value.champ, empreinte()) == ("motif", avant)
    assert monde.statut(monde.lea, seance) == w.RESERVE


@pytest.mark.parametrize("tardive", [False, True])
def test_late_it_is_possible_where_the_town_takes_it_and_never_once_the_seance_has_begun(
    monde, seance, tardive
):
    regler(monde, absence_tardive=tardive, absence_automatique=True)
    debut = clock.instant(LUNDI, seance.debut)
    with clock.figer(debut), pytest.raises(Refus, match="passée"):
        declarer(monde, seance)
    with clock.figer(debut - SECONDE):
        if tardive:
            declarer(monde, seance)
        else:
            with pytest.raises(Refus, match="délai"):
                declarer(monde, seance)
    assert monde.statut(monde.lea, seance) == (w.ABSENT if tardive else w.RESERVE)
