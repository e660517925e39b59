"""How accessible the town declares the portal to be: at the foot of every page, and in its declaration."""

import pytest

from models import Affectation, Evenement, PageDeLaVille
from portail.domain import conformite, mise_en_place, pages_de_la_ville
from portail.domain.refus import Interdit, Introuvable
from portail.domain.ville import la_ville, oublier_la_ville
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""How a screen is drawn is the same on both engines."""
URL = "/agents/mise-en-place/ville"
VERS_LA_DECLARATION = 'footer a[href="/accessibilite"]'


def au_pied(reponse) -> str:
    return mots(lire(reponse.text).select_one(VERS_LA_DECLARATION))


def les_deux(client) -> tuple[str, str]:
    """What the home page says at its foot, and the declaration in its title."""
    return au_pied(client.get("/")), mots(lire(client.get("/accessibilite").text).h1)


def lignes() -> list[tuple[str, str]]:
    return [(e.acte, e.detail) for e in Evenement.select().where(Evenement.objet == "ville").order_by("id")]


@UN_MOTEUR
def test_sans_audit_chaque_page_dit_non_conforme_une_page_qui_manque_aussi(monde, client):
    assert les_deux(client) == ("Accessibilité : non conforme", "Accessibilité : non conforme")
    for adresse, statut in (("/connexion", 200), ("/mentions-legales", 200), ("/rien-ici", 404)):
        reponse = client.get(adresse)
        assert (reponse.status_code, au_pied(reponse)) == (statut, "Accessibilité : non conforme")
    page = mots(lire(client.get("/accessibilite").text).main)
    assert "n’a pas encore été audité" in page


@pytest.mark.parametrize(
    ("niveau", "mention"), [("partielle", "partiellement conforme"), ("totale", "totalement conforme")]
)
def test_ce_que_la_ville_declare_se_lit_partout_aussitot(monde, connexion, client, niveau, mention):
    nadia = connexion(monde.gestionnaire)
    assert poster(nadia, f"{URL}/conformite", {"conformite": niveau}).status_code == 303
    assert les_deux(client) == (f"Accessibilité : {mention}", f"Accessibilité : {mention}")
    page = mots(lire(client.get("/accessibilite").text).main)
    assert f"Ce portail est {mention}" in page and "À compléter par la ville" in page
    assert "pas encore été audité" not in page
    reglage = lire(nadia.get(URL).text).select_one(f'input[name="conformite"][value="{niveau}"]')
    assert reglage.has_attr("checked")
    assert lignes() == [(conformite.DECLARER, mention)]
    assert mise_en_place.compter().pages == 0, "ce n’est pas une page que la ville a relue"


def test_deux_fois_est_sans_effet_et_l_on_revient_en_arriere(monde):
    assert not conformite.declarer(monde.gestionnaire, "non"), "c’est déjà ainsi"
    assert conformite.declarer(monde.gestionnaire, "totale")
    assert not conformite.declarer(monde.gestionnaire, "totale")
    assert conformite.declarer(monde.gestionnaire, "non")
    assert la_ville().conformite == "non"
    assert lignes() == [(conformite.DECLARER, mot) for mot in ("totalement conforme", "non conforme")]


@UN_MOTEUR
def test_la_declaration_que_la_ville_a_ecrite_dit_la_meme_chose_en_son_titre(monde, client):
    pages_de_la_ville.ecrire(monde.gestionnaire, "accessibilite", "Nos mots.")
    conformite.declarer(monde.gestionnaire, "partielle")
    assert les_deux(client) == ("Accessibilité : partiellement conforme",) * 2
    pages_de_la_ville.retablir(monde.gestionnaire, "accessibilite")
    assert la_ville().conformite == "partielle", "rétablir le texte ne change pas ce qui est déclaré"


@UN_MOTEUR
@pytest.mark.parametrize("niveau", ["", "autre", "NON"])
def test_un_autre_etat_est_refuse_a_cote_du_champ(monde, connexion, niveau):
    reponse = poster(connexion(monde.gestionnaire), f"{URL}/conformite", {"conformite": niveau})
    assert reponse.status_code == 422
    groupe = lire(reponse.text).select_one('fieldset[aria-describedby~="conformite-message"]')
    assert "Choisissez l’un des trois états" in mots(groupe.select_one("#conformite-message"))
    assert la_ville().conformite == "non" and lignes() == []


@UN_MOTEUR
def test_ce_que_la_base_ne_devrait_pas_dire_ne_conforme_rien(monde):
    PageDeLaVille.create(cle="conformite", texte="parfaite", modifiee_le=MAINTENANT)
    oublier_la_ville()
    assert la_ville().conformite == "non"


def test_qui_ne_regle_pas_la_ville_ne_declare_rien(monde, connexion):
    for qui in ("claire", "sophie", "animateur"):
        with pytest.raises(Interdit):
            conformite.declarer(getattr(monde, qui), "totale")
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        conformite.declarer(monde.gestionnaire, "totale")
    nadia = connexion(monde.gestionnaire)
    assert poster(nadia, f"{URL}/conformite", {"conformite": "totale"}).status_code == 404
    assert la_ville().conformite == "non" and lignes() == []
