"""`franchir()`: the only place that writes a status, with its journal line, in the transaction of the act."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from peewee import fn

import workflows as w
from models import (
    Abonnement,
    Campagne,
    Compte,
    Demande,
    Evenement,
    Importation,
    Ligne,
    Mandat,
    Modele,
    Modification,
    Paiement,
    Preinscription,
    Prelevement,
    Reservation,
    Seance,
    db,
)
from portail import clock
from portail.domain import ecriture
from portail.domain.refus import DejaChange, Refus

T = TypeVar("T")

MACHINES: dict[type[Modele], w.Machine] = {
    Reservation: w.CRENEAU,
    Ligne: w.LIGNE,
    Demande: w.DEMANDE,
    Preinscription: w.PREINSCRIPTION,
    Abonnement: w.ABONNEMENT,
    Modification: w.MODIFICATION,
    Importation: w.IMPORTATION,
    Campagne: w.CAMPAGNE,
    Paiement: w.PAIEMENT,
    Mandat: w.MANDAT,
    Prelevement: w.PRELEVEMENT,
}


LOT = 500
"""Rows of one statement, when many take the same step."""
Lien = int | Callable[[Any], int | None] | None
"""The family, the demande that a line of the journal names: the same for all, or by what it is about."""
P = TypeVar("P", Reservation, Ligne, Demande, Preinscription, Modification)


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
        valeurs |= _denouer(vers)
    if isinstance(objet, Ligne | Modification) and motif:
        valeurs["motif"] = motif
    classe = type(objet)
    tenues = classe.update(valeurs).where(classe.id == objet.id, classe.statut == transition.de).execute()
    if tenues != 1:
        raise DejaChange("Quelqu’un d’autre vient de changer l’état.")
    ecrites(objet, **valeurs)
    if isinstance(objet, Reservation):
        _compter_les_places(objet.seance_id, transition.de, vers)
    return evenement


def ecrites(objet: Modele, **valeurs: Any) -> None:
    """The row holds these already: a later save() has nothing to add."""
    for nom, valeur in valeurs.items():
        setattr(objet, nom, valeur)
    objet._dirty.difference_update(valeurs)


def franchir_ensemble(
    objets: Sequence[P],
    acte: str,
    acteur: Acteur,
    vers: str,
    *,
    famille_id: Lien,
    demande_id: Lien = None,
    motif: str = "",
    detail: str = "",
) -> None:
    """The same, of many objects of one table at once, in their order, in a few statements.

    Those of one act that lead to several statuses are told in several calls. The séances are locked by the
    caller. `detail`: what the journal says where there is no reason. :class:`DejaChange` when one of them is
    no longer where it was read, and the act is rolled back.
    """
    if not db.in_transaction():
        raise RuntimeError("a status changes inside the transaction of an act")
    par_statut: dict[str, list[P]] = {}
    for objet in objets:
        par_statut.setdefault(objet.statut, []).append(objet)
    ecarts: Counter[int] = Counter()
    for de, siens in par_statut.items():
        machine = MACHINES[type(siens[0])]
        try:
            transition = machine.transition(de, acte, acteur.role)
        except w.ActeIllegal as illegal:
            raise DejaChange(f"L’état a changé entre-temps : {machine.etats[de].libelle}.") from illegal
        if transition.motif_requis and not motif.strip():
            raise Refus("Indiquez le motif du refus : la famille le lira.", champ="motif")
        if vers not in transition.vers:
            raise w.ActeIllegal(machine, de, f"{acte} → {vers}", acteur.role)
        for lot in en_lots(siens):
            journaliser_ensemble(
                [(objet, acte) for objet in lot],
                acteur,
                de=de,
                vers=vers,
                detail=motif or detail,
                famille_id=famille_id,
                demande_id=demande_id,
            )
            _ecrire_ensemble(lot, de, vers, "" if acte == w.REVENIR else motif)
        for objet in siens:
            objet.statut = vers
            objet._dirty.discard("statut")
            if isinstance(objet, Reservation) and _bouge(de, vers):
                ecarts[objet.seance_id] += _ecart(de, vers)
    _compter_ensemble(ecarts)


REPRENDRE = "reprendre"
"""What the journal calls the coming of what stood before the portal."""


def reprendre_ensemble(
    modele: type[Preinscription] | type[Reservation],
    champs: tuple[str, ...],
    reprises: Sequence[tuple[tuple, str, int]],
    acteur: Acteur,
) -> None:
    """Bring to life what stood before the portal, each in the status that it had, with its journal line.

    `reprises`: the values of `champs`, the status, the family. The séances are locked, the places counted, by
    the caller. A rank in the waiting list is the journal's. As many statements whatever their number.
    """
    if not db.in_transaction():
        raise RuntimeError("a status is written inside the transaction of an act")
    inconnus = {statut for _, statut, _ in reprises} - set(MACHINES[modele].codes)
    if inconnus:
        raise ValueError(f"no such status: {inconnus}")
    ids = ecriture.reserver_les_ids(modele, len(reprises))
    lignes = ecriture.reserver_les_ids(Evenement, len(reprises))
    a_un_rang = modele is Reservation
    ecriture.inserer(
        modele,
        ("id", *champs, "statut", *(("ordre",) if a_un_rang else ())),
        (
            (ident, *valeurs, statut, *((ligne if statut == w.LISTE_ATTENTE else None,) if a_un_rang else ()))
            for ident, ligne, (valeurs, statut, _) in zip(ids, lignes, reprises, strict=True)
        ),
    )
    quand, auteur, table = clock.maintenant(), acteur.compte and acteur.compte.id, modele._meta.table_name
    ecriture.inserer(
        Evenement,
        ("id", "quand", "auteur", "acte", "objet", "objet_id", "vers", "famille"),
        (
            (ligne, quand, auteur, REPRENDRE, table, ident, statut, famille)
            for ident, ligne, (_, statut, famille) in zip(ids, lignes, reprises, strict=True)
        ),
    )
    if a_un_rang:
        seance = champs.index("seance")
        ecarts: Counter[int] = Counter()
        for valeurs, statut, _ in reprises:
            if _bouge(w.NON_RESERVE, statut):
                ecarts[valeurs[seance]] += _ecart(w.NON_RESERVE, statut)
        _compter_ensemble(ecarts)


def en_lots(objets: Sequence[T]) -> Iterator[Sequence[T]]:
    """These, `LOT` at a time."""
    return (objets[rang : rang + LOT] for rang in range(0, len(objets), LOT))


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
    faits: Iterable[tuple[Modele, str]],
    acteur: Acteur,
    *,
    vers: str,
    famille_id: Lien,
    demande_id: Lien,
    de: str = "",
    detail: str = "",
) -> None:
    """The same, of several objects that an act changes, or brings to life, at once."""
    quand, auteur = clock.maintenant(), acteur.compte and acteur.compte.id
    ecriture.inserer(
        Evenement,
        ("quand", "auteur", "acte", "objet", "objet_id", "de", "vers", "famille", "demande", "detail"),
        (
            (
                *(quand, auteur, acte, objet._meta.table_name, objet.id, de, vers),
                famille_id(objet) if callable(famille_id) else famille_id,
                demande_id(objet) if callable(demande_id) else demande_id,
                detail,
            )
            for objet, acte in faits
        ),
    )


def _ecrire_ensemble(lot: Sequence[P], de: str, vers: str, motif: str) -> None:
    """The conditional write of these, its rows counted; a rank in the list is the journal's.

    Of a part that waits again, the reason that was given goes; of one that is answered, it is written.
    """
    classe: type[Modele] = type(lot[0])
    valeurs: dict = {"statut": vers}
    if classe is Reservation:
        derniere = Evenement.select(fn.MAX(Evenement.id)).where(
            Evenement.objet == "reservation", Evenement.objet_id == Reservation.id
        )
        valeurs["ordre"] = derniere if vers == w.LISTE_ATTENTE else None
        valeurs |= _denouer(vers)
    elif issubclass(classe, Ligne | Modification) and (motif or vers == w.EN_ATTENTE):
        valeurs["motif"] = motif
    ids = [objet.id for objet in lot]
    tenues = classe.update(valeurs).where(classe.id.in_(ids), classe.statut == de).execute()
    if tenues != len(ids):
        raise DejaChange("Quelqu’un d’autre vient de changer l’état.")


def _denouer(vers: str) -> dict:
    """Where nothing is booked any more, nothing ties the child to its brothers and sisters."""
    return {"fratrie": None} if vers == w.NON_RESERVE else {}


def _compter_ensemble(ecarts: Counter[int]) -> None:
    """Keep `Seance.prises` true: one statement for the séances that gain, or lose, as many."""
    par_ecart: dict[int, list[int]] = {}
    for seance_id, ecart in sorted(ecarts.items()):
        par_ecart.setdefault(ecart, []).append(seance_id)
    for ecart, seances in par_ecart.items():
        for lot in en_lots(seances):
            Seance.update(_mouvement(ecart)).where(Seance.id.in_(lot)).execute()


def _compter_les_places(seance_id: int, de: str, vers: str) -> None:
    """Keep `Seance.prises` true; its CHECK refuses one place too many."""
    if _bouge(de, vers):
        Seance.update(_mouvement(_ecart(de, vers))).where(Seance.id == seance_id).execute()


def _ecart(de: str, vers: str) -> int:
    """How many places this step takes: one, none, or minus one."""
    return (vers in w.OCCUPENT_UNE_PLACE) - (de in w.OCCUPENT_UNE_PLACE)


def _bouge(de: str, vers: str) -> bool:
    """Whether other families see this step: in the places that are left, or in their rank on the list."""
    return bool(_ecart(de, vers)) or w.LISTE_ATTENTE in (de, vers)


def _mouvement(ecart: int) -> dict:
    return {
        Seance.prises: Seance.prises + ecart,
        Seance.mouvements: Seance.mouvements + 1,
        Seance.bouge_le: clock.maintenant(),
    }
