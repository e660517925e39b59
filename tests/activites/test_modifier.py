"""An activity is changed, and its coming séances follow; what families have is kept, told, or cancelled."""

import datetime as dt
import re

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Activite,
    Courriel,
    Delai,
    Demande,
    Evenement,
    Horaire,
    RegleDeReponse,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import activites, regles_de_reponse
from portail.domain.pointage import Geste, pointer
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.regles_de_reponse import Conditions
from tests import actes
from tests.activites.outils import (
    DEMAIN,
    creer,
    limiter,
    modifier,
    origine,
    plage,
    projet_de,
    sains,
    un_stage,
)
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI


def heures(seance: Seance) -> tuple[str, str]:
    lue = Seance.get_by_id(seance.id)
    return f"{lue.debut:%H:%M}", f"{lue.fin:%H:%M}"


def courriels(debut: str) -> list[Courriel]:
    return list(Courriel.select().where(Courriel.cle.startswith(debut)).order_by(Courriel.id))


def test_a_name_touches_no_seance_and_is_written_with_its_journal_line(monde):
    effet = modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, nom="Restaurant scolaire"))
    assert (effet.a_montrer, effet.sur_des_seances) == (False, False)
    ligne = Evenement.get(Evenement.objet == "activite")
    assert ligne.detail == "Nom : « Restaurant scolaire » (avant : « Cantine »)"
    assert Seance.select().where(Seance.mouvements > 0).count() == 0


def test_saving_what_stands_already_is_harmless(monde):
    assert modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine)).rien
    assert not Evenement.select().exists()


def test_other_hours_move_the_coming_seances_and_the_families_are_told(monde):
    lundi, hier = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, lundi, w.RESERVE)
    monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.ABSENT)
    monde.poser(monde.tomas, hier, w.PRESENT)
    plages = (plage("11:45", "13:45", origine=origine(monde.cantine)),)
    projet = projet_de(monde.cantine, plages=plages)
    effet = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet)
    assert [t.enfant for t in effet.deplaces.enfants] == ["Léa Moreau"]
    assert effet.deplaces.en_mots == "1 famille, 1 enfant : 1 jour réservé"
    modifier(monde.gestionnaire, monde.cantine, projet)
    assert (heures(lundi), heures(hier)) == (("11:45", "13:45"), ("11:30", "13:30"))
    assert monde.statut(monde.lea, lundi) == w.RESERVE
    (courriel,) = courriels("horaires:")
    assert courriel.destinataire == "famille@example.org"
    assert "Léa, le lundi 7 décembre : 11 h 45 – 13 h 45, au lieu de 11 h 30 – 13 h 30" in courriel.corps
    assert Seance.get_by_id(lundi.id).mouvements > lundi.mouvements
    assert {h.debut for h in Horaire.select().where(Horaire.activite == monde.cantine)} == {dt.time(11, 45)}
    sains()


def test_two_lines_may_take_each_others_hour(monde):
    plages = (plage("11:30", "12:30", 30), plage("12:30", "13:30", 30))
    modifier(
        monde.gestionnaire, monde.cantine, projet_de(monde.cantine, plages=plages), motif="Deux services"
    )
    premier, second = ([h.id for h in _horaires(monde, heure)] for heure in ((11, 30), (12, 30)))
    tot = Seance.get(activite=monde.cantine, jour=LUNDI, debut=dt.time(11, 30))
    echangees = (plage("12:30", "13:30", 30, origine=premier), plage("11:30", "12:30", 30, origine=second))
    modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, plages=echangees))
    assert heures(tot) == ("12:30", "13:30")
    sains()


def _horaires(monde, heure) -> list[Horaire]:
    return list(Horaire.select().where(Horaire.activite == monde.cantine, Horaire.debut == dt.time(*heure)))


def test_more_places_go_at_once_to_who_waits_in_their_order(monde):
    lundi = monde.seance(monde.soir, LUNDI)
    Seance.update(places=1).where(Seance.activite == monde.soir).execute()
    Horaire.update(places=1).where(Horaire.activite == monde.soir).execute()
    monde.poser(monde.tomas, lundi, w.RESERVE)
    for enfant in (monde.noe, monde.lea):
        monde.poser(enfant, lundi, w.LISTE_ATTENTE)
    plages = (plage("16:30", "18:30", 2, origine=origine(monde.soir)),)
    effet = modifier(monde.gestionnaire, monde.soir, projet_de(monde.soir, plages=plages))
    assert len(effet.autres_places) == 10
    assert [monde.statut(e, lundi) for e in (monde.noe, monde.lea)] == [w.RESERVE, w.LISTE_ATTENTE]
    assert len(courriels("promotion:")) == 1
    sains()


def test_fewer_places_than_are_taken_are_refused_unless_the_taken_ones_are_kept(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, lundi, w.RESERVE)
    projet = projet_de(monde.cantine, plages=(plage(places=1, origine=origine(monde.cantine)),))
    with pytest.raises(Refus, match="lundi 7 décembre, 2 enfants ont déjà une place") as refus:
        modifier(monde.gestionnaire, monde.cantine, projet)
    assert refus.value.champ == "garder"
    assert Seance.get_by_id(jeudi.id).places == 60
    modifier(monde.gestionnaire, monde.cantine, projet, garder=True)
    assert (Seance.get_by_id(lundi.id).places, Seance.get_by_id(jeudi.id).places) == (2, 1)
    sains()


def test_what_was_set_by_hand_for_a_day_stays(monde):
    Seance.update(places=12).where(Seance.id == monde.seance(monde.cantine, LUNDI)).execute()
    Seance.update(fin=dt.time(12, 30)).where(Seance.id == monde.seance(monde.cantine, JEUDI)).execute()
    plages = (plage("11:45", "13:45", 50, origine=origine(monde.cantine)),)
    modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, plages=plages))
    lundi = Seance.get(activite=monde.cantine, jour=LUNDI)
    jeudi = Seance.get(activite=monde.cantine, jour=JEUDI)
    assert (lundi.places, lundi.debut) == (12, dt.time(11, 45))
    assert (jeudi.places, jeudi.debut, jeudi.fin) == (50, dt.time(11, 30), dt.time(12, 30))


def test_a_day_less_takes_away_what_nobody_booked_and_cancels_the_rest_with_its_reason(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    creneau = monde.poser(monde.lea, lundi, w.RESERVE)
    actes.demander(monde, (monde.noe, lundi))
    projet = projet_de(monde.cantine, plages=(plage(jours=(1, 3, 4), origine=origine(monde.cantine)),))
    effet = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet)
    assert ([s.jour for s in effet.seances.retirees], effet.motif_requis) == (
        [LUNDI, LUNDI + dt.timedelta(7)],
        True,
    )
    assert [t.en_mots for t in effet.annules.enfants] == ["1 jour réservé", "1 jour demandé, sans réponse"]
    with pytest.raises(Refus) as refus:
        modifier(monde.gestionnaire, monde.cantine, projet)
    assert refus.value.champ == "motif"
    assert monde.statut(monde.lea, lundi) == w.RESERVE
    modifier(monde.gestionnaire, monde.cantine, projet, motif="Plus de service le lundi")
    assert actes.statut(creneau) == w.NON_RESERVE
    assert Seance.get_by_id(lundi.id).annulee == "Plus de service le lundi"
    assert (
        not Seance.select()
        .where(Seance.jour == LUNDI + dt.timedelta(7), Seance.activite == monde.cantine)
        .exists()
    )
    assert "Plus de service le lundi" in courriels("fermeture:")[0].corps
    sains()


def test_longer_dates_make_the_seances_that_they_add_and_no_other(monde):
    modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, fin=dt.date(2026, 12, 18)))
    sains()  # who is registered until July still is, should it last as long again
    Seance.delete().where(Seance.activite == monde.cantine, Seance.jour == JEUDI).execute()
    effet = modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, fin=dt.date(2027, 1, 5)))
    assert [ligne["jour"] for ligne in effet.seances.creees] == [dt.date(2027, 1, 4), dt.date(2027, 1, 5)]
    assert not Seance.select().where(Seance.activite == monde.cantine, Seance.jour == JEUDI).exists()


def test_another_deadline_is_computed_again_for_coming_seances_and_for_what_waits(monde):
    lundi, hier = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, HIER)
    demande = actes.demander(monde, (monde.lea, lundi))
    projet = projet_de(monde.cantine, delai_reservation=Delai("jours", 2, dt.time(9)))
    effet = modifier(monde.gestionnaire, monde.cantine, projet)
    attendue = clock.instant(LUNDI - dt.timedelta(2), dt.time(9))
    assert Seance.get_by_id(lundi.id).limite_reservation == attendue
    assert Seance.get_by_id(lundi.id).limite_absence == lundi.limite_absence
    assert Seance.get_by_id(hier.id).limite_reservation == hier.limite_reservation
    assert Demande.get_by_id(demande.id).a_traiter_avant == attendue
    assert effet.autres_limites and not effet.fermees_a_la_reservation


def test_a_deadline_that_falls_at_once_is_told(monde):
    projet = projet_de(monde.cantine, delai_reservation=Delai("jours", 60, dt.time(9)))
    effet = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet)
    assert effet.fermees_a_la_reservation == 8  # the week of 7 December, and the next: today is the 1st


def test_what_moves_between_the_forecast_and_the_act_is_shown_again(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    projet = projet_de(monde.cantine, plages=(plage("11:45", "13:45", origine=origine(monde.cantine)),))
    vu = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet).empreinte
    monde.poser(monde.lea, lundi, w.RESERVE)
    with pytest.raises(DejaChange):
        activites.modifier(monde.gestionnaire, monde.cantine.id, projet, vu)
    assert heures(lundi) == ("11:30", "13:30")


def test_two_who_change_it_at_once_leave_what_the_first_wrote(monde):
    projet = projet_de(monde.cantine, age_max=11)
    vu = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet).empreinte
    modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, rang=4))
    with pytest.raises(DejaChange):
        activites.modifier(monde.gestionnaire, monde.cantine.id, projet, vu)
    assert (monde.cantine.rang, monde.cantine.age_max) == (4, 17)


def test_an_hour_that_another_seance_has_that_day_is_to_be_changed_first(monde):
    limite = monde.seance(monde.cantine, LUNDI).limite_reservation
    Seance.create(
        activite=monde.cantine, jour=LUNDI, debut=dt.time(11, 45), fin=dt.time(12), places=1,
        limite_reservation=limite, limite_absence=limite,
    )  # fmt: skip
    projet = projet_de(monde.cantine, plages=(plage("11:45", "13:45", origine=origine(monde.cantine)),))
    with pytest.raises(Refus, match="lundi 7 décembre, une autre séance commence déjà à 11 h 45"):
        modifier(monde.gestionnaire, monde.cantine, projet)


@pytest.mark.parametrize(
    ("qui", "erreur"), [("claire", Interdit), ("sophie", Interdit), ("animateur", Interdit)]
)
def test_who_does_not_set_the_portal_up_changes_nothing(monde, qui, erreur):
    with pytest.raises(erreur):
        modifier(getattr(monde, qui), monde.cantine, projet_de(monde.cantine, nom="Autre"))
    with pytest.raises(erreur):
        activites.modifier(getattr(monde, qui), monde.cantine.id, projet_de(monde.cantine, nom="Autre"), "")


def test_what_is_out_of_ones_places_does_not_exist(monde):
    sien = limiter(monde.gestionnaire)
    with pytest.raises(Introuvable):
        modifier(monde.gestionnaire, monde.cantine, projet_de(monde.cantine, nom="Autre"))
    with pytest.raises(Introuvable):
        activites.modifier(monde.gestionnaire, monde.cantine.id, projet_de(monde.cantine), "")
    Activite.update(lieu=sien).where(Activite.id == monde.centre.id).execute()
    modifier(monde.gestionnaire, monde.centre, projet_de(monde.centre, rang=2))
    with pytest.raises(Refus) as refus:
        modifier(monde.gestionnaire, monde.centre, projet_de(monde.centre, lieu_id=monde.cantine.lieu_id))
    assert refus.value.champ == "lieu_id"


def test_missing_seances_are_made_once_they_were_announced(monde):
    Seance.delete().where(Seance.activite == monde.centre, Seance.jour == MERCREDI).execute()
    manquantes = activites.seances_manquantes(monde.centre, activites.horaires_de(monde.centre.id))
    assert min(ligne["jour"] for ligne in manquantes) >= DEMAIN
    with pytest.raises(DejaChange):
        activites.completer(monde.gestionnaire, monde.centre.id, len(manquantes) - 1)
    assert activites.completer(monde.gestionnaire, monde.centre.id, len(manquantes)) == len(manquantes)
    assert Seance.get(activite=monde.centre, jour=MERCREDI).places == 24
    assert activites.completer(monde.gestionnaire, monde.centre.id, 0) == 0


def test_an_activity_that_nobody_used_goes_and_one_that_serves_stays(monde):
    with pytest.raises(Refus, match="pré-inscrits"):
        activites.supprimer(monde.gestionnaire, monde.cantine.id)
    stage = creer(monde.gestionnaire, un_stage(monde.cantine.lieu))
    assert activites.supprimer(monde.gestionnaire, stage.id) == "Stage de voile"
    assert not Activite.select().where(Activite.id == stage.id).exists()
    assert Evenement.select().where(Evenement.acte == "activite_supprimee").count() == 1


def test_with_a_rule_of_answer_it_goes_too_and_once_somebody_was_pointed_there_it_stays(monde):
    stage = creer(monde.gestionnaire, un_stage(monde.cantine.lieu))
    regles_de_reponse.creer(monde.gestionnaire, stage.id, w.NATURE_RESERVATION, Conditions())
    assert activites.supprimer(monde.gestionnaire, stage.id) == "Stage de voile"
    assert not RegleDeReponse.select().exists()
    stage = creer(monde.gestionnaire, un_stage(monde.cantine.lieu))
    seance = Seance.select().where(Seance.activite == stage.id).order_by(Seance.jour).first()
    with clock.figer(clock.instant(seance.jour, seance.debut)):
        pointer(monde.animateur, seance.id, monde.lea.id, Geste("present"))
        pointer(monde.animateur, seance.id, monde.lea.id, Geste("efface", "present"))
        with pytest.raises(Refus, match="ou pointées"):
            activites.supprimer(monde.gestionnaire, stage.id)


def test_a_year_of_bookings_takes_no_query_per_row(monde):
    """The same act on a few bookings and on many: the same number of statements, but for lots."""
    compte = []
    for enfants in ((monde.lea,), (monde.lea, monde.noe, monde.ines, monde.tomas)):
        for seance in Seance.select().where(Seance.activite == monde.cantine, Seance.jour >= DEMAIN):
            for enfant in enfants:
                if (
                    not Reservation.select()
                    .where(Reservation.enfant == enfant, Reservation.seance == seance)
                    .exists()
                ):
                    monde.poser(enfant, seance, w.RESERVE)
        minute = 45 if len(enfants) == 1 else 50
        plages = (plage(f"11:{minute}", f"13:{minute}", 40, origine=origine(monde.cantine)),)
        projet = projet_de(monde.cantine, plages=plages)
        vu = activites.prevoir(monde.gestionnaire, monde.cantine.id, projet).empreinte
        with count_queries() as requetes:
            activites.modifier(monde.gestionnaire, monde.cantine.id, projet, vu)
        compte.append(requetes.count)
    assert compte[1] <= compte[0]
    assert re.match(r"horaires:\d+:", courriels("horaires:")[-1].cle)
    sains()
