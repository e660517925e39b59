"""Opening the address of a calendar feed."""

import pytest

from models import Abonnement, Agenda, Evenement
from portail.domain import agenda, coffre
from portail.domain.refus import Introuvable, Refus
from tests.actes import empreinte, session_de
from tests.agenda.conftest import apres, chemin, ouvrir
from tests.droits.table import lier
from tests.formulaires import poster
from tests.htmx import Page
from tests.monde import MOT_DE_PASSE

PAGE, NOUVEAU = "/famille/agenda", "/famille/agenda/nouveau"


def test_the_address_stands_for_the_family_and_for_a_child_and_the_journal_says_so(monde):
    session = session_de(monde.claire)
    tous = agenda.ouvrir(session, monde.moreau)
    lea = agenda.ouvrir(session, monde.moreau, monde.lea.id)
    assert (tous.enfant_id, lea.enfant_id) == (None, monde.lea.id)
    lignes = Evenement.select().where(Evenement.acte == "agenda_ouvert").order_by(Evenement.id)
    assert [(e.objet, e.objet_id, e.famille_id, e.detail) for e in lignes] == [
        ("compte", monde.claire.id, monde.moreau.id, "toute la famille"),
        ("compte", monde.claire.id, monde.moreau.id, "Léa"),
    ]


def test_the_table_holds_neither_the_address_nor_anything_that_opens_it(monde, client):
    ouvert = ouvrir(monde.claire, monde.moreau)
    jeton = coffre.desceller(ouvert.scelle)
    assert len(jeton) == 43
    ligne = " ".join(str(valeur) for valeur in Agenda.select().tuples().get())
    assert jeton not in ligne
    assert client.get(f"/agenda/{ouvert.empreinte}.ics").status_code == 404
    assert all(jeton not in (e.detail or "") for e in Evenement.select())


def test_asking_again_gives_the_one_that_stands(monde):
    premier = ouvrir(monde.claire, monde.moreau, monde.lea)
    avant = empreinte()
    assert ouvrir(monde.claire, monde.moreau, monde.lea).id == premier.id
    assert empreinte() == avant and Agenda.select().count() == 1


def test_a_child_of_others_or_of_nobody_is_not_found(monde):
    session = session_de(monde.claire)
    for enfant_id in (monde.tomas.id, 999_999):
        with pytest.raises(Introuvable):
            agenda.ouvrir(session, monde.moreau, enfant_id)
    assert not Agenda.select().exists()


def test_whoever_is_not_subscribed_opens_nothing(monde):
    with pytest.raises(Introuvable):
        ouvrir(monde.paulo, monde.moreau)
    Abonnement.update(statut="resilie").execute()
    with pytest.raises(Introuvable):
        ouvrir(monde.claire, monde.moreau)


@pytest.mark.parametrize(("droit", "permis"), [("information", True), ("retrait", False), ("aucun", False)])
def test_whoever_follows_a_child_may_whoever_does_not_may_not(monde, julien, droit, permis):
    lier(monde, droit)
    if permis:
        assert ouvrir(julien, monde.moreau, monde.lea).enfant_id == monde.lea.id
        assert ouvrir(julien, monde.moreau).enfant_id is None
    else:
        for enfant in (monde.lea, None):
            with pytest.raises(Introuvable):
                ouvrir(julien, monde.moreau, enfant)


def test_the_password_is_asked_for_again_after_ten_minutes(monde):
    session = session_de(monde.claire)
    with apres(minutes=10), pytest.raises(Refus) as refus:
        agenda.ouvrir(session, monde.moreau)
    assert refus.value.champ == "mot_de_passe_actuel" and not Agenda.select().exists()
    with apres(minutes=9, seconds=59):
        assert agenda.ouvrir(session, monde.moreau)


# ——— the screen ———


def test_on_the_page_the_address_is_asked_for_then_shown_to_be_copied(monde, connexion):
    claire = connexion(monde.claire)
    page = Page(claire, PAGE)
    assert [li.get_text() for li in page.tous(".flux h3")] == ["Toute la famille", "Léa", "Noé", "Inès"]
    assert "Pas encore d’adresse." in page.texte("main") and not page.tous("input[readonly]")
    form = Page(claire, f"{NOUVEAU}?enfant={monde.lea.id}")
    assert form.texte("h1") == "Créer l’adresse de l’agenda de Léa"
    assert not form.tous("input[type=password]"), "the password was given a minute ago"
    suite = form.suivre("main form [type=submit]")
    assert suite.url.startswith(PAGE) and "L’adresse est prête" in suite.texte("body")
    (champ,) = suite.tous("input[readonly]")
    assert champ["value"] == f"http://localhost{chemin(Agenda.get())}"
    (lien,) = suite.tous('a[href^="webcal:"]')
    assert lien["href"] == champ["value"].replace("http:", "webcal:")


def test_an_only_child_is_the_whole_family(monde, connexion):
    page = Page(connexion(monde.paulo), PAGE)
    assert [li.get_text() for li in page.tous(".flux h3")] == ["Toute la famille"]


def test_later_the_password_is_a_field_and_what_is_wrong_is_said_beside_it(monde, connexion):
    claire = connexion(monde.claire)
    with apres(minutes=11):
        form = Page(claire, NOUVEAU)
        rate = poster(claire, NOUVEAU, {"mot_de_passe_actuel": "pas le bon"})
        assert rate.status_code == 422 and "Ce n’est pas votre mot de passe." in rate.text
        assert poster(claire, NOUVEAU).status_code == 422
        assert not Agenda.select().exists()
        suite = form.suivre("main form [type=submit]", mot_de_passe_actuel=MOT_DE_PASSE)
        assert "L’adresse est prête" in suite.texte("body") and Agenda.select().count() == 1


def test_what_is_no_child_of_theirs_is_404_by_get_and_by_post(monde, connexion):
    claire = connexion(monde.claire)
    for enfant in (monde.tomas.id, 0, "x", 999_999):
        assert claire.get(NOUVEAU, query_string={"enfant": enfant}).status_code == 404
        assert poster(claire, NOUVEAU, {"enfant": enfant}).status_code == 404
    deux = f"{NOUVEAU}?enfant={monde.lea.id}&enfant={monde.noe.id}"
    assert claire.get(deux).status_code == 404


def test_whoever_follows_nobody_is_told_why(monde, connexion, julien):
    lier(monde, "retrait")
    page = Page(connexion(julien), PAGE)
    assert "Les activités des enfants ne vous sont pas montrées" in page.texte("main")
    assert not page.tous(".flux")


def test_an_agent_has_no_family_to_follow(monde, connexion):
    assert connexion(monde.sophie).get(PAGE).status_code == 403


def test_a_key_that_is_lost_does_not_lose_the_page(monde, connexion):
    ouvert = ouvrir(monde.claire, monde.moreau)
    Agenda.update(scelle="scellé autrement").where(Agenda.id == ouvert.id).execute()
    page = Page(connexion(monde.claire), PAGE)
    assert "le portail ne peut plus vous la montrer" in page.texte("main")
    assert not page.tous("input[readonly]") and not page.tous('a[href^="webcal:"]')
