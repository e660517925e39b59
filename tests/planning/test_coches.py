"""What is ticked on the planning stays ticked: other days, another view, a child hidden, and back."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import MotifAbsence
from portail.domain import selection
from tests.actes import empreinte
from tests.formulaires import poster
from tests.htmx import Page
from tests.monde import HIER, JEUDI, LUNDI
from tests.preinscriptions.parents import en_parent

CHOIX = "/famille/planning?vue=semaine&date=2026-12-07&choix=1"
ADRESSE = "/famille/planning/selection"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def codes(monde) -> list[str]:
    """Léa on Monday, Noé on Thursday, of the same week."""
    return [
        code(monde.lea, monde.seance(monde.cantine, LUNDI)),
        code(monde.noe, monde.seance(monde.cantine, JEUDI)),
    ]


def code(enfant, seance) -> str:
    return f"{enfant.id}-{seance.id}"


def cocher(page: Page, *codes: str) -> None:
    for voulu in codes:
        page.un(f'.a-choisir [value="{voulu}"]')["checked"] = ""


def coches(page: Page) -> list[str]:
    """What is ticked in sight."""
    return sorted(case["value"] for case in page.tous(".a-choisir [checked]"))


def gardes(page: Page) -> list[str]:
    """What is ticked elsewhere, and would be sent too."""
    return sorted(cache["value"] for cache in page.tous(".barre-de-choix [name=creneau]"))


# ——— from one look to another ———


def test_the_next_week_keeps_what_was_ticked_and_says_that_it_is_not_in_sight(claire, codes):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    page.cliquer("#pas-apres")
    assert gardes(page) == codes and coches(page) == []
    assert page.texte("#combien") == "Créneaux choisis : , dont 2 non affichés ici"  # the sheet counts them


def test_back_on_its_week_a_slot_is_ticked_again_beside_those_that_stay_elsewhere(monde, claire, codes):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    page.cliquer("#pas-apres")
    suivante = page.tous(".a-choisir input:not([disabled])")[0]["value"]
    cocher(page, suivante)
    page.cliquer("#pas-avant")
    assert coches(page) == codes and gardes(page) == [suivante]
    assert page.texte("#combien").endswith("dont 1 non affiché ici")


def test_the_address_does_not_grow_with_the_ticks(claire, codes):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    for clic in ("#pas-apres", "#vue-mois", "#f-enfant-1", "#pas-aujourdhui"):
        page.cliquer(clic)
        assert "creneau" not in page.url and page.url.endswith("&choix=1")


@pytest.mark.parametrize("vue", ["mois", "semaine5", "jour"])
def test_another_view_keeps_them_all(claire, codes, vue):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    page.cliquer(f"#vue-{vue}")
    assert sorted(coches(page) + gardes(page)) == codes
    assert (gardes(page) == []) is (vue != "jour")


def test_a_child_hidden_keeps_its_ticks_and_all_shown_again_has_them_in_sight(monde, claire, codes):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    for enfant in (monde.lea, monde.noe, monde.ines):
        page.cliquer(f"#f-enfant-{enfant.id}")
        assert sorted(coches(page) + gardes(page)) == codes
    assert coches(page) == []
    page.cliquer(".vide a")
    assert coches(page) == codes and page.url.endswith("&choix=1")


def test_a_box_unticked_does_not_come_back(claire, codes):
    page = Page(claire, f"{CHOIX}&creneau={codes[0]}&creneau={codes[1]}")
    del page.un(f'.a-choisir [value="{codes[0]}"]')["checked"]
    page.cliquer("#pas-apres")
    assert gardes(page) == codes[1:]


def test_choosing_no_more_forgets_them(claire, codes):
    page = Page(claire, CHOIX)
    cocher(page, *codes)
    page.cliquer("#choix-multiple")
    page.cliquer("#choix-multiple")
    assert coches(page) == gardes(page) == []


# ——— the preview, and back ———


@pytest.mark.parametrize("lien", [".fil a", ".actions a"])
def test_what_is_not_in_sight_is_asked_for_too_and_one_comes_back_to_the_same_ticks(claire, codes, lien):
    page = Page(claire, f"{CHOIX.replace('12-07', '12-14')}&creneau={codes[0]}&creneau={codes[1]}")
    assert gardes(page) == codes
    page = page.suivre(".barre-de-choix button")
    assert page.texte("main form button") == "Demander 2 réservations"
    page = page.suivre(f"main {lien}")
    assert gardes(page) == codes and page.un("#periode").text.endswith("2026")
    page.cliquer("#pas-avant")
    assert coches(page) == codes


def test_refused_for_its_reason_the_choice_is_still_there_to_come_back_to(monde, claire, codes):
    MotifAbsence.create(nom="Voyage")
    matin = monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, matin, w.RESERVE)
    corps = {"absenter": code(monde.lea, matin), "reserver": codes[1], "raison": "x"}
    reponse = poster(claire, f"{ADRESSE}?{CHOIX.partition('?')[2]}", corps)
    assert reponse.status_code == 422
    assert f"&amp;choix=1&amp;creneau={codes[1]}&amp;creneau={code(monde.lea, matin)}" in reponse.text


def test_too_many_come_back_all_of_them_to_be_unticked(claire, codes, monkeypatch):
    monkeypatch.setattr(selection, "CRENEAUX_MAX", 1)
    page = Page(claire, f"{ADRESSE}?{CHOIX.partition('?')[2]}&creneau={codes[0]}&creneau={codes[1]}", 422)
    assert coches(page.suivre("main .actions a")) == codes


# ——— what may not be ———


def test_what_can_no_longer_be_asked_for_is_not_ticked(monde, claire):
    seance = monde.seance(monde.cantine, HIER)
    page = Page(claire, f"{CHOIX.replace('12-07', '11-30')}&creneau={code(monde.lea, seance)}")
    assert coches(page) == gardes(page) == []


@pytest.mark.parametrize("faux", ["x", "1", "1-", "-", "1-x", "²-1", "1-99999999999", "2147483647-1", ""])
def test_what_is_no_slot_is_not_kept(claire, codes, faux):
    page = Page(claire, f"{CHOIX}&creneau={faux}&creneau={codes[0]}")
    assert coches(page) == codes[:1] and gardes(page) == []


def test_another_familys_slot_is_not_kept(monde, claire, codes):
    for date in ("12-07", "12-14"):
        adresse = CHOIX.replace("12-07", date)
        etranger = code(monde.tomas, monde.seance(monde.cantine, LUNDI))
        page = Page(claire, f"{adresse}&creneau={etranger}&creneau={codes[0]}")
        assert [*coches(page), *gardes(page)] == codes[:1]


def test_who_may_not_follow_the_child_keeps_none_of_its_slots(monde, connexion, codes):
    julien = connexion(en_parent(monde, "aucun"))
    page = Page(julien, f"{CHOIX.replace('12-07', '12-14')}&creneau={codes[0]}")
    assert [*coches(page), *gardes(page)] == []


def test_when_nothing_is_being_chosen_what_is_ticked_is_not_read(claire, codes):
    avant = empreinte()
    page = Page(claire, f"{CHOIX.removesuffix('&choix=1')}&creneau={codes[0]}")
    assert page.tous("[name=creneau]") == [] and empreinte() == avant


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_slot_is_opened_and_asked_for_from_an_address_that_chooses(monde, claire, htmx):
    seance = monde.seance(monde.cantine, LUNDI)
    creneau = f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}"
    requete = CHOIX.partition("?")[2]
    assert claire.get(f"{creneau}?{requete}", headers=htmx).status_code == 200
    reponse = poster(claire, f"{creneau}/demande?{requete}", {"voulu": w.RESERVE}, headers=htmx)
    assert reponse.status_code == (200 if htmx else 303)


def test_two_hundred_ticks_hold_in_the_address_that_brings_them_back(claire):
    codes = "&".join(f"creneau=12345-{n}" for n in range(1_000_000, 1_000_000 + selection.CRENEAUX_MAX))
    assert len(f"GET {CHOIX}&enfant=12345&activite=12345&{codes} HTTP/1.1") < 8190


def test_ticks_in_sight_ask_for_no_more_queries_and_the_others_for_the_same_whatever_their_number(
    claire, codes
):
    def requetes(adresse: str, *coches: str) -> int:
        with count_queries() as compte:
            Page(claire, "&".join([adresse, *(f"creneau={c}" for c in coches)]))
        return compte.count

    ailleurs = CHOIX.replace("12-07", "12-14")
    requetes(CHOIX)  # the town is read once
    assert requetes(CHOIX, *codes) == requetes(CHOIX)
    assert requetes(ailleurs, *codes) == requetes(ailleurs, codes[0])
