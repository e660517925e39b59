"""« Ce que je reçois »: which mails each account wants of each of its families, where it has the choice.

The answers of the town, and the acknowledgements of what one asks oneself, are no choice: they are the proof
of what was asked and decided (CRPA, L112-11).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Enfant,
    Famille,
    Lieu,
    Preinscription,
    SansRappel,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import droits
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

CHAMP = "sauf"
"""The field of the activities of which nothing is wanted."""


@dataclass(frozen=True)
class Choix:
    """What is wanted of one family."""

    rappels: bool
    """Before a deadline, when nothing is booked."""
    sauf: frozenset[int]
    """The activities of which no reminder is wanted, by id."""
    accuses: bool
    """Of what the other parents ask."""


@dataclass(frozen=True)
class Reception:
    """One family, what can be chosen of it, and what is."""

    abonnement_id: int
    famille: str
    decide: bool
    """Whether reminders may come at all: the account decides for a child of the family."""
    choix: Choix
    activites: dict[int, str] = field(default_factory=dict)
    """Where a child for whom it decides can be booked, by id: « Cantine », with its place if two have it."""
    faute: str = ""
    """What is wrong with what was typed."""


# ——— the act ———


def regler(compte: Compte, abonnement_id: int, choix: Choix) -> None:
    """From now on the account receives that of this family. What stands already writes nothing.

    :class:`Introuvable` for a subscription that is not theirs, or is not active; :class:`Refus` for an
    activity that is not on the list. What was chosen of activities that have left the list is kept.
    """
    with write_transaction():
        abonnement = verrouiller(Abonnement, [abonnement_id]).get(abonnement_id)
        if abonnement is None or abonnement.compte_id != compte.id or abonnement.statut != w.ACTIF:
            raise Introuvable("Cet abonnement n’existe pas.")
        (avant,) = _lire(compte, [abonnement])
        if inconnues := choix.sauf - set(avant.activites):
            _exiger_de_les_connaitre(abonnement, inconnues)
            raise Refus("Cette activité n’est plus dans la liste : choisissez parmi celles-ci.", champ=CHAMP)
        if choix == avant.choix:
            return
        Abonnement.update(sans_rappels=not choix.rappels, sans_accuses_des_autres=not choix.accuses).where(
            Abonnement.id == abonnement.id
        ).execute()
        SansRappel.delete().where(
            SansRappel.abonnement == abonnement, SansRappel.activite.in_(list(avant.activites))
        ).execute()
        if choix.sauf:
            SansRappel.insert_many(
                {"abonnement": abonnement.id, "activite": ident} for ident in sorted(choix.sauf)
            ).execute()
        acteur = Acteur(compte, w.FAMILLE)
        dit = _en_mots(choix, avant.activites)
        journaliser(abonnement, "reception_reglee", acteur, famille_id=abonnement.famille_id, detail=dit)


def _exiger_de_les_connaitre(abonnement: Abonnement, activites: Iterable[int]) -> None:
    """An activity in which no child of the family was ever asked for is none of theirs to name."""
    connues = (
        Preinscription.select(Preinscription.activite)
        .join(Enfant)
        .where(Enfant.famille == abonnement.famille_id)
        .distinct()
    )
    if not set(activites) <= {ident for (ident,) in connues.tuples()}:
        raise Introuvable("Cette activité n’existe pas.")


# ——— what is read ———


def lire(compte: Compte) -> list[Reception]:
    """Each family that the account is subscribed to. Four queries, however many they are."""
    requete = (
        Abonnement.select(Abonnement, Famille)
        .join(Famille)
        .where(Abonnement.compte == compte, Abonnement.statut == w.ACTIF)
        .order_by(Famille.recherche, Abonnement.id)
    )
    return _lire(compte, list(requete))


def comme_saisi(vues: Iterable[Reception], abonnement_id: int, choix: Choix, faute: str) -> list[Reception]:
    """The same, one of them as it was typed, with what is wrong in it."""
    return [
        replace(vue, choix=choix, faute=faute) if vue.abonnement_id == abonnement_id else vue for vue in vues
    ]


def _lire(compte: Compte, abonnements: list[Abonnement]) -> list[Reception]:
    regards = droits.regards_par_famille(abonnement.famille for abonnement in abonnements)
    decides = {ident: regard(compte).decide for ident, regard in regards.items()}
    activites = _activites(enfant for siens in decides.values() for enfant in siens)
    refusees = _refusees(abonnements)
    return [
        Reception(
            abonnement.id,
            abonnement.famille.nom,
            bool(decides[abonnement.famille_id]),
            Choix(
                not abonnement.sans_rappels,
                frozenset(refusees[abonnement.id] & activites[abonnement.famille_id].keys()),
                not abonnement.sans_accuses_des_autres,
            ),
            activites[abonnement.famille_id],
        )
        for abonnement in abonnements
    ]


def _activites(enfants: Iterable[int]) -> dict[int, dict[int, str]]:
    """By family, the activities in which these children can be booked, today or later."""
    requete = (
        Preinscription.select(Enfant.famille, Activite.id, Activite.nom, Lieu.nom)
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .where(
            Enfant.id.in_(list(enfants)),
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.fin >= clock.aujourdhui(),
            Activite.reservable,
        )
        .order_by(Activite.rang, Activite.nom, Activite.id)
        .tuples()
    )
    trouvees: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    for famille_id, ident, nom, lieu in requete:
        trouvees[famille_id][ident] = (nom, lieu)
    nommees: dict[int, dict[int, str]] = defaultdict(dict)
    for famille_id, siennes in trouvees.items():
        noms = [nom for nom, _ in siennes.values()]
        nommees[famille_id] = {
            ident: f"{nom}, {lieu}" if noms.count(nom) > 1 else nom for ident, (nom, lieu) in siennes.items()
        }
    return nommees


def _refusees(abonnements: list[Abonnement]) -> dict[int, set[int]]:
    trouvees: dict[int, set[int]] = defaultdict(set)
    requete = SansRappel.select(SansRappel.abonnement, SansRappel.activite)
    for abonnement_id, activite_id in requete.where(SansRappel.abonnement.in_(abonnements)).tuples():
        trouvees[abonnement_id].add(activite_id)
    return trouvees


def _en_mots(choix: Choix, activites: dict[int, str]) -> str:
    """« rappels : oui, sauf Cantine ; accusés des autres : non »."""
    sauf = [activites[ident] for ident in activites if ident in choix.sauf]
    rappels = "oui" if choix.rappels else "non"
    accuses = "oui" if choix.accuses else "non"
    exceptes = f", sauf {mots.enumeration(sauf)}" if sauf else ""
    return f"rappels : {rappels}{exceptes} ; accusés des autres : {accuses}"
