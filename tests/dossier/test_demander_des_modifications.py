"""Asking that the family file change: it waits for the town, and is never locked meanwhile."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Courriel, Demande, Enfant, Evenement, LienParental, Modification, Responsable
from portail.domain import champs, dossier, droits, lecture_dossier
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.ville import la_ville
from tests.actes import session_de
from tests.monde import MAINTENANT


def demander(monde, fiche, session=None, repere="", **voulues):
    objet = fiche._meta.table_name
    return dossier.demander_des_modifications(
        monde.claire, monde.moreau, objet, fiche.id, voulues, session, repere
    )


def attentes(fiche) -> dict[str, str]:
    """What waits for this sheet: the field, and the text asked for."""
    objet = fiche._meta.table_name
    return {
        nom: dossier.clair(champs.champ(objet, nom), m.apres) for nom, m in dossier.en_attente(fiche).items()
    }


def test_a_change_waits_and_the_file_stays_as_it_is(monde):
    demande = demander(monde, monde.lea, classe="CM1", prenom="Léa")
    assert (demande.nature, demande.statut) == (w.NATURE_DOSSIER, w.EN_ATTENTE)
    assert attentes(monde.lea) == {"classe": "CM1"}, "what stands already is not asked"
    assert monde.lea.classe == ""
    modification = Modification.get()
    assert (modification.avant, modification.apres) == ("", "CM1")
    journal = Evenement.select().where(Evenement.demande == demande).order_by(Evenement.id)
    assert [(e.objet, e.acte, e.vers) for e in journal] == [
        ("demande", "deposer", w.EN_ATTENTE),
        ("modification", "demander", w.EN_ATTENTE),
    ]
    accuse = Courriel.get(Courriel.demande == demande)
    assert "Dossier : Léa Moreau, classe" in accuse.corps
    assert "CM1" not in accuse.corps, "a mail never holds the value"


def test_asking_twice_is_harmless_and_asking_otherwise_takes_the_place_of_what_waited(monde):
    premiere = demander(monde, monde.lea, classe="CM1", image="oui")
    assert demander(monde, monde.lea, classe="CM1") is None
    seconde = demander(monde, monde.lea, classe="CM2")
    assert attentes(monde.lea) == {"classe": "CM2", "image": "oui"}
    assert Demande.get_by_id(premiere.id).statut == w.EN_ATTENTE, "its other line still waits"
    assert seconde.id != premiere.id


def test_putting_a_field_back_as_the_file_has_it_withdraws_what_waited(monde):
    demande = demander(monde, monde.lea, classe="CM1")
    assert demander(monde, monde.lea, classe="") is None
    assert attentes(monde.lea) == {}
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE


def test_bank_and_health_are_sealed_in_what_waits_too(app, monde):
    demander(monde, monde.lea, allergies="Arachide")
    demander(monde, monde.adulte_claire, session_de(monde.claire), iban="FR7630006000011234567890189")
    for modification in Modification.select():
        assert "Arachide" not in modification.apres
        assert "FR76" not in modification.apres
    assert attentes(monde.lea) == {"allergies": "Arachide"}
    assert attentes(monde.adulte_claire) == {"iban": "FR7630006000011234567890189"}


def test_bank_details_ask_for_the_password_given_a_short_while_ago(app, monde):
    iban = "FR7630006000011234567890189"
    vieille = session_de(monde.claire, confirmee_le=MAINTENANT - dt.timedelta(minutes=10))
    with pytest.raises(Interdit):
        demander(monde, monde.adulte_claire, iban=iban)
    with pytest.raises(Refus) as refus:
        demander(monde, monde.adulte_claire, vieille, iban=iban)
    assert refus.value.champ == "mot_de_passe_actuel"
    assert not Modification.select().exists()


def test_who_asks_for_other_bank_details_is_told_by_mail_and_the_value_is_not(app, monde):
    demander(monde, monde.adulte_claire, session_de(monde.claire), iban="FR7630006000011234567890189")
    courriel = Courriel.get(Courriel.sujet == "Changement de données bancaires demandé")
    assert courriel.destinataire == monde.claire.email
    assert "FR76" not in courriel.corps and "0189" not in courriel.corps


def test_what_changed_since_the_form_was_shown_is_not_asked_back(monde):
    """An agent writes the class while the family fills the form in: the old one is not a wish."""
    vue = lecture_dossier.fiche(droits.regard(monde.claire, monde.moreau), monde.lea).rubriques["general"]
    Enfant.update(classe="CM2").where(Enfant.id == monde.lea.id).execute()
    voulues = vue.voulus | {"prenom": "Léa-Lou"}
    with pytest.raises(DejaChange):
        demander(monde, monde.lea, repere=vue.repere, **voulues)
    relue = Enfant.get_by_id(monde.lea.id)
    vue = lecture_dossier.fiche(droits.regard(monde.claire, monde.moreau), relue).rubriques["general"]
    demander(monde, monde.lea, repere=vue.repere, **(vue.voulus | {"prenom": "Léa-Lou"}))
    assert attentes(monde.lea) == {"prenom": "Léa-Lou"}


def test_an_account_known_by_its_address_stays_that_adult_when_the_sheet_has_another_address(monde):
    demander(monde, monde.adulte_claire, email="claire.autrement@example.org")
    Responsable.update(email="claire.autrement@example.org").where(
        Responsable.id == monde.adulte_claire.id
    ).execute()
    assert droits.responsable_de(monde.claire, monde.moreau) == monde.adulte_claire


@pytest.mark.parametrize("champ", ["quotient", "parts", "ecole", "famille", "id", "banque", "inconnu"])
def test_what_is_the_towns_is_never_changed_from_the_familys_side(monde, champ):
    with pytest.raises(Interdit):
        demander(monde, monde.adulte_claire, **{champ: "1"})
    assert not Modification.select().exists()


def test_one_bad_field_and_nothing_of_the_request_is_written(monde):
    with pytest.raises(Interdit):
        demander(monde, monde.adulte_claire, telephone="02 61 00 00 00", quotient="1")
    assert not Demande.select().where(Demande.nature == w.NATURE_DOSSIER).exists()


def test_the_sheet_of_another_adult_is_not_changed_nor_that_of_another_family(monde):
    with pytest.raises(Interdit):
        demander(monde, monde.adulte_julien, telephone="02 61 00 00 00")
    for fiche in (monde.tomas, monde.adulte_paulo):
        with pytest.raises(Introuvable):
            demander(monde, fiche, prenom="X")


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_without_the_full_right_nothing_of_a_child_is_changed(monde, droit):
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    with pytest.raises(Interdit):
        demander(monde, monde.lea, classe="CM1")


def test_a_change_is_withdrawn_until_the_town_answers_and_twice_is_harmless(monde):
    demande = demander(monde, monde.lea, classe="CM1", image="oui")
    une = Modification.get(Modification.champ == "classe")
    for _ in range(2):
        dossier.retirer(monde.claire, monde.moreau, une.id)
    assert attentes(monde.lea) == {"image": "oui"}
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE
    dossier.retirer(monde.claire, monde.moreau, Modification.get(Modification.champ == "image").id)
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    assert Enfant.get_by_id(monde.lea.id).classe == ""


def test_a_stranger_withdraws_nothing(monde):
    demander(monde, monde.lea, classe="CM1")
    with pytest.raises(Introuvable):
        dossier.retirer(monde.paulo, monde.dasilva, Modification.get().id)
    assert attentes(monde.lea) == {"classe": "CM1"}


def test_asking_that_a_field_change_takes_less_than_ten_queries_however_many_change(monde):
    claire, moreau, lea, noe = monde.claire, monde.moreau, monde.lea, monde.noe
    la_ville()  # remembered for a minute
    with count_queries() as une:
        dossier.demander_des_modifications(claire, moreau, "enfant", lea.id, {"classe": "CM1"})
    voulues = {"classe": "CM1", "image": "oui", "baignade": "non", "transport": "non"}
    with count_queries() as quatre:
        dossier.demander_des_modifications(claire, moreau, "enfant", noe.id, voulues)
    assert une.count < 10
    assert quatre.count <= une.count + 3, "a row for each change at most, and nothing else"
