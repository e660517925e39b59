"""What is late, by adult: how much, since when, what was done about it. As many queries whatever there is."""

import datetime as dt
from dataclasses import dataclass

from peewee import fn

from models import Compte, Entente, Facture, Famille, Relance, Responsable, Solde
from portail import clock
from portail.domain import ententes, lecture_guichet_enfant, perimetre
from portail.domain.droits import exiger_un_agent
from portail.domain.refus import Introuvable

PAR_PAGE = 50
AGE, MONTANT = "age", "montant"
ORDRES = {AGE: "Les plus anciens d’abord", MONTANT: "Les plus gros montants d’abord"}
DEPUIS = {0: "Tous", 30: "Plus de 30 jours", 60: "Plus de 60 jours", 90: "Plus de 90 jours"}


@dataclass(frozen=True)
class Choix:
    """What of it is wanted."""

    depuis: int = 0
    ordre: str = AGE
    page: int = 1


@dataclass(frozen=True)
class Retard:
    """An adult who is late."""

    payeur_id: int
    payeur: str
    famille_id: int
    famille: str
    combien: int
    montant: int
    depuis: dt.date
    """The day after which the oldest invoice was late."""
    relances: int
    """How many reminders the invoice that got most has had."""
    entente: dt.date | None
    """Until when an agreement runs."""

    @property
    def jours(self) -> int:
        return (clock.aujourdhui() - self.depuis).days


@dataclass(frozen=True)
class Page:
    choix: Choix
    pages: int
    combien: int
    total: int
    retards: list[Retard]


@dataclass(frozen=True)
class FactureEnRetard:
    id: int
    numero: str
    mois: dt.date
    echeance: dt.date
    total: int
    reste: int


@dataclass(frozen=True)
class Personne:
    """What one adult owes that is late, the reminders sent, the agreements made."""

    id: int
    nom: str
    famille_id: int
    famille: str
    a_moi: bool
    factures: list[FactureEnRetard]
    relances: list[tuple[dt.datetime, int, str, str]]
    """When, which one, of which invoice, by whom."""
    ententes: list[Entente]
    en_cours: Entente | None

    @property
    def total(self) -> int:
        return sum(facture.reste for facture in self.factures)


def lister(agent: Compte, choix: Choix) -> Page:
    """A page of those who are late. Five queries."""
    _exiger(agent)
    limite = clock.aujourdhui() - dt.timedelta(choix.depuis)
    tardifs = (Solde.reste > 0) & (Solde.echeance < limite)
    combien, total = (
        Solde.select(fn.COUNT(Solde.payeur.distinct()), fn.COALESCE(fn.SUM(Solde.reste), 0))
        .where(tardifs)
        .tuples()[0]
    )
    pages = max(-(-combien // PAR_PAGE), 1)
    page = min(choix.page, pages)
    somme, plus_ancienne = fn.SUM(Solde.reste), fn.MIN(Solde.echeance)
    ordre = [somme.desc()] if choix.ordre == MONTANT else [plus_ancienne]
    lus = list(
        Solde.select(Solde.payeur, fn.COUNT(Solde.id), somme, plus_ancienne)
        .where(tardifs)
        .group_by(Solde.payeur)
        .order_by(*ordre, Solde.payeur)
        .paginate(page, PAR_PAGE)
        .tuples()
    )
    retards = _retards(lus)
    return Page(Choix(choix.depuis, choix.ordre, page), pages, combien, int(total), retards)


def personne(agent: Compte, responsable_id: int) -> Personne:
    """One of them; :class:`Introuvable` when there is no such adult. Six queries."""
    _exiger(agent)
    adulte = (
        Responsable.select(Responsable, Famille).join(Famille).where(Responsable.id == responsable_id).first()
    )
    if adulte is None:
        raise Introuvable("Cette personne n’existe pas.")
    dues = (
        Solde.select(Solde, Facture)
        .join(Facture)
        .where(Solde.payeur == adulte, Solde.reste > 0, Solde.echeance < clock.aujourdhui())
        .order_by(Solde.echeance, Solde.facture)
    )
    envoyees = (
        Relance.select(Relance, Facture, Compte)
        .join(Facture)
        .join_from(Relance, Compte)
        .where(Facture.payeur == adulte)
        .order_by(Relance.id.desc())
        .limit(30)
    )
    faites = Entente.select(Entente, Compte).join(Compte).where(Entente.payeur == adulte)
    return Personne(
        adulte.id,
        adulte.nom_complet,
        adulte.famille_id,
        adulte.famille.nom,
        lecture_guichet_enfant.est_a_moi(agent, adulte.famille_id),
        [
            FactureEnRetard(
                *(s.facture.id, s.facture.numero, s.facture.mois, s.echeance, s.facture.total, s.reste)
            )
            for s in dues
        ],
        [(r.envoyee_le, r.rang, r.facture.numero, r.agent.nom_complet) for r in envoyees],
        list(faites.order_by(Entente.id.desc())),
        ententes.en_cours(adulte.id),
    )


def payeur_de(agent: Compte, entente_id: int) -> int:
    """Whose agreement it is; :class:`Introuvable` when there is none."""
    _exiger(agent)
    entente = Entente.get_or_none(Entente.id == entente_id)
    if entente is None:
        raise Introuvable(ententes.INCONNUE)
    return entente.payeur_id


# ——— inside ———


def _exiger(agent: Compte) -> None:
    exiger_un_agent(agent, "Seuls les agents de la mairie lisent les impayés.")
    perimetre.exiger_tous_les_lieux(agent)


def _retards(lus: list[tuple]) -> list[Retard]:
    ids = [payeur for payeur, *_ in lus] or [0]
    noms = {
        a.id: a for a in Responsable.select(Responsable, Famille).join(Famille).where(Responsable.id.in_(ids))
    }
    rangs = dict(
        Relance.select(Solde.payeur, fn.MAX(Relance.rang))
        .join(Solde, on=Solde.facture == Relance.facture)
        .where(Solde.payeur.in_(ids), Solde.reste > 0)
        .group_by(Solde.payeur)
        .tuples()
    )
    entendus = Entente.select(Entente.payeur, Entente.jusqu_au).where(
        Entente.payeur.in_(ids), Entente.levee_le.is_null(), Entente.jusqu_au >= clock.aujourdhui()
    )
    jusqu_au = dict(entendus.tuples())
    return [
        Retard(
            payeur,
            noms[payeur].nom_complet,
            noms[payeur].famille_id,
            noms[payeur].famille.nom,
            combien,
            int(somme),
            depuis if isinstance(depuis, dt.date) else dt.date.fromisoformat(depuis),
            rangs.get(payeur, 0),
            jusqu_au.get(payeur),
        )
        for payeur, combien, somme, depuis in lus
    ]
