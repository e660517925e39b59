"""« Rien de réservé »: to whom, when to the second, once; what asks for no mail."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Abonnement,
    Activite,
    Calendrier,
    Compte,
    Courriel,
    Enfant,
    LienParental,
    Preinscription,
    Reservation,
    SansRappel,
    Seance,
)
from portail import clock
from portail.domain import moderation, rappels
from portail.domain.echeances_proches import AVANCE
from tests.actes import abonner, demander
from tests.courrier import recus
from tests.courses.coureurs import peupler
from tests.monde import JEUDI, LUNDI
from tests.rappels.temps import OUVERTURE, le, rappeler, seance

pytestmark = pytest.mark.usefixtures("app")  # says the address of the portal

SECONDE = dt.timedelta(seconds=1)
SEMAINE = dt.timedelta(7)


@pytest.fixture
def seule(monde):
    """The canteen is the only activity that is booked; only Léa of the Moreau family goes to it."""
    Activite.update(reservable=False).where(Activite.id != monde.cantine.id).execute()
    Preinscription.delete().where(Preinscription.enfant != monde.lea.id).execute()
    return monde


def ecrits() -> list[str]:
    """To whom reminders were written."""
    return [c.destinataire for c in Courriel.select().order_by(Courriel.id) if c.cle.startswith("rappel:")]


def textes() -> str:
    return "\n".join(c.corps for c in Courriel.select().order_by(Courriel.id))


def fermer_le(limite: dt.datetime) -> None:
    """The week of 7 December is to be booked before then."""
    semaine = Seance.jour.between(LUNDI, LUNDI + SEMAINE - dt.timedelta(1))
    Seance.update(limite_reservation=limite).where(semaine).execute()


# ——— when ———


def test_it_begins_forty_eight_hours_before_the_deadline_to_the_second(monde):
    assert rappeler(OUVERTURE - SECONDE) == 0
    assert rappeler(OUVERTURE) == 2
    assert ecrits() == ["famille@example.org", "paulo@example.org"]


def test_it_is_over_at_the_deadline_itself(monde):
    assert rappeler(le(3, 12)) == 0
    assert rappeler(le(3, 11, 59, 59)) == 2


@pytest.mark.parametrize(
    ("quand", "attendu"),
    [(le(2, 0, 30), 0), (le(2, 7, 59, 59), 0), (le(2, 8), 1), (le(2, 19, 59, 59), 1), (le(2, 20), 0)],
)
def test_nobody_is_written_to_at_night(seule, quand, attendu):
    assert rappeler(quand) == attendu


def test_a_deadline_of_the_early_morning_is_recalled_in_the_daytime_before(seule):
    fermer_le(le(3, 6))
    assert [rappeler(quand) for quand in (le(1, 6), le(1, 7, 59), le(1, 8))] == [0, 0, 1]


def test_one_that_the_portal_was_down_for_is_still_recalled_the_day_before(seule):
    fermer_le(le(3, 0, 30))
    assert [rappeler(quand) for quand in (le(2, 19, 59), le(2, 23), le(3, 0, 15))] == [1, 0, 0]


def test_a_child_accepted_the_evening_before_is_recalled_that_evening(seule):
    fermer_le(le(2, 7))
    Preinscription.update(statut=w.DEMANDE_EN_COURS).execute()
    assert rappeler(le(1, 19)) == 0
    Preinscription.update(statut=w.RESERVATION_POSSIBLE).execute()
    assert rappeler(le(1, 19, 45)) == 1


@pytest.mark.parametrize(
    ("jour", "limite", "ouverture"),
    [
        (
            dt.date(2026, 10, 27),
            dt.datetime(2026, 10, 26, 12, tzinfo=clock.PARIS),
            dt.datetime(2026, 10, 24, 13, tzinfo=clock.PARIS),
        ),
        (
            dt.date(2027, 3, 30),
            dt.datetime(2027, 3, 29, 12, tzinfo=clock.PARIS),
            dt.datetime(2027, 3, 27, 11, tzinfo=clock.PARIS),
        ),
    ],
    ids=["back to winter time", "on to summer time"],
)
def test_forty_eight_hours_are_that_long_over_a_change_of_clocks(seule, jour, limite, ouverture):
    seance(seule.cantine, jour, limite)
    assert rappeler(ouverture - SECONDE) == 0
    assert rappeler(ouverture) == 1
    assert "à 12 h" in recus("famille@example.org")[0].corps


@pytest.mark.parametrize("jour", [dt.date(2026, 10, 25), dt.date(2027, 3, 28)])
def test_the_day_begins_at_eight_in_paris_on_the_day_of_the_change_too(seule, jour):
    limite = clock.instant(jour + dt.timedelta(1), dt.time(12))
    seance(seule.cantine, jour + dt.timedelta(2), limite)
    huit_heures = clock.instant(jour, dt.time(8))
    assert [rappeler(huit_heures - SECONDE), rappeler(huit_heures)] == [0, 1]


# ——— once ———


def test_the_same_deadline_is_recalled_once_however_often_one_looks(monde):
    assert [rappeler(quand) for quand in (OUVERTURE, le(1, 12, 5), le(2, 8), le(3, 11))] == [2, 0, 0, 0]


def test_the_next_week_is_recalled_in_its_turn(seule):
    assert [rappeler(), rappeler(le(8, 11, 59)), rappeler(le(8, 12))] == [1, 0, 1]
    assert "Semaine du 14 décembre" in recus("famille@example.org")[1].corps


def test_at_most_one_mail_a_day_and_what_comes_later_that_day_comes_the_next_morning(seule):
    Activite.update(reservable=True).where(Activite.id == seule.soir.id).execute()
    Preinscription.create(
        enfant=seule.lea,
        activite=seule.soir,
        debut=LUNDI + 2 * SEMAINE,
        fin=dt.date(2027, 7, 2),
        statut=w.RESERVATION_POSSIBLE,
        cree_le=clock.maintenant(),
    )
    seance(seule.soir, dt.date(2027, 1, 5), le(3, 14))
    moments = (OUVERTURE, le(1, 14), le(1, 19, 59), le(2, 8), le(2, 14))
    assert [rappeler(moment) for moment in moments] == [1, 0, 0, 1, 0]
    premier, second = recus("famille@example.org")
    assert "Cantine" in premier.corps and "Accueil du soir" not in premier.corps
    assert "Accueil du soir" in second.corps and "Cantine" not in second.corps


def test_a_booking_given_back_after_the_mail_is_not_recalled_again(seule):
    rappeler()
    reservation = seule.poser(seule.lea, seule.seance(seule.cantine, LUNDI), w.RESERVATION_ATTENTE)
    Reservation.update(statut=w.NON_RESERVE).where(Reservation.id == reservation.id).execute()
    assert rappeler(le(2, 9)) == 0


def test_whoever_subscribes_after_the_others_were_told_is_told_too(seule):
    rappeler()
    pere = abonner(seule.moreau, "pere@example.org")
    Abonnement.update(responsable=seule.adulte_julien).where(Abonnement.compte == pere).execute()
    assert rappeler(le(2, 9)) == 1
    assert ecrits() == ["famille@example.org", "pere@example.org"]


# ——— what asks for no mail ———


@pytest.mark.parametrize(
    "statut",
    [w.RESERVE, w.RESERVATION_ATTENTE, w.LISTE_ATTENTE, w.ABSENCE_ATTENTE, w.ABSENT],
)
def test_one_day_of_the_week_with_anything_on_it_is_enough(seule, statut):
    seule.poser(seule.lea, seule.seance(seule.cantine, JEUDI), statut)
    assert rappeler() == 0


def test_what_was_given_back_or_refused_is_nothing(seule):
    demande = demander(seule, (seule.lea, seule.seance(seule.cantine, JEUDI)))
    moderation.refuser(seule.sophie, demande.id, "Activité complète")
    assert rappeler() == 1


def test_a_booking_of_another_activity_or_of_another_week_changes_nothing(monde):
    monde.poser(monde.lea, monde.seance(monde.soir, LUNDI), w.RESERVE)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI + SEMAINE), w.RESERVE)
    rappeler()
    assert "Léa, Cantine : lundi 7" in recus("famille@example.org")[0].corps


def test_where_a_brother_or_sister_comes_those_who_never_come_are_not_recalled(seule):
    for enfant in (seule.noe, seule.ines):
        Preinscription.create(
            enfant=enfant,
            activite=seule.cantine,
            debut=dt.date(2026, 9, 1),
            fin=dt.date(2027, 7, 2),
            statut=w.RESERVATION_POSSIBLE,
            cree_le=clock.maintenant(),
        )
    seule.poser(seule.noe, seule.seance(seule.cantine, LUNDI - SEMAINE), w.PRESENT)
    seule.poser(seule.ines, seule.seance(seule.cantine, LUNDI), w.RESERVE)
    rappeler()
    assert "– Noé, Cantine" in textes() and "Léa" not in textes() and "Inès" not in textes()


def test_a_closed_week_is_not_recalled_and_a_closed_day_is_not_named(seule):
    fermeture = Calendrier.create(
        genre="fermeture", nom="Travaux", debut=LUNDI, fin=LUNDI + SEMAINE, activite=seule.cantine
    )
    assert rappeler() == 0
    Calendrier.update(fin=LUNDI).where(Calendrier.id == fermeture.id).execute()
    assert rappeler() == 1
    assert "Cantine : mardi 8, jeudi 10, vendredi 11 décembre" in textes()


def test_a_booking_on_a_day_closed_since_is_nothing(seule):
    seule.poser(seule.lea, seule.seance(seule.cantine, LUNDI), w.RESERVE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI, lieu=seule.cantine.lieu)
    assert rappeler() == 1


def test_an_activity_that_is_not_booked_is_not_recalled(seule):
    Activite.update(reservable=False).execute()
    assert rappeler() == 0


@pytest.mark.parametrize("statut", [w.DEMANDE_EN_COURS, w.REFUSEE, w.ANNULEE])
def test_a_registration_that_is_not_validated_is_not_recalled(seule, statut):
    Preinscription.update(statut=statut).execute()
    assert rappeler() == 0


def test_only_the_days_that_the_registration_covers_are_named(seule):
    Preinscription.update(debut=LUNDI + dt.timedelta(1), fin=JEUDI).execute()
    assert rappeler() == 1
    assert "Cantine : mardi 8, jeudi 10 décembre\n" in textes()
    Preinscription.update(fin=LUNDI - dt.timedelta(1), debut=dt.date(2026, 9, 1)).execute()
    Abonnement.update(rappele_le=None).execute()
    assert rappeler(le(2, 9)) == 0


def test_each_day_its_deadline_the_first_one_counts_and_then_it_is_over(monde):
    Preinscription.delete().where(Preinscription.activite != monde.soir.id).execute()
    dimanche = le(6, 12)
    assert rappeler(dimanche - AVANCE - SECONDE) == 0
    assert rappeler(dimanche) == 0  # Monday is lost: whoever let it go has chosen
    assert rappeler(dimanche - SECONDE) == 2


def test_whoever_begins_in_the_middle_of_such_a_week_has_a_first_deadline_too(monde):
    Preinscription.delete().where(Preinscription.activite != monde.soir.id).execute()
    Preinscription.update(debut=JEUDI).execute()
    ouverture = le(9, 12) - AVANCE
    assert [rappeler(ouverture - SECONDE), rappeler(ouverture)] == [0, 2]
    assert (
        "jeudi 10, vendredi 11 décembre\n  À réserver avant le mercredi 9 décembre à 12 h pour le jeudi 10"
        in (textes())
    )


# ——— to whom ———


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_who_does_not_decide_for_the_child_is_not_written_to(seule, droit):
    LienParental.update(droit=droit).where(LienParental.responsable == seule.adulte_claire.id).execute()
    assert rappeler() == 0


def test_each_parent_is_told_of_the_children_for_whom_they_decide(monde):
    pere = abonner(monde.moreau, "julien@example.org")
    LienParental.update(droit="information").where(
        LienParental.responsable == monde.adulte_julien.id, LienParental.enfant != monde.lea.id
    ).execute()
    rappeler()
    assert "– Léa, Cantine" in recus(pere.email)[0].corps
    assert "– Léa, Noé et Inès, Cantine" in recus("famille@example.org")[0].corps


@pytest.mark.parametrize("statut", [w.RESILIE, w.ATTENTE_RECONNEXION])
def test_a_subscription_that_is_not_active_gets_none(seule, statut):
    Abonnement.update(statut=statut).execute()
    assert rappeler() == 0


def test_a_closed_account_and_an_account_of_the_staff_get_none(seule):
    abonner(seule.moreau, "ferme@example.org", actif=False)
    abonner(seule.moreau, "yann@example.org", role="animateur")
    Compte.update(actif=False).where(Compte.id == seule.claire.id).execute()
    assert rappeler() == 0


def test_an_account_with_two_families_is_told_of_each_apart(seule):
    Preinscription.create(
        enfant=seule.tomas,
        activite=seule.cantine,
        debut=dt.date(2026, 9, 1),
        fin=dt.date(2027, 7, 2),
        statut=w.RESERVATION_POSSIBLE,
        cree_le=clock.maintenant(),
    )
    Abonnement.create(
        compte=seule.claire,
        famille=seule.dasilva,
        responsable=seule.adulte_paulo,
        statut=w.ACTIF,
        cree_le=clock.maintenant(),
    )
    rappeler()
    siens = recus("famille@example.org")
    assert [("Léa" in c.corps, "Tomás" in c.corps) for c in siens] == [(True, False), (False, True)]


# ——— what was chosen ———


def test_whoever_wants_no_reminder_gets_none(monde):
    Abonnement.update(sans_rappels=True).where(Abonnement.compte == monde.claire).execute()
    rappeler()
    assert ecrits() == ["paulo@example.org"]


def test_an_activity_of_which_none_is_wanted_is_left_out(monde):
    le_sien = Abonnement.get(compte=monde.claire)
    SansRappel.create(abonnement=le_sien, activite=monde.cantine)
    rappeler()
    texte = recus("famille@example.org")[0].corps
    assert "Centre de loisirs" in texte and "Cantine" not in texte
    assert "Cantine" in recus("paulo@example.org")[0].corps


def test_and_there_is_no_mail_when_nothing_is_left(seule):
    SansRappel.create(abonnement=Abonnement.get(compte=seule.claire), activite=seule.cantine)
    assert rappeler() == 0


# ——— how ———


def test_what_is_written_is_the_mail_and_when_and_nothing_else(seule):
    avant = {t: t.select().count() for t in (Reservation, Seance, Enfant, Preinscription)}
    rappeler()
    assert avant == {t: t.select().count() for t in avant}
    le_sien = Abonnement.get(compte=seule.claire)
    assert le_sien.rappele_le == OUVERTURE
    courriel = Courriel.get()
    assert courriel.cle == f"rappel:{seule.claire.id}:{seule.moreau.id}:2026-12-01"
    assert (courriel.famille_id, courriel.demande_id, courriel.statut) == (seule.moreau.id, None, "a_envoyer")


def test_as_many_queries_for_sixty_families_as_for_two_and_few_when_there_is_nothing_to_do(monde):
    with count_queries() as peu:
        assert rappeler() == 2
    with count_queries() as rien:
        assert rappeler(le(1, 12, 5)) == 0
    Courriel.delete().execute()
    Abonnement.update(rappele_le=None).execute()
    peupler(monde.cantine, 60)
    with count_queries() as beaucoup:
        assert rappeler() == 62
    assert beaucoup.count <= peu.count <= 26
    assert rien.count <= 6


def test_a_batch_that_fails_writes_nothing_of_its_own(seule, monkeypatch):
    def rompre(_):
        raise RuntimeError("la lettre ne s’écrit pas")

    monkeypatch.setattr(rappels.courriels_de_rappel, "ecrire", rompre)
    with pytest.raises(RuntimeError):
        rappeler()
    assert (Courriel.select().count(), Abonnement.get(compte=seule.claire).rappele_le) == (0, None)


def test_the_home_still_shows_what_the_mail_has_said_and_reading_it_writes_nothing(seule, connexion):
    with clock.figer(OUVERTURE):
        claire = connexion(seule.claire)
        assert "Rien de réservé pour Léa&nbsp;: Cantine" in claire.get("/famille").text
        assert Courriel.select().count() == 0
        rappeler()
        assert "Rien de réservé pour Léa&nbsp;: Cantine" in claire.get("/famille").text


def test_the_command_that_sends_writes_the_reminders_first(app, seule):
    with clock.figer(OUVERTURE):
        sortie = app.test_cli_runner().invoke(args=["courriels"])
    assert (sortie.exit_code, sortie.output) == (0, "1 courriel(s) traité(s).\n")
