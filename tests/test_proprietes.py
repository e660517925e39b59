"""Whatever people do, in whatever order, at whatever time: the invariants hold, and a yes obeys every rule.

Hypothesis plays two families, two agents and a clock that goes both ways, on the real domain and SQLite.
"""

import datetime as dt
import shutil
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import models
import workflows as w
from models import Activite, Calendrier, Courriel, Demande, Ligne, Preinscription, Reservation, Seance, db
from portail import clock
from portail.domain import liste_attente, moderation, planning
from portail.domain.refus import Refus
from portail.domain.verification import verifier
from tests.actes import empreinte
from tests.conftest import fermer
from tests.invariants import fautes
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT, Monde

REGLAGES = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
SEANCES = (("cantine", LUNDI), ("matin", LUNDI), ("soir", LUNDI), ("cantine", HIER))
ENFANTS = ("lea", "noe", "ines", "tomas")
PLACES = 1
"""Of each séance: few, so that people wait."""

MOREAU, DASILVA = ("claire", "moreau"), ("paulo", "dasilva")
voeux = st.lists(
    st.tuples(st.sampled_from(ENFANTS), st.sampled_from(SEANCES)), min_size=1, max_size=5, unique=True
)
familles = st.sampled_from((MOREAU, MOREAU, DASILVA))
agents = st.sampled_from(("sophie", "marc"))
rangs = st.integers(0, 30)
"""Which of the rows there are: modulo their number."""


def ouvrir(modele: Path, dossier: Path) -> Monde:
    chemin = dossier / "portail.sqlite3"
    for reste in dossier.glob("portail.sqlite3*"):
        reste.unlink()
    shutil.copyfile(modele, chemin)
    db.initialize(models.ouvrir(f"sqlite:///{chemin}"))
    db.connect()
    db.obj.pragma("synchronous", 0)  # thousands of commits, that no power cut can take from us
    return Monde()


# ——— the rules, said again from the design and the rows alone ———


def oui_attendu(enfant, seance: Seance, famille, maintenant: dt.datetime) -> bool:
    """Whether a booking may be asked for: the child is theirs, registered, in time, on an open day."""
    activite = Activite.get_by_id(seance.activite_id)
    return (
        enfant.famille_id == famille.id
        and any(
            p.debut <= seance.jour <= p.fin
            for p in Preinscription.select().where(
                Preinscription.enfant == enfant,
                Preinscription.activite == activite,
                Preinscription.statut == "reservation_possible",
            )
        )
        and activite.reservable
        and maintenant < seance.limite_reservation
        and maintenant < dt.datetime.combine(seance.jour, seance.debut, clock.PARIS)
        and not any(
            c.debut <= seance.jour <= c.fin
            for c in Calendrier.select().where(Calendrier.genre.in_(("ferie", "fermeture")))
        )
    )


def absence_attendue(enfant, seance: Seance, famille, maintenant: dt.datetime) -> bool:
    """Whether an absence may be declared: the child is theirs, booked, in time."""
    return (
        enfant.famille_id == famille.id
        and Monde().statut(enfant, seance) == "reserve"
        and maintenant < seance.limite_absence
        and maintenant < dt.datetime.combine(seance.jour, seance.debut, clock.PARIS)
    )


class Portail(RuleBasedStateMachine):
    """Two families, two agents, the town that closes a day, the time that passes."""

    modele: ClassVar[Path]
    dossier: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.monde = ouvrir(self.modele, self.dossier)
        Seance.update(places=PLACES).execute()
        self.seances = {
            (nom, jour): self.monde.seance(getattr(self.monde, nom), jour) for nom, jour in SEANCES
        }
        self.enfants = {nom: getattr(self.monde, nom) for nom in ENFANTS}
        self.noms = {nom: getattr(self.monde, nom) for nom in (*MOREAU, *DASILVA, "sophie", "marc")}
        self.gel = None
        self.reponses = 0
        self.regler(MAINTENANT)

    def regler(self, moment: dt.datetime) -> None:
        if self.gel:
            self.gel.__exit__(None, None, None)
        self.maintenant = moment
        self.gel = clock.figer(moment)
        self.gel.__enter__()

    def teardown(self) -> None:
        """In the end `verifier` finds nothing either, but what the small world never wrote in the journal.

        And but « Places à donner »: time went backwards here, a séance that was past is to come again.
        """
        ruptures = list(verifier(montrees=1000))
        self.gel.__exit__(None, None, None)
        fermer()
        assert [
            rupture
            for rupture in ruptures
            if rupture.invariant != "Places à donner"
            and not rupture.phrase.startswith(("preinscription", "abonnement"))
        ] == []

    # ——— one act, with what holds of any act ———

    def faire(self, acte):
        """Do it. A refusal is an answer like another, but then nothing at all has changed."""
        avant, etats, listes, prises = empreinte(), self.etats(), self.listes(), self.prises()
        try:
            rendu = acte()
        except Refus as refus:
            assert refus.phrase.endswith((".", "…"))
            assert (empreinte(), self.etats()) == (avant, etats)
            return None
        self.verifier_la_liste(listes, prises)
        return rendu

    def etats(self) -> list[tuple]:
        return [
            _lire(f"id, statut FROM {table} ORDER BY id") for table in ("reservation", "ligne", "demande")
        ]

    def parmi(self, *statuts: str) -> list[tuple[str, tuple]]:
        """The slots in one of these statuses, or all that have a row, as wishes name them."""
        enfants = {enfant.id: nom for nom, enfant in self.enfants.items()}
        seances = {seance.id: nom for nom, seance in self.seances.items()}
        return [
            (enfants[r.enfant_id], seances[r.seance_id])
            for r in Reservation.select().order_by(Reservation.id)
            if not statuts or r.statut in statuts
        ]

    def listes(self) -> dict[int, list[int]]:
        listes: dict[int, list[int]] = {}
        en_liste = "id, seance_id FROM reservation WHERE statut = 'liste_attente' ORDER BY ordre"
        for reservation, seance in _lire(en_liste):
            listes.setdefault(seance, []).append(reservation)
        return listes

    def prises(self) -> dict[int, int]:
        return dict(_lire("id, prises FROM seance"))

    def verifier_la_liste(self, listes: dict[int, list[int]], prises: dict[int, int]) -> None:
        """Who got a place from a list was at its head; no place frees itself while somebody could have it."""
        statuts = dict(_lire("id, statut FROM reservation"))
        for liste in listes.values():
            servis = [statuts[reservation] == w.RESERVE for reservation in liste]
            assert servis == sorted(servis, reverse=True), "somebody was served before the first of the list"
        restants, apres = self.listes(), self.prises()
        for seance in self.seances.values():
            if apres[seance.id] < prises[seance.id] and not self.close(seance):
                assert seance.id not in restants, f"a place of séance {seance.id} is free while children wait"

    def close(self, seance: Seance) -> bool:
        """Past its deadline, or on a day that the town closed: nobody is given a place there by itself."""
        fermee = Calendrier.select().where(
            Calendrier.genre == "fermeture", Calendrier.debut <= seance.jour, Calendrier.fin >= seance.jour
        )
        return seance.limite_reservation <= self.maintenant or fermee.exists()

    def couples(self, voeux):
        return [(self.enfants[enfant].id, self.seances[seance].id) for enfant, seance in voeux]

    def deposer(self, qui, voeux, acte, regle, deja) -> None:
        compte, famille = (self.noms[nom] for nom in qui)
        choisis = {
            (self.enfants[e].id, self.seances[s].id): (self.enfants[e], self.seances[s]) for e, s in voeux
        }
        permis = {
            voeu: regle(enfant, seance, famille, self.maintenant)
            for voeu, (enfant, seance) in choisis.items()
        }
        avant = {voeu: self.monde.statut(*choisis[voeu]) for voeu in choisis}
        depot = self.faire(lambda: acte(compte, famille, self.couples(voeux)))
        retenus = set(depot.retenus) if depot else set()
        for voeu, oui in permis.items():
            if voeu in retenus:
                assert oui, f"{voeu} was accepted against the rules"
            elif oui:
                assert avant[voeu] in deja, f"{voeu} was refused though every rule allows it"
        if depot and depot.demande:
            automatiques = {s.id for s in self.seances.values() if s.activite_id == self.monde.matin.id}
            self.reponses += any(seance in automatiques for _, seance in retenus)

    # ——— what people do ———

    @initialize(moreau=voeux, dasilva=voeux, oui=st.booleans())
    def commencer(self, moreau, dasilva, oui):
        """Some days have passed: things are booked, people wait."""
        tous = [(enfant, SEANCES[0]) for enfant in ENFANTS]
        for qui, souhaits in ((DASILVA, dasilva), (MOREAU, moreau)):
            self.demander(qui, [*souhaits, *tous])
        if oui:
            self.repondre_a_la_selection("sophie", [0, 1], oui=True)

    @rule(qui=familles, voeux=voeux)
    def demander(self, qui, voeux):
        self.deposer(
            qui, voeux, planning.demander_reservation, oui_attendu, set(w.CRENEAU.codes) - {w.NON_RESERVE}
        )

    @rule(qui=familles, voeux=voeux)
    def declarer_absence(self, qui, voeux):
        self.deposer(qui, voeux, planning.declarer_absence, absence_attendue, set())

    @precondition(lambda self: self.parmi(w.RESERVE))
    @rule(rang=rangs)
    def declarer_absence_la_ou_c_est_reserve(self, rang):
        enfant, seance = _choisir(self.parmi(w.RESERVE), rang)
        self.declarer_absence(DASILVA if enfant == "tomas" else MOREAU, [(enfant, seance)])

    @precondition(lambda self: Ligne.select().exists())
    @rule(qui=familles, rang=rangs)
    def annuler(self, qui, rang):
        compte, famille = (self.noms[nom] for nom in qui)
        ligne = _au_rang(Ligne, rang)
        avant = ligne.statut
        self.faire(lambda: planning.annuler(compte, famille, ligne.id))
        apres = Ligne.get_by_id(ligne.id).statut
        a_eux = ligne.demande.famille_id == famille.id
        assert apres == (w.ANNULEE if a_eux and avant == w.EN_ATTENTE else avant)

    @precondition(lambda self: self.parmi())
    @rule(qui=familles, rang=rangs)
    def renoncer(self, qui, rang):
        compte, famille = (self.noms[nom] for nom in qui)
        enfant, seance = _choisir(self.parmi(), rang)
        e, s = self.enfants[enfant], self.seances[seance]
        avant = self.monde.statut(e, s)
        self.faire(lambda: liste_attente.renoncer(compte, famille, (e.id, s.id)))
        parti = avant == w.LISTE_ATTENTE and e.famille_id == famille.id
        assert self.monde.statut(e, s) == (w.NON_RESERVE if parti else avant)

    @precondition(lambda self: Demande.select().exists())
    @rule(
        agent=agents,
        rang=rangs,
        acte=st.sampled_from((moderation.accepter, moderation.mettre_en_attente, moderation.refuser)),
        choix=st.none() | st.sets(st.integers(0, 3), max_size=3),
    )
    def repondre(self, agent, rang, acte, choix):
        demande = _au_rang(Demande, rang)
        lignes = list(demande.lignes.order_by(Ligne.id))
        ids = None if choix is None else [lignes[n % len(lignes)].id for n in choix]
        motif = ("Activité complète",) if acte is moderation.refuser else ()
        qui = self.noms[agent]
        rendue = self.faire(lambda: acte(qui, demande.id, *motif, lignes=ids))
        self.reponses += rendue is not None
        if rendue:
            choisies = [ligne for ligne in lignes if ids is None or ligne.id in ids]
            assert all(Ligne.get_by_id(ligne.id).statut != w.EN_ATTENTE for ligne in choisies)

    @precondition(lambda self: Demande.select().exists())
    @rule(agent=agents, rangs=st.lists(rangs, min_size=1, max_size=4), oui=st.booleans())
    def repondre_a_la_selection(self, agent, rangs, oui):
        ids = {_au_rang(Demande, rang).id for rang in rangs}
        acte, motif = (w.ACCEPTER, "") if oui else (w.REFUSER, "Délai dépassé")
        listes, prises = self.listes(), self.prises()
        bilan = moderation.repondre_a_la_selection(self.noms[agent], ids, acte, motif)
        self.verifier_la_liste(listes, prises)
        self.reponses += len(bilan.repondues)
        assert len(bilan.repondues) + len(bilan.ecartees) == len(ids)

    @rule(heures=st.sampled_from((-30, -2, 1, 5, 20, 60)))
    def laisser_passer_le_temps(self, heures):
        self.regler(self.maintenant + dt.timedelta(hours=heures))

    @precondition(lambda self: not Calendrier.select().where(Calendrier.genre == "fermeture").exists())
    @rule(jour=st.sampled_from((LUNDI, JEUDI)))
    def fermer_un_jour(self, jour):
        Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)

    # ——— what always holds ———

    @invariant()
    def les_invariants_du_domaine_tiennent(self):
        assert fautes() == []

    @invariant()
    def chaque_reponse_a_son_courriel(self):
        assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == self.reponses


def _lire(quoi: str) -> list[tuple]:
    return db.execute_sql(f"SELECT {quoi}").fetchall()


def _choisir(liste: list, rang: int):
    return liste[rang % len(liste)]


def _au_rang(table, rang: int):
    return table.select().order_by(table.id).offset(rang % table.select().count()).first()


def test_whatever_people_do_the_invariants_hold(modele_sqlite, tmp_path):
    class CePortail(Portail):
        modele = modele_sqlite
        dossier = tmp_path

    run_state_machine_as_test(
        CePortail, settings=settings(max_examples=50, stateful_step_count=25, **REGLAGES)
    )


@given(
    avance=st.timedeltas(dt.timedelta(hours=-2), dt.timedelta(days=20))
    | st.timedeltas(dt.timedelta(seconds=-2), dt.timedelta(seconds=2)).map(lambda ecart: (ecart,)),
    enfant=st.sampled_from((*ENFANTS, "lea", "noe", "ines")),
    activite=st.sampled_from(("matin", "cantine", "soir", "centre")),
    rang=st.integers(0, 30),
    debut=st.sampled_from((0, 0, 0, 5, 15)),
    duree=st.sampled_from((30, 30, 30, 10, 0)),
    etat=st.sampled_from((w.RESERVATION_POSSIBLE,) * 9 + w.PREINSCRIPTION.codes),
    reservable=st.sampled_from((True,) * 7 + (False,)),
    fermeture=st.none() | st.none() | st.integers(0, 30),
)
@settings(max_examples=150, **REGLAGES)
def test_whatever_the_moment_the_day_and_the_child_a_yes_obeys_every_rule_and_a_no_breaks_one(
    modele_sqlite, tmp_path, avance, enfant, activite, rang, debut, duree, etat, reservable, fermeture
):
    premier = dt.date(2026, 11, 22)
    monde = ouvrir(modele_sqlite, tmp_path)
    e, a = getattr(monde, enfant), getattr(monde, activite)
    inscription = {"debut": premier + dt.timedelta(debut), "fin": premier + dt.timedelta(debut + duree)}
    Preinscription.update(statut=etat, **inscription).where(
        Preinscription.enfant == e, Preinscription.activite == a
    ).execute()
    Activite.update(reservable=reservable).where(Activite.id == a.id).execute()
    if fermeture is not None:
        jour = premier + dt.timedelta(fermeture)
        Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)
    seances = list(a.seances.order_by(Seance.jour))
    seance = _choisir(seances, rang)
    if isinstance(avance, tuple):
        moment = seance.limite_reservation + avance[0]
    else:
        moment = clock.instant(seance.jour, seance.debut) - avance
    attendu = oui_attendu(e, seance, monde.moreau, moment)
    try:
        with clock.figer(moment):
            depot = planning.demander_reservation(monde.claire, monde.moreau, [(e.id, seance.id)])
        assert depot.retenus == [(e.id, seance.id)]
        assert attendu
    except Refus as refus:
        assert not attendu, refus.phrase
        assert Reservation.select().count() == 0
    finally:
        fermer()
