"""An agent ends a subscription: at once, told to the account, and its letter dies with it."""

import pytest

import workflows as w
from models import Abonnement, CodeAbonne, Courriel, Evenement
from portail.domain import abonnements, familles
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import abonner, empreinte
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT


def finir(connexion, monde, abonnement, qui="sophie", famille=None):
    url = f"/agents/familles/{(famille or monde.moreau).id}/abonnements/{abonnement}/fin"
    return poster(connexion(getattr(monde, qui)), url)


def statut(abonnement) -> str:
    return Abonnement.get_by_id(abonnement.id).statut


@pytest.mark.parametrize("avant", [w.ACTIF, w.ATTENTE_RECONNEXION])
def test_the_subscription_is_ended_and_the_journal_tells_by_whom(monde, abonnement, avant):
    Abonnement.update(statut=avant).execute()
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    assert statut(abonnement) == w.RESILIE
    (ligne,) = Evenement.select().where(Evenement.objet == "abonnement")
    assert (ligne.acte, ligne.auteur, ligne.objet_id, ligne.famille, ligne.de, ligne.vers) == (
        w.RESILIER,
        monde.sophie,
        abonnement.id,
        monde.moreau,
        avant,
        w.RESILIE,
    )


def test_the_account_is_told_by_mail_and_nobody_else(monde, abonnement):
    abonner(monde.moreau, "julien@example.org")
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    (courriel,) = Courriel.select()
    assert (courriel.destinataire, courriel.sujet) == (
        "famille@example.org",
        "La mairie a mis fin à votre abonnement",
    )
    assert courriel.corps.startswith("Bonjour Claire,\n\nLa mairie a mis fin à votre abonnement au dossier")
    assert "famille Moreau" in courriel.corps and "02 61 91 40 40" in courriel.corps


def test_whoever_never_saw_the_file_is_not_told_its_name(monde, abonnement):
    Abonnement.update(statut=w.ATTENTE_RECONNEXION).execute()
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    corps = Courriel.get().corps
    assert "votre abonnement à un dossier famille" in corps and "Moreau" not in corps


def test_it_takes_effect_at_once_in_a_window_that_is_open(monde, connexion, abonnement):
    claire = connexion(monde.claire)
    assert claire.get("/famille/planning").status_code == 200
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    for url in ("/famille", "/famille/planning", "/famille/demandes"):
        reponse = claire.get(url)
        assert "code abonné" in reponse.text, f"{url}: what to do, and nothing of the family"
        assert "Moreau" not in reponse.text.replace("Claire Moreau", "") and "Léa" not in reponse.text
    lundi = monde.seance(monde.cantine, MAINTENANT.date().replace(day=7))
    url = f"/famille/planning/creneaux/{monde.lea.id}/{lundi.id}/demande"
    assert poster(claire, url, {"voulu": w.RESERVE}).status_code == 403


def test_the_other_family_of_the_account_stays_and_takes_its_place(monde, connexion, abonnement):
    Abonnement.create(compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=MAINTENANT)
    claire = connexion(monde.claire)
    poster(claire, "/famille/choix", {"famille": monde.moreau.id})
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    page = lire(claire.get("/famille").text)
    assert mots(page.select_one(".entete .compte b")) == "Famille Da Silva"


def test_the_letter_that_the_same_adult_did_not_use_dies_and_those_of_the_others_do_not(
    monde, abonnement, claire_adulte, julien
):
    for adulte in (claire_adulte, julien):
        familles.emettre_un_code(monde.sophie, monde.moreau.id, adulte.id)
    familles.mettre_fin_a_l_abonnement(monde.marc, monde.moreau.id, abonnement.id)
    assert [(c.responsable, c.remplace_le) for c in CodeAbonne.select().order_by(CodeAbonne.id)] == [
        (claire_adulte, MAINTENANT),
        (julien, None),
    ]
    ligne = Evenement.get(Evenement.acte == "code_annule")
    assert (ligne.auteur, ligne.objet, ligne.famille) == (monde.marc, "code_abonne", monde.moreau)


def test_a_subscription_whose_adult_is_not_known_touches_no_letter(monde, julien):
    familles.emettre_un_code(monde.sophie, monde.moreau.id)
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    abonnement = Abonnement.get(Abonnement.compte == monde.claire)
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    assert CodeAbonne.select().where(CodeAbonne.remplace_le.is_null()).count() == 2


def test_another_subscription_may_begin_afterwards(monde, abonnement):
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    suivant = Abonnement.create(compte=monde.claire, famille=monde.moreau, cree_le=MAINTENANT)
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, suivant.id)
    assert (statut(abonnement), statut(suivant)) == (w.RESILIE, w.RESILIE)


# ——— the page ———


def test_the_page_says_what_it_does_before_it_is_done(monde, connexion, abonnement, claire_adulte):
    familles.emettre_un_code(monde.sophie, monde.moreau.id, claire_adulte.id)
    page = lire(connexion(monde.sophie).get(f"/agents/familles/{monde.moreau.id}").text)
    (details,) = page.select(".rubrique:nth-of-type(2) details")
    assert not details.has_attr("open")
    for phrase in (
        "ne verra plus ce dossier, dès maintenant, et en sera averti par e-mail",
        "Ses demandes et les réservations des enfants ne changent pas",
        "La lettre à son nom, pas encore utilisée, ne servira plus",
    ):
        assert phrase in mots(details)
    assert details.form["action"].endswith(f"/abonnements/{abonnement.id}/fin")
    assert mots(details.button) == "Mettre fin à l’abonnement de Claire Moreau, famille@example.org"


@pytest.mark.parametrize("htmx", [False, True])
def test_the_answer_is_the_file_with_what_was_done(monde, connexion, abonnement, htmx):
    client = connexion(monde.sophie)
    ici = f"/agents/familles/{monde.moreau.id}"
    entetes = {"HX-Request": "true"} if htmx else {}
    reponse = poster(client, f"{ici}/abonnements/{abonnement.id}/fin", headers=entetes)
    suite = reponse.headers["HX-Redirect"] if htmx else reponse.location
    assert (reponse.status_code, suite) == (204 if htmx else 303, ici)
    bandeau = lire(client.get(ici).text).select_one("#bandeau")
    assert mots(bandeau).startswith("Abonnement terminé : Claire Moreau n’a plus accès à ce dossier")


def test_done_already_is_409_and_says_by_whom(monde, connexion, abonnement):
    sophie = connexion(monde.sophie)
    familles.mettre_fin_a_l_abonnement(monde.marc, monde.moreau.id, abonnement.id)
    avant = empreinte()
    reponse = poster(sophie, f"/agents/familles/{monde.moreau.id}/abonnements/{abonnement.id}/fin")
    assert reponse.status_code == 409
    assert mots(lire(reponse.text).select_one("[role=alert]")) == (
        "Cet abonnement a déjà pris fin par Marc Tessier, mardi 1er décembre à 10 h. Rien n’a changé."
    )
    assert empreinte() == avant
    with pytest.raises(DejaChange):
        familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)


@pytest.mark.parametrize("ident", ["0", "x", "-1", "999999", str(2**31)])
def test_a_subscription_that_does_not_exist_is_404(monde, connexion, ident):
    assert finir(connexion, monde, ident).status_code == 404


def test_a_subscription_to_another_family_is_404(monde, connexion, abonnement):
    assert finir(connexion, monde, abonnement.id, famille=monde.dasilva).status_code == 404
    with pytest.raises(Introuvable):
        familles.mettre_fin_a_l_abonnement(monde.sophie, monde.dasilva.id, abonnement.id)
    assert statut(abonnement) == w.ACTIF


@pytest.mark.parametrize("qui", ["claire", "paulo", "animateur"])
def test_nobody_else_ends_a_subscription(monde, connexion, abonnement, qui):
    assert finir(connexion, monde, abonnement.id, qui).status_code == 403
    with pytest.raises(Interdit):
        familles.mettre_fin_a_l_abonnement(getattr(monde, qui), monde.moreau.id, abonnement.id)
    assert statut(abonnement) == w.ACTIF


def test_no_agent_ends_a_subscription_to_their_own_family(monde, connexion, abonnement, abonner_un_agent):
    abonner_un_agent(monde.sophie, monde.moreau)
    assert finir(connexion, monde, abonnement.id).status_code == 422
    with pytest.raises(Refus, match="Vous êtes abonné à cette famille"):
        familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    assert statut(abonnement) == w.ACTIF


def test_whoever_was_put_out_does_not_come_back_by_the_short_number_but_by_a_letter(
    monde, abonnement, installation
):
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    with pytest.raises(Refus):
        abonnements.s_abonner(monde.claire, monde.moreau.code_abonne, monde.lea.naissance)
    with pytest.raises(Refus):
        abonnements.s_abonner(monde.paulo, monde.moreau.code_abonne, monde.lea.naissance)
    lettre = familles.emettre_un_code(monde.sophie, monde.moreau.id)
    assert abonnements.s_abonner(monde.claire, lettre.code).famille_id == monde.moreau.id
