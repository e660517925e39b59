"""The bookings of an import: the séance of each, the place that it takes, what stands there already."""

import datetime as dt
from collections.abc import Collection

import workflows as w
from models import Reservation
from portail import clock, mots
from portail.domain.importation_colonnes import INSCRIPTIONS, RESERVATIONS
from portail.domain.importation_lecture import Rangee
from portail.domain.importation_plan import A_MOI, Contexte, Personne, a_la_ligne, par_lots
from portail.domain.importation_planning import (
    ActiviteVue,
    Enfants,
    Inscrits,
    Offre,
    lire_les_inscriptions,
    tous,
    une_activite,
    voir_une_inscription,
)
from portail.domain.places import Places


def voir_le_planning(contexte: Contexte, offre: Offre, places: Places) -> None:
    """The registrations, then the bookings, that rest on them and on the places left."""
    inscrits = lire_les_inscriptions(contexte)
    enfants = Enfants(contexte)
    for rangee in contexte.rangees[INSCRIPTIONS]:
        if (enfant := enfants.trouver(rangee)) and (activite := une_activite(contexte, offre, rangee)):
            voir_une_inscription(contexte, rangee, enfant, activite, inscrits)
    _Reservations(contexte, offre, places, inscrits, enfants).voir()


class _Reservations:
    """The bookings of the file: those with a place first, then those that wait for one."""

    def __init__(
        self, contexte: Contexte, offre: Offre, places: Places, inscrits: Inscrits, enfants: Enfants
    ) -> None:
        self.contexte, self.offre, self.places, self.inscrits, self.enfants = (
            *(contexte, offre, places, inscrits, enfants),
        )
        self.presentes = _reservations(contexte, offre.ids)
        self.lignes: dict[tuple[int, int], Rangee] = {}

    def voir(self) -> None:
        en_attente: list[tuple[Rangee, Personne, int]] = []
        for rangee in self.contexte.rangees[RESERVATIONS]:
            if trouvee := self._trouver(rangee):
                enfant, seance_id = trouvee
                if rangee.textes.get("statut", w.RESERVE) == w.LISTE_ATTENTE:
                    en_attente.append((rangee, enfant, seance_id))
                elif self._a_faire(rangee, enfant, seance_id) and self._prendre(rangee, seance_id):
                    self._creer(rangee, enfant, seance_id, rangee.textes.get("statut", w.RESERVE))
        for rangee, enfant, seance_id in en_attente:
            if self._a_faire(rangee, enfant, seance_id) and self._complete(rangee, seance_id):
                self._creer(rangee, enfant, seance_id, w.LISTE_ATTENTE)

    def _trouver(self, rangee: Rangee) -> tuple[Personne, int] | None:
        """The child and the séance; None, and said, when there is no such thing."""
        jour = dt.date.fromisoformat(rangee.textes["jour"])
        enfant = self.enfants.trouver(rangee)
        if enfant is None or not self._deja_venu(rangee, jour):
            return None
        activite = une_activite(self.contexte, self.offre, rangee, lambda a: self._inscrit(enfant, a, jour))
        if activite is None:
            return None
        seance_id = self._seance(rangee, activite, jour)
        if seance_id is None:
            return None
        if deja := self.lignes.get((id(enfant), seance_id)):
            self.contexte.fauter(rangee, "jour", f"cette réservation est déjà {a_la_ligne(rangee, deja)}.")
            return None
        self.lignes[id(enfant), seance_id] = rangee
        connue = (enfant.id, seance_id) in self.presentes
        if not connue and not self._inscrit(enfant, activite, jour):
            quoi = f"{enfant.prenom} n’est pas inscrit à « {activite.nom} », {activite.lieu}, ce jour-là."
            self.contexte.fauter(rangee, "jour", quoi)
            return None
        if not connue and (fermee := self.offre.fermee(activite, jour, seance_id)):
            self.contexte.fauter(rangee, "jour", fermee)
            return None
        return enfant, seance_id

    def _deja_venu(self, rangee: Rangee, jour: dt.date) -> bool:
        """Nobody is present on a day to come: False, and said."""
        if rangee.textes.get("statut") == w.PRESENT and jour > clock.aujourdhui():
            self.contexte.fauter(
                rangee, "statut", "« présent » se dit d’un jour passé : écrivez « réservé »."
            )
            return False
        return True

    def _inscrit(self, enfant: Personne, activite: ActiviteVue, jour: dt.date) -> bool:
        return any(i.couvre(jour) for i in self.inscrits.get((id(enfant), activite.id), ()))

    def _seance(self, rangee: Rangee, activite: ActiviteVue, jour: dt.date) -> int | None:
        du_jour = self.offre.seances.get((activite.id, jour), [])
        heure = rangee.textes.get("heure")
        choisies = [i for debut, i in du_jour if heure is None or f"{debut:%H:%M}" == heure]
        if len(choisies) == 1:
            return choisies[0]
        ce_jour = f"le {mots.jour_semaine(jour)} {mots.jour_annee(jour)}"
        if not du_jour:
            quoi = f"« {activite.nom} », {activite.lieu}, n’a pas de séance {ce_jour}."
            self.contexte.fauter(rangee, "jour", quoi)
        else:
            heures = mots.enumeration([mots.heure(debut) for debut, _ in du_jour])
            self.contexte.fauter(
                rangee, "heure", f"{ce_jour}, les séances commencent à {heures} : dites laquelle."
            )
        return None

    def _a_faire(self, rangee: Rangee, enfant: Personne, seance_id: int) -> bool:
        """Whether nothing stands there: what stands stays as it is, and is said when it differs."""
        presente = self.presentes.get((enfant.id or 0, seance_id))
        if presente is None and not enfant.famille.a_moi:
            return True
        voulu = rangee.textes.get("statut", w.RESERVE)
        if presente is None:
            self.contexte.avertir(rangee, "", A_MOI)
        elif presente != voulu:
            etat = w.CRENEAU.etats[presente].libelle
            self.contexte.avertir(rangee, "", f"le portail dit « {etat} » : cela reste ainsi.")
        self.contexte.laisser(rangee)
        return False

    def _prendre(self, rangee: Rangee, seance_id: int) -> bool:
        """Take the place that it needs; False, and said, when none is left."""
        if rangee.textes.get("statut", w.RESERVE) not in w.OCCUPENT_UNE_PLACE:
            return True
        if self.places.restantes(seance_id) > 0:
            self.places.prendre(seance_id)
            return True
        salle, seance = self.places.saturee(seance_id), self.places.seances[seance_id]
        ou = (
            f"« {salle} » est plein"
            if salle
            else f"{mots.pluriel(seance.places, 'place')} sur cette séance, et toutes sont prises"
        )
        self.contexte.fauter(
            *(rangee, "jour"),
            f"plus de place : {ou}. Ajoutez des places à la séance, ou écrivez « liste d’attente ».",
        )
        return False

    def _complete(self, rangee: Rangee, seance_id: int) -> bool:
        """Whether it has to wait: where a place is left, the portal would give it at once."""
        restantes = self.places.restantes(seance_id)
        if restantes > 0:
            quoi = f"il reste {mots.pluriel(restantes, 'place')} : écrivez « réservé »."
            self.contexte.fauter(rangee, "statut", quoi)
        return restantes <= 0

    def _creer(self, rangee: Rangee, enfant: Personne, seance_id: int, statut: str) -> None:
        self.contexte.plan.reservations.append((enfant, seance_id, statut))
        jour = mots.jour_annee(self.places.seances[seance_id].jour)
        etat = w.CRENEAU.etats[statut].libelle.lower()
        self.contexte.creer(rangee, f"{enfant.nom_complet}, {rangee.textes['activite']}, {jour} : {etat}")


def _reservations(contexte: Contexte, seance_ids: Collection[int]) -> dict[tuple[int | None, int], str]:
    """By child and séance, the status of the bookings that stand on these séances."""
    presentes: dict[tuple[int | None, int], str] = {}
    connus = {enfant.id for enfant in tous(contexte) if enfant.id}
    if not connus:
        return presentes
    for lot in par_lots(seance_ids):
        requete = Reservation.select(Reservation.enfant, Reservation.seance, Reservation.statut)
        for enfant, seance, statut in requete.where(Reservation.seance.in_(lot)).tuples():
            if enfant in connus:
                presentes[enfant, seance] = statut
    return presentes
