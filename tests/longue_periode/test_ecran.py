"""The screens of a long demande: the form, its preview, what became of it."""

from models import Ligne
from tests.actes import empreinte
from tests.htmx import Page
from tests.longue_periode.souhaits import ADRESSE
from tests.monde import LUNDI


def adresse(voulu, vers: str = "apercu") -> str:
    return f"{ADRESSE}?{voulu.requete}&vers={vers}"


def test_a_year_in_three_pages(monde, connexion):
    """The form, the preview, what became of it."""
    client, avant = connexion(monde.claire), empreinte()
    formulaire = Page(client, f"{ADRESSE}?activites={monde.cantine.id}&debut={LUNDI}")
    champs = {"semaine": ["0-toutes", "1-toutes"], "enfants": [str(monde.lea.id)], "fin": "2026-12-18"}
    relu = formulaire.suivre("#compte button", **champs)
    assert relu.texte("h1") == "Relisez votre demande"
    assert relu.texte(".comptes") == "4 créneaux possibles"
    assert "lundi 7, mardi 8, lundi 14, mardi 15" in relu.texte(".volet")
    assert "À demander avant le jeudi 3 décembre à 12 h, dans 2 jours" in relu.texte("main")
    assert empreinte() == avant
    fait = relu.suivre(".actions button")
    assert fait.texte("h1") == "Votre demande est envoyée"
    assert fait.texte(".comptes") == "4 en attente de la mairie"
    assert Ligne.select().count() == 4
