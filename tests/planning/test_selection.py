"""Several slots of the planning, chosen and asked for together: the boxes, what it would give, the act."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Demande, MotifAbsence, Reservation
from portail.domain import planning, selection
from tests.actes import empreinte, places
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes
from tests.monde import HIER, JEUDI, LUNDI
from tests.preinscriptions.parents import en_parent

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
CHOIX = f"{SEMAINE}&choix=1"
ADRESSE = "/famille/planning/selection"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def code(enfant, seance) -> str:
    return f"{enfant.id}-{seance.id}"


def apercu(client, *codes: str, attendu: int = 200) -> Page:
    choisis = "&".join(f"creneau={c}" for c in codes)
    return Page(client, f"{ADRESSE}?vue=semaine&date=2026-12-07&choix=1&{choisis}", attendu)


# ——— the boxes ———


def test_each_slot_becomes_a_box_of_the_same_name(monde, claire):
    noms = [a["aria-label"] for a in Page(claire, SEMAINE).tous(".creneau")]
    page = Page(claire, SEMAINE)
    page.cliquer("#choix-multiple")
    assert [case["aria-label"] for case in page.tous(".a-choisir input")] == noms
    assert {case["name"] for case in page.tous(".a-choisir input")} == {"creneau"}
    assert page.url.endswith("&choix=1")
    assert_comme_rechargee(page)


def test_what_cannot_be_asked_for_cannot_be_ticked_and_says_why(monde, claire):
    seance = monde.seance(monde.cantine, LUNDI)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    page = Page(claire, CHOIX)
    case = page.un(f"#c-{monde.lea.id}-{seance.id}-a")
    assert case.has_attr("disabled")
    assert not page.un(f"#c-{monde.noe.id}-{seance.id}-a").has_attr("disabled")


def test_the_look_keeps_choosing_from_one_week_to_the_next(claire):
    page = Page(claire, CHOIX)
    page.cliquer("#pas-apres")
    assert page.tous(".a-choisir") and page.url.endswith("&choix=1")


# ——— what it would give ———


def test_the_preview_says_what_is_booked_what_is_an_absence_and_what_cannot_be(monde, claire):
    cantine, matin = monde.seance(monde.cantine, LUNDI), monde.seance(monde.matin, LUNDI)
    hier = monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, matin, w.RESERVE)
    avant = empreinte()

    page = apercu(claire, code(monde.lea, cantine), code(monde.lea, matin), code(monde.noe, hier))

    texte = page.texte("main")
    assert "À réserver Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30" in texte
    assert (
        "Absences à déclarer Léa, Accueil du matin, lundi 7 décembre, 7 h 30 – 8 h 30 non facturée" in texte
    )
    assert "Ce qui n’est pas possible Noé, Cantine, lundi 30 novembre" in texte
    assert "Cette séance est passée" in texte
    assert page.texte("main form button") == "Demander 1 réservation et déclarer 1 absence"
    assert empreinte() == avant


def test_a_full_slot_is_told_to_be_the_waiting_list(monde, claire):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    page = apercu(claire, code(monde.lea, seance), code(monde.noe, seance))
    assert [li.get_text(" ", strip=True).endswith("en liste d’attente") for li in page.tous("main li")] == [
        False,
        True,
    ]
    assert "Ensemble ou pas du tout" in page.texte("main form")


# ——— the act ———


def test_both_natures_are_asked_for_at_once_and_the_planning_tells(monde, claire):
    cantine, matin = monde.seance(monde.cantine, LUNDI), monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, matin, w.RESERVE)
    page = apercu(claire, *(code(e, cantine) for e in (monde.lea, monde.noe)), code(monde.lea, matin))

    page = page.suivre("main form button")

    assert page.url == SEMAINE
    assert "2 réservations demandées, 1 absence enregistrée." in page.texte("#bandeau")
    assert [
        monde.statut(e, s) for e, s in ((monde.lea, cantine), (monde.noe, cantine), (monde.lea, matin))
    ] == [
        w.RESERVATION_ATTENTE,
        w.RESERVATION_ATTENTE,
        w.ABSENT,
    ]
    assert [d.nature for d in Demande.select().order_by(Demande.nature)] == [
        w.NATURE_ABSENCE,
        w.NATURE_RESERVATION,
    ]
    assert [b.text for b in page.tous("#bandeau form button")] == ["Annuler ces réservations"]
    page.suivre("#bandeau form button")
    assert monde.statut(monde.noe, cantine) == w.NON_RESERVE
    assert fautes() == []


def test_several_absences_that_wait_for_the_town_are_told_in_the_plural_and_looked_at_again(monde, claire):
    cantine, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    for seance in (cantine, jeudi):
        monde.poser(monde.lea, seance, w.RESERVE)
    codes = code(monde.lea, cantine), code(monde.lea, jeudi)
    page = apercu(claire, *codes).suivre("main form button")
    assert "2 absences à valider par la mairie." in page.texte("#bandeau")
    # the Back button, then the same address again: nothing went wrong, it was asked for
    texte = apercu(claire, *codes).texte("main")
    assert "11 h 30 – 13 h 30 Demande en attente de validation" in texte and "téléphone" not in texte


def test_asked_for_together_or_not_at_all_they_wait_together(monde, claire):
    seance = places(monde.seance(monde.matin, LUNDI), 1)
    page = apercu(claire, code(monde.lea, seance), code(monde.noe, seance))
    page = page.suivre("main form button", ensemble="1")
    assert "2 créneaux en liste d’attente." in page.texte("#bandeau")
    assert {r.statut for r in Reservation.select()} == {w.LISTE_ATTENTE}


def test_the_reason_goes_with_the_absences(monde, claire):
    voyage = MotifAbsence.create(nom="Voyage", facturation="toujours")
    matin = monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, matin, w.RESERVE)
    page = apercu(claire, code(monde.lea, matin))
    assert [o.text for o in page.tous("option")] == ["Sans précision : non facturée", "Voyage : facturée"]
    page.suivre("main form button", raison=str(voyage.id))
    assert Demande.get().motif_absence == voyage


def test_a_reason_that_is_none_is_said_beside_the_field_and_nothing_is_lost(monde, claire):
    MotifAbsence.create(nom="Voyage")
    matin, cantine = monde.seance(monde.matin, LUNDI), monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, matin, w.RESERVE)
    corps = {"absenter": code(monde.lea, matin), "reserver": code(monde.noe, cantine), "raison": "x"}
    reponse = poster(claire, ADRESSE, corps)
    assert reponse.status_code == 422 and "Choisissez un motif dans la liste." in reponse.text
    assert 'name="reserver"' in reponse.text and 'name="absenter"' in reponse.text
    assert Demande.select().count() == 0


def test_asking_twice_is_harmless(monde, claire):
    seance = monde.seance(monde.cantine, LUNDI)
    corps = {"reserver": code(monde.lea, seance)}
    assert poster(claire, ADRESSE, corps).status_code == 303
    assert poster(claire, ADRESSE, corps).status_code == 303
    assert Demande.select().count() == 1
    assert "1 créneau déjà ainsi." in Page(claire, SEMAINE).texte("#bandeau")


def test_what_has_become_impossible_meanwhile_is_told_and_the_rest_is_done(monde, claire):
    cantine, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, jeudi, w.ABSENT)
    reponse = poster(claire, ADRESSE, {"reserver": [code(monde.lea, cantine), code(monde.lea, jeudi)]})
    bandeau = Page(claire, reponse.location).texte("#bandeau")
    assert "1 réservation demandée. 1 créneau refusé : Ce créneau est à l’état « Absent »" in bandeau


def test_when_nothing_is_possible_any_more_it_is_said_above(monde, claire):
    hier = monde.seance(monde.cantine, HIER)
    reponse = poster(claire, ADRESSE, {"reserver": code(monde.lea, hier)})
    assert reponse.status_code == 422 and "Cette séance est passée" in reponse.text


# ——— what may not be ———


def test_nothing_chosen_is_a_sentence_and_a_way_back(claire):
    page = apercu(claire, attendu=422)
    assert "Choisissez au moins un créneau sur le planning." in page.texte("main")
    assert page.un("main .actions a")["href"].endswith("&choix=1")
    assert poster(claire, ADRESSE, {}).status_code == 422


def test_too_many_is_a_sentence_and_nothing_is_asked(monde, claire, monkeypatch):
    monkeypatch.setattr(selection, "CRENEAUX_MAX", 2)
    codes = [code(e, monde.seance(monde.cantine, LUNDI)) for e in (monde.lea, monde.noe, monde.ines)]
    assert "demandez-les en plusieurs fois" in apercu(claire, *codes, attendu=422).texte("main")
    reponse = poster(claire, ADRESSE, {"reserver": codes})
    assert reponse.status_code == 422 and "demandez-les en plusieurs fois" in reponse.text
    assert Demande.select().count() == 0


def test_two_hundred_slots_hold_in_an_address(monde):
    codes = "&".join(f"creneau=12345-{n}" for n in range(1_000_000, 1_000_000 + selection.CRENEAUX_MAX))
    assert len(f"GET {ADRESSE}?vue=semaine&date=2026-12-07&choix=1&{codes} HTTP/1.1") < 8190


@pytest.mark.parametrize("faux", ["x", "1", "1-", "-", "1-x", "²-1", "1-99999999999", ""])
def test_what_is_no_slot_is_not_found(monde, claire, faux):
    assert claire.get(f"{ADRESSE}?creneau={faux}").status_code == 404
    assert poster(claire, ADRESSE, {"reserver": faux}).status_code == 404
    assert Demande.select().count() == 0


def test_another_familys_slot_is_not_found_and_nothing_is_asked(monde, claire):
    seance = monde.seance(monde.cantine, LUNDI)
    codes = [code(monde.lea, seance), code(monde.tomas, seance)]
    apercu(claire, *codes, attendu=404)
    assert poster(claire, ADRESSE, {"reserver": codes}).status_code == 404
    assert Demande.select().count() == 0


def test_who_only_follows_the_child_is_told_and_asks_nothing(monde, connexion):
    julien = connexion(en_parent(monde, "information"))
    seance = monde.seance(monde.cantine, LUNDI)
    assert all(case.has_attr("disabled") for case in Page(julien, CHOIX).tous(".a-choisir input"))
    assert "seul un parent qui exerce l’autorité parentale" in apercu(julien, code(monde.lea, seance)).texte(
        "main"
    )
    assert poster(julien, ADRESSE, {"reserver": code(monde.lea, seance)}).status_code == 403
    assert Demande.select().count() == 0


def test_an_agent_has_no_selection(monde, connexion):
    assert connexion(monde.sophie).get(ADRESSE).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_slots(monde, claire):
    seances = [monde.seance(monde.cantine, jour) for jour in (LUNDI, JEUDI)]

    def requetes(*codes: str) -> int:
        with count_queries() as compte:
            apercu(claire, *codes)
        return compte.count

    requetes(code(monde.lea, seances[0]))  # the town is read once
    une = requetes(code(monde.lea, seances[0]))
    assert requetes(*(code(e, s) for e in (monde.lea, monde.noe, monde.ines) for s in seances)) == une
