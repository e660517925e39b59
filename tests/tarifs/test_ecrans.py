"""The pages of tariffs: what is missing is said, the fields follow the mode, nothing typed is lost.

What is drawn is the same on both engines: one is enough. The acts behind are tested on both, in their files.
"""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Affectation, Lieu, Tarif
from tests import factures
from tests.activites.test_ecrans import champs
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER
from tests.tarifs.outils import ANNEE

pytestmark = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here
URL = "/agents/facturation/tarifs"


@pytest.fixture
def gestion(monde, connexion):
    return connexion(monde.gestionnaire)


def texte(reponse) -> str:
    return mots(lire(reponse.text).main)


def test_the_days_without_tariff_are_said(monde, gestion):
    factures.tarif(monde.cantine, fin=dt.date(2026, 12, 31))
    factures.tarif(monde.soir, categorie="commune")
    dit = texte(gestion.get(URL))
    assert "Aucun tarif du 1er janvier au 2 juillet 2027." in dit
    assert "Aucun tarif pour les familles d’ailleurs du 1er septembre 2026 au 2 juillet 2027." in dit
    assert "4 activités n’ont pas de tarif tous les jours" in dit
    for activite in (monde.cantine, monde.soir, monde.matin, monde.centre):
        Tarif.delete().where(Tarif.activite == activite).execute()
        factures.tarif(activite)
    assert "Aucun tarif" not in texte(gestion.get(URL))
    assert "Il ne manque aucun tarif" in texte(gestion.get(f"{URL}?manque=1"))


def test_the_form_of_an_activity_begins_with_its_first_days_without_one(monde, gestion):
    factures.tarif(monde.cantine, fin=dt.date(2026, 12, 31))
    saisie = champs(gestion.get(f"{URL}/nouveau?activite={monde.cantine.id}").text)
    assert (saisie["debut"], saisie["fin"]) == (["2027-01-01"], ["2027-07-02"])
    assert saisie["activites"] == [str(monde.cantine.id)]


def test_a_tariff_is_typed_shown_and_confirmed_without_script(monde, gestion):
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.PRESENT)
    saisie = champs(gestion.get(f"{URL}/nouveau?activite={monde.cantine.id}").text)
    saisie |= {"mode": ["tranches"], "t_quotient": ["0", "600"], "t_prix": ["1,50", "3,45"]}
    apercu = poster(gestion, URL, saisie)
    assert apercu.status_code == 200 and not Tarif.select().exists()
    dit = texte(apercu)
    assert "Rien n’est encore enregistré" in dit and "1 paierait plus" in dit and "3,45 €" in dit
    encore = poster(gestion, URL, champs(apercu.text) | {"etape": "reprendre"})
    assert champs(encore.text)["t_prix"] == ["1,50", "3,45"]
    fait = poster(gestion, URL, champs(apercu.text))
    assert (fait.status_code, fait.location) == (303, URL)
    tarif = Tarif.get()
    assert (tarif.debut, tarif.fin, tarif.tranches.count()) == (*ANNEE, 2)
    assert "Créé, par Nadia Benali" in texte(gestion.get(f"{URL}/{tarif.id}"))


def test_all_the_places_of_a_name_are_taken_at_once(monde, gestion):
    delais = {nom: getattr(monde.cantine, nom) for nom in ("delai_reservation", "delai_absence")}
    autre = Lieu.create(nom="Groupe scolaire Louise-Michel")
    Activite.create(nom="Cantine", lieu=autre, debut=ANNEE[0], fin=ANNEE[1], **delais)
    page = gestion.get(f"{URL}/nouveau").text
    (cle,) = (case["value"] for case in lire(page).select("[name=ensembles]"))
    saisie = champs(page) | {"ensembles": [cle], "mode": ["forfait"], "prix": ["3"]}
    apercu = poster(gestion, URL, saisie)
    assert apercu.status_code == 200 and "2 activités" in texte(apercu)
    assert poster(gestion, URL, champs(apercu.text)).status_code == 303 and Tarif.select().count() == 2


def test_what_moved_since_is_shown_again_with_409(monde, gestion):
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.PRESENT)
    saisie = champs(gestion.get(f"{URL}/nouveau?activite={monde.cantine.id}").text)
    saisie |= {"mode": ["forfait"], "prix": ["3"]}
    vu = champs(poster(gestion, URL, saisie).text)
    monde.poser(monde.noe, monde.seance(monde.cantine, HIER), w.PRESENT)
    encore = poster(gestion, URL, vu)
    assert encore.status_code == 409 and "La situation a changé" in encore.text
    assert not Tarif.select().exists()
    assert poster(gestion, URL, champs(encore.text)).status_code == 303


@pytest.mark.parametrize(
    ("mode", "montre", "cache"),
    [
        ("forfait", "prix", ("taux", "plafond", "t_prix")),
        ("tranches", "t_prix", ("prix", "taux")),
        ("effort", "taux", ("prix", "t_prix")),
    ],
)
def test_only_the_fields_of_the_mode_are_shown_and_the_others_kept(monde, gestion, mode, montre, cache):
    saisie = champs(gestion.get(f"{URL}/nouveau").text)
    saisie |= {"mode": [mode], "prix": ["3,45"], "taux": ["0,6"], "t_quotient": ["0"], "t_prix": ["2"]}
    saisie |= {"etape": ["mode"]}
    entetes = {"HX-Request": "true", "HX-Request-Type": "partial"}
    fragment = poster(gestion, URL, saisie, headers=entetes)
    soupe = lire(fragment.text)
    assert fragment.status_code == 200 and soupe.select_one("div")["id"] == "prix-du-tarif"
    assert soupe.select_one(f"[name={montre}]").get("type") != "hidden"
    for nom in cache:
        assert soupe.select_one(f"[name={nom}]")["type"] == "hidden"
    assert soupe.select_one("[name=prix]")["value"] == "3,45"
    page = poster(gestion, URL, saisie)
    assert str(lire(page.text).select_one("#prix-du-tarif")) == str(soupe.select_one("#prix-du-tarif"))


def test_bands_are_added_and_removed(monde, gestion):
    saisie = champs(gestion.get(f"{URL}/nouveau").text) | {"t_quotient": ["0", "600"], "t_prix": ["1", "2"]}
    plus = poster(gestion, URL, saisie | {"etape": ["tranche"]})
    assert champs(plus.text)["t_quotient"] == ["0", "600", ""]
    moins = poster(gestion, URL, saisie | {"etape": ["retirer-0"]})
    assert champs(moins.text)["t_quotient"] == ["600"]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(monde, gestion):
    saisie = champs(gestion.get(f"{URL}/nouveau?activite={monde.cantine.id}").text)
    for change, phrase in (
        ({"mode": ["effort"], "taux": ["beaucoup"]}, "Écrivez un pourcentage"),
        ({"mode": ["forfait"], "prix": ["cher"]}, "Écrivez un nombre"),
        ({"mode": ["forfait"], "prix": [""]}, "Indiquez un montant"),
        ({"mode": ["tranches"], "t_quotient": ["100"], "t_prix": ["1"]}, "La première tranche part de 0"),
        ({"mode": ["tranches"], "t_quotient": ["0"], "t_prix": [""]}, "Indiquez le quotient et le prix"),
        ({"debut": ["hier"]}, "date"),
        ({"activites": []}, "au moins une activité"),
    ):
        refuse = poster(gestion, URL, saisie | {"t_quotient": ["0"], "t_prix": ["1"]} | change)
        assert refuse.status_code == 422 and phrase in refuse.text, change
        for nom, valeurs in change.items():
            assert champs(refuse.text).get(nom, []) == valeurs or nom == "activites"
    rien = poster(gestion, URL, saisie | {"activites": [], "t_prix": [""]}).text
    assert "au moins une activité" in rien and "Indiquez le quotient et le prix" in rien
    assert not Tarif.select().exists()


def test_a_tariff_that_was_billed_offers_to_end_it(monde, gestion):
    tarif = factures.tarif(monde.cantine)
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    page = gestion.get(f"{URL}/{tarif.id}").text
    assert "ont été émises jusqu’au 30 novembre 2026" in page and f"{URL}/{tarif.id}/modification" not in page
    arret = champs(gestion.get(f"{URL}/{tarif.id}/arret").text)
    assert poster(gestion, f"{URL}/{tarif.id}/arret", arret | {"dernier": ["2026-11-29"]}).status_code == 422
    assert poster(gestion, f"{URL}/{tarif.id}/arret", arret | {"dernier": ["jamais"]}).status_code == 422
    assert poster(gestion, f"{URL}/{tarif.id}/arret", arret | {"dernier": ["2026-12-31"]}).status_code == 303
    assert Tarif.get().fin == dt.date(2026, 12, 31)


def test_who_may_not_come_in(monde, connexion, gestion):
    tarif = factures.tarif(monde.cantine)
    assert gestion.get(f"{URL}/{tarif.id + 1}").status_code == 404
    for qui in (monde.sophie, monde.animateur, monde.claire):
        assert connexion(qui).get(URL).status_code == 403
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="Ailleurs"))
    for url in (URL, f"{URL}/{tarif.id}", f"{URL}/nouveau", f"{URL}/copie", "/agents/facturation/reglages"):
        assert gestion.get(url).status_code == 404
