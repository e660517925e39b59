"""The pages of the set-up: what is typed is kept, shown before it is written, then written.

What is drawn is the same on both engines: one is enough. The acts behind are tested on both, in their files.
"""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Activite, Capacite, Lieu, Seance
from tests.activites.outils import limiter
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import LUNDI, MERCREDI

pytestmark = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here


def champs(page) -> dict[str, list[str]]:
    """The form of the page, as a browser would send it."""
    envoi: dict[str, list[str]] = {}
    for champ in lire(page).select("main form[method=post] [name]"):
        if champ.name == "button" or (
            champ.get("type") in ("checkbox", "radio") and not champ.has_attr("checked")
        ):
            continue
        valeur = champ.get("value", "")
        if champ.name == "select":
            choisi = champ.select_one("option[selected]") or champ.select_one("option")
            valeur = choisi.get("value", "")
        elif champ.name == "textarea":
            valeur = champ.text.lstrip("\n")
        elif champ.get("type") == "checkbox":
            valeur = champ.get("value", "y")
        envoi.setdefault(champ["name"], []).append(valeur)
    return envoi


@pytest.fixture
def gestion(monde, connexion):
    return connexion(monde.gestionnaire)


def test_a_change_is_typed_shown_and_confirmed_without_script(monde, gestion):
    url = f"/agents/activites/{monde.cantine.id}"
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    saisie = champs(gestion.get(f"{url}/modification").text) | {
        "h_fin": ["13:45"],
        "reservation_heure": ["10:00"],
    }
    apercu = poster(gestion, url, saisie)
    assert apercu.status_code == 200
    texte = mots(lire(apercu.text).main)
    assert "Rien n’est encore enregistré" in texte
    assert "10 séances changent d’horaires" in texte
    assert "1 famille, 1 enfant : 1 jour réservé" in texte and "Léa Moreau" in texte
    assert Seance.get(activite=monde.cantine, jour=LUNDI).fin.minute == 30
    encore = poster(gestion, url, champs(apercu.text) | {"etape": "reprendre"})
    assert champs(encore.text)["h_fin"] == ["13:45"]
    fait = poster(gestion, url, champs(apercu.text))
    assert (fait.status_code, fait.location) == (303, url)
    assert Seance.get(activite=monde.cantine, jour=LUNDI).fin.minute == 45
    fiche = mots(lire(gestion.get(url).text).main)
    assert "Activité modifiée, par Nadia Benali" in fiche


def test_what_moved_since_is_shown_again_with_409(monde, gestion):
    url = f"/agents/activites/{monde.cantine.id}"
    saisie = champs(gestion.get(f"{url}/modification").text) | {"h_fin": ["13:45"]}
    vu = champs(poster(gestion, url, saisie).text)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    encore = poster(gestion, url, vu)
    assert encore.status_code == 409
    assert "La situation a changé" in encore.text and "Léa Moreau" in encore.text
    assert poster(gestion, url, champs(encore.text)).status_code == 303


def test_a_form_that_is_wrong_keeps_all_that_was_typed(monde, gestion):
    saisie = champs(gestion.get("/agents/activites/nouvelle").text) | {
        "nom": ["Théâtre"],
        "debut": ["pas un jour"],
        "age_min": ["douze"],
        "h_jour": ["0:0", "0:6"],
        "h_debut": ["25:00"],
        "h_places": ["x"],
    }
    reponse = poster(gestion, "/agents/activites", saisie)
    assert reponse.status_code == 422
    page = lire(reponse.text)
    assert mots(page.title).startswith("Erreur :")
    assert {mots(m) for m in page.select(".message")} >= {
        "Choisissez un lieu.",
        "Indiquez le jour.",
        "Écrivez un nombre entier.",
        "Écrivez l’heure ainsi : 11:30.",
    }
    garde = champs(reponse.text)
    assert (garde["nom"], garde["debut"], garde["h_debut"]) == (["Théâtre"], ["pas un jour"], ["25:00"])
    assert garde["h_jour"] == ["0:0", "0:6"]


def test_lines_of_hours_are_added_and_taken_away(monde, gestion):
    url = f"/agents/activites/{monde.cantine.id}"
    saisie = champs(gestion.get(f"{url}/modification").text)
    plus = poster(gestion, url, saisie | {"etape": "ligne"})
    assert len(champs(plus.text)["h_debut"]) == 2
    assert [e["value"] for e in lire(plus.text).select("form [autofocus]")] == ["1:0"]
    moins = poster(gestion, url, champs(plus.text) | {"etape": "retirer-0"})
    assert champs(moins.text)["h_debut"] == [""]
    assert [e["value"] for e in lire(moins.text).select("form [autofocus]")] == ["ligne"]


def test_a_second_school_begins_with_what_the_first_one_has(monde, gestion):
    fiche = lire(gestion.get(f"/agents/activites/{monde.cantine.id}").text)
    (lien,) = [a["href"] for a in fiche.select("a.bouton") if mots(a) == "Créer la même dans un autre lieu"]
    garde, d_avant = (
        champs(gestion.get(url).text) for url in (lien, f"/agents/activites/{monde.cantine.id}/modification")
    )
    assert (garde.pop("lieu_id"), garde.pop("h_origine")) == ([""], [""])
    assert garde.pop("csrf_token")
    assert garde == {nom: valeur for nom, valeur in d_avant.items() if nom in garde}
    assert gestion.get("/agents/activites/nouvelle?comme=999999").status_code == 404


def test_fewer_places_than_children_ask_for_a_word_and_a_day_less_for_a_reason(monde, gestion):
    url = f"/agents/activites/{monde.cantine.id}"
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    saisie = champs(gestion.get(f"{url}/modification").text)
    apercu = poster(gestion, url, saisie | {"h_places": ["1"]})
    assert "lun. 7 déc. : 2 places prises pour 1" in mots(lire(apercu.text).main)
    assert poster(gestion, url, champs(apercu.text)).status_code == 422
    assert poster(gestion, url, champs(apercu.text) | {"garder": "oui"}).status_code == 303
    saisie = champs(gestion.get(f"{url}/modification").text) | {"h_jour": ["0:1", "0:3", "0:4"]}
    apercu = poster(gestion, url, saisie)
    assert "Enregistrer et annuler ces séances" in apercu.text
    assert poster(gestion, url, champs(apercu.text)).status_code == 422
    assert poster(gestion, url, champs(apercu.text) | {"motif": "Plus de lundi"}).status_code == 303
    assert monde.statut(monde.lea, monde.seance(monde.cantine, LUNDI)) == w.NON_RESERVE


def test_an_activity_is_made_and_taken_away(monde, gestion):
    saisie = champs(gestion.get("/agents/activites/nouvelle").text) | {
        "nom": ["Théâtre"], "lieu_id": [str(monde.cantine.lieu_id)], "debut": ["2027-01-04"],
        "fin": ["2027-01-29"],
        "h_jour": ["0:2"], "h_debut": ["14:00"], "h_fin": ["16:00"], "h_places": ["12"],
    }  # fmt: skip
    apercu = poster(gestion, "/agents/activites", saisie)
    assert "4 séances créées" in mots(lire(apercu.text).main)
    fait = poster(gestion, "/agents/activites", champs(apercu.text))
    activite = Activite.get(nom="Théâtre")
    assert fait.location == f"/agents/activites/{activite.id}"
    assert "Supprimer cette activité" in gestion.get(fait.location).text
    assert poster(gestion, f"{fait.location}/suppression").location == "/agents/activites"
    refus = poster(gestion, f"/agents/activites/{monde.cantine.id}/suppression")
    assert (refus.status_code, "pré-inscrits" in refus.text) == (422, True)


def test_the_list_is_narrowed_and_never_takes_more_queries(monde, gestion):
    page = gestion.get("/agents/activites?q=MATIN").text
    assert [a["href"] for a in lire(page).select("tbody th a")] == [f"/agents/activites/{monde.matin.id}"]
    assert gestion.get("/agents/activites?q=" + "x" * 101).status_code == 422
    with count_queries() as peu:
        gestion.get("/agents/activites")
    for n in range(30):
        Activite.create(
            **{nom: v for nom, v in monde.cantine.__data__.items() if nom != "id"} | {"nom": f"A{n}"}
        )
    with count_queries() as beaucoup:
        gestion.get("/agents/activites")
    assert beaucoup.count == peu.count


def test_one_seance_is_set_added_and_cancelled(monde, gestion):
    lundi = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, lundi, w.RESERVE)
    page = gestion.get(f"/agents/activites/{monde.cantine.id}/seances?mois=2026-12")
    assert "1 place prise sur 60" in mots(lire(page.text).main)
    url = f"/agents/activites/seances/{lundi.id}"
    apercu = poster(gestion, url, champs(gestion.get(url).text) | {"places": ["61"]})
    assert "61 places, au lieu de 60" in mots(lire(apercu.text).main)
    assert poster(gestion, url, champs(apercu.text)).status_code == 303
    assert Seance.get_by_id(lundi.id).places == 61
    assert poster(gestion, url, champs(gestion.get(url).text) | {"places": ["0"]}).status_code == 422
    annuler = champs(gestion.get(f"{url}/annulation").text)
    assert poster(gestion, f"{url}/annulation", annuler).status_code == 422
    assert poster(gestion, f"{url}/annulation", annuler | {"motif": "Grève"}).status_code == 303
    assert monde.statut(monde.lea, lundi) == w.NON_RESERVE
    assert "annulée : Grève" in gestion.get(f"/agents/activites/{monde.cantine.id}/seances?mois=2026-12").text
    ajout = {"jour": "2026-12-09", "debut": "14:00", "fin": "15:00", "places": "5"}
    assert poster(gestion, f"/agents/activites/{monde.cantine.id}/seances", ajout).status_code == 303
    assert Seance.get(activite=monde.cantine, jour=MERCREDI).places == 5
    assert poster(gestion, f"/agents/activites/{monde.cantine.id}/seances", ajout).status_code == 422


def test_places_are_shared_after_they_were_shown(monde, gestion):
    url = "/agents/activites/places-partagees"
    voulu = {"nom": "Repas", "places": "50", "compte": "jour", "activites": [str(monde.cantine.id)]}
    apercu = poster(gestion, url, voulu)
    assert (apercu.status_code, Capacite.select().count()) == (200, 0)
    assert poster(gestion, url, champs(apercu.text)).location == url
    capacite = Capacite.get()
    assert "50 par jour" in mots(lire(gestion.get(url).text).main)
    assert poster(gestion, f"{url}/{capacite.id}", voulu | {"places": "x"}).status_code == 422
    assert poster(gestion, f"{url}/{capacite.id}/suppression").location == url


def test_a_year_is_copied_from_its_page(monde, gestion):
    page = gestion.get(f"/agents/activites/copie?activite={monde.centre.id}")
    assert [mots(c) for c in lire(page.text).select(".copies .case b, .copies .case span span")] == [
        "Groupe scolaire Jean-Zay, du 1er septembre 2026 au 2 juillet 2027"
    ]
    saisie = champs(page.text)
    assert poster(gestion, "/agents/activites/copie", saisie | {"fin": ["?"]}).status_code == 422
    assert poster(gestion, "/agents/activites/copie", saisie).location == "/agents/activites?annee=2027"
    assert Activite.select().where(Activite.nom == "Centre de loisirs").count() == 2
    encore = lire(gestion.get(f"/agents/activites/copie?activite={monde.centre.id}").text)
    assert "Existe déjà à ces dates" in mots(encore.main)


def test_places_of_the_town_are_added_changed_and_retired(monde, gestion):
    url = "/agents/mise-en-place/lieux"
    assert poster(gestion, url, {"nom": ""}).status_code == 422
    assert poster(gestion, url, {"nom": "École Ferry", "ecole": "y"}).location == url
    lieu = Lieu.get(nom="École Ferry")
    assert poster(gestion, f"{url}/{lieu.id}", {"nom": "École Jules-Ferry", "ecole": "y"}).location == url
    assert poster(gestion, f"{url}/{lieu.id}/retrait", {"voulu": "retire"}).location == url
    assert "retiré" in mots(lire(gestion.get(url).text).main)
    assert poster(gestion, f"{url}/{lieu.id}/retrait", {"voulu": "en_service"}).location == url
    occupe = poster(gestion, f"{url}/{monde.cantine.lieu_id}/retrait", {"voulu": "retire"})
    assert (occupe.status_code, "Accueil du matin" in occupe.text) == (422, True)


def test_who_has_other_places_finds_nothing_and_others_do_not_enter(monde, connexion, gestion):
    for qui in (monde.claire, monde.sophie, monde.animateur):
        assert connexion(qui).get("/agents/activites").status_code == 403
    limiter(monde.gestionnaire)
    for url in (
        f"/agents/activites/{monde.cantine.id}",
        f"/agents/mise-en-place/lieux/{monde.cantine.lieu_id}",
    ):
        assert gestion.get(url).status_code == 404
    assert "Cantine" not in gestion.get("/agents/activites?annee=0").text
