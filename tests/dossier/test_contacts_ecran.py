"""The contacts on the sheet of a child: in place with htmx, page by page without."""

import pytest

from models import ContactHabilite, LienParental, Modification
from tests.dossier.contacts import JEANNE, SAISIE, YANN, actifs, poser
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille"}


@pytest.fixture
def lea(monde) -> str:
    return f"/famille/enfants/{monde.lea.id}"


def demandes() -> list[str]:
    return [m.apres for m in Modification.select().order_by(Modification.id)]


def test_without_a_contact_the_sheet_says_what_to_do(monde, claire, lea):
    page = Page(claire, lea)
    assert "Aucun contact pour le moment" in page.texte("#contacts")
    assert page.un("#contacts .actions a").get_text(strip=True) == "Ajouter un contact"


def test_a_contact_is_asked_for_in_place_and_waits_in_yellow(monde, claire, lea):
    page = Page(claire, lea)
    page.cliquer("#contacts .actions a")
    reponse = poster(claire, f"{lea}/contacts", SAISIE, headers=HTMX)
    assert reponse.status_code == 200
    assert demandes() == [JEANNE.texte]
    section = lire(reponse.text).select_one("#contacts .modif")
    assert "Nouveau contact en attente de validation" in mots(section)
    assert "Annuler ma demande" in mots(section)
    assert 'hx-target="#annonce"' in reponse.text, "it is spoken too"
    page = Page(claire, lea)
    page.cliquer("#contacts .modif button")
    assert_comme_rechargee(page)
    assert "Aucun contact" in page.texte("#contacts")


def test_without_javascript_one_comes_back_to_the_sheet(monde, claire, lea):
    for adresse in ("contacts/nouveau", "contacts/reprise", "contacts"):
        assert claire.get(f"{lea}/{adresse}").status_code == 200
    reponse = poster(claire, f"{lea}/contacts", SAISIE)
    assert (reponse.status_code, reponse.location) == (303, f"{lea}#contacts")
    assert "Jeanne Moreau" in Page(claire, lea).texte("#contacts .modif")


FAUTES = {
    "prenom": ("", "Indiquez son prénom"),
    "nom": ("<b>", "lettres"),
    "lien": ("x" * 61, "60 caractères"),
    "telephone": ("06 39", "Il manque"),
}


@pytest.mark.parametrize("champ", FAUTES)
@pytest.mark.parametrize("entetes", [{}, HTMX])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(monde, claire, lea, champ, entetes):
    valeur, phrase = FAUTES[champ]
    reponse = poster(claire, f"{lea}/contacts", SAISIE | {champ: valeur}, headers=entetes)
    assert reponse.status_code == 422
    soupe = lire(reponse.text)
    assert phrase in mots(soupe.select_one(f"#contact-{champ}-message"))
    for nom in ("prenom", "nom", "lien", "telephone"):
        saisi = valeur if nom == champ else SAISIE[nom]
        assert soupe.select_one(f"#contact-{nom}")["value"] == saisi
    assert soupe.select_one("#contacts-resume[autofocus]"), "the focus goes to what is wrong"
    assert demandes() == []


def test_somebody_who_can_do_nothing_is_no_contact(monde, claire, lea):
    rien = {nom: valeur for nom, valeur in SAISIE.items() if nom not in ("appeler", "chercher")}
    reponse = poster(claire, f"{lea}/contacts", rien)
    assert reponse.status_code == 422
    assert "au moins l’un des deux" in reponse.text


def test_a_contact_is_changed_and_the_present_one_stays_beside(monde, claire, lea):
    contact = poser(monde.lea)
    page = Page(claire, lea)
    page.cliquer(f"#contacts .fiche a[href$='/{contact.id}']")
    assert page.un("#contact-telephone")["value"] == JEANNE.telephone
    poster(claire, f"{lea}/contacts/{contact.id}", SAISIE | {"telephone": "0639980000"}, headers=HTMX)
    section = Page(claire, lea).texte("#contacts .modif")
    assert "Modification en attente de validation 06 39 98 00 00" in section
    assert f"Valeur actuelle : {JEANNE.telephone}" in section
    assert actifs(monde.lea) == [JEANNE]


def test_taking_a_contact_off_is_confirmed_first(monde, claire, lea):
    contact = poser(monde.lea)
    page = Page(claire, lea)
    page.cliquer("#contacts .fiche a[href$='retrait']")
    assert "Retirer Jeanne Moreau ?" in page.texte("#contacts")
    assert demandes() == []
    page.cliquer("#contacts form button")
    assert "Retrait en attente de validation" in page.texte("#contacts .modif")
    assert_comme_rechargee(page)
    assert demandes() == [""]
    assert ContactHabilite.get_by_id(contact.id).retire_le is None


def test_the_contacts_of_a_sibling_are_taken_over_those_that_are_ticked(monde, claire, lea):
    jeanne, yann = poser(monde.noe), poser(monde.noe, YANN)
    page = Page(claire, lea)
    page.cliquer("#contacts .actions a.discret")
    assert [c["value"] for c in page.tous("#contacts input[type=checkbox]")] == [str(jeanne.id), str(yann.id)]
    reponse = poster(claire, f"{lea}/contacts/reprise", {"contacts": [str(yann.id)]})
    assert reponse.status_code == 303
    assert demandes() == [YANN.texte]
    rien = poster(claire, f"{lea}/contacts/reprise", {})
    assert rien.status_code == 422
    assert "Choisissez au moins un contact" in rien.text


def test_without_a_sibling_to_take_over_from_nothing_is_proposed(monde, claire, lea):
    poser(monde.tomas)
    assert not Page(claire, lea).tous("#contacts .actions a.discret")


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_whoever_may_not_read_them_finds_no_contacts(monde, claire, lea, droit):
    contact = poser(monde.lea)
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    assert not Page(claire, lea).tous("#contacts")
    for adresse in ("", "/nouveau", "/reprise", f"/{contact.id}", f"/{contact.id}/retrait"):
        assert claire.get(f"{lea}/contacts{adresse}").status_code == 404
    for adresse in ("", "/reprise", f"/{contact.id}", f"/{contact.id}/retrait"):
        assert poster(claire, f"{lea}/contacts{adresse}", SAISIE).status_code == 404
    assert demandes() == []


def test_a_change_that_is_no_contact_is_not_withdrawn_from_here(monde, claire, lea):
    poster(claire, f"{lea}/contacts", SAISIE)
    (m,) = Modification.select()
    noe = f"/famille/enfants/{monde.noe.id}"
    assert poster(claire, f"{noe}/contacts/demandes/{m.id}/annulation").status_code == 404
    assert poster(claire, f"{lea}/contacts/demandes/{m.id}/annulation").status_code == 303
    Modification.update(statut="appliquee").execute()
    assert poster(claire, f"{lea}/contacts/demandes/{m.id}/annulation").status_code == 409
