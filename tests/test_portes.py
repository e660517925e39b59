"""Every door accepts and refuses the same: click, several slots, long form, pre-registration, counter.

Hypothesis makes a world — places, shared places, closure, registration, deadlines, settings of the activity —
and an instant. Each door is tried on the very same world, put back before each, and tells whether it takes
the wish, where the créneau ends once everybody has answered, and what it says when it refuses.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

import workflows as w
from models import Activite, Calendrier, Demande, JourVoulu, Preinscription, Reservation, Seance
from portail import clock
from portail.domain import depot_creneaux, examen, examen_creneaux, longue_periode, moderation, planning
from portail.domain import preinscriptions as les_preinscriptions
from portail.domain.examen import Souhait, SouhaitRefuse
from portail.domain.jours_voulus import FREQUENCES, Habitude
from portail.domain.longue_periode import SouhaitLong, SouhaitLongRefuse
from portail.domain.refus import Refus
from tests.actes import partager
from tests.invariants import fautes
from tests.monde import MERCREDI, Monde
from tests.remise import Origine
from tests.repetitions import exemples

PREMIER = dt.date(2026, 11, 22)
ENFANTS, ACTIVITES = ("lea", "noe", "ines", "tomas"), ("matin", "cantine", "soir", "centre")
DEJA = "deja"


@dataclass(frozen=True)
class Etat:
    """One state of the world, and the instant at which somebody knocks."""

    enfant: str
    activite: str
    rang: int
    """Which of the activity's séances."""
    avance: dt.timedelta
    """Before the start of the séance; or, when `a_la_limite`, before its deadline."""
    a_la_limite: bool
    ecart_limites: int
    """How many hours the deadline of absences comes before that of bookings."""
    statut: str
    debut: int
    duree: int
    """The child's registration, in days."""
    etat: str
    reservable: bool
    automatique: bool
    absence_automatique: bool | None
    absence_tardive: bool
    fermeture: str
    places: int
    partagees: int | None
    """The places shared with the other activities of the day; None: nothing is shared."""
    simultanee: bool


ETATS = st.builds(
    Etat,
    enfant=st.sampled_from(("lea", "noe", "ines", "lea", "noe", "tomas")),
    activite=st.sampled_from(ACTIVITES),
    rang=st.integers(0, 20),
    avance=st.sampled_from([dt.timedelta(seconds=n) for n in (-1, 0, 1)])
    | st.timedeltas(dt.timedelta(hours=-2), dt.timedelta(days=12)),
    a_la_limite=st.booleans(),
    ecart_limites=st.sampled_from((0, 0, -20, 20)),
    statut=st.sampled_from((w.NON_RESERVE,) * 4 + (w.RESERVE,) * 3 + w.CRENEAU.codes),
    debut=st.sampled_from((0, 0, 0, 0, 5, 15)),
    duree=st.sampled_from((40, 40, 40, 40, 10, 0)),
    etat=st.sampled_from((w.RESERVATION_POSSIBLE,) * 12 + w.PREINSCRIPTION.codes),
    reservable=st.sampled_from((True,) * 7 + (False,)),
    automatique=st.booleans(),
    absence_automatique=st.none() | st.booleans(),
    absence_tardive=st.booleans(),
    fermeture=st.sampled_from(("",) * 6 + ("ville", "activite", "lieu", "ferie", "ailleurs")),
    places=st.integers(0, 2),
    partagees=st.none() | st.integers(0, 2),
    simultanee=st.booleans(),
)


@dataclass(frozen=True)
class Issue:
    """What a door answered."""

    acceptee: bool
    arrivee: str
    """Where the créneau ends, once the agent has said yes to what waited."""
    phrase: str | None
    """Why not; None where it was taken, or the door speaks of a whole form rather than of one day."""


class Essai:
    """One state, that can be put back before each door."""

    def __init__(self, origine: Origine, etat: Etat) -> None:
        self.origine, self.etat = origine, etat

    def remettre(self) -> None:
        e = self.etat
        self.monde = monde = self.origine.remettre()
        self.enfant, activite = getattr(monde, e.enfant), getattr(monde, e.activite)
        seances = list(Seance.select().where(Seance.activite == activite).order_by(Seance.jour))
        seance = seances[e.rang % len(seances)]
        Activite.update(
            reservable=e.reservable,
            automatique=e.automatique,
            absence_automatique=e.absence_automatique,
            absence_tardive=e.absence_tardive,
            age_min=0,
            age_max=99,
        ).where(Activite.id == activite.id).execute()
        debut = clock.instant(seance.jour, seance.debut)
        absence = min(seance.limite_reservation + dt.timedelta(hours=-e.ecart_limites), debut)
        occupe = e.statut in w.OCCUPENT_UNE_PLACE
        Seance.update(places=e.places + occupe, limite_absence=absence).where(
            Seance.id == seance.id
        ).execute()
        self.debut = PREMIER + dt.timedelta(e.debut)
        self.fin = self.debut + dt.timedelta(e.duree)
        siennes = (Preinscription.enfant == self.enfant) & (Preinscription.activite == activite)
        Preinscription.update(debut=self.debut, fin=self.fin, statut=e.etat).where(siennes).execute()
        self._fermer(activite, seance.jour)
        if e.partagees is not None:
            autres = [getattr(monde, nom) for nom in ACTIVITES if nom != e.activite]
            partager(e.partagees + occupe, activite, *autres, simultanee=e.simultanee)
        if e.statut != w.NON_RESERVE:
            monde.poser(self.enfant, seance, e.statut)
        self.activite, self.seance = Activite.get_by_id(activite.id), Seance.get_by_id(seance.id)
        self.voeu = (self.enfant.id, self.seance.id)

    def _fermer(self, activite: Activite, jour: dt.date) -> None:
        quoi = self.etat.fermeture
        if quoi:
            Calendrier.create(
                genre="ferie" if quoi == "ferie" else "fermeture",
                nom="Grève",
                debut=jour,
                fin=jour,
                activite=activite if quoi == "activite" else None,
                lieu=activite.lieu_id if quoi == "lieu" else None,
                **({"zone": "A"} if quoi == "ailleurs" else {}),
            )

    @property
    def moment(self) -> dt.datetime:
        e, s = self.etat, self.seance
        return (s.limite_reservation if e.a_la_limite else clock.instant(s.jour, s.debut)) - e.avance

    @property
    def statut(self) -> str:
        return self.monde.statut(self.enfant, self.seance)

    def compter(self) -> tuple:
        return self.statut, Seance.get_by_id(self.seance.id).prises, Demande.select().count()


# ——— the doors: each asks for the one day, and gives the Depot ———


def le_clic(e: Essai, nature: str):
    acte = planning.demander_reservation if nature == w.NATURE_RESERVATION else planning.declarer_absence
    return acte(e.monde.claire, e.monde.moreau, [e.voeu])


def plusieurs_creneaux(e: Essai, nature: str):
    depots = planning.demander(e.monde.claire, e.monde.moreau, {nature: [e.voeu]})
    return depots[nature == w.NATURE_ABSENCE]


def au_guichet(e: Essai, nature: str):
    depots = planning.demander_au_guichet(e.monde.sophie, e.monde.moreau, {nature: [e.voeu]})
    return depots[nature == w.NATURE_ABSENCE]


def le_souhait_long(e: Essai, nature: str) -> SouhaitLong:
    jour = e.seance.jour
    return SouhaitLong(
        nature,
        frozenset({e.enfant.id}),
        frozenset({e.activite.id}),
        jour,
        jour,
        frozenset({Habitude(jour.weekday(), next(iter(FREQUENCES)))}),
    )


def longue_demande(e: Essai, nature: str):
    return longue_periode.demander(e.monde.claire, e.monde.moreau, le_souhait_long(e, nature))


def longue_au_guichet(e: Essai, nature: str):
    return longue_periode.demander_au_guichet(e.monde.sophie, e.monde.moreau, le_souhait_long(e, nature))


PORTES: tuple[Callable, ...] = (le_clic, plusieurs_creneaux, au_guichet, longue_demande, longue_au_guichet)


def frapper(e: Essai, porte: Callable, nature: str) -> Issue:
    """What this door makes of the wish; a refusal has changed nothing."""
    e.remettre()
    with clock.figer(e.moment):
        avant = e.compter()
        try:
            depot = porte(e, nature)
        except Refus as refus:
            assert e.compter() == avant, f"{porte.__name__} has refused, and written"
            return Issue(False, e.statut, None if isinstance(refus, SouhaitLongRefuse) else refus.phrase)
        if e.voeu in depot.deja:
            assert e.compter() == avant
            return Issue(True, DEJA, None)
        assert depot.retenus == [e.voeu]
        repondre(e, depot.demande)
        assert [faute for faute in fautes() if "registration" not in faute] == []  # these were made so
        return Issue(True, e.statut, None)


def par_preinscription(e: Essai) -> Issue:
    """The child is not registered yet, asks to be for these very days, and for that one at once."""
    e.remettre()
    Preinscription.delete().where(
        Preinscription.enfant == e.enfant, Preinscription.activite == e.activite
    ).execute()
    with clock.figer(e.moment):
        debut = max(e.debut, clock.aujourdhui())
        voulu = Souhait(
            e.activite.id, (e.enfant.id,), debut, min(e.fin, e.activite.fin), frozenset({e.seance.jour})
        )
        try:
            demande = les_preinscriptions.deposer(e.monde.claire, e.monde.moreau, voulu)
        except SouhaitRefuse:
            return Issue(False, w.NON_RESERVE, None)
        examine = examen.examiner(e.monde.claire, e.monde.moreau, voulu)
        phrases = [jour.obstacle.phrase for jour in examine.jours if jour.obstacle]
        demandes = [ident for (ident,) in JourVoulu.select(JourVoulu.seance).tuples()]
        moderation.accepter(e.monde.sophie, demande.id)
        assert fautes() == []
        return Issue(demandes == [e.seance.id], e.statut, phrases[0] if phrases else None)


def repondre(e: Essai, demande: Demande) -> None:
    """The agent says yes to what waits."""
    if Demande.get_by_id(demande.id).statut == w.EN_ATTENTE:
        moderation.accepter(e.monde.sophie, demande.id)


def comparer(origine: Origine, etat: Etat, nature: str) -> bool:
    """Whether the doors, that must agree, took the wish."""
    e = Essai(origine, etat)
    issues = {porte.__name__: frapper(e, porte, nature) for porte in PORTES}
    a_preinscrire = etat.statut == w.NON_RESERVE and etat.etat == w.RESERVATION_POSSIBLE
    if nature == w.NATURE_RESERVATION and a_preinscrire and etat.enfant != "tomas":
        issues["par_preinscription"] = par_preinscription(e)
    assert len({issue.acceptee for issue in issues.values()}) == 1, issues
    assert len({issue.arrivee for issue in issues.values()}) == 1, issues
    assert len({issue.phrase for issue in issues.values()} - {None}) <= 1, issues
    return issues["le_clic"].acceptee


@pytest.fixture
def origine(base):
    return Origine()


REGLAGES = settings(
    max_examples=exemples(25, 1000),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a story is short enough to be read as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(etat=ETATS, nature=st.sampled_from((w.NATURE_RESERVATION, w.NATURE_RESERVATION, w.NATURE_ABSENCE)))
@REGLAGES
def test_every_door_accepts_and_refuses_the_same(origine, etat, nature):
    event("accepted" if comparer(origine, etat, nature) else "refused")


# ——— the cases that chance might miss, one by one ———

ORDINAIRE = Etat(
    enfant="lea", activite="cantine", rang=8, avance=dt.timedelta(hours=1), a_la_limite=True,
    ecart_limites=0, statut=w.NON_RESERVE, debut=0, duree=40, etat=w.RESERVATION_POSSIBLE, reservable=True,
    automatique=False, absence_automatique=None, absence_tardive=False, fermeture="", places=2,
    partagees=None, simultanee=False,
)  # fmt: skip
CAS: dict[str, tuple[bool, str, dict]] = {
    "possible": (True, w.RESERVE, {}),
    "full": (True, w.LISTE_ATTENTE, {"places": 0}),
    "shared places full": (True, w.LISTE_ATTENTE, {"partagees": 0}),
    "at the deadline": (False, w.NON_RESERVE, {"avance": dt.timedelta(0)}),
    "a second before the deadline": (True, w.RESERVE, {"avance": dt.timedelta(seconds=1)}),
    "not open to booking": (False, w.NON_RESERVE, {"reservable": False}),
    "town closed": (False, w.NON_RESERVE, {"fermeture": "ville"}),
    "activity closed": (False, w.NON_RESERVE, {"fermeture": "activite"}),
    "bank holiday": (False, w.NON_RESERVE, {"fermeture": "ferie"}),
    "registered later": (False, w.NON_RESERVE, {"debut": 30}),
    "registered no more": (False, w.NON_RESERVE, {"duree": 10}),
}


def autrement(etat: Etat, **changements) -> Etat:
    return Etat(**(etat.__dict__ | changements))


@pytest.mark.parametrize("cas", CAS)
@pytest.mark.parametrize("automatique", [False, True])
def test_each_rule_by_every_door(origine, cas, automatique):
    acceptee, arrivee, changements = CAS[cas]
    etat = autrement(ORDINAIRE, automatique=automatique, **changements)
    comparer(origine, etat, w.NATURE_RESERVATION)
    issue = frapper(Essai(origine, etat), le_clic, w.NATURE_RESERVATION)
    assert (issue.acceptee, issue.arrivee) == (acceptee, arrivee)


@pytest.mark.parametrize("tardive", [False, True])
@pytest.mark.parametrize("avance", [-1, 0, 1])
def test_a_late_absence_by_every_door(origine, tardive, avance):
    etat = autrement(
        ORDINAIRE, statut=w.RESERVE, absence_tardive=tardive, avance=dt.timedelta(seconds=avance)
    )
    comparer(origine, etat, w.NATURE_ABSENCE)
    assert frapper(Essai(origine, etat), le_clic, w.NATURE_ABSENCE).acceptee == (tardive or avance > 0)


# ——— one door that differs must be seen ———


def sans_fermeture(monkeypatch):
    """The counter no longer looks at closed days."""
    vrai = planning.demander_au_guichet

    def ouvrir_toujours(*args, **plus):
        Calendrier.delete().where(Calendrier.nom == "Grève").execute()
        return vrai(*args, **plus)

    monkeypatch.setattr(planning, "demander_au_guichet", ouvrir_toujours)


def sans_delai_a_l_inscription(monkeypatch):
    """A pre-registration asks for days past their deadline."""
    monkeypatch.setattr(examen, "obstacle_reservation", lambda situation, maintenant: None)


def seconde_de_trop(monkeypatch):
    """The act looks at the rules a second too early; the preview, at the right one."""
    vrai, lire = depot_creneaux.examiner, examen_creneaux.replace

    def en_avance(genre, voeux, creneaux, ensemble=False):
        plus_tot = [lire(c, maintenant=c.maintenant - dt.timedelta(seconds=1)) for c in creneaux]
        return vrai(genre, voeux, plus_tot, ensemble)

    original = planning.demander_reservation

    def clic(*args, **plus):
        with pytest.MonkeyPatch.context() as essai:
            essai.setattr(depot_creneaux, "examiner", en_avance)
            return original(*args, **plus)

    monkeypatch.setattr(planning, "demander_reservation", clic)


@pytest.mark.parametrize(
    ("panne", "changements"),
    [
        (sans_fermeture, {"fermeture": "ville"}),
        (sans_delai_a_l_inscription, {"avance": dt.timedelta(0)}),
        (seconde_de_trop, {"avance": dt.timedelta(0)}),
    ],
)
def test_a_door_that_follows_another_rule_is_found(origine, monkeypatch, panne, changements):
    etat = autrement(ORDINAIRE, **changements)
    comparer(origine, etat, w.NATURE_RESERVATION)
    panne(monkeypatch)
    with pytest.raises(AssertionError):
        comparer(origine, etat, w.NATURE_RESERVATION)


def test_the_world_is_the_same_before_each_door(origine):
    """What one story wrote, the next one does not find."""
    e = Essai(origine, ORDINAIRE)
    e.remettre()
    avant = (Reservation.select().count(), Preinscription.select().count(), e.compter())
    frapper(e, le_clic, w.NATURE_RESERVATION)
    e.remettre()
    assert (Reservation.select().count(), Preinscription.select().count(), e.compter()) == avant
    assert isinstance(e.monde, Monde) and MERCREDI.weekday() == 2
