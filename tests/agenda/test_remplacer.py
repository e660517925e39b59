"""Another address takes the place of one."""

import pytest

from models import Agenda, Evenement
from portail.domain import agenda
from portail.domain.refus import DejaChange, Introuvable, Refus
from tests.actes import session_de
from tests.agenda.conftest import apres, chemin, ouvrir
from tests.droits.table import lier
from tests.formulaires import poster
from tests.htmx import Page
from tests.monde import MOT_DE_PASSE


def adresse(agenda_id: int) -> str:
    return f"/famille/agenda/{agenda_id}/remplacement"


def test_the_old_address_is_dead_at_once_and_the_new_one_shows_the_same(monde, client, lire):
    avant = ouvrir(monde.claire, monde.moreau, monde.lea)
    vieux = chemin(avant)
    neuf = agenda.remplacer(session_de(monde.claire), monde.moreau, avant.id)
    assert client.get(vieux).status_code == 404
    assert neuf.enfant_id == monde.lea.id and lire(neuf).evenements
    assert Agenda.get_by_id(avant.id).scelle == ""
    assert Evenement.select().order_by(Evenement.id.desc()).get().acte == "agenda_remplace"


def test_one_that_was_replaced_or_taken_away_is_409(monde, famille):
    session = session_de(monde.claire)
    agenda.remplacer(session, monde.moreau, famille.id)
    with pytest.raises(DejaChange):
        agenda.remplacer(session, monde.moreau, famille.id)
    assert Agenda.select().where(Agenda.revoque_le.is_null()).count() == 1


def test_that_of_the_other_parent_of_others_or_of_nobody_is_not_found(monde, julien, famille):
    lier(monde, "plein")
    for compte, de in ((julien, monde.moreau), (monde.paulo, monde.dasilva)):
        with pytest.raises(Introuvable):
            agenda.remplacer(session_de(compte), de, famille.id)
    with pytest.raises(Introuvable):
        agenda.remplacer(session_de(monde.claire), monde.moreau, 999_999)


def test_the_right_lost_meanwhile_is_seen(monde, julien):
    lier(monde, "information")
    sien = ouvrir(julien, monde.moreau, monde.lea)
    lier(monde, "aucun", monde.lea)
    with pytest.raises(Introuvable):
        agenda.remplacer(session_de(julien), monde.moreau, sien.id)


def test_the_password_is_asked_for_again_after_ten_minutes(monde, famille, client):
    session = session_de(monde.claire)
    with apres(minutes=10), pytest.raises(Refus) as refus:
        agenda.remplacer(session, monde.moreau, famille.id)
    assert refus.value.champ == "mot_de_passe_actuel"
    assert client.get(chemin(famille)).status_code == 200, "refused, nothing has changed"


def test_on_the_screen(monde, connexion, famille, client):
    claire, vieux = connexion(monde.claire), chemin(famille)
    with apres(minutes=11):
        page = Page(claire, "/famille/agenda")
        form = page.suivre('a[href$="/remplacement"]')
        assert poster(claire, form.url, {"mot_de_passe_actuel": "non"}).status_code == 422
        suite = form.suivre("main form [type=submit]", mot_de_passe_actuel=MOT_DE_PASSE)
        assert "l’ancienne ne montre plus rien" in suite.texte("body")
        (champ,) = suite.tous("input[readonly]")
        assert vieux not in champ["value"]
        assert client.get(vieux).status_code == 404
        assert client.get(champ["value"].removeprefix("http://localhost")).status_code == 200
        for reponse in (claire.get(adresse(famille.id)), poster(claire, adresse(famille.id))):
            assert reponse.status_code == 409
            assert "déjà été remplacée ou supprimée" in reponse.text
