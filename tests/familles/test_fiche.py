"""A family file as an agent reads it: who is in it, who sees it, which letters wait; never a code."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Abonnement, CodeAbonne, Enfant, LienParental, Responsable, SessionOuverte
from portail import clock
from portail.domain import familles, lecture_familles
from portail.domain.refus import Introuvable
from tests.actes import abonner, demander, empreinte
from tests.html import lire, mots
from tests.monde import LUNDI, MAINTENANT


def ouvrir(connexion, monde, qui="sophie"):
    return lire(connexion(getattr(monde, qui)).get(f"/agents/familles/{monde.moreau.id}").text)


def test_the_page_says_the_family_its_adults_its_children_and_their_school(monde, connexion, julien):
    Responsable.update(telephone="06 39 98 01 02").where(Responsable.id == julien.id).execute()
    Enfant.update(classe="CE2").where(Enfant.prenom == "Léa").execute()
    page = ouvrir(connexion, monde)
    assert mots(page.h1) == "Famille Moreau"
    assert mots(page.select_one(".titre p")) == "code abonné 104582"
    adultes, enfants = page.select(".moities ul")
    assert [mots(li) for li in adultes.select("li")] == [
        "Claire Moreau famille@example.org",
        "Julien Moreau 06 39 98 01 02",
    ]
    assert mots(enfants.select_one("li")) == "Léa Moreau , 8 ans Groupe scolaire Jean-Zay, CE2"


def test_the_page_says_who_is_subscribed_how_and_since_when_those_who_left_last(monde, connexion, julien):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()
    abonner(monde.moreau, "camille@example.org", statut=w.ATTENTE_RECONNEXION)
    Abonnement.update(responsable=julien).where(Abonnement.statut == w.ATTENTE_RECONNEXION).execute()
    rangs = ouvrir(connexion, monde).select(".rubrique")[1].select("li")
    assert [mots(rang.div) for rang in rangs] == [
        "Camille Petit camille@example.org En attente de reconnexion"
        " Abonnement du 1er décembre 2026, avec la lettre de Julien Moreau",
        "Claire Moreau famille@example.org Résilié Abonnement du 1er décembre 2026",
    ]
    assert [bool(rang.form) for rang in rangs] == [True, False]


def test_a_letter_that_waits_is_told_with_its_maker_and_its_last_day_and_without_its_code(
    monde, connexion, julien
):
    lettre = familles.emettre_un_code(monde.marc, monde.moreau.id, julien.id)
    page = ouvrir(connexion, monde)
    claire, jul = page.select(".rubrique")[0].select("li")
    assert "A déjà un compte abonné. Pas de lettre en attente." in mots(claire)
    assert mots(jul.div) == (
        "Julien Moreau Lettre du 1er décembre 2026, faite par Marc Tessier. Pas encore utilisée,"
        " valable jusqu’au 28 février 2027."
    )
    assert [mots(b) for b in jul.select("button")] == [
        "Réimprimer la lettre pour Julien Moreau",
        "Renouveler le code de Julien Moreau",
    ]
    code = CodeAbonne.get()
    for secret in (lettre.code, lettre.code.replace("-", ""), code.empreinte, code.scelle):
        assert secret not in str(page)


@pytest.mark.parametrize("fin", ["used", "replaced", "expired"])
def test_a_code_that_opens_nothing_any_more_is_no_letter_that_waits(monde, julien, fin):
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    valeurs = {
        "used": {"abonnement": Abonnement.get(Abonnement.compte == monde.claire)},
        "replaced": {"remplace_le": MAINTENANT},
        "expired": {"expire_le": MAINTENANT},
    }
    CodeAbonne.update(valeurs[fin]).execute()
    assert not any(lettre.code for lettre in lecture_familles.fiche(monde.moreau.id, monde.sophie).lettres)


def test_one_button_is_the_first_thing_to_do_the_letter_that_somebody_waits_for(monde, connexion, julien):
    page = ouvrir(connexion, monde)
    (principal,) = [b for b in page.main.select("button.bouton") if set(b["class"]) == {"bouton"}]
    assert mots(principal) == "Imprimer une lettre pour Julien Moreau"
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    page = ouvrir(connexion, monde)
    assert not [b for b in page.main.select("button.bouton") if set(b["class"]) == {"bouton"}]


def test_a_family_without_any_adult_has_a_letter_in_its_name_and_says_what_is_missing(monde, connexion):
    LienParental.delete().execute()
    Responsable.delete().execute()
    Enfant.update(famille=monde.dasilva).execute()
    Abonnement.delete().where(Abonnement.famille == monde.moreau).execute()
    page = ouvrir(connexion, monde)
    assert mots(page.select_one(".personnes h3")) == "Famille Moreau"
    for phrase in ("Aucun adulte au dossier", "Aucun enfant au dossier", "Personne n’est encore abonné"):
        assert phrase in page.text


def test_the_last_movements_are_told_the_last_first_with_who_did_them(monde, connexion, julien, abonnement):
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        familles.emettre_un_code(monde.marc, monde.moreau.id, julien.id)
    familles.renouveler_le_code(monde.marc, monde.moreau.id, CodeAbonne.get().id)
    familles.mettre_fin_a_l_abonnement(monde.sophie, monde.moreau.id, abonnement.id)
    familles.emettre_un_code(monde.sophie, monde.dasilva.id)
    page = ouvrir(connexion, monde)
    assert [mots(ligne.span) for ligne in page.select(".journal li")] == [
        "Abonnement de Claire Moreau : résilié, par Sophie Garnier",
        "Lettre faite pour Julien Moreau, par Marc Tessier",
        "Code remplacé pour Julien Moreau, par Marc Tessier",
        "Lettre réimprimée pour Julien Moreau, par Marc Tessier",
        "Lettre faite pour Julien Moreau, par Sophie Garnier",
    ]


def test_what_is_in_the_journal_for_something_else_is_not_told_here(monde):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    assert lecture_familles.fiche(monde.moreau.id, monde.sophie).mouvements == []


def test_opening_a_file_or_looking_for_it_writes_nothing(monde, connexion, julien):
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    client = connexion(monde.sophie)
    avant = empreinte()
    for url in ("/agents/familles?q=moreau", f"/agents/familles/{monde.moreau.id}"):
        assert client.get(url).status_code == 200
    for suite in ("lettre", "code"):
        assert client.get(f"/agents/familles/{monde.moreau.id}/{suite}").status_code == 405
    assert (empreinte(), SessionOuverte.select().count()) == (avant, 1)


def test_the_own_family_of_an_agent_is_read_and_nothing_can_be_done_there(monde, connexion, abonner_un_agent):
    abonner_un_agent(monde.sophie, monde.moreau)
    page = ouvrir(connexion, monde)
    assert "un autre agent doit s’en occuper" in page.text
    assert not page.main.select("form")


def test_the_number_of_queries_does_not_follow_what_the_file_holds(monde):
    famille, sophie = monde.moreau.id, monde.sophie
    with count_queries() as peu:
        lecture_familles.fiche(famille, sophie)
    for rang in range(3, 8):
        adulte = Responsable.create(famille=monde.moreau, prenom=f"Adulte{rang}", nom="Moreau", rang=rang)
        familles.emettre_un_code(monde.sophie, monde.moreau.id, adulte.id)
        abonner(monde.moreau, f"adulte{rang}@example.org")
    with count_queries() as beaucoup:
        vue = lecture_familles.fiche(famille, sophie)
    assert (len(vue.adultes), len(vue.abonnements), len(vue.mouvements)) == (7, 6, 5)
    assert peu.count == beaucoup.count == 8


def test_a_family_that_does_not_exist_is_404(monde, connexion):
    with pytest.raises(Introuvable):
        lecture_familles.fiche(999_999, monde.sophie)
    assert connexion(monde.sophie).get("/agents/familles/999999").status_code == 404


def test_a_demande_that_is_open_leads_to_the_file_of_its_family(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = lire(connexion(monde.sophie).get(f"/agents/demandes/{demande.id}").text)
    lien = page.select_one(".demande .avant a")
    assert (mots(lien), lien["href"]) == ("code abonné 104582", f"/agents/familles/{monde.moreau.id}")
