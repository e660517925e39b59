"""Places that activities share: made, changed, no more shared; what they free is given at once."""

import pytest

import workflows as w
from models import Activite, Capacite, CapaciteActivite, Evenement, Seance
from portail.domain import capacites
from portail.domain.capacites import Voulue
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.activites.outils import limiter, sains
from tests.monde import HIER, LUNDI


def voulue(monde, places=50, simultanee=False, activites=None, nom="Repas de la cuisine") -> Voulue:
    ids = [a.id for a in (activites or (monde.cantine, monde.soir))]
    return Voulue(nom, places, simultanee, frozenset(ids))


def enregistrer(agent, quoi: Voulue, ident: int | None = None) -> Capacite:
    """Shown, then confirmed."""
    return capacites.enregistrer(agent, ident, quoi, capacites.prevoir(agent, ident, quoi).empreinte)


def test_it_is_made_and_the_open_plannings_see_it(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    capacite = enregistrer(monde.gestionnaire, voulue(monde))
    siennes = {c.activite_id for c in CapaciteActivite.select().where(CapaciteActivite.capacite == capacite)}
    assert siennes == {monde.cantine.id, monde.soir.id}
    assert Seance.get_by_id(lundi.id).mouvements == lundi.mouvements + 1
    assert Seance.get_by_id(monde.seance(monde.cantine, HIER).id).mouvements == 0
    assert Evenement.get(Evenement.objet == "capacite").detail.startswith(
        "Repas de la cuisine : 50 places par jour"
    )
    assert [vue.nom for vue in capacites.lister(LA_VILLE)] == ["Repas de la cuisine"]
    sains()


def test_more_of_them_go_at_once_to_who_waits(monde):
    cantine, soir = (monde.seance(a, LUNDI) for a in (monde.cantine, monde.soir))
    capacite = enregistrer(monde.gestionnaire, voulue(monde, 1))
    monde.poser(monde.tomas, cantine, w.RESERVE)
    monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    effet = capacites.prevoir(monde.gestionnaire, capacite.id, voulue(monde, 2))
    assert (effet.liberees, effet.attendent, effet.depassements) == (2, True, ())
    enregistrer(monde.gestionnaire, voulue(monde, 2), capacite.id)
    assert monde.statut(monde.lea, soir) == w.RESERVE
    sains()


def test_no_more_shared_each_has_its_own_again(monde):
    cantine, soir = (monde.seance(a, LUNDI) for a in (monde.cantine, monde.soir))
    capacite = enregistrer(monde.gestionnaire, voulue(monde, 1))
    monde.poser(monde.tomas, cantine, w.RESERVE)
    monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    assert capacites.supprimer(monde.gestionnaire, capacite.id) == "Repas de la cuisine"
    assert (monde.statut(monde.lea, soir), Capacite.select().count()) == (w.RESERVE, 0)
    sains()


@pytest.mark.parametrize("simultanee", [False, True])
def test_fewer_than_are_taken_are_refused_with_the_day(monde, simultanee):
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    quoi = voulue(monde, 1, simultanee)
    (depassement,) = capacites.prevoir(monde.gestionnaire, None, quoi).depassements
    assert (depassement.jour, depassement.manque) == (LUNDI, 1)
    with pytest.raises(Refus, match="lundi 7 décembre, il manquerait 1 place"):
        enregistrer(monde.gestionnaire, quoi)
    assert Capacite.select().count() == 0


def test_what_was_taken_in_the_past_prevents_nothing(monde):
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, HIER), w.PRESENT)
    enregistrer(monde.gestionnaire, voulue(monde, 1))
    sains()


@pytest.mark.parametrize(
    ("change", "champ"),
    [({"nom": ""}, "nom"), ({"nom": "repas de la CUISINE"}, "nom"), ({"places": 10_000}, "places")],
)
def test_what_cannot_be_is_told_beside_its_field(monde, change, champ):
    enregistrer(monde.gestionnaire, voulue(monde))
    with pytest.raises(Refus) as refus:
        enregistrer(monde.gestionnaire, voulue(monde, **({"nom": "Car"} | change)))
    assert refus.value.champ == champ
    for activites in (frozenset(), frozenset([999_999])):
        with pytest.raises(Refus) as refus:
            enregistrer(monde.gestionnaire, Voulue("Car", 3, True, activites))
        assert refus.value.champ == "activites"


def test_what_moves_meanwhile_is_shown_again(monde):
    vu = capacites.prevoir(monde.gestionnaire, None, voulue(monde)).empreinte
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    with pytest.raises(DejaChange):
        capacites.enregistrer(monde.gestionnaire, None, voulue(monde), vu)


def test_neither_strangers_nor_half_a_kitchen(monde):
    capacite = enregistrer(monde.gestionnaire, voulue(monde))
    for qui in (monde.claire, monde.sophie, monde.animateur):
        with pytest.raises(Interdit):
            enregistrer(qui, voulue(monde, nom="Car"))
        with pytest.raises(Interdit):
            capacites.supprimer(qui, capacite.id)
    sien = limiter(monde.gestionnaire)
    Activite.update(lieu=sien).where(Activite.id == monde.soir.id).execute()
    with pytest.raises(Introuvable):
        enregistrer(monde.gestionnaire, voulue(monde, activites=[monde.soir]), capacite.id)
    with pytest.raises(Introuvable):
        capacites.supprimer(monde.gestionnaire, capacite.id)
    assert capacites.lister(Perimetre(frozenset([sien.id]))) == []
