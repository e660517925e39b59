"""The screens of the calendar: the year, days tried then confirmed, days taken away, the zone."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Affectation, Calendrier, Courriel, Lieu, Seance, Ville
from portail.domain.annulation_de_seances import annuler
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI

UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""How a screen is drawn is the same on both engines; the acts have their own tests."""
URL = "/agents/calendrier"
JOUR = {"nom": "Grève", "debut": "07/12/2026", "fin": "", "portee": "ville"}


@pytest.fixture
def nadia(monde, connexion):
    return connexion(monde.gestionnaire)


def apercu(navigateur, genre="fermeture", **valeurs):
    reponse = navigateur.get(f"{URL}/nouveaux/{genre}", query_string=JOUR | valeurs)
    return reponse, lire(reponse.text)


def a_confirmer(page) -> dict[str, str]:
    formulaire = page.select_one("form[method=post] input[name=repere]").find_parent("form")
    return {i["name"]: i.get("value", "") for i in formulaire.select("input[type=hidden]") if i["name"]}


@UN_MOTEUR
def test_l_annee_montre_chaque_jour_particulier_et_ce_qui_peut_se_changer(monde, nadia):
    Calendrier.create(genre="fermeture", nom="Travaux", debut=JEUDI, fin=JEUDI, lieu=monde.cantine.lieu)
    Calendrier.create(genre="ferie", nom="Fête", debut="2027-05-06", fin="2027-05-06")
    page = lire(nadia.get(URL).text)
    assert mots(page.h1) == "Calendrier 2026-2027"
    assert len(page.select(".annee table")) == 12
    assert "Travaux (Groupe scolaire Jean-Zay)" in page.select_one("td.j-partielle")["title"]
    assert mots(page.select_one("td.j-ferie .cache")) == "Noël, jour férié"
    assert {a["href"] for a in page.select(".gestes-de-ligne a")} >= {
        f"{URL}/jours/1",
        f"{URL}/jours/1/retrait",
    }
    (pont,) = [a["href"] for a in page.select("#ponts ~ ul a")]
    assert "debut=07/05/2027" in pont, "le vendredi qui suit"
    assert nadia.get(pont).status_code == 200
    assert "annee=2027" in str(page.select_one("nav.choix"))


@UN_MOTEUR
def test_un_nombre_constant_de_requetes(monde, nadia):
    def combien() -> int:
        with count_queries() as compte:
            assert nadia.get(URL).status_code == 200
        return compte.count

    combien()
    peu = combien()
    for n in range(20):
        Calendrier.create(genre="fermeture", nom=f"F{n}", debut=JEUDI, fin=JEUDI, activite=monde.cantine)
    assert combien() == peu


def test_fermer_se_voit_puis_se_confirme(monde, nadia):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    reponse, page = apercu(nadia)
    assert reponse.status_code == 200
    texte = mots(page.select_one(".mise-en-garde"))
    assert "3 séances annulées – 1 enfant de 1 famille : 1 réservation défaite" in texte
    assert not Calendrier.select().where(Calendrier.genre == "fermeture").exists(), "rien n’est écrit"
    reponse = poster(nadia, f"{URL}/nouveaux/fermeture", a_confirmer(page))
    assert (reponse.status_code, reponse.location) == (303, f"{URL}?annee=2026")
    assert "3 séances annulées" in nadia.get(reponse.location).text
    assert Seance.get_by_id(cantine.id).annulee == "Grève"
    assert Courriel.select().count() == 1


def test_ce_qui_a_change_depuis_l_apercu_est_montre_de_nouveau(monde, nadia):
    _, page = apercu(nadia)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    reponse = poster(nadia, f"{URL}/nouveaux/fermeture", a_confirmer(page))
    assert reponse.status_code == 409
    page = lire(reponse.text)
    assert "Rien n’a changé" in mots(page.select_one("[role=alert]"))
    assert "1 réservation défaite" in mots(page.select_one(".mise-en-garde"))
    assert poster(nadia, f"{URL}/nouveaux/fermeture", a_confirmer(page)).status_code == 303


@UN_MOTEUR
@pytest.mark.parametrize(
    ("valeurs", "champ", "phrase"),
    [
        ({"nom": ""}, "nom", "Donnez un nom"),
        ({"nom": "x" * 101}, "nom", "trop long"),
        ({"debut": "demain"}, "debut", "Écrivez la date"),
        ({"debut": "31/02/2027"}, "debut", "n’existe pas"),
        ({"debut": "01/01/9999"}, "debut", "année"),
        ({"fin": "01/12/2026"}, "fin", "avant la date de début"),
    ],
)
def test_une_faute_est_dite_a_cote_de_son_champ_et_rien_n_est_perdu(nadia, valeurs, champ, phrase):
    reponse = poster(nadia, f"{URL}/nouveaux/fermeture", JOUR | valeurs)
    page = lire(reponse.text)
    assert reponse.status_code == 422
    assert phrase in mots(page.select_one(f"#{champ}-message"))
    assert page.select_one("#nom")["value"] == (JOUR | valeurs)["nom"]


def test_retirer_montre_ce_qui_revient_et_remet_si_on_coche(monde, nadia):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    poster(nadia, f"{URL}/nouveaux/fermeture", a_confirmer(apercu(nadia)[1]))
    ligne = Calendrier.get(Calendrier.genre == "fermeture")
    page = lire(nadia.get(f"{URL}/jours/{ligne.id}/retrait").text)
    assert "3 séances ont lieu de nouveau" in mots(page.select_one(".mise-en-garde"))
    corps = a_confirmer(page) | {"remettre": "y"}
    assert poster(nadia, f"{URL}/jours/{ligne.id}/retrait", corps).status_code == 303
    assert monde.statut(monde.lea, cantine) == w.RESERVE
    assert nadia.get(f"{URL}/jours/{ligne.id}/retrait").status_code == 404


def test_modifier_part_de_ce_qui_est(monde, nadia):
    ligne = Calendrier.create(genre="fermeture", nom="Pont", debut=JEUDI, fin=JEUDI, activite=monde.cantine)
    page = lire(nadia.get(f"{URL}/jours/{ligne.id}").text)
    assert [page.select_one(f"#{n}")["value"] for n in ("nom", "debut", "fin")] == [
        "Pont",
        "10/12/2026",
        "10/12/2026",
    ]
    assert page.select_one("#portee option[selected]")["value"] == f"activite-{monde.cantine.id}"
    voulu = JOUR | {"nom": "Pont", "portee": f"activite-{monde.cantine.id}"}
    page = lire(nadia.get(f"{URL}/jours/{ligne.id}", query_string=voulu).text)
    assert poster(nadia, f"{URL}/jours/{ligne.id}", a_confirmer(page)).status_code == 303
    assert Calendrier.get_by_id(ligne.id).debut == LUNDI


@UN_MOTEUR
def test_une_journee_exceptionnelle_dit_quels_horaires_s_appliquent(monde, nadia):
    valeurs = {"nom": "Mercredi travaillé", "debut": "09/12/2026", "comme": "4", "periode": "scolaire"}
    _, page = apercu(nadia, "ouverture", **valeurs)
    texte = mots(page.select_one(".mise-en-garde"))
    assert "Cantine (Groupe scolaire Jean-Zay) : créé mercredi 9 décembre" in texte
    assert "1 séance annulée" in texte
    assert poster(nadia, f"{URL}/nouveaux/ouverture", a_confirmer(page)).status_code == 303
    page = lire(nadia.get(URL).text)
    assert "comme un vendredi en période scolaire" in mots(page.select_one("#liste-ouverture ~ table"))


@UN_MOTEUR
def test_la_zone_se_change_apres_apercu(monde, nadia):
    assert "zone B" in nadia.get(f"{URL}/zone").text
    page = lire(nadia.get(f"{URL}/zone?zone=C").text)
    assert mots(page.select_one("#ce-qui-suit")) == "Passer en zone C"
    assert poster(nadia, f"{URL}/zone", a_confirmer(page)).status_code == 303
    assert Ville.get().zone == "C"
    assert nadia.get(f"{URL}/zone?zone=Z").status_code == 422


@UN_MOTEUR
def test_qui_est_limite_a_un_lieu_n_y_voit_et_n_y_change_que_le_sien(monde, nadia):
    ailleurs = Lieu.create(nom="École Pergaud")
    Calendrier.create(genre="fermeture", nom="Là-bas", debut=JEUDI, fin=JEUDI, lieu=ailleurs)
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    page = nadia.get(URL).text
    assert "Là-bas" not in page and f"{URL}/zone" not in page
    for url in ("zone", "jours/1", "jours/1/retrait", "nouveaux/ferie"):
        assert nadia.get(f"{URL}/{url}").status_code == 404, url
    for portee in ("ville", f"lieu-{ailleurs.id}", "activite-999", "n’importe quoi"):
        assert apercu(nadia, portee=portee)[0].status_code == 404, portee
        assert poster(nadia, f"{URL}/nouveaux/fermeture", JOUR | {"portee": portee}).status_code == 404
    _, page = apercu(nadia, portee=f"lieu-{monde.cantine.lieu_id}")
    assert poster(nadia, f"{URL}/nouveaux/fermeture", a_confirmer(page)).status_code == 303


@UN_MOTEUR
@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_personne_d_autre_n_entre(monde, connexion, qui):
    navigateur = connexion(getattr(monde, qui))
    for url in ("", "/zone", "/nouveaux/fermeture", "/jours/1", "/jours/1/retrait"):
        assert navigateur.get(URL + url).status_code == 403
    assert poster(navigateur, f"{URL}/nouveaux/fermeture", JOUR).status_code == 403


def test_une_seance_annulee_seule_se_retablit(monde, nadia):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    annuler(monde.gestionnaire, [cantine.id], "Panne")
    page = lire(nadia.get(f"{URL}/seances-annulees").text)
    assert "Cantine, lundi 7 décembre, 11 h 30 – 13 h 30" in mots(page.select_one(".lignes li"))
    url = f"{URL}/seances-annulees/{cantine.id}/retablissement"
    assert poster(nadia, url, {"remettre": "y"}).status_code == 303
    assert monde.statut(monde.lea, cantine) == w.RESERVE
    assert "1 séance rétablie, 1 réservation remise" in nadia.get(f"{URL}/seances-annulees").text
    assert poster(nadia, url).status_code == 303, "deux fois est sans effet"
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="École Pergaud"))
    assert poster(nadia, url).status_code == 404
