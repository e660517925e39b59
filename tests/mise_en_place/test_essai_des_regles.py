"""A rule tried on last month, and its pages: what it would have accepted beside what was answered."""

import datetime as dt

import pytest

import workflows as w
from models import Affectation, Lieu, RegleDeReponse
from portail import clock
from portail.domain import essai, moderation, preinscriptions, regles_de_reponse
from portail.domain.perimetre import LA_VILLE
from portail.domain.regles_de_reponse import Conditions
from tests.actes import absenter, demander, empreinte, places
from tests.formulaires import poster
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI, MAINTENANT
from tests.preinscriptions.souhaits import atelier, jours_de, souhait

ADRESSE = "/agents/mise-en-place/regles"


def essayer(monde, activite, nature=w.NATURE_RESERVATION, **conditions) -> essai.Essai:
    ident = regles_de_reponse.creer(monde.gestionnaire, activite.id, nature, Conditions(**conditions))
    return essai.essayer(regles_de_reponse.lire(ident, LA_VILLE))


def test_what_it_would_have_accepted_beside_what_the_agents_answered(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 2)
    premiere, seconde, troisieme = (demander(monde, (e, lundi)) for e in (monde.lea, monde.noe, monde.ines))
    moderation.accepter(monde.sophie, premiere.id)
    moderation.refuser(monde.sophie, seconde.id, "Délai dépassé")
    with clock.figer(MAINTENANT + dt.timedelta(days=1)):
        avant = empreinte()
        vu = essayer(monde, monde.cantine)

    assert empreinte() == (avant[0], avant[1], avant[2] + 1, avant[3]), "the rule written, and nothing else"
    assert (len(vu.lignes), len(vu.acceptees), vu.accords) == (3, 2, 1)
    (desaccord,) = vu.desaccords
    assert (desaccord.demande_id, desaccord.repondu) == (seconde.id, "refusée : Délai dépassé")
    assert desaccord.quoi == "Moreau, Noé, lundi 7 décembre"
    assert vu.laissees == [("pas assez de places", 1)], "Inès: the rule had given both places by then"
    assert troisieme.id in {ligne.demande_id for ligne in vu.lignes}


def test_the_places_are_those_of_the_moment_at_which_it_was_asked(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = demander(monde, (monde.lea, lundi))
    moderation.accepter(monde.sophie, demande.id)  # full by now, not when it was asked
    vu = essayer(monde, monde.cantine)
    assert (vu.accords, vu.laissees) == (1, [])


def test_what_was_put_on_the_list_is_a_disagreement_and_what_waits_is_none(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    moderation.mettre_en_attente(monde.sophie, demander(monde, (monde.lea, lundi)).id)
    demander(monde, (monde.noe, jeudi))
    vu = essayer(monde, monde.cantine)
    assert [ligne.repondu for ligne in vu.desaccords] == ["mise en liste d’attente"]
    assert vu.sans_reponse == 1


def test_absences_and_pre_registrations_are_tried_too(monde):
    moderation.accepter(monde.sophie, absenter(monde, (monde.lea, monde.seance(monde.cantine, LUNDI))).id)
    assert essayer(monde, monde.cantine, w.NATURE_ABSENCE).accords == 1
    theatre = atelier(monde, places=1)
    voulu = souhait(theatre, monde.lea, jours=jours_de(theatre))
    moderation.accepter(monde.sophie, preinscriptions.deposer(monde.claire, monde.moreau, voulu).id)
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.noe, remarques="Bonjour"))
    vu = essayer(monde, theatre, w.NATURE_PREINSCRIPTION)
    assert (vu.accords, vu.laissees) == (1, [("la famille a écrit une remarque", 1)])


def test_from_an_empty_page_to_a_rule_that_answers_without_javascript(monde, connexion):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    agent = connexion(monde.gestionnaire)
    assert "Règles de réponse" in Page(agent, "/agents/mise-en-place").texte("main")
    page = Page(agent, ADRESSE).suivre(".vide a")
    trop = page.suivre("form.regle button", 422, activite=monde.cantine.id, places_min="0")
    assert "de 1 à 999" in trop.texte(".en-erreur")
    essayee = page.suivre(
        "form.regle button",
        activite=monde.cantine.id,
        nature=w.NATURE_RESERVATION,
        places_min="5",
        dossier=["contacts"],
    )
    assert "laissées aux agents" in essayee.texte("main").lower()
    liste = essayee.suivre("form[action$=activation] button")
    assert "La règle est active" in liste.texte("#bandeau")
    assert RegleDeReponse.get().active
    page = liste.suivre("tbody th a")
    assert "Modifiée, elle s’arrête" in page.texte("form.regle")
    liste.suivre("form[action$=arret] button")
    assert not RegleDeReponse.get().active
    page.suivre("form.regle button", places_min="7")
    tard = poster(agent, f"{ADRESSE}/{RegleDeReponse.get().id}/activation", {"empreinte": "0" * 16})
    assert (tard.status_code, RegleDeReponse.get().active) == (409, False)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # who may: the same on both engines
def test_only_who_sets_the_portal_up_and_only_in_sight(monde, connexion):
    ident = regles_de_reponse.creer(monde.gestionnaire, monde.cantine.id, w.NATURE_RESERVATION, Conditions())
    corps = {"activite": str(monde.soir.id), "nature": w.NATURE_RESERVATION, "places_min": "1"}
    for compte in (monde.claire, monde.sophie, monde.animateur):
        client = connexion(compte)
        assert client.get(ADRESSE).status_code == 403
        assert poster(client, ADRESSE, corps).status_code == 403
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="École Pasteur"))
    ailleurs = connexion(monde.gestionnaire)
    assert "Aucune règle" in ailleurs.get(ADRESSE).text
    for suite in ("", "/essai"):
        assert ailleurs.get(f"{ADRESSE}/{ident}{suite}").status_code == 404
    for suite in ("/activation", "/arret", ""):
        assert poster(ailleurs, f"{ADRESSE}/{ident}{suite}", corps).status_code == 404
    assert poster(ailleurs, ADRESSE, corps).status_code == 404
    assert RegleDeReponse.select().count() == 1
