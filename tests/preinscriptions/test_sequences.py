"""Whatever families and agents do with pre-registrations, in whatever order: the invariants hold.

The same town as `tests/test_proprietes.py`, that asks, answers, books and ends registrations early.
"""

import datetime as dt
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import workflows as w
from models import Courriel, Demande, Ligne, Preinscription, Reservation, Seance
from portail import clock
from portail.domain import echanges, moderation, planning, preinscriptions
from portail.domain.demandes import annuler_demande
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.refus import Refus
from portail.domain.verification import verifier
from tests.conftest import fermer
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.monde import MAINTENANT
from tests.preinscriptions.souhaits import atelier, jours_de, souhait
from tests.test_proprietes import REGLAGES, ouvrir

FIN_DE_DECEMBRE = dt.date(2026, 12, 18)
PERIODES = (
    (dt.date(2026, 12, 2), FIN_DE_DECEMBRE),
    (dt.date(2026, 12, 9), FIN_DE_DECEMBRE),
    (dt.date(2026, 12, 2), dt.date(2026, 12, 8)),
    (dt.date(2027, 1, 4), dt.date(2027, 2, 5)),
)
MOREAU, DASILVA = ("claire", "moreau"), ("paulo", "dasilva")
familles = st.sampled_from((MOREAU, MOREAU, DASILVA))
agents = st.sampled_from(("sophie", "marc"))
rangs = st.integers(0, 30)


class Inscriptions(RuleBasedStateMachine):
    """Four children, one place a day, two agents, the time that passes."""

    modele: ClassVar[Path]
    dossier: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.monde = ouvrir(self.modele, self.dossier)
        self.maintenant = MAINTENANT
        self.gel = clock.figer(MAINTENANT)
        self.gel.__enter__()
        self.theatre = atelier(self.monde, places=1)
        self.jours = jours_de(self.theatre, *PERIODES[0])
        enfants = ("lea", "noe", "ines", "tomas")
        self.enfants = {nom: getattr(self.monde, nom) for nom in enfants}

    def teardown(self) -> None:
        ruptures = list(verifier(montrees=1000))
        self.gel.__exit__(None, None, None)
        fermer()
        assert [r for r in ruptures if not r.phrase.startswith(("preinscription", "abonnement"))] == []

    def faire(self, acte):
        """Do it. A refusal is an answer like another, but then nothing at all has changed."""
        avant = contenu()
        try:
            return acte()
        except Refus as refus:
            assert refus.phrase.endswith(".")
            assert contenu() == avant
            return None

    def qui(self, noms):
        return tuple(getattr(self.monde, nom) for nom in noms)

    def demande(self, rang: int) -> Demande:
        toutes = list(Demande.select().order_by(Demande.id))
        return toutes[rang % len(toutes)]

    # ——— what people do ———

    @initialize()
    def commencer(self):
        """Some days are booked, and somebody waits for them."""
        self.deposer(MOREAU, {"lea", "noe"}, PERIODES[0], {1, 2, 3})
        self.repondre("sophie", 0, True, None)
        self.deposer(DASILVA, {"tomas"}, PERIODES[0], {1, 2})

    @rule(
        qui=familles,
        enfants=st.sets(st.sampled_from(("lea", "noe", "ines", "tomas")), min_size=1, max_size=3),
        periode=st.sampled_from(PERIODES),
        jours=st.sets(st.integers(0, 4)),
    )
    def deposer(self, qui, enfants, periode, jours):
        compte, famille = self.qui(qui)
        siens = [self.enfants[nom] for nom in sorted(enfants)]
        debut, fin = periode
        voulu = souhait(self.theatre, *siens, debut=debut, fin=fin, jours=[self.jours[n] for n in jours])
        demande = self.faire(lambda: preinscriptions.deposer(compte, famille, voulu))
        if demande:
            assert {e.famille_id for e in siens} == {famille.id}

    @precondition(lambda self: Demande.select().exists())
    @rule(
        agent=agents, rang=rangs, oui=st.booleans(), choix=st.none() | st.sets(st.integers(0, 2), min_size=1)
    )
    def repondre(self, agent, rang, oui, choix):
        (qui,), demande = self.qui([agent]), self.demande(rang)
        lignes = [ligne.id for ligne in demande.lignes.order_by(Ligne.id)]
        ids = None if choix is None else [lignes[n % len(lignes)] for n in choix]
        if oui:
            rendue = self.faire(lambda: moderation.accepter(qui, demande.id, ids))
        else:
            rendue = self.faire(lambda: moderation.refuser(qui, demande.id, "Activité complète", ids))
        if rendue:
            assert Courriel.select().where(Courriel.cle.startswith(f"reponse:{demande.id}:")).exists()

    @precondition(lambda self: Demande.select().exists())
    @rule(qui=familles, rang=rangs)
    def annuler(self, qui, rang):
        compte, famille = self.qui(qui)
        demande = self.demande(rang)
        self.faire(lambda: annuler_demande(compte, famille, demande.id))

    @precondition(lambda self: Demande.select().exists())
    @rule(agent=agents, rang=rangs)
    def demander_une_piece(self, agent, rang):
        (compte,), demande = self.qui([agent]), self.demande(rang)
        self.faire(lambda: echanges.demander_une_piece(compte, demande.id, "Une attestation"))

    @precondition(lambda self: Demande.select().exists())
    @rule(qui=familles, rang=rangs)
    def ecrire_a_la_mairie(self, qui, rang):
        compte, famille = self.qui(qui)
        demande = self.demande(rang)
        self.faire(lambda: echanges.repondre(compte, famille, demande.id, "Voici"))

    @rule(agent=agents, rang=rangs, jours=st.integers(-2, 20))
    def finir(self, agent, rang, jours):
        toutes = list(
            Preinscription.select().where(Preinscription.activite == self.theatre).order_by(Preinscription.id)
        )
        sienne, (compte,) = toutes[rang % len(toutes)], self.qui([agent])
        dernier = self.maintenant.date() + dt.timedelta(jours)
        fin = self.faire(lambda: mettre_fin(compte, sienne.enfant.famille_id, sienne.id, dernier))
        if fin:
            restent = (
                Reservation.select()
                .join(Seance)
                .where(
                    Reservation.enfant == sienne.enfant_id,
                    Seance.activite == self.theatre,
                    Seance.jour > dernier,
                    Reservation.statut != w.NON_RESERVE,
                )
            )
            autres = Preinscription.select().where(
                Preinscription.enfant == sienne.enfant_id,
                Preinscription.activite == self.theatre,
                Preinscription.id != sienne.id,
                Preinscription.statut == w.RESERVATION_POSSIBLE,
            )
            assert autres.exists() or not restent.exists()

    @rule(
        qui=familles,
        enfant=st.sampled_from(("lea", "noe", "tomas")),
        jour=st.integers(0, 4),
        oui=st.booleans(),
    )
    def reserver_ou_s_absenter(self, qui, enfant, jour, oui):
        compte, famille = self.qui(qui)
        voeu = (self.enfants[enfant].id, self.monde.seance(self.theatre, self.jours[jour]).id)
        acte = planning.demander_reservation if oui else planning.declarer_absence
        self.faire(lambda: acte(compte, famille, [voeu]))

    @rule(heures=st.sampled_from((1, 5, 30, 100)))
    def laisser_passer_le_temps(self, heures):
        self.gel.__exit__(None, None, None)
        self.maintenant += dt.timedelta(hours=heures)
        self.gel = clock.figer(self.maintenant)
        self.gel.__enter__()

    # ——— what always holds ———

    @invariant()
    def les_invariants_du_domaine_tiennent(self):
        assert fautes() == []


def test_whatever_people_do_the_invariants_hold(modele_sqlite, tmp_path):
    class CesInscriptions(Inscriptions):
        modele = modele_sqlite
        dossier = tmp_path

    run_state_machine_as_test(
        CesInscriptions, settings=settings(max_examples=25, stateful_step_count=20, **REGLAGES)
    )
