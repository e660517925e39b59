"""What an answer did, read back from the journal; whether it can be undone, and undoing it.

Inside the transaction of the act (`retour.py`). The same locks as the answer, in the same order: séances,
then sheets, then demandes. A number of statements that does not grow, but for the family file.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import fn

import workflows as w
from models import (
    Compte,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Ligne,
    Modele,
    Modification,
    Preinscription,
    Reponse,
    Reservation,
    Seance,
)
from models import (
    verrouiller as verrouiller_les_lignes,
)
from portail.domain import application, liste_attente, reponse_contestation, reprise_du_dossier, souvenir
from portail.domain.application import Fiche
from portail.domain.courriels_de_reponse import cle_de_reponse
from portail.domain.places import Places, prendre_ensemble, verrouiller_les_places
from portail.domain.refus import DejaChange, Refus
from portail.domain.reprise_obstacles import (
    contestees_de_nouveau,
    depuis,
    inscriptions_prises,
    jours_reserves,
    sans_inscription,
)
from portail.domain.souvenir import Souvenir
from portail.domain.transitions import Acteur, ecrites, franchir_ensemble

TABLES: dict[str, type[Modele]] = {
    "reservation": Reservation,
    "ligne": Ligne,
    "preinscription": Preinscription,
    "modification": Modification,
    "demande": Demande,
}
DEJA_FAIT = "Cette réponse a déjà été annulée."
REPONDUE_DEPUIS = "Il a été répondu à d’autres lignes de cette demande depuis."
ENVOYE = "Le courriel de cette réponse est déjà parti : elle est définitive."
DONNEE = "La place rendue par cette absence a été donnée à un autre enfant."


@dataclass(eq=False)
class Reprise:
    """One answer to be taken back: what it did, and how it stood before."""

    reponse: Reponse
    demande: Demande
    """With its family."""
    souvenir: Souvenir
    places: Places
    fiches: dict[int, Fiche] = field(default_factory=dict)
    faits: dict[str, dict[int, tuple[str, str, int]]] = field(default_factory=dict)
    """By table and id: from, to, and the line of the journal that says so."""
    objets: dict[str, list[Any]] = field(default_factory=dict)
    """The same rows, as they are now."""
    courriels: list[int] = field(default_factory=list)
    """The mails that would have told it."""
    refus: Refus | None = None

    def de(self, table: str) -> list[Any]:
        return self.objets.get(table, [])

    def avant(self, objet: Modele) -> str:
        """The status before the answer."""
        return self.faits[objet._meta.table_name][objet.id][0]


def verrouiller(reponses: Sequence[Reponse]) -> list[Reprise]:
    """What these answers did, all of it locked."""
    demandes = {
        demande.id: demande
        for demande in Demande.select(Demande, Famille)
        .join(Famille)
        .where(Demande.id.in_([reponse.demande_id for reponse in reponses]))
    }
    faits = _faits(reponses)
    places = verrouiller_les_places(_seances(faits))
    contestees = [ident for ident, demande in demandes.items() if demande.nature == w.NATURE_CONTESTATION]
    payent = reponse_contestation.payeurs_de(contestees) if contestees else set()
    fiches = _verrouiller_les_fiches(faits, payent)
    relues = verrouiller_les_lignes(Demande, demandes)
    for ident, demande in relues.items():
        ecrites(demande, famille=demandes[ident].famille)
    restantes = {r.id for r in Reponse.select(Reponse.id).where(Reponse.id.in_([r.id for r in reponses]))}
    reprises = [
        Reprise(
            reponse,
            relues[reponse.demande_id],
            souvenir.lire(reponse.avant, reponse.scelle),
            places,
            fiches,
            faits[reponse.demande_id],
            refus=None if reponse.id in restantes else DejaChange(DEJA_FAIT),
        )
        for reponse in reponses
    ]
    _lire_les_objets(reprises)
    return reprises


def examiner(reprises: list[Reprise]) -> None:
    """Whether each can be undone: `refus` says why not. Nothing is written."""
    possibles = _possibles(reprises)
    _rien_apres(possibles)
    _rien_n_a_bouge(possibles)
    _rien_n_est_parti(possibles)
    for obstacle in (
        *(sans_inscription, jours_reserves, inscriptions_prises),
        *(contestees_de_nouveau, reprise_du_dossier.obstacles),
    ):
        for demande_id, phrase in obstacle(_possibles(reprises)).items():
            for reprise in possibles:
                if reprise.demande.id == demande_id:
                    reprise.refus = DejaChange(phrase)
    _tenir_les_places(_possibles(reprises))


def defaire(reprises: list[Reprise], acteur: Acteur) -> None:
    """Undo those that can be; their mails go with them, and what they free goes to those who wait."""
    possibles = _possibles(reprises)
    if not possibles:
        return
    _jeter_les_courriels(possibles)
    reprise_du_dossier.remettre(possibles)
    _franchir(possibles, acteur)
    _renouer(possibles)
    _rouvrir(possibles, acteur)
    Reponse.delete().where(Reponse.id.in_([r.reponse.id for r in possibles])).execute()
    liberees = {
        creneau.seance_id
        for reprise in possibles
        for creneau in reprise.de("reservation")
        if _ecart(reprise.faits["reservation"][creneau.id]) < 0
    }
    if liberees:
        liste_attente.pourvoir(possibles[0].places, liberees)


# ——— reading ———


def _possibles(reprises: Iterable[Reprise]) -> list[Reprise]:
    return [reprise for reprise in reprises if reprise.refus is None]


def _faits(reponses: Sequence[Reponse]) -> dict[int, dict[str, dict[int, tuple[str, str, int]]]]:
    """By demande, what each answer moved, as the journal has it. One query."""
    bornes = {reponse.demande_id: (reponse.premier, reponse.dernier) for reponse in reponses}
    faits: dict[int, dict[str, dict[int, tuple[str, str, int]]]] = {ident: {} for ident in bornes}
    requete = Evenement.select(
        Evenement.demande, Evenement.id, Evenement.objet, Evenement.objet_id, Evenement.de, Evenement.vers
    ).where(
        Evenement.demande.in_(list(bornes)),
        Evenement.id.between(min(r.premier for r in reponses), max(r.dernier for r in reponses)),
        Evenement.vers != "",
        Evenement.objet.in_(list(TABLES)),
    )
    for demande_id, ident, table, objet_id, de, vers in requete.tuples():
        premier, dernier = bornes[demande_id]
        if premier <= ident <= dernier:
            faits[demande_id].setdefault(table, {})[objet_id] = (de, vers, ident)
    return faits


def _ids(faits: dict[int, dict[str, dict[int, tuple[str, str, int]]]], table: str) -> list[int]:
    return [ident for siens in faits.values() for ident in siens.get(table, {})]


def _seances(faits: dict[int, dict[str, dict[int, tuple[str, str, int]]]]) -> set[int]:
    """The séances of the créneaux; of a registration, all those of its days: nobody books there meanwhile."""
    creneaux, inscriptions = _ids(faits, "reservation"), _ids(faits, "preinscription")
    seances: set[int] = set()
    if creneaux:
        requete = Reservation.select(Reservation.seance).where(Reservation.id.in_(creneaux)).distinct()
        seances |= {seance for (seance,) in requete.tuples()}
    if inscriptions:
        des_jours = (
            Seance.select(Seance.id)
            .join(Preinscription, on=Preinscription.activite == Seance.activite)
            .where(
                Preinscription.id.in_(inscriptions),
                Preinscription.statut == w.RESERVATION_POSSIBLE,
                Seance.jour >= Preinscription.debut,
                Seance.jour <= Preinscription.fin,
            )
        )
        seances |= {seance for (seance,) in des_jours.distinct().tuples()}
    return seances


def _verrouiller_les_fiches(
    faits: dict[int, dict[str, dict[int, tuple[str, str, int]]]], payent: Collection[int]
) -> dict[int, Fiche]:
    """The sheets of the changes; and the children of the registrations, for whom nobody asks meanwhile, who
    pays the contested invoices, whose lines nobody contests meanwhile."""
    ids = _ids(faits, "modification")
    modifications = list(Modification.select().where(Modification.id.in_(ids))) if ids else []
    inscriptions = _ids(faits, "preinscription")
    if inscriptions:
        enfants = Preinscription.select(Preinscription.enfant).where(Preinscription.id.in_(inscriptions))
        verrouiller_les_lignes(Enfant, [enfant for (enfant,) in enfants.tuples()])
    return application.verrouiller_les_fiches(modifications, payent)


def _lire_les_objets(reprises: list[Reprise]) -> None:
    """The rows that were moved, as they are now. A query a table."""
    faits = {reprise.demande.id: reprise.faits for reprise in reprises}
    for table, modele in TABLES.items():
        if table == "demande" or not (ids := _ids(faits, table)):
            continue
        par_id = {objet.id: objet for objet in modele.select().where(modele.id.in_(ids))}
        for reprise in reprises:
            siens = reprise.faits.get(table, {})
            reprise.objets[table] = [par_id[ident] for ident in sorted(siens) if ident in par_id]


# ——— what prevents it ———


def _rien_apres(reprises: list[Reprise]) -> None:
    """The last answer to each demande is this one. One query."""
    ids = [reprise.demande.id for reprise in reprises] or [0]
    requete = Reponse.select(Reponse.demande, fn.MAX(Reponse.id)).where(Reponse.demande.in_(ids))
    dernieres = dict(requete.group_by(Reponse.demande).tuples())
    for reprise in reprises:
        if dernieres[reprise.demande.id] != reprise.reponse.id:
            reprise.refus = DejaChange(REPONDUE_DEPUIS)


def _rien_n_a_bouge(reprises: list[Reprise]) -> None:
    """No line of the journal tells of a later step of what the answer moved. A query a table."""
    faits = {reprise.demande.id: reprise.faits for reprise in reprises}
    for table in TABLES:
        ids = _ids(faits, table)
        requete = (
            Evenement.select(Evenement.objet_id, fn.MAX(Evenement.id))
            .where(Evenement.objet == table, Evenement.objet_id.in_(ids or [0]))
            .group_by(Evenement.objet_id)
        )
        if table == "demande":
            requete = requete.where(Evenement.vers != "")
        dernieres = dict(requete.tuples()) if ids else {}
        for reprise in reprises:
            bougees = [dernieres[i] for i, f in reprise.faits.get(table, {}).items() if dernieres[i] > f[2]]
            if bougees and reprise.refus is None:
                reprise.refus = DejaChange(depuis(Evenement.get_by_id(bougees[0])))


def _rien_n_est_parti(reprises: list[Reprise]) -> None:
    """No mail of the answer has begun to leave. One query."""
    requete = Courriel.select(
        Courriel.id, Courriel.cle, Courriel.demande, Courriel.statut, Courriel.essais
    ).where(Courriel.demande.in_([reprise.demande.id for reprise in reprises] or [0]))
    par_demande: dict[int, list[tuple]] = {}
    for ident, cle, demande_id, *etat in requete.tuples():
        par_demande.setdefault(demande_id, []).append((ident, cle, *etat))
    for reprise in reprises:
        prefixe = cle_de_reponse(reprise.demande.id, reprise.reponse.dernier)
        siens = [c for c in par_demande.get(reprise.demande.id, ()) if c[1].startswith(prefixe)]
        if any((statut, essais) != ("a_envoyer", 0) for _, _, statut, essais in siens):
            reprise.refus = reprise.refus or DejaChange(ENVOYE)
        reprise.courriels = [ident for ident, *_ in siens]


def _ecart(fait: tuple[str, str, int]) -> int:
    """How many places undoing this step takes: one, none, or minus one."""
    de, vers, _ = fait
    return (de in w.OCCUPENT_UNE_PLACE) - (vers in w.OCCUPENT_UNE_PLACE)


def _tenir_les_places(reprises: list[Reprise]) -> None:
    """What each frees is given back, then what each takes is taken: there may be no place any more."""
    for reprise in reprises:
        for creneau in reprise.de("reservation"):
            if _ecart(reprise.faits["reservation"][creneau.id]) < 0:
                reprise.places.rendre(creneau.seance_id)
    for reprise in reprises:
        voulues = [
            creneau.seance_id
            for creneau in reprise.de("reservation")
            if _ecart(reprise.faits["reservation"][creneau.id]) > 0
        ]
        if not prendre_ensemble(reprise.places, voulues):
            reprise.refus = DejaChange(DONNEE)


# ——— writing ———


def _jeter_les_courriels(reprises: list[Reprise]) -> None:
    """Conditionally: whoever sends takes a mail without asking anybody."""
    ids = [ident for reprise in reprises for ident in reprise.courriels]
    if not ids:
        return
    a_envoyer = Courriel.id.in_(ids) & (Courriel.statut == "a_envoyer") & (Courriel.essais == 0)
    if Courriel.delete().where(a_envoyer).execute() != len(ids):
        raise DejaChange(ENVOYE)


def _franchir(reprises: list[Reprise], acteur: Acteur) -> None:
    """Every step backwards, what frees a place before what takes one."""
    pas: dict[tuple[int, str, str], list[tuple[Any, Demande]]] = {}
    for reprise in reprises:
        for table in ("reservation", "preinscription", "ligne", "modification"):
            for objet in reprise.de(table):
                fait = reprise.faits[table][objet.id]
                ecart = _ecart(fait) if table == "reservation" else 2
                pas.setdefault((ecart, table, fait[0]), []).append((objet, reprise.demande))
    for (_, _, vers), siens in sorted(pas.items(), key=lambda un: un[0]):
        _ensemble(siens, vers, acteur)


def _ensemble(siens: list[tuple[Any, Demande]], vers: str, acteur: Acteur) -> None:
    demandes = {objet.id: demande for objet, demande in siens}
    franchir_ensemble(
        [objet for objet, _ in siens],
        w.REVENIR,
        acteur,
        vers,
        famille_id=lambda objet: demandes[objet.id].famille_id,
        demande_id=lambda objet: demandes[objet.id].id,
    )


def _renouer(reprises: list[Reprise]) -> None:
    """Brothers and sisters who were refused are tied again as they asked."""
    noeuds: dict[int, list[int]] = {}
    for reprise in reprises:
        for ident, fratrie in reprise.souvenir.fratries.items():
            noeuds.setdefault(fratrie, []).append(ident)
    for fratrie, ids in noeuds.items():
        Reservation.update(fratrie=fratrie).where(Reservation.id.in_(ids)).execute()


def _rouvrir(reprises: list[Reprise], acteur: Acteur) -> None:
    """The demandes wait again, as nobody's, or as those of whoever had answered a part of them before."""
    conclues = [r for r in reprises if "demande" in r.faits]
    _ensemble([(r.demande, r.demande) for r in conclues], w.EN_ATTENTE, acteur)
    ids = [reprise.demande.id for reprise in reprises]
    Demande.update(agent=None, repondue_le=None).where(Demande.id.in_(ids)).execute()
    for reprise in reprises:
        avant = reprise.souvenir
        ecrites(reprise.demande, agent=None, repondue_le=None)
        if avant.repondue_le or avant.piece_attendue:
            valeurs: dict[str, Any] = {
                "agent": avant.agent_id,
                "repondue_le": avant.repondue_le,
                "piece_attendue": avant.piece_attendue,
            }
            Demande.update(valeurs).where(Demande.id == reprise.demande.id).execute()
            compte = Compte.get_by_id(avant.agent_id) if avant.agent_id else None
            ecrites(reprise.demande, **(valeurs | {"agent": compte}))
