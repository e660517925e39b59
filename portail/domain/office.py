"""The town's rules applied: what is asked of an activity is accepted at once where its rule says so.

Inside the transaction of the deposit, by the very code of an agent's answer (`lot.py`). Nothing is refused,
nobody is put on a list, nobody goes before those who wait already: what does not meet the rule waits.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from peewee import fn

import workflows as w
from models import Compte, Demande, Document, Ligne, MotifAbsence, Reservation, Seance
from portail.domain import documents, dossier_complet, ecriture_du_lot, regles_de_reponse
from portail.domain import lot as lots
from portail.domain.creneaux import Creneau
from portail.domain.droits import Regard
from portail.domain.lot import Lot
from portail.domain.places import Places, prendre_ensemble
from portail.domain.regles_de_reponse import RegleVue
from portail.domain.reponse import Ordre, Voulue
from portail.domain.transitions import SYSTEME

Voeu = tuple[int, int]
"""A child, a séance."""


@dataclass(frozen=True)
class Cas:
    """What a rule looks at of one thing that is asked."""

    enfant_id: int
    seances: tuple[int, ...]
    """Those that it would take a place on."""
    tardif: bool = False
    """An absence, told after its deadline."""
    a_lire: str = ""
    """What an agent has to read: a document, a word of the family."""
    sans_piece: bool = False
    """A document that the activity asks for has not come."""


def juger(
    regle: RegleVue, cas: Cas, places: Places, en_liste: Mapping[int, int], manques: Mapping[int, list[str]]
) -> str:
    """Why this waits for an agent, in few words; empty when the rule accepts it. No place is taken."""
    conditions = regle.conditions
    incompletes = [partie for partie in manques.get(cas.enfant_id, ()) if partie in conditions.dossier]
    if dossier_complet.PIECES in conditions.dossier and cas.sans_piece:
        incompletes.append(dossier_complet.PIECES)
    if incompletes:
        return f"dossier incomplet ({dossier_complet.dire(incompletes)})"
    if cas.a_lire:
        return cas.a_lire
    if cas.tardif and conditions.dans_les_delais:
        return "déclarée hors délai"
    if regle.nature == w.NATURE_ABSENCE:
        return ""
    if any(en_liste.get(seance) for seance in cas.seances):
        return "des enfants attendent déjà"
    if any(places.restantes(seance) < conditions.places_min for seance in cas.seances):
        return "pas assez de places"
    return ""


def en_liste(seances: Collection[int]) -> dict[int, int]:
    """How many children wait on each of these séances. One query."""
    requete = (
        Reservation.select(Reservation.seance, fn.COUNT(Reservation.id))
        .where(Reservation.seance.in_(list(seances) or [0]), Reservation.statut == w.LISTE_ATTENTE)
        .group_by(Reservation.seance)
    )
    return dict(requete.tuples())


# ——— bookings, absences ———


def choisir(
    nature: str,
    creneaux: Sequence[Creneau],
    liens: Mapping[Voeu, int],
    places: Places,
    motif: MotifAbsence | None,
) -> dict[Voeu, RegleVue]:
    """Of these créneaux, that wait for an agent: those that a rule accepts, in their order, with the rule.

    Children tied together are accepted together or not at all. One query where there is no rule.
    """
    regles = regles_de_reponse.actives(nature, {c.seance.activite.id for c in creneaux})
    if not regles:
        return {}
    parties = {partie for regle in regles.values() for partie in regle.conditions.dossier}
    manques = dossier_complet.manques({c.enfant.id for c in creneaux}, parties)
    attentes = en_liste([c.seance.id for c in creneaux]) if nature == w.NATURE_RESERVATION else {}
    restantes = places.copie()
    choisies: dict[Voeu, RegleVue] = {}
    for groupe in _groupes(creneaux, liens):
        siennes = {(c.enfant.id, c.seance.id): regles.get(c.seance.activite.id) for c in groupe}
        cas = [_cas_d_un_creneau(nature, c, motif) for c in groupe]
        if any(
            regle is None or juger(regle, un, restantes, attentes, manques)
            for regle, un in zip(siennes.values(), cas, strict=True)
        ):
            continue
        if nature == w.NATURE_ABSENCE or prendre_ensemble(restantes, [c.seance.id for c in groupe]):
            choisies |= {voeu: regle for voeu, regle in siennes.items() if regle}
    return choisies


def accepter(
    demande: Demande,
    lignes: Mapping[int, RegleVue],
    places: Places,
    regard_de: Callable[[Compte], Regard],
) -> None:
    """Accept these lines, each by its rule: the journal says which. The séances are locked by the caller."""
    for regle in dict.fromkeys(lignes.values()):
        siennes = [ident for ident, sienne in lignes.items() if sienne == regle]
        ordre = Ordre(w.ACCEPTER, SYSTEME, detail=regle.detail)
        lot = Lot(ordre, [Voulue(demande, siennes)], places, {demande.famille_id: regard_de})
        ecriture_du_lot.ecrire(lots.lire(lot), None)


# ——— pre-registrations ———


def regle_d_inscription(activite_id: int) -> RegleVue | None:
    """The rule that answers the pre-registrations in this activity. One query."""
    return regles_de_reponse.actives(w.NATURE_PREINSCRIPTION, [activite_id]).get(activite_id)


def seances_du(activite_id: int, jours: Iterable) -> list[int]:
    """The séances of these days of the activity: to be locked before anything else is. One query."""
    requete = Seance.select(Seance.id).where(Seance.activite == activite_id, Seance.jour.in_(list(jours)))
    return [ident for (ident,) in requete.tuples()]


def convient(
    regle: RegleVue, enfants: Mapping[int, Collection[int]], places: Places, remarques: str, sans_piece: bool
) -> bool:
    """Whether the rule accepts a pre-registration whole: by child, the séances asked for with it."""
    manques = dossier_complet.manques(list(enfants), regle.conditions.dossier)
    attentes = en_liste({seance for siennes in enfants.values() for seance in siennes})
    restantes = places.copie()
    a_lire = "la famille a écrit une remarque" if remarques else ""
    for enfant_id, seances in enfants.items():
        cas = Cas(enfant_id, tuple(seances), a_lire=a_lire, sans_piece=sans_piece)
        if juger(regle, cas, restantes, attentes, manques) or not prendre_ensemble(restantes, cas.seances):
            return False
    return True


def sans_piece(pieces: str, demande: Demande) -> bool:
    """Whether a document that the activity asks for has not come with the demande. One query."""
    if not documents.pieces(pieces):
        return False
    recues = Document.select(Document.piece).where(Document.demande == demande)
    return bool(documents.manquants(documents.pieces(pieces), (piece for (piece,) in recues.tuples())))


def accepter_l_inscription(
    demande: Demande, regle: RegleVue, places: Places, regard_de: Callable[[Compte], Regard]
) -> None:
    """Accept a pre-registration whole, by its rule."""
    ids = Ligne.select(Ligne.id).where(Ligne.demande == demande).tuples()
    accepter(demande, {ident: regle for (ident,) in ids}, places, regard_de)


# ——— inside ———


def _cas_d_un_creneau(nature: str, creneau: Creneau, motif: MotifAbsence | None) -> Cas:
    cas = Cas(creneau.enfant.id, (creneau.seance.id,))
    if nature == w.NATURE_RESERVATION:
        return cas
    a_lire = "un justificatif est à lire" if motif and motif.justificatif else ""
    tardif = creneau.maintenant >= creneau.seance.limite_absence
    return replace(cas, seances=(), tardif=tardif, a_lire=a_lire)


def _groupes(creneaux: Sequence[Creneau], liens: Mapping[Voeu, int]) -> list[list[Creneau]]:
    """Alone, or with those who are tied to it; in the order of the first of them."""
    groupes: dict[object, list[Creneau]] = {}
    for rang, creneau in enumerate(creneaux):
        lien = liens.get((creneau.enfant.id, creneau.seance.id))
        groupes.setdefault(("seul", rang) if lien is None else ("lien", lien), []).append(creneau)
    return list(groupes.values())
