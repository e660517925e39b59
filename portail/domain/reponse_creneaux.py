"""Answering what was asked of séances, bookings and absences: a place, a rank in the list, or a reason."""

from collections.abc import Callable, Collection, Iterable

from peewee import fn

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Ligne,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock, mots
from portail.domain import courriels, droits, renoncement
from portail.domain.calendrier import JoursParticuliers
from portail.domain.courriels_de_reponse import Annonce, ligne_dite
from portail.domain.droits import Regard
from portail.domain.liste_attente import situation
from portail.domain.places import Places, attribuer
from portail.domain.recapitulatif import dire, dire_ensemble
from portail.domain.refus import DejaChange, Refus
from portail.domain.regles import obstacle_place
from portail.domain.renoncement import EnListe
from portail.domain.reponse import Ordre, Voulue, a_repondre, en_vue
from portail.domain.transitions import ecrites

SEULEMENT_REFUSEE = "Cette ligne ne peut être que refusée."


def lire(demandes: Collection[int]) -> dict[int, list[Ligne]]:
    """The lines of these demandes, with their créneau, and what covers the child there. Two queries.

    `inscrit`, of a créneau: how many registrations of the child in the activity; `couvert`: of that very day.
    """
    lignes = list(Ligne.select().where(Ligne.demande.in_(list(demandes) or [0])).order_by(Ligne.id))
    siennes = (
        (Preinscription.enfant == Reservation.enfant)
        & (Preinscription.activite == Seance.activite)
        & (Preinscription.statut == w.RESERVATION_POSSIBLE)
    )
    couvre = (Preinscription.debut <= Seance.jour) & (Preinscription.fin >= Seance.jour)
    inscrit = Preinscription.select(fn.COUNT(Preinscription.id)).where(siennes)
    requete = (
        Reservation.select(
            Reservation,
            Enfant,
            Seance,
            Activite,
            inscrit.alias("inscrit"),
            inscrit.where(couvre).alias("couvert"),
        )
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Reservation.id.in_([ligne.reservation_id for ligne in lignes if ligne.reservation_id] or [0]))
    )
    creneaux = {creneau.id: creneau for creneau in requete}
    trouvees: dict[int, list[Ligne]] = {ident: [] for ident in demandes}
    for ligne in lignes:
        if ligne.reservation_id:
            ecrites(ligne, reservation=creneaux[ligne.reservation_id])
            trouvees[ligne.demande_id].append(ligne)
    return trouvees


def choisir(
    voulue: Voulue,
    lignes: list[Ligne],
    visibles: frozenset[int] | None,
    ordre: Ordre,
    particuliers: JoursParticuliers | None,
) -> None:
    """The lines that are answered, of those in sight; :class:`Refus` when the rules say no."""
    siennes = en_vue(lignes, visibles)
    parts = a_repondre(voulue.demande, siennes, voulue.choix)
    _exiger_la_fratrie(parts, lignes, {ligne.id for ligne in siennes})
    if ordre.acte != w.REFUSER:
        _verifier_les_regles(voulue.demande, parts, ordre.acte, particuliers)
    for ligne in parts:
        statut = ligne.reservation.statut
        if not w.CRENEAU.permet(statut, ordre.acte, ordre.acteur.role):
            raise DejaChange(f"L’état a changé entre-temps : {w.CRENEAU.etats[statut].libelle}.")
    voulue.parts = parts
    voulue.restantes = sum(ligne.statut != w.ANNULEE for ligne in lignes)


def arrivees(lignes: Iterable[Ligne], ordre: Ordre, places: Places) -> dict[int, str]:
    """Where the answer leads each créneau: accepted, to a place while there are any, else to the list.

    The places are taken, and given back, as it goes.
    """
    creneaux = [ligne.reservation for ligne in lignes]
    demandes = [c for c in creneaux if (ordre.acte, c.statut) == (w.ACCEPTER, w.RESERVATION_ATTENTE)]
    issues = attribuer(places, ((c.id, c.seance_id, c.fratrie) for c in demandes))
    for creneau in creneaux:
        if creneau.id not in issues:
            (issues[creneau.id],) = w.CRENEAU.transition(creneau.statut, ordre.acte, ordre.acteur.role).vers
            if issues[creneau.id] == w.ABSENT:
                places.rendre(creneau.seance_id)
    return issues


def annonce(voulue: Voulue, regard_de: Callable[[Compte], Regard], en_liste: Collection[EnListe]) -> Annonce:
    """The answer as the family reads it: each account, of whom it may read. `en_liste`: who waits of them."""
    demande, lignes = voulue.demande, voulue.parts
    marquees = [
        (
            li.reservation.enfant,
            li.reservation.seance,
            (li.reservation.statut == w.LISTE_ATTENTE, li.facturee),
        )
        for li in lignes
    ]
    dites = []
    for enfant_id, texte, (attend, facturee) in dire_ensemble(demande.nature, marquees):
        refusee = lignes[0].statut == w.REFUSEE
        motif = lignes[0].motif
        dite = (
            courriels.LigneDite(texte, w.REFUSEE, motif) if refusee else ligne_dite(texte, attend, facturee)
        )
        dites.append((enfant_id, dite))
    lues = droits.lignes_pour(demande.famille, dites, regard_de)
    return Annonce(demande, lues, a_renoncer=renoncement.liens_vers(en_liste, regard_de))


# ——— inside ———


def _verifier_les_regles(
    demande: Demande, lignes: Iterable[Ligne], acte: str, particuliers: JoursParticuliers | None
) -> None:
    """No place, nor rank in the list, on a past séance, a closed day, or where the child is not registered.

    An absence can be accepted whatever has happened since: the family declared it in time.
    """
    if demande.nature == w.NATURE_ABSENCE:
        if acte == w.METTRE_EN_ATTENTE:
            raise Refus("Une absence ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
        return
    assert particuliers is not None
    maintenant = clock.maintenant()
    for ligne in lignes:
        if not ligne.reservation.inscrit:
            raise Refus(
                f"{_dire(demande, ligne)}. L’enfant n’est plus inscrit à cette activité. {SEULEMENT_REFUSEE}"
            )
        vue = situation(ligne.reservation, ligne.reservation.couvert > 0, particuliers)
        if obstacle := obstacle_place(vue, maintenant):
            raise Refus(f"{_dire(demande, ligne)}. {obstacle.phrase} {SEULEMENT_REFUSEE}")


def _exiger_la_fratrie(lignes: list[Ligne], toutes: list[Ligne], siennes: Collection[int]) -> None:
    """Brothers and sisters asked for « ensemble ou pas du tout » are answered together.

    `siennes`: the lines in sight of the agent. Who sees one of them only leaves both to who sees them all.
    """
    choisies = {ligne.id for ligne in lignes}
    noues = {ligne.reservation.fratrie for ligne in lignes} - {None}
    for autre in toutes:
        attend = autre.id not in choisies and autre.statut == w.EN_ATTENTE
        if attend and autre.reservation.fratrie in noues:
            meme = next(x for x in lignes if x.reservation.fratrie == autre.reservation.fratrie)
            prenoms = mots.enumeration([x.reservation.enfant.prenom for x in (meme, autre)])
            quand = mots.jour_long(meme.reservation.seance.jour)
            phrase = f"{prenoms} sont demandés ensemble ou pas du tout le {quand}"
            ailleurs = ", et l’un d’eux dans un lieu dont vous n’avez pas la charge : un agent qui les a tous"
            fin = " : répondez pour tous à la fois." if autre.id in siennes else f"{ailleurs} doit répondre."
            raise Refus(f"{phrase}{fin}", champ="ligne")


def _dire(demande: Demande, ligne: Ligne) -> str:
    return dire(demande.nature, ligne.reservation.enfant, ligne.reservation.seance)
