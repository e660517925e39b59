"""« Ajouter une pré-inscription »: what is wrong is said beside its field, and nothing is lost."""

import datetime as dt

import pytest

import workflows as w
from models import Demande, Preinscription
from tests.monde import Monde
from tests.preinscriptions.ecran import PIECE, lue, poster, saisie, valeurs
from tests.preinscriptions.souhaits import atelier


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde, description="Un spectacle en juin.", pieces=PIECE)


FAUTES = {
    "no child": ({"enfants": []}, "enfants", "Choisissez au moins un enfant dans la liste."),
    "a date that is none": ({"debut": "2026-13-45"}, "debut", "Cette date n’existe pas."),
    "too early": ({"debut": "2026-11-02"}, "debut", "La période commence entre le 1er décembre 2026"),
    "too late": ({"fin": "2027-08-02"}, "fin", "La période finit le 2 juillet 2027 au plus tard."),
    "upside down": ({"fin": "2026-12-01"}, "fin", "La date de fin est avant la date de début."),
    "too long": ({"remarques": "é" * 1001}, "remarques", "Les remarques sont trop longues"),
}


@pytest.mark.parametrize("etape", ["verifier", "envoyer"])
@pytest.mark.parametrize("cas", FAUTES)
def test_a_fault_is_said_beside_its_field_and_nothing_is_lost(monde, claire, theatre, cas, etape):
    changement, champ, phrase = FAUTES[cas]
    tape = {"remarques": "Une remarque.", "semaine": ["4-toutes"], "etape": etape}
    envoi = saisie(theatre, monde.lea, monde.noe, **tape) | changement
    reponse = poster(claire, envoi)
    assert reponse.status_code == 422
    page = lue(claire, reponse)
    message = page.un(f"#{champ}-message")
    assert phrase in " ".join(message.get_text(" ").split())
    assert page.un("#resume").has_attr("autofocus")
    assert page.un(f"#{champ}")["aria-describedby"].split()[-1] == f"{champ}-message"
    assert page.tous(f".avis.erreur a[href='#{champ}']") and page.tous(f"#{champ}")
    assert valeurs(page, "enfants") == [str(i) for i in envoi["enfants"]]
    assert (page.un("#debut")["value"], page.un("#fin")["value"]) == (envoi["debut"], envoi["fin"])
    assert page.un("#remarques").get_text().strip() == envoi["remarques"]
    gardees = [
        c["value"] for c in page.tous("[name=semaine]") if c.has_attr("checked") or c["type"] == "hidden"
    ]
    assert gardees == ["4-toutes"]
    assert Demande.select().count() == 0


def test_a_child_not_eligible_is_refused_with_the_reason(monde, claire):
    grands = atelier(monde, age_min=6, age_max=11)
    reponse = poster(claire, saisie(grands, monde.lea, monde.ines, etape="envoyer"))
    assert reponse.status_code == 422
    assert "Inès : Cette activité est réservée aux 6 – 11 ans" in lue(claire, reponse).texte(
        "#enfants-message"
    )
    assert Preinscription.select().where(Preinscription.activite == grands).count() == 0


def test_a_closed_activity_and_one_that_is_none_are_refused(monde, claire):
    ferme = atelier(monde, preinscription_du=dt.date(2027, 5, 3))
    for activite_id, phrase in (
        (ferme.id, "Les pré-inscriptions ouvrent le 3 mai 2027."),
        (999_999, "Choisissez une activité dans la liste."),
        ("", "Choisissez une activité dans la liste."),
    ):
        reponse = poster(
            claire, saisie(ferme, monde.lea, etape="envoyer") | {"activite_choisie": activite_id}
        )
        assert reponse.status_code == 422
        assert phrase in lue(claire, reponse).texte("#activite-message")
    assert Demande.select().count() == 0


@pytest.mark.parametrize("etape", ["", "appliquer", "compter", "modifier", "n’importe quoi"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_no_step_without_an_activity_breaks_anything(claire, theatre, etape, htmx):
    envoi = saisie(theatre, etape=etape) | {"activite_choisie": ""}
    assert poster(claire, envoi, **({"HX-Request": "true"} if htmx else {})).status_code == 200


def test_another_familys_child_is_refused_and_not_named(monde, claire, theatre):
    reponse = poster(claire, saisie(theatre, monde.tomas, etape="envoyer"))
    assert reponse.status_code == 422
    assert "Tomás" not in reponse.text
    assert Demande.select().count() == 0


def test_what_is_asked_here_is_a_demande_en_cours(monde: Monde, claire, theatre):
    poster(claire, saisie(theatre, monde.lea, etape="envoyer"))
    assert Preinscription.get(Preinscription.activite == theatre).statut == w.DEMANDE_EN_COURS
