"""« Établir un avoir », on the screen: lines ticked, whole or in part, a reason; told to the family."""

import pytest

from models import Courriel, Facture, Solde
from tests.campagnes.conftest import emettre, novembre  # noqa: F401
from tests.factures import NOVEMBRE
from tests.formulaires import poster
from tests.html import lire


@pytest.fixture
def emise(novembre):  # noqa: F811
    emettre(novembre.gestionnaire)
    return Facture.get(Facture.mois == NOVEMBRE)


def adresse(facture):
    return f"/agents/facturation/factures/{facture.id}/avoir"


def envoyer(navigateur, facture, cochees, motif="Séance écourtée", montants=None):
    lignes = [str(li.id) for li in facture.lignes]
    champs = {"ligne": cochees, "de": lignes, "montant": montants or ["3,45"] * len(lignes), "motif": motif}
    return poster(navigateur, adresse(facture), champs)


def test_the_lines_that_are_ticked_are_taken_back_and_the_family_is_told(emise, monde, connexion):
    sophie = connexion(monde.sophie)
    premiere, seconde, *_ = [str(li.id) for li in emise.lignes]
    fait = envoyer(sophie, emise, [premiere, seconde], montants=["3,45", "1,00", "3,45"])
    avoir = Facture.get(Facture.origine == emise)
    assert fait.status_code == 303 and fait.location.endswith(f"/{avoir.id}")
    assert (avoir.total, avoir.motif) == (-445, "Séance écourtée")
    assert Solde.get(Solde.facture == emise).reste == 1_035 - 445
    courriel = Courriel.get(Courriel.cle == f"facture:{avoir.id}:{monde.claire.id}")
    assert "Motif : Séance écourtée" in courriel.corps
    page = sophie.get(fait.location).text
    assert "Avoir n° 2026-000003" in page and "la facture n° 2026-000001" in page


def test_the_form_offers_what_is_left_of_each_line(emise, monde, connexion):
    sophie = connexion(monde.sophie)
    envoyer(sophie, emise, [str(emise.lignes[0].id)], montants=["1,00", "3,45", "3,45"])
    champs = lire(sophie.get(adresse(emise)).text).select("input[name=montant]")
    assert [c["value"] for c in champs] == ["2,45", "3,45", "3,45"]


@pytest.mark.parametrize(
    ("cochees", "motif", "montants", "phrase"),
    [
        (0, "Erreur", None, "Choisissez au moins une ligne"),
        (1, "", None, "Dites pourquoi"),
        (1, "Erreur", ["3,46", "3,45", "3,45"], "ne peut pas dépasser"),
        (1, "Erreur", ["trois", "3,45", "3,45"], "Un montant n’est pas lisible"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    emise, monde, connexion, cochees, motif, montants, phrase
):
    ticked = [str(li.id) for li in emise.lignes][:cochees]
    refus = envoyer(connexion(monde.sophie), emise, ticked, motif, montants)
    assert refus.status_code == 422 and phrase in refus.text
    soupe = lire(refus.text)
    assert [c["value"] for c in soupe.select("input[name=ligne][checked]")] == ticked
    assert soupe.select_one("input[name=motif]")["value"] == motif
    assert [c["value"] for c in soupe.select("input[name=montant]")] == (montants or ["3,45"] * 3)
    assert not Facture.select().where(Facture.origine == emise).exists()


def test_a_form_that_is_sent_twice_takes_nothing_back_twice(emise, monde, connexion):
    sophie, ligne = connexion(monde.sophie), str(emise.lignes[0].id)
    vus = lire(sophie.get(adresse(emise)).text).select_one("input[name=avoirs]")["value"]
    champs = {"ligne": ligne, "de": ligne, "montant": "1,00", "motif": "Séance écourtée", "avoirs": vus}
    assert poster(sophie, adresse(emise), champs).status_code == 303
    encore = poster(sophie, adresse(emise), champs)
    assert encore.status_code == 409 and "Un avoir vient d’être établi" in encore.text
    assert lire(encore.text).select_one("input[name=montant]")["value"] == "1,00"
    assert [f.total for f in Facture.select().where(Facture.origine == emise)] == [-100]


def test_a_line_of_another_invoice_is_not_found(emise, monde, connexion):
    autre = Facture.get(Facture.payeur == monde.adulte_paulo)
    refus = poster(
        connexion(monde.sophie),
        adresse(emise),
        {"ligne": [autre.lignes[0].id], "de": [autre.lignes[0].id], "montant": ["3,45"], "motif": "Erreur"},
    )
    assert refus.status_code == 404


def test_an_avoir_is_not_taken_back(emise, monde, connexion):
    sophie = connexion(monde.sophie)
    envoyer(sophie, emise, [str(emise.lignes[0].id)])
    avoir = Facture.get(Facture.origine == emise)
    assert "Il ne reste rien à reprendre" in sophie.get(adresse(avoir)).text


def test_neither_families_nor_who_calls_the_roll(emise, monde, connexion):
    for qui in (monde.claire, monde.animateur):
        assert envoyer(connexion(qui), emise, []).status_code == 403
