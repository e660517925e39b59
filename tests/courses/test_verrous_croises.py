"""Two acts that lock in opposite orders, each holding what the other is about to name: no error for anyone.

A lock is `FOR NO KEY UPDATE`: the foreign keys of the other act pass it. With `FOR UPDATE` they wait for it,
each act waits for the other, and PostgreSQL puts an end to one of them.
"""

import time

import pytest
from peewee import OperationalError, Select

import models
import workflows as w
from models import (
    Abonnement,
    CodeAbonne,
    Compte,
    Courriel,
    Demande,
    Evenement,
    Jeton,
    Responsable,
    db,
    moteur,
)
from portail.domain import abonnements, dossier, familles, guichet, mon_espace, oubli
from portail.domain.familles import Lettre
from portail.domain.refus import DejaChange
from portail.domain.transitions import SYSTEME, journaliser
from tests.actes import session_de
from tests.courses.coureurs import Foyer, manches
from tests.courses.test_dossier import foyers
from tests.invariants import fautes

MANCHES = 10
PAUSE = 0.03
"""How long an act stays where it has just locked, in seconds: the other one has then locked too."""
VERROUS = ("FOR NO KEY UPDATE", "FOR UPDATE", 'INSERT INTO "echec_connexion"')

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def face_a_face(base, monkeypatch):
    """Each act waits a little once it has locked a row, so that the two always meet.

    On SQLite a transaction that writes is alone from its start: there the acts come one after the other.
    """
    executer = db.obj.execute_sql

    def executer_puis_attendre(sql, *valeurs, **options):
        rendu = executer(sql, *valeurs, **options)
        if moteur() == "postgresql" and any(verrou in sql for verrou in VERROUS):
            time.sleep(PAUSE)
        return rendu

    monkeypatch.setattr(db.obj, "execute_sql", executer_puis_attendre)


# ——— the four meetings: each gives its families, and what each of the two acts gave ———


def lettre_et_fiche(monde, nombre, changer):
    """A letter is renewed while the sheet of the adult that it is made out to changes."""
    faits = foyers(monde, nombre)
    adultes = [Responsable.get(Responsable.famille == f.famille) for f in faits]
    for f, adulte in zip(faits, adultes, strict=True):
        familles.emettre_un_code(monde.sophie, f.famille.id, adulte.id)
    codes = [CodeAbonne.get(CodeAbonne.famille == f.famille).id for f in faits]
    sophie = monde.sophie
    renouveler = [
        lambda f=f, c=c: familles.renouveler_le_code(sophie, f.famille.id, c)
        for f, c in zip(faits, codes, strict=True)
    ]
    return faits, manches([renouveler, [changer(monde, f, a) for f, a in zip(faits, adultes, strict=True)]])


def par_la_famille(monde, foyer, adulte):
    return lambda: dossier.demander_des_modifications(
        foyer.compte, foyer.famille, "responsable", adulte.id, {"profession": "Sage-femme"}
    )


def au_guichet(monde, foyer, adulte):
    marc, repere = monde.marc, guichet.marquer(adulte, "base")
    return lambda: guichet.saisir(
        marc, foyer.famille.id, "responsable", adulte.id, "base", {"profession": "Sage-femme"}, repere
    )


def abonnes(monde, nombre) -> list[tuple[Foyer, int]]:
    """So many families, each with its subscription, taken over in the journal."""
    faits = [(f, Abonnement.get(Abonnement.compte == f.compte)) for f in foyers(monde, nombre)]
    for foyer, abonnement in faits:
        journaliser(abonnement, "reprendre", SYSTEME, vers=w.ACTIF, famille_id=foyer.famille.id)
    return [(foyer, abonnement.id) for foyer, abonnement in faits]


def deux_fins(monde, nombre):
    """The person ends a subscription, and an agent the same one."""
    duels, sophie = abonnes(monde, nombre), monde.sophie
    return [f for f, _ in duels], manches(
        [
            [lambda f=f, a=a: abonnements.resilier(f.compte, a) for f, a in duels],
            [lambda f=f, a=a: familles.mettre_fin_a_l_abonnement(sophie, f.famille.id, a) for f, a in duels],
        ]
    )


def oubli_et_adresse(monde, nombre):
    """A new password is asked for an account that asks for another address; from two networks."""
    faits = foyers(monde, nombre)
    duels = [(n, f, session_de(f.compte)) for n, f in enumerate(faits)]
    return faits, manches(
        [
            [lambda n=n, f=f: oubli.demander(f.compte.email, f"192.0.2.{n}") for n, f, _ in duels],
            [
                lambda n=n, s=s: mon_espace.demander_une_autre_adresse(
                    s, f"neuve{n}@example.net", f"198.51.100.{n}"
                )
                for n, _, s in duels
            ],
        ]
    )


def fin_et_fermeture(monde, nombre):
    """The person ends a subscription in one tab, and closes the account in another."""
    duels = abonnes(monde, nombre)
    sessions = [session_de(f.compte) for f, _ in duels]
    return [f for f, _ in duels], manches(
        [
            [lambda f=f, a=a: abonnements.resilier(f.compte, a) for f, a in duels],
            [lambda s=s: mon_espace.fermer_mon_compte(s) for s in sessions],
        ]
    )


# ——— nobody gets an error ———


@pytest.mark.parametrize("changer", [par_la_famille, au_guichet])
def test_a_letter_is_renewed_while_a_sheet_of_the_family_changes(monde, face_a_face, changer):
    faits, (lettres, changements) = lettre_et_fiche(monde, MANCHES, changer)
    for foyer, lettre, change in zip(faits, lettres, changements, strict=True):
        assert isinstance(lettre, Lettre), lettre
        codes = CodeAbonne.select().where(CodeAbonne.famille == foyer.famille)
        assert (codes.count(), codes.where(familles.en_cours()).count()) == (2, 1)
        adulte = Responsable.get(Responsable.famille == foyer.famille)
        if changer is par_la_famille:
            assert isinstance(change, Demande), change
            assert (change.statut, adulte.profession) == (w.EN_ATTENTE, "")
        else:
            assert isinstance(change, list), change
            assert ([c.nom for c in change], adulte.profession) == (["profession"], "Sage-femme")
    assert fautes() == []


def test_a_subscription_that_the_person_and_an_agent_end_is_ended_once(monde, face_a_face):
    faits, (les_siennes, de_la_mairie) = deux_fins(monde, MANCHES)
    for foyer, sienne, mairie in zip(faits, les_siennes, de_la_mairie, strict=True):
        assert sienne is None or isinstance(sienne, DejaChange), sienne
        assert isinstance(mairie, Abonnement | DejaChange), mairie
        abonnement = Abonnement.get(Abonnement.compte == foyer.compte)
        fins = Evenement.select().where(
            Evenement.objet == "abonnement", Evenement.objet_id == abonnement.id, Evenement.acte == w.RESILIER
        )
        gagne = monde.sophie if isinstance(mairie, Abonnement) else foyer.compte
        assert (abonnement.statut, [fin.auteur for fin in fins]) == (w.RESILIE, [gagne])
        assert Courriel.select().where(Courriel.destinataire == foyer.compte.email).count() == 1
    assert fautes() == []


def test_a_forgotten_password_and_a_change_of_address_asked_at_once_each_have_their_link(monde, face_a_face):
    faits, issues = oubli_et_adresse(monde, MANCHES)
    assert issues == [[None] * MANCHES] * 2
    for n, foyer in enumerate(faits):
        usages = [j.usage for j in Jeton.select().where(Jeton.compte == foyer.compte).order_by(Jeton.usage)]
        assert usages == ["adresse", "mot_de_passe"]
        for adresse, combien in ((foyer.compte.email, 2), (f"neuve{n}@example.net", 1)):
            assert Courriel.select().where(Courriel.destinataire == adresse).count() == combien
    assert fautes() == []


def test_a_subscription_that_ends_while_its_account_closes_ends_once(monde, face_a_face):
    faits, (fins, fermetures) = fin_et_fermeture(monde, MANCHES)
    for foyer, fin, fermeture in zip(faits, fins, fermetures, strict=True):
        assert fin is None, fin
        assert fermeture is None or isinstance(fermeture, DejaChange), fermeture
        abonnement = Abonnement.get(Abonnement.compte == foyer.compte)
        faites = Evenement.select().where(
            Evenement.objet == "abonnement", Evenement.objet_id == abonnement.id, Evenement.acte == w.RESILIER
        )
        assert (abonnement.statut, faites.count()) == (w.RESILIE, 1)
        assert Compte.get_by_id(foyer.compte.id).actif == (fermeture is not None)
    assert fautes() == []


# ——— the same with the lock that foreign keys wait for: it must lose ———


@pytest.fixture
def en_for_update(face_a_face, monkeypatch):
    verrouiller = Select.for_update
    monkeypatch.setattr(Select, "for_update", lambda requete, *_: verrouiller(requete, "FOR UPDATE"))
    monkeypatch.setattr(models, "_lecture", models._lecture.__wrapped__)  # written again, at each lock


@pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "rencontre",
    [
        lambda monde: lettre_et_fiche(monde, 2, par_la_famille),
        lambda monde: lettre_et_fiche(monde, 2, au_guichet),
        lambda monde: deux_fins(monde, 2),
        lambda monde: oubli_et_adresse(monde, 2),
        lambda monde: fin_et_fermeture(monde, 2),
    ],
    ids=["letter and family", "letter and counter", "two ends", "forgotten and address", "end and closing"],
)
def test_with_a_lock_that_foreign_keys_wait_for_somebody_gets_an_error(monde, en_for_update, rencontre):
    _, issues = rencontre(monde)
    pannes = [issue for siennes in issues for issue in siennes if isinstance(issue, OperationalError)]
    assert [panne for panne in pannes if "deadlock detected" in str(panne)], issues
