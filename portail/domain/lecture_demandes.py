"""The family's demandes as read: what was asked, who acts next, the answer and its reason."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Famille,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Seance,
    numero_de_demande,
)
from portail import mots
from portail.domain import champs, dossier, droits, inscriptions_demandees
from portail.domain.creneaux import dire_le_suivi
from portail.domain.droits import Regard
from portail.domain.inscriptions_demandees import InscriptionVue

PAR_PAGE = 20
DITES = 3
"""How many things a title names."""


@dataclass(frozen=True)
class LigneVue:
    """One line of a demande, as the family reads it."""

    id: int
    enfant_id: int
    prenom: str
    activite: str
    jour: dt.date
    plage: str
    statut: str
    statut_creneau: str
    motif: str
    retirable: bool

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def texte(self) -> str:
        """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
        return f"{self.prenom}, {self.activite}, {mots.jour_long(self.jour)}, {self.plage}"

    @property
    def en_liste(self) -> bool:
        """Accepted, but no place is left yet."""
        return self.statut == w.ACCEPTEE and self.statut_creneau == w.LISTE_ATTENTE


@dataclass(frozen=True)
class ModificationVue:
    """One change of the family file, as the family reads it: what it is about, never the value."""

    id: int
    qui: str
    quoi: str
    """Empty where the account may not read that sheet."""
    statut: str
    motif: str
    retirable: bool

    en_liste = False

    @property
    def etat(self) -> w.Etat:
        return w.MODIFICATION.etats[self.statut]

    @property
    def texte(self) -> str:
        """« Léa Moreau, téléphone du médecin »."""
        return f"{self.qui}, {self.quoi}" if self.quoi else self.qui


@dataclass(frozen=True)
class DemandeVue:
    """A demande and its lines, as the family reads them."""

    id: int
    numero: str
    nature: str
    statut: str
    deposee_le: dt.datetime
    repondue_le: dt.datetime | None
    auteur: str
    piece_attendue: str = ""
    lignes: list[LigneVue] = field(default_factory=list)
    modifications: list[ModificationVue] = field(default_factory=list)
    inscriptions: list[InscriptionVue] = field(default_factory=list)

    @property
    def etat(self) -> w.Etat:
        return w.DEMANDE.etats[self.statut]

    @property
    def annulable(self) -> bool:
        """Whether something in it can still be withdrawn."""
        return any(partie.statut == w.EN_ATTENTE and partie.retirable for partie in self.reponses)

    @property
    def seulement_suivie(self) -> str:
        """Why what waits cannot be withdrawn by whoever reads it, in words; empty when it can."""
        suivis = [
            partie.prenom
            for partie in self.reponses
            if not isinstance(partie, ModificationVue)
            and partie.statut == w.EN_ATTENTE
            and not partie.retirable
        ]
        return dire_le_suivi(list(dict.fromkeys(suivis))) if suivis else ""

    @property
    def activites(self) -> str:
        """« Cantine et Accueil du soir »."""
        siennes = [*(ligne.activite for ligne in self.lignes), *(i.activite for i in self.inscriptions)]
        return mots.enumeration(list(dict.fromkeys(siennes)))

    @property
    def prenoms(self) -> str:
        """« Léa et Noé »."""
        siens = [*(ligne.prenom for ligne in self.lignes), *(i.prenom for i in self.inscriptions)]
        return mots.enumeration(list(dict.fromkeys(siens)))

    @property
    def titre(self) -> str:
        """« Réservation : Cantine, Léa et Noé », « Dossier : Léa Moreau, classe et allergies »."""
        if self.nature == w.NATURE_DOSSIER:
            choses = list(dict.fromkeys(m.quoi for m in self.modifications if m.quoi))
            if len(choses) > DITES:
                choses[DITES - 1 :] = [f"{len(choses) - DITES + 1} autres"]
            quoi = mots.enumeration(choses)
            qui = mots.enumeration(list(dict.fromkeys(m.qui for m in self.modifications)))
            return f"{w.NATURES[self.nature]} : {', '.join(filter(None, (qui, quoi)))}"
        return f"{w.NATURES[self.nature]} : {self.activites}, {self.prenoms}"

    @property
    def quand(self) -> str:
        """« lundi 7 décembre, 11 h 30 – 13 h 30 », « 4 créneaux, du lun. 7 déc. au jeu. 10 déc. »."""
        if self.nature == w.NATURE_DOSSIER:
            return mots.pluriel(len(self.modifications), "modification")
        if self.inscriptions:
            return mots.du_au(self.inscriptions[0].debut, self.inscriptions[0].fin)
        premiere, derniere = self.lignes[0], self.lignes[-1]
        if len(self.lignes) == 1:
            return f"{mots.jour_long(premiere.jour)}, {premiere.plage}"
        if premiere.jour == derniere.jour:
            return f"{len(self.lignes)} créneaux, {mots.jour_long(premiere.jour)}"
        return (
            f"{len(self.lignes)} créneaux, "
            f"du {mots.jour_court(premiere.jour)} au {mots.jour_court(derniere.jour)}"
        )

    @property
    def motifs(self) -> str:
        """The reasons of what was refused, each said once."""
        return " ; ".join(dict.fromkeys(ligne.motif for ligne in self.reponses if ligne.motif))

    @property
    def reponses(self) -> list[LigneVue | ModificationVue | InscriptionVue]:
        """What was asked, each answered on its own."""
        return [*self.lignes, *self.modifications, *self.inscriptions]

    @property
    def suite(self) -> str:
        """Who acts next, in words."""
        if self.statut == w.EN_ATTENTE and self.piece_attendue:
            return f"La mairie attend un document{' de vous' if self.annulable else ''}."
        if self.statut == w.EN_ATTENTE:
            return "La mairie doit répondre. Vous n’avez rien à faire."
        if any(ligne.en_liste for ligne in self.lignes):
            return (
                "En liste d’attente : la place vous revient dès qu’elle se libère, dans l’ordre de la liste."
            )
        if self.statut == w.ANNULEE:
            return "Vous l’avez annulée : rien n’a changé."
        if any(reponse.statut == w.REFUSEE for reponse in self.reponses):
            encore = " Vous pouvez demander de nouveau." if any(r.retirable for r in self.reponses) else ""
            return f"La mairie a répondu : lisez le motif du refus.{encore}"
        return "La mairie a répondu. Vous n’avez plus rien à faire."


def feuilleter(compte: Compte, famille: Famille, page: int) -> tuple[list[DemandeVue], int, int]:
    """The family's demandes, newest first, `PAR_PAGE` a page: those of the page, its number, the last one's.

    A constant number of queries.
    """
    regard = droits.regard(compte, famille)
    lues = lisibles(regard)
    dernier = max(-(-Demande.select().where(lues).count() // PAR_PAGE), 1)
    page = min(max(page, 1), dernier)
    return _lire(regard, lues, page), page, dernier


def lire(compte: Compte, famille: Famille, demande_id: int) -> DemandeVue | None:
    """One demande of the family; None when the family has no such demande."""
    regard = droits.regard(compte, famille)
    return next(iter(_lire(regard, lisibles(regard) & (Demande.id == demande_id))), None)


def actuelles(regard: Regard, depuis: dt.datetime) -> list[DemandeVue]:
    """What the home tells: the demandes that wait, and those answered after `depuis`."""
    repondues = (Demande.statut != w.ANNULEE) & (Demande.repondue_le > depuis)
    en_cours = (Demande.statut == w.EN_ATTENTE) | repondues
    return _lire(regard, lisibles(regard) & en_cours, par_page=100)


def lisibles(regard: Regard):
    """A condition: the family's demandes, without those that are only of what this account may not read.

    A demande about the bank of the other parent is not even counted: of another adult one is shown a name.
    Nor is one about a child whose activities are not to be read.
    """
    suivis = list(regard.suit) or [0]
    modifications = Modification.select(Modification.id).where(
        Modification.demande == Demande.id, droits.modifications_lisibles(regard)
    )
    lignes = (
        Ligne.select(fn.COUNT(Ligne.id))  # counted: asked whether there is one, PostgreSQL reads them all
        .join(Reservation, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(
            Ligne.demande == Demande.id,
            Reservation.enfant.in_(suivis) | Preinscription.enfant.in_(suivis),
        )
    )
    du_dossier = Demande.nature == w.NATURE_DOSSIER
    lues = (du_dossier & fn.EXISTS(modifications)) | (~du_dossier & (lignes > 0))
    return (Demande.famille == regard.famille) & lues


def _lire(regard: Regard, condition, page: int = 1, par_page: int = PAR_PAGE) -> list[DemandeVue]:
    demandes = (
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.statut,
            Demande.deposee_le,
            Demande.repondue_le,
            Compte.prenom,
            Compte.nom,
            Demande.piece_attendue,
        )
        .join(Compte, on=Demande.auteur)
        .where(condition)
        .order_by(Demande.deposee_le.desc(), Demande.id.desc())
        .paginate(page, par_page)
        .tuples()
    )
    tronquees: set[int] = set()
    vues = {
        ident: DemandeVue(
            ident, numero_de_demande(ident, depot), nature, statut, depot, reponse, f"{prenom} {nom}", piece
        )
        for ident, nature, statut, depot, reponse, prenom, nom, piece in demandes
    }
    lignes = (
        Ligne.select(
            Ligne.demande,
            Ligne.id,
            Enfant.id,
            Enfant.prenom,
            Activite.nom,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Ligne.statut,
            Reservation.statut,
            Ligne.motif,
        )
        .join(Reservation)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Ligne.demande.in_(list(vues) or [0]))
        .order_by(Seance.jour, Seance.debut, Enfant.rang, Ligne.id)
        .tuples()
    )
    for demande_id, ident, enfant, prenom, activite, jour, debut, fin, *etats in lignes:
        if enfant not in regard.suit:
            tronquees.add(demande_id)
            continue
        lue = (ident, enfant, prenom, activite, jour, mots.plage(debut, fin), *etats, enfant in regard.decide)
        vues[demande_id].lignes.append(LigneVue(*lue))
    du_dossier = [vue.id for vue in vues.values() if vue.nature == w.NATURE_DOSSIER]
    for demande_id, modification in _modifications(regard, du_dossier) if du_dossier else ():
        vues[demande_id].modifications.append(modification)
    inscrites = [vue.id for vue in vues.values() if vue.nature == w.NATURE_PREINSCRIPTION]
    for demande_id, inscription in inscriptions_demandees.lire(regard, inscrites):
        if inscription.enfant_id in regard.suit:
            vues[demande_id].inscriptions.append(inscription)
        else:
            tronquees.add(demande_id)
    for ident in tronquees:
        lus = statut_des_lignes(partie.statut for partie in vues[ident].reponses)
        repondue = vues[ident].repondue_le if lus != w.EN_ATTENTE else None
        # what the town asks for may be about a child whom one may not follow
        vues[ident] = replace(vues[ident], statut=lus, repondue_le=repondue, piece_attendue="")
    return list(vues.values())


def statut_des_lignes(statuts: Iterable[str]) -> str:
    """The state of a demande by the lines that are read: its own would tell what became of the others."""
    acte = w.acte_concluant(statuts)
    return w.DEMANDE.transition(w.EN_ATTENTE, acte, w.SYSTEME).vers[0] if acte else w.EN_ATTENTE


def _modifications(regard: Regard, demandes: list[int]) -> Iterator[tuple[int, ModificationVue]]:
    """The changes of these demandes, without those of a part of a sheet that the account may not read."""
    permis, noms = droits.fiches(regard), dossier.noms(regard.famille)
    for m in Modification.select().where(Modification.demande.in_(demandes)).order_by(Modification.id):
        droit = droits.sur(permis, m)
        if champs.LIRE not in droit:
            continue
        qui, quoi = noms[m.objet, m.objet_id], dossier.nommer(m.objet, m.champ)
        yield m.demande_id, ModificationVue(m.id, qui, quoi, m.statut, m.motif, champs.MODIFIER in droit)
