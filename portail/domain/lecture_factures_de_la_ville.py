"""The invoices as the staff read them: a month of them, one family's, one by its number; one, whole.

Nothing here reads all the invoices of a town: a month, a family or a number always narrows it first.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peewee import JOIN, ModelSelect, fn

import workflows as w
from models import (
    Abonnement,
    Compte,
    Courriel,
    Facture,
    Famille,
    Imputation,
    LigneDeFacture,
    Reglement,
    Responsable,
    Solde,
    normaliser,
)
from portail import clock
from portail.domain import avoirs, encaissement, lecture_familles, perimetre
from portail.domain.refus import Introuvable

PAR_PAGE = 50
FAMILLES_MAX = 50
"""Families whose name is looked for."""
MOIS_PROPOSES = 24
ETATS = (w.A_PAYER, w.EN_RETARD, w.PAYEE, w.AVOIR)
NUMERO = re.compile(r"(\d{4})\s*-\s*0*(\d{1,9})")
INTROUVABLE = "Cette facture n’existe pas."
MOYENS = {
    "payfip": "Paiement en ligne",
    "prelevement": "Prélèvement",
    "especes": "Espèces",
    "cheque": "Chèque",
    "cesu": "CESU",
    "carte": "Carte bancaire",
    "virement": "Virement",
}


@dataclass(frozen=True)
class Filtres:
    """What the address asks for; without anything, the last month that was billed."""

    q: str = ""
    etat: str = ""
    mois: dt.date | None = None
    page: int = 1

    @property
    def requete(self) -> dict[str, object]:
        """The parameters of the address that asks for this."""
        dits = {
            "q": self.q or None,
            "etat": self.etat or None,
            "mois": self.mois and f"{self.mois:%Y-%m}",
            "page": self.page if self.page > 1 else None,
        }
        return {nom: valeur for nom, valeur in dits.items() if valeur is not None}

    def a_la_page(self, page: int) -> "Filtres":
        return replace(self, page=page)


@dataclass(frozen=True)
class FactureVue:
    """An invoice, or an avoir, in a list."""

    id: int
    numero: str
    famille_id: int
    famille: str
    payeur: str
    mois: dt.date
    emise_le: dt.datetime
    echeance: dt.date
    total: int
    reste: int

    @property
    def etat(self) -> w.Etat:
        return w.etat_facture(self.total, self.reste, self.echeance, clock.aujourdhui())


@dataclass(frozen=True)
class Factures:
    """A page of them."""

    rangees: Sequence[FactureVue]
    filtres: Filtres
    combien: int
    mois: Sequence[dt.date]
    """Those that were billed, the last one first."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.combien // PAR_PAGE))


@dataclass(frozen=True)
class LigneVue:
    id: int
    jour: dt.date
    genre: str
    libelle: str
    explication: str
    montant: int
    reprise: int
    """What avoirs have taken back of it."""
    seance_id: int | None

    @property
    def reste(self) -> int:
        return self.montant - self.reprise


@dataclass(frozen=True)
class ImputationVue:
    """What was put to an invoice: a receipt, an avoir; or what an avoir was put to."""

    quand: dt.datetime
    quoi: str
    montant: int
    facture_id: int | None
    """The avoir, or the invoice, to be read."""


@dataclass(frozen=True)
class CourrielVu:
    destinataire: str
    sujet: str
    ecrit_le: dt.datetime
    etat: str


@dataclass(frozen=True)
class FactureEntiere:
    """One invoice, or avoir: all that is known of it."""

    facture: FactureVue
    destinataire: Sequence[str]
    motif: str
    par: str
    origine: tuple[int, str] | None
    """Of an avoir: the invoice, and its number."""
    lignes: Sequence[LigneVue]
    imputations: Sequence[ImputationVue]
    avoirs: Sequence[FactureVue]
    courriels: Sequence[CourrielVu]
    a_moi: bool
    """Whether it is the agent’s own family: another one acts on it."""

    @property
    def peut_etre_reprise(self) -> bool:
        return self.facture.total > 0 and any(ligne.reste for ligne in self.lignes)


@dataclass(frozen=True)
class CompteDeFamille:
    """What a family owes, was billed, has paid."""

    famille: Famille
    factures: Sequence[FactureVue]
    du: int
    en_retard: int
    avance: int
    """What was paid too much, and goes to the next invoices."""
    reglements: Sequence[Reglement]


def lister(agent: Compte, filtres: Filtres) -> Factures:
    """The invoices that these filters keep, the last first."""
    perimetre.exiger_tous_les_lieux(agent)
    mois = _mois_factures()
    requete, filtres = _chercher(filtres, mois)
    requete = _de_l_etat(requete, filtres.etat)
    combien = requete.count()
    page = min(filtres.page, max(1, -(-combien // PAR_PAGE)))
    rangees = _vues(requete.order_by(Facture.id.desc()).paginate(page, PAR_PAGE))
    return Factures(rangees, replace(filtres, page=page), combien, mois)


def lire(agent: Compte, facture_id: int) -> FactureEntiere:
    """This invoice, whole. :class:`Introuvable` when there is no such one. Nine queries."""
    perimetre.exiger_tous_les_lieux(agent)
    trouvees = _vues(_requete().where(Facture.id == facture_id))
    if not trouvees:
        raise Introuvable(INTROUVABLE)
    f = Facture.select(Facture, Compte).join(Compte, JOIN.LEFT_OUTER).where(Facture.id == facture_id).get()
    origine = Facture.get_by_id(f.origine_id) if f.origine_id else None
    a_eux = (Abonnement.compte == agent) & (Abonnement.famille == f.famille_id)
    return FactureEntiere(
        facture=trouvees[0],
        destinataire=f.destinataire.split("\n"),
        motif=f.motif,
        par=f.emise_par.nom_complet if f.emise_par_id else "le portail",
        origine=(origine.id, origine.numero) if origine else None,
        lignes=_lignes(facture_id),
        imputations=_imputations(facture_id),
        avoirs=_vues(_requete().where(Facture.origine == facture_id).order_by(Facture.id)),
        courriels=_courriels(facture_id, f.famille_id),
        a_moi=Abonnement.select().where(a_eux).exists(),
    )


def de_la_famille(agent: Compte, famille_id: int) -> CompteDeFamille:
    """What this family was billed, and what is left of it."""
    perimetre.exiger_tous_les_lieux(agent)
    famille = lecture_familles.famille(famille_id, agent)
    factures = _vues(_requete().where(Facture.famille == famille_id).order_by(Facture.id.desc()))
    adultes = [
        i for (i,) in Responsable.select(Responsable.id).where(Responsable.famille == famille_id).tuples()
    ]
    credits = encaissement.credits_de(adultes)
    return CompteDeFamille(
        famille,
        factures,
        du=sum(f.reste for f in factures),
        en_retard=sum(f.reste for f in factures if f.etat.code == w.EN_RETARD),
        avance=sum(credit.reste for siens in credits.values() for credit in siens),
        reglements=list(
            Reglement.select()
            .where(Reglement.famille == famille_id)
            .order_by(Reglement.recu_le.desc(), Reglement.id.desc())
            .limit(PAR_PAGE)
        ),
    )


# ——— inside ———


def _mois_factures() -> list[dt.date]:
    """The months that were billed: one look at the index for each."""
    trouves: list[dt.date] = []
    while len(trouves) < MOIS_PROPOSES:
        avant = trouves[-1] if trouves else dt.date.max
        dernier = Facture.select(fn.MAX(Facture.mois)).where(Facture.mois < avant).scalar()
        if dernier is None:
            break
        trouves.append(dernier)
    return trouves


def _requete() -> ModelSelect:
    return (
        Facture.select(
            *(Facture.id, Facture.exercice, Facture.rang, Facture.famille, Famille.nom),
            *(Responsable.prenom, Responsable.nom, Facture.mois, Facture.emise_le, Facture.echeance),
            *(Facture.total, Solde.reste),
        )
        .join(Famille)
        .join_from(Facture, Responsable)
        .join_from(Facture, Solde, JOIN.LEFT_OUTER)
    )


def _vues(requete: ModelSelect) -> list[FactureVue]:
    return [_vue(*rangee) for rangee in requete.tuples()]


def _vue(ident, exercice, rang, famille_id, famille, prenom, nom, mois, emise_le, echeance, total, reste):
    numero = Facture(exercice=exercice, rang=rang).numero
    payeur = f"{prenom} {nom}"
    return FactureVue(ident, numero, famille_id, famille, payeur, mois, emise_le, echeance, total, reste or 0)


def _chercher(filtres: Filtres, mois: Sequence[dt.date]) -> tuple[ModelSelect, Filtres]:
    """By number, by family, or a month: the last one, unless another is asked for."""
    requete = _requete()
    if lu := NUMERO.fullmatch(filtres.q):
        par_numero = (Facture.exercice == int(lu[1])) & (Facture.rang == int(lu[2]))
        return requete.where(par_numero), replace(filtres, mois=None, etat="")
    if filtres.q:
        cherche = normaliser(filtres.q)
        nommees = Famille.recherche.contains(cherche) | (Famille.code_abonne == filtres.q.replace(" ", ""))
        ids = [i for (i,) in Famille.select(Famille.id).where(nommees).limit(FAMILLES_MAX).tuples()]
        requete = requete.where(Facture.famille.in_(ids or [0]))
        return (requete.where(Facture.mois == filtres.mois) if filtres.mois else requete), filtres
    voulu = filtres.mois or (mois[0] if mois else clock.aujourdhui().replace(day=1))
    return requete.where(Facture.mois == voulu), replace(filtres, mois=voulu)


def _de_l_etat(requete: ModelSelect, etat: str) -> ModelSelect:
    """As `w.etat_facture` says it."""
    jour = clock.aujourdhui()
    match etat:
        case w.AVOIR:
            return requete.where(Facture.total < 0)
        case w.PAYEE:
            return requete.where(Facture.total >= 0, Solde.reste == 0)
        case w.EN_RETARD:
            return requete.where(Solde.reste > 0, Facture.echeance < jour)
        case w.A_PAYER:
            return requete.where(Solde.reste > 0, Facture.echeance >= jour)
    return requete


def _lignes(facture_id: int) -> list[LigneVue]:
    lignes = list(
        LigneDeFacture.select().where(LigneDeFacture.facture == facture_id).order_by(LigneDeFacture.rang)
    )
    reprises = avoirs.deja_reprises({ligne.id: 0 for ligne in lignes})
    return [
        LigneVue(
            *(li.id, li.jour, li.genre, li.libelle, li.explication, li.montant),
            reprise=reprises.get(li.id, (0, 0))[0],
            seance_id=li.seance_id,
        )
        for li in lignes
    ]


def _imputations(facture_id: int) -> list[ImputationVue]:
    avoir, payee = Facture.alias(), Facture.alias()
    requete = (
        Imputation.select(Imputation, Reglement, avoir, payee)
        .join(Reglement, JOIN.LEFT_OUTER)
        .join_from(Imputation, avoir, JOIN.LEFT_OUTER, on=Imputation.avoir == avoir.id, attr="de_l_avoir")
        .join_from(Imputation, payee, on=Imputation.facture == payee.id, attr="la_facture")
        .where((Imputation.facture == facture_id) | (Imputation.avoir == facture_id))
        .order_by(Imputation.id)
    )
    return [_imputation(i, facture_id) for i in requete]


def _imputation(i: Imputation, facture_id: int) -> ImputationVue:
    if i.avoir_id == facture_id:
        return ImputationVue(i.quand, f"Facture n° {i.la_facture.numero}", i.montant, i.facture_id)
    if i.avoir_id:
        return ImputationVue(i.quand, f"Avoir n° {i.de_l_avoir.numero}", i.montant, i.avoir_id)
    quoi = MOYENS[i.reglement.moyen] + (f", {i.reglement.reference}" if i.reglement.reference else "")
    return ImputationVue(i.quand, f"Annulé : {quoi}" if i.montant < 0 else quoi, i.montant, None)


def _courriels(facture_id: int, famille_id: int) -> list[CourrielVu]:
    """What was written of it, to whoever has, or had, the family: by the keys of the mails."""
    comptes = Abonnement.select(Abonnement.compte).where(Abonnement.famille == famille_id).distinct().tuples()
    cles = [f"facture:{facture_id}:{compte}" for (compte,) in comptes]
    etats = {"a_envoyer": "en attente d’envoi", "envoye": "envoyé", "echec": "refusé par la messagerie"}
    requete = Courriel.select().where(Courriel.cle.in_(cles or [""])).order_by(Courriel.id)
    return [CourrielVu(c.destinataire, c.sujet, c.cree_le, etats[c.statut]) for c in requete]
