"""The registrations and the bookings of an import: what they rest on, the places that they take."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import workflows as w
from models import Activite, Lieu, Preinscription, Reservation, Seance, normaliser
from portail import clock, mots
from portail.domain.importation_colonnes import INSCRIPTIONS, RESERVATIONS
from portail.domain.importation_lecture import Lecture, Rangee
from portail.domain.importation_plan import A_MOI, Contexte, Personne, a_la_ligne, par_lots
from portail.domain.places import Places

SEANCES_MAX = 25_000
"""Of one import: they are all locked at once."""


@dataclass(frozen=True, slots=True)
class ActiviteVue:
    """What an import asks of an activity."""

    id: int
    nom: str
    lieu: str
    debut: dt.date
    fin: dt.date
    age_min: int
    age_max: int


@dataclass(frozen=True, slots=True)
class Inscription:
    """One registration, there already or to be made; of one who is not in the file, `rangee` is None."""

    debut: dt.date
    fin: dt.date
    statut: str
    rangee: Rangee | None = None

    @property
    def vivante(self) -> bool:
        return self.statut in (w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)

    def couvre(self, jour: dt.date) -> bool:
        return self.statut == w.RESERVATION_POSSIBLE and self.debut <= jour <= self.fin


class Offre:
    """The activities of the town, and the séances of those that the lines name."""

    def __init__(self, lecture: Lecture) -> None:
        requete = Activite.select(
            Activite.id,
            Activite.nom,
            Lieu.nom,
            *(Activite.debut, Activite.fin, Activite.age_min, Activite.age_max),
        ).join(Lieu)
        self.activites: dict[str, list[ActiviteVue]] = defaultdict(list)
        for valeurs in requete.order_by(Activite.debut.desc(), Activite.id).tuples():
            self.activites[normaliser(valeurs[1])].append(ActiviteVue(*valeurs))
        self.seances: dict[tuple[int, dt.date], list[tuple[dt.time, int]]] = defaultdict(list)
        self._lire_les_seances(lecture)

    def nommees(self, rangee: Rangee) -> list[ActiviteVue]:
        """The activities of that name, at that place if the line says one."""
        lieu = normaliser(rangee.textes.get("lieu", ""))
        siennes = self.activites.get(normaliser(rangee.textes["activite"]), [])
        return [a for a in siennes if not lieu or normaliser(a.lieu) == lieu]

    @property
    def ids(self) -> set[int]:
        """Of the séances that may be taken."""
        return {ident for siennes in self.seances.values() for _, ident in siennes}

    def garder(self, presentes: Collection[int]) -> None:
        """Forget the séances that are there no more, now that the others are locked."""
        for cle, siennes in self.seances.items():
            self.seances[cle] = [(debut, ident) for debut, ident in siennes if ident in presentes]

    def _lire_les_seances(self, lecture: Lecture) -> None:
        voulues: dict[int, set[dt.date]] = defaultdict(set)
        for rangee in lecture.rangees[RESERVATIONS]:
            for activite in self.nommees(rangee):
                voulues[activite.id].add(dt.date.fromisoformat(rangee.textes["jour"]))
        for lot in par_lots(voulues):
            jours = set().union(*(voulues[ident] for ident in lot))
            requete = Seance.select(Seance.activite, Seance.jour, Seance.debut, Seance.id).where(
                Seance.activite.in_(lot), Seance.jour.between(min(jours), max(jours))
            )
            for activite, jour, debut, ident in requete.order_by(Seance.debut).tuples():
                if jour in voulues[activite]:
                    self.seances[activite, jour].append((debut, ident))


def voir_le_planning(contexte: Contexte, offre: Offre, places: Places) -> None:
    """The registrations, then the bookings, that rest on them and on the places left."""
    inscrits = _inscriptions(contexte)
    enfants = _Enfants(contexte)
    for rangee in contexte.rangees[INSCRIPTIONS]:
        if (enfant := enfants.trouver(rangee)) and (activite := _une_activite(contexte, offre, rangee)):
            _voir_une_inscription(contexte, rangee, enfant, activite, inscrits)
    _Reservations(contexte, offre, places, inscrits, enfants).voir()


# ——— which child, which activity ———


class _Enfants:
    """Found by identifier, or by family, name, birth date."""

    def __init__(self, contexte: Contexte) -> None:
        self.contexte = contexte
        self.par_nom: dict[tuple[str, str, str], list[Personne]] = defaultdict(list)
        for famille in contexte.familles.values():
            for enfant in famille.enfants:
                self.par_nom[famille.code, normaliser(enfant.nom), normaliser(enfant.prenom)].append(enfant)

    def trouver(self, rangee: Rangee) -> Personne | None:
        """The child; None, and said, when nobody is it, or more than one."""
        lues = rangee.textes
        if identifiant := lues.get("identifiant_enfant"):
            enfant = self.contexte.enfants_par_identifiant.get(identifiant)
            if enfant is None:
                self.contexte.fauter(
                    rangee, "identifiant_enfant", f"aucun enfant n’a l’identifiant {identifiant}."
                )
            return enfant
        manque = next((nom for nom in ("code_abonne", "nom", "prenom") if nom not in lues), "")
        if manque:
            self.contexte.fauter(rangee, manque, "à remplir, à moins de donner l’identifiant de l’enfant.")
            return None
        if self.contexte.famille(rangee) is None:
            return None
        return self._par_nom(rangee)

    def _par_nom(self, rangee: Rangee) -> Personne | None:
        lues = rangee.textes
        nommes = self.par_nom[lues["code_abonne"], normaliser(lues["nom"]), normaliser(lues["prenom"])]
        if "naissance" in lues:
            nommes = [enfant for enfant in nommes if enfant.naissance == lues["naissance"]]
        if len(nommes) == 1:
            return nommes[0]
        combien = "plusieurs enfants sont" if nommes else "aucun enfant n’est"
        self.contexte.fauter(
            *(rangee, "nom"),
            f"{combien} « {lues['prenom']} {lues['nom']} » au dossier {lues['code_abonne']}"
            f"{', né à cette date' if 'naissance' in lues else ''}.",
        )
        return None


def _une_activite(
    contexte: Contexte, offre: Offre, rangee: Rangee, convient: Callable[[ActiviteVue], bool] | None = None
) -> ActiviteVue | None:
    """The activity that the line names: of its place, of its dates. None, and said, when there is not one."""
    nom, lieu = rangee.textes["activite"], rangee.textes.get("lieu", "")
    nommees = offre.nommees(rangee)
    if not nommees:
        a_ce_lieu = f" à « {lieu} »" if lieu else ""
        contexte.fauter(rangee, "activite", f"« {nom} »{a_ce_lieu} n’est pas une activité du portail.")
        return None
    gardees = [a for a in nommees if (convient or (lambda a: _dans_ses_dates(a, rangee)))(a)]
    if len({a.lieu for a in gardees}) > 1:
        lieux = mots.enumeration(sorted({a.lieu for a in gardees}))
        contexte.fauter(rangee, "lieu", f"« {nom} » existe à {lieux} : dites lequel.")
        return None
    if len(gardees) > 1:
        annees = mots.enumeration([mots.du_au(a.debut, a.fin) for a in gardees])
        contexte.fauter(rangee, "activite", f"plusieurs « {nom} » : {annees}. Écrivez les dates.")
        return None
    # none: what is wrong is told of the latest one
    return gardees[0] if gardees else nommees[0]


def _dans_ses_dates(activite: ActiviteVue, rangee: Rangee) -> bool:
    debut, fin = _periode(activite, rangee)
    return activite.debut <= debut <= fin <= activite.fin


def _periode(activite: ActiviteVue, rangee: Rangee) -> tuple[dt.date, dt.date]:
    lues = rangee.textes
    debut = dt.date.fromisoformat(lues["debut"]) if "debut" in lues else activite.debut
    return debut, dt.date.fromisoformat(lues["fin"]) if "fin" in lues else activite.fin


# ——— registrations ———

Inscrits = dict[tuple[int, int], list[Inscription]]
"""By child (the object itself) and activity."""


def _inscriptions(contexte: Contexte) -> Inscrits:
    """Those that stand, or stood, of the children whom the lines name."""
    inscrits: Inscrits = defaultdict(list)
    enfants = {enfant.id: enfant for enfant in _tous(contexte) if enfant.id}
    for lot in par_lots(enfants):
        requete = Preinscription.select(
            *(Preinscription.enfant, Preinscription.activite, Preinscription.debut),
            *(Preinscription.fin, Preinscription.statut),
        ).where(Preinscription.enfant.in_(lot))
        for enfant_id, activite_id, *valeurs in requete.order_by(Preinscription.id).tuples():
            inscrits[id(enfants[enfant_id]), activite_id].append(Inscription(*valeurs))
    return inscrits


def _tous(contexte: Contexte) -> Iterator[Personne]:
    for famille in contexte.familles.values():
        yield from famille.enfants
    yield from contexte.enfants_par_identifiant.values()


def _voir_une_inscription(
    contexte: Contexte, rangee: Rangee, enfant: Personne, activite: ActiviteVue, inscrits: Inscrits
) -> None:
    debut, fin = _periode(activite, rangee)
    siennes = inscrits[id(enfant), activite.id]
    memes = [i for i in siennes if (i.debut, i.fin) == (debut, fin)]
    croisees = [i for i in siennes if i.vivante and i.debut <= fin and debut <= i.fin]
    if debut > fin:
        contexte.fauter(rangee, "fin", "la fin vient avant le début.")
    elif not activite.debut <= debut <= fin <= activite.fin:
        quoi = f"« {activite.nom} », {activite.lieu}, dure {mots.du_au(activite.debut, activite.fin)}."
        contexte.fauter(rangee, "debut", quoi)
    elif deja := next((i for i in (*memes, *croisees) if i.rangee), None):
        assert deja.rangee is not None
        contexte.fauter(rangee, "debut", f"cette inscription est déjà {a_la_ligne(rangee, deja.rangee)}.")
    elif memes and memes[-1].statut == w.RESERVATION_POSSIBLE:
        contexte.laisser(rangee)
    elif memes or croisees:
        _laisser_comme_ici(contexte, rangee, enfant, (memes or croisees)[-1])
    elif enfant.famille.a_moi:
        contexte.avertir(rangee, "", A_MOI)
        contexte.laisser(rangee)
    else:
        siennes.append(Inscription(debut, fin, w.RESERVATION_POSSIBLE, rangee))
        contexte.plan.inscriptions.append((enfant, (activite.id, debut, fin)))
        _dire_l_age(contexte, rangee, enfant, activite, debut)
        contexte.creer(rangee, f"{enfant.nom_complet}, {activite.nom}, {mots.du_au(debut, fin)}")


def _laisser_comme_ici(contexte: Contexte, rangee: Rangee, enfant: Personne, ici: Inscription) -> None:
    """What happened to it on the portal since stays."""
    etat = w.PREINSCRIPTION.etats[ici.statut].libelle.lower()
    dates = mots.du_au(ici.debut, ici.fin)
    contexte.avertir(
        rangee, "", f"{enfant.prenom} a déjà une inscription {dates} ({etat}) : elle reste ainsi."
    )
    contexte.laisser(rangee)


def _dire_l_age(
    contexte: Contexte, rangee: Rangee, enfant: Personne, activite: ActiviteVue, jour: dt.date
) -> None:
    age = mots.annees(dt.date.fromisoformat(enfant.naissance), jour)
    if not activite.age_min <= age <= activite.age_max:
        tranche = mots.tranche_d_age(activite.age_min, activite.age_max)
        contexte.avertir(
            rangee, "", f"{enfant.prenom} a {age} ans, « {activite.nom} » est pour les {tranche}."
        )


# ——— bookings ———


class _Reservations:
    """The bookings of the file: those with a place first, then those that wait for one."""

    def __init__(
        self, contexte: Contexte, offre: Offre, places: Places, inscrits: Inscrits, enfants: _Enfants
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
        activite = _une_activite(self.contexte, self.offre, rangee, lambda a: self._inscrit(enfant, a, jour))
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
    connus = {enfant.id for enfant in _tous(contexte) if enfant.id}
    if not connus:
        return presentes
    for lot in par_lots(seance_ids):
        requete = Reservation.select(Reservation.enfant, Reservation.seance, Reservation.statut)
        for enfant, seance, statut in requete.where(Reservation.seance.in_(lot)).tuples():
            if enfant in connus:
                presentes[enfant, seance] = statut
    return presentes
