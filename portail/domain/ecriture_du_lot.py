"""A lot of answers, written: statuses, places, journal, mails. A number of statements that does not grow.

Inside the transaction of the act; all that it bears on is locked.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import workflows as w
from models import Demande, Evenement, Ligne, Reponse, Reservation
from portail.domain import (
    changements,
    courriels_d_inscription,
    courriels_de_reponse,
    courriels_du_dossier,
    liste_attente,
    renoncement,
    reponse_contestation,
    reponse_creneaux,
    souvenir,
)
from portail.domain.conclusion import conclure_ensemble, jeter_la_photo
from portail.domain.courriels_d_inscription import Recap
from portail.domain.courriels_de_reponse import Annonce
from portail.domain.ecriture import inserer
from portail.domain.lot import DE_CRENEAUX, Distribution, Lot, couples_a_inscrire, distribuer
from portail.domain.reponse import Voulue, prendre
from portail.domain.stockage import stocker
from portail.domain.transitions import SYSTEME, franchir_ensemble

DELAI = dt.timedelta(minutes=1)
"""How long an answer may be taken back; its mails wait as long."""


@dataclass(frozen=True)
class Geste:
    """One gesture of an agent: what is answered in it is taken back together."""

    lot: str
    """Drawn at random."""
    debut: dt.datetime


def ecrire(lot: Lot, geste: Geste | None) -> None:
    """Write the answers that are possible, and tell them; without a gesture, they cannot be taken back.

    Nor can those that issue an avoir, numbered for good: they are told at once, and what was answered before
    them to the same demande is final too.
    """
    voulues = lot.possibles
    if not voulues:
        return
    demandes = [voulue.demande for voulue in voulues]
    avant = souvenir.prendre(voulues, lot.etats) if geste else {}
    derniere = Evenement.select(Evenement.id).order_by(Evenement.id.desc()).limit(1).scalar() or 0
    stockes = stocker(couples_a_inscrire(lot)) if couples_a_inscrire(lot) else {}
    issue = distribuer(lot, {couple: creneau.statut for couple, creneau in stockes.items()})
    if lot.ordre.acteur.compte:
        prendre(lot.ordre.acteur.compte, demandes)
    _Ecriture(lot, issue, stockes).franchir()
    _ecrire_le_dossier(lot)
    reponse_contestation.rendre(lot.definitives, lot.de(w.NATURE_CONTESTATION), lot.ordre, lot.restes)
    conclure_ensemble(demandes, lot.ordre.acteur)
    bornes = courriels_de_reponse.bornes_du_journal([d.id for d in demandes], derniere)
    dernieres = {ident: borne[1] for ident, borne in bornes.items()}
    annonces, definitives = _annonces(lot, issue), lot.definitives
    aussitot = [annonce for annonce in annonces if annonce.demande.id in definitives]
    courriels_de_reponse.annoncer_les_reponses(aussitot, dernieres)
    reprenables = [annonce for annonce in annonces if annonce.demande.id not in definitives]
    pas_avant = geste.debut + DELAI if geste else None
    courriels_de_reponse.annoncer_les_reponses(reprenables, dernieres, pas_avant)
    if definitives:
        Reponse.delete().where(Reponse.demande.in_(list(definitives))).execute()
    if geste:
        agent = lot.ordre.acteur.compte
        inserer(
            Reponse,
            ("demande", "agent", "lot", "donnee_le", "premier", "dernier", "avant", "scelle"),
            (
                (
                    *(demande.id, agent and agent.id, geste.lot, geste.debut, *bornes[demande.id]),
                    *souvenir.ecrire(avant[demande.id]),
                )
                for demande in demandes
                if demande.id not in definitives
            ),
        )


class _Ecriture:
    """The steps of the créneaux and of the registrations, in the order in which they are dealt."""

    def __init__(self, lot: Lot, issue: Distribution, stockes: dict[tuple[int, int], Reservation]) -> None:
        self.lot, self.issue, self.stockes, self.ordre = lot, issue, stockes, lot.ordre
        self.demandes: dict[tuple[type, int], Demande] = {}
        """Which demande each thing is of that takes a step."""
        for voulue in lot.possibles:
            for part in voulue.parts:
                self._lier(part, voulue)
                if isinstance(part, Ligne) and (objet := part.reservation or part.preinscription):
                    self._lier(objet, voulue)

    def franchir(self) -> None:
        """Absences first, then those whom they serve; then places, and the ranks of the list in order."""
        absences = [ligne.reservation for v in self.lot.de(w.NATURE_ABSENCE) for ligne in v.parts]
        self._avancer((creneau, self.ordre.acte, self.issue.creneaux[creneau.id]) for creneau in absences)
        liste_attente.promouvoir(self.issue.servies, SYSTEME)
        inscriptions = [li.preinscription for v in self.lot.de(w.NATURE_PREINSCRIPTION) for li in v.parts]
        if inscriptions:
            (vers,) = w.PREINSCRIPTION.transition(
                w.DEMANDE_EN_COURS, self.ordre.acte, self.ordre.acteur.role
            ).vers
            self._franchir(inscriptions, self.ordre.acte, vers)
        pas = list(self._pas())
        self._avancer(un for un in pas if un[2] != w.LISTE_ATTENTE)
        en_liste = [un for un in pas if un[2] == w.LISTE_ATTENTE]
        for _, suite in groupby(en_liste, key=lambda un: un[1]):
            self._avancer(suite)
        acte, vers = self.ordre.issue
        lignes = [ligne for v in self.lot.possibles for ligne in v.parts if isinstance(ligne, Ligne)]
        self._franchir(lignes, acte, vers)
        for ligne in lignes:
            ligne.motif = self.ordre.motif or ligne.motif

    def _pas(self) -> Iterable[tuple[Reservation, str, str]]:
        """Each booking, the act, and where it leads, in the order in which places are dealt."""
        for voulue in self.lot.de(w.NATURE_RESERVATION, w.NATURE_PREINSCRIPTION):
            for ligne in voulue.parts:
                if ligne.reservation_id:
                    yield ligne.reservation, self.ordre.acte, self.issue.creneaux[ligne.reservation_id]
                elif part := self.issue.jours.get(ligne.preinscription_id):
                    enfant_id = ligne.preinscription.enfant_id
                    for seances, vers in ((part.reserves, w.RESERVE), (part.en_liste, w.LISTE_ATTENTE)):
                        for seance in seances:
                            creneau = self.stockes[enfant_id, seance.id]
                            self._lier(creneau, voulue)
                            yield creneau, w.INSCRIRE, vers

    def _lier(self, objet: Any, voulue: Voulue) -> None:
        self.demandes[type(objet), objet.id] = voulue.demande

    def _avancer(self, pas: Iterable[tuple[Reservation, str, str]]) -> None:
        """Those that take the same step take it together, each in its turn."""
        groupes: dict[tuple[str, str], list[Reservation]] = {}
        for creneau, acte, vers in pas:
            groupes.setdefault((acte, vers), []).append(creneau)
        for (acte, vers), creneaux in groupes.items():
            self._franchir(creneaux, acte, vers)

    def _franchir(self, objets: list[Any], acte: str, vers: str) -> None:
        franchir_ensemble(
            objets,
            acte,
            self.ordre.acteur,
            vers,
            famille_id=lambda objet: self.demandes[type(objet), objet.id].famille_id,
            demande_id=lambda objet: self.demandes[type(objet), objet.id].id,
            motif=self.ordre.motif,
            detail=self.ordre.detail,
        )


def _ecrire_le_dossier(lot: Lot) -> None:
    """The changes of the file: written one by one in their sheets, told together."""
    siennes = lot.de(w.NATURE_DOSSIER)
    modifications = [m for voulue in siennes for m in voulue.parts]
    if not modifications:
        return
    demandes = {voulue.demande.id: voulue.demande for voulue in siennes}
    (vers,) = w.MODIFICATION.transition(w.EN_ATTENTE, lot.ordre.acte, lot.ordre.acteur.role).vers
    franchir_ensemble(
        modifications,
        lot.ordre.acte,
        lot.ordre.acteur,
        vers,
        famille_id=lambda m: demandes[m.demande_id].famille_id,
        demande_id=lambda m: m.demande_id,
        motif=lot.ordre.motif,
        detail=lot.ordre.detail,
    )
    for m in modifications:
        m.motif = lot.ordre.motif or m.motif
        if lot.ordre.acte == w.ACCEPTER:
            changements.appliquer(m, lot.fiches[m.id], lot.etats[m.id])
        else:
            jeter_la_photo(m)


# ——— what is told ———


def _annonces(lot: Lot, issue: Distribution) -> list[Annonce]:
    attendent = [
        ligne.reservation
        for voulue in lot.de(*DE_CRENEAUX)
        for ligne in voulue.parts
        if ligne.reservation.statut == w.LISTE_ATTENTE
    ]
    lues = renoncement.en_liste([(r.enfant_id, r.seance_id) for r in attendent]) if attendent else []
    en_liste = {attente.reservation_id: attente for attente in lues}
    lecteurs = reponse_contestation.lecteurs(lot.de(w.NATURE_CONTESTATION))
    return [
        reponse_contestation.annonce(voulue, lecteurs[voulue.demande.id])
        if voulue.demande.id in lecteurs
        else _annonce(lot, voulue, issue, en_liste)
        for voulue in lot.possibles
    ]


def _annonce(lot: Lot, voulue: Voulue, issue: Distribution, en_liste: dict) -> Annonce:
    demande, parts = voulue.demande, voulue.parts
    regard_de = lot.regards[demande.famille_id]
    if demande.nature == w.NATURE_DOSSIER:
        repondues = [(m, lot.fiches[m.id], changements.genre(m).champ) for m in parts]
        return courriels_du_dossier.annonce(demande, repondues, regard_de)
    if demande.nature == w.NATURE_PREINSCRIPTION:
        recaps = [_recap(ligne, issue) for ligne in parts]
        return courriels_d_inscription.annonce(demande, recaps, voulue.restantes, regard_de)
    siennes = [en_liste[li.reservation_id] for li in parts if li.reservation_id in en_liste]
    return reponse_creneaux.annonce(voulue, regard_de, siennes)


def _recap(ligne: Ligne, issue: Distribution) -> Recap:
    recap = Recap(ligne, ligne.preinscription)
    if part := issue.jours.get(ligne.preinscription_id):
        recap.reserves, recap.en_liste, recap.impossibles = part.reserves, part.en_liste, part.impossibles
    return recap
