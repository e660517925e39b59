"""Nobody learns by the clock who has an account: known or unknown, the same hashes and the same queries."""

import pytest
from playhouse.test_utils import count_queries

import models
from models import Compte, Courriel, Evenement, Jeton, write_transaction
from portail.domain import comptes, discretion, inscription, oubli
from portail.domain.refus import Refus
from portail.domain.ville import fonder_ville
from tests.bases_vides import base_vide, url_vide
from tests.conftest import BON_MARCHE

__all__ = ["base_vide", "url_vide"]

CONNU = "famille@example.org"
FERME = "paulo@example.org"
EN_ATTENTE = "nadege@example.org"
INCONNUS = ("personne@example.org", "qui@example.org")
IP = "192.0.2.1"


def se_tromper(email: str) -> None:
    with pytest.raises(Refus, match="incorrect"):
        comptes.se_connecter(email, "mauvais", IP)


def s_inscrire(email: str) -> None:
    inscription.creer_compte("Nadège", "Petit", email, "cerise plume orage", IP)


def redemander(email: str) -> None:
    inscription.redemander_l_activation(email, IP)


def oublier(email: str) -> None:
    oubli.demander(email, IP)


@pytest.fixture
def gens(app, monde):
    """An account that is closed and one that waits, besides those of the small world."""
    Compte.update(actif=False).where(Compte.email == FERME).execute()
    Compte.create(
        **{"email": EN_ATTENTE, "prenom": "Nadège", "nom": "Petit", "role": "famille"},
        **{"mot_de_passe": comptes.hacher("cerise plume orage"), "cree_le": monde.claire.cree_le},
    )
    return (CONNU, FERME, EN_ATTENTE, *INCONNUS)


@pytest.fixture
def hachages(monkeypatch):
    """The passwords hashed and those verified, in their order."""
    faits: list[str] = []

    class Espion:
        def __getattr__(self, nom):
            return getattr(BON_MARCHE, nom)

        def hash(self, mot_de_passe):
            faits.append("hash")
            return BON_MARCHE.hash(mot_de_passe)

        def verify(self, hache, mot_de_passe):
            faits.append("verify")
            return BON_MARCHE.verify(hache, mot_de_passe)

    espion = Espion()
    monkeypatch.setattr(comptes, "_hacheur", lambda: espion)
    return faits


@pytest.mark.parametrize(
    ("acte", "attendus"),
    [(se_tromper, ["verify"]), (s_inscrire, ["hash"]), (redemander, []), (oublier, [])],
)
def test_known_closed_waiting_and_unknown_cost_the_same_hashes_and_queries(gens, hachages, acte, attendus):
    acte("le-premier@example.org")  # what a process remembers, the town or the decoy of a hash, is made now
    couts = {}
    for email in gens:
        hachages.clear()
        with count_queries() as vues:
            acte(email)
        couts[email] = (hachages[:], vues.count)
    assert len(set(map(str, couts.values()))) == 1, couts
    assert couts[CONNU][0] == attendus


@pytest.mark.parametrize("acte", [se_tromper, redemander, oublier])
def test_nothing_is_kept_of_what_was_done_for_nobody(gens, acte):
    for email in INCONNUS:
        acte(email)
    assert [table.select().count() for table in (Courriel, Jeton, Evenement)] == [0, 0, 0]


@pytest.mark.parametrize("acte", [redemander, oublier])
def test_a_portal_without_an_account_answers_too(base_vide, acte):
    models.creer_tables()
    fonder_ville()
    acte(CONNU)
    assert Courriel.select().count() == 0


def test_what_is_taken_back_takes_nothing_else_with_it(monde):
    with write_transaction():
        Compte.update(prenom="Avant").where(Compte.id == monde.claire.id).execute()
        with discretion.garder(False):
            Compte.update(nom="Personne").where(Compte.id == monde.claire.id).execute()
        with discretion.garder(True):
            Compte.update(email="apres@example.org").where(Compte.email == CONNU).execute()
    claire = Compte.get(Compte.email == "apres@example.org")
    assert (claire.prenom, claire.nom) == ("Avant", "Moreau")


def test_a_breakdown_inside_is_not_hidden(monde):
    with pytest.raises(ZeroDivisionError), write_transaction(), discretion.garder(False):
        raise ZeroDivisionError
