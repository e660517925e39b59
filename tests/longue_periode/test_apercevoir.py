"""What a long demande would give: what becomes of each day, and the words for it."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Calendrier, Delai, Horaire, LienParental, Preinscription, Seance
from portail import clock
from portail.domain import planning
from portail.domain.calendrier import creer_seances
from portail.domain.jours_voulus import IMPAIRES, PAIRES, TOUTES, Habitude
from portail.domain.souhait_long import SCOLAIRE, VACANCES, dire, semaines_passees
from tests.actes import places
from tests.longue_periode.souhaits import absences, devenir, motif, souhait, voir
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT

MARDI = dt.date(2026, 12, 8)


@pytest.fixture
def toute_l_annee(monde) -> Activite:
    """Every day, term and holidays, from December 2026 to January 2027; Léa is registered."""
    activite = Activite.create(
        nom="Ludothèque",
        lieu=monde.cantine.lieu_id,
        debut=dt.date(2026, 12, 1),
        fin=dt.date(2027, 1, 31),
        delai_reservation=Delai("jours", 1, dt.time(12)),
        delai_absence=Delai("jours", 1, dt.time(12)),
    )
    for jour in range(7):
        Horaire.create(
            activite=activite, jour=jour, debut=dt.time(16), fin=dt.time(18), places=9, periode="toujours"
        )
    creer_seances(activite, activite.debut, activite.fin)
    Preinscription.create(
        enfant=monde.lea,
        activite=activite,
        debut=activite.debut,
        fin=activite.fin,
        statut=w.RESERVATION_POSSIBLE,
        cree_le=MAINTENANT,
    )
    return activite


def test_each_day_tells_what_becomes_of_it(monde):
    lea, cantine = monde.lea, monde.cantine
    planning.demander_reservation(monde.claire, monde.moreau, [(lea.id, monde.seance(cantine, LUNDI).id)])
    places(monde.seance(cantine, MARDI), 0)
    Calendrier.create(genre="fermeture", nom="Travaux", debut=JEUDI, fin=JEUDI, activite=cantine)
    vu = voir(monde, souhait([lea], [cantine], (0, 1, 3), debut=HIER, fin=dt.date(2026, 12, 14)))
    assert devenir(vu) == {
        ("Léa", "2026-11-30"): "passee",
        ("Léa", "2026-12-01"): "tardif",
        ("Léa", "2026-12-03"): "tardif",
        ("Léa", "2026-12-07"): "deja",
        ("Léa", "2026-12-08"): "en_liste",
        ("Léa", "2026-12-14"): "possible",
    }
    assert vu.comptes == {
        "possible": 1, "en_liste": 1, "deja": 1, "tardif": 2, "fermee": 1, "passee": 1,
    }  # fmt: skip
    assert vu.resume == (
        "1 créneau possible, 1 complet : liste d’attente, 1 déjà fait, 2 trop tard, 1 fermé, 1 passé."
    )
    assert vu.bouton == "Demander 2 réservations"
    assert vu.echeance == "jeudi 3 décembre à 12 h, dans 2 jours"
    (volet,) = vu.volets
    assert [(g.issue, g.pourquoi) for g in volet.groupes if g.issue in ("deja", "tardif", "fermee")] == [
        ("deja", "Réservation en attente"),
        ("tardif", "Délai de réservation dépassé"),
        ("fermee", "Travaux"),
    ]


def test_a_day_without_registration_is_no_line_and_none_at_all_says_so(monde):
    Preinscription.update(fin=MARDI).where(Preinscription.enfant == monde.lea).execute()
    vu = voir(monde, souhait([monde.lea], [monde.cantine], (0, 1)))
    assert devenir(vu) == {("Léa", "2026-12-07"): "possible", ("Léa", "2026-12-08"): "possible"}
    rien = voir(monde, souhait([monde.lea], [monde.cantine], (2,)))
    assert rien.fautes["jours"].startswith("Aucun créneau ne correspond")


def test_an_activity_that_cannot_be_booked_is_said_so(monde):
    Activite.update(reservable=False).where(Activite.id == monde.cantine.id).execute()
    vu = voir(monde, souhait([monde.lea], [monde.cantine]))
    assert vu.retenues == 0 and vu.comptes == {"non_reservable": 4}
    assert vu.resume.startswith("0 créneau possible, 4 fermés à la réservation")


def test_even_and_odd_weeks_are_those_of_the_diary_across_a_year_of_fifty_three(monde, toute_l_annee):
    """2026 has a week 53, odd, and the week after it is 1, odd too."""
    periode = {"debut": dt.date(2026, 12, 7), "fin": dt.date(2027, 1, 17)}
    jours = {
        frequence: [
            li.jour.isoformat()
            for li in voir(
                monde,
                souhait(
                    [monde.lea], [toute_l_annee], habitudes=frozenset({Habitude(0, frequence)}), **periode
                ),
            ).lignes
        ]
        for frequence in (TOUTES, PAIRES, IMPAIRES)
    }
    assert jours[PAIRES] == ["2026-12-07", "2026-12-21", "2027-01-11"]  # weeks 50, 52, 2
    assert jours[IMPAIRES] == ["2026-12-14", "2026-12-28", "2027-01-04"]  # weeks 51, 53, 1
    assert jours[TOUTES] == sorted(jours[PAIRES] + jours[IMPAIRES])


def test_term_only_and_holidays_only_share_the_days_between_them(monde, toute_l_annee):
    periode = {"debut": dt.date(2026, 12, 14), "fin": dt.date(2027, 1, 8)}

    def jours(**autres):
        vu = voir(monde, souhait([monde.lea], [toute_l_annee], (2, 4), **periode, **autres))
        return [li.jour for li in vu.lignes], [j for volet in vu.volets for j, _ in volet.fermes]

    tous, fermes = jours()
    scolaires, aucun = jours(periode=SCOLAIRE)
    vacances, noel = jours(periode=VACANCES)
    assert sorted(scolaires + vacances) == tous and all(
        dt.date(2026, 12, 19) <= jour <= dt.date(2027, 1, 3) for jour in vacances
    )
    assert dt.date(2026, 12, 23) in vacances and dt.date(2027, 1, 6) in scolaires
    assert fermes == noel == [dt.date(2026, 12, 25)] and aucun == []


def test_a_past_week_is_copied_child_by_child_what_one_was_absent_from_too(monde):
    """Léa ate on Monday and was away on Thursday; Noé came on Tuesday; nothing was ever cancelled."""
    passe = dt.date(2026, 11, 23)
    for enfant, jour, etat in (
        (monde.lea, passe, w.PRESENT),
        (monde.lea, passe + dt.timedelta(3), w.ABSENT),
        (monde.noe, passe + dt.timedelta(1), w.PRESENT),
        (monde.noe, passe + dt.timedelta(4), w.NON_RESERVE),
    ):
        monde.poser(enfant, monde.seance(monde.cantine, jour), etat)
    voulu = souhait(
        [monde.lea, monde.noe, monde.ines], [monde.cantine], (), comme=passe, fin=LUNDI + dt.timedelta(6)
    )
    vu = voir(monde, voulu)
    assert set(devenir(vu)) == {("Léa", "2026-12-07"), ("Léa", "2026-12-10"), ("Noé", "2026-12-08")}
    assert dire(voulu) == "du 7 au 13 décembre 2026, comme la semaine du 23 novembre 2026"


def test_an_hour_that_is_no_longer_the_same_is_not_copied(monde):
    passe = dt.date(2026, 11, 23)
    monde.poser(monde.lea, monde.seance(monde.cantine, passe), w.PRESENT)
    Seance.update(debut=dt.time(12)).where(Seance.id == monde.seance(monde.cantine, passe).id).execute()
    vu = voir(monde, souhait([monde.lea], [monde.cantine], (), comme=passe))
    assert vu.fautes["jours"]


def test_together_or_not_at_all_holds_back_the_others(monde):
    """On Monday 7 Inès is booked already, on Tuesday 8 absent: none of the others comes on Tuesday."""
    for jour, etat in ((LUNDI, w.RESERVE), (MARDI, w.ABSENT)):
        monde.poser(monde.ines, monde.seance(monde.cantine, jour), etat)
    voulu = souhait([monde.lea, monde.ines], [monde.cantine], (0, 1), fin=MARDI, ensemble=True)
    assert devenir(voir(monde, voulu)) == {
        ("Léa", "2026-12-07"): "possible",
        ("Inès", "2026-12-07"): "deja",
        ("Léa", "2026-12-08"): "lie",
        ("Inès", "2026-12-08"): "autre_etat",
    }


def test_together_both_wait_where_one_place_is_left(monde):
    places(monde.seance(monde.cantine, LUNDI), 1)
    voulu = souhait([monde.lea, monde.noe], [monde.cantine], (0,), fin=LUNDI)
    assert set(devenir(voir(monde, voulu)).values()) == {"possible", "en_liste"}
    lies = souhait([monde.lea, monde.noe], [monde.cantine], (0,), fin=LUNDI, ensemble=True)
    assert set(devenir(voir(monde, lies)).values()) == {"en_liste"}


def test_of_absences_being_together_says_nothing(monde):
    """Only bookings are tied: an absence of one child never holds back that of another."""
    for enfant, jour in ((monde.lea, LUNDI), (monde.noe, LUNDI)):
        monde.poser(enfant, monde.seance(monde.cantine, jour), w.RESERVE)
    monde.poser(monde.ines, monde.seance(monde.cantine, LUNDI), w.LISTE_ATTENTE)
    voulu = absences([monde.lea, monde.noe, monde.ines], [monde.cantine], ensemble=True)
    assert devenir(voir(monde, voulu)) == {
        ("Léa", "2026-12-07"): "possible",
        ("Noé", "2026-12-07"): "possible",
        ("Inès", "2026-12-07"): "autre_etat",
    }


def test_an_absence_tells_what_it_means_for_the_bill(monde):
    Activite.update(absence_tardive=True).where(Activite.id == monde.cantine.id).execute()
    vendredi = dt.date(2026, 12, 4)
    for jour in (vendredi, LUNDI):
        monde.poser(monde.lea, monde.seance(monde.cantine, jour), w.RESERVE)
    vu = voir(monde, absences([monde.lea], [monde.cantine], debut=vendredi))
    assert [(li.pourquoi, li.facturee) for li in vu.lignes] == [
        ("Facturée : déclarée après la date limite.", True),
        ("Non facturée : déclarée avant la date limite.", False),
    ]
    assert vu.retenues == 2 and vu.facturees == 1
    malade = motif(facturation="jamais", justificatif="Certificat médical")
    vu = voir(monde, absences([monde.lea], [monde.cantine], debut=vendredi, motif=malade.id))
    assert vu.facturees == 0 and vu.attendues == 2
    assert vu.bouton == "Déclarer 2 absences"


def test_what_is_not_booked_is_no_line_of_an_absence(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    vu = voir(monde, absences([monde.lea, monde.noe], [monde.cantine, monde.matin]))
    assert devenir(vu) == {("Léa", "2026-12-07"): "possible"}


def test_a_child_whom_one_only_follows_is_told_and_asked_for_nobody(monde):
    LienParental.update(droit="information").where(
        LienParental.responsable == monde.adulte_claire, LienParental.enfant == monde.noe
    ).execute()
    vu = voir(monde, souhait([monde.lea, monde.noe], [monde.cantine], (0,), fin=LUNDI))
    assert devenir(vu) == {("Léa", "2026-12-07"): "possible", ("Noé", "2026-12-07"): "suivi"}


@pytest.mark.parametrize(
    ("champ", "autres"),
    [
        ("fin", {"debut": MARDI, "fin": LUNDI}),
        ("fin", {"debut": LUNDI, "fin": dt.date(2028, 6, 1)}),
        ("fin", {"debut": dt.date(2025, 12, 1), "fin": dt.date(2025, 12, 31)}),
        ("jours", {"habitudes": frozenset()}),
        ("comme", {"habitudes": frozenset(), "comme": dt.date(2026, 6, 1)}),
        ("comme", {"habitudes": frozenset(), "comme": dt.date.max}),
        ("comme", {"comme": dt.date(2026, 11, 23)}),
        ("periode", {"periode": "ete"}),
    ],
)
def test_a_wish_that_is_not_sound_says_what_to_mend(monde, champ, autres):
    vu = voir(monde, souhait([monde.lea], [monde.cantine], **autres))
    assert list(vu.fautes) == [champ] and vu.fautes[champ].endswith(".") and not vu.volets


def test_a_stranger_s_child_and_activity_are_not_in_the_list(monde):
    vu = voir(monde, souhait([monde.tomas], [monde.cantine]))
    assert list(vu.fautes) == ["enfants"]
    assert "motif" in voir(monde, absences([monde.lea], [monde.cantine], motif=999)).fautes


def test_nine_weeks_can_be_copied_this_one_first():
    lundis = semaines_passees(clock.a_paris(MAINTENANT).date())
    assert len(lundis) == 9 and lundis[0] == HIER and lundis[-1] == dt.date(2026, 10, 5)
