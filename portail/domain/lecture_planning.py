"""The planning as a family reads it: which slots, in which state, and what may be done with each.

Two queries whatever the number of slots, of families and of years (plus the calendar's one): the children
with their validated pre-registrations, then the séances of those activities with the children's bookings.

Each reading says for whom it is: `regard`, an account of the family, for which a child whose activities it
may not read does not exist; or None, the town itself, which reads whatever it must decide.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from peewee import JOIN, SQL, Case, Expression, ModelSelect, fn

import workflows as w
from models import (
    Activite,
    CapaciteActivite,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    MotifAbsence,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import calendrier
from portail.domain.creneaux import ActiviteVue, Creneau, EnfantVu, SeanceVue
from portail.domain.droits import Regard
from portail.domain.places import Comptee, Places, lire_les_places
from portail.domain.preparees import preparee


@dataclass(frozen=True, slots=True)
class Inscription:
    """A validated pre-registration: this child, this activity, from `debut` to `fin` included."""

    enfant_id: int
    activite_id: int
    debut: dt.date
    fin: dt.date


@dataclass(frozen=True)
class GroupeSeance:
    """A séance on a day: activity and hours said once, then one slot a child."""

    seance: SeanceVue
    creneaux: list[Creneau]


@dataclass(frozen=True)
class Jour:
    date: dt.date
    mention: str
    """« Vacances de Noël », « Noël, jour férié »; empty on an ordinary day."""
    confirme: bool
    """False where the calendar is only expected: « à confirmer »."""
    groupes: list[GroupeSeance] = field(default_factory=list)

    @property
    def ferme(self) -> bool:
        """Nothing takes place that day for this family."""
        return not self.groupes


@dataclass(frozen=True)
class Planning:
    """What the family's planning holds between two days."""

    jours: list[Jour]
    enfants: list[EnfantVu]
    """Every child of the family whose activities may be read: the filters show them all."""
    activites: list[ActiviteVue]
    """Every activity that a child of the family is pre-registered in around these days."""
    connues: frozenset[int] = frozenset()
    """Every activity that a child of the family was ever validated in."""
    regard: Regard | None = None
    """Who reads it."""

    def ignore(self, enfants: Collection[int] | None, activites: Collection[int] | None) -> bool:
        """Whether a filter names a child or an activity that is not of this family."""
        return not (
            set(enfants or ()) <= {enfant.id for enfant in self.enfants}
            and set(activites or ()) <= self.connues
        )

    def creneaux(self) -> Iterator[Creneau]:
        for jour in self.jours:
            for groupe in jour.groupes:
                yield from groupe.creneaux


def ignore(
    famille: Famille,
    enfants: Collection[int] | None,
    activites: Collection[int] | None,
    *,
    regard: Regard | None,
) -> bool:
    """Whether a filter names a child or an activity that is not of this family. No filter, no query."""
    if not (enfants or activites):
        return False
    tous, connues, _ = inscriptions(famille, regard=regard)
    return Planning([], tous, [], frozenset(connues)).ignore(enfants, activites)


def inscriptions(
    famille: Famille, *, regard: Regard | None
) -> tuple[list[EnfantVu], dict[int, ActiviteVue], list[Inscription]]:
    """The family's children, the activities they are validated in, and for which periods. One query."""
    if regard is None:
        return _inscriptions(_inscrits(famille.id), None)
    return _inscriptions(_inscrits_suivis(famille.id, sorted(regard.suit) or [0]), regard)


@preparee
def _inscrits(famille):
    return _requete_des_inscrits(Enfant.famille == famille)


@preparee
def _inscrits_suivis(famille, suivis):
    return _requete_des_inscrits(Enfant.famille == famille, Enfant.id.in_(suivis))


@preparee
def _inscrits_des_familles(familles):
    return _requete_des_inscrits(Enfant.famille.in_(familles))


def _requete_des_inscrits(*conditions: Expression) -> ModelSelect:
    """The children, each with the activities it is validated in, and for which periods."""
    return (
        Enfant.select(
            Enfant.id,
            Enfant.prenom,
            Enfant.rang,
            Preinscription.debut,
            Preinscription.fin,
            Activite.id,
            Activite.nom,
            Activite.rang,
            Activite.lieu,
            Lieu.nom,
            Activite.reservable,
            Activite.automatique,
            Activite.absence_automatique,
            Activite.absence_tardive,
            _partagee(),
        )
        .left_outer_join(
            Preinscription,
            on=(Preinscription.enfant == Enfant.id) & (Preinscription.statut == w.RESERVATION_POSSIBLE),
        )
        .join(Activite, JOIN.LEFT_OUTER)
        .join(Lieu, JOIN.LEFT_OUTER)
        .where(*conditions)
        .order_by(Enfant.rang, Enfant.id, Activite.rang, Activite.id)
        .tuples()
    )


def _inscriptions(
    rangees: Iterable[tuple], regard: Regard | None
) -> tuple[list[EnfantVu], dict[int, ActiviteVue], list[Inscription]]:
    enfants: dict[int, EnfantVu] = {}
    activites: dict[int, ActiviteVue] = {}
    validees: list[Inscription] = []
    for enfant_id, prenom, rang, debut, fin, activite_id, *activite in rangees:
        suivi = regard is not None and enfant_id not in regard.decide
        enfants.setdefault(enfant_id, EnfantVu(enfant_id, prenom, rang, suivi))
        if activite_id is not None:
            activites.setdefault(activite_id, _activite(activite_id, *activite))
            validees.append(Inscription(enfant_id, activite_id, debut, fin))
    return list(enfants.values()), activites, validees


def _partagee():
    """How many capacities the activity shares with others."""
    return CapaciteActivite.select(fn.COUNT(CapaciteActivite.id)).where(
        CapaciteActivite.activite == Activite.id
    )


def _activite(ident, nom, rang, lieu_id, lieu, reservable, auto, absence_auto, tardive, partages):
    sans_agent = bool(auto if absence_auto is None else absence_auto)
    return ActiviteVue(
        ident, nom, rang, lieu_id, lieu, reservable, auto, sans_agent, bool(tardive), partages > 0
    )


def _rang_liste():
    """A waiting child's place in the queue, 1 for the first: told by journal order, never by a clock."""
    autre, en_liste = Reservation.alias(), SQL(f"'{w.LISTE_ATTENTE}'")  # as its index has it, for any plan
    devant = autre.select(fn.COUNT(autre.id)).where(
        autre.seance == Reservation.seance, autre.statut == en_liste, autre.ordre <= Reservation.ordre
    )
    return Case(None, [(Reservation.statut == w.LISTE_ATTENTE, devant)], None)


@preparee
def _lignes_entre(enfants, activites, debut, fin):
    seances = Seance.activite.in_(activites) & Seance.jour.between(debut, fin)
    return _lignes(Seance.select(), Reservation.enfant.in_(enfants)).where(seances)


@preparee
def _lignes_des_seances(enfants, seances, activites):
    voulues = Seance.id.in_(seances) & Seance.activite.in_(activites)
    return _lignes(Seance.select(), Reservation.enfant.in_(enfants)).where(voulues)


@preparee
def _lignes_des_familles(familles, debut, fin):
    """A row a child where it is validated, whatever its dates: as many as the families have slots."""
    inscrit = (Preinscription.activite == Seance.activite) & (Preinscription.statut == w.RESERVATION_POSSIBLE)
    depuis = Seance.select().join(Preinscription, on=inscrit).join(Enfant)
    siennes = Enfant.famille.in_(familles) & Seance.jour.between(debut, fin)
    return _lignes(depuis, Reservation.enfant == Enfant.id).where(siennes)


def _lignes(depuis: ModelSelect, enfant: Expression) -> ModelSelect:
    """Rows (séance…, booking…, last line…): of the séances of `depuis`, the bookings of this `enfant`."""
    derniere = Ligne.alias()
    return (
        depuis.select(
            Seance.id,
            Seance.activite,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Seance.places,
            Seance.prises,
            Seance.limite_reservation,
            Seance.limite_absence,
            Seance.annulee,
            Reservation.enfant,
            Reservation.id,
            Reservation.statut,
            _rang_liste(),
            Ligne.id,
            Ligne.demande,
            Ligne.statut,
            Ligne.motif,
            Ligne.facturee,
            Reservation.fratrie,
            MotifAbsence.nom,
            Demande.piece_attendue,
        )
        .join_from(Seance, Reservation, JOIN.LEFT_OUTER, on=(Reservation.seance == Seance.id) & enfant)
        .join(
            Ligne,
            JOIN.LEFT_OUTER,
            on=Ligne.id == derniere.select(fn.MAX(derniere.id)).where(derniere.reservation == Reservation.id),
        )
        .join(Demande, JOIN.LEFT_OUTER)
        .join(MotifAbsence, JOIN.LEFT_OUTER)
        .order_by(Seance.jour, Seance.debut, Seance.activite, Seance.id)
        .tuples()
    )


def _creneaux(
    enfants: list[EnfantVu],
    activites: dict[int, ActiviteVue],
    validees: list[Inscription],
    jours: calendrier.JoursParticuliers,
    lignes: Iterable[tuple],
    fermes: bool = False,
) -> Iterator[Creneau]:
    """The slots of these rows: a child shows where a pre-registration covers the day, or a booking stands.

    `fermes`: on a closed day too, though nothing stands there: to say why it cannot be asked for.
    """
    maintenant, lignes = clock.maintenant(), list(lignes)
    partagees = _places_partagees(activites, lignes)
    par_activite: dict[int, list[Inscription]] = {}
    for inscription in validees:
        par_activite.setdefault(inscription.activite_id, []).append(inscription)
    rangs = {enfant.id: (rang, enfant) for rang, enfant in enumerate(enfants)}
    for _, groupe in groupby(lignes, key=lambda ligne: ligne[0]):
        rangees = list(groupe)
        seance_id, activite_id, jour, debut, fin, places, prises, avant, absence, annulee = rangees[0][:10]
        activite = activites[activite_id]
        fermeture = jours.ferme(jour, activite_id, activite.lieu_id) or annulee or None
        restantes = partagees.restantes(seance_id) if activite.partagee else places - prises
        saturee = partagees.saturee(seance_id) if activite.partagee else ""
        seance = SeanceVue(
            seance_id, activite, jour, debut, fin, places, restantes, avant, absence, fermeture, saturee
        )
        couverts = {i.enfant_id for i in par_activite.get(activite_id, ()) if i.debut <= jour <= i.fin}
        reservations = {rangee[10]: rangee[11:] for rangee in rangees if rangee[10] is not None}
        for _, enfant in sorted(rangs[ident] for ident in couverts | reservations.keys() if ident in rangs):
            inscrit = enfant.id in couverts
            if enfant.id in reservations:
                resa_id, statut, rang, *ligne, facturee, fratrie, raison, piece = reservations[enfant.id]
                ligne_id, demande_id, ligne_statut, motif = ligne
                if inscrit or statut != w.NON_RESERVE:
                    yield Creneau(
                        enfant, seance, statut, inscrit, maintenant,
                        resa_id, ligne_id, demande_id, ligne_statut, motif or "", rang,
                        facturee, fratrie is not None, raison or "", piece or "",
                    )  # fmt: skip
            elif inscrit and (fermes or fermeture is None):
                yield Creneau(enfant, seance, w.NON_RESERVE, inscrit, maintenant)


def _places_partagees(activites: dict[int, ActiviteVue], lignes: list[tuple]) -> Places:
    """The places of the séances whose activity shares some with others. No query when none does."""
    seances = {
        ident: (activite, Comptee(ident, jour, debut, fin, places, prises))
        for ident, activite, jour, debut, fin, places, prises, *_ in lignes
        if activites[activite].partagee
    }
    return lire_les_places(seances.values()) if seances else Places((), ())


def planning(
    famille: Famille,
    debut: dt.date,
    fin: dt.date,
    enfants: Collection[int] | None = None,
    activites: Collection[int] | None = None,
    *,
    regard: Regard | None,
) -> Planning:
    """The family's planning from `debut` to `fin` included; `enfants`, `activites` keep only those ids."""
    tous, connues, validees = inscriptions(famille, regard=regard)
    actives = {i.activite_id for i in validees if i.debut <= fin and i.fin >= debut}
    visibles = [e for e in tous if enfants is None or e.id in enfants]
    montrees = [a for a in actives if activites is None or a in activites]
    particuliers = calendrier.jours_particuliers(debut, fin)
    jours = {
        date: Jour(date, particuliers.mention(date) or "", particuliers.confirme(date))
        for date in (debut + dt.timedelta(n) for n in range((fin - debut).days + 1))
    }
    if visibles and montrees:
        rangees = _lignes_entre([e.id for e in visibles], sorted(montrees), debut, fin)
        creneaux = _creneaux(visibles, connues, validees, particuliers, rangees)
        for seance, groupe in groupby(creneaux, key=lambda c: c.seance):
            jours[seance.jour].groupes.append(GroupeSeance(seance, list(groupe)))
    for jour in jours.values():
        jour.groupes.sort(
            key=lambda g: (g.seance.debut, g.seance.activite.rang, g.seance.activite.nom, g.seance.id)
        )
    actuelles = [connues[a] for a in connues if a in actives]
    return Planning(list(jours.values()), tous, actuelles, frozenset(connues), regard)


def creneaux(
    famille: Famille, couples: Collection[tuple[int, int]], *, regard: Regard | None, fermes: bool = False
) -> list[Creneau]:
    """The slots of these (child, séance) pairs, as they now are, without those that the family has not.

    `fermes`: with those of closed days, where nothing stands.
    """
    tous, connues, validees = inscriptions(famille, regard=regard)
    if not couples:
        return []
    seances = sorted({seance_id for _, seance_id in couples})
    rangees = _lignes_des_seances([e.id for e in tous] or [0], seances, list(connues) or [0])
    if not rangees:
        return []
    particuliers = calendrier.jours_particuliers(min(r[2] for r in rangees), max(r[2] for r in rangees))
    demandes = set(couples)
    return [
        creneau
        for creneau in _creneaux(tous, connues, validees, particuliers, rangees, fermes)
        if (creneau.enfant.id, creneau.seance.id) in demandes
    ]


def creneau(famille: Famille, enfant_id: int, seance_id: int, *, regard: Regard | None) -> Creneau | None:
    """One slot of the family in its present state; None when the family has no such slot."""
    trouves = creneaux(famille, [(enfant_id, seance_id)], regard=regard)
    return trouves[0] if trouves else None


def creneaux_des_familles(
    familles: Collection[int], seances: frozenset[int], particuliers: calendrier.JoursParticuliers
) -> dict[int, list[Creneau]]:
    """By family, the slots of its children on these séances where they are validated, as the town reads them.

    Three queries for all. `particuliers`: the particular days of the period in which these séances are.
    """
    siennes = list(familles)
    famille_de = dict(Enfant.select(Enfant.id, Enfant.famille).where(Enfant.famille.in_(siennes)).tuples())
    tous, connues, validees = _inscriptions(_inscrits_des_familles(siennes), None)
    rangees = _lignes_des_familles(siennes, particuliers.debut, particuliers.fin)
    lignes = [rangee for rangee in rangees if rangee[0] in seances]
    trouves: dict[int, list[Creneau]] = {ident: [] for ident in siennes}
    for creneau in _creneaux(tous, connues, validees, particuliers, lignes):
        trouves[famille_de[creneau.enfant.id]].append(creneau)
    return trouves
