"""An agreement to pay over time is noted, until a day, and lifted."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Entente, Evenement
from portail import clock
from portail.domain import ententes
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.activites.outils import limiter
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

TEXTE, MARS = "50 € le 5 de chaque mois", dt.date(2027, 3, 31)


def conclure(monde, texte: str = TEXTE, jusqu_au: dt.date = MARS, agent=None) -> Entente:
    return ententes.conclure(agent or monde.sophie, monde.adulte_claire.id, texte, jusqu_au)


def test_it_is_noted_with_its_journal_line(monde):
    entente = conclure(monde)
    ligne = Evenement.get(Evenement.objet == "entente")
    assert (entente.texte, entente.jusqu_au, entente.levee_le) == (TEXTE, MARS, None)
    assert (ligne.acte, ligne.auteur, ligne.famille) == (ententes.CONCLURE, monde.sophie, monde.moreau)


def test_it_runs_until_its_last_day(monde):
    conclure(monde)
    for jour, court in ((MARS, True), (MARS + dt.timedelta(1), False)):
        with clock.figer(clock.instant(jour, dt.time(12))):
            assert (ententes.en_cours(monde.adulte_claire.id) is not None) == court


def test_the_same_told_twice_is_one_and_another_waits_that_it_be_lifted(monde):
    premiere = conclure(monde)
    assert conclure(monde) == premiere
    with pytest.raises(DejaChange, match="levez-la"):
        conclure(monde, "100 € par mois")
    ententes.lever(monde.marc, premiere.id)
    assert conclure(monde, "100 € par mois").id != premiere.id


def test_it_is_lifted_once(monde):
    entente = conclure(monde)
    assert ententes.lever(monde.marc, entente.id).levee_le == MAINTENANT
    with pytest.raises(DejaChange):
        ententes.lever(monde.marc, entente.id)
    assert Evenement.select().where(Evenement.acte == ententes.LEVER).count() == 1


@pytest.mark.parametrize(
    "champ, texte, jusqu_au",
    [
        ("texte", "  ", MARS),
        ("texte", "x" * 1_001, MARS),
        ("jusqu_au", TEXTE, MAINTENANT.date() - dt.timedelta(1)),
        ("jusqu_au", TEXTE, MAINTENANT.date() + dt.timedelta(732)),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(monde, champ, texte, jusqu_au):
    with pytest.raises(Refus) as refus:
        conclure(monde, texte, jusqu_au)
    assert (refus.value.champ, Entente.select().count()) == (champ, 0)


def test_the_wrong_people_note_and_lift_nothing(monde):
    entente = conclure(monde)
    for qui in ("claire", "animateur"):
        for acte in (
            lambda qui=qui: conclure(monde, agent=getattr(monde, qui)),
            lambda qui=qui: ententes.lever(getattr(monde, qui), entente.id),
        ):
            with pytest.raises(Interdit):
                acte()
    for inconnu in (
        lambda: ententes.conclure(monde.sophie, 999_999, TEXTE, MARS),
        lambda: ententes.lever(monde.sophie, 999_999),
    ):
        with pytest.raises(Introuvable):
            inconnu()
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        ententes.lever(monde.sophie, entente.id)
    limiter(monde.marc)
    with pytest.raises(Introuvable):
        ententes.lever(monde.marc, entente.id)


def test_it_is_done_on_the_page_of_the_person(monde, octobre, connexion):
    sophie = connexion(monde.sophie)
    ici = f"/agents/facturation/impayes/{monde.adulte_claire.id}"
    fautive = poster(sophie, f"{ici}/ententes", {"texte": TEXTE, "jusqu_au": "demain"})
    vue = lire(fautive.text)
    assert fautive.status_code == 422 and TEXTE in vue.select_one("textarea").text
    assert vue.select_one("#jusqu_au-message") and vue.select_one("[name=jusqu_au]")["value"] == "demain"
    assert poster(sophie, f"{ici}/ententes", {"texte": TEXTE, "jusqu_au": "2027-03-31"}).status_code == 303
    page = lire(sophie.get(ici).text)
    assert "en cours" in mots(page.select_one(".entente")) and not page.select("textarea")
    assert "entente jusqu’au 31 mars 2027" in sophie.get("/agents/facturation/impayes").text
    levee = page.select_one(".entente form")["action"]
    assert poster(sophie, levee).status_code == 303
    assert poster(sophie, levee).status_code == 409
    assert sophie.get("/agents/facturation/impayes/999999").status_code == 404


def test_what_was_typed_while_another_runs_is_told_and_not_lost(monde, octobre, connexion):
    conclure(monde)
    sophie, ici = connexion(monde.sophie), f"/agents/facturation/impayes/{monde.adulte_claire.id}"
    for jour, statut in (("2027-02-28", 409), ("x", 422), ("  ", 422)):
        page = poster(sophie, f"{ici}/ententes", {"texte": "100 € par mois", "jusqu_au": jour})
        assert page.status_code == statut, jour
        lue = lire(page.text)
        assert mots(lue.select_one("#texte")) == "100 € par mois"
        assert lue.select_one("[role=alert]") if statut == 409 else lue.select_one("#jusqu_au-message")
    assert not lire(sophie.get(ici).text).select("#texte"), "nothing to type before the other is lifted"
