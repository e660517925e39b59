"""« Mon journal »: every act has its sentence, newest first, mine and no one else's, in so many queries."""

import ast
import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Abonnement, Evenement, write_transaction
from portail import clock
from portail.domain import journal
from portail.domain.transitions import Acteur, franchir, journaliser
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT
from tests.sources import arbre, modules, nom


def ecrire(compte, acte, auteur=None, **autres):
    with write_transaction():
        return journaliser(compte, acte, Acteur(auteur, "agent"), **autres)


def faits(client, url="/mon-espace/journal") -> list[str]:
    return [mots(li) for li in lire(client.get(url).text).select(".journal li")]


# ——— every act has its sentence ———


def actes_ecrits_sur_un_compte() -> dict[str, str]:
    """The acts that the domain writes on an account, each with the file that does."""
    trouves = {}
    for chemin in modules("portail/domain"):
        for noeud in ast.walk(arbre(chemin)):
            if not isinstance(noeud, ast.Call) or ast.unparse(noeud.func).split(".")[-1] != "journaliser":
                continue
            objet, acte = noeud.args[0], noeud.args[1]
            if ast.unparse(objet).split(".")[-1] == "compte":
                assert isinstance(acte, ast.Constant), f"{nom(chemin)}: {ast.unparse(noeud)}"
                trouves[str(acte.value)] = nom(chemin)
    return trouves


def test_every_act_written_on_an_account_has_a_sentence():
    ecrits = actes_ecrits_sur_un_compte()
    assert len(ecrits) > 10
    assert {acte: ou for acte, ou in ecrits.items() if acte not in journal.COMPTE} == {}


def test_every_act_of_a_subscription_has_a_sentence():
    assert {t.acte for t in w.ABONNEMENT.transitions.values()} <= set(journal.ABONNEMENT)


def test_an_act_without_a_sentence_is_told_without_a_word_of_ours_that_nobody_would_understand(monde):
    ecrire(monde.claire, "acte_de_demain", detail="un détail")
    (fait,) = journal.lire(monde.claire).faits
    assert fait.phrase == "Une opération a été faite sur votre compte."


# ——— what is read ———


def test_what_happened_on_the_account_newest_first(claire, client, monde):
    poster(client, "/connexion", {"email": monde.claire.email, "mot_de_passe": "faux"})
    poster(claire, "/mon-espace/nom", {"prenom": "Claire", "nom": "Petit"})
    assert faits(claire) == [
        "10 h Votre nom a changé. Avant : Claire Moreau.",
        "10 h Connexion refusée : le mot de passe n’était pas le bon.",
        "10 h Connexion à votre compte.",
    ]
    page = lire(claire.get("/mon-espace/journal").text)
    assert [mots(titre) for titre in page.main.find_all("h3")] == ["Mardi 1er décembre 2026"]


def test_nothing_of_another_account_or_of_another_family(claire, connexion, monde):
    connexion(monde.paulo)
    ecrire(monde.paulo, "mot_de_passe_change", monde.paulo)
    ecrire(monde.lea, "lettre_imprimee", monde.sophie, famille_id=monde.dasilva.id)
    assert faits(claire) == ["10 h Connexion à votre compte."]


def test_who_at_the_town_read_what_of_the_family_file(claire, monde):
    ecrire(monde.moreau, "lettre_imprimee", monde.sophie, famille_id=monde.moreau.id)
    ecrire(monde.moreau, "deposer", monde.sophie, famille_id=monde.moreau.id)
    assert faits(claire)[0] == (
        "10 h La lettre qui contient votre code abonné a été imprimée. Famille Moreau."
        " Par Sophie Garnier, service Enfance."
    )
    assert len(faits(claire)) == 2


def test_a_subscription_ended_by_the_town_is_told_without_the_name_of_the_family(claire, monde):
    ecrire(monde.moreau, "lettre_imprimee", monde.sophie, famille_id=monde.moreau.id)
    with write_transaction():
        abonnement = Abonnement.get(Abonnement.compte == monde.claire)
        franchir(abonnement, w.RESILIER, Acteur(monde.sophie, w.AGENT), famille_id=monde.moreau.id)
    assert faits(claire)[0] == "10 h Abonnement résilié. Par Sophie Garnier, service Enfance."
    assert len(faits(claire)) == 2, "and nothing more of that family is read"


def test_page_by_page_every_line_once(claire, monde):
    for n in range(60):
        with clock.figer(MAINTENANT - dt.timedelta(hours=60 - n)):
            ecrire(monde.claire, "nom_change", monde.claire, detail=f"Claire {n:02}")
    url, lus = "/mon-espace/journal", []
    for _ in range(3):
        lus += faits(claire, url)
        suite = lire(claire.get(url).text).find("a", rel="next")
        url = suite["href"] if suite else ""
    assert url == ""
    assert [texte[-3:-1] for texte in lus if "Claire" in texte] == [f"{n:02}" for n in range(59, -1, -1)]
    assert len(lus) == 61


@pytest.mark.parametrize("avant", ["x", "-1", "0", "1", str(2**31), "1' OR 1=1"])
def test_an_address_that_nobody_means_shows_a_page(claire, monde, avant):
    assert claire.get("/mon-espace/journal", query_string={"avant": avant}).status_code == 200


def test_as_many_queries_whatever_the_number_of_lines(monde):
    compte = monde.claire
    with count_queries() as peu:
        journal.lire(compte)
    for n in range(40):
        ecrire(compte, "nom_change", monde.sophie, detail=str(n))
        ecrire(monde.moreau, "lettre_imprimee", monde.sophie, famille_id=monde.moreau.id)
    with count_queries() as beaucoup:
        assert len(journal.lire(compte).faits) == journal.PAR_PAGE
    assert beaucoup.count == peu.count == 6


def test_a_stranger_signs_in_first_and_the_staff_has_one_too(client, connexion, monde):
    assert client.get("/mon-espace/journal").location.startswith("/connexion")
    assert faits(connexion(monde.animateur)) == ["10 h Connexion à votre compte."]
    assert Evenement.select().where(Evenement.objet == "compte").count() == 1
