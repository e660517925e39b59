"""`franchir()`: the only place that writes a status, with its journal line, in the transaction of the act."""

from collections.abc import Iterable
from dataclasses import dataclass

import workflows as w
from models import (
    Abonnement,
    Compte,
    Demande,
    Evenement,
    Ligne,
    Modele,
    Modification,
    Preinscription,
    Reservation,
    Seance,
    db,
)
from portail import clock
from portail.domain.refus import DejaChange, Refus

MACHINES: dict[type[Modele], w.Machine] = {
    Reservation: w.CRENEAU,
    Ligne: w.LIGNE,
    Demande: w.DEMANDE,
    Preinscription: w.PREINSCRIPTION,
    Abonnement: w.ABONNEMENT,
    Modification: w.MODIFICATION,
}


@dataclass(frozen=True)
class Acteur:
    """Who acts, and as what: `compte` is empty for the system itself."""

    compte: Compte | None
    role: str


SYSTEME = Acteur(None, w.SYSTEME)


def franchir(
    objet: Modele,
    acte: str,
    acteur: Acteur,
    *,
    vers: str | None = None,
    famille_id: int | None = None,
    demande_id: int | None = None,
    motif: str = "",
) -> Evenement:
    """Take `objet` through `acte`, and write it in the journal. Gives the journal line.

    The write is conditional on the status that was read and its rows are counted: whoever comes second gets
    :class:`DejaChange`, and the whole act is rolled back. `vers` chooses among the ends that the table
    allows when there are several. A :class:`Refus` is raised when the act needs a reason and has none.
    """
    if not db.in_transaction():
        raise RuntimeError("a status changes inside the transaction of an act")
    machine = MACHINES[type(objet)]
    try:
        transition = machine.transition(objet.statut, acte, acteur.role)
    except w.ActeIllegal as illegal:
        raise DejaChange(f"L’état a changé entre-temps : {machine.etats[objet.statut].libelle}.") from illegal
    if transition.motif_requis and not motif.strip():
        raise Refus("Indiquez le motif du refus : la famille le lira.", champ="motif")
    if vers is None:
        (vers,) = transition.vers
    elif vers not in transition.vers:
        raise w.ActeIllegal(machine, objet.statut, f"{acte} → {vers}", acteur.role)

    evenement = journaliser(
        objet,
        acte,
        acteur,
        de=transition.de,
        vers=vers,
        famille_id=famille_id,
        demande_id=demande_id,
        detail=motif,
    )
    valeurs: dict = {"statut": vers}
    if isinstance(objet, Reservation):
        valeurs["ordre"] = evenement.id if vers == w.LISTE_ATTENTE else None
    if isinstance(objet, Ligne | Modification) and motif:
        valeurs["motif"] = motif
    classe = type(objet)
    ecrites = classe.update(valeurs).where(classe.id == objet.id, classe.statut == transition.de).execute()
    if ecrites != 1:
        raise DejaChange("Quelqu’un d’autre vient de changer l’état.")
    for nom, valeur in valeurs.items():
        setattr(objet, nom, valeur)
    objet._dirty.difference_update(valeurs)  # written: a later save() has nothing to add
    if isinstance(objet, Reservation):
        _compter_les_places(objet.seance_id, transition.de, vers)
    return evenement


def journaliser(
    objet: Modele,
    acte: str,
    acteur: Acteur,
    *,
    de: str = "",
    vers: str = "",
    famille_id: int | None = None,
    demande_id: int | None = None,
    detail: str = "",
) -> Evenement:
    """Write a line of the journal: a transition, a birth, a sensitive read. Gives the line."""
    return Evenement.create(
        quand=clock.maintenant(),
        auteur=acteur.compte,
        acte=acte,
        objet=objet._meta.table_name,
        objet_id=objet.id,
        de=de,
        vers=vers,
        famille_id=famille_id,
        demande_id=demande_id,
        detail=detail,
    )


def journaliser_ensemble(
    faits: Iterable[tuple[Modele, str]], acteur: Acteur, *, vers: str, famille_id: int, demande_id: int
) -> None:
    """The same, of several objects that an act brings to life at once: each with its act, in one insert."""
    Evenement.insert_many(
        {
            "quand": clock.maintenant(),
            "auteur": acteur.compte,
            "acte": acte,
            "objet": objet._meta.table_name,
            "objet_id": objet.id,
            "de": "",
            "vers": vers,
            "famille": famille_id,
            "demande": demande_id,
            "detail": "",
        }
        for objet, acte in faits
    ).execute()


def _compter_les_places(seance_id: int, de: str, vers: str) -> None:
    """Keep `Seance.prises` true; its CHECK refuses one place too many."""
    ecart = (vers in w.OCCUPENT_UNE_PLACE) - (de in w.OCCUPENT_UNE_PLACE)
    if ecart:
        Seance.update(prises=Seance.prises + ecart).where(Seance.id == seance_id).execute()
