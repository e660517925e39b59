"""A tap: the child is there, is not, or was pointed by mistake."""

import datetime as dt

import pytest

import workflows as w
from models import Evenement, Pointage, Presence, Seance
from portail import clock
from portail.domain import planning, verification
from portail.domain.pointage import PAS_ENCORE, TROP_TARD, pointer
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.formulaires import poster
from tests.garanties.empreinte import contenu, difference
from tests.invariants import fautes
from tests.monde import HIER, LUNDI, MAINTENANT
from tests.pointage.conftest import AUJOURDHUI, etat, geste, issues


def tenir() -> None:
    """What must hold after any act."""
    assert fautes() == []
    siens = {"Places", "Places à donner", "Transitions", "Pointages", "Pointages à venir", "Départs"}
    assert [rupture for rupture in verification.verifier() if rupture.invariant in siens] == []


@pytest.mark.parametrize(("voulu", "statut"), [("present", w.PRESENT), ("absent", w.ABSENT)])
def test_a_booked_child_is_pointed_and_its_creneau_follows(monde, seance, voulu, statut):
    assert pointer(monde.animateur, seance.id, monde.lea.id, geste(voulu)) == "suivi"

    presence = Presence.get()
    assert (presence.etat, presence.sans_reservation, presence.pointe_par) == (voulu, False, monde.animateur)
    assert presence.pointe_le == MAINTENANT
    assert monde.statut(monde.lea, seance) == statut
    ligne = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (ligne.acte, ligne.objet, ligne.famille) == (f"pointer_{voulu}", "reservation", monde.moreau)
    assert issues(monde.lea) == [(voulu, "suivi")]
    tenir()


def test_it_is_corrected_as_often_as_one_likes_and_erased_as_if_nothing_had_been(monde, seance):
    qui = monde.animateur, seance.id, monde.lea.id
    for voulu, vu in (("present", ""), ("absent", "present"), ("present", "absent"), ("efface", "present")):
        assert pointer(*qui, geste(voulu, vu)) == "suivi"
        tenir()
    assert (etat(monde.lea, seance), monde.statut(monde.lea, seance)) == ("", w.RESERVE)
    assert Seance.get_by_id(seance.id).prises == 2
    assert pointer(*qui, geste("efface")) == "suivi"


def test_the_place_of_an_absent_child_is_not_taken_twice(monde, seance):
    """It was given away before the séance began: the child who comes after all is there without a booking."""
    qui = monde.animateur, seance.id, monde.lea.id
    pointer(*qui, geste("absent"))
    Seance.update(places=1).where(Seance.id == seance.id).execute()
    with pytest.raises(Refus, match="La place de Léa a été donnée"):
        pointer(*qui, geste("efface", "absent"))
    assert pointer(*qui, geste("present", "absent")) == "suivi"
    assert (etat(monde.lea, seance), Presence.get().sans_reservation) == ("present", True)
    assert monde.statut(monde.lea, seance) == w.ABSENT
    tenir()


@pytest.mark.parametrize(("heure", "promue"), [(9, True), (12, False)])
def test_before_the_deadline_an_absent_childs_place_serves_who_waits_after_it_nobody(
    monde, seance, heure, promue
):
    limite = clock.instant(AUJOURDHUI, dt.time(heure + 1))
    Seance.update(places=2, limite_reservation=limite).where(Seance.id == seance.id).execute()
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)
    avec_la_seance = clock.instant(AUJOURDHUI, dt.time(heure))
    with clock.figer(avec_la_seance):
        pointer(monde.animateur, seance.id, monde.lea.id, geste("absent"))
        assert monde.statut(monde.noe, seance) == (w.RESERVE if promue else w.LISTE_ATTENTE)
        tenir()


def test_a_no_show_is_told_from_an_absence_that_was_declared(monde, seance):
    matin = monde.seance(monde.matin, AUJOURDHUI + dt.timedelta(2))
    monde.poser(monde.lea, matin, w.RESERVE)
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, matin.id)])
    pointer(monde.animateur, seance.id, monde.lea.id, geste("absent"))
    assert monde.statut(monde.lea, matin) == monde.statut(monde.lea, seance) == w.ABSENT
    assert [(p.seance_id, p.sans_reservation) for p in Presence.select()] == [(seance.id, False)]


def test_a_presence_taken_over_from_before_is_corrected_like_any_other(monde):
    hier = monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, hier, w.PRESENT)
    assert pointer(monde.animateur, hier.id, monde.lea.id, geste("absent", "present")) == "suivi"
    assert (etat(monde.lea, hier), monde.statut(monde.lea, hier)) == ("absent", w.ABSENT)
    tenir()


# ——— who, where, when ———


def test_families_do_not_call_the_roll(monde, seance):
    with pytest.raises(Interdit):
        pointer(monde.claire, seance.id, monde.lea.id, geste("present"))


def test_out_of_the_accounts_places_neither_the_seance_nor_the_child_exists(monde, seance, ailleurs):
    avant = contenu()
    for enfant_id, seance_id in ((monde.lea.id, seance.id), (monde.lea.id, 999_999)):
        with pytest.raises(Introuvable):
            pointer(ailleurs, seance_id, enfant_id, geste("present"))
    with pytest.raises(Introuvable):
        pointer(monde.sophie, seance.id, 999_999, geste("present"))
    assert not difference(avant, contenu())


def test_a_seance_to_come_is_not_pointed_an_old_one_by_who_sets_up_alone(monde, seance):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    avant = contenu()
    with pytest.raises(Refus, match=PAS_ENCORE):
        pointer(monde.gestionnaire, monde.seance(monde.cantine, LUNDI).id, monde.lea.id, geste("present"))
    with clock.figer(MAINTENANT + dt.timedelta(days=8)), pytest.raises(Refus, match=TROP_TARD):
        pointer(monde.sophie, seance.id, monde.lea.id, geste("present"))
    assert not difference(avant, contenu())
    with clock.figer(MAINTENANT + dt.timedelta(days=8)):
        assert pointer(monde.gestionnaire, seance.id, monde.lea.id, geste("present")) == "suivi"
    with clock.figer(MAINTENANT + dt.timedelta(days=7)):
        assert pointer(monde.animateur, seance.id, monde.tomas.id, geste("present")) == "suivi"


# ——— the same tap twice, and another one meanwhile ———

CLE = "0b1f7c52-7a3f-4b0e-9a55-3d6f1f4f6c11"


def test_a_tap_that_is_sent_again_counts_once_even_if_others_came_since(monde, seance):
    qui = monde.animateur, seance.id, monde.lea.id
    pointer(*qui, geste("present", cle=CLE))
    pointer(*qui, geste("absent", "present"))
    avant = contenu()
    assert [pointer(*qui, geste("present", cle=CLE)) for _ in range(3)] == ["suivi"] * 3
    assert not difference(avant, contenu())
    with pytest.raises(Introuvable):
        pointer(monde.sophie, seance.id, monde.lea.id, geste("present", cle=CLE))


def test_somebody_pointed_otherwise_meanwhile_the_first_stays_both_are_kept_one_chooses(monde, seance):
    pointer(monde.sophie, seance.id, monde.lea.id, geste("present"))
    qui = monde.animateur, seance.id, monde.lea.id
    assert pointer(*qui, geste("absent", cle=CLE)) == "conflit"
    assert pointer(*qui, geste("absent", cle=CLE)) == "conflit"
    assert etat(monde.lea, seance) == "present"
    assert issues(monde.lea) == [("present", "suivi"), ("absent", "conflit")]

    assert pointer(*qui, geste("absent", "present")) == "suivi"

    assert etat(monde.lea, seance) == "absent"
    assert issues(monde.lea) == [("present", "suivi"), ("absent", "tranche"), ("absent", "suivi")]
    tenir()


def test_two_who_say_the_same_do_not_contradict_each_other(monde, seance):
    for qui in (monde.sophie, monde.animateur):
        assert pointer(qui, seance.id, monde.lea.id, geste("present")) == "suivi"
    assert Evenement.select().where(Evenement.acte == "pointer_present").count() == 1


def test_the_clock_of_the_device_may_be_wrong_both_times_are_kept(monde, seance):
    """It runs three hours late; the tap waited ten minutes."""
    tape = MAINTENANT - dt.timedelta(hours=3, minutes=10)
    envoye = MAINTENANT - dt.timedelta(hours=3)
    pointer(monde.animateur, seance.id, monde.lea.id, geste("present", tape_le=tape, envoye_le=envoye))
    recu = Pointage.get()
    assert (recu.tape_le, recu.recu_le) == (tape, MAINTENANT)
    assert Presence.get().pointe_le == MAINTENANT - dt.timedelta(minutes=10)
    futur = MAINTENANT + dt.timedelta(days=400)
    pointer(monde.animateur, seance.id, monde.tomas.id, geste("present", tape_le=futur, envoye_le=MAINTENANT))
    assert {p.pointe_le for p in Presence.select()} == {MAINTENANT, MAINTENANT - dt.timedelta(minutes=10)}


# ——— by the page ———


def test_by_the_form_the_page_comes_back_at_the_childs_row(monde, seance, connexion):
    client = connexion(monde.animateur)
    url = f"/agents/pointage/{seance.id}/enfants/{monde.lea.id}/pointage"
    reponse = poster(client, url, {"voulu": "present", "vu": ""})
    assert (reponse.status_code, reponse.location) == (
        303,
        f"/agents/pointage/{seance.id}#p-{seance.id}-{monde.lea.id}",
    )
    assert poster(client, url, {"voulu": "toggle"}).status_code == 422
    conflit = poster(client, url, {"voulu": "absent", "vu": ""})
    assert conflit.status_code == 409
    assert "Noté sur le portail" in conflit.text and "Retenir « Absent »" in conflit.text
    assert etat(monde.lea, seance) == "present"


def test_a_device_gets_the_row_as_it_now_is_with_what_was_refused(monde, seance, connexion):
    client = connexion(monde.animateur)
    url = f"/agents/pointage/{seance.id}/enfants/{monde.lea.id}/pointage"
    recu = poster(client, url, {"voulu": "present", "cle": CLE}, headers={"HX-Request": "true"})
    assert recu.status_code == 200
    assert recu.text.strip().startswith("<li") and 'data-etat="present"' in recu.text
    lundi = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, lundi, w.RESERVE)
    refuse = poster(
        client,
        f"/agents/pointage/{lundi.id}/enfants/{monde.lea.id}/pointage",
        {"voulu": "present"},
        headers={"HX-Request": "true"},
    )
    assert refuse.status_code == 422
    assert PAS_ENCORE in refuse.text
