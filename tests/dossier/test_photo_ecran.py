"""The photo on the sheet of a child, and its address."""

import io
from pathlib import Path

import pytest

from models import LienParental, Modification, Photo
from portail.domain import images, photos
from portail.frontiere import CSP
from tests.dossier.images import REFUSEES, dessin, octets
from tests.formulaires import csrf, poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import MAINTENANT

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille"}
STATIQUE = Path(photos.__file__).parents[1] / "static"


@pytest.fixture
def lea(monde) -> str:
    return f"/famille/enfants/{monde.lea.id}"


def envoyer(client, adresse: str, contenu: bytes, nom: str = "lea.jpg", **autres):
    donnees = {"csrf_token": csrf(client), "photo": (io.BytesIO(contenu), nom)}
    return client.post(adresse, data=donnees, content_type="multipart/form-data", **autres)


def validee(enfant) -> Photo:
    return Photo.create(enfant=enfant, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)


def test_without_a_photo_the_sheet_has_the_initials(monde, claire, lea):
    page = Page(claire, lea)
    assert page.texte("#tete .portrait") == "L M" or page.texte("#tete .portrait") == "LM"
    assert "Pas encore de photo" in page.texte("#photo")


def test_a_photo_waits_in_yellow_beside_the_present_one(monde, claire, lea):
    presente = validee(monde.lea)
    reponse = envoyer(claire, f"{lea}/photo", octets(dessin(900, 900)))
    assert (reponse.status_code, reponse.location) == (303, f"{lea}#photo")
    attente = Modification.get(Modification.champ == "photo")
    page = Page(claire, lea)
    assert page.un("#photo .identite img")["src"] == f"{lea}/photo/{presente.id}"
    assert page.un("#photo .modif img")["src"] == f"{lea}/photo/{attente.apres}"
    assert "Nouvelle photo en attente de validation" in page.texte("#photo .modif")
    page.cliquer("#photo .modif button")
    assert_comme_rechargee(page)
    assert [p.id for p in Photo.select()] == [presente.id]


def test_a_photo_is_taken_off_once_the_town_says_so(monde, claire, lea):
    validee(monde.lea)
    page = Page(claire, lea)
    page.cliquer("#photo form[action$=retrait] button")
    assert "Retrait de la photo en attente" in page.texte("#photo .modif")
    assert claire.get(f"{lea}/photo").status_code == 200


@pytest.mark.parametrize("entetes", [{}, HTMX])
@pytest.mark.parametrize("nom", ["SVG", "HTML named .jpg", "PDF", "zero bytes", "5 MB and one byte"])
def test_what_is_no_photo_is_told_beside_the_field(monde, claire, lea, nom, entetes):
    reponse = envoyer(claire, f"{lea}/photo", REFUSEES[nom](), headers=entetes)
    assert reponse.status_code == 422
    message = mots(lire(reponse.text).select_one("#fichier-message"))
    assert message in (images.ILLISIBLE, images.TROP_LOURDE)
    assert not Photo.select().exists()


def test_nothing_chosen_is_told_too(monde, claire, lea):
    reponse = envoyer(claire, f"{lea}/photo", b"", nom="")
    assert reponse.status_code == 422
    assert "Choisissez une photo" in mots(lire(reponse.text).select_one("#fichier-message"))


def test_far_too_heavy_it_is_not_even_read_and_the_page_says_why(monde, claire, lea):
    for entetes in ({}, HTMX):
        reponse = envoyer(claire, f"{lea}/photo", bytes(12_000_001), headers=entetes)
        assert reponse.status_code == 413
        assert "5 Mo" in reponse.text
    assert "Ce fichier est trop lourd" in envoyer(claire, f"{lea}/photo", bytes(12_000_001)).text


def test_elsewhere_a_body_of_more_than_a_megabyte_is_still_refused(monde, claire, lea):
    assert envoyer(claire, f"{lea}/photo/retrait", bytes(1_000_001)).status_code == 413


@pytest.mark.parametrize(
    "nom", ["../../x", "..\\..\\x.php", "/etc/passwd", "<script>alert(1)</script>.jpg", "a" * 900]
)
def test_the_name_of_the_file_serves_for_nothing(monde, claire, lea, nom):
    avant = set(STATIQUE.rglob("*"))
    assert envoyer(claire, f"{lea}/photo", octets(), nom=nom).status_code == 303
    photo = Photo.get()
    reponse = claire.get(f"{lea}/photo/{photo.id}")
    assert reponse.headers["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert nom not in Page(claire, lea).reponse.text
    assert set(STATIQUE.rglob("*")) == avant


def test_the_picture_is_served_as_a_jpeg_and_nothing_else(monde, claire, lea):
    photo = validee(monde.lea)
    for url in (f"{lea}/photo", f"{lea}/photo/{photo.id}"):
        reponse = claire.get(url)
        assert reponse.data == bytes(photo.contenu)
        assert reponse.headers["Content-Type"] == "image/jpeg"
        assert reponse.headers["X-Content-Type-Options"] == "nosniff"
        assert reponse.headers["Cache-Control"] == "no-store"
        assert "img-src 'self'" in reponse.headers["Content-Security-Policy"]
        assert reponse.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_whoever_opens_a_picture_alone_opens_nothing_that_runs(monde, claire, connexion, lea):
    photo = validee(monde.lea)
    agents = f"/agents/enfants/{monde.lea.id}/photo"
    for client, base in ((claire, f"{lea}/photo"), (connexion(monde.sophie), agents)):
        for url in (base, f"{base}/{photo.id}"):
            entetes = client.get(url).headers
            assert entetes.getlist("Content-Security-Policy") == [f"{CSP}; sandbox"], url
            assert entetes.getlist("X-Content-Type-Options") == ["nosniff"]
            assert entetes.getlist("Content-Disposition") == ['inline; filename="photo.jpg"']
            assert entetes.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]
    absente = claire.get(f"{lea}/photo/{photo.id + 1}")
    assert (absente.status_code, absente.headers["Content-Security-Policy"]) == (404, CSP)


def test_its_address_opens_for_nobody_else(app, monde, connexion, lea):
    photo = validee(monde.lea)
    paulo, sophie, animateur = (connexion(c) for c in (monde.paulo, monde.sophie, monde.animateur))
    agents = f"/agents/enfants/{monde.lea.id}/photo"
    for suffixe in ("", f"/{photo.id}"):
        assert paulo.get(f"{lea}/photo{suffixe}").status_code == 404
        assert app.test_client().get(f"{lea}/photo{suffixe}").status_code == 303
        assert sophie.get(f"{lea}/photo{suffixe}").status_code == 403
        assert sophie.get(f"{agents}{suffixe}").data == bytes(photo.contenu)
        assert animateur.get(f"{agents}{suffixe}").status_code == 403
        assert paulo.get(f"{agents}{suffixe}").status_code == 403
    tomas = f"/famille/enfants/{monde.tomas.id}/photo/{photo.id}"
    assert paulo.get(tomas).status_code == 404, "not even through a child of one's own"
    assert sophie.get(f"/agents/enfants/{monde.tomas.id}/photo/{photo.id}").status_code == 404


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_without_the_full_right_no_photo_is_sent(monde, claire, lea, droit):
    validee(monde.lea)
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    assert envoyer(claire, f"{lea}/photo", octets()).status_code == 404
    assert poster(claire, f"{lea}/photo/retrait").status_code == 404
    assert poster(claire, f"{lea}/photo/annulation").status_code == 404
    assert claire.get(f"{lea}/photo").status_code == (200 if droit == "information" else 404)
    assert not Page(claire, lea).tous("#photo form")


def test_the_household_shows_the_faces(monde, claire, lea):
    validee(monde.lea)
    page = Page(claire, "/famille/dossier")
    assert [img["src"] for img in page.tous("#enfants img")] == [f"{lea}/photo"]
    assert len(page.tous("#enfants .portrait")) == 3


def test_withdrawing_what_no_longer_waits_is_harmless(monde, claire, lea):
    assert poster(claire, f"{lea}/photo/annulation").status_code == 303
