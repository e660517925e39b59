"""Many créneaux at once: both natures in one transaction, and a number of statements that does not grow."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Courriel, Demande, Evenement, Horaire, Ligne, Seance, db
from portail.domain import moderation, planning
from portail.domain.calendrier import creer_seances
from portail.domain.refus import Refus
from tests.actes import empreinte
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI


def test_bookings_and_absences_are_asked_together_a_demande_each(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, lundi, w.RESERVE)
    reservations, absences = planning.demander(
        monde.claire,
        monde.moreau,
        {
            w.NATURE_RESERVATION: [(monde.lea.id, jeudi.id), (monde.noe.id, lundi.id)],
            w.NATURE_ABSENCE: [(monde.lea.id, lundi.id)],
        },
    )
    assert [d.nature for d in Demande.select().order_by(Demande.nature)] == ["absence", "reservation"]
    assert (len(reservations.retenus), len(absences.retenus)) == (2, 1)
    assert fautes() == []


def test_what_is_refused_of_one_nature_does_not_hold_back_the_other(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    reservations, absences = planning.demander(
        monde.claire,
        monde.moreau,
        {w.NATURE_RESERVATION: [(monde.noe.id, lundi.id)], w.NATURE_ABSENCE: [(monde.lea.id, lundi.id)]},
    )
    assert len(reservations.retenus) == 1
    ((voeu, phrase),) = absences.refuses
    assert voeu == (monde.lea.id, lundi.id) and "Rien n’est réservé" in phrase
    assert Demande.select().count() == 1


def test_nothing_possible_of_either_is_refused_and_nothing_is_written(monde):
    hier = Seance.select().order_by(Seance.jour).first()
    avant = empreinte()
    with pytest.raises(Refus):
        planning.demander(
            monde.claire,
            monde.moreau,
            {w.NATURE_RESERVATION: [(monde.noe.id, hier.id)], w.NATURE_ABSENCE: [(monde.lea.id, hier.id)]},
        )
    assert empreinte() == avant


@pytest.fixture
def ordres(base, monkeypatch):
    """Counts the statements of an act: `ordres(acte)`."""
    executer, faits = db.obj.execute_sql, []

    def compter(sql, *valeurs, **options):
        faits.append(sql)
        return executer(sql, *valeurs, **options)

    def mesurer(acte):
        faits.clear()
        acte()
        return len(faits)

    monkeypatch.setattr(db.obj, "execute_sql", compter)
    return mesurer


@pytest.fixture
def longue(monde):
    """The canteen of every weekday until July: more than a hundred séances a child."""
    Activite.update(automatique=True).where(Activite.id == monde.matin.id).execute()
    for activite in (monde.matin, monde.cantine):
        for jour in (2,):
            Horaire.create(
                activite=activite,
                jour=jour,
                debut=dt.time(7, 30),
                fin=dt.time(8),
                places=40,
                periode="scolaire",
            )
        creer_seances(activite, dt.date(2026, 12, 14), dt.date(2027, 7, 2))


def voeux(monde, activite, combien):
    """So many créneaux of this activity, Léa, Noé and Inès by turns."""
    seances = list(
        Seance.select().where(Seance.activite == activite, Seance.jour > JEUDI).order_by(Seance.jour)
    )
    enfants = [monde.lea.id, monde.noe.id, monde.ines.id]
    tous = [(enfant, seance.id) for seance in seances for enfant in enfants]
    assert len(tous) >= combien
    return tous[:combien]


@pytest.mark.parametrize("ensemble", [False, True], ids=["each alone", "tied"])
@pytest.mark.parametrize("activite", ["matin", "cantine"])
def test_three_hundred_lines_cost_about_as_many_statements_as_ten(monde, longue, ordres, activite, ensemble):
    choisie = getattr(monde, activite)
    tous = voeux(monde, choisie, 310)

    def demander(siens):
        return lambda: planning.demander_reservation(monde.claire, monde.moreau, siens, ensemble=ensemble)

    peu, beaucoup = ordres(demander(tous[:10])), ordres(demander(tous[10:]))
    assert (Demande.select().count(), Ligne.select().count()) == (2, 310)
    assert beaucoup <= peu + 6, (peu, beaucoup)
    assert fautes() == []


def test_so_do_an_agents_answer_and_the_absences(monde, longue, ordres):
    tous = voeux(monde, monde.cantine, 310)
    mesures = []
    for siens in (tous[:10], tous[10:]):
        planning.demander_reservation(monde.claire, monde.moreau, siens)
        demande = Demande.select().order_by(Demande.id.desc()).get()
        accepter = ordres(lambda demande=demande: moderation.accepter(monde.sophie, demande.id))
        absence = ordres(lambda siens=siens: planning.declarer_absence(monde.claire, monde.moreau, siens))
        demande = Demande.select().order_by(Demande.id.desc()).get()
        accorder = ordres(lambda demande=demande: moderation.accepter(monde.sophie, demande.id))
        mesures.append((accepter, absence, accorder))
    for peu, beaucoup in zip(*mesures, strict=True):
        assert beaucoup <= peu + 6, mesures
    assert fautes() == []


def test_each_line_has_its_journal_and_the_family_one_mail(monde, longue):
    tous = voeux(monde, monde.matin, 60)
    demande = planning.demander_reservation(monde.claire, monde.moreau, tous).demande
    for objet, actes in (("reservation", ["demander"]), ("ligne", ["accepter"])):
        dits = Evenement.select(Evenement.acte).where(Evenement.objet == objet, Evenement.demande == demande)
        assert [acte for (acte,) in dits.tuples()] == actes * 60
    (mail,) = Courriel.select().where(Courriel.cle.startswith("reponse:"))
    assert mail.corps.count("\n– ") <= 3 + 1  # a line a child, not a line a day
