"""Two files of a family become one while it books, or while another agent reunites one of them elsewhere.

Nothing stays behind in the emptied file: whoever comes second is told, or goes to the file that is kept.
"""

import time

import pytest
from peewee import IntegrityError, OperationalError

from models import Demande, Famille, db, moteur
from portail.domain import doublons, fusion, lecture_planning, planning, verification
from portail.domain.doublons import Pareils
from portail.domain.planning import Depot
from portail.domain.refus import DejaChange, Introuvable, Refus
from tests.actes import session_de
from tests.courses.coureurs import Foyer, manches
from tests.courses.test_derniere_place import de, seances_de
from tests.courses.test_dossier import foyers
from tests.invariants import fautes

MANCHES = 8
PAUSE = 0.03
"""How long an act stays where it has just read or locked, in seconds: the other one is then there too."""


def puis_attendre(acte):
    """The same act, that waits where it is; on SQLite one writes at a time: it waits alone."""

    def agir(*args, **options):
        rendu = acte(*args, **options)
        if moteur() == "postgresql":
            time.sleep(PAUSE)
        return rendu

    return agir


@pytest.fixture
def face_a_face(base, monkeypatch):
    """The two acts always meet: the one has read the slots, the other has looked at the two files."""
    monkeypatch.setattr(lecture_planning, "creneaux", puis_attendre(lecture_planning.creneaux))
    monkeypatch.setattr(fusion, "_reunir", puis_attendre(fusion._reunir))


def dossiers(monde, combien: int) -> list[tuple[Foyer, Foyer, Foyer]]:
    """So many times three families of one child: one is kept, one emptied, the third is another one."""
    tous = foyers(monde, 3 * combien)
    return list(zip(tous[::3], tous[1::3], tous[2::3], strict=True))


def reunion(session, garde: Foyer, vide: Foyer, pareils: Pareils | None = None):
    """The act, as its preview was shown before the race."""
    pareils = pareils or Pareils()
    repere = doublons.examiner(garde.famille, vide.famille, pareils).repere
    return lambda: fusion.reunir(session, garde.famille.id, vide.famille.id, pareils, repere)


def reunir_et_reserver(monde, combien: int, meme_enfant: bool):
    """Each emptied family books while it is emptied: its child is one of the kept file, or joins it."""
    trios, sophie = dossiers(monde, combien), session_de(monde.sophie)
    seances = seances_de(monde.cantine, combien)
    return manches(
        [
            [
                reunion(sophie, g, v, Pareils({v.enfant.id: g.enfant.id} if meme_enfant else {}))
                for g, v, _ in trios
            ],
            [
                lambda v=v, s=s: planning.demander_reservation(*de(v, s))
                for (_, v, _), s in zip(trios, seances, strict=True)
            ],
        ]
    )


RENCONTRES = {
    "each other": lambda garde, vide, autre: (vide, garde),
    "emptied twice": lambda garde, vide, autre: (autre, vide),
    "kept, then emptied": lambda garde, vide, autre: (autre, garde),
    "emptied, then kept": lambda garde, vide, autre: (vide, autre),
}
"""Which file the second agent keeps, which one it empties."""


def deux_reunions(monde, combien: int, rencontre: str):
    trios, marc = dossiers(monde, combien), session_de(monde.marc)
    sophie = session_de(monde.sophie)
    return manches(
        [
            [reunion(sophie, garde, vide) for garde, vide, _ in trios],
            [reunion(marc, *RENCONTRES[rencontre](*trio)) for trio in trios],
        ]
    )


def ruptures() -> set[str]:
    """What `verifier` tells; the registrations of these families begin without a line of the journal."""
    return {r.invariant for r in verification.verifier()} - {"Journal", "Suite du journal"}


@pytest.mark.parametrize("meme_enfant", [False, True], ids=["another child", "the same child"])
def test_what_a_family_books_while_its_file_is_emptied_is_in_the_file_that_is_kept(
    monde, face_a_face, meme_enfant
):
    avant = ruptures()
    reunions, depots = reunir_et_reserver(monde, MANCHES, meme_enfant)
    for reunie, depot in zip(reunions, depots, strict=True):
        assert isinstance(reunie, Famille | DejaChange), reunie
        assert isinstance(depot, Depot | Refus), depot
        assert isinstance(reunie, Famille) or isinstance(depot, Depot), "one of them at least is done"
    vides = Famille.select(Famille.id).where(Famille.fusionnee_dans.is_null(False))
    assert Demande.select().where(Demande.famille.in_(vides)).count() == 0
    assert (fautes(), ruptures()) == ([], avant)


@pytest.mark.parametrize("rencontre", RENCONTRES)
def test_two_agents_who_reunite_the_same_files_leave_one_truth(monde, face_a_face, rencontre):
    avant = ruptures()
    premieres, secondes = deux_reunions(monde, MANCHES, rencontre)
    for une, autre in zip(premieres, secondes, strict=True):
        assert isinstance(une, Famille) != isinstance(autre, Famille), (une, autre)
        (avertie,) = [i for i in (une, autre) if not isinstance(i, Famille)]
        assert isinstance(avertie, DejaChange | Introuvable), avertie
    assert (fautes(), ruptures()) == ([], avant)


# ——— without the locks it must lose, or the rounds above prove nothing ———


@pytest.fixture
def sans_verrou(face_a_face, monkeypatch):
    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    for module in (planning, fusion):
        monkeypatch.setattr(module, "verrouiller", lire_sans_verrouiller)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


@pytest.mark.parametrize(
    "course",
    [
        lambda monde: reunir_et_reserver(monde, 4, meme_enfant=False),
        lambda monde: deux_reunions(monde, 4, "emptied twice"),
    ],
    ids=["booking", "two agents"],
)
def test_without_the_lock_something_stays_behind_or_people_get_errors(monde, sans_verrou, course):
    avant = ruptures()
    issues = course(monde)
    pannes = [i for siennes in issues for i in siennes if isinstance(i, IntegrityError | OperationalError)]
    ensemble = [une for une, autre in zip(*issues, strict=True) if isinstance(une, Famille) and une != autre]
    assert pannes or ruptures() != avant or ensemble
