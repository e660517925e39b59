"""The counter in a browser: what is sealed read in place, a contact, a photo; without JavaScript too."""

import pytest
from playwright.sync_api import Page, expect

from models import Evenement
from portail.domain import application, champs, photos
from tests.dossier.contacts import AUTREMENT, JEANNE, YANN, actifs, poser
from tests.dossier.images import dessin, octets

AGENT = "agent@example.org"


def fiche(monde, enfant) -> str:
    return f"/agents/familles/{monde.moreau.id}/enfants/{enfant.id}"


@pytest.fixture
def page(entrer, monde) -> Page:
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide"})
    poser(monde.noe, YANN)
    fenetre = entrer(AGENT)
    fenetre.goto(fiche(monde, monde.lea))
    fenetre.evaluate("window.sansRechargement = true")
    return fenetre


def bouton(page: Page, nom: str):
    return page.get_by_role("button", name=nom, exact=True)


def lectures() -> list[str]:
    return [e.acte for e in Evenement.select().where(Evenement.acte.startswith("lecture_"))]


@pytest.mark.parametrize("largeur", [1280, 360])
def test_what_is_sealed_opens_in_its_place_and_the_keyboard_is_there(page, monde, axe, largeur):
    page.set_viewport_size({"width": largeur, "height": 900})
    expect(page.get_by_label("Allergies")).to_have_count(0)
    bouton(page, "Afficher les données sanitaires").click()
    expect(page.get_by_label("Allergies")).to_have_value("Arachide")
    expect(page.get_by_role("heading", name="Données sanitaires")).to_be_focused()
    expect(page.locator("#annonce")).to_contain_text("Votre lecture est inscrite au journal")
    assert (lectures(), page.evaluate("window.sansRechargement")) == (["lecture_sante"], True)
    assert axe(page) == []
    page.get_by_label("Allergies").fill("Arachide, lait")
    page.locator("#sante").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#bandeau")).to_contain_text("Dossier mis à jour : allergies")
    assert champs.ouvrir(monde.lea.sante)["allergies"] == "Arachide, lait"


@pytest.mark.parametrize("largeur", [1280, 360])
def test_a_contact_and_a_photo_in_place(page, monde, axe, largeur, tmp_path):
    page.set_viewport_size({"width": largeur, "height": 900})
    page.get_by_role("link", name="Ajouter un contact").click()
    expect(page.get_by_label("Prénom")).to_be_focused()
    for libelle, valeur in (("Prénom", JEANNE.prenom), ("Nom", JEANNE.nom), ("Téléphone", "0639981240")):
        page.locator("#contacts").get_by_label(libelle, exact=True).fill(valeur)
    page.get_by_label("Lien avec l’enfant").fill(JEANNE.lien)
    page.get_by_label("Peut être appelé en cas de besoin").check()
    page.get_by_label("Peut venir chercher l’enfant").check()
    assert axe(page) == []
    bouton(page, "Enregistrer").click()
    expect(page.get_by_role("heading", name="Contacts habilités")).to_be_focused()
    expect(page.locator("#bandeau")).to_contain_text("nouveau contact. La famille en est avertie.")
    page.get_by_role("link", name="Reprendre ceux d’un frère ou d’une sœur").click()
    bouton(page, "Enregistrer").click()
    expect(page.locator("#contacts")).to_contain_text("Yann Le Goff")
    page.get_by_role("link", name="Modifier Jeanne Moreau").click()
    page.locator("#contacts").get_by_label("Téléphone").fill(AUTREMENT.telephone)
    bouton(page, "Enregistrer").click()
    page.get_by_role("link", name="Retirer Yann Le Goff").click()
    bouton(page, "Retirer ce contact").click()
    expect(page.locator("#contacts")).not_to_contain_text("Yann Le Goff")
    assert actifs(monde.lea) == [AUTREMENT]

    image = tmp_path / "lea.jpg"
    image.write_bytes(octets(dessin(300, 300)))
    page.get_by_label("Choisir une photo").set_input_files(image)
    bouton(page, "Enregistrer la photo").click()
    portrait = page.get_by_role("img", name="Photo de Léa")
    expect(portrait).to_be_visible()
    assert portrait.evaluate("i => i.decode().then(() => i.naturalWidth)") == 300
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bouton(page, "Retirer la photo").click()
    expect(page.locator("#photo")).to_contain_text("Pas encore de photo.")
    assert photos.lire(monde.lea.id) is None
    assert page.evaluate("window.sansRechargement") is True


def test_without_javascript_the_same(entrer, monde, tmp_path):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide"})
    page = entrer(AGENT, javascript=False)
    page.goto(fiche(monde, monde.lea))
    bouton(page, "Afficher les données sanitaires").click()
    expect(page.get_by_label("Allergies")).to_have_value("Arachide")
    assert lectures() == ["lecture_sante"]
    image = tmp_path / "lea.jpg"
    image.write_bytes(octets(dessin(300, 300)))
    page.goto(fiche(monde, monde.lea))
    page.get_by_label("Choisir une photo").set_input_files(image)
    bouton(page, "Enregistrer la photo").click()
    expect(page.get_by_role("img", name="Photo de Léa")).to_be_visible()
    expect(page.locator("#bandeau")).to_contain_text("Dossier mis à jour : photo")


def test_two_agents_the_second_one_reads_what_stands_and_keeps_what_was_typed(page, monde):
    jeanne = poser(monde.lea)
    page.reload()
    page.get_by_role("link", name="Modifier Jeanne Moreau").click()
    expect(page.locator("#contacts").get_by_label("Téléphone")).to_be_visible()  # what it was, was read
    type(jeanne).update(lien="tante").where(type(jeanne).id == jeanne.id).execute()
    page.locator("#contacts").get_by_label("Téléphone").fill(AUTREMENT.telephone)
    bouton(page, "Enregistrer").click()
    expect(page.locator("#contacts-resume")).to_be_focused()
    expect(page.locator("#contacts")).to_contain_text("Au dossier à présent : Jeanne Moreau, tante")
    expect(page.locator("#contacts").get_by_label("Téléphone")).to_have_value(AUTREMENT.telephone)
