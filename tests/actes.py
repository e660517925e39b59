"""What the tests of the acts share: ask, declare, and read what remains of it."""

import secrets

import workflows as w
from models import (
    Abonnement,
    Activite,
    Capacite,
    CapaciteActivite,
    Compte,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Ligne,
    Modification,
    Reservation,
    Responsable,
    Seance,
    SessionOuverte,
)
from portail import clock
from portail.domain import champs, dossier, lectures, planning
from tests.monde import Monde


def demander(monde: Monde, *voeux: tuple[Enfant, Seance]) -> Demande:
    """Claire asks for these bookings."""
    depot = planning.demander_reservation(monde.claire, monde.moreau, [(e.id, s.id) for e, s in voeux])
    assert depot.demande and not depot.refuses
    return Demande.get_by_id(depot.demande.id)


def absenter(monde: Monde, *voeux: tuple[Enfant, Seance]) -> Demande:
    """Claire declares these absences; what is not yet booked is taken over as booked first."""
    for enfant, seance in voeux:
        if monde.statut(enfant, seance) == w.NON_RESERVE:
            monde.poser(enfant, seance, w.RESERVE)
    depot = planning.declarer_absence(monde.claire, monde.moreau, [(e.id, s.id) for e, s in voeux])
    assert depot.demande and not depot.refuses
    return Demande.get_by_id(depot.demande.id)


def modifier(monde: Monde, fiche: Responsable | Enfant, **voulues: str) -> Demande:
    """Claire asks that these fields of a sheet change."""
    objet = fiche._meta.table_name
    sensible = any((c := champs.champ(objet, nom)) and c.rubrique in champs.SENSIBLES for nom in voulues)
    session = session_de(monde.claire) if sensible else None
    demande = dossier.demander_des_modifications(
        monde.claire, monde.moreau, objet, fiche.id, voulues, session
    )
    assert demande is not None
    return Demande.get_by_id(demande.id)


def lire_le_scelle(agent: Compte, demande: Demande) -> None:
    """This agent displays all that is sealed in this demande."""
    lectures.rouvrir_la_demande(agent, demande.id, lectures.ACTES)


def modifications(demande: Demande) -> list[Modification]:
    return list(Modification.select().where(Modification.demande == demande).order_by(Modification.id))


def lignes(demande: Demande) -> list[Ligne]:
    return list(Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id))


def places(seance: Seance, places: int) -> Seance:
    """The séance, with so many places in all."""
    Seance.update(places=places).where(Seance.id == seance.id).execute()
    return Seance.get_by_id(seance.id)


def prises(seance: Seance) -> int:
    return Seance.get_by_id(seance.id).prises


def statut(objet: Demande | Ligne | Reservation) -> str:
    """The status as it is stored now."""
    return type(objet).get_by_id(objet.id).statut


def abonner(
    famille: Famille, email: str, *, statut: str = w.ACTIF, actif: bool = True, role: str = "famille"
):
    """One more account, subscribed to this family."""
    compte = Compte.create(
        email=email,
        prenom="Camille",
        nom="Petit",
        role=role,
        mot_de_passe="-",
        actif=actif,
        cree_le=clock.maintenant(),
        active_le=clock.maintenant(),
    )
    Abonnement.create(compte=compte, famille=famille, statut=statut, cree_le=clock.maintenant())
    return compte


def session_de(compte: Compte, **valeurs) -> SessionOuverte:
    """An open session of this account, its password just given."""
    maintenant = clock.maintenant()
    quand = {"ouverte_le": maintenant, "vue_le": maintenant, "confirmee_le": maintenant}
    return SessionOuverte.create(compte=compte, jeton=secrets.token_hex(32), **(quand | valeurs))


def empreinte() -> tuple[int, int, int, int]:
    """How much the acts have written: equal before and after when nothing happened."""
    return tuple(table.select().count() for table in (Demande, Ligne, Evenement, Courriel))  # type: ignore[return-value]


def partager(places: int, *activites: Activite, simultanee: bool = False, nom: str = "Salle") -> Capacite:
    """A capacity that these activities share: by the day, or by the hour when it is `simultanee`."""
    capacite = Capacite.create(nom=nom, places=places, simultanee=simultanee)
    for activite in activites:
        CapaciteActivite.create(capacite=capacite, activite=activite)
    return capacite


def en_liste(monde: Monde, *voeux: tuple[Enfant, Seance]) -> list[Reservation]:
    """These children wait there, in this order, each alone."""
    return [monde.poser(enfant, seance, w.LISTE_ATTENTE) for enfant, seance in voeux]


def nouer(*reservations: Reservation) -> None:
    """Tie these: « ensemble ou pas du tout »."""
    ids = [reservation.id for reservation in reservations]
    Reservation.update(fratrie=min(ids)).where(Reservation.id.in_(ids)).execute()
