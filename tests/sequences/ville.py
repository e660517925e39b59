"""The town as a machine: two parents of one family, one of another, two agents, an animateur, the clock.

Each rule is one act of the domain. It is taken, or refused with a sentence and then nothing at all has
changed; whatever else it raises is a fault. After each, what must hold of any town is looked at
(`invariants`, `verifier`).
"""

import datetime as dt
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import workflows as w
from models import Calendrier, Demande, Ligne, MotifAbsence, Preinscription, Reservation, Seance, db
from models import write_transaction as acte_de_la_ville
from portail import clock
from portail.domain import liste_attente, longue_periode, moderation, planning, preinscriptions
from portail.domain.demandes import annuler_demande
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.jours_voulus import Habitude
from portail.domain.longue_periode import SouhaitLong
from portail.domain.refus import Refus
from portail.domain.transitions import Acteur, franchir
from portail.domain.verification import verifier
from tests.actes import empreinte
from tests.invariants import fautes
from tests.preinscriptions.souhaits import souhait
from tests.remise import Origine
from tests.sequences.monde_joue import DEPART, SEANCES, activite_de, couvert

ENFANTS = ("lea", "noe", "ines", "tomas")
parents = st.sampled_from(("claire", "julien", "claire", "paulo"))
agents = st.sampled_from(("sophie", "marc"))
fratries = st.sets(st.sampled_from(ENFANTS), min_size=1, max_size=3)
reponses = st.sampled_from(
    (moderation.accepter, moderation.accepter, moderation.mettre_en_attente, moderation.refuser)
)
rangs = st.integers(0, 60)
couples = st.tuples(st.sampled_from(ENFANTS), st.sampled_from(SEANCES))
voeux = st.lists(couples, min_size=1, max_size=6, unique=True)
motifs = st.sampled_from((None, "Maladie", "Voyage"))
REPRISES = ("preinscription", "abonnement")
"""What the small world was founded with, that has no line in the journal."""


class Ville(RuleBasedStateMachine):
    origine: ClassVar[Origine]

    def __init__(self) -> None:
        super().__init__()
        self.monde = self.origine.remettre()
        self.seances = {
            (nom, jour): Seance.get(Seance.activite == activite_de(self.monde, nom), Seance.jour == jour).id
            for nom, jour in SEANCES
        }
        self.enfants = {nom: getattr(self.monde, nom).id for nom in ENFANTS}
        self.comptes = {nom: getattr(self.monde, nom) for nom in ("claire", "paulo", "sophie", "marc")}
        self.comptes["julien"] = type(self.monde.claire).get(email="julien@example.org")
        self.theatre = activite_de(self.monde, "theatre")
        self.motifs = {m.nom: m.id for m in MotifAbsence.select()}
        self.a_reprendre = False
        """Something has happened that no act could see: only the next sweep gives the places."""
        self.gel = None
        self.regler(DEPART)

    def regler(self, moment: dt.datetime) -> None:
        if self.gel:
            self.gel.__exit__(None, None, None)
        self.maintenant = moment.astimezone(dt.UTC)  # hours are added to instants, not to what clocks show
        self.gel = clock.figer(self.maintenant)
        self.gel.__enter__()

    def teardown(self) -> None:
        self.gel.__exit__(None, None, None)

    # ——— one act, and what holds of any ———

    def faire(self, acte):
        avant = self.tout()
        try:
            return acte()
        except Refus as refus:
            assert refus.phrase.endswith((".", "…"))
            assert self.tout() == avant, "refused, and something was written"
            return None

    def tout(self) -> tuple:
        lues = [
            _lire(f"id, statut FROM {table} ORDER BY id")
            for table in ("reservation", "ligne", "demande", "preinscription")
        ]
        return empreinte(), lues, _lire("id, prises FROM seance ORDER BY id")

    def qui(self, nom: str) -> tuple:
        return self.comptes[nom], self.monde.dasilva if nom == "paulo" else self.monde.moreau

    def ids(self, voeux) -> list[tuple[int, int]]:
        return [(self.enfants[enfant], self.seances[seance]) for enfant, seance in voeux]

    def au_rang(self, table, rang: int, *conditions):
        requete = table.select().order_by(table.id)
        lignes = list(requete.where(*conditions) if conditions else requete)
        return lignes[rang % len(lignes)] if lignes else None

    # ——— the families ———

    @initialize(oui=st.booleans())
    def commencer(self, oui):
        """Some days have passed: things are booked, people wait."""
        lundi = [s for s in SEANCES if s[1] == SEANCES[0][1]]
        for parent, enfants in (("paulo", ("tomas",)), ("claire", ("lea", "noe", "ines"))):
            self.demander(parent, [(e, s) for s in lundi for e in enfants], oui)
        self.repondre("sophie", 0, moderation.accepter, None)

    @rule(parent=parents, voeux=voeux, ensemble=st.booleans())
    def demander(self, parent, voeux, ensemble):
        compte, famille = self.qui(parent)
        self.faire(lambda: planning.demander_reservation(compte, famille, self.ids(voeux), ensemble=ensemble))

    @rule(parent=parents, voeux=voeux, ensemble=st.booleans(), rang=rangs, motif=motifs)
    def demander_et_s_absenter(self, parent, voeux, ensemble, rang, motif):
        compte, famille = self.qui(parent)
        pris = self.au_rang(Reservation, rang, Reservation.statut == w.RESERVE)
        voulus = {
            w.NATURE_RESERVATION: self.ids(voeux),
            w.NATURE_ABSENCE: [(pris.enfant_id, pris.seance_id)] if pris else [],
        }
        self.faire(
            lambda: planning.demander(
                compte, famille, voulus, ensemble=ensemble, motif=self.motifs.get(motif)
            )
        )

    @precondition(lambda self: Reservation.select().where(Reservation.statut == w.RESERVE).exists())
    @rule(rang=rangs, motif=motifs, a_deux=st.booleans())
    def s_absenter(self, rang, motif, a_deux):
        pris = self.au_rang(Reservation, rang, Reservation.statut == w.RESERVE)
        parent = "paulo" if pris.enfant_id == self.enfants["tomas"] else "julien" if a_deux else "claire"
        compte, famille = self.qui(parent)
        voulus = [(pris.enfant_id, pris.seance_id)]
        depot = self.faire(
            lambda: planning.declarer_absence(compte, famille, voulus, motif=self.motifs.get(motif))
        )
        if depot and depot.demande and motif:
            attendue = motif == "Voyage"
            assert [ligne.facturee for ligne in depot.demande.lignes] == [attendue]

    @rule(
        parent=parents,
        nature=st.sampled_from((w.NATURE_RESERVATION, w.NATURE_RESERVATION, w.NATURE_ABSENCE)),
        enfants=fratries,
        activites=st.sets(st.sampled_from(("matin", "cantine", "soir")), min_size=1),
        ensemble=st.booleans(),
        agent=st.none() | agents,
    )
    def demander_une_longue_periode(self, parent, nature, enfants, activites, ensemble, agent):
        compte, famille = self.qui(parent)
        long = SouhaitLong(
            nature,
            frozenset(self.enfants[e] for e in enfants),
            frozenset(activite_de(self.monde, a).id for a in activites),
            max(clock.aujourdhui(), DEPART.date()),
            dt.date(2026, 12, 18) if self.maintenant < DEPART + dt.timedelta(50) else dt.date(2027, 4, 2),
            frozenset({Habitude(0, "toutes"), Habitude(4, "toutes")}),
            ensemble=ensemble,
        )
        if agent:
            self.faire(lambda: longue_periode.demander_au_guichet(self.comptes[agent], famille, long))
        else:
            self.faire(lambda: longue_periode.demander(compte, famille, long))

    @precondition(lambda self: Ligne.select().exists())
    @rule(parent=parents, rang=rangs, entiere=st.booleans())
    def annuler(self, parent, rang, entiere):
        compte, famille = self.qui(parent)
        ligne = self.au_rang(Ligne, rang)
        if entiere or ligne.reservation_id is None:
            self.faire(lambda: annuler_demande(compte, famille, ligne.demande_id))
        else:
            self.faire(lambda: planning.annuler(compte, famille, ligne.id))

    @precondition(lambda self: Reservation.select().exists())
    @rule(parent=parents, rang=rangs, attend=st.booleans())
    def renoncer(self, parent, rang, attend):
        compte, famille = self.qui(parent)
        conditions = [Reservation.statut == w.LISTE_ATTENTE] if attend else []
        if trouvee := self.au_rang(Reservation, rang, *conditions):
            voeu = (trouvee.enfant_id, trouvee.seance_id)
            self.faire(lambda: liste_attente.renoncer(compte, famille, voeu))

    @rule(
        parent=parents, enfants=st.sets(st.sampled_from(ENFANTS), min_size=1, max_size=3), jours=st.booleans()
    )
    def preinscrire(self, parent, enfants, jours):
        compte, famille = self.qui(parent)
        siens = [getattr(self.monde, nom) for nom in sorted(enfants)]
        debut = max(clock.aujourdhui(), dt.date(2026, 11, 2))
        voulus = [dt.date(2026, 12, 11)] if jours else []
        voulu = souhait(self.theatre, *siens, debut=debut, fin=dt.date(2027, 6, 30), jours=voulus)
        self.faire(lambda: preinscriptions.deposer(compte, famille, voulu))

    # ——— the town ———

    @rule(agent=agents, voeux=voeux, ensemble=st.booleans(), absence=st.booleans())
    def demander_au_guichet(self, agent, voeux, ensemble, absence):
        nature = w.NATURE_ABSENCE if absence else w.NATURE_RESERVATION
        self.faire(
            lambda: planning.demander_au_guichet(
                self.comptes[agent], self.monde.moreau, {nature: self.ids(voeux)}, ensemble=ensemble
            )
        )

    @precondition(lambda self: Demande.select().where(Demande.statut == w.EN_ATTENTE).exists())
    @rule(
        agent=agents,
        rang=rangs,
        acte=reponses,
        choix=st.none() | st.sets(st.integers(0, 5), min_size=1, max_size=3),
    )
    def repondre(self, agent, rang, acte, choix):
        demande = self.au_rang(Demande, rang, Demande.statut == w.EN_ATTENTE)
        if demande is None:
            return
        lignes = list(demande.lignes.order_by(Ligne.id))
        ids = None if choix is None else [lignes[n % len(lignes)].id for n in choix]
        motif = ("Activité complète",) if acte is moderation.refuser else ()
        self.faire(lambda: acte(self.comptes[agent], demande.id, *motif, lignes=ids))

    @precondition(lambda self: Reservation.select().where(Reservation.statut == w.LISTE_ATTENTE).exists())
    @rule(agent=agents, rang=rangs)
    def donner_la_place(self, agent, rang):
        attend = self.au_rang(Reservation, rang, Reservation.statut == w.LISTE_ATTENTE)
        donnees = self.faire(lambda: liste_attente.donner_la_place(self.comptes[agent], attend.id))
        if donnees:
            assert attend.id in {r.id for r in donnees}
            assert couvert(attend.enfant_id, attend.seance)

    @rule()
    def reprendre(self):
        liste_attente.reprendre()
        self.a_reprendre = False

    @rule(jour=st.sampled_from(sorted({jour for _, jour in SEANCES})), leve=st.booleans())
    def fermer_ou_rouvrir(self, jour, leve):
        Calendrier.delete().where(Calendrier.nom == "Grève", Calendrier.debut == jour).execute()
        if not leve:
            Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)
        self.a_reprendre = True

    @rule(seance=st.sampled_from(SEANCES))
    def ajouter_une_place(self, seance):
        Seance.update(places=Seance.places + 1, mouvements=Seance.mouvements + 1).where(
            Seance.id == self.seances[seance]
        ).execute()
        self.a_reprendre = True

    @rule(agent=agents, rang=rangs, jours=st.integers(0, 60))
    def finir_une_inscription(self, agent, rang, jours):
        sienne = self.au_rang(Preinscription, rang)
        dernier = clock.aujourdhui() + dt.timedelta(jours)
        famille_id = sienne.enfant.famille_id
        self.faire(lambda: mettre_fin(self.comptes[agent], famille_id, sienne.id, dernier))

    @rule(rang=rangs, present=st.booleans())
    def pointer(self, rang, present):
        """Of a séance that has begun: nothing that it frees can be given any more."""
        pris = self.au_rang(Reservation, rang, Reservation.statut == w.RESERVE)
        if pris and clock.instant(pris.seance.jour, pris.seance.debut) <= clock.maintenant():
            acte = w.POINTER_PRESENT if present else w.POINTER_ABSENT
            with acte_de_la_ville():
                franchir(
                    pris, acte, Acteur(self.monde.animateur, w.ANIMATEUR), famille_id=pris.enfant.famille_id
                )

    # ——— the clock ———

    @rule(heures=st.sampled_from((1, 1, 5, 20, 60)))
    def laisser_passer_le_temps(self, heures):
        self.regler(self.maintenant + dt.timedelta(hours=heures))

    @rule(ecart=st.sampled_from((-1, 0, 1)), absence=st.booleans())
    def aller_a_la_prochaine_limite(self, ecart, absence):
        """To the very second, the one before, the one after."""
        champ = Seance.limite_absence if absence else Seance.limite_reservation
        suivantes = [s for (s,) in Seance.select(champ).where(champ > clock.maintenant()).tuples()]
        if suivantes:
            self.regler(max(self.maintenant, min(suivantes) + dt.timedelta(seconds=ecart)))

    # ——— what always holds ———

    @invariant()
    def les_invariants_du_domaine_tiennent(self):
        assert fautes() == []

    @invariant()
    def verifier_ne_trouve_rien(self):
        ruptures = [
            rupture
            for rupture in verifier(montrees=50)
            if not rupture.phrase.startswith(REPRISES)
            and not (self.a_reprendre and rupture.invariant == "Places à donner")
        ]
        assert ruptures == []


def _lire(quoi: str) -> list[tuple]:
    return db.execute_sql(f"SELECT {quoi}").fetchall()
