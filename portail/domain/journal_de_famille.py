"""The journal of one family file, as those who manage the town's service read it: who did or read what, when.

With the lines of the files that were merged into it. Through the index of the journal by family, a page at a
time; what is sealed is in no line.
"""

import datetime as dt
from dataclasses import dataclass

from peewee import JOIN

from models import Compte, Demande, Evenement, numero_de_demande
from portail import clock
from portail.domain import (
    avoirs,
    documents,
    fin_d_inscription,
    fusion,
    guichet,
    journal,
    ouverture,
    papiers,
    parts_de_payeur,
)
from portail.domain.lecture_familles import et_les_videes
from portail.domain.transitions import MACHINES

PAR_PAGE = 50
MACHINE_DE = {_modele._meta.table_name: machine for _modele, machine in MACHINES.items()}
OBJETS = {
    "reservation": "Créneau",
    "ligne": "Ligne de demande",
    "demande": "Demande",
    "preinscription": "Inscription",
    "abonnement": "Abonnement",
    "modification": "Modification du dossier",
    "enfant": "Fiche d’un enfant",
    "responsable": "Fiche d’un adulte",
    "famille": "Dossier",
    "code_abonne": "Code abonné",
    "document": "Document",
    "lien_parental": "Droit d’un adulte",
    "facture": "Facture",
    "mandat": "Mandat de prélèvement",
    "prelevement": "Prélèvement",
    "entente": "Entente de paiement",
    "relance": "Relance",
    "reglement": "Règlement",
}
"""What a line of the journal is about, in words."""
ACTES = {
    **{
        acte: phrase.replace("votre dossier", "le dossier")
        for acte, phrase in journal.LECTURES_SENSIBLES.items()
    },
    documents.LECTURE: "Document ouvert",
    guichet.SAISIR: "Changé au guichet",
    guichet.CHANGER_LE_DROIT: "Droit changé au guichet",
    guichet.RATTACHER: "Compte rattaché à un adulte",
    parts_de_payeur.FIXER: "Parts de qui paie changées",
    fin_d_inscription.ECOURTER: "Inscription écourtée",
    avoirs.ETABLIR: "Avoir établi",
    fusion.REUNIR: "Dossiers réunis",
    fusion.VIDER: "Dossier vidé dans un autre",
    ouverture.OUVRIR: "Dossier ouvert",
    ouverture.AJOUTER_UN_ADULTE: "Adulte ajouté",
    ouverture.AJOUTER_UN_ENFANT: "Enfant ajouté",
    papiers.EMPORTER: "Facture imprimée ou téléchargée",
    "code_remplace": "Code abonné remplacé",
    "code_annule": "Code abonné annulé",
    "demander_une_piece": "Pièce demandée à la famille",
    "repondre": "Réponse de la famille",
}
"""The acts that change no status, in words."""
SENSIBLES = frozenset((*journal.LECTURES_SENSIBLES, documents.LECTURE, papiers.EMPORTER))
"""The readings that the town must answer for."""


@dataclass(frozen=True)
class Fait:
    """One line."""

    id: int
    quand: dt.datetime
    quoi: str
    detail: str
    par: str
    """Who did it: « Sophie Garnier, service Enfance »; « Le portail »."""
    lecture: bool
    """Whether it is the reading of something sensitive."""
    demande_id: int | None
    numero: str

    @property
    def jour(self) -> dt.date:
        return clock.a_paris(self.quand).date()


@dataclass(frozen=True)
class Page:
    faits: list[Fait]
    suite: int | None
    """The next page begins before this line; None on the last one."""


def lire(famille_id: int, avant: int | None = None) -> Page:
    """A page of the journal of this family, the last line first, from the line before `avant`."""
    requete = (
        Evenement.select(
            *(
                Evenement.id,
                Evenement.quand,
                Evenement.acte,
                Evenement.objet,
                Evenement.vers,
                Evenement.detail,
            ),
            *(Compte.prenom, Compte.nom, Compte.service, Demande.id, Demande.deposee_le),
        )
        .join(Compte, JOIN.LEFT_OUTER)
        .join_from(Evenement, Demande, JOIN.LEFT_OUTER)
        .where(Evenement.famille.in_(et_les_videes(famille_id)))
        .order_by(Evenement.id.desc())
        .limit(PAR_PAGE + 1)
    )
    if avant is not None:
        requete = requete.where(Evenement.id < avant)
    faits = [_fait(*ligne) for ligne in requete.tuples()]
    return Page(faits[:PAR_PAGE], faits[PAR_PAGE - 1].id if len(faits) > PAR_PAGE else None)


# ——— inside ———


def _fait(ident, quand, acte, objet, vers, detail, prenom, nom, service, demande_id, deposee_le) -> Fait:
    par = ", ".join(filter(None, (f"{prenom} {nom}", service))) if prenom else "Le portail"
    numero = numero_de_demande(demande_id, deposee_le) if demande_id else ""
    return Fait(ident, quand, _dire(acte, objet, vers), detail, par, acte in SENSIBLES, demande_id, numero)


def _dire(acte: str, objet: str, vers: str) -> str:
    """« Créneau : réservé », « Données sanitaires affichées »."""
    if acte in ACTES:
        return ACTES[acte]
    quoi, machine = OBJETS.get(objet, "Opération"), MACHINE_DE.get(objet)
    if machine and vers in machine.etats:
        return f"{quoi} : {machine.etats[vers].libelle.lower()}"
    return quoi
