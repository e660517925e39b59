"""« Ajouter une pré-inscription »: choosing, the days, the check before sending; nothing is ever lost."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

from models import Demande, Horaire, JourVoulu, Message, Seance
from portail.domain import preinscriptions
from portail.domain.calendrier import creer_seances
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import MAINTENANT
from tests.preinscriptions.ecran import CONTINUER, ICI, PIECE, ouvrir, poster, saisie, valeurs
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import AU, DU, atelier, jours_de, souhait

CHOISIR = "button[value=choisir]"
APPLIQUER = "#habitudes button[value=appliquer]"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde, description="Un spectacle en juin.", pieces=PIECE)


def un_jour_trop_tard_un_jour_complet(theatre) -> None:
    """Wednesday 2 December can no longer be booked; Friday 4 is full."""
    tard, plein = jours_de(theatre)[:2]
    siennes = Seance.activite == theatre
    Seance.update(limite_reservation=MAINTENANT).where(siennes, Seance.jour == tard).execute()
    Seance.update(places=0).where(siennes, Seance.jour == plein).execute()


# ——— choosing ———


def test_only_what_is_open_and_fits_a_child_can_be_chosen_the_rest_says_why(monde, claire, theatre):
    atelier(monde, nom="Cirque", preinscription_du=dt.date(2027, 5, 3))
    atelier(monde, nom="Club ados", age_min=12, age_max=17)
    atelier(monde, nom="Poterie", preinscription_au=dt.date(2026, 11, 30))
    page = Page(claire, ICI)
    assert [o.get_text() for o in page.tous("#activite option")] == ["Choisissez…", "Atelier théâtre"]
    autres = page.texte("details.autres")
    for dit in (
        "Cirque : ouvre le 3 mai 2027",
        "Club ados : réservé aux 12 – 17 ans",
        "Poterie : close depuis le 30 novembre 2026",
        "Cantine : déjà inscrits ou demandés",
    ):
        assert dit in autres


def test_choosing_swaps_in_its_part_as_the_page_loaded_afresh_has_it(monde, claire, theatre):
    page = Page(claire, ICI)
    page.cliquer("#activite", activite_choisie=theatre.id)
    partie = page.texte("#partie")
    for dit in ("Un spectacle en juin.", "mercredi et vendredi, 17 h – 18 h 30", "12 places", "4 – 11 ans"):
        assert dit in partie
    assert "Atelier théâtre" in page.texte("#apercu")
    page.un(f"#activite option[value='{theatre.id}']")["selected"] = ""  # as the browser shows it
    del page.un("#activite option[value='']")["selected"]
    assert_comme_rechargee(page)


def test_another_activity_keeps_the_children_and_the_words(monde, claire, theatre):
    danse = atelier(monde, nom="Danse")
    page = ouvrir(claire, theatre, monde.lea)
    page.un("#remarques").string = "Avec sa cousine."
    page.cliquer("#activite", activite_choisie=danse.id)
    assert page.texte("#presentation") == "Danse"
    assert valeurs(page, "enfants") == [str(monde.lea.id)]
    assert page.un("#remarques").get_text() == "Avec sa cousine."


def test_without_javascript_choosing_is_a_button_and_the_children_stay(monde, claire, theatre):
    danse = atelier(monde, nom="Danse")
    page = ouvrir(claire, theatre, monde.lea)
    suite = page.suivre(CHOISIR, activite_choisie=danse.id, remarques="Léa vient à 17 h 15.")
    assert suite.texte("#partie h2[id=presentation]") == "Danse"
    assert valeurs(suite, "enfants") == [str(monde.lea.id)]
    assert suite.un("#remarques").get_text().strip() == "Léa vient à 17 h 15."


@pytest.mark.parametrize("bouton", [CHOISIR, CONTINUER])
def test_without_javascript_another_activity_takes_no_date_from_the_first(monde, claire, theatre, bouton):
    stage = atelier(monde, nom="Stage", debut=dt.date(2027, 4, 5), fin=dt.date(2027, 4, 30))
    page = ouvrir(claire, theatre, monde.lea)
    suite = page.suivre(bouton, activite_choisie=stage.id, jour=["2026-12-11"], semaine=["4-toutes"])
    assert suite.texte("h1") == "Ajouter une pré-inscription" and not suite.tous("#resume")
    assert (suite.un("#debut")["value"], suite.un("#fin")["value"]) == ("2027-04-05", "2027-04-30")
    assert valeurs(suite, "jour") == valeurs(suite, "semaine") == []
    assert valeurs(suite, "enfants") == [str(monde.lea.id)]


def test_a_child_who_cannot_be_registered_is_shown_with_the_reason(monde, claire):
    grands = atelier(monde, age_min=6, age_max=11)
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(grands, monde.noe, debut=DU, fin=grands.fin))
    page = ouvrir(claire, grands)
    enfants = page.texte("#enfants")
    assert "Inès, 4 ans Cette activité est réservée aux 6 – 11 ans" in enfants
    assert "Une demande est déjà en cours du 2 décembre 2026 au 2 juillet 2027" in enfants
    assert [e["value"] for e in page.tous("#enfants input[disabled]")] == [
        str(monde.noe.id),
        str(monde.ines.id),
    ]
    assert valeurs(page, "enfants") == [str(monde.lea.id)], "the only one possible is chosen from the start"


def test_the_longest_period_possible_is_proposed_when_the_whole_is_not(monde, claire):
    grands = atelier(monde, age_min=8)
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(grands, monde.lea))
    page = ouvrir(claire, grands)
    assert (page.un("#debut")["value"], page.un("#fin")["value"]) == ("2026-12-19", "2027-07-02")
    assert page.un("#debut")["min"] == "2026-12-01"
    assert valeurs(page, "enfants") == [str(monde.lea.id)]


def test_below_an_activity_that_cannot_be_asked_for_there_is_no_form(monde, claire, theatre):
    ferme = atelier(monde, nom="Cirque", preinscription_au=dt.date(2026, 11, 30))
    page = ouvrir(claire, ferme, monde.lea)
    assert "closes depuis le 30 novembre 2026" in page.texte("#activite-message")
    assert "closes depuis le 30 novembre 2026" in page.texte("#apercu")
    assert not page.tous("#debut, #jours, #apercu button")
    page.cliquer("#activite", activite_choisie=theatre.id)
    assert page.texte("#activite-message") == "" and page.tous("#debut, #apercu button")
    assert valeurs(page, "enfants") == [str(monde.lea.id)]


def test_the_period_is_proposed_and_bounded(claire, theatre):
    page = ouvrir(claire, theatre)
    assert page.un("#debut")["value"] == page.un("#debut")["min"] == "2026-12-01"
    assert page.un("#fin")["value"] == page.un("#fin")["max"] == "2027-07-02"


def test_an_activity_without_booking_says_so(monde, claire):
    page = ouvrir(claire, atelier(monde, reservable=False))
    assert "ne se réserve pas jour par jour" in page.texte("#reservation")
    assert not page.tous("[name=jour]")


def test_whoever_decides_for_no_child_is_refused(monde, connexion, theatre):
    for droit in ("information", "aucun"):
        julien = connexion(en_parent(monde, droit))
        assert julien.get(ICI).status_code == 403
        assert poster(julien, saisie(theatre, monde.lea, etape="envoyer")).status_code == 403
    assert Demande.select().count() == 0


def test_the_staff_does_not_come_in(monde, connexion, theatre):
    assert connexion(monde.sophie).get(ICI).status_code == 403


# ——— the days ———


def test_a_habit_ticks_its_days_and_the_count_tells_what_it_makes(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea, monde.noe)
    page.cliquer("#habitudes", semaine=["2-toutes"])
    mercredis = [j.isoformat() for j in jours_de(theatre, DU, theatre.fin) if j.weekday() == 2]
    assert valeurs(page, "jour") == mercredis
    n = len(mercredis)
    assert f"{2 * n} créneaux : {n} jours pour chacun des 2 enfants." in page.texte("#apercu")
    assert page.texte("#annonce") == f"{2 * n} créneaux : {n} jours pour chacun des 2 enfants."


def test_without_javascript_the_habit_is_applied_by_a_button(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    avec = ouvrir(claire, theatre, monde.lea)
    suite = page.suivre(APPLIQUER, semaine=["2-paires"])
    avec.cliquer("#habitudes", semaine=["2-paires"])
    assert valeurs(suite, "jour") == valeurs(avec, "jour") != []
    assert suite.texte("#apercu") == avec.texte("#apercu")


def test_a_day_ticked_changes_the_count_and_nothing_else(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    avant = page.texte("#partie")
    page.cliquer("#jours", jour=["2026-12-11"])
    assert "1 jour à réserver pour Léa." in page.texte("#apercu")
    assert page.texte("#partie") == avant


def test_single_days_stay_when_a_habit_changes(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    page.cliquer("#habitudes", semaine=["2-toutes"], jour=["2026-12-11"])
    assert "2026-12-11" in valeurs(page, "jour")
    page.cliquer("#habitudes", semaine=[])
    assert valeurs(page, "jour") == ["2026-12-11"]


def test_a_full_day_and_one_that_is_too_late_are_told_in_words(monde, claire, theatre):
    un_jour_trop_tard_un_jour_complet(theatre)
    page = ouvrir(claire, theatre, monde.lea)
    calendrier = page.texte("#jours")
    assert "Complet, liste d’attente : le 4." in calendrier
    assert "Délai de réservation dépassé : le 2." in calendrier
    assert page.un("#j2026-12-02").has_attr("disabled")
    assert page.un("#j2026-12-04")["aria-label"] == "vendredi 4 décembre, complet : liste d’attente"
    assert page.un("#j2026-12-02")["aria-label"] == "mercredi 2 décembre, Délai de réservation dépassé"


def test_another_period_draws_another_calendar_and_looks_at_the_children_again(monde, claire, theatre):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.noe))
    page = ouvrir(claire, theatre, monde.lea)
    assert page.un(f"#enfant-{monde.noe.id}").has_attr("disabled")
    page.cliquer("#periode", debut="2027-01-04", fin="2027-01-31")
    assert not page.un(f"#enfant-{monde.noe.id}").has_attr("disabled")
    assert [d.get_text(strip=True) for d in page.tous("#jours summary")] == ["janvier 2027"]


def test_a_period_that_cannot_be_keeps_what_was_ticked(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    page.cliquer("#habitudes", semaine=["2-toutes"], jour=["2026-12-11"])
    voulus = valeurs(page, "jour")
    page.cliquer("#periode", debut="2020-01-01")
    assert "Corrigez d’abord la période" in page.texte("#reservation")
    assert "La période commence entre le" in page.texte("#debut-message") and not page.texte("#fin-message")
    page.cliquer("#periode", debut="2026-12-01")
    assert valeurs(page, "jour") == voulus and not page.texte("#debut-message")


def test_dates_upside_down_are_told_at_once_and_aloud(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    page.cliquer("#periode", debut="2027-01-31", fin="2027-01-04")
    assert page.texte("#fin-message") == "La date de fin est avant la date de début."
    assert page.texte("#annonce") == "La date de fin est avant la date de début."


def test_the_address_draws_the_same_calendar_with_the_same_habits_applied(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    envoi = saisie(theatre, monde.lea, etape="appliquer", semaine=["2-toutes"])
    adresse = poster(claire, envoi, **{"HX-Request": "true"}).headers["HX-Replace-Url"]
    page.cliquer("#habitudes", debut=DU, fin=AU, semaine=["2-toutes"], etape="appliquer")
    retour = Page(claire, adresse)
    for nom in ("jour", "semaine", "enfants"):
        assert valeurs(retour, nom) == valeurs(page, nom) != []
    assert [c["value"] for c in retour.tous("[name=applique]")] == ["2-toutes"]
    assert (retour.un("#debut")["value"], retour.un("#fin")["value"]) == (DU.isoformat(), AU.isoformat())
    autres = [j for j in valeurs(retour, "jour") if j != "2026-12-09"]
    verif = retour.suivre(CONTINUER, jour=autres)
    assert f"{len(autres)} jours demandés" in verif.texte("main"), "the day taken off stays off"


def test_the_form_of_a_whole_year_stays_light(monde, claire):
    annee = atelier(monde)
    for jour in (0, 1, 3):
        Horaire.create(
            activite=annee, jour=jour, debut=dt.time(17), fin=dt.time(18, 30), places=9, periode="scolaire"
        )
    creer_seances(annee, annee.debut, annee.fin)
    page = ouvrir(claire, annee, monde.lea)
    page.cliquer("#habitudes", semaine=[f"{n}-toutes" for n in range(5)])
    assert len(valeurs(page, "jour")) > 130
    assert len(ouvrir(claire, annee, monde.lea).reponse.data) < 100_000
    suite = page.suivre(CONTINUER)
    assert suite.texte("h1") == "Vérifiez votre demande"


def test_the_number_of_queries_is_bounded(monde, claire, theatre):
    def requetes(*enfants, **plus) -> int:
        with count_queries() as compte:
            assert poster(claire, saisie(theatre, *enfants, **plus)).status_code == 200
        return compte.count

    requetes(monde.lea)
    un = requetes(monde.lea)
    for nom in ("Chant", "Danse", "Dessin"):
        atelier(monde, nom=nom)
    tous = [j.isoformat() for j in jours_de(theatre)]
    autres = {"semaine": ["2-toutes", "4-toutes"], "jour": tous}
    assert requetes(monde.lea, monde.noe, monde.ines, **autres) <= un + 3
    assert un < 25


# ——— the check before sending, then sending ———


def test_the_check_tells_child_by_child_what_is_asked_what_is_full_and_what_cannot_be(monde, claire, theatre):
    un_jour_trop_tard_un_jour_complet(theatre)
    page = ouvrir(claire, theatre, monde.lea, monde.ines)
    suite = page.suivre(CONTINUER, debut="2026-12-01", fin="2026-12-18", semaine=["2-toutes", "4-toutes"])
    for prenom in ("Léa", "Inès"):
        (section,) = [s for s in suite.tous("section.rubrique") if s.h2.get_text(strip=True) == prenom]
        texte = " ".join(section.get_text(" ").split())
        assert "Pré-inscription, du 1er au 18 décembre 2026, et 5 jours à réserver." in texte
        assert "1 jour est complet aujourd’hui : il ira en liste d’attente : vendredi 4 décembre." in texte
        assert "1 jour ne peut pas être réservé : il ne sera pas demandé." in texte
        assert "mercredi 2 décembre : Délai de réservation dépassé" in texte
    assert Demande.select().count() == 0


def test_sending_leads_to_the_acknowledgement_with_the_days_that_were_shown(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea, monde.noe)
    verif = page.suivre(CONTINUER, semaine=["4-toutes"], debut=DU, fin=AU, remarques="Avec sa cousine.")
    suite = verif.suivre("button[value=envoyer]")
    (demande,) = Demande.select()
    assert suite.url == f"/famille/preinscriptions/{demande.id}"
    assert "Votre demande est envoyée." in suite.texte("#bandeau")
    jours = [v.seance.jour for v in JourVoulu.select().order_by(JourVoulu.id)]
    assert jours == 2 * [j for j in jours_de(theatre) if j.weekday() == 4]
    assert Message.get().texte == "Avec sa cousine."


def test_modifier_gives_the_form_back_as_it_was(monde, claire, theatre):
    page = ouvrir(claire, theatre, monde.lea)
    page.cliquer("#habitudes", semaine=["2-toutes"], jour=["2026-12-11"])
    avant = valeurs(page, "jour")
    verif = page.suivre(CONTINUER, remarques="Une remarque.\n\nEt une autre.")
    retour = verif.suivre("button[value=modifier]")
    assert valeurs(retour, "jour") == avant
    assert valeurs(retour, "semaine") == ["2-toutes"]
    assert valeurs(retour, "enfants") == [str(monde.lea.id)]
    assert retour.un("#remarques").get_text().strip() == "Une remarque.\n\nEt une autre."


def test_sending_twice_makes_one_demande(monde, claire, theatre):
    envoi = saisie(theatre, monde.lea, etape="envoyer")
    premiere, seconde = poster(claire, envoi), poster(claire, envoi)
    assert premiere.status_code == seconde.status_code == 303
    assert premiere.location == seconde.location
    assert Demande.select().count() == 1
