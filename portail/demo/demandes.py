"""The demandes of the demonstration: what families asked since the portal opened, what agents answered."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count

import workflows as w
from portail import clock
from portail.demo.equipements import SeanceDemo
from portail.demo.familles import AdulteDemo, CompteDemo, EnfantDemo, FamilleDemo, Inscription
from portail.demo.temps import Temps
from portail.domain.champs import FICHES, Champ
from portail.domain.regles_preinscription import a_traiter_avant

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
class ModificationDemo:
    """A field of the family file that a family wants changed."""

    fiche: AdulteDemo | EnfantDemo
    champ: Champ
    avant: str
    apres: str
    statut: str = w.EN_ATTENTE
    motif: str = ""
    id: int = 0


@dataclass(eq=False, slots=True)
class LigneDInscription:
    """A child to be registered, and the days to be booked at once."""

    enfant: EnfantDemo
    inscription: Inscription
    jours: tuple[SeanceDemo, ...] = ()
    statut: str = w.EN_ATTENTE
    motif: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class MessageDemo:
    auteur: CompteDemo
    de_la_mairie: bool
    texte: str
    ecrit_le: dt.datetime


Reponse = LigneDemo | ModificationDemo | LigneDInscription
"""What is asked and answered on its own."""


@dataclass(eq=False, slots=True)
class DemandeDemo:
    famille: FamilleDemo
    auteur: CompteDemo
    nature: str
    deposee_le: dt.datetime
    lignes: list[LigneDemo] = field(default_factory=list)
    modifications: list[ModificationDemo] = field(default_factory=list)
    inscriptions: list[LigneDInscription] = field(default_factory=list)
    messages: list[MessageDemo] = field(default_factory=list)
    piece_attendue: str = ""
    statut: str = w.EN_ATTENTE
    repondue_le: dt.datetime | None = None
    agent: CompteDemo | None = None
    id: int = 0

    @property
    def reponses(self) -> list[Reponse]:
        return [*self.lignes, *self.modifications, *self.inscriptions]

    @property
    def a_traiter_avant(self) -> dt.datetime | None:
        if self.inscriptions:
            limites = [s.limite_reservation for ligne in self.inscriptions for s in ligne.jours]
            return a_traiter_avant(self.inscriptions[0].inscription.debut, limites, self.deposee_le)
        return min((limite(self.nature, ligne.creneau.seance) for ligne in self.lignes), default=None)


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the journal to come; the ids of `objet` and `demande` are known when it is written."""

    quand: dt.datetime
    auteur: CompteDemo | None
    acte: str
    table: str
    objet: CreneauDemo | Reponse | Inscription | DemandeDemo
    de: str
    vers: str
    famille: FamilleDemo
    demande: DemandeDemo | None
    detail: str = ""


TABLES: dict[type, str] = {
    CreneauDemo: "reservation",
    LigneDemo: "ligne",
    ModificationDemo: "modification",
    LigneDInscription: "ligne",
    Inscription: "preinscription",
    DemandeDemo: "demande",
}


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
        self.tracer(quand, auteur, DEPOSER, demande, "", w.EN_ATTENTE, demande)
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
                self.repondre_a_la_ligne(ligne, w.ACCEPTER, quand, None, demande)
            else:
                self._franchir(creneau, w.DEMANDER, w.FAMILLE, quand, auteur, demande, w.RESERVATION_ATTENTE)
        self.conclure(demande, quand, None)
        return demande

    def demander_des_modifications(
        self, auteur: CompteDemo, quand: dt.datetime, fiche: AdulteDemo | EnfantDemo, voulues: dict[str, str]
    ) -> DemandeDemo:
        """A family asks that these fields of a sheet hold these texts."""
        demande = DemandeDemo(fiche.famille, auteur, w.NATURE_DOSSIER, quand)
        self.demandes.append(demande)
        self.tracer(quand, auteur, DEPOSER, demande, "", w.EN_ATTENTE, demande)
        objet = "enfant" if isinstance(fiche, EnfantDemo) else "responsable"
        for champ in (c for c in FICHES[objet][1] if c.nom in voulues):
            avant = fiche.textes.get(champ.nom, "")
            modification = ModificationDemo(fiche, champ, avant, voulues[champ.nom])
            demande.modifications.append(modification)
            self.tracer(quand, auteur, "demander", modification, "", w.EN_ATTENTE, demande)
        return demande

    def refuser_les_modifications(
        self, demande: DemandeDemo, quand: dt.datetime, agent: CompteDemo, motif: str
    ) -> None:
        for modification in demande.modifications:
            modification.motif = motif
            self.repondre_a_la_ligne(modification, w.REFUSER, quand, agent, demande)

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
        self.repondre_a_la_ligne(ligne, w.ACCEPTER, quand, agent, demande)

    def refuser(
        self, demande: DemandeDemo, ligne: LigneDemo, quand: dt.datetime, agent: CompteDemo, motif: str
    ) -> None:
        """An agent says no, and why."""
        vers = w.RESERVE if demande.nature == w.NATURE_ABSENCE else w.NON_RESERVE
        self._franchir(ligne.creneau, w.REFUSER, w.AGENT, quand, agent, demande, vers, motif)
        ligne.motif = motif
        self.repondre_a_la_ligne(ligne, w.REFUSER, quand, agent, demande)

    def annuler(self, demande: DemandeDemo, quand: dt.datetime) -> None:
        """The family changes its mind before the answer."""
        vers = w.RESERVE if demande.nature == w.NATURE_ABSENCE else w.NON_RESERVE
        for ligne in demande.lignes:
            self._franchir(ligne.creneau, w.ANNULER, w.FAMILLE, quand, demande.auteur, demande, vers)
            ligne.statut = w.ANNULEE
            self.tracer(quand, demande.auteur, w.ANNULER, ligne, w.EN_ATTENTE, w.ANNULEE, demande)
        self.conclure(demande, quand, None)

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
        self.tracer(self.temps.ouverture, None, REPRENDRE, creneau, "", w.RESERVE, None)

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
        self.tracer(quand, auteur, acte, creneau, de, vers, demande, motif)

    def repondre_a_la_ligne(
        self,
        ligne: Reponse,
        acte: str,
        quand: dt.datetime,
        agent: CompteDemo | None,
        demande: DemandeDemo,
    ) -> None:
        machine = w.MODIFICATION if isinstance(ligne, ModificationDemo) else w.LIGNE
        (ligne.statut,) = machine.transitions[w.EN_ATTENTE, acte].vers
        self.tracer(quand, agent, acte, ligne, w.EN_ATTENTE, ligne.statut, demande, ligne.motif)
        if agent is not None:
            demande.agent, demande.repondue_le = agent, quand
            self.conclure(demande, quand, agent)

    def conclure(self, demande: DemandeDemo, quand: dt.datetime, agent: CompteDemo | None) -> None:
        acte = w.acte_concluant(reponse.statut for reponse in demande.reponses)
        if acte is not None:
            (demande.statut,) = w.DEMANDE.transitions[w.EN_ATTENTE, acte].vers
            demande.repondue_le = quand
            auteur = demande.auteur if acte == w.ANNULER else agent
            self.tracer(quand, auteur, acte, demande, w.EN_ATTENTE, demande.statut, demande)

    def tracer(self, quand, auteur, acte, objet, de, vers, demande, detail="") -> None:
        table = TABLES[type(objet)]
        famille = objet.enfant.famille if isinstance(objet, CreneauDemo) else demande.famille
        self.traces.append(Trace(quand, auteur, acte, table, objet, de, vers, famille, demande, detail))

    def numeroter(self) -> None:
        """Demandes are numbered in the order in which they came; the journal follows time."""
        self.demandes.sort(key=lambda demande: demande.deposee_le)
        numeros, des_modifications = count(1), count(1)
        for numero, demande in enumerate(self.demandes, start=1):
            demande.id = numero
            lignes: list[LigneDemo | LigneDInscription] = [*demande.lignes, *demande.inscriptions]
            for ligne in lignes:
                ligne.id = next(numeros)
            for modification in demande.modifications:
                modification.id = next(des_modifications)
        self.traces.sort(key=lambda trace: trace.quand)


def heure_du_pointage(seance: SeanceDemo) -> dt.datetime:
    """The roll is called a quarter of an hour after the start."""
    return clock.instant(seance.jour, seance.debut) + dt.timedelta(minutes=15)
