"""What the town says of itself: identity, logo, what it accepts by itself, legal pages."""

import io

import pytest
from PIL import Image

from models import Affectation, Evenement, LogoDeVille, PageDeLaVille, Ville
from portail.domain import identite, mise_en_forme, pages_de_la_ville, teinte
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.ville import la_ville
from tests.formulaires import csrf, poster
from tests.html import lire, mots

UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""How a screen is drawn is the same on both engines."""
URL = "/agents/mise-en-place/ville"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def nadia(monde, connexion):
    return connexion(monde.gestionnaire)


def image(format_="PNG", mode="RGBA", taille=(1200, 300)) -> bytes:
    sortie = io.BytesIO()
    Image.new(mode, taille, (20, 90, 140, 0) if mode == "RGBA" else (20, 90, 140)).save(sortie, format_)
    return sortie.getvalue()


def valeurs(**changees) -> dict:
    i = identite.lire()
    lues = {nom: getattr(i, nom) for nom in identite.Identite.__dataclass_fields__}
    lues["places_en_niveau"] = "y" if i.places_en_niveau else ""
    return lues | changees


def test_l_identite_se_change_et_se_lit_aussitot_partout(monde, nadia):
    voulu = valeurs(nom="Les Ponts-de-Cé", teinte=140, telephone="02 41 00 00 00", places_en_niveau="y")
    assert poster(nadia, URL, voulu).status_code == 303
    assert (la_ville().nom, la_ville().teinte, la_ville().places_en_niveau) == ("Les Ponts-de-Cé", 140, True)
    page = nadia.get(URL)
    assert "C’est enregistré." in page.text and "Les Ponts-de-Cé" in mots(
        lire(page.text).select_one(".marque")
    )
    assert "--teinte: 140" in nadia.get("/ville.css").text
    (ligne,) = Evenement.select().where(Evenement.objet == "ville")
    assert (ligne.acte, ligne.auteur) == ("regler_l_identite", monde.gestionnaire)
    assert ligne.detail == "nom, places_en_niveau, teinte, telephone"
    poster(nadia, URL, voulu)
    assert Evenement.select().where(Evenement.objet == "ville").count() == 1, "deux fois est sans effet"


@UN_MOTEUR
@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nom", "  "),
        ("nom", "x" * 101),
        ("guichet", ""),
        ("courriel", "pas une adresse"),
        ("courriel", "a@example.org\r\nBcc: b@example.org"),
        ("telephone", "appelez-moi"),
        ("teinte", "361"),
        ("teinte", "bleu"),
    ],
)
def test_ce_qui_ne_se_peut_pas_est_dit_a_cote_du_champ(monde, nadia, champ, valeur):
    avant = la_ville()
    reponse = poster(nadia, URL, valeurs(**{champ: valeur}))
    assert reponse.status_code == 422
    assert lire(reponse.text).select_one(f"#{champ}-message")
    assert la_ville() == avant


def test_toute_teinte_tient_l_aa_en_clair_et_en_sombre():
    assert min(e.contraste for t in range(361) for e in teinte.echantillons(t)) >= teinte.AA


@UN_MOTEUR
def test_l_echantillon_suit_la_teinte(nadia):
    fragment = nadia.get(f"{URL}/teinte?teinte=30").text
    assert "Teinte 30, thème sombre" in fragment and "lisible (AA)" in fragment
    assert nadia.get(f"{URL}/teinte?teinte=999").status_code == 200


def envoyer_le_logo(navigateur, octets: bytes):
    corps = {"csrf_token": csrf(navigateur), "logo": (io.BytesIO(octets), "logo.svg")}
    return navigateur.post(f"{URL}/logo", data=corps, content_type="multipart/form-data")


def test_le_logo_est_redessine_en_png_et_sert_a_tous(monde, nadia, client):
    assert envoyer_le_logo(nadia, image()).status_code == 303
    adresse = f"/logo/{la_ville().logo}.png"
    assert f'src="{adresse}"' in client.get("/").text
    reponse = client.get(adresse)
    assert reponse.mimetype == "image/png" and "immutable" in reponse.headers["Cache-Control"]
    assert "sandbox" in reponse.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(reponse.data)) as dessin:
        assert (dessin.format, dessin.size, dessin.mode) == ("PNG", (320, 80), "RGBA")
    envoyer_le_logo(nadia, image("JPEG", "RGB"))
    assert client.get(adresse).status_code == 404, "l’ancien n’a plus d’adresse"
    assert LogoDeVille.select().count() == 1
    poster(nadia, f"{URL}/logo/retrait")
    assert la_ville().logo == "" and LogoDeVille.select().count() == 0
    assert "logo-ville" not in client.get("/").text


@pytest.mark.parametrize("octets", [SVG, b"", b"GIF89a", image()[:40], b"\x89PNG\r\n\x1a\n" + b"x" * 100])
def test_ce_qui_n_est_pas_une_image_n_est_pas_un_logo_un_svg_non_plus(monde, nadia, octets):
    reponse = envoyer_le_logo(nadia, octets)
    assert reponse.status_code == 422
    assert lire(reponse.text).select_one("#logo-message")
    assert la_ville().logo == "" and LogoDeVille.select().count() == 0


def test_les_champs_acceptes_d_office_se_cochent(monde, nadia):
    assert poster(nadia, f"{URL}/champs-automatiques", {"champ": ["enfant.classe"]}).status_code == 303
    assert la_ville().champs_automatiques == "enfant.classe"
    (ligne,) = Evenement.select().where(Evenement.objet == "ville")
    assert (ligne.acte, ligne.auteur) == ("champs_automatiques", monde.gestionnaire)
    assert poster(nadia, f"{URL}/champs-automatiques", {"champ": ["enfant.allergies"]}).status_code == 422
    assert la_ville().champs_automatiques == "enfant.classe"


def test_la_declaration_d_accessibilite_dit_tout_ce_que_la_loi_demande(client):
    page = lire(client.get("/accessibilite").text).select_one(".texte-de-la-ville")
    assert [mots(h2) for h2 in page.select("h2")] == [
        "Engagement",
        "État de conformité",
        "Ce qui a été vérifié",
        "Ce qui ne l’a pas été",
        "Signaler une difficulté",
        "Voies de recours",
    ]
    texte = mots(page)
    assert "article 47 de la loi n° 2005-102" in texte and "non conforme" in texte
    assert pages_de_la_ville.ESSAYE_LE in texte and "axe-core" in texte
    assert "02 61 91 40 40" in texte and "familles@saint-alban.example" in texte
    assert "Libre réponse 71120, 75342 Paris CEDEX 07" in texte
    assert all(a["href"].startswith(("https://", "mailto:")) for a in page.select("a"))


def test_une_page_legale_a_un_texte_avant_que_la_ville_l_ecrive_et_apres(monde, nadia, client):
    page = lire(client.get("/accessibilite").text)
    assert "ville de Saint-Alban-sur-Loire" in mots(page.main)
    assert {a["href"] for a in page.select("footer ul.legal a")} == {
        "/mentions-legales",
        "/donnees-personnelles",
        "/accessibilite",
    }
    texte = (
        "# Titre <b>\n\nUn paragraphe & <script>alert(1)</script>\nsuite\n- un\n- deux\n\nhttps://ville.fr/a."
    )
    assert poster(nadia, f"{URL}/pages/accessibilite", {"texte": texte}).status_code == 303
    reponse = client.get("/accessibilite").text
    page = lire(reponse).select_one(".texte-de-la-ville")
    assert mots(page.h2) == "Titre <b>" and [mots(li) for li in page.select("li")] == ["un", "deux"]
    assert "<script>alert" not in reponse and page.a["href"] == "https://ville.fr/a"
    assert poster(nadia, f"{URL}/pages/accessibilite/retablissement").status_code == 303
    assert "ville de Saint-Alban-sur-Loire" in client.get("/accessibilite").text
    assert [e.acte for e in Evenement.select().where(Evenement.objet == "ville").order_by(Evenement.id)] == [
        "ecrire_la_page",
        "retablir_la_page",
    ]


@UN_MOTEUR
@pytest.mark.parametrize("texte", ["", " \n ", "x" * 20_001])
def test_une_page_vide_ou_trop_longue_n_est_pas_publiee(monde, nadia, texte):
    assert poster(nadia, f"{URL}/pages/mentions-legales", {"texte": texte}).status_code == 422
    assert PageDeLaVille.select().count() == 0
    assert nadia.get(f"{URL}/pages/autre").status_code == 404


def test_un_texte_ne_mene_qu_ou_il_le_dit():
    (bloc,) = mise_en_forme.lire("Voir javascript:alert(1), http://a.fr, https://b.fr/x?y=1, ou a@b.fr.")
    assert [m.lien for m in bloc.lignes[0] if m.lien] == ["https://b.fr/x?y=1", "mailto:a@b.fr"]
    assert "".join(m.texte for m in bloc.lignes[0]).endswith("ou a@b.fr.")


ACTES = {
    "identite": lambda c: identite.regler(c, identite.lire()),
    "logo": lambda c: identite.poser_le_logo(c, image()),
    "retrait": identite.retirer_le_logo,
    "page": lambda c: pages_de_la_ville.ecrire(c, "accessibilite", "Autre"),
    "retablir": lambda c: pages_de_la_ville.retablir(c, "accessibilite"),
}


@pytest.mark.parametrize("acte", ACTES)
def test_qui_ne_regle_pas_la_ville_ne_change_rien(monde, acte):
    avant = Ville.get()
    for qui in ("claire", "sophie", "animateur"):
        with pytest.raises(Interdit):
            ACTES[acte](getattr(monde, qui))
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        ACTES[acte](monde.gestionnaire)
    assert (
        Ville.get().__data__ == avant.__data__
        and Evenement.select().where(Evenement.objet == "ville").count() == 0
    )


@UN_MOTEUR
def test_qui_est_limite_a_des_lieux_n_a_pas_la_page(monde, nadia):
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    for url in (URL, f"{URL}/pages/accessibilite"):
        assert nadia.get(url).status_code == 404
    for url in (URL, f"{URL}/logo/retrait", f"{URL}/champs-automatiques", f"{URL}/pages/accessibilite"):
        assert poster(nadia, url, {"texte": "x"}).status_code == 404
    with pytest.raises(Refus):
        identite.poser_le_logo(monde.gestionnaire, SVG)
