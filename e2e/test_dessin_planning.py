"""The planning as it is drawn: what only a browser can measure."""

import pytest
from playwright.sync_api import expect

from portail.domain.cadre import VUES

PLANNING = "/famille/planning?vue={}&date=2026-12-07"
DEBORDENT = """() => [...document.querySelectorAll(".infobulle")].map(bulle => {
  bulle.style.display = "block";
  const {left, right} = bulle.getBoundingClientRect();
  bulle.style.display = "";
  return left < 0 || right > document.documentElement.clientWidth ? bulle.textContent : "";
}).filter(Boolean)"""
HAUTEURS = """() => [...document.querySelectorAll(".mois > .jour")].map(jour =>
  Math.round(jour.querySelector("h3").getBoundingClientRect().top - jour.getBoundingClientRect().top))"""


@pytest.mark.parametrize("large", [360, 900, 1280])
def test_no_tooltip_leaves_the_window(entrer, large):
    page = entrer("famille@example.org")
    page.set_viewport_size({"width": large, "height": 900})
    for vue in VUES:
        page.goto(PLANNING.format(vue))
        assert page.locator(".infobulle").count() > 2
        assert page.evaluate(DEBORDENT) == []


def test_past_days_are_drawn_like_the_others(entrer):
    page = entrer("famille@example.org")
    page.goto(PLANNING.format("mois"))
    page.locator(".jour.passe").first.wait_for()
    assert len(set(page.evaluate(HAUTEURS))) == 1


@pytest.mark.parametrize("vue", ["mois", "semaine"])
def test_the_next_period_asked_for_below_is_read_from_its_beginning(entrer, vue):
    page = entrer("famille@example.org", taille="etroit")
    page.goto(PLANNING.format(vue))
    avant = page.locator("#periode").inner_text()
    page.locator(".suite a").click()
    expect(page.locator("#periode")).not_to_have_text(avant)
    expect(page.locator("#periode")).to_be_in_viewport()
    expect(page.locator(".suite a")).not_to_be_in_viewport()
