"""Some demandes answered together: read at once, judged one by one, dealt in their order, written at once.

One demande is a lot of one. What the rules say of each stays its own: one that cannot be answered is set
aside with the reason, before anything is written. What is dealt is dealt by `distribuer`, that a preview
asks too: what it shows is what the act does.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import workflows as w
from models import (
    Abonnement,
    Compte,
    Demande,
    Enfant,
    Famille,
    JourVoulu,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
    verrouiller,
)
from portail.domain import (
    application,
    calendrier,
    changements,
    coffre,
    droits,
    liste_attente,
    perimetre,
    reponse_contestation,
    reponse_creneaux,
    reponse_dossier,
    reponse_preinscription,
)
from portail.domain.application import Fiche
from portail.domain.calendrier import JoursParticuliers
from portail.domain.changements import Etat
from portail.domain.droits import Regard
from portail.domain.places import Places, prevoir_les_places, verrouiller_les_places
from portail.domain.refus import Refus
from portail.domain.repartition import Part, repartir
from portail.domain.reponse import Ordre, Voulue, creneaux_de
from portail.domain.transitions import ecrites

DE_CRENEAUX = (w.NATURE_RESERVATION, w.NATURE_ABSENCE)
ILLISIBLE = "Ses données protégées ne se lisent plus : leur clé n’est plus là (PORTAIL_CLES)."
A_SA_FAMILLE = "Vous êtes abonné à cette famille : un autre agent doit répondre à sa demande."


@dataclass
class Distribution:
    """Where an answer leads all that it bears on."""

    creneaux: dict[int, str] = field(default_factory=dict)
    """By booking: the status in which it ends."""
    jours: dict[int, Part] = field(default_factory=dict)
    """By pre-registration: what becomes of the days that it asks for."""
    servies: list[Reservation] = field(default_factory=list)
    """Those who waited on a list, and to whom a place goes that an absence frees."""


@dataclass
class Lot:
    """These demandes, read to be answered."""

    ordre: Ordre
    voulues: list[Voulue]
    places: Places
    regards: Mapping[int, Callable[[Compte], Regard]] = field(default_factory=dict)
    """By family: what each of its accounts may read. Empty for a preview."""
    fiches: Mapping[int, Fiche] = field(default_factory=dict)
    """By change of the file: its sheet."""
    etats: dict[int, Etat] = field(default_factory=dict)
    """By change of the file: where it stands."""
    voulus: dict[int, list[int]] = field(default_factory=dict)
    """By pre-registration: the séances that it asks for, in the order of time."""
    particuliers: JoursParticuliers | None = None
    restes: dict[int, int] = field(default_factory=dict)
    """By contested line: what no avoir has taken back yet, in cents."""

    @property
    def definitives(self) -> frozenset[int]:
        """The demandes of which this answer issues an avoir: it cannot be taken back."""
        acceptees = self.de(w.NATURE_CONTESTATION) if self.ordre.acte == w.ACCEPTER else []
        return frozenset(voulue.demande.id for voulue in acceptees)

    @property
    def possibles(self) -> list[Voulue]:
        return [voulue for voulue in self.voulues if voulue.possible]

    def de(self, *natures: str) -> list[Voulue]:
        """Those that can be answered, of these natures."""
        return [voulue for voulue in self.possibles if voulue.demande.nature in natures]


def charger(
    agent: Compte,
    demandes: Mapping[int, Collection[int] | None],
    malgre: Mapping[int, str] | None = None,
) -> list[Voulue]:
    """These demandes, in the order in which they are answered; of those that do not exist, nothing.

    Absences come first, for what they free; then the oldest first. By demande, which of its parts are chosen.
    Those of the agent's own family are refused. Two queries.
    """
    auteur = Compte.alias()
    requete = (
        Demande.select(Demande, Famille, auteur)
        .join(Famille)
        .join_from(Demande, auteur, on=Demande.auteur == auteur.id, attr="auteur")
        .where(Demande.id.in_(list(demandes) or [0]), *perimetre.du_compte(agent).demandes())
    )
    trouvees = sorted(requete, key=lambda d: (d.nature != w.NATURE_ABSENCE, d.deposee_le, d.id))
    siennes = Abonnement.select(Abonnement.famille).where(Abonnement.compte == agent)
    familles = {famille_id for (famille_id,) in siennes.tuples()}
    voulues = [Voulue(demande, demandes[demande.id], malgre or {}) for demande in trouvees]
    for voulue in voulues:
        if voulue.demande.famille_id in familles:
            voulue.refus = Refus(A_SA_FAMILLE)
    return voulues


def verrouiller_le_lot(ordre: Ordre, voulues: list[Voulue]) -> Lot:
    """The same, locked: the séances, then the sheets (and who is billed), then the demandes."""
    attendues = [voulue for voulue in voulues if voulue.possible]
    regards = droits.regards_par_famille(v.demande.famille for v in attendues)  # nobody waits for it
    places = _les_places(ordre, attendues, verrouiller_les_places)
    du_dossier = [v.demande.id for v in attendues if v.demande.nature == w.NATURE_DOSSIER]
    siennes = Modification.select().where(Modification.demande.in_(du_dossier)) if du_dossier else ()
    contestees = [v.demande.id for v in attendues if v.demande.nature == w.NATURE_CONTESTATION]
    payent = reponse_contestation.payeurs_de(contestees) if contestees else ()
    fiches = application.verrouiller_les_fiches(list(siennes), payent) if siennes or payent else {}
    relues = verrouiller(Demande, [v.demande.id for v in attendues])
    for voulue in attendues:
        ancienne, voulue.demande = voulue.demande, relues[voulue.demande.id]
        ecrites(voulue.demande, famille=ancienne.famille, auteur=ancienne.auteur)
    return lire(Lot(ordre, voulues, places, regards, fiches))


def prevoir_le_lot(ordre: Ordre, voulues: list[Voulue], places: Places) -> Lot:
    """The same without a lock, to show what answering would do. `places`: shared by the lots of a gesture."""
    lot = Lot(ordre, voulues, places)
    ids = [v.demande.id for v in lot.de(w.NATURE_DOSSIER)]
    lot.fiches = _fiches(list(Modification.select().where(Modification.demande.in_(ids)))) if ids else {}
    return lire(lot)


def les_places_prevues(ordre: Ordre, voulues: Iterable[Voulue]) -> Places:
    """The places that answering these bears on, as they are now."""
    return _les_places(ordre, [v for v in voulues if v.possible], prevoir_les_places)


def lire(lot: Lot) -> Lot:
    """Read all that the rules look at, and judge each demande: `refus` is put on those that are set aside."""
    jours = [seance.jour for seance in lot.places.seances.values()]
    lot.particuliers = calendrier.jours_particuliers(min(jours), max(jours)) if jours else None
    en_vue = _lignes_en_vue(lot)
    _lire_les_creneaux(lot, en_vue)
    _lire_les_inscriptions(lot, en_vue)
    _lire_le_dossier(lot)
    _lire_les_contestations(lot)
    return lot


def distribuer(lot: Lot, statuts: Mapping[tuple[int, int], str], sauf: Collection[int] = ()) -> Distribution:
    """Deal the places: what absences free goes to those who wait, the rest to the demandes in their order.

    `statuts`: what the children to be registered have already on the séances that they ask for; `sauf`: those
    of the waiting lists who are served already. The places are taken as it goes; nothing is written.
    """
    issue = Distribution()
    for voulue in lot.de(w.NATURE_ABSENCE):
        issue.creneaux |= reponse_creneaux.arrivees(voulue.parts, lot.ordre, lot.places)
    rendues = [
        ligne.reservation.seance_id
        for voulue in lot.de(w.NATURE_ABSENCE)
        for ligne in voulue.parts
        if issue.creneaux[ligne.reservation_id] == w.ABSENT
    ]
    issue.servies = liste_attente.a_servir(lot.places, rendues, sauf=sauf) if rendues else []
    for voulue in lot.de(w.NATURE_RESERVATION, w.NATURE_PREINSCRIPTION):
        if voulue.demande.nature == w.NATURE_RESERVATION:
            issue.creneaux |= reponse_creneaux.arrivees(voulue.parts, lot.ordre, lot.places)
        elif lot.ordre.acte == w.ACCEPTER:
            inscriptions = [ligne.preinscription for ligne in voulue.parts]
            issue.jours |= repartir(inscriptions, lot.voulus, lot.places, statuts, lot.particuliers)
    return issue


def couples_a_inscrire(lot: Lot) -> list[tuple[int, int]]:
    """(child, séance) of all that the pre-registrations accepted here ask to book."""
    acceptees = lot.de(w.NATURE_PREINSCRIPTION) if lot.ordre.acte == w.ACCEPTER else []
    return reponse_preinscription.couples((ligne for v in acceptees for ligne in v.parts), lot.voulus)


# ——— inside ———


def _les_places(
    ordre: Ordre, voulues: Sequence[Voulue], compter: Callable[[Collection[int]], Places]
) -> Places:
    """The places of the séances that these demandes bear on. Of a refused registration, none is at stake."""
    ids = [v.demande.id for v in voulues if v.demande.nature in DE_CRENEAUX]
    seances: set[int] = set()
    if ids:
        creneaux = creneaux_de(ids)
        siennes = Reservation.select(Reservation.seance).where(Reservation.id.in_(creneaux or [0]))
        seances |= {seance for (seance,) in siennes.distinct().tuples()}
    ids = [v.demande.id for v in voulues if v.demande.nature == w.NATURE_PREINSCRIPTION]
    if ids and ordre.acte == w.ACCEPTER:
        siens = JourVoulu.select(JourVoulu.seance).join(Preinscription).join(Ligne)
        seances |= {s for (s,) in siens.where(Ligne.demande.in_(ids)).distinct().tuples()}
    return compter(seances) if seances else Places((), ())


def _lignes_en_vue(lot: Lot) -> frozenset[int] | None:
    """The lines that the agent may answer; None: all of them."""
    vue = perimetre.du_compte(lot.ordre.acteur.compte) if lot.ordre.acteur.compte else perimetre.LA_VILLE
    if vue.entier:
        return None
    ids = [v.demande.id for v in lot.possibles]
    requete = Ligne.select(Ligne.id).where(Ligne.demande.in_(ids or [0]), *vue.lignes())
    return frozenset(ident for (ident,) in requete.tuples())


def _juger(voulue: Voulue, choisir: Callable[..., None], *quoi: Any) -> None:
    """Choose the parts of one demande; what refuses it is its own."""
    try:
        choisir(voulue, *quoi)
    except Refus as refus:
        voulue.refus, voulue.parts = refus, ()


def _lire_les_creneaux(lot: Lot, en_vue: frozenset[int] | None) -> None:
    siennes = lot.de(*DE_CRENEAUX)
    toutes = reponse_creneaux.lire([v.demande.id for v in siennes]) if siennes else {}
    for voulue in siennes:
        lignes = toutes[voulue.demande.id]
        _juger(voulue, reponse_creneaux.choisir, lignes, en_vue, lot.ordre, lot.particuliers)


def _lire_les_inscriptions(lot: Lot, en_vue: frozenset[int] | None) -> None:
    siennes = lot.de(w.NATURE_PREINSCRIPTION)
    if not siennes:
        return
    ids = [v.demande.id for v in siennes]
    toutes = reponse_preinscription.lire(ids)
    accepte = lot.ordre.acte == w.ACCEPTER
    inscriptions = [ligne.preinscription for lignes in toutes.values() for ligne in lignes]
    autres = reponse_preinscription.lire_les_autres(inscriptions) if accepte else {}
    lot.voulus = reponse_preinscription.jours_voulus(ids) if accepte else {}
    for voulue in siennes:
        _juger(voulue, reponse_preinscription.choisir, toutes[voulue.demande.id], en_vue, lot.ordre, autres)


def _lire_le_dossier(lot: Lot) -> None:
    siennes = lot.de(w.NATURE_DOSSIER)
    if not siennes:
        return
    agent = lot.ordre.acteur.compte
    demandes = [v.demande for v in siennes]
    toutes = reponse_dossier.lire([demande.id for demande in demandes])
    lues = reponse_dossier.lues_par(agent, demandes) if agent else set()
    lot.etats = _etats(lot, siennes, toutes)
    for voulue in (v for v in siennes if v.possible):
        siens = toutes[voulue.demande.id]
        _juger(voulue, reponse_dossier.choisir, siens, lot.ordre, lot.fiches, lot.etats, lues)


def _lire_les_contestations(lot: Lot) -> None:
    siennes = lot.de(w.NATURE_CONTESTATION)
    if not siennes:
        return
    toutes = reponse_contestation.lire([v.demande.id for v in siennes])
    lot.restes = reponse_contestation.restes(ligne for lignes in toutes.values() for ligne in lignes)
    for voulue in siennes:
        _juger(voulue, reponse_contestation.choisir, toutes[voulue.demande.id], lot.ordre, lot.restes)


def _etats(lot: Lot, siennes: list[Voulue], toutes: Mapping[int, list[Modification]]) -> dict[int, Etat]:
    """Where each change stands. What no key opens any more is set aside, and the others are answered."""
    try:
        return changements.etats([m for siens in toutes.values() for m in siens], lot.fiches)
    except coffre.Illisible:
        etats: dict[int, Etat] = {}
        for voulue in siennes:
            try:
                etats |= changements.etats(toutes[voulue.demande.id], lot.fiches)
            except coffre.Illisible:
                voulue.refus = Refus(ILLISIBLE)
        return etats


def _fiches(modifications: Collection[Modification]) -> dict[int, Fiche]:
    """The sheet of each change, unlocked."""
    objets = application.fiches_visees(modifications)
    trouvees: dict[tuple[type[Fiche], int], Fiche] = {}
    for table in (Responsable, Enfant):
        ids = [ident for classe, ident in objets.values() if classe is table]
        for fiche in table.select().where(table.id.in_(ids)) if ids else ():
            trouvees[table, fiche.id] = fiche
    return {ident: trouvees[vise] for ident, vise in objets.items()}
