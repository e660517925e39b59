"""What the counter looks at: what a family owes before it pays, a receipt, what came on a day."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import JOIN, ModelSelect, fn

import workflows as w
from models import (
    Compte,
    Facture,
    FactureDuPaiement,
    Famille,
    Imputation,
    Prelevement,
    Reglement,
    Remise,
    Responsable,
    Solde,
)
from portail import clock
from portail.domain import caisse, encaissement, lecture_familles, lecture_guichet_enfant, perimetre
from portail.domain.refus import Introuvable


@dataclass(frozen=True)
class Due:
    """An invoice that is owed."""

    id: int
    numero: str
    mois: dt.date
    echeance: dt.date
    total: int
    reste: int
    en_paiement: bool
    """Whether it is being paid online at this moment."""
    preleve_le: dt.date | None
    """When it will be debited, if it is to be."""

    @property
    def etat(self) -> w.Etat:
        return w.etat_facture(self.total, self.reste, self.echeance, clock.aujourdhui())

    @property
    def ailleurs(self) -> bool:
        """Whether its money is on its way already: it is not ticked at first."""
        return self.en_paiement or self.preleve_le is not None


@dataclass(frozen=True)
class Doit:
    """What an adult of the family owes, and has in advance."""

    id: int
    nom: str
    du: int
    avance: int


@dataclass(frozen=True)
class Guichet:
    """A family that comes to pay."""

    famille_id: int
    famille: str
    a_moi: bool
    comptes: list[Doit]
    payeur: Doit | None
    """Who is chosen; None when the file has no adult."""
    dues: list[Due]
    """Of the payeur, the oldest first."""

    @property
    def propose(self) -> int:
        """The amount that the form begins with: what is ticked."""
        return sum(due.reste for due in self.dues if not due.ailleurs)


@dataclass(frozen=True)
class Ligne:
    """A receipt, or a counterpart, on a list."""

    id: int
    moyen: str
    montant: int
    reference: str
    payeur: str
    famille_id: int
    famille: str
    contrepartie_de: int | None
    motif: str
    agent: str


@dataclass(frozen=True)
class Bordereau:
    """What came to the counter on a day: by means, each with its total."""

    jour: dt.date
    moyens: list[tuple[str, list[Ligne]]]

    @property
    def total(self) -> int:
        return sum(ligne.montant for _, lignes in self.moyens for ligne in lignes)

    @property
    def combien(self) -> int:
        return sum(len(lignes) for _, lignes in self.moyens)


@dataclass(frozen=True)
class Recu:
    """One receipt, with what it paid, and its counterpart if it has one."""

    ligne: Ligne
    recu_le: dt.date
    saisi_le: dt.datetime
    a_moi: bool
    paye: list[tuple[int, str, int]]
    """Invoice, its number, how much."""
    avance: int
    contrepartie: Ligne | None

    @property
    def annulable(self) -> bool:
        tient = self.contrepartie is None and self.ligne.contrepartie_de is None
        return tient and self.ligne.moyen in caisse.MOYENS and not self.a_moi


def guichet(agent: Compte, famille_id: int, payeur_id: int | None = None) -> Guichet:
    """This family at the counter: the payeur is the one asked for, or whoever owes the oldest invoice."""
    famille = lecture_familles.famille(famille_id, agent)
    perimetre.exiger_tous_les_lieux(agent)
    adultes = list(
        Responsable.select().where(Responsable.famille == famille).order_by(Responsable.rang, Responsable.id)
    )
    dues = _dues([adulte.id for adulte in adultes])
    avances = encaissement.credits_de([adulte.id for adulte in adultes])
    comptes = [
        Doit(
            a.id,
            a.nom_complet,
            sum(due.reste for due in dues.get(a.id, ())),
            sum(credit.reste for credit in avances.get(a.id, ())),
        )
        for a in adultes
    ]
    payeur = _choisir(comptes, dues, payeur_id)
    return Guichet(
        famille.id,
        famille.nom,
        lecture_guichet_enfant.est_a_moi(agent, famille.id),
        comptes,
        payeur,
        dues.get(payeur.id, []) if payeur else [],
    )


def bordereau(agent: Compte, jour: dt.date) -> Bordereau:
    """What came to the counter on that day. One query."""
    perimetre.exiger_tous_les_lieux(agent)
    du_jour = (Reglement.recu_le == jour) & Reglement.moyen.in_(list(caisse.MOYENS))
    lignes = _lignes(_reglements().where(du_jour).order_by(Reglement.id))
    par_moyen = [(code, [ligne for ligne in lignes if ligne.moyen == code]) for code in caisse.MOYENS]
    return Bordereau(jour, [(code, siennes) for code, siennes in par_moyen if siennes])


def recu(agent: Compte, reglement_id: int) -> Recu:
    """One receipt; :class:`Introuvable` when there is none for this agent. Four queries."""
    reglement = caisse.exiger(agent, reglement_id)
    siens = (Reglement.id == reglement.id) | (Reglement.contrepartie_de == reglement.id)
    lignes = {ligne.id: ligne for ligne in _lignes(_reglements().where(siens))}
    if reglement.id not in lignes:
        raise Introuvable(caisse.INCONNU)
    paye = _payees(reglement)
    ligne = lignes.pop(reglement.id)
    return Recu(
        ligne,
        reglement.recu_le,
        reglement.saisi_le,
        lecture_guichet_enfant.est_a_moi(agent, ligne.famille_id),
        paye,
        reglement.montant - sum(montant for _, _, montant in paye),
        next(iter(lignes.values()), None),
    )


# ——— inside ———


def _dues(adultes: Collection[int]) -> dict[int, list[Due]]:
    """By adult, the oldest first. One query."""
    requete = (
        Solde.select(
            *(Solde.payeur, Solde.reste, Facture.id, Facture.exercice, Facture.rang, Facture.mois),
            *(Facture.echeance, Facture.total, FactureDuPaiement.id, Remise.jour),
        )
        .join(Facture)
        .join(
            FactureDuPaiement,
            JOIN.LEFT_OUTER,
            on=(FactureDuPaiement.facture == Facture.id) & FactureDuPaiement.ouverte,
        )
        .join_from(
            Facture,
            Prelevement,
            JOIN.LEFT_OUTER,
            on=(Prelevement.facture == Facture.id) & (Prelevement.statut == w.PREVU),
        )
        .join(Remise, JOIN.LEFT_OUTER)
        .where(Solde.payeur.in_(list(adultes) or [0]), Solde.reste > 0)
        .order_by(Solde.echeance, Solde.facture)
    )
    trouvees: dict[int, list[Due]] = {}
    for payeur, reste, ident, exercice, rang, mois, echeance, total, ouverte, jour in requete.tuples():
        numero = Facture(exercice=exercice, rang=rang).numero
        due = Due(ident, numero, mois, echeance, total, reste, ouverte is not None, jour)
        trouvees.setdefault(payeur, []).append(due)
    return trouvees


def _choisir(comptes: Sequence[Doit], dues: dict[int, list[Due]], payeur_id: int | None) -> Doit | None:
    if payeur_id is not None:
        choisi = next((un for un in comptes if un.id == payeur_id), None)
        if choisi is None:
            raise Introuvable("Cette personne n’est pas au dossier de la famille.")
        return choisi
    doivent = [un for un in comptes if un.du]
    plus_ancienne = min(doivent, key=lambda un: dues[un.id][0].echeance, default=None)
    return plus_ancienne or next(iter(comptes), None)


def _reglements() -> ModelSelect:
    return (
        Reglement.select(
            *(Reglement.id, Reglement.moyen, Reglement.montant, Reglement.reference),
            *(Responsable.prenom, Responsable.nom, Famille.id, Famille.nom),
            *(Reglement.contrepartie_de, Reglement.motif, Compte.prenom, Compte.nom),
        )
        .join(Responsable)
        .join_from(Reglement, Famille)
        .join_from(Reglement, Compte, JOIN.LEFT_OUTER, on=Reglement.saisi_par)
    )


def _lignes(requete: ModelSelect) -> list[Ligne]:
    return [_ligne(*rangee) for rangee in requete.tuples()]


def _ligne(ident, moyen, montant, reference, prenom, nom, famille_id, famille, de, motif, *agent) -> Ligne:
    par = " ".join(filter(None, agent))
    return Ligne(ident, moyen, montant, reference, f"{prenom} {nom}", famille_id, famille, de, motif, par)


def _payees(reglement: Reglement) -> list[tuple[int, str, int]]:
    requete = (
        Imputation.select(Facture.id, Facture.exercice, Facture.rang, fn.SUM(Imputation.montant))
        .join(Facture)
        .where(Imputation.reglement == reglement)
        .group_by(Facture.id, Facture.exercice, Facture.rang)
        .order_by(Facture.exercice, Facture.rang)
        .tuples()
    )
    return [
        (ident, Facture(exercice=exercice, rang=rang).numero, int(montant))
        for ident, exercice, rang, montant in requete
    ]
