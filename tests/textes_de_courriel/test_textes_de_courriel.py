"""The town's words in its mails: around the portal's lines, never in the place of a token."""

import re

import pytest

from models import Affectation, Courriel, Evenement, TexteDeCourriel, Ville
from portail.domain import courriels, envoi, moderation, textes_de_courriel
from portail.domain.apercu_de_courriel import apercevoir
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.textes_de_courriel import FERMETURE, GENRES, REPONSE, Texte, regler, retablir, signer
from tests import actes
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import LUNDI

UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""How a screen is drawn is the same on both engines."""
URL = "/agents/mise-en-place/courriels"


@pytest.fixture(autouse=True)
def oublies():
    textes_de_courriel.oublier()
    yield
    textes_de_courriel.oublier()


@pytest.fixture
def nadia(monde, connexion):
    return connexion(monde.gestionnaire)


def reponse(monde) -> Courriel:
    """The mail of an answer that puts on the waiting list, with its link."""
    cantine = monde.seance(monde.cantine, LUNDI)
    demande = actes.demander(monde, (monde.lea, cantine))
    moderation.mettre_en_attente(monde.sophie, demande.id)
    return Courriel.select().where(Courriel.cle.startswith("reponse:")).get()


def test_les_mots_de_la_ville_entourent_ceux_du_portail(monde):
    regler(monde.gestionnaire, REPONSE, Texte("Chère famille de {ville},", "Le {guichet}, {telephone}."))
    signer(monde.gestionnaire, "L’équipe de l’enfance\n{courriel}")
    corps = courriels.en_clair(reponse(monde))
    assert corps.startswith("Bonjour Claire,\n\nChère famille de Saint-Alban-sur-Loire,\n\nVoici la réponse")
    assert corps.endswith(
        "Le Guichet Familles, 02 61 91 40 40.\n\nL’équipe de l’enfance\nfamilles@saint-alban.example"
    )
    assert "Une question ?" not in corps
    assert re.search(r"http://localhost/liste-d-attente/[\w-]{40,}", corps), "le lien est entier"
    assert [
        e.detail for e in Evenement.select().where(Evenement.objet == "ville").order_by(Evenement.id)
    ] == [
        "reponse",
        "signature",
    ]


def test_sans_mots_de_la_ville_rien_ne_change_et_retablir_les_rend(monde):
    regler(monde.gestionnaire, REPONSE, Texte("Bonjour à tous.", ""))
    retablir(monde.gestionnaire, REPONSE)
    retablir(monde.gestionnaire, REPONSE)
    assert TexteDeCourriel.select().count() == 0
    corps = courriels.en_clair(reponse(monde))
    assert "Bonjour à tous" not in corps and textes_de_courriel.QUESTION in corps
    assert Evenement.select().where(Evenement.objet == "ville").count() == 2


@pytest.mark.parametrize(
    "texte",
    ["{jeton}", "{jeton:0}", "{jeton:1}", "{", "}", "{{prenom}}", "{prenom", "{Prenom}", "{}", "x" * 601],
)
def test_une_accolade_n_est_jamais_la_place_d_un_jeton(monde, texte):
    for voulu, champ in ((Texte(texte, ""), "ouverture"), (Texte("", texte), "cloture")):
        with pytest.raises(Refus) as refus:
            regler(monde.gestionnaire, REPONSE, voulu)
        assert refus.value.champ == champ
    with pytest.raises(Refus):
        signer(monde.gestionnaire, texte)
    assert TexteDeCourriel.select().count() == 0 and Ville.get().signature == ""


def test_une_valeur_de_la_ville_ne_fait_pas_non_plus_une_place_de_jeton(monde):
    Ville.update(guichet="Guichet {jeton:0}").execute()
    regler(monde.gestionnaire, REPONSE, Texte("{guichet}", ""))
    corps = courriels.en_clair(reponse(monde))
    assert "Guichet jeton:0" in corps
    assert len(set(re.findall(r"/liste-d-attente/([\w-]{40,})", corps))) == 1


def test_ce_qui_part_n_a_que_ses_propres_entetes(monde):
    regler(monde.gestionnaire, REPONSE, Texte("Sujet\nBcc: voisin@example.org\n\nSubject: Autre", ""))
    message = envoi.composer(reponse(monde))
    assert message["Bcc"] is None and message["Subject"].startswith("Votre enfant est en liste d’attente")
    assert "Bcc: voisin@example.org" in message.get_content()


def test_l_accuse_grandit_encore_entre_les_mots_de_la_ville(monde):
    regler(monde.gestionnaire, "accuse", Texte("Merci !", courriels.SUITE_DE_L_ACCUSE[:40]))
    lundi = monde.seance(monde.cantine, LUNDI)
    actes.demander(monde, (monde.lea, lundi))
    actes.demander(monde, (monde.noe, lundi))
    (accuse,) = Courriel.select().where(Courriel.cle.startswith("accuse:"))
    assert len(re.findall(r"^– ", accuse.corps, re.M)) == 2
    assert accuse.corps.index("Noé") < accuse.corps.index(courriels.SUITE_DE_L_ACCUSE)


@pytest.mark.parametrize("genre", GENRES)
def test_chaque_courriel_a_son_apercu(monde, genre):
    apercu = apercevoir(monde.gestionnaire, genre, Texte("Avant.", "Après."))
    assert (
        apercu.sujet
        and apercu.corps.startswith("Bonjour Nadia,\n\nAvant.\n\n")
        and "\n\nAprès.\n\n" in apercu.corps
    )
    assert "{" not in apercu.corps


def test_a_l_ecran_on_essaie_on_enregistre_on_retablit(monde, nadia):
    voulu = {"ouverture": "Chère famille,", "cloture": ""}
    page = lire(poster(nadia, f"{URL}/reponse/apercu", voulu).text)
    assert "Chère famille," in mots(page.select_one(".apercu-courriel"))
    assert TexteDeCourriel.select().count() == 0, "l’aperçu n’écrit rien"
    assert poster(nadia, f"{URL}/reponse", voulu).status_code == 303
    assert TexteDeCourriel.get().ouverture == "Chère famille,"
    assert "aux mots de la ville" in nadia.get(URL).text
    assert poster(nadia, f"{URL}/reponse/retablissement").status_code == 303
    assert TexteDeCourriel.select().count() == 0
    assert poster(nadia, f"{URL}/signature", {"signature": "La mairie"}).status_code == 303
    assert Ville.get().signature == "La mairie"


@UN_MOTEUR
def test_une_faute_est_dite_a_cote_du_champ_et_rien_n_est_perdu(monde, nadia):
    for url in (f"{URL}/reponse", f"{URL}/reponse/apercu"):
        reponse = poster(nadia, url, {"ouverture": "Cher {nom}", "cloture": "Au revoir <b>"})
        page = lire(reponse.text)
        assert reponse.status_code == 422
        assert "n’est pas une variable" in mots(page.select_one("#ouverture-message"))
        assert page.select_one("#cloture").text.strip() == "Au revoir <b>"
    assert nadia.get(f"{URL}/inconnu").status_code == 404
    assert poster(nadia, f"{URL}/inconnu", {"ouverture": "x"}).status_code == 404


ACTES = {
    "regler": lambda c: regler(c, FERMETURE, Texte("Bonjour", "")),
    "retablir": lambda c: retablir(c, FERMETURE),
    "signer": lambda c: signer(c, "La mairie"),
}


@pytest.mark.parametrize("acte", ACTES)
def test_qui_ne_regle_pas_la_ville_ne_change_rien(monde, acte):
    for qui in ("claire", "sophie", "animateur"):
        with pytest.raises(Interdit):
            ACTES[acte](getattr(monde, qui))
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        ACTES[acte](monde.gestionnaire)
    assert TexteDeCourriel.select().count() == 0 and Ville.get().signature == ""


@UN_MOTEUR
def test_qui_est_limite_a_des_lieux_n_a_pas_la_page(monde, nadia):
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    assert {nadia.get(u).status_code for u in (URL, f"{URL}/reponse")} == {404}
    assert poster(nadia, f"{URL}/reponse/apercu", {"ouverture": "x"}).status_code == 404
