"""Going by another name: no password asked, the journal keeps the one before."""

import pytest

from models import Evenement
from tests.formulaires import poster
from tests.html import lire, mots


def changer(client, prenom="Claire", nom="Petit-Moreau"):
    return poster(client, "/mon-espace/nom", {"prenom": prenom, "nom": nom})


def test_the_new_name_is_shown_and_the_one_before_stays_in_the_journal(claire, monde):
    page = lire(claire.get("/mon-espace/nom").text)
    assert [page.find(id=nom)["value"] for nom in ("prenom", "nom")] == ["Claire", "Moreau"]
    reponse = changer(claire)
    assert (reponse.status_code, reponse.location) == (303, "/mon-espace")
    page = claire.get("/mon-espace").text
    assert "Claire Petit-Moreau" in page and "Votre nom est enregistré." in page
    assert monde.claire.nom == "Petit-Moreau"
    ligne = Evenement.get(Evenement.acte == "nom_change")
    assert (ligne.objet, ligne.objet_id, ligne.detail) == ("compte", monde.claire.id, "Claire Moreau")


def test_spaces_are_made_single_and_the_same_name_writes_nothing(claire, monde):
    assert changer(claire, "  Claire ", "Moreau").status_code == 303
    assert not Evenement.select().where(Evenement.acte == "nom_change").exists()


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("nom", "", "Indiquez votre nom."),
        ("prenom", "Claire 2", "avec des lettres seulement"),
        ("nom", "x" * 81, "80 caractères au plus."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    claire, monde, champ, valeur, phrase
):
    reponse = changer(claire, **{champ: valeur})
    assert reponse.status_code == 422
    page = lire(reponse.text)
    assert phrase in mots(page.find(id=f"{champ}-message"))
    assert page.find(id=champ)["value"] == valeur
    assert monde.claire.nom_complet == "Claire Moreau"


def test_a_stranger_signs_in_first_and_the_staff_has_an_account_too(client, connexion, monde):
    assert changer(client).location.startswith("/connexion")
    assert changer(connexion(monde.animateur), "Yann", "Le Bihan").status_code == 303
    assert monde.animateur.nom == "Le Bihan"
    assert monde.claire.nom == "Moreau"
