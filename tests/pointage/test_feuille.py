"""The sheet: opened by an act that the families read, it then shows what must be known; on paper too."""

import datetime as dt

import pytest

import workflows as w
from models import Evenement, Photo, Seance, db
from portail import clock
from portail.domain import champs, feuilles, journal
from portail.domain import lecture_pointage as lecture
from portail.domain.perimetre import LA_VILLE
from portail.domain.pointage import pointer
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.courses.coureurs import peupler
from tests.dossier.images import octets
from tests.formulaires import poster
from tests.garanties.empreinte import contenu, difference
from tests.monde import LUNDI, MAINTENANT
from tests.pointage.conftest import AUJOURDHUI, geste

SENSIBLES = (
    "Arachide",
    "Stylo dans la trousse rouge",
    "Sans porc",
    "Jeanne Moreau",
    "06 39 98 12 40",
    "Julien",
)


def test_opening_is_told_to_each_family_once_a_day_and_it_reads_so_in_its_journal(monde, au_complet):
    for _ in range(2):
        feuilles.ouvrir(monde.animateur, au_complet.id)
    lues = Evenement.select().where(Evenement.acte == feuilles.OUVERTURE)
    assert {(e.famille, e.auteur, e.objet, e.objet_id) for e in lues} == {
        (monde.moreau, monde.animateur, "seance", au_complet.id),
        (monde.dasilva, monde.animateur, "seance", au_complet.id),
    }
    assert len(lues) == 2
    (fait,) = [f for f in journal.lire(monde.claire).faits if "feuille de pointage" in f.phrase]
    assert "santé de l’enfant" in fait.phrase and fait.par == "Yann Le Goff, accueil périscolaire"
    with clock.figer(MAINTENANT + dt.timedelta(days=1)):
        feuilles.ouvrir(monde.animateur, au_complet.id)
    assert Evenement.select().where(Evenement.acte == feuilles.OUVERTURE).count() == 4


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # what is shown is the same on both
def test_a_seance_that_the_town_cancelled_is_told_and_a_child_who_came_is_pointed(monde, seance, connexion):
    yann, url = connexion(monde.animateur), f"/agents/pointage/{seance.id}"
    assert "N’a pas lieu" not in yann.get("/agents/pointage").text
    Seance.update(annulee="Grève du personnel").where(Seance.id == seance.id).execute()
    assert "N’a pas lieu : Grève du personnel" in yann.get("/agents/pointage").text
    assert "a annulé cette séance : Grève du personnel." in yann.get(url).text
    assert pointer(monde.animateur, seance.id, monde.noe.id, geste("present")) == "suivi"


def test_closed_nothing_sensitive_is_shown_nor_unsealed_open_all_of_it_for_who_opened(
    monde, au_complet, connexion, monkeypatch
):
    yann, sophie, url = (
        connexion(monde.animateur),
        connexion(monde.sophie),
        f"/agents/pointage/{au_complet.id}",
    )
    with monkeypatch.context() as scelle:
        scelle.setattr(champs, "ouvrir", lambda _: pytest.fail("unsealed before the journal said so"))
        page = yann.get(url).text
    assert "Léa Moreau" in page and "Ouvrir la feuille" in page
    assert not [mot for mot in SENSIBLES if mot in page]
    reponse = poster(yann, f"{url}/ouverture")
    assert (reponse.status_code, reponse.location) == (303, url)
    page = yann.get(url).text
    assert [mot for mot in SENSIBLES if mot not in page] == []
    assert "Ne jamais confier à" in page and "pièce d’identité à demander" in page
    assert not [mot for mot in SENSIBLES if mot in sophie.get(url).text]


@pytest.mark.parametrize(("jours", "lisible"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_it_is_read_from_the_day_before_to_the_day_after(monde, au_complet, jours, lisible):
    feuilles.ouvrir(monde.animateur, au_complet.id)
    with clock.figer(MAINTENANT + dt.timedelta(days=jours)):
        vue = lecture.feuille(monde.animateur, LA_VILLE, au_complet.id)
        assert vue.ligne(monde.lea.id).ouverte is lisible
        assert bool(vue.ligne(monde.lea.id).sante.allergies) is lisible
        if not lisible:
            for acte in (feuilles.ouvrir, feuilles.imprimer):
                with pytest.raises(Refus, match="la veille, du jour"):
                    acte(monde.sophie, au_complet.id)


def test_who_may_not_or_has_other_places_opens_nothing(monde, au_complet, ailleurs, connexion):
    client, avant = connexion(ailleurs), contenu()
    url = f"/agents/pointage/{au_complet.id}"
    assert "Cantine" not in client.get("/agents/pointage").text
    for chemin in ("", "/nouvelles", "/enfants?cherche=lea", f"/enfants/{monde.lea.id}/photo"):
        assert client.get(url + chemin).status_code == 404
    for chemin in ("/ouverture", "/impression"):
        assert poster(client, url + chemin).status_code == 404
    for acte in (feuilles.ouvrir, feuilles.imprimer):
        with pytest.raises(Introuvable):
            acte(ailleurs, au_complet.id)
        with pytest.raises(Interdit):
            acte(monde.claire, au_complet.id)
    assert not difference(avant, contenu())


def test_on_paper_each_printing_is_told(monde, au_complet, connexion):
    client = connexion(monde.animateur)
    page = poster(client, f"/agents/pointage/{au_complet.id}/impression").text
    assert [mot for mot in SENSIBLES if mot not in page] == []
    poster(client, f"/agents/pointage/{au_complet.id}/impression")
    assert Evenement.select().where(Evenement.acte == feuilles.IMPRESSION).count() == 4
    assert "Arachide" not in client.get(f"/agents/pointage/{au_complet.id}").text


def test_the_photo_is_that_of_a_child_of_the_sheet(monde, seance, connexion):
    client = connexion(monde.animateur)
    for enfant in (monde.lea, monde.tomas):
        Photo.create(enfant=enfant, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)
    image = client.get(f"/agents/pointage/{seance.id}/enfants/{monde.lea.id}/photo")
    assert (image.status_code, image.mimetype) == (200, "image/jpeg")
    centre = monde.seance(monde.centre, AUJOURDHUI + dt.timedelta(1))
    assert client.get(f"/agents/pointage/{centre.id}/enfants/{monde.tomas.id}/photo").status_code == 404


def test_it_is_searched_filtered_and_says_why_nothing_can_be_pointed(monde, au_complet, connexion):
    client, url = connexion(monde.animateur), f"/agents/pointage/{au_complet.id}"
    assert "Tomás Da Silva" not in client.get(f"{url}?q=lea").text
    assert "Léa Moreau" not in client.get(f"{url}?q=zzz").text
    pointer(monde.animateur, au_complet.id, monde.lea.id, geste("present"))
    page = client.get(f"{url}?voir=restants").text
    assert "Tomás Da Silva" in page and "Léa Moreau" not in page
    lundi = client.get(f"/agents/pointage/{monde.seance(monde.cantine, LUNDI).id}").text
    assert "on pointe à partir du jour même" in lundi and 'name="voulu"' not in lundi


# ——— the day, and what is live ———


def test_the_day_counts_who_is_expected_there_absent_and_there_without_a_booking(monde, seance, connexion):
    qui = monde.animateur, seance.id
    pointer(*qui, monde.lea.id, geste("present"))
    pointer(*qui, monde.tomas.id, geste("absent"))
    pointer(*qui, monde.noe.id, geste("present"))
    client = connexion(monde.animateur)
    page = client.get("/agents/pointage")
    assert "2</b> présents" in page.text and "1</b> absent" in page.text and "0</b> à pointer" in page.text
    assert "sur 2 attendus, 1 sans réservation" in page.text
    assert "Centre de loisirs" in client.get("/agents/pointage?date=2026-12-02").text
    assert client.get("/agents/pointage?date=2026-02-30").status_code == 422


def test_as_long_as_nobody_points_an_open_page_is_told_304_then_what_changed(monde, seance, connexion):
    client = connexion(monde.animateur)
    for url in ("/agents/pointage/nouvelles", f"/agents/pointage/{seance.id}/nouvelles?marque=0-0"):
        marque = client.get(url).headers["ETag"]
        assert client.get(url, headers={"If-None-Match": marque}).status_code == 304
        enfant = monde.lea if "marque" in url else monde.tomas
        pointer(monde.sophie, seance.id, enfant.id, geste("present"))
        apres = client.get(url, headers={"If-None-Match": marque})
        assert apres.status_code == 200 and apres.headers["ETag"] != marque
    depuis = f"/agents/pointage/{seance.id}/nouvelles?marque={Seance.get_by_id(seance.id).mouvements}-"
    vues = client.get(f"{depuis}1").text
    assert f"#p-{seance.id}-{monde.lea.id}" in vues and f"#p-{seance.id}-{monde.tomas.id}" not in vues


def compter(client, url: str) -> int:
    nombre, vrai = 0, db.obj.execute_sql

    def espion(*mots, **autres):
        nonlocal nombre
        nombre += 1
        return vrai(*mots, **autres)

    db.obj.execute_sql = espion
    try:
        assert client.get(url).status_code == 200
    finally:
        db.obj.execute_sql = vrai
    return nombre


def test_a_hundred_children_are_read_in_as_many_queries_as_two(monde, au_complet, connexion):
    client, url = connexion(monde.animateur), f"/agents/pointage/{au_complet.id}"
    feuilles.ouvrir(monde.animateur, au_complet.id)
    compter(client, url)
    peu = [compter(client, adresse) for adresse in (url, "/agents/pointage")]
    Seance.update(places=200).where(Seance.id == au_complet.id).execute()
    for foyer in peupler(monde.cantine, 100):
        monde.poser(foyer.enfant, au_complet, w.RESERVE)
        pointer(monde.animateur, au_complet.id, foyer.enfant.id, geste("present"))
    feuilles.ouvrir(monde.animateur, au_complet.id)
    assert [compter(client, adresse) for adresse in (url, "/agents/pointage")] == peu
