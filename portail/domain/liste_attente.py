"""The waiting list: who is next, what a place that frees becomes, leaving the list, the agent's gift.

Places go by themselves to the first eligible child, in the order of the journal's own numbers, until the
deadline of bookings; then an agent gives them, in that same order. Brothers and sisters who asked « ensemble
ou pas du tout » wait until there is a place for each.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from peewee import fn

import workflows as w
from models import (
    Activite,
    Compte,
    Enfant,
    Evenement,
    Famille,
    Preinscription,
    Reservation,
    Seance,
    write_transaction,
)
from portail import clock
from portail.domain import calendrier, courriels, droits, perimetre
from portail.domain.calendrier import JoursParticuliers
from portail.domain.creneaux import Creneau
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.places import Places, compter_les_places, prendre_ensemble, verrouiller_les_places
from portail.domain.recapitulatif import dire
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.regles import Obstacle, Situation, obstacle_place, obstacle_promotion
from portail.domain.transitions import SYSTEME, Acteur, franchir_ensemble

SEANCES_PAR_TOUR = 200
"""How many séances one round of :func:`reprendre` looks at."""


@dataclass(frozen=True)
class Attente:
    """One child, or tied brothers and sisters, in the list: what they wait for, in the order of the list."""

    reservations: list[Reservation]
    obstacle: Obstacle | None
    """Why they can be given no place at all."""
    tardive: bool
    """The deadline of bookings is past: a place no longer goes to them by itself."""
    entier: bool
    """Whether all those tied to them can be looked at here: their séances are locked too."""

    @property
    def seances(self) -> list[int]:
        return [reservation.seance_id for reservation in self.reservations]


def pourvoir(places: Places, liberees: Iterable[int], *, tous: bool = True) -> None:
    """Give what is free on these séances, and on those that share with them, to those who wait; tell them.

    Inside the transaction of an act, the séances locked. A number of statements that does not grow with them,
    but for the families to be told. `tous`: also to those whom an agent made wait by choice.
    """
    promouvoir(a_servir(places, liberees, tous=tous), SYSTEME)


def a_servir(
    places: Places, liberees: Iterable[int], *, tous: bool = True, sauf: Collection[int] = ()
) -> list[Reservation]:
    """Those to whom what is free there goes, in their order; their places are taken, nothing is written.

    `sauf`: the ids of those who are served already.
    """
    en_liste = [
        attente
        for attente in attentes(places, places.autour(liberees))
        if not any(reservation.id in sauf for reservation in attente.reservations)
    ]
    return [r for attente in _servir(places, en_liste, tous) for r in attente.reservations]


def promouvoir(promues: Collection[Reservation], acteur: Acteur) -> None:
    """Give these children the places that are taken for them already, and tell their families."""
    if not promues:
        return
    franchir_ensemble(
        list(promues), w.PROMOUVOIR, acteur, w.RESERVE, famille_id=lambda r: r.enfant.famille_id
    )
    par_famille: dict[int, list[Reservation]] = {}
    for reservation in promues:
        par_famille.setdefault(reservation.enfant.famille_id, []).append(reservation)
    journal = _dernieres_lignes(promues)
    for siennes in par_famille.values():
        dites = [(r.enfant_id, dire(w.NATURE_RESERVATION, r.enfant, r.seance)) for r in siennes]
        racontees = [journal[reservation.id] for reservation in siennes]
        cle = f"promotion:{min(racontees)}:{max(racontees)}"
        courriels.annoncer_promotion(siennes[0].enfant.famille, dites, cle)


def attentes(places: Places, seance_ids: Collection[int]) -> list[Attente]:
    """Who waits on these séances, first come first; those who are tied stand where their last one does.

    Three queries. What prevents a place from going to them by itself is read by the rules.
    """
    en_liste = _en_liste(places, seance_ids)
    if not en_liste:
        return []
    ouvertes = {r.seance_id: r.seance for r in en_liste}
    jours = [seance.jour for seance in ouvertes.values()]
    particuliers = calendrier.jours_particuliers(min(jours), max(jours))
    groupes: dict[object, list[Reservation]] = {}
    for reservation in en_liste:
        lie = reservation.fratrie is not None
        cle = ("lien", reservation.fratrie) if lie else ("seul", reservation.id)
        groupes.setdefault(cle, []).append(reservation)
    trouvees = [_attente(groupe, particuliers, places) for groupe in groupes.values()]
    return sorted(trouvees, key=lambda attente: max(r.ordre for r in attente.reservations))


def rang_a_venir(creneau: Creneau) -> int | None:
    """Which place in the list a child who asks now would get; None where there is no list to join."""
    if creneau.acte_possible != w.DEMANDER or not creneau.seance.complete:
        return None
    attendent = (Reservation.seance == creneau.seance.id) & (Reservation.statut == w.LISTE_ATTENTE)
    return Reservation.select().where(attendent).count() + 1


def premiere_servie(places: Places, en_liste: Iterable[Attente]) -> Attente | None:
    """To whom an agent may give what is free: the first for whom there is all they wait for."""
    return next((a for a in en_liste if not a.obstacle and a.entier and tiennent(places, a)), None)


def tiennent(places: Places, attente: Attente) -> bool:
    """Whether there is a place now for each of those who wait together."""
    tient = prendre_ensemble(places, attente.seances)
    for seance_id in attente.seances if tient else ():
        places.rendre(seance_id)
    return tient


def seances_liees(creneaux: Iterable[Reservation]) -> set[int]:
    """The séances on which children wait who are tied to these, themselves included.

    Asked before these leave the list: those who remain may find that there is a place for them already.
    """
    liens = {c.fratrie for c in creneaux if c.statut == w.LISTE_ATTENTE and c.fratrie is not None}
    if not liens:
        return set()
    requete = Reservation.select(Reservation.seance).where(
        Reservation.fratrie.in_(liens), Reservation.statut == w.LISTE_ATTENTE
    )
    return {seance_id for (seance_id,) in requete.tuples()}


def renoncer(auteur: Compte, famille: Famille, voeu: tuple[int, int], *, ordre: int | None = None) -> None:
    """Leave the waiting list. Harmless when the child no longer waits and has nothing booked.

    Whoever was tied to the child waits alone from now on: a place may be there already. `ordre`: the only
    waiting that is left, when it is not any.
    """
    enfant_id, seance_id = voeu
    with write_transaction():
        places = verrouiller_les_places([seance_id])
        droits.exiger_de_decider(auteur, famille, enfant_id)
        reservation = (
            Reservation.select()
            .join(Enfant)
            .where(
                Reservation.enfant == enfant_id, Reservation.seance == seance_id, Enfant.famille == famille
            )
            .first()
        )
        if reservation is None or reservation.statut == w.NON_RESERVE:
            return
        if reservation.statut == w.RESERVE:
            raise DejaChange(
                "La place vient de vous être donnée : déclarez une absence si vous n’en voulez plus."
            )
        if reservation.statut != w.LISTE_ATTENTE:
            etat = w.CRENEAU.etats[reservation.statut].libelle
            raise DejaChange(f"L’enfant n’est plus en liste d’attente : ce créneau est à l’état « {etat} ».")
        if ordre not in (None, reservation.ordre):
            raise DejaChange("Cette place a été demandée de nouveau : le planning dit où vous en êtes.")
        acteur = Acteur(auteur, w.FAMILLE)
        liees = seances_liees([reservation])
        franchir_ensemble([reservation], w.RENONCER, acteur, w.NON_RESERVE, famille_id=famille.id)
        if liees:
            pourvoir(places, liees)


def donner_la_place(agent: Compte, reservation_id: int) -> list[Reservation]:
    """An agent gives the free place to the first of the list, past the deadline as before it.

    Gives who got one: the child, and those who are tied to it. :class:`Refus` when somebody is before it, or
    before one of them where that one waits, or no place is left; :class:`DejaChange` when it no longer waits.
    """
    with write_transaction():
        exiger_un_agent(agent, "Seuls les agents de la mairie donnent une place.")
        voulue = Reservation.get_or_none(Reservation.id == reservation_id)
        if voulue is None:
            raise Introuvable("Cette place n’est plus demandée.")
        perimetre.exiger_la_seance(agent, voulue.seance_id)
        places = verrouiller_les_places([voulue.seance_id])
        famille_id = voulue.enfant.famille_id
        exiger_une_autre_famille(
            agent, famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
        )
        devant: Attente | None = None
        for attente in attentes(places, {voulue.seance_id, *seances_liees([voulue])}):
            est_la = voulue.id in {r.id for r in attente.reservations}
            if est_la and attente.obstacle:
                raise Refus(attente.obstacle.phrase)
            if attente.obstacle or not attente.entier:
                continue
            prises = prendre_ensemble(places, attente.seances)
            if est_la and prises:
                _exiger_de_tout_voir(agent, attente)
                promouvoir(attente.reservations, Acteur(agent, w.AGENT))
                return attente.reservations
            if prises:
                devant = devant or attente
            if devant and (est_la or voulue.seance_id in devant.seances):
                raise Refus(
                    f"{devant.reservations[0].enfant.nom_complet} est avant sur la liste :"
                    " la place lui revient."
                )
            if est_la:
                raise Refus("Il ne reste pas de place à donner.")
        raise DejaChange("Cet enfant n’est plus en liste d’attente.")


def reprendre(apres: int = 0) -> int:
    """Give the places that stayed free while somebody waits: more of them, a closure lifted, a tie undone.

    Every act gives what it frees; this round, made again and again, finds what no act could see. It looks at
    the séances that come after the id `apres`, a few at a time; gives the last one's, 0 once all are seen.
    Whom an agent made wait while there was a place is left to that agent.
    """
    a_voir = oubliees(apres)
    if servables := _servables(a_voir):
        with write_transaction():
            pourvoir(verrouiller_les_places(servables), servables, tous=False)
    return a_voir[-1] if len(a_voir) == SEANCES_PAR_TOUR else 0


def oubliees(apres: int) -> list[int]:
    """Séances with a place of their own free, where somebody waits whom no agent has put there by choice.

    Those that come after the id `apres`, `SEANCES_PAR_TOUR` at most.
    """
    requete = (
        Reservation.select(Seance.id)
        .join(Seance)
        .join_from(Reservation, Evenement, on=Evenement.id == Reservation.ordre)
        .where(
            Reservation.statut == w.LISTE_ATTENTE,
            Seance.prises < Seance.places,
            Seance.limite_reservation > clock.maintenant(),
            Evenement.acte != w.METTRE_EN_ATTENTE,
            Seance.id > apres,
        )
        .order_by(Seance.id)
        .distinct()
        .limit(SEANCES_PAR_TOUR)
    )
    return [ident for (ident,) in requete.tuples()]


def situation(reservation: Reservation, inscrit: bool, particuliers: JoursParticuliers) -> Situation:
    """What the rules look at to give this child a place; its séance and its activity are read."""
    seance, activite = reservation.seance, reservation.seance.activite
    return Situation(
        reservation.statut,
        seance.jour,
        seance.debut,
        0,
        seance.limite_reservation,
        seance.limite_absence,
        activite.reservable,
        inscrit,
        particuliers.empeche(seance, activite),
    )


# ——— inside ———


def _exiger_de_tout_voir(agent: Compte, attente: Attente) -> None:
    """Who is tied to the child may wait in a place that this agent has not: whoever has both gives both."""
    vu = perimetre.du_compte(agent)
    if not all(vu.voit_le_lieu(r.seance.activite.lieu_id) for r in attente.reservations):
        raise Refus(
            "Un frère ou une sœur attend, ensemble ou pas du tout, dans un lieu dont vous n’avez pas la"
            " charge : un agent qui a les deux doit donner ces places."
        )


def _dernieres_lignes(creneaux: Collection[Reservation]) -> dict[int, int]:
    """The last line of the journal about each of these: a mail is known by those that it tells."""
    requete = (
        Evenement.select(Evenement.objet_id, fn.MAX(Evenement.id))
        .where(Evenement.objet == "reservation", Evenement.objet_id.in_([c.id for c in creneaux]))
        .group_by(Evenement.objet_id)
    )
    return dict(requete.tuples())


def _en_liste(places: Places, seance_ids: Collection[int]) -> list[Reservation]:
    """The children who wait on these séances, and those tied to them, in their order."""
    frere = Reservation.alias()
    lies = (
        Reservation.select(frere.id)
        .join(frere, on=frere.fratrie == Reservation.fratrie)
        .where(
            Reservation.seance.in_(list(seance_ids) or [0]),
            Reservation.statut == w.LISTE_ATTENTE,
            Reservation.fratrie.is_null(False),
            frere.statut == w.LISTE_ATTENTE,
        )
    )
    inscrit = Preinscription.select(fn.COUNT(Preinscription.id)).where(
        Preinscription.enfant == Reservation.enfant,
        Preinscription.activite == Seance.activite,
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.debut <= Seance.jour,
        Preinscription.fin >= Seance.jour,
    )
    return list(
        Reservation.select(Reservation, Enfant, Famille, Seance, Activite, inscrit.alias("inscriptions"))
        .join(Enfant)
        .join(Famille)
        .join_from(Reservation, Seance)
        .join(Activite)
        .where(
            Reservation.statut == w.LISTE_ATTENTE,
            Reservation.seance.in_(list(seance_ids) or [0]) | Reservation.id.in_(lies),
        )
        .order_by(Reservation.ordre)
    )


def _servables(seance_ids: Collection[int]) -> set[int]:
    """Where, of these, somebody could be given a place as things are; empty: there is nothing to be done.

    Read without a lock: where a kitchen is full for the whole year, nobody has to wait for the round.
    """
    if not seance_ids:
        return set()
    lies = (Reservation.statut == w.LISTE_ATTENTE) & Reservation.fratrie.is_null(False)
    noues = Reservation.select().where(Reservation.seance.in_(list(seance_ids)), lies)
    places = compter_les_places({*seance_ids, *seances_liees(noues)})
    servies = _servir(places, attentes(places, seance_ids), tous=False)
    return {seance_id for attente in servies for seance_id in attente.seances}


def _servir(places: Places, en_liste: Sequence[Attente], tous: bool) -> list[Attente]:
    """Those to whom what they wait for can go by itself, in their order; the places are taken."""
    retenues = set() if tous else _retenues(en_liste)
    return [
        attente
        for attente in en_liste
        if not (attente.obstacle or attente.tardive)
        and attente.entier
        and not retenues & {reservation.id for reservation in attente.reservations}
        and prendre_ensemble(places, attente.seances)
    ]


def _retenues(en_liste: Iterable[Attente]) -> set[int]:
    """The bookings of those whom an agent put in the list by choice. One query."""
    ordres = {r.ordre: r.id for attente in en_liste for r in attente.reservations}
    choix = Evenement.select(Evenement.id).where(
        Evenement.id.in_(list(ordres)), Evenement.acte == w.METTRE_EN_ATTENTE
    )
    return {ordres[ident] for (ident,) in choix.tuples()} if ordres else set()


def _attente(groupe: list[Reservation], particuliers: JoursParticuliers, places: Places) -> Attente:
    maintenant = clock.maintenant()
    situations = [situation(r, r.inscriptions > 0, particuliers) for r in groupe]
    return Attente(
        groupe,
        next(filter(None, (obstacle_place(s, maintenant) for s in situations)), None),
        any(obstacle_promotion(s, maintenant) for s in situations),
        all(reservation.seance_id in places.seances for reservation in groupe),
    )
