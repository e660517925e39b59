"""The price where one decides: one's own, and why; nobody else's quotient; nothing without a tariff."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import MotifAbsence, PartDePayeur, Responsable, Seance, Tarif
from portail import clock
from portail.domain import absences, droits, lecture_planning, prix_annonce
from tests.facturation.gens import compte_de, lier, separer
from tests.factures import tarif
from tests.formulaires import poster
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI, MERCREDI

TRANCHES = {0: 120, 60_000: 345, 90_000: 480}


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def julien(monde):
    return compte_de(monde, "julien@example.org", "Julien")


def quotient(adulte, cents: int) -> None:
    Responsable.update(quotient=cents).where(Responsable.id == adulte.id).execute()


def partager(monde, claire: int = 60) -> None:
    for adulte, part in ((monde.adulte_claire, claire), (monde.adulte_julien, 100 - claire)):
        PartDePayeur.create(enfant=monde.lea, responsable=adulte, part=part)


def panneau(client, monde, jour=LUNDI, enfant=None, activite=None) -> str:
    seance = monde.seance(activite or monde.cantine, jour)
    adresse = f"/famille/planning/creneaux/{(enfant or monde.lea).id}/{seance.id}"
    return Page(client, adresse).texte(".panneau").replace("\xa0", " ")


def test_the_panel_tells_the_price_and_why(monde, claire):
    tarif(monde.cantine, tranches=TRANCHES)
    quotient(monde.adulte_claire, 61_200)
    vu = panneau(claire, monde)
    assert "Prix 3,45 € Quotient familial de 612,00 €, tranche de 600,00 € à moins de 900,00 €" in vu


def test_where_the_town_set_no_tariff_nothing_is_said(monde, claire):
    assert "Prix" not in panneau(claire, monde)
    tarif(monde.cantine, categorie="hors_commune")
    assert "Prix" not in panneau(claire, monde)
    tarif(monde.cantine, debut=dt.date(2027, 1, 1), categorie="commune")
    assert "Prix" not in panneau(claire, monde)


def test_half_hours_are_those_of_the_seance(monde, claire):
    tarif(monde.soir, unite="demi_heure", prix=50)
    assert "Prix 2,00 € 0,50 € la demi-heure commencée ; 4 demi-heures" in panneau(
        claire, monde, activite=monde.soir
    )


def test_a_price_by_month_says_so(monde, claire):
    tarif(monde.cantine, unite="mois", prix=1350)
    assert "Prix 13,50 € par mois" in panneau(claire, monde)


def test_the_second_child_of_the_family_pays_less(monde, claire):
    tarif(monde.cantine, fratrie_2=20, fratrie_3=50)
    assert "Prix 3,45 €" in panneau(claire, monde)
    assert "Prix 2,76 €" in panneau(claire, monde, enfant=monde.noe)
    assert "Prix 1,73 €" in panneau(claire, monde, enfant=monde.ines)


def test_an_absence_told_in_time_is_not_paid(monde, claire):
    tarif(monde.cantine)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    vu = panneau(claire, monde)
    assert "Non facturée : déclarée avant la date limite. Vous ne paieriez pas ces 3,45 €." in vu


def test_an_absence_told_too_late_costs_all_the_same_unless_a_reason_says_no(monde, claire):
    tarif(monde.cantine)
    type(monde.cantine).update(absence_tardive=True).execute()
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(limite_absence=clock.maintenant() - dt.timedelta(1)).where(Seance.id == seance.id).execute()
    monde.poser(monde.lea, seance, w.RESERVE)
    assert "Vous paieriez tout de même 3,45 €." in panneau(claire, monde)
    MotifAbsence.create(nom="Maladie", facturation="jamais")
    assert "Sans motif, vous paieriez tout de même 3,45 €." in panneau(claire, monde)


def test_each_of_two_separated_parents_reads_their_own_share_and_quotient(monde, claire, connexion, julien):
    separer(monde)
    partager(monde)
    tarif(monde.cantine, tranches=TRANCHES)
    quotient(monde.adulte_claire, 61_200)
    quotient(monde.adulte_julien, 95_000)
    vu = panneau(claire, monde)
    assert "Prix 2,07 €" in vu and "Votre part : 60 %" in vu and "612,00" in vu and "950" not in vu
    vu = panneau(connexion(julien), monde)
    assert "Prix 1,92 €" in vu and "Votre part : 40 %" in vu and "950,00" in vu and "612" not in vu


def test_a_parent_who_pays_nothing_of_the_child_reads_no_price(monde, connexion, julien):
    separer(monde)
    tarif(monde.cantine, tranches=TRANCHES)
    quotient(monde.adulte_claire, 61_200)
    vu = panneau(connexion(julien), monde)
    assert "Prix" not in vu and "612" not in vu


def test_whoever_lives_with_the_payeur_reads_the_household_s_price(monde, connexion, julien):
    tarif(monde.cantine, tranches=TRANCHES)
    quotient(monde.adulte_claire, 61_200)
    assert "Prix 3,45 €" in panneau(connexion(julien), monde)


def test_a_parent_kept_informed_decides_nothing_and_reads_no_price(monde, connexion, julien):
    lier(monde, "information", monde.lea)
    tarif(monde.cantine)
    partager(monde)
    assert "Prix" not in panneau(connexion(julien), monde)


def test_the_price_of_a_slot_costs_a_bounded_number_of_queries(monde):
    def requetes() -> int:
        regard = droits.regard(monde.claire, monde.moreau)
        seance = monde.seance(monde.cantine, LUNDI)
        c = lecture_planning.creneau(monde.moreau, monde.lea.id, seance.id, regard=regard)
        raisons = absences.choix(c)
        with count_queries() as compteur:
            prix_annonce.du_creneau(regard, c, raisons)
        return compteur.count

    assert requetes() == 1
    tarif(monde.cantine, tranches=TRANCHES, fratrie_2=20)
    assert requetes() <= 6


# ——— over a long period ———

LONGUE = "/famille/planning/longue-periode"


def longue(monde, nature: str, vers: str = "apercu") -> str:
    jours = "&".join(f"semaine={jour}-toutes" for jour in (0, 1, 3, 4)) if nature == "reservation" else ""
    return (
        f"{LONGUE}?nature={nature}&enfants={monde.lea.id}&activites={monde.cantine.id}"
        f"&debut=2026-12-07&fin=2026-12-11&vers={vers}&{jours}"
    )


def net(client, adresse: str) -> str:
    """The words of the page, no sign cut off from what is in bold."""
    vu = Page(client, adresse).texte("main").replace("\xa0", " ")
    return vu.replace(" .", ".").replace(" ,", ",")


def test_the_preview_of_a_long_demande_tells_its_price_and_what_is_booked_already(monde, claire):
    tarif(monde.cantine)
    assert "Prix : 13,80 €." in net(claire, longue(monde, "reservation"))
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    vu = net(claire, longue(monde, "reservation"))
    assert "Prix : 10,35 €, en plus des 3,45 € déjà réservés : 13,80 € en tout." in vu
    assert "Prix : 10,35 €" in claire.get(
        longue(monde, "reservation", "compter"), headers={"HX-Request": "true"}
    ).text.replace("&nbsp;", " ").replace("\xa0", " ").replace("<b>", "").replace("</b>", "")


def test_absences_tell_what_they_take_off(monde, claire):
    tarif(monde.cantine)
    for jour in (LUNDI, JEUDI):
        monde.poser(monde.lea, monde.seance(monde.cantine, jour), w.RESERVE)
    vu = net(claire, longue(monde, "absence"))
    assert "Vous paieriez 6,90 € de moins." in vu


def test_absences_that_stay_billed_take_nothing_off(monde, claire):
    tarif(monde.cantine)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    motif = MotifAbsence.create(nom="Voyage", facturation="toujours")
    vu = net(claire, longue(monde, "absence") + f"&motif={motif.id}")
    assert "Vous paieriez 0,00 € de moins : 3,45 € au lieu de 3,45 €." in vu


def test_without_a_tariff_the_preview_says_nothing_of_prices(monde, claire):
    assert "Prix" not in net(claire, longue(monde, "reservation"))


def test_the_preview_costs_as_many_queries_whatever_the_days(monde, claire):
    tarif(monde.cantine, fratrie_2=20)

    def requetes(fin: str) -> int:
        adresse = longue(monde, "reservation").replace("2026-12-11", fin)
        claire.get(adresse)
        with count_queries() as compteur:
            assert claire.get(adresse).status_code == 200
        return compteur.count

    assert requetes("2026-12-07") == requetes("2026-12-18")


# ——— with a pre-registration ———

NOUVELLE = "/famille/preinscriptions/nouvelle"


@pytest.fixture
def poterie(monde):
    """An activity in which nobody is registered yet, on Wednesdays."""
    activite = type(monde.centre)
    creee = activite.create(
        nom="Poterie",
        lieu=monde.centre.lieu,
        debut=dt.date(2026, 12, 1),
        fin=dt.date(2026, 12, 31),
        delai_reservation=monde.centre.delai_reservation,
        delai_absence=monde.centre.delai_absence,
        rang=9,
    )
    for jour in (MERCREDI, MERCREDI + dt.timedelta(7)):
        limite = clock.instant(jour - dt.timedelta(1), dt.time(12))
        Seance.create(
            activite=creee,
            jour=jour,
            debut=dt.time(14),
            fin=dt.time(16),
            places=12,
            limite_reservation=limite,
            limite_absence=limite,
        )
    return creee


def test_choosing_an_activity_tells_its_price_then_that_of_the_days_chosen(monde, claire, poterie):
    tarif(poterie, tranches=TRANCHES)
    quotient(monde.adulte_claire, 61_200)
    vu = net(claire, f"{NOUVELLE}?activite_choisie={poterie.id}")
    assert "Prix 3,45 € la séance" in vu
    assert "En tout" not in vu
    adresse = f"{NOUVELLE}?activite_choisie={poterie.id}&enfants={monde.lea.id}&semaine=2-toutes"
    vu = net(claire, adresse)
    assert "En tout 6,90 € Pour les jours choisis" in vu


def test_brothers_and_sisters_asked_for_together_count_for_each_other(monde, claire, poterie):
    tarif(poterie, fratrie_2=20, fratrie_3=50)
    adresse = (
        f"{NOUVELLE}?activite_choisie={poterie.id}&enfants={monde.lea.id}&enfants={monde.noe.id}"
        "&semaine=2-toutes"
    )
    vu = net(claire, adresse)
    assert "3,45 € la séance pour Léa" in vu
    assert "2,76 € la séance pour Noé" in vu
    assert "En tout 12,42 €" in vu


def test_the_last_look_before_sending_tells_it_too(monde, claire, poterie):
    tarif(poterie)
    reponse = poster(
        claire,
        NOUVELLE,
        {
            "activite_choisie": poterie.id,
            "activite_montree": poterie.id,
            "enfants": monde.lea.id,
            "debut": "2026-12-01",
            "fin": "2026-12-31",
            "semaine": "2-toutes",
            "etape": "verifier",
        },
    )
    assert reponse.status_code == 200
    assert "6,90" in reponse.text and "Pour les jours choisis" in reponse.text


def test_an_activity_paid_by_the_month_that_is_not_booked_has_its_price_too(monde, claire, poterie):
    type(poterie).update(reservable=False).where(type(poterie).id == poterie.id).execute()
    tarif(poterie, unite="mois", prix=1350)
    assert "Prix 13,50 € par mois" in net(claire, f"{NOUVELLE}?activite_choisie={poterie.id}")


def test_without_a_tariff_the_pre_registration_says_nothing_of_prices(claire, poterie):
    assert not Tarif.select().exists()
    assert "Prix" not in net(claire, f"{NOUVELLE}?activite_choisie={poterie.id}")
