"""The registrations and the bookings of an import: what they rest on, the places that they take."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import workflows as w
from models import Activite, Lieu, Preinscription, Seance, normaliser
from portail import mots
from portail.domain.calendrier import JoursParticuliers, jours_particuliers
from portail.domain.importation_colonnes import RESERVATIONS
from portail.domain.importation_lecture import Lecture, Rangee
from portail.domain.importation_plan import A_MOI, Contexte, Personne, a_la_ligne, par_lots

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
    lieu_id: int


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
            *(Activite.debut, Activite.fin, Activite.age_min, Activite.age_max, Activite.lieu),
        ).join(Lieu)
        self.activites: dict[str, list[ActiviteVue]] = defaultdict(list)
        for valeurs in requete.order_by(Activite.debut.desc(), Activite.id).tuples():
            self.activites[normaliser(valeurs[1])].append(ActiviteVue(*valeurs))
        self.seances: dict[tuple[int, dt.date], list[tuple[dt.time, int]]] = defaultdict(list)
        self.annulees: dict[int, str] = {}
        """Why some of them do not take place."""
        self._jours: JoursParticuliers | None = None
        self._lire_les_seances(lecture)

    def nommees(self, rangee: Rangee) -> list[ActiviteVue]:
        """The activities of that name, at that place if the line says one."""
        lieu = normaliser(rangee.textes.get("lieu", ""))
        siennes = self.activites.get(normaliser(rangee.textes["activite"]), [])
        return [a for a in siennes if not lieu or normaliser(a.lieu) == lieu]

    def fermee(self, activite: ActiviteVue, jour: dt.date, seance_id: int) -> str:
        """Why this séance does not take place; empty when it does."""
        if motif := self.annulees.get(seance_id):
            return f"cette séance est annulée : {motif}"
        if self._jours and self._jours.ferme(jour, activite.id, activite.lieu_id):
            return "ce jour-là est fermé, d’après le calendrier."
        return ""

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
            champs = (Seance.activite, Seance.jour, Seance.debut, Seance.id, Seance.annulee)
            requete = Seance.select(*champs).where(
                Seance.activite.in_(lot), Seance.jour.between(min(jours), max(jours))
            )
            for activite, jour, debut, ident, annulee in requete.order_by(Seance.debut).tuples():
                if jour in voulues[activite]:
                    self.seances[activite, jour].append((debut, ident))
                    if annulee:
                        self.annulees[ident] = annulee
        if voulues:
            tous_les_jours = set().union(*voulues.values())
            self._jours = jours_particuliers(min(tous_les_jours), max(tous_les_jours))


# ——— which child, which activity ———


class Enfants:
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


def une_activite(
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


def lire_les_inscriptions(contexte: Contexte) -> Inscrits:
    """Those that stand, or stood, of the children whom the lines name."""
    inscrits: Inscrits = defaultdict(list)
    enfants = {enfant.id: enfant for enfant in tous(contexte) if enfant.id}
    for lot in par_lots(enfants):
        requete = Preinscription.select(
            *(Preinscription.enfant, Preinscription.activite, Preinscription.debut),
            *(Preinscription.fin, Preinscription.statut),
        ).where(Preinscription.enfant.in_(lot))
        for enfant_id, activite_id, *valeurs in requete.order_by(Preinscription.id).tuples():
            inscrits[id(enfants[enfant_id]), activite_id].append(Inscription(*valeurs))
    return inscrits


def tous(contexte: Contexte) -> Iterator[Personne]:
    for famille in contexte.familles.values():
        yield from famille.enfants
    yield from contexte.enfants_par_identifiant.values()


def voir_une_inscription(
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
