"""Famille Moreau, known by name: its planning shows every status around today, and leaves slots to book."""

import datetime as dt
from collections.abc import Iterator

import workflows as w
from portail import clock
from portail.demo.demandes import DemandeDemo, Registre, limite
from portail.demo.equipements import Equipements, SeanceDemo
from portail.demo.familles import CompteDemo, EnfantDemo, EtatCivil, FamilleDemo, inscrire
from portail.demo.habitudes import vouloir_ces_jours
from portail.demo.temps import Temps
from portail.demo.tirage import MOTIFS_ABSENCE, MOTIFS_RESERVATION

CODE = "104582"
ENFANTS = (("Léa", 8), ("Noé", 6), ("Inès", 4))
"""First names, and the age reached in the year of « la rentrée »."""
HABITUDES: dict[str, dict[str, tuple[int, ...]]] = {
    "Léa": {"cantine": (0, 1, 3), "soir": (1,), "centre": (0, 1, 2)},
    "Noé": {"cantine": (0, 3, 4), "matin": (0,), "soir": (3,)},
    "Inès": {"cantine": (1, 4), "centre": (0,)},
}
"""Weekdays booked; every other one is left to book."""


def famille_moreau(etat_civil: EtatCivil, equipements: Equipements) -> FamilleDemo:
    """Claire and Julien Moreau, an account each; Léa, Noé and Inès, at the same school."""
    famille = FamilleDemo(1, "Moreau", CODE)
    etat_civil.adulte(famille, "Claire", "Moreau", email="famille@example.org")
    etat_civil.adulte(famille, "Julien", "Moreau", email="julien.moreau@example.org")
    for prenom, niveau in ENFANTS:
        enfant = etat_civil.enfant(famille, prenom, "Moreau", niveau, ecole=0)
        for genre, activite in equipements.ecoles[0].items():
            inscrire(enfant, activite, etat_civil.temps)
            jours = HABITUDES[prenom].get(genre, ())
            vouloir_ces_jours(enfant, activite, jours, 1.0, etat_civil.alea, etat_civil.temps)
    return famille


def raconter(famille: FamilleDemo, registre: Registre) -> None:
    """What the family asked since the portal opened: one créneau at least comes out in each status."""
    claire, julien = famille.comptes
    agent = registre.agents[0]
    recit = _Recit(famille, registre)

    recit.demander(w.NATURE_RESERVATION, claire, recit.il_y_a(1, "21:47"), nombre=2)
    recit.demander(w.NATURE_ABSENCE, julien, recit.il_y_a(1, "07:12"))
    if demande := recit.demander(
        w.NATURE_RESERVATION, claire, recit.il_y_a(6, "20:30"), genres=("soir", "centre")
    ):
        registre.accepter(demande, demande.lignes[0], recit.il_y_a(2, "09:24"), agent, en_liste=True)
    if demande := recit.demander(w.NATURE_ABSENCE, claire, recit.il_y_a(5, "22:04")):
        registre.accepter(demande, demande.lignes[0], recit.il_y_a(2, "10:11"), agent)
    if demande := recit.demander(w.NATURE_RESERVATION, claire, recit.il_y_a(4, "12:40")):
        registre.refuser(demande, demande.lignes[0], recit.il_y_a(2, "14:32"), agent, MOTIFS_RESERVATION[0])
    if demande := recit.demander(w.NATURE_ABSENCE, julien, recit.il_y_a(4, "12:52")):
        registre.refuser(demande, demande.lignes[0], recit.il_y_a(2, "14:35"), agent, MOTIFS_ABSENCE[1])
    if demande := recit.demander(w.NATURE_RESERVATION, claire, recit.il_y_a(3, "22:15")):
        registre.annuler(demande, recit.il_y_a(3, "22:17"))
    recit.manquer()


class _Recit:
    """Finds a child and a séance for each thing to tell: the nearest first, never two the same day."""

    def __init__(self, famille: FamilleDemo, registre: Registre) -> None:
        self.famille, self.registre, self.temps = famille, registre, registre.temps
        self._jours_pris: set[dt.date] = set()

    def il_y_a(self, jours: int, heure: str) -> dt.datetime:
        return clock.instant(self.temps.aujourdhui - dt.timedelta(jours), dt.time.fromisoformat(heure))

    def demander(
        self,
        nature: str,
        auteur: CompteDemo,
        quand: dt.datetime,
        nombre: int = 1,
        genres: tuple[str, ...] = ("cantine", "soir", "centre"),
    ) -> DemandeDemo | None:
        """A demande of `nombre` lines on a coming séance that can still be asked for, if any."""
        lendemain = self.temps.matin + dt.timedelta(days=1)
        voulue = nature == w.NATURE_ABSENCE
        for seance, enfants in self._seances(
            self.temps.aujourdhui + dt.timedelta(1), _fin_du_mois_prochain(self.temps)
        ):
            concernes = [enfant for enfant in enfants if (seance.id in enfant.voulues) == voulue]
            if concernes and seance.activite.genre in genres and limite(nature, seance) > lendemain:
                self._jours_pris.add(seance.jour)
                return self.registre.deposer(nature, auteur, quand, [(e, seance) for e in concernes[:nombre]])
        return None

    def manquer(self) -> None:
        """A day already past this month when a child did not come."""
        premier = max(self.temps.aujourdhui.replace(day=1), clock.a_paris(self.temps.ouverture).date())
        for seance, enfants in self._seances(premier, self.temps.aujourdhui - dt.timedelta(1)):
            for enfant in enfants:
                if seance.id in enfant.voulues:
                    self.registre.pointer(self.registre.reserver(enfant, seance), present=False)
                    return

    def _seances(self, debut: dt.date, fin: dt.date) -> Iterator[tuple[SeanceDemo, list[EnfantDemo]]]:
        """The séances of these days that nothing is told of, and the children pre-registered in each."""
        activites = dict.fromkeys(i.activite for enfant in self.famille.enfants for i in enfant.inscriptions)
        seances = (s for activite in activites for s in activite.seances if debut <= s.jour <= fin)
        for seance in sorted(seances, key=lambda s: (s.jour, s.debut)):
            inscrits = [
                enfant
                for enfant in self.famille.enfants
                for i in enfant.inscriptions
                if i.activite is seance.activite and i.debut <= seance.jour <= i.fin
            ]
            if inscrits and seance.jour not in self._jours_pris:
                yield seance, inscrits


def _fin_du_mois_prochain(temps: Temps) -> dt.date:
    deux_mois_apres = (temps.aujourdhui.replace(day=1) + dt.timedelta(62)).replace(day=1)
    return deux_mois_apres - dt.timedelta(1)
