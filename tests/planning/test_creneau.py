"""Clicking a slot: the confirmation in place, the act, its answer; with htmx and without JavaScript."""

import brotli
import pytest

import workflows as w
from models import Demande, Evenement, Reservation, Seance
from portail.domain import moderation, planning
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
"""The week of LUNDI: a fifth of a month to read, the same slots."""


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


class Slot:
    """One slot on the page, by child and séance."""

    def __init__(self, monde, enfant, activite, jour):
        self.enfant, self.seance = enfant, monde.seance(activite, jour)
        self.id = f"c-{enfant.id}-{self.seance.id}"
        self.lien = f"#{self.id}-a"
        self.bouton = f"#{self.id} .panneau button"
        self.adresse = f"/famille/planning/creneaux/{enfant.id}/{self.seance.id}"


@pytest.fixture
def lea_cantine(monde):
    return Slot(monde, monde.lea, monde.cantine, LUNDI)


def statut(slot) -> str:
    reservation = Reservation.get_or_none(enfant=slot.enfant, seance=slot.seance)
    return reservation.statut if reservation else w.NON_RESERVE


def jeton(client) -> str:
    return Page(client, "/famille").un(".compte [name=csrf_token]")["value"]


# ——— it works ———


def test_the_click_opens_the_confirmation_in_its_place(claire, lea_cantine):
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)
    panneau = page.texte(f"#{lea_cantine.id} .panneau")
    assert "Réserver pour Léa ?" in panneau
    assert "lundi 7 décembre, 11 h 30 – 13 h 30" in panneau
    assert "avant le jeudi 3 décembre à 12 h" in panneau
    assert "60 places restantes sur 60" in panneau
    assert statut(lea_cantine) == w.NON_RESERVE


def test_confirming_changes_the_slot_and_says_so(claire, lea_cantine):
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)

    page.cliquer(lea_cantine.bouton)

    assert page.un(lea_cantine.lien)["aria-label"].endswith("Réservation en attente")
    attendu = "Demande en attente de validation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30."
    assert page.texte("#annonce") == attendu
    assert attendu in page.texte("#bandeau")
    assert page.texte("#bandeau form button") == "Annuler ma demande"
    assert not page.tous(".panneau")
    assert_comme_rechargee(page, ("#annonce", "#bandeau", "#veille"))


def test_the_banners_way_back_cancels(claire, lea_cantine):
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)
    page.cliquer(lea_cantine.bouton)

    page.cliquer("#bandeau form button")

    assert page.un(lea_cantine.lien)["aria-label"].endswith("Non réservé")
    assert Demande.get().statut == w.ANNULEE
    assert not page.tous("#bandeau form button")


@pytest.mark.parametrize(
    ("activite", "avant", "apres"),
    [
        ("cantine", w.RESERVATION_ATTENTE, w.NON_RESERVE),
        ("cantine", w.RESERVE, w.ABSENCE_ATTENTE),
        ("cantine", w.ABSENCE_ATTENTE, w.RESERVE),
        ("matin", w.NON_RESERVE, w.RESERVE),
        ("matin", w.RESERVE, w.ABSENT),
        ("cantine", w.LISTE_ATTENTE, w.NON_RESERVE),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_each_state_opens_its_one_act(monde, claire, activite, avant, apres, javascript):
    slot = Slot(monde, monde.noe, getattr(monde, activite), JEUDI)
    couple = [(slot.enfant.id, slot.seance.id)]
    if avant == w.RESERVATION_ATTENTE:
        planning.demander_reservation(monde.claire, monde.moreau, couple)
    elif avant == w.ABSENCE_ATTENTE:
        monde.poser(slot.enfant, slot.seance, w.RESERVE)
        planning.declarer_absence(monde.claire, monde.moreau, couple)
    elif avant != w.NON_RESERVE:
        monde.poser(slot.enfant, slot.seance, avant)
    page = Page(claire, SEMAINE)

    if javascript:
        page.cliquer(slot.lien)
        page.cliquer(slot.bouton)
        assert page.un(slot.lien)["aria-label"].endswith(w.CRENEAU.etats[apres].libelle)
        assert_comme_rechargee(page, ("#annonce", "#bandeau", "#veille"))
    else:
        page = page.suivre(slot.lien).suivre(".panneau button")
        assert page.url == SEMAINE
        assert w.CRENEAU.etats[apres].phrase in page.texte("#bandeau")
        assert page.un(slot.lien)["aria-label"].endswith(w.CRENEAU.etats[apres].libelle)
    assert statut(slot) == apres


def test_without_javascript_the_banner_offers_the_way_back(claire, lea_cantine):
    page = Page(claire, SEMAINE).suivre(lea_cantine.lien).suivre(".panneau button")
    assert statut(lea_cantine) == w.RESERVATION_ATTENTE
    page = page.suivre("#bandeau form button")
    assert statut(lea_cantine) == w.NON_RESERVE


def test_a_full_seance_says_that_one_will_wait(monde, claire, lea_cantine):
    Seance.update(places=0).where(Seance.id == lea_cantine.seance.id).execute()
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)
    assert "complet : Léa sera en liste d’attente" in page.texte(".panneau")


def test_a_refusal_stays_readable_on_the_slot(monde, claire, lea_cantine):
    depot = planning.demander_reservation(
        monde.claire, monde.moreau, [(lea_cantine.enfant.id, lea_cantine.seance.id)]
    )
    moderation.refuser(monde.sophie, depot.demande.id, "Activité complète")
    page = Page(claire, SEMAINE)
    assert "Dernière demande refusée : Activité complète" in page.texte(f"#{lea_cantine.id}-i")
    page.cliquer(lea_cantine.lien)
    assert "refusée : Activité complète" in page.texte(".panneau dl")


# ——— already done, somebody else first ———


def test_a_double_click_is_harmless(claire, lea_cantine):
    corps = {"csrf_token": jeton(claire), "voulu": w.RESERVE}
    for _ in range(3):
        reponse = claire.post(lea_cantine.adresse + "/demande", data=corps, headers={"HX-Request": "true"})
        assert reponse.status_code == 200
    assert Demande.select().count() == 1


def test_cancelling_after_the_answer_is_told_kindly_and_shows_the_present_state(monde, claire, lea_cantine):
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)
    page.cliquer(lea_cantine.bouton)
    page.cliquer(lea_cantine.lien)
    moderation.accepter(monde.sophie, Demande.get().id)

    page.cliquer(lea_cantine.bouton, attendu=409)

    assert "La mairie a déjà répondu" in page.texte(".panneau [role=alert]")
    assert "La mairie a déjà répondu" in page.texte("#annonce")
    assert page.un(lea_cantine.lien)["aria-label"].endswith("Réservé")
    assert statut(lea_cantine) == w.RESERVE


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
@pytest.mark.parametrize("depuis", ["confirmation", "bandeau"])
def test_an_old_tab_does_not_cancel_what_was_asked_since(monde, claire, lea_cantine, geste, depuis):
    """It shows a booking that waits; since then it was accepted, and an absence was declared."""
    page = Page(claire, SEMAINE)
    page.cliquer(lea_cantine.lien)
    page.cliquer(lea_cantine.bouton)
    bouton = "#bandeau form button"
    if depuis == "confirmation":
        page.cliquer(lea_cantine.lien)
        bouton = lea_cantine.bouton
    moderation.accepter(monde.sophie, Demande.get().id)
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, lea_cantine.seance.id)])

    rendue = getattr(page, geste)(bouton, attendu=409)
    page = page if geste == "cliquer" else rendue

    assert statut(lea_cantine) == w.ABSENCE_ATTENTE
    assert "La mairie a déjà répondu : cette demande est acceptée" in page.texte("body")


def test_cancelling_after_the_answer_without_javascript(monde, claire, lea_cantine):
    page = Page(claire, SEMAINE).suivre(lea_cantine.lien).suivre(".panneau button").suivre(lea_cantine.lien)
    moderation.accepter(monde.sophie, Demande.get().id)
    page = page.suivre(".panneau button", attendu=409)
    assert "La mairie a déjà répondu" in page.texte("main")


# ——— the wrong moment ———


@pytest.mark.parametrize("activite", ["cantine", "matin"])
def test_a_past_seance_opens_no_act(monde, claire, activite):
    slot = Slot(monde, monde.lea, getattr(monde, activite), HIER)
    page = Page(claire, "/famille/planning?vue=semaine&date=2026-11-30")
    page.cliquer(slot.lien)
    assert not page.tous(".panneau form")
    assert "passée" in page.texte(".panneau")
    corps = {"csrf_token": jeton(claire), "voulu": w.RESERVE}
    for entetes in ({}, {"HX-Request": "true"}):
        reponse = claire.post(slot.adresse + "/demande", data=corps, headers=entetes)
        assert reponse.status_code == 422
        assert "Cette séance est passée" in reponse.text
    assert statut(slot) == w.NON_RESERVE


def test_an_absence_without_a_booking_is_refused_in_words(claire, lea_cantine):
    corps = {"csrf_token": jeton(claire), "voulu": w.ABSENT}
    reponse = claire.post(lea_cantine.adresse + "/demande", data=corps)
    assert reponse.status_code == 422
    assert "il n’y a pas d’absence à déclarer" in reponse.text


@pytest.mark.parametrize("voulu", ["", "present", "reserve ", "RESERVE", "non_reserve", "x" * 10_000])
def test_a_wanted_state_that_is_none_is_refused(claire, lea_cantine, voulu):
    corps = {"csrf_token": jeton(claire), "voulu": voulu}
    assert claire.post(lea_cantine.adresse + "/demande", data=corps).status_code == 400
    assert statut(lea_cantine) == w.NON_RESERVE


def test_what_else_the_body_says_changes_nothing(monde, claire, lea_cantine):
    corps = {
        "csrf_token": jeton(claire),
        "voulu": w.RESERVE,
        "statut": "reserve",
        "enfant": monde.tomas.id,
        "enfant_id": monde.tomas.id,
        "famille": monde.dasilva.id,
        "seance": 1,
        "auteur": monde.sophie.id,
        "role": "agent",
        "automatique": "1",
    }
    claire.post(lea_cantine.adresse + "/demande", data=corps)
    demande = Demande.get()
    assert (demande.famille, demande.auteur, demande.statut) == (monde.moreau, monde.claire, w.EN_ATTENTE)
    assert [r.enfant for r in Reservation.select()] == [monde.lea]


# ——— a stranger, the wrong role ———

ACTES = ("demande", "annulation", "renoncement")


def test_anothers_child_or_seance_does_not_exist(monde, claire, connexion):
    paulo = connexion(monde.paulo)
    cantine, centre = monde.seance(monde.cantine, LUNDI), monde.seance(monde.centre, MERCREDI)
    interdits = [
        (claire, monde.tomas.id, cantine.id),
        (paulo, monde.lea.id, cantine.id),
        (paulo, monde.tomas.id, centre.id),
        (claire, monde.lea.id, 999_999),
        (claire, 2**40, cantine.id),
    ]
    evenements = Evenement.select().count()
    for client, enfant, seance in interdits:
        adresse = f"/famille/planning/creneaux/{enfant}/{seance}"
        corps = {"csrf_token": jeton(client), "voulu": w.RESERVE}
        assert client.get(adresse).status_code == 404
        assert [client.post(f"{adresse}/{acte}", data=corps).status_code for acte in ACTES] == [404] * 3
    assert Reservation.select().count() == 0
    assert Evenement.select().count() == evenements


@pytest.mark.parametrize("adresse", ["/famille/planning/creneaux/x/1", "/famille/planning/creneaux/1/-1"])
def test_an_id_that_is_none_does_not_exist(claire, adresse):
    assert claire.get(adresse).status_code == 404


@pytest.mark.parametrize("qui", ["sophie", "animateur"])
def test_staff_cannot_act_as_a_family(monde, connexion, lea_cantine, qui):
    client = connexion(getattr(monde, qui))
    corps = {"csrf_token": Page(client, "/nulle-part", 404).tous("[name=csrf_token]")[0]["value"]}
    assert client.get(lea_cantine.adresse).status_code == 403
    for acte in ACTES:
        assert (
            client.post(f"{lea_cantine.adresse}/{acte}", data=corps | {"voulu": w.RESERVE}).status_code == 403
        )


def test_a_post_without_the_forms_token_is_refused(claire, lea_cantine):
    assert claire.post(lea_cantine.adresse + "/demande", data={"voulu": w.RESERVE}).status_code == 400
    assert statut(lea_cantine) == w.NON_RESERVE


def test_an_expired_session_sends_htmx_to_sign_in(monde, client, lea_cantine):
    reponse = client.get(
        lea_cantine.adresse, headers={"HX-Request": "true", "HX-Current-URL": "http://localhost" + SEMAINE}
    )
    assert reponse.status_code == 401
    assert reponse.headers["HX-Redirect"].startswith("/connexion?next=")


# ——— cost ———


def test_a_slots_answers_are_sent_in_two_kilobytes(claire, lea_cantine):
    entetes = {"HX-Request": "true", "Accept-Encoding": "br"}
    ouverte = claire.get(lea_cantine.adresse + "?" + SEMAINE.split("?")[1], headers=entetes)
    corps = {"csrf_token": jeton(claire), "voulu": w.RESERVE}
    faite = claire.post(
        lea_cantine.adresse + "/demande?" + SEMAINE.split("?")[1], data=corps, headers=entetes
    )
    for reponse in (ouverte, faite):
        assert reponse.status_code == 200
        taille = len(reponse.data)
        if reponse.headers.get("Content-Encoding") == "br":
            assert b"<li" in brotli.decompress(reponse.data)
        assert taille < 2_000
