"""The demandes of the demonstration: what families asked since the portal opened, what agents answered."""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from random import Random

import workflows as w
from portail import clock
from portail.demo.equipements import SeanceDemo
from portail.demo.familles import CompteDemo, EnfantDemo, FamilleDemo
from portail.demo.temps import Temps

REPRENDRE = "reprendre"
DEPOSER = "deposer"


@dataclass(eq=False, slots=True)
class CreneauDemo:
    """A booking with a story: told line by line in the journal."""

    id: int
    enfant: EnfantDemo
    seance: SeanceDemo
    statut: str = w.NON_RESERVE


@dataclass(eq=False, slots=True)
class LigneDemo:
    creneau: CreneauDemo
    statut: str = w.EN_ATTENTE
    motif: str = ""
    id: int = 0


@dataclass(eq=False, slots=True)
class DemandeDemo:
    famille: FamilleDemo
    auteur: CompteDemo
    nature: str
    deposee_le: dt.datetime
    lignes: list[LigneDemo] = field(default_factory=list)
    statut: str = w.EN_ATTENTE
    repondue_le: dt.datetime | None = None
    agent: CompteDemo | None = None
    id: int = 0

    @property
    def a_traiter_avant(self) -> dt.datetime:
        return min(limite(self.nature, ligne.creneau.seance) for ligne in self.lignes)


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the journal to come; the ids of `objet` and `demande` are known when it is written."""

    quand: dt.datetime
    auteur: CompteDemo | None
    acte: str
    table: str
    objet: CreneauDemo | LigneDemo | DemandeDemo
    de: str
    vers: str
    famille: FamilleDemo
    demande: DemandeDemo | None
    detail: str = ""


def limite(nature: str, seance: SeanceDemo) -> dt.datetime:
    """The family's own deadline for what it asks."""
    return seance.limite_absence if nature == w.NATURE_ABSENCE else seance.limite_reservation


@dataclass
class Registre:
    """Every demande and every créneau that has a story; the only writer of their statuses, by the tables."""

    temps: Temps
    agents: tuple[CompteDemo, ...]
    animateur: CompteDemo
    demandes: list[DemandeDemo] = field(default_factory=list)
    creneaux: dict[tuple[int, int], CreneauDemo] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)

    # ——— the acts ———

    def deposer(
        self, nature: str, auteur: CompteDemo, quand: dt.datetime, voeux: list[tuple[EnfantDemo, SeanceDemo]]
    ) -> DemandeDemo:
        """A family asks: bookings, or absences from what is booked."""
        famille = voeux[0][0].famille
        demande = DemandeDemo(famille, auteur, nature, quand)
        self.demandes.append(demande)
        self._tracer(quand, auteur, DEPOSER, demande, "", w.EN_ATTENTE, demande)
        for enfant, seance in voeux:
            creneau = self.creneaux[enfant.id, seance.id] = CreneauDemo(
                len(self.creneaux) + 1, enfant, seance
            )
            ligne = LigneDemo(creneau)
            demande.lignes.append(ligne)
            if nature == w.NATURE_ABSENCE:
                self._reprendre(creneau)
                self._franchir(
                    creneau, w.DECLARER_ABSENCE, w.FAMILLE, quand, auteur, demande, w.ABSENCE_ATTENTE
                )
            elif seance.activite.modele.automatique:
                self._franchir(creneau, w.DEMANDER, w.FAMILLE, quand, auteur, demande, w.RESERVE)
                self._repondre_a_la_ligne(ligne, w.ACCEPTER, quand, None, demande)
            else:
                self._franchir(creneau, w.DEMANDER, w.FAMILLE, quand, auteur, demande, w.RESERVATION_ATTENTE)
        self._conclure(demande, quand, None)
        return demande

    def accepter(
        self,
        demande: DemandeDemo,
        ligne: LigneDemo,
        quand: dt.datetime,
        agent: CompteDemo,
        en_liste: bool = False,
    ) -> None:
        """An agent says yes: the absence is noted, the place given, or the next one that frees itself."""
        if demande.nature == w.NATURE_ABSENCE:
            vers = w.ABSENT
        else:
            vers = w.LISTE_ATTENTE if en_liste else w.RESERVE
            ligne.creneau.seance.complete |= en_liste
        self._franchir(ligne.creneau, w.ACCEPTER, w.AGENT, quand, agent, demande, vers)
        self._repondre_a_la_ligne(ligne, w.ACCEPTER, quand, agent, demande)

    def refuser(
        self, demande: DemandeDemo, ligne: LigneDemo, quand: dt.datetime, agent: CompteDemo, motif: str
    ) -> None:
        """An agent says no, and why."""
        vers = w.RESERVE if demande.nature == w.NATURE_ABSENCE else w.NON_RESERVE
        self._franchir(ligne.creneau, w.REFUSER, w.AGENT, quand, agent, demande, vers, motif)
        ligne.motif = motif
        self._repondre_a_la_ligne(ligne, w.REFUSER, quand, agent, demande)

    def annuler(self, demande: DemandeDemo, quand: dt.datetime) -> None:
        """The family changes its mind before the answer."""
        vers = w.RESERVE if demande.nature == w.NATURE_ABSENCE else w.NON_RESERVE
        for ligne in demande.lignes:
            self._franchir(ligne.creneau, w.ANNULER, w.FAMILLE, quand, demande.auteur, demande, vers)
            ligne.statut = w.ANNULEE
            self._tracer(quand, demande.auteur, w.ANNULER, ligne, w.EN_ATTENTE, w.ANNULEE, demande)
        self._conclure(demande, quand, None)

    def pointer(self, creneau: CreneauDemo, present: bool) -> None:
        """On the day, the child came or did not."""
        acte, vers = (w.POINTER_PRESENT, w.PRESENT) if present else (w.POINTER_ABSENT, w.ABSENT)
        self._franchir(
            creneau, acte, w.ANIMATEUR, heure_du_pointage(creneau.seance), self.animateur, None, vers
        )

    def reserver(self, enfant: EnfantDemo, seance: SeanceDemo) -> CreneauDemo:
        """A booking of before the portal, without a demande."""
        creneau = self.creneaux[enfant.id, seance.id] = CreneauDemo(len(self.creneaux) + 1, enfant, seance)
        self._reprendre(creneau)
        return creneau

    # ——— how they are told ———

    def _reprendre(self, creneau: CreneauDemo) -> None:
        creneau.statut = w.RESERVE
        creneau.seance.prises += 1
        self._tracer(self.temps.ouverture, None, REPRENDRE, creneau, "", w.RESERVE, None)

    def _franchir(
        self,
        creneau: CreneauDemo,
        acte: str,
        role: str,
        quand: dt.datetime,
        auteur: CompteDemo | None,
        demande: DemandeDemo | None,
        vers: str,
        motif: str = "",
    ) -> None:
        de = creneau.statut
        if vers not in w.CRENEAU.transition(de, acte, role).vers:
            raise ValueError(f"{acte} ne mène pas de {de} à {vers}")
        creneau.statut = vers
        creneau.seance.prises += (vers in w.OCCUPENT_UNE_PLACE) - (de in w.OCCUPENT_UNE_PLACE)
        self._tracer(quand, auteur, acte, creneau, de, vers, demande, motif)

    def _repondre_a_la_ligne(
        self, ligne: LigneDemo, acte: str, quand: dt.datetime, agent: CompteDemo | None, demande: DemandeDemo
    ) -> None:
        (ligne.statut,) = w.LIGNE.transitions[w.EN_ATTENTE, acte].vers
        self._tracer(quand, agent, acte, ligne, w.EN_ATTENTE, ligne.statut, demande, ligne.motif)
        if agent is not None:
            demande.agent, demande.repondue_le = agent, quand
            self._conclure(demande, quand, agent)

    def _conclure(self, demande: DemandeDemo, quand: dt.datetime, agent: CompteDemo | None) -> None:
        acte = w.acte_concluant(ligne.statut for ligne in demande.lignes)
        if acte is not None:
            (demande.statut,) = w.DEMANDE.transitions[w.EN_ATTENTE, acte].vers
            demande.repondue_le = quand
            auteur = demande.auteur if acte == w.ANNULER else agent
            self._tracer(quand, auteur, acte, demande, w.EN_ATTENTE, demande.statut, demande)

    def _tracer(self, quand, auteur, acte, objet, de, vers, demande, detail="") -> None:
        table = {CreneauDemo: "reservation", LigneDemo: "ligne", DemandeDemo: "demande"}[type(objet)]
        famille = objet.enfant.famille if isinstance(objet, CreneauDemo) else demande.famille
        self.traces.append(Trace(quand, auteur, acte, table, objet, de, vers, famille, demande, detail))

    def numeroter(self) -> None:
        """Demandes are numbered in the order in which they came; the journal follows time."""
        self.demandes.sort(key=lambda demande: demande.deposee_le)
        numeros = count(1)
        for numero, demande in enumerate(self.demandes, start=1):
            demande.id = numero
            for ligne in demande.lignes:
                ligne.id = next(numeros)
        self.traces.sort(key=lambda trace: trace.quand)


def heure_du_pointage(seance: SeanceDemo) -> dt.datetime:
    """The roll is called a quarter of an hour after the start."""
    return clock.instant(seance.jour, seance.debut) + dt.timedelta(minutes=15)


# ——— drawn at random ———

EN_ATTENTE_AU_TOTAL = 100
EN_RETARD = 20
"""How many times one past its deadline is looked for."""
TENTATIVES = 60
HORIZON = 35
"""How many days ahead families ask."""
JAMAIS = dt.datetime.max.replace(tzinfo=dt.UTC)

MOTIFS_RESERVATION = (
    "Activité complète",
    "Délai dépassé",
    "Pièce manquante au dossier : l’assurance scolaire de l’année",
    "Le groupe des moins de 6 ans est complet ce jour-là",
)
MOTIFS_ABSENCE = (
    "Absence non recevable pour ce jour",
    "Le repas est déjà commandé : au-delà du délai, il reste dû",
    "Sortie à la journée déjà réglée au prestataire",
)


@dataclass
class Tirage:
    """Draws demandes that the rules would have allowed on the day they were made."""

    registre: Registre
    enfants: list[EnfantDemo]
    alea: Random

    @property
    def temps(self) -> Temps:
        return self.registre.temps

    def en_attente(self, total: int) -> None:
        """Demandes that wait for an answer; a few of them, where the calendar allows, past their deadline."""
        lendemain = self.temps.matin + dt.timedelta(days=1)
        deposees = 0
        for essai in range(10 * total):
            nature = w.NATURE_ABSENCE if self.alea.random() < 0.35 else w.NATURE_RESERVATION
            if essai < EN_RETARD:
                quand = self._il_y_a(1, 8)
                echeances = (quand, self.temps.matin)
            else:
                quand = self._il_y_a(1, 5)
                echeances = (lendemain, JAMAIS)
            if self._deposer(nature, quand, self.temps.aujourdhui, echeances) is not None:
                deposees += 1
            if deposees == total:
                return

    def historique(self, total: int) -> None:
        """Demandes answered or withdrawn since the portal opened."""
        for _ in range(total):
            nature = w.NATURE_ABSENCE if self.alea.random() < 0.4 else w.NATURE_RESERVATION
            quand = self._il_y_a(3, 40)
            repondue_le = self._heure_de_bureau(quand)
            apres = max(clock.a_paris(repondue_le).date(), clock.a_paris(self.temps.ouverture).date())
            demande = self._deposer(nature, quand, apres, (quand, JAMAIS), automatiques=True)
            if demande is not None and demande.statut == w.EN_ATTENTE:
                self._repondre(demande, repondue_le)
            for ligne in demande.lignes if demande else ():
                if ligne.creneau.statut == w.RESERVE and ligne.creneau.seance.jour < self.temps.aujourdhui:
                    self.registre.pointer(ligne.creneau, self.alea.random() < 0.95)

    def _repondre(self, demande: DemandeDemo, quand: dt.datetime) -> None:
        tirage, agent = self.alea.random(), self.alea.choice(self.registre.agents)
        if tirage < 0.12:
            self.registre.annuler(demande, demande.deposee_le + (quand - demande.deposee_le) / 2)
            return
        motifs = MOTIFS_ABSENCE if demande.nature == w.NATURE_ABSENCE else MOTIFS_RESERVATION
        for ligne in demande.lignes:
            a_venir = ligne.creneau.seance.jour > self.temps.aujourdhui
            if tirage < 0.26 or (tirage < 0.36 and self.alea.random() < 0.5):
                self.registre.refuser(demande, ligne, quand, agent, self.alea.choice(motifs))
            else:
                en_liste = demande.nature == w.NATURE_RESERVATION and a_venir and self.alea.random() < 0.06
                self.registre.accepter(demande, ligne, quand, agent, en_liste)

    def _deposer(
        self,
        nature: str,
        quand: dt.datetime,
        apres: dt.date,
        echeances: tuple[dt.datetime, dt.datetime],
        automatiques: bool = False,
    ) -> DemandeDemo | None:
        """One demande on séances after the day `apres`, whose deadlines are between `echeances`.

        A child is drawn until one suits; None when none does.
        """
        for _ in range(TENTATIVES):
            enfant = self.alea.choice(self.enfants)
            inscriptions = [i for i in enfant.inscriptions if i.validee]
            if not inscriptions:
                continue
            inscription = self.alea.choice(inscriptions)
            activite = inscription.activite
            if activite.modele.automatique and (nature == w.NATURE_ABSENCE or not automatiques):
                continue
            veille = max(apres, inscription.debut - dt.timedelta(1))
            fin = min(apres + dt.timedelta(HORIZON), inscription.fin)
            # they are in the order of their days
            de, a = (bisect_right(activite.seances, jour, key=attrgetter("jour")) for jour in (veille, fin))
            possibles = [
                seance
                for seance in activite.seances[de:a]
                if echeances[0] < limite(nature, seance) < echeances[1]
                and (seance.id in enfant.voulues) == (nature == w.NATURE_ABSENCE)
                and (enfant.id, seance.id) not in self.registre.creneaux
            ]
            if possibles:
                nombre = min(self.alea.choices((1, 2, 3, 4, 5), (50, 20, 15, 10, 5))[0], len(possibles))
                choisies = sorted(self.alea.sample(possibles, nombre), key=lambda seance: seance.jour)
                auteur = self.alea.choice(enfant.famille.comptes)
                return self.registre.deposer(nature, auteur, quand, [(enfant, s) for s in choisies])
        return None

    def _il_y_a(self, au_moins: int, au_plus: int) -> dt.datetime:
        """A moment when parents have time, some days ago."""
        jour = self.temps.aujourdhui - dt.timedelta(self.alea.randint(au_moins, au_plus))
        heure = self.alea.choices((7, 8, 10, 12, 13, 17, 18, 20, 21, 22), (6, 6, 4, 10, 8, 6, 8, 14, 22, 16))[
            0
        ]
        return clock.instant(jour, dt.time(heure, self.alea.randrange(60), self.alea.randrange(60)))

    def _heure_de_bureau(self, apres: dt.datetime) -> dt.datetime:
        """When an agent answers: the next working morning or afternoon, or the one after."""
        jour = clock.a_paris(apres).date() + dt.timedelta(self.alea.randint(1, 2))
        while self.temps.calendrier.non_ouvre(jour) and jour < self.temps.aujourdhui - dt.timedelta(1):
            jour += dt.timedelta(1)
        heure = dt.time(
            self.alea.choice((9, 10, 11, 14, 15, 16)), self.alea.randrange(60), self.alea.randrange(60)
        )
        return clock.instant(jour, heure)
