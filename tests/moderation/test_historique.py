"""The whole history of the family beside the open demande: asked for, in as many queries always."""

import pytest
from playhouse.test_utils import count_queries

from models import Affectation, Lieu
from portail.domain import lecture_historique, moderation, notes
from portail.domain.perimetre import du_compte
from portail.domain.refus import Introuvable, Refus
from tests.actes import abonner, demander, modifier
from tests.html import mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI


def test_what_was_asked_what_was_answered_and_why_where_the_children_are_and_the_notes(monde, connexion):
    refusee = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    moderation.refuser(monde.marc, refusee.id, "Délai dépassé")
    modifier(monde, monde.lea, classe="CM1")
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    notes.ecrire(monde.marc, refusee.id, "A rappelé deux fois.")

    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    page.cliquer("[data-historique]")

    passees = [mots(li) for li in page.tous(".historique ol > li")]
    assert len(passees) == 3
    assert passees[0].startswith("Réservation : Cantine, jeu. 10 déc. (celle-ci) En attente")
    assert "Dossier : Léa Moreau, classe" in passees[1]
    assert "Refusée" in passees[2] and "Marc Tessier" in passees[2] and "Motif : Délai dépassé" in passees[2]
    texte = page.texte(".historique")
    assert "A rappelé deux fois." in texte and "Cantine, Groupe scolaire Jean-Zay" in texte
    assert page.un(f'.historique a[href="/agents/familles/{monde.moreau.id}"]')
    seule = page.client.get(f"/agents/demandes/{demande.id}/historique")
    assert "Délai dépassé" in seule.text and "<html" in seule.text, "a page of its own without script"


def test_another_family_s_is_not_there_and_who_may_not_does_not_read_it(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    lue = lecture_historique.lire(demande.id, monde.sophie)
    assert {i.prenom for i in lue.inscriptions} == {"Léa", "Noé", "Inès"}
    de_la_famille = abonner(monde.moreau, "parent@example.org", role="agent")
    with pytest.raises(Refus, match="abonné à cette famille"):
        lecture_historique.lire(demande.id, de_la_famille)
    Affectation.create(compte=monde.marc, lieu=Lieu.create(nom="Ailleurs"))
    with pytest.raises(Introuvable):
        lecture_historique.lire(demande.id, monde.marc, du_compte(monde.marc))
    assert connexion(monde.marc).get(f"/agents/demandes/{demande.id}/historique").status_code == 404
    assert connexion(monde.claire).get(f"/agents/demandes/{demande.id}/historique").status_code == 403


def test_as_many_queries_whatever_there_is_to_tell(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    mesures = []
    for _ in range(2):
        with count_queries() as compteur:
            lecture_historique.lire(demande.id, monde.sophie)
        mesures.append(compteur.count)
        for jour in (JEUDI, LUNDI):
            autre = demander(monde, (monde.noe, monde.seance(monde.cantine, jour)))
            notes.ecrire(monde.sophie, autre.id, "Vu.")
            moderation.refuser(monde.marc, autre.id, "Délai dépassé")
    assert mesures[0] == mesures[1] <= 10, mesures
