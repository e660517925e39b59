"""Who pays what a child costs: shares that make a hundred, previewed, journalled, told to the family."""

import pytest

import workflows as w
from models import Abonnement, Affectation, Courriel, Evenement, Lieu, PartDePayeur, Responsable
from portail.domain import parts_de_payeur, payeurs
from portail.domain.parts_de_payeur import FIXER
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

POURCENT = "\N{NO-BREAK SPACE}%"


def fixer(monde, claire: int, julien: int, agent=None, enfant=None) -> bool:
    agent, enfant = agent or monde.sophie, enfant or monde.lea
    parts = {monde.adulte_claire.id: claire, monde.adulte_julien.id: julien}
    prevu = parts_de_payeur.prevoir(agent, monde.moreau.id, enfant.id, parts)
    return parts_de_payeur.fixer(agent, monde.moreau.id, enfant.id, parts, prevu.repere)


def parts(monde) -> dict[str, int]:
    return {
        p.responsable.prenom: p.part for p in PartDePayeur.select().where(PartDePayeur.enfant == monde.lea)
    }


def test_each_adult_pays_a_share_and_it_is_told(monde):
    assert fixer(monde, 60, 40)
    assert parts(monde) == {"Claire": 60, "Julien": 40}
    assert [(p.part, p.foyer) for p in payeurs.payeurs([monde.moreau.id])[monde.lea.id]] == [
        (60, False),
        (40, False),
    ]
    ligne = Evenement.get(Evenement.acte == FIXER)
    assert ligne.famille_id == monde.moreau.id and ligne.objet_id == monde.lea.id
    assert f"Claire paie 60{POURCENT}, Julien 40{POURCENT}. (avant : Le foyer" in ligne.detail
    courriel = Courriel.get()
    assert courriel.destinataire == monde.claire.email and "Léa Moreau, qui paie" in courriel.corps


def test_what_it_means_is_said_before(monde):
    present = parts_de_payeur.lire(monde.sophie, monde.moreau.id, monde.lea.id)
    assert present.phrase == (
        "Le foyer : Claire reçoit la facture ; Julien, à la même adresse, la lit et la paie aussi."
    )
    deux = parts_de_payeur.prevoir(
        monde.sophie, monde.moreau.id, monde.lea.id, {monde.adulte_claire.id: 60, monde.adulte_julien.id: 40}
    )
    assert "ne lit pas celle de l’autre" in deux.lecture and "Noé et Inès" in deux.lecture
    une = parts_de_payeur.prevoir(monde.sophie, monde.moreau.id, monde.lea.id, {monde.adulte_claire.id: 100})
    assert une.phrase == "Claire paie tout." and "personne d’autre ne la lit" in une.lecture
    assert not PartDePayeur.select().exists()


def test_without_shares_the_household_pays_again(monde):
    fixer(monde, 60, 40)
    assert fixer(monde, 0, 0)
    assert parts(monde) == {} and Evenement.select().where(Evenement.acte == FIXER).count() == 2


def test_the_same_again_changes_nothing(monde):
    fixer(monde, 60, 40)
    assert not fixer(monde, 60, 40)
    assert Evenement.select().where(Evenement.acte == FIXER).count() == 1 == Courriel.select().count()


@pytest.mark.parametrize(("claire", "julien"), [(60, 39), (100, 1), (101, 0), (-10, 110), (0, 50)])
def test_they_make_a_hundred_or_nothing(monde, claire, julien):
    with pytest.raises(Refus) as refus:
        fixer(monde, claire, julien)
    assert refus.value.champ == "part" and not PartDePayeur.select().exists()


def test_an_adult_or_a_child_of_another_family_is_404(monde):
    for famille, enfant, adulte in (
        (monde.moreau, monde.tomas, monde.adulte_claire),
        (monde.dasilva, monde.lea, monde.adulte_claire),
        (monde.moreau, monde.lea, monde.adulte_paulo),
    ):
        with pytest.raises(Introuvable):
            parts_de_payeur.prevoir(monde.sophie, famille.id, enfant.id, {adulte.id: 100})


def test_somebody_who_was_first_is_told(monde):
    vu = parts_de_payeur.lire(monde.sophie, monde.moreau.id, monde.lea.id).repere
    fixer(monde, 60, 40)
    with pytest.raises(DejaChange):
        parts_de_payeur.fixer(monde.sophie, monde.moreau.id, monde.lea.id, {monde.adulte_claire.id: 100}, vu)
    Responsable.create(famille=monde.moreau, prenom="Odile", nom="Moreau", rang=3)
    encore = parts_de_payeur.lire(monde.sophie, monde.moreau.id, monde.lea.id).repere
    assert encore != vu and parts(monde) == {"Claire": 60, "Julien": 40}


def test_who_may_not(monde):
    with pytest.raises(Interdit):
        fixer(monde, 60, 40, agent=monde.claire)
    Abonnement.create(compte=monde.marc, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        fixer(monde, 60, 40, agent=monde.marc)
    Affectation.create(compte=monde.sophie, lieu=Lieu.create(nom="Ailleurs"))
    with pytest.raises(Introuvable):
        fixer(monde, 60, 40)
    assert not PartDePayeur.select().exists()


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here
def test_typed_shown_and_confirmed_at_the_counter(monde, connexion):
    agent, fiche = connexion(monde.sophie), f"/agents/familles/{monde.moreau.id}/enfants/{monde.lea.id}"
    assert "Le foyer : Claire reçoit la facture" in agent.get(fiche).text
    saisie = {"responsable": [monde.adulte_claire.id, monde.adulte_julien.id], "part": ["60", "30"]}
    faux = poster(agent, f"{fiche}/payeurs", saisie)
    assert faux.status_code == 422 and "font 90 %" in faux.text and 'value="30"' in faux.text
    apercu = poster(agent, f"{fiche}/payeurs", saisie | {"part": ["60", "40 %"]})
    assert f"Claire paie 60{POURCENT}, Julien 40{POURCENT}." in mots(lire(apercu.text).main).replace(
        " %", POURCENT
    )
    assert parts(monde) == {}
    vu = lire(apercu.text).select_one("[name=vu]")["value"]
    fait = poster(agent, f"{fiche}/payeurs", saisie | {"part": ["60", "40"], "vu": vu})
    assert (fait.status_code, fait.location) == (303, fiche) and parts(monde) == {"Claire": 60, "Julien": 40}
    assert poster(agent, f"{fiche}/payeurs", saisie | {"part": ["50", "50"], "vu": vu}).status_code == 409
