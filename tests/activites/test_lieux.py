"""The town's places: added, changed, retired when nothing takes place there."""

import pytest

from models import Activite, Affectation, Enfant, Evenement, Lieu
from portail import clock
from portail.domain import lieux
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.activites.outils import limiter


def test_a_place_is_added_with_its_journal_line(monde):
    lieu = lieux.creer(monde.gestionnaire, "École Jules-Ferry", "3 rue du Port", True)
    ligne = Evenement.get(Evenement.objet == "lieu")
    assert (ligne.acte, ligne.objet_id, ligne.auteur) == ("lieu_cree", lieu.id, monde.gestionnaire)
    assert (lieu.ecole, [vu.nom for vu in lieux.lister(LA_VILLE)]) == (
        True,
        ["École Jules-Ferry", "Groupe scolaire Jean-Zay"],
    )


@pytest.mark.parametrize("nom", ["", "x" * 101, "groupe SCOLAIRE jean-zay"])
def test_a_name_that_cannot_be_is_refused(monde, nom):
    with pytest.raises(Refus) as refus:
        lieux.creer(monde.gestionnaire, nom, "", False)
    assert (refus.value.champ, Lieu.select().count()) == ("nom", 1)


def test_a_place_changes_and_the_journal_says_what_of(monde):
    lieu = monde.cantine.lieu
    lieux.modifier(monde.gestionnaire, lieu.id, "École Jean-Zay", "1 rue Zay", True)
    lieux.modifier(monde.gestionnaire, lieu.id, "École Jean-Zay", "1 rue Zay", True)
    (ligne,) = Evenement.select().where(Evenement.acte == "lieu_modifie")
    assert ligne.detail.startswith("Nom : « École Jean-Zay », au lieu de « Groupe scolaire Jean-Zay »")
    with pytest.raises(Refus) as refus:
        lieux.modifier(monde.gestionnaire, lieu.id, "École Jean-Zay", "", False)
    assert refus.value.champ == "ecole"  # children go there


def test_a_place_that_serves_is_not_retired(monde):
    lieu = monde.cantine.lieu
    with pytest.raises(Refus, match="« Accueil du matin », « Cantine » et « Accueil du soir » et 1 autres"):
        lieux.retirer(monde.gestionnaire, lieu.id)
    Activite.update(
        fin=clock.aujourdhui().replace(month=9), debut=clock.aujourdhui().replace(month=9)
    ).execute()
    with pytest.raises(Refus, match="4 enfants y sont à l’école"):
        lieux.retirer(monde.gestionnaire, lieu.id)
    Enfant.update(ecole=None).execute()
    Affectation.create(compte=monde.marc, lieu=lieu)
    with pytest.raises(Refus, match="limités à ce lieu"):
        lieux.retirer(monde.gestionnaire, lieu.id)


def test_a_retired_place_is_offered_no_more_and_may_serve_again(monde):
    lieu = Lieu.create(nom="Ancienne salle")
    for _ in range(2):
        lieux.retirer(monde.gestionnaire, lieu.id)
    assert lieu.id not in dict(lieux.a_choisir(LA_VILLE))
    assert lieu.id in dict(lieux.a_choisir(LA_VILLE, lieu.id))
    assert Evenement.select().where(Evenement.acte == "lieu_retire").count() == 1
    lieux.remettre(monde.gestionnaire, lieu.id)
    assert lieu.id in dict(lieux.a_choisir(LA_VILLE))


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_who_does_not_set_the_portal_up_touches_none(monde, qui):
    compte, lieu = getattr(monde, qui), monde.cantine.lieu
    for acte in (
        lambda: lieux.creer(compte, "Ailleurs", "", False),
        lambda: lieux.modifier(compte, lieu.id, "Ailleurs", "", True),
        lambda: lieux.retirer(compte, lieu.id),
        lambda: lieux.remettre(compte, lieu.id),
    ):
        with pytest.raises(Interdit):
            acte()


def test_who_is_limited_to_places_adds_none_and_sees_only_theirs(monde):
    sien = limiter(monde.gestionnaire)
    with pytest.raises(Interdit):
        lieux.creer(monde.gestionnaire, "Ailleurs", "", False)
    for acte in (lieux.charger, lieux.retirer, lieux.remettre):
        with pytest.raises(Introuvable):
            acte(monde.gestionnaire, monde.cantine.lieu_id)
    with pytest.raises(Introuvable):
        lieux.modifier(monde.gestionnaire, monde.cantine.lieu_id, "Ailleurs", "", True)
    assert [vu.id for vu in lieux.lister(Perimetre(frozenset([sien.id])))] == [sien.id]
