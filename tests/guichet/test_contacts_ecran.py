"""The contacts on the sheet at the counter: in their place with htmx, on a page of their own without."""

import pytest

from portail.domain import contacts
from tests.actes import abonner
from tests.dossier.contacts import AUTREMENT, JEANNE, SAISIE, YANN, actifs, poser
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import MAINTENANT


def fiche(monde, enfant=None) -> str:
    return f"/agents/familles/{monde.moreau.id}/enfants/{(enfant or monde.lea).id}"


@pytest.fixture
def sophie(monde, connexion):
    return connexion(monde.sophie)


def test_in_place_a_contact_is_added_changed_and_taken_off(monde, sophie):
    page = Page(sophie, fiche(monde))
    page.cliquer("#contacts .actions a")
    page.cliquer('#contacts [type="submit"]', **SAISIE)
    assert actifs(monde.lea) == [JEANNE]
    dit = "Dossier mis à jour : nouveau contact. La famille en est avertie."
    assert page.texte("#annonce") == dit and dit in page.texte("#bandeau")
    assert_comme_rechargee(page)
    page.cliquer('#contacts .rang a:-soup-contains("Modifier")')
    page.cliquer('#contacts [type="submit"]', telephone=AUTREMENT.telephone)
    assert actifs(monde.lea) == [AUTREMENT]
    assert_comme_rechargee(page)
    page.cliquer('#contacts .rang a:-soup-contains("Retirer")')
    assert "Dès maintenant, Jeanne Moreau ne pourra plus venir chercher Léa" in page.texte("#contacts")
    page.cliquer('#contacts [type="submit"]')
    assert actifs(monde.lea) == []
    assert_comme_rechargee(page)


def test_without_javascript_too(monde, sophie):
    poser(monde.noe, YANN)
    page = Page(sophie, fiche(monde)).suivre('#contacts .actions a:-soup-contains("Ajouter")')
    assert page.texte("h1") == "Léa Moreau"
    page = page.suivre('#contacts [type="submit"]', **SAISIE)
    assert page.url.startswith(fiche(monde)) and "Dossier mis à jour" in page.texte("body")
    page = page.suivre('#contacts .actions a:-soup-contains("Reprendre")')
    assert "Yann Le Goff" in page.texte("#contacts") and "au dossier de Noé" in page.texte("#contacts")
    page.suivre('#contacts [type="submit"]')
    assert actifs(monde.lea) == [JEANNE, YANN]


def test_what_is_wrong_is_told_and_what_was_typed_stays(monde, sophie):
    page = Page(sophie, fiche(monde))
    page.cliquer("#contacts .actions a")
    page.cliquer('#contacts [type="submit"]', 422, **SAISIE | {"telephone": "12"})
    assert page.un('#contacts [name="prenom"]')["value"] == "Jeanne"
    assert "1 réponse est à corriger, rien n’a été enregistré" in page.texte("#contacts")
    assert actifs(monde.lea) == []


def test_a_conflict_shows_what_stands_beside_what_was_typed_then_it_can_be_written(monde, sophie):
    jeanne = poser(monde.lea)
    page = Page(sophie, fiche(monde))
    page.cliquer('#contacts .rang a:-soup-contains("Modifier")')
    type(jeanne).update(lien="tante").where(type(jeanne).id == jeanne.id).execute()
    page.cliquer('#contacts [type="submit"]', 409, telephone=AUTREMENT.telephone)
    assert "Au dossier à présent : Jeanne Moreau, tante" in page.texte("#contacts")
    assert page.un('#contacts [name="telephone"]')["value"] == AUTREMENT.telephone
    page.cliquer('#contacts [type="submit"]')
    assert actifs(monde.lea) == [AUTREMENT]


def test_a_wrong_telephone_does_not_make_a_conflict_forgotten(monde, sophie):
    jeanne = poser(monde.lea)
    page = Page(sophie, fiche(monde))
    page.cliquer('#contacts .rang a:-soup-contains("Modifier")')
    type(jeanne).update(lien="tante").where(type(jeanne).id == jeanne.id).execute()
    page.cliquer('#contacts [type="submit"]', 422, telephone="12")
    page.cliquer('#contacts [type="submit"]', 409, telephone=AUTREMENT.telephone)
    assert [c.lien for c in actifs(monde.lea)] == ["tante"]


@pytest.mark.parametrize("telephone", [AUTREMENT.telephone, "12"])
def test_a_contact_taken_off_meanwhile_is_told_with_the_list(monde, sophie, telephone):
    jeanne = poser(monde.lea)
    page = Page(sophie, fiche(monde))
    page.cliquer('#contacts .rang a:-soup-contains("Modifier")')
    type(jeanne).update(retire_le=MAINTENANT).where(type(jeanne).id == jeanne.id).execute()
    page.cliquer('#contacts [type="submit"]', 409, telephone=telephone)
    assert "a été retiré entre-temps" in page.texte("#contacts [role=alert]")
    assert page.tous("#contacts .actions a") and actifs(monde.lea) == []


def test_nothing_left_to_take_over_a_choice_of_nothing_is_still_told(monde, sophie):
    reponse = poster(sophie, f"{fiche(monde)}/contacts/reprise")
    assert (reponse.status_code, "Choisissez au moins un contact" in reponse.text) == (422, True)


def test_what_the_family_asks_is_shown_with_the_way_to_it(monde, sophie):
    jeanne = poser(monde.lea)
    change = contacts.changer_un_contact(monde.claire, monde.moreau, monde.lea.id, jeanne.id, AUTREMENT)
    nouveau = contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, YANN)
    page = Page(sophie, fiche(monde))
    liens = {a.get_text(): a["href"] for a in page.tous("#contacts a[href^='/agents/demandes']")}
    assert liens == {
        "La famille demande autre chose pour Jeanne Moreau": f"/agents/demandes/{change.id}",
        "La famille demande de l’ajouter : Yann Le Goff": f"/agents/demandes/{nouveau.id}",
    }


def test_about_the_own_family_an_agent_only_reads(monde, connexion):
    soi, jeanne = abonner(monde.moreau, "agent-et-parent@example.org", role="agent"), poser(monde.lea)
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    client = connexion(type(soi).get_by_id(soi.id))
    for suite in ("", "/contacts", "/contacts/nouveau", f"/contacts/{jeanne.id}", "/contacts/reprise"):
        page = Page(client, fiche(monde) + suite)
        assert not page.tous("#contacts form") and "06 39 98 12 40" in page.texte("#contacts")
    for suite in ("", f"/{jeanne.id}", f"/{jeanne.id}/retrait", "/reprise"):
        reponse = poster(client, f"{fiche(monde)}/contacts{suite}", SAISIE | {"contacts": str(jeanne.id)})
        assert (reponse.status_code, "un autre agent" in reponse.text) == (422, True), suite
    assert actifs(monde.lea) == [JEANNE]


def test_the_wrong_role_and_the_wrong_family(monde, connexion, sophie):
    jeanne, de_noe = poser(monde.lea), poser(monde.noe)
    suites = ("", f"/{jeanne.id}", f"/{jeanne.id}/retrait", "/reprise")
    ailleurs = f"/agents/familles/{monde.dasilva.id}/enfants/{monde.lea.id}/contacts"
    for compte in (monde.claire, monde.animateur):
        client = connexion(compte)
        for suite in suites:
            assert client.get(f"{fiche(monde)}/contacts{suite}").status_code == 403
            assert poster(client, f"{fiche(monde)}/contacts{suite}", SAISIE).status_code == 403
    for suite in suites:
        assert sophie.get(f"{ailleurs}{suite}").status_code == 404
        assert poster(sophie, f"{ailleurs}{suite}", SAISIE).status_code == 404
    for suite in (f"/{de_noe.id}", f"/{de_noe.id}/retrait"):
        assert sophie.get(f"{fiche(monde)}/contacts{suite}").status_code == 404
        assert poster(sophie, f"{fiche(monde)}/contacts{suite}", SAISIE).status_code == 404
    assert actifs(monde.lea) == actifs(monde.noe) == [JEANNE]
