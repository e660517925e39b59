"""The mandates of a family's adults, and what is to be debited with them: an account number is masked."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

import workflows as w
from models import Compte, Facture, Mandat, Prelevement, Remise, Responsable
from portail import clock
from portail.domain import champs, creancier, lecture_familles, lecture_guichet_enfant, mandats, perimetre
from portail.domain.droits import Regard


@dataclass(frozen=True)
class Debit:
    """One invoice that is to be debited, or was."""

    jour: dt.date
    numero: str
    montant: int
    etat: w.Etat
    motif: str


@dataclass(frozen=True)
class MandatVu:
    id: int
    rum: str
    signe_le: dt.date
    etat: w.Etat
    titulaire: str
    iban: str
    """Masked."""
    collecte_le: dt.date | None
    dernier_jour: dt.date
    vaut: bool
    """Whether it may be debited today: neither revoked nor void."""
    debits: list[Debit] = field(default_factory=list)
    """The last ones first."""

    @property
    def actif(self) -> bool:
        return self.etat.code == w.ACTIF

    @property
    def prevus(self) -> list[Debit]:
        return [debit for debit in self.debits if debit.etat.code == w.PREVU]


@dataclass(frozen=True)
class AdulteVu:
    """An adult of the family, with the bank details of the sheet, masked, and the mandates."""

    id: int
    nom: str
    iban: str
    mandats: list[MandatVu]

    @property
    def peut_signer(self) -> bool:
        return bool(self.iban) and not any(mandat.actif for mandat in self.mandats)


@dataclass(frozen=True)
class PageVue:
    """The mandates of a family, in front of an agent."""

    famille_id: int
    famille: str
    a_moi: bool
    adultes: list[AdulteVu]
    creancier: creancier.Creancier | None

    @property
    def a_signer(self) -> list[AdulteVu]:
        return [adulte for adulte in self.adultes if adulte.peut_signer]


def au_guichet(agent: Compte, famille_id: int) -> PageVue:
    """:class:`Introuvable` when there is no such family in sight, or for whoever is limited to places."""
    famille = lecture_familles.famille(famille_id, agent)
    perimetre.exiger_tous_les_lieux(agent)
    adultes = list(
        Responsable.select().where(Responsable.famille == famille).order_by(Responsable.rang, Responsable.id)
    )
    siens = des_adultes([adulte.id for adulte in adultes])
    return PageVue(
        famille.id,
        famille.nom,
        lecture_guichet_enfant.est_a_moi(agent, famille.id),
        [AdulteVu(a.id, a.nom_complet, _masque(champs.ouvrir(a.banque)), siens[a.id]) for a in adultes],
        creancier.lire(),
    )


def les_miens(regard: Regard) -> list[MandatVu]:
    """Those of the adult that the account is: nobody else of the family reads them."""
    return des_adultes([regard.moi])[regard.moi] if regard.moi else []


def des_adultes(adultes: Collection[int]) -> dict[int, list[MandatVu]]:
    """By adult, the present one first. Two queries."""
    aujourdhui = clock.aujourdhui()
    lus = list(Mandat.select().where(Mandat.responsable.in_(list(adultes) or [0])).order_by(Mandat.id.desc()))
    debits = _debits([mandat.id for mandat in lus])
    trouves: dict[int, list[MandatVu]] = {ident: [] for ident in adultes}
    for mandat in lus:
        banque = champs.ouvrir(mandat.banque)
        trouves[mandat.responsable_id].append(
            MandatVu(
                mandat.id,
                mandat.rum,
                mandat.signe_le,
                w.MANDAT.etats[mandat.statut],
                banque.get("titulaire", ""),
                _masque(banque),
                mandat.collecte_le,
                mandats.dernier_jour(mandat),
                mandats.permet(mandat, aujourdhui),
                debits.get(mandat.id, []),
            )
        )
    return trouves


# ——— inside ———


def _debits(ids: Collection[int]) -> dict[int, list[Debit]]:
    requete = (
        Prelevement.select(Prelevement, Remise, Facture)
        .join(Remise)
        .join_from(Prelevement, Facture)
        .where(Prelevement.mandat.in_(list(ids) or [0]))
        .order_by(Remise.jour.desc(), Prelevement.id.desc())
    )
    trouves: dict[int, list[Debit]] = {}
    for p in requete:
        etat = w.PRELEVEMENT.etats[p.statut]
        debit = Debit(p.remise.jour, p.facture.numero, p.montant, etat, p.motif)
        trouves.setdefault(p.mandat_id, []).append(debit)
    return trouves


def _masque(banque: dict[str, str]) -> str:
    return champs.masquer(banque["iban"]) if banque.get("iban") else ""
