"""The roll call on a phone: a hundred and twenty children by touch, the network cut in the middle of it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import workflows as w
from e2e.traces import RIEN, gardes
from models import Pointage, Presence, Reservation, Seance
from tests.courses.coureurs import peupler
from tests.invariants import fautes
from tests.monde import MAINTENANT, MOT_DE_PASSE

ANIMATEUR, AGENT = "animateur@example.org", "agent@example.org"
ENFANTS = 120
RESEAU = "#reseau"
REMPLIR = """async () => {
  sessionStorage.setItem("essai", "1");
  const base = await new Promise((suite) => {
    indexedDB.open("essai").onsuccess = (e) => suite(e.target.result);
  });
  base.close();
}"""
"""So that the stores that the portal does without hold something too."""


@pytest.fixture
def seance(monde) -> Seance:
    """Today's canteen, a hundred and twenty children booked."""
    seance = monde.seance(monde.cantine, MAINTENANT.date())
    Seance.update(places=ENFANTS).where(Seance.id == seance.id).execute()
    for foyer in peupler(monde.cantine, ENFANTS):
        monde.poser(foyer.enfant, seance, w.RESERVE)
    return Seance.get_by_id(seance.id)


@pytest.fixture
def au_doigt(browser, serveur):
    """`au_doigt(email)`: this person's phone, 360 px wide, touched and never clicked, signed in."""
    telephones: list[BrowserContext] = []
    fautes_vues: list[str] = []

    def prendre(email: str = ANIMATEUR) -> Page:
        telephone = browser.new_context(
            base_url=serveur,
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        telephone.set_default_timeout(15_000)
        telephones.append(telephone)
        page = telephone.new_page()
        page.on("pageerror", lambda erreur: fautes_vues.append(str(erreur)))
        entrer(page, email)
        return page

    yield prendre
    for telephone in telephones:
        telephone.close()
    assert fautes_vues == []


def entrer(page: Page, email: str) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Se déconnecter").wait_for()


def ouvrir(page: Page, seance: Seance) -> None:
    """The sheet, opened by its button; it is kept on the device before the network can be cut."""
    page.goto("/agents/pointage")
    page.locator(f"#s-{seance.id}").get_by_role("button", name=re.compile("Ouvrir la feuille")).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cantine")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    garde = "caches.open('pointage').then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
    for _ in range(50):
        noms = page.evaluate(garde)
        if f"/agents/pointage/{seance.id}" in noms and "/static/css/pointage.css" in noms:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the sheet is not kept: {noms}")


def toucher(page: Page, seance: Seance, enfant_id: int, geste: str = "present") -> None:
    page.locator(f"#p-{seance.id}-{enfant_id} .appel button[value={geste}]").tap()


def attendus(seance: Seance) -> list[int]:
    requete = Reservation.select(Reservation.enfant).where(Reservation.seance == seance)
    return [enfant for (enfant,) in requete.order_by(Reservation.enfant).tuples()]


def test_a_hundred_and_twenty_children_by_touch_the_network_cut_in_the_middle_lose_nothing(
    au_doigt, seance, sans_defilement
):
    page = au_doigt()
    ouvrir(page, seance)
    sans_defilement(page)
    enfants = attendus(seance)
    voulus = {enfant: "absent" if rang % 10 == 9 else "present" for rang, enfant in enumerate(enfants)}
    for enfant in enfants[:40]:
        toucher(page, seance, enfant, voulus[enfant])

    page.context.set_offline(True)
    for enfant in enfants[40:70]:
        toucher(page, seance, enfant, voulus[enfant])
    expect(page.locator(RESEAU)).to_contain_text("rien n’est perdu")
    page.reload()
    expect(page.locator(f"#p-{seance.id}-{enfants[69]}")).to_have_attribute("data-etat", voulus[enfants[69]])
    for enfant in enfants[70:]:
        toucher(page, seance, enfant, voulus[enfant])
    adresse = page.url
    seconde = page.context.new_page()
    page.close()  # the tab is killed, taps unsent
    seconde.goto(adresse)
    expect(seconde.locator("[data-total=restants]")).to_have_text("0")
    expect(seconde.locator(RESEAU)).to_contain_text("à envoyer")
    assert Presence.select().count() < ENFANTS

    seconde.context.set_offline(False)
    expect(seconde.locator(RESEAU)).to_be_hidden(timeout=180_000)
    expect(seconde.locator("[data-total=presents]")).to_have_text("108")

    assert {p.enfant_id: p.etat for p in Presence.select()} == voulus
    assert Pointage.select().where(Pointage.issue == "suivi").count() == ENFANTS
    assert Pointage.select().count() == ENFANTS
    assert fautes() == []


def test_two_devices_contradict_each_other_both_are_shown_and_one_chooses(au_doigt, seance):
    enfant = attendus(seance)[0]
    page, autre = au_doigt(), au_doigt(AGENT)
    ouvrir(page, seance)
    ouvrir(autre, seance)
    page.context.set_offline(True)
    toucher(page, seance, enfant, "absent")
    toucher(autre, seance, enfant, "present")
    expect(autre.locator(RESEAU)).to_be_hidden()
    page.context.set_offline(False)

    ligne = page.locator(f"#p-{seance.id}-{enfant}")
    expect(ligne.get_by_text("Noté sur le portail : présent")).to_be_visible(timeout=20_000)
    expect(ligne).to_contain_text("Absent, par Yann Le Goff")
    assert Presence.get().etat == "present"
    ligne.get_by_role("button", name=re.compile("^Retenir « Absent »")).tap()
    expect(ligne.locator(".conflits")).to_have_count(0)
    expect(autre.locator(f"#p-{seance.id}-{enfant}")).to_have_attribute("data-etat", "absent", timeout=25_000)
    assert Presence.get().etat == "absent"


def test_a_session_that_ends_keeps_the_taps_for_the_same_account_signing_out_keeps_nothing(au_doigt, seance):
    premier, second = attendus(seance)[:2]
    page = au_doigt()
    ouvrir(page, seance)
    page.context.set_offline(True)
    toucher(page, seance, premier)
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(RESEAU)).to_contain_text(re.compile("session est terminée|à envoyer"))
    gardes = page.evaluate("JSON.stringify(localStorage)")
    assert str(premier) in gardes and "Camille" not in gardes and "Foyer" not in gardes
    entrer(page, AGENT)
    page.goto(f"/agents/pointage/{seance.id}")
    expect(page.locator(RESEAU)).to_be_hidden()
    assert Presence.select().count() == 0
    page.context.clear_cookies()
    entrer(page, ANIMATEUR)
    page.goto(f"/agents/pointage/{seance.id}")
    expect(page.locator(f"#p-{seance.id}-{premier}")).to_have_attribute("data-etat", "present")
    expect(page.locator(RESEAU)).to_be_hidden()
    assert [(p.enfant_id, p.pointe_par.email) for p in Presence.select()] == [(premier, ANIMATEUR)]

    page.context.set_offline(True)
    toucher(page, seance, second)
    demandes: list[str] = []
    page.once("dialog", lambda d: (demandes.append(d.message), d.dismiss()))
    page.get_by_role("button", name="Se déconnecter").tap()
    assert "ne sont pas encore envoyés" in demandes[0]
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(RESEAU)).to_be_hidden()
    page.get_by_role("button", name="Se déconnecter").tap()
    expect(page.get_by_text("Vous êtes déconnecté")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("caches.keys()") == []


def test_signing_out_all_the_same_empties_every_store_of_the_device(au_doigt, seance):
    page = au_doigt()
    ouvrir(page, seance)
    page.context.route("**/enfants/*/pointage", lambda envoi: envoi.abort())
    page.evaluate(REMPLIR)
    toucher(page, seance, attendus(seance)[0])
    expect(page.locator(RESEAU)).to_contain_text("à envoyer")
    pleins = {nom for nom, contenu in gardes(page).items() if contenu}
    assert pleins == {"local", "session", "caches", "bases", "services"}
    page.once("dialog", lambda demande: demande.accept())
    page.get_by_role("button", name="Se déconnecter").tap()
    expect(page.get_by_text("Vous êtes déconnecté")).to_be_visible()
    assert gardes(page) == RIEN
    assert Presence.select().count() == 0


def test_without_script_the_forms_do_it_all(entrer, seance, monde):
    page = entrer(ANIMATEUR, taille="etroit", javascript=False)
    page.goto(f"/agents/pointage/{seance.id}")
    premier = attendus(seance)[0]
    ligne = page.locator(f"#p-{seance.id}-{premier}")
    ligne.get_by_role("button", name=re.compile("^Présent")).click()
    expect(ligne).to_have_attribute("data-etat", "present")
    page.get_by_label("Pas encore pointés").check()
    page.get_by_role("button", name="Filtrer").click()
    expect(ligne).to_have_count(0)
    page.get_by_role("searchbox", name=re.compile("Prénom ou nom de l’enfant")).fill("Léa")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name=re.compile("^Présent sans réservation : Léa")).click()
    expect(page.locator(f"#p-{seance.id}-{monde.lea.id}")).to_contain_text("Sans réservation")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_day_and_the_sheet_are_for_everybody_and_a_thumb(
    entrer, seance, monde, axe, sans_defilement, theme
):
    page = entrer(ANIMATEUR, taille="etroit", theme=theme)
    for adresse in ("/agents/pointage", f"/agents/pointage/{seance.id}"):
        page.goto(adresse)
        assert axe(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        sans_defilement(page)
    hauteurs = page.evaluate(
        "[...document.querySelectorAll('.appel button:not([hidden])')].map((b) => b.getBoundingClientRect())"
        ".flatMap((r) => [r.width, r.height])"
    )
    assert min(hauteurs) >= 44
