"""A demande about séances as an agent reads it: what it asks, where accepting leads, the family's history."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import Compte, Demande, Ligne, Preinscription, Reservation, Seance
from portail import mots
from portail.domain import documents
from portail.domain.demande_ouverte import PRECEDENTES, Enveloppe, Fait, dire_l_issue, uniques
from portail.domain.lignes_de_creneaux import LigneVue, Volet, dire_combien, grouper, lire_les_lignes
from portail.domain.parties_de_preinscription import MessageVu, PieceVue
from portail.domain.perimetre import Perimetre
from portail.domain.rangees import ATTEND_LA_FAMILLE, dire_la_liste, dire_le_suivi, dire_les_creneaux

BEAUCOUP = 30
"""Lines above which a demande is added up by child, activity and month; its table is a click away."""
TOUTES = "toutes"
CLE = re.compile(r"\d+-\d+(-\d{4}-\d{2})?")
"""What part of the lines is shown: those of a child in an activity, or of one month of it."""


@dataclass(frozen=True)
class CreneauxVus(Enveloppe[LigneVue]):
    """A demande about séances, open in front of an agent."""

    motif_absence: str = ""
    justificatif: str = ""
    """The document that goes with the reason of an absence."""
    piece_attendue: str = ""
    recues: list[PieceVue] = field(default_factory=list)
    messages: list[MessageVu] = field(default_factory=list)
    lignes_voulues: str = ""
    """What part of the lines is asked for, as the address says it."""

    @property
    def titre(self) -> str:
        """« Réservation pour Léa et Noé Moreau »."""
        noms = {ligne.nom for ligne in self.lignes}
        if len(noms) == 1:
            qui = f"{mots.enumeration(uniques(ligne.prenom for ligne in self.lignes))} {noms.pop()}"
        else:
            qui = mots.enumeration(uniques(f"{ligne.prenom} {ligne.nom}" for ligne in self.lignes))
        return f"{w.NATURES[self.nature]} pour {qui}" if qui else w.NATURES[self.nature]

    @property
    def enfants(self) -> list[str]:
        """« Léa, 8 ans »."""
        return uniques(f"{ligne.prenom}, {ligne.age}" for ligne in self.lignes)

    @property
    def activites(self) -> list[str]:
        """« Cantine, Groupe scolaire Jean-Zay »."""
        return uniques(f"{ligne.activite}, {ligne.lieu}" for ligne in self.lignes)

    @property
    def actes(self) -> frozenset[str]:
        """What the agent may answer, to one line at least."""
        if self.a_moi:
            return frozenset()
        statuts = {ligne.creneau for ligne in self.attendues}
        possibles = {t.acte for statut in statuts for t in w.CRENEAU.actes(statut, w.AGENT)}
        if not any(ligne.acceptable for ligne in self.attendues):
            possibles &= {w.REFUSER}
        return frozenset(possibles)

    @property
    def resume(self) -> str:
        """« Cantine, 4 jours, 14 – 18 déc. »."""
        jours = [ligne.jour for ligne in self.lignes]
        seul = len({(ligne.enfant_id, ligne.activite_id) for ligne in self.lignes}) == 1
        combien = len(set(jours)) if seul else None
        return dire_les_creneaux((li.activite for li in self.lignes), jours, len(self.lignes), combien)

    @property
    def precision(self) -> str:
        return dire_la_liste(sum(ligne.creneau == w.LISTE_ATTENTE for ligne in self.lignes))

    # ——— many lines ———

    @property
    def en_groupes(self) -> bool:
        """Whether it is added up, its lines shown only when they are asked for."""
        return len(self.lignes) > BEAUCOUP

    @cached_property
    def volets(self) -> list[Volet]:
        return grouper(sorted(self.lignes, key=lambda li: (li.enfant_id, li.activite_id, li.jour, li.id)))

    @property
    def combien(self) -> str:
        """« 834 créneaux : 825 ont des places, 9 complets »."""
        return dire_combien(self.lignes)

    @cached_property
    def montrees(self) -> list[LigneVue]:
        """The lines to be shown one by one: all of a small demande, of a large one what is asked for."""
        if not self.en_groupes or self.voulu == TOUTES:
            return self.lignes
        return [li for li in self.lignes if self.voulu and f"{li.cle}-".startswith(f"{self.voulu}-")]

    @property
    def voulu(self) -> str:
        """What part of the lines is shown, if it makes sense."""
        sensee = self.lignes_voulues == TOUTES or CLE.fullmatch(self.lignes_voulues)
        return self.lignes_voulues if self.en_groupes and sensee else ""

    @cached_property
    def cles_montrees(self) -> frozenset[str]:
        """The groups whose lines are shown: each is then answered on its own."""
        return frozenset(ligne.cle for ligne in self.montrees)

    @property
    def dit_les_montrees(self) -> str:
        """« Léa, Cantine, décembre 2026 »: which lines are shown."""
        groupes = [g for volet in self.volets for g in volet.groupes if g.cle in self.cles_montrees]
        if len(groupes) == 1:
            return groupes[0].quoi
        volets = [volet for volet in self.volets if volet.cle == self.voulu]
        return volets[0].quoi if volets else "tous les créneaux"

    @property
    def groupes_proposes(self) -> frozenset[str]:
        """The groups ticked at first: those of which something can be accepted, or all that wait."""
        proposees = self.proposees
        return frozenset(ligne.cle for ligne in self.attendues if ligne.id in proposees)

    def dans(self, groupes: Collection[str], acte: str) -> list[int]:
        """The lines that an answer to these groups bears on: those that wait; of a yes, that may be accepted.

        All their lines when somebody has answered them meanwhile: the act tells who.
        """
        siennes = [ligne for ligne in self.lignes if ligne.cle in set(groupes) and not ligne.ailleurs]
        attendues = [ligne for ligne in siennes if ligne.attendue]
        acceptables = [ligne for ligne in attendues if ligne.acceptable and acte != w.REFUSER]
        return [ligne.id for ligne in acceptables or attendues or siennes]

    # ——— absences ———

    @property
    def suivi(self) -> str:
        """Where the thread stands, as the row of the queue says it."""
        return dire_le_suivi(self.statut, self.piece_attendue, any(m.de_la_mairie for m in self.messages))

    @property
    def attend_la_famille(self) -> bool:
        return self.suivi == ATTEND_LA_FAMILLE

    @property
    def manquantes(self) -> list[str]:
        """The document that goes with the reason, as long as none has come."""
        return [self.justificatif] if self.justificatif and not self.recues and self.attendues else []

    @property
    def a_demander(self) -> str:
        """What could be asked of the family: the document that is missing."""
        return f"Il manque : {mots.enumeration(self.manquantes)}." if self.manquantes else ""

    @property
    def facturation_partagee(self) -> bool:
        """Whether some of the absences are billed and others not: each line then says it."""
        return len({ligne.facturee for ligne in self.lignes} - {None}) > 1

    @property
    def facturation(self) -> str:
        """« Non facturées », « 3 facturées, 1 non facturée »; empty where nothing is to be said of it."""
        combien = Counter(ligne.facturee for ligne in self.lignes if ligne.facturee is not None)
        noms = {True: ("facturée", "facturées"), False: ("non facturée", "non facturées")}
        if len(combien) == 1:
            ((facturee, nombre),) = combien.items()
            return noms[facturee][nombre > 1].capitalize()
        return ", ".join(mots.pluriel(n, *noms[facturee]) for facturee, n in combien.items())


def lire(
    enveloppe: Mapping[str, Any],
    vu: Perimetre,
    motif: str,
    justificatif: str,
    piece_attendue: str,
    voulues: str,
) -> CreneauxVus:
    """The rest of such a demande, once its envelope is read. `vu`: how far whoever reads it sees."""
    lignes = lire_les_lignes(enveloppe["id"], vu)
    absence = enveloppe["nature"] == w.NATURE_ABSENCE
    return CreneauxVus(
        **enveloppe,
        lignes=lignes,
        historique=historique(
            enveloppe["famille_id"], enveloppe["id"], {ligne.activite_id for ligne in lignes}
        ),
        motif_absence=motif,
        justificatif=justificatif,
        piece_attendue=piece_attendue,
        recues=[PieceVue.du(d) for d in documents.de_la_demande(enveloppe["id"])] if absence else [],
        messages=MessageVu.de_la_demande(enveloppe["id"]) if absence else [],
        lignes_voulues=voulues,
    )


def historique(famille_id: int, demande_id: int, activites: Iterable[int]) -> list[Fait]:
    """What the family asked before for these activities, the last first, and what came of it."""
    repondant, ids = Compte.alias(), sorted(activites) or [0]
    requete = (
        Demande.select(
            Demande.deposee_le,
            Demande.nature,
            Demande.statut,
            Compte.prenom,
            Compte.nom,
            repondant.prenom,
            repondant.nom,
            fn.COUNT(Ligne.id),
            fn.MIN(fn.COALESCE(Seance.jour, Preinscription.debut)).converter(Seance.jour.python_value),
            fn.MAX(fn.COALESCE(Seance.jour, Preinscription.fin)).converter(Seance.jour.python_value),
        )
        .join(Compte, on=Demande.auteur)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(
            Demande.famille == famille_id,
            Demande.id != demande_id,
            Seance.activite.in_(ids) | Preinscription.activite.in_(ids),
        )
        .group_by(Demande.id, Compte.prenom, Compte.nom, repondant.prenom, repondant.nom)
        .order_by(Demande.deposee_le.desc(), Demande.id.desc())
        .limit(PRECEDENTES)
        .tuples()
    )
    return [Fait(quand, _dire(*reste)) for quand, *reste in requete]


def _dire(nature, statut, prenom, nom, prenom_agent, nom_agent, nombre, premier, dernier) -> str:
    """« Claire Moreau demande 4 réservations, 14 – 18 déc. : acceptée par Marc Tessier »."""
    verbe = "déclare" if nature == w.NATURE_ABSENCE else "demande"
    objet = mots.pluriel(nombre, w.NATURES[nature].lower())
    issue = dire_l_issue(statut, prenom_agent, nom_agent)
    return f"{prenom} {nom} {verbe} {objet}, {mots.periode(premier, dernier)} : {issue}"
