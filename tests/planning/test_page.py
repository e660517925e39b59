"""The planning's page: views, filters, what the address may hold, what it costs."""

import datetime as dt

import brotli
import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier
from portail import clock
from tests.html import mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI, MAINTENANT

MOIS = "/famille/planning?vue=mois&date=2026-12-01"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def test_the_month_shows_each_child_on_each_seance(monde, claire):
    page = Page(claire, MOIS)

    slot = page.un(f"#c-{monde.lea.id}-{monde.seance(monde.cantine, LUNDI).id} a")
    assert slot["aria-label"] == "Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30, Non réservé"
    assert len(page.tous(".creneau")) == 3 * len(page.tous(".seance"))
    assert page.texte("#periode") == "Décembre 2026"


def test_a_child_is_only_shown_where_it_is_preinscribed(monde, connexion):
    page = Page(connexion(monde.paulo), MOIS)
    assert {mots(p.select_one("span")) for p in page.tous(".seance > p")} == {"Cantine", "Accueil du soir"}


def test_the_tooltip_says_the_status_in_the_guides_words_and_the_deadline(monde, claire):
    seance = monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)

    page = Page(claire, MOIS)

    lea = page.texte(f"#c-{monde.lea.id}-{seance.id}-i")
    assert "Activité réservée" in lea and "Absence à déclarer avant le jeudi 3 décembre à 12 h" in lea
    assert "1er sur la liste d’attente." in page.texte(f"#c-{monde.noe.id}-{seance.id}-i")


def test_the_legend_is_the_guides(monde, claire):
    assert [mots(li) for li in Page(claire, MOIS).tous(".legende li")] == [
        "Activité réservée ou enfant présent",
        "Demande en attente de validation",
        "Enfant en liste d’attente",
        "Enfant absent à cette activité",
        "Non réservé",
    ]


def test_days_without_school_are_named(monde, claire):
    Calendrier.create(genre="vacances", nom="Pont", zone="B", debut=LUNDI, fin=LUNDI, confirme=False)
    page = Page(claire, MOIS)
    mentions = {
        mots(jour.select_one("h3")): mots(jour.select_one(".mention")) for jour in page.tous(".nomme")
    }
    assert mentions["vendredi 25 décembre"] == "Noël, jour férié"
    assert mentions["mardi 22 décembre"] == "Vacances de Noël"
    assert mentions["lundi 7 décembre"] == "Pont (à confirmer)"


@pytest.mark.parametrize(
    ("vue", "jours", "avant", "apres"),
    [
        ("mois", 35, "Mois précédent", "Mois suivant"),
        ("semaine", 7, "Semaine précédente", "Semaine suivante"),
        ("semaine5", 5, "Semaine précédente", "Semaine suivante"),
        ("jour", 1, "Jour précédent", "Jour suivant"),
    ],
)
def test_each_view_has_its_days_and_its_steps(claire, vue, jours, avant, apres):
    page = Page(claire, f"/famille/planning?vue={vue}&date=2026-12-07")
    assert len(page.tous(".jour")) == jours
    assert [a.get("aria-label") or mots(a) for a in page.tous(".pas a")] == [avant, "Aujourd’hui", apres]


@pytest.mark.parametrize(
    "cible", ["#pas-avant", "#pas-apres", "#pas-aujourdhui", "#vue-jour", "#vue-semaine"]
)
def test_a_step_in_place_gives_the_page_loaded_afresh(claire, cible):
    page = Page(claire, MOIS)
    page.cliquer(cible)
    assert page.url != MOIS or cible == "#pas-aujourdhui"
    assert_comme_rechargee(page)


def test_hiding_a_child_is_in_the_address_and_in_the_page(monde, claire):
    page = Page(claire, MOIS)
    bouton = f"#f-enfant-{monde.noe.id}"

    page.cliquer(bouton)

    assert f"enfant={monde.lea.id}&enfant={monde.ines.id}" in page.url
    assert page.un(bouton)["aria-pressed"] == "false"
    assert {mots(b) for b in page.tous(".creneau b")} == {"Léa", "Inès"}
    assert_comme_rechargee(page)
    page.cliquer(bouton)
    assert "enfant=" not in page.url
    assert page.un(bouton)["aria-pressed"] == "true"


def test_hiding_works_without_javascript(monde, claire):
    page = Page(claire, MOIS).suivre(f"#f-activite-{monde.cantine.id}")
    assert "Cantine" not in {mots(p.select_one("span")) for p in page.tous(".seance > p")}


def test_everything_can_be_hidden_and_shown_again(monde, claire):
    page = Page(claire, "/famille/planning?vue=mois&date=2026-12-01&enfant=aucun")
    assert not page.tous(".creneau")
    page.cliquer(f"#f-enfant-{monde.lea.id}")
    assert {mots(b) for b in page.tous(".creneau b")} == {"Léa"}


@pytest.mark.parametrize(
    ("parametres", "phrase"),
    [
        ("date=hier", "Cette date n’existe pas"),
        ("date=2026-02-30", "Cette date n’existe pas"),
        ("date=9999-12-01", "ne va pas jusqu’en 9999"),
        ("date=0001-01-01", "ne va pas jusqu’en 1"),
        ("date=٢٠٢٦-12-01", ""),
        ("vue=siecle", "Cette vue du planning n’existe pas"),
        ("date=2026-12-01&date=2026-12-02", "plusieurs fois"),
        ("enfant=lea", "L’un des enfants demandés n’existe pas"),
        ("enfant=-1", "L’un des enfants demandés n’existe pas"),
        ("activite=1e3", "L’une des activités demandées n’existe pas"),
        ("activite=" + "9" * 400, "L’une des activités demandées n’existe pas"),
        ("vue=" + "m" * 5000, "Cette vue du planning n’existe pas"),
    ],
)
def test_an_address_that_cannot_be_says_so_and_still_shows_a_month(claire, parametres, phrase):
    reponse = claire.get(f"/famille/planning?{parametres}")
    assert reponse.status_code in ((422,) if phrase else (200, 422))
    assert phrase in reponse.text
    assert "Planning des activités" in reponse.text


@pytest.mark.parametrize("bord", ["2000-01-01", "2099-12-31", "2024-02-29"])
@pytest.mark.parametrize("vue", ["mois", "semaine", "semaine5", "jour"])
def test_the_ends_of_the_calendar_hold(claire, vue, bord):
    assert claire.get(f"/famille/planning?vue={vue}&date={bord}").status_code == 200


def test_a_nul_in_the_address_is_refused(claire):
    assert claire.get("/famille/planning?vue=%00").status_code == 400


def test_anothers_child_or_activity_in_the_filters_does_not_exist(monde, claire, connexion):
    assert claire.get(f"/famille/planning?enfant={monde.tomas.id}").status_code == 404
    assert claire.get("/famille/planning?activite=999999").status_code == 404
    paulo = connexion(monde.paulo)
    assert paulo.get(f"/famille/planning?activite={monde.centre.id}").status_code == 404


@pytest.mark.parametrize("qui", ["sophie", "gestionnaire", "animateur"])
def test_staff_have_no_family_planning(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get(MOIS).status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    reponse = client.get(MOIS)
    assert reponse.status_code == 303
    assert reponse.location.startswith("/connexion?next=/famille/planning")


def test_a_month_costs_seven_queries_at_most(monde, claire):
    claire.get(MOIS)
    with count_queries() as compteur:
        assert claire.get(MOIS).status_code == 200
    assert compteur.count <= 7


def test_the_number_of_bookings_does_not_change_the_number_of_queries(monde, claire):
    claire.get(MOIS)
    with count_queries() as vide:
        claire.get(MOIS)
    for enfant in (monde.lea, monde.noe, monde.ines):
        for seance in monde.cantine.seances:
            monde.poser(enfant, seance, w.RESERVE)
    with count_queries() as plein:
        claire.get(MOIS)
    assert plein.count == vide.count


def test_a_month_of_three_children_and_four_activities_is_sent_in_fifteen_kilobytes(monde, claire):
    reponse = claire.get(MOIS, headers={"Accept-Encoding": "br"})
    assert reponse.headers["Content-Encoding"] == "br"
    assert brotli.decompress(reponse.data).decode().count('class="creneau') > 150
    assert len(reponse.data) < 15_000


def test_personal_pages_are_never_kept(claire):
    reponse = claire.get(MOIS)
    assert reponse.headers["Cache-Control"] == "no-store"
    assert {"Cookie", "HX-Request"} <= set(reponse.vary)


def test_on_a_phone_the_days_behind_are_put_away_and_can_be_had_back(monde, connexion):
    with clock.figer(MAINTENANT + dt.timedelta(9)):
        page = Page(connexion(monde.claire), "/famille/planning")
        assert len(page.tous(".jour.passe:not(.hors)")) == 9
        assert page.texte(".passes") == "Afficher les jours passés"
        assert not Page(page.client, "/famille/planning?date=2026-11-05").tous(".passes")
