"""The demandes of the demonstration drawn at random: those that wait, those that were answered."""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from random import Random

import workflows as w
from portail import clock
from portail.demo.demandes import DemandeDemo, Registre, limite
from portail.demo.familles import EnfantDemo
from portail.demo.temps import Temps

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
