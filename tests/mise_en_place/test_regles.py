"""The rules by which the town accepts by itself: written, tried, switched on, applied in the deposit."""

import pytest

import workflows as w
from models import (
    ContactHabilite,
    Courriel,
    Demande,
    Evenement,
    MotifAbsence,
    RegleDeReponse,
)
from portail.domain import moderation, planning, preinscriptions, regles_de_reponse
from portail.domain.perimetre import LA_VILLE
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.regles_de_reponse import Conditions
from tests.actes import demander, empreinte, en_liste, lignes, places, prises, statut
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI
from tests.preinscriptions.souhaits import atelier, jours_de, souhait


def regle(monde, activite, nature=w.NATURE_RESERVATION, active=True, **conditions) -> int:
    ident = regles_de_reponse.creer(monde.gestionnaire, activite.id, nature, Conditions(**conditions))
    if active:
        allumer(monde, ident)
    return ident


def allumer(monde, ident: int) -> None:
    vue = regles_de_reponse.lire(ident, LA_VILLE)
    regles_de_reponse.allumer(monde.gestionnaire, ident, vue.empreinte)


def contacter(enfant) -> None:
    ContactHabilite.create(enfant=enfant, prenom="Jeanne", nom="Moreau", telephone="02 61 91 40 12")


# ——— applied ———


def test_a_booking_that_meets_the_rule_is_accepted_at_once_by_the_portal_with_the_rule_in_the_journal(monde):
    ident, lundi = regle(monde, monde.cantine, places_min=5), monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, lundi))
    assert (statut(demande), monde.statut(monde.lea, lundi), prises(lundi)) == (w.ACCEPTEE, w.RESERVE, 1)
    ecrites = Evenement.select().where(Evenement.demande == demande, Evenement.acte == w.ACCEPTER)
    assert {(e.auteur_id, e.detail) for e in ecrites if e.objet != "demande"} == {
        (None, f"règle n° {ident} : Cantine, réservation, s’il reste au moins 5 places sur chaque séance")
    }
    assert Demande.get_by_id(demande.id).agent is None
    (courriel,) = Courriel.select()
    assert courriel.sujet.startswith("Votre demande est acceptée")
    assert fautes() == []


def test_what_does_not_meet_it_waits_for_an_agent_in_the_same_demande(monde):
    regle(monde, monde.cantine, places_min=2)
    lundi, jeudi = places(monde.seance(monde.cantine, LUNDI), 2), monde.seance(monde.cantine, JEUDI)
    demande = demander(monde, (monde.lea, lundi), (monde.noe, lundi), (monde.ines, jeudi))
    assert [monde.statut(e, lundi) for e in (monde.lea, monde.noe)] == [w.RESERVE, w.RESERVATION_ATTENTE]
    assert (monde.statut(monde.ines, jeudi), statut(demande)) == (w.RESERVE, w.EN_ATTENTE)
    sujets = sorted(c.sujet.split(" (")[0] for c in Courriel.select())
    assert sujets == ["Votre demande est acceptée", "Votre demande est bien arrivée"]
    assert fautes() == []
    moderation.accepter(monde.sophie, demande.id)
    assert (statut(demande), fautes()) == (w.ACCEPTEE, [])


def test_nobody_goes_before_those_who_wait_already(monde):
    regle(monde, monde.cantine)
    lundi = places(monde.seance(monde.cantine, LUNDI), 5)
    en_liste(monde, (monde.tomas, lundi))
    assert statut(demander(monde, (monde.lea, lundi))) == w.EN_ATTENTE


def test_brothers_and_sisters_together_or_not_at_all(monde):
    regle(monde, monde.cantine)
    voeux = [(e.id, places(monde.seance(monde.cantine, LUNDI), 1).id) for e in (monde.lea, monde.noe)]
    depot = planning.demander_reservation(monde.claire, monde.moreau, voeux, ensemble=True)
    assert {ligne.statut for ligne in lignes(depot.demande)} == {w.EN_ATTENTE}


def test_a_file_that_misses_a_part_waits(monde):
    regle(monde, monde.cantine, dossier=("contacts",))
    lundi = monde.seance(monde.cantine, LUNDI)
    contacter(monde.noe)
    assert statut(demander(monde, (monde.lea, lundi))) == w.EN_ATTENTE
    assert statut(demander(monde, (monde.noe, lundi))) == w.ACCEPTEE


def test_an_absence_before_its_deadline_frees_its_place_at_once_for_who_waits(monde):
    regle(monde, monde.cantine, w.NATURE_ABSENCE)
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.lea, lundi, w.RESERVE)
    en_liste(monde, (monde.tomas, lundi))
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, lundi.id)])
    assert [monde.statut(e, lundi) for e in (monde.lea, monde.tomas)] == [w.ABSENT, w.RESERVE]
    assert fautes() == []


def test_an_absence_with_a_document_to_read_waits(monde):
    regle(monde, monde.cantine, w.NATURE_ABSENCE)
    motif = MotifAbsence.create(nom="Maladie", justificatif="Certificat médical")
    lundi = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, lundi, w.RESERVE)
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, lundi.id)], motif=motif.id)
    assert monde.statut(monde.lea, lundi) == w.ABSENCE_ATTENTE


def test_a_pre_registration_with_its_days_is_accepted_whole_or_waits(monde):
    theatre = atelier(monde, places=2)
    regle(monde, theatre, w.NATURE_PREINSCRIPTION, places_min=2)
    jours = jours_de(theatre)
    acceptee = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, jours=jours))
    assert statut(acceptee) == w.ACCEPTEE
    assert {s.prises for s in theatre.seances if s.jour in jours} == {1}
    attend = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.noe, jours=jours))
    assert statut(attend) == w.EN_ATTENTE, "one place is left, two are asked for"
    sujets = [c.sujet for c in Courriel.select().order_by(Courriel.id)]
    assert [s.split(" (")[0] for s in sujets] == [
        "Votre demande est acceptée",
        "Votre demande est bien arrivée",
    ]
    assert fautes() == []


@pytest.mark.parametrize(
    ("activite", "plus"),
    [({}, {"remarques": "Il sera accompagné."}), ({"pieces": "Attestation d’assurance"}, {})],
    ids=["a word to read", "a document that has not come"],
)
def test_a_pre_registration_that_an_agent_has_to_read_waits(monde, activite, plus):
    theatre = atelier(monde, **activite)
    regle(monde, theatre, w.NATURE_PREINSCRIPTION, dossier=("pieces",))
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, **plus))
    assert statut(demande) == w.EN_ATTENTE


# ——— written, switched on and off ———


def test_a_rule_answers_only_once_it_is_on_and_no_more_once_it_is_off(monde):
    ident, lundi = regle(monde, monde.cantine, active=False), monde.seance(monde.cantine, LUNDI)
    assert statut(demander(monde, (monde.lea, lundi))) == w.EN_ATTENTE
    allumer(monde, ident)
    allumer(monde, ident)
    assert statut(demander(monde, (monde.noe, lundi))) == w.ACCEPTEE
    regles_de_reponse.eteindre(monde.gestionnaire, ident)
    assert statut(demander(monde, (monde.ines, lundi))) == w.EN_ATTENTE
    actes = [e.acte for e in Evenement.select().where(Evenement.objet == "regle_de_reponse")]
    assert actes == ["regle_ecrite", "regle_activee", "regle_arretee"]


def test_changed_it_is_off_until_it_is_tried_again(monde):
    ident = regle(monde, monde.cantine)
    vue = regles_de_reponse.lire(ident, LA_VILLE)
    regles_de_reponse.changer(monde.gestionnaire, ident, vue.conditions)
    assert RegleDeReponse.get_by_id(ident).active, "the same is no change"
    regles_de_reponse.changer(monde.gestionnaire, ident, Conditions(places_min=9))
    assert not RegleDeReponse.get_by_id(ident).active
    with pytest.raises(DejaChange, match="a changé depuis l’essai"):
        regles_de_reponse.allumer(monde.gestionnaire, ident, vue.empreinte)


@pytest.mark.parametrize(
    ("nature", "conditions", "champ"),
    [
        (w.NATURE_DOSSIER, {}, "nature"),
        (w.NATURE_RESERVATION, {"places_min": 0}, "places_min"),
        (w.NATURE_RESERVATION, {"dossier": ("pieces",)}, "dossier"),
        (w.NATURE_RESERVATION, {"dossier": ("inconnue",)}, "dossier"),
    ],
)
def test_what_makes_no_rule_is_told_beside_its_field(monde, nature, conditions, champ):
    avant = empreinte()
    with pytest.raises(Refus) as refus:
        regles_de_reponse.creer(monde.gestionnaire, monde.cantine.id, nature, Conditions(**conditions))
    assert (refus.value.champ, empreinte()) == (champ, avant)


def test_one_rule_an_activity_and_a_nature_written_by_who_sets_the_portal_up(monde):
    ident = regle(monde, monde.cantine)
    with pytest.raises(DejaChange, match="déjà une règle"):
        regle(monde, monde.cantine)
    with pytest.raises(Interdit):
        regles_de_reponse.creer(monde.sophie, monde.soir.id, w.NATURE_ABSENCE, Conditions())
    for acte in (
        lambda: regles_de_reponse.eteindre(monde.sophie, ident),
        lambda: regles_de_reponse.changer(monde.sophie, ident, Conditions()),
    ):
        with pytest.raises(Interdit):
            acte()
    with pytest.raises(Introuvable):
        regles_de_reponse.eteindre(monde.gestionnaire, 999_999)
