"""What an agent takes down at the counter: written at once, as the town's, told to the family."""

import pytest

from models import Abonnement, Courriel, Evenement, Responsable
from portail.domain import champs, guichet, lecture_demande, moderation
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.reponse_dossier import Conflit
from tests.actes import abonner, modifications, modifier
from tests.invariants import fautes


def saisir(monde, fiche, rubrique, agent=None, famille=None, **voulues):
    fiche = type(fiche).get_by_id(fiche.id)
    objet = fiche._meta.table_name
    repere = guichet.marquer(fiche, rubrique)
    famille = famille or monde.moreau
    return guichet.saisir(agent or monde.sophie, famille.id, objet, fiche.id, rubrique, voulues, repere)


def lignes() -> list[tuple]:
    return [
        (e.acte, e.objet, e.objet_id, e.auteur.prenom, e.famille.nom, e.detail)
        for e in Evenement.select().where(Evenement.acte == guichet.SAISIR).order_by(Evenement.id)
    ]


def test_the_file_changes_at_once_and_the_journal_says_which_fields_never_the_values(monde):
    changes = saisir(monde, monde.lea, champs.GENERAL, classe="CM1", prenom="Léonie", nom="Moreau")
    lea = type(monde.noe).get(prenom="Léonie")
    assert (lea.classe, lea.recherche, [c.nom for c in changes]) == (
        "CM1",
        "leonie moreau",
        ["prenom", "classe"],
    )
    assert lignes() == [("saisie_mairie", "enfant", lea.id, "Sophie", "Moreau", "Prénom, Classe")]
    assert fautes() == []


def test_the_family_is_told_which_fields_and_never_the_values(monde):
    saisir(monde, monde.adulte_claire, champs.FISCAL, quotient="64250", parts="250", fiscal_le="2026-09-01")
    (courriel,) = Courriel.select()
    assert (courriel.destinataire, courriel.sujet) == (
        "famille@example.org",
        "La mairie a mis à jour votre dossier",
    )
    assert "– Dossier : Claire Moreau, quotient familial" in courriel.corps
    assert "642" not in courriel.corps
    claire = monde.adulte_claire
    assert (claire.quotient, claire.parts, claire.fiscal_le.isoformat()) == (64250, 250, "2026-09-01")


def test_who_may_not_read_a_sheet_hears_nothing_of_it(monde):
    abonner(monde.moreau, "julien@example.org")
    saisir(monde, monde.adulte_claire, champs.ADRESSE, commune="Angers")
    assert [c.destinataire for c in Courriel.select()] == ["famille@example.org"]


def test_the_same_again_changes_nothing(monde):
    saisir(monde, monde.lea, champs.GENERAL, classe="CM1")
    assert saisir(monde, monde.lea, champs.GENERAL, classe="CM1") == []
    assert (len(lignes()), Courriel.select().count()) == (1, 1)


def test_what_is_sealed_stays_sealed(app, monde):
    saisir(monde, monde.lea, champs.SANTE, allergies="Arachide", medecin="Dr Roux")
    assert "Arachide" not in monde.lea.sante
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide", "medecin": "Dr Roux"}
    assert "Arachide" not in str(lignes()) and lignes()[0][-1] == "Allergies, Médecin"


def test_what_the_family_asked_meanwhile_is_not_lost_it_shows_as_a_conflict(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    saisir(monde, monde.lea, champs.GENERAL, classe="CE2")
    with pytest.raises(Conflit):
        moderation.accepter(monde.sophie, demande.id)
    (vue,) = lecture_demande.lire(demande.id, monde.sophie).lignes
    assert vue.en_conflit
    moderation.accepter(monde.sophie, demande.id, [modifications(demande)[0].id], {vue.id: vue.empreinte})
    assert monde.lea.classe == "CM1"


def test_two_agents_at_the_counter_the_second_one_is_told(monde):
    repere = guichet.marquer(monde.lea, champs.GENERAL)
    saisir(monde, monde.lea, champs.GENERAL, classe="CE2")
    with pytest.raises(DejaChange, match="a changé entre-temps"):
        guichet.saisir(
            monde.marc, monde.moreau.id, "enfant", monde.lea.id, champs.GENERAL, {"classe": "CM1"}, repere
        )
    assert monde.lea.classe == "CE2"


def test_nobody_writes_without_having_seen(monde):
    with pytest.raises(DejaChange):
        guichet.saisir(
            monde.sophie, monde.moreau.id, "enfant", monde.lea.id, champs.GENERAL, {"classe": "CM1"}, ""
        )


def test_an_account_known_by_its_address_stays_that_adult_when_the_address_changes(monde):
    Abonnement.update(responsable=None).where(Abonnement.compte == monde.claire).execute()
    Responsable.update(email=monde.claire.email).where(Responsable.id == monde.adulte_claire.id).execute()
    saisir(monde, monde.adulte_claire, champs.BASE, email="claire.nouvelle@example.org")
    assert Abonnement.get(Abonnement.compte == monde.claire).responsable == monde.adulte_claire


@pytest.mark.parametrize("compte", ["claire", "animateur"])
def test_only_agents_do(monde, compte):
    with pytest.raises(Interdit):
        saisir(monde, monde.lea, champs.GENERAL, agent=getattr(monde, compte), classe="CM1")


def test_an_agent_never_changes_the_own_file(monde):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    with pytest.raises(Refus, match="un autre agent"):
        saisir(monde, monde.lea, champs.GENERAL, agent=soi, classe="CM1")
    assert monde.lea.classe == ""


def test_the_sheet_of_another_family_or_a_field_of_another_part_is_not_there(monde):
    with pytest.raises(Introuvable):
        saisir(monde, monde.tomas, champs.GENERAL, classe="CM1")
    for rubrique, voulues in ((champs.GENERAL, {"image": "oui"}), (champs.PHOTO, {}), (champs.BANQUE, {})):
        with pytest.raises(Introuvable):
            saisir_sans_repere(monde, rubrique, voulues)


def saisir_sans_repere(monde, rubrique, voulues):
    return guichet.saisir(monde.sophie, monde.moreau.id, "enfant", monde.lea.id, rubrique, voulues, "")
