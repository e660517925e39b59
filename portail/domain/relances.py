"""Reminders of what is late, in gentle words: shown first, sent then, to each adult at most every 15 days.

Nobody is reminded of what is being paid online, is to be debited, or was agreed to be paid over time.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from peewee import ModelSelect, fn

import workflows as w
from models import (
    Abonnement,
    Compte,
    Entente,
    Facture,
    FactureDuPaiement,
    Prelevement,
    Relance,
    Responsable,
    Solde,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, payeurs, perimetre
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser_ensemble

RELANCER = "relancer"
"""What the journal calls it."""
REPIT = dt.timedelta(days=15)
AUTRE_AGENT = "Vous êtes abonné à l’une de ces familles : un autre agent doit la relancer."
PAR_ENVOI = 200
"""Adults reminded at once: the others come next."""
Du = tuple[int, int, bool]


@dataclass(frozen=True)
class EnRetard:
    """One late invoice."""

    id: int
    numero: str
    mois: dt.date
    echeance: dt.date
    reste: int
    rang: int
    """Which reminder this one would be: 1 for the first."""


@dataclass(frozen=True)
class Destinataire:
    """An adult to be reminded, of what, and whom the mail goes to."""

    payeur_id: int
    payeur: str
    famille_id: int
    factures: list[EnRetard]
    comptes: list[Compte | Responsable]

    @property
    def total(self) -> int:
        return sum(facture.reste for facture in self.factures)

    @property
    def rang(self) -> int:
        """The highest: how far it has gone."""
        return max(facture.rang for facture in self.factures)

    @property
    def joignable(self) -> bool:
        return bool(self.comptes)


def a_relancer(agent: Compte) -> list[Destinataire]:
    """Whom a reminder would go to now, whoever is late for longest first; never the agent's own families."""
    exiger_un_agent(agent, "Seuls les agents de la mairie relancent les familles.")
    perimetre.exiger_tous_les_lieux(agent)
    premiers = _premiers(agent)
    return _destinataires(premiers)


def relancer(agent: Compte, choisis: Collection[int]) -> int:
    """Write to these adults, if it is still due; gives how many were. :class:`Refus` when none was chosen."""
    if not choisis:
        raise Refus("Cochez au moins une personne.", champ="payeurs")
    with write_transaction():
        exiger_un_agent(agent, "Seuls les agents de la mairie relancent les familles.")
        perimetre.exiger_tous_les_lieux(agent)
        voulus = sorted(set(choisis))[:PAR_ENVOI]
        # two agents who send at once: the second one sees what the first has written
        tenus = verrouiller(Responsable, voulus)
        if len(tenus) != len(voulus):
            raise Introuvable("Cette personne n’existe pas.")
        for payeur in tenus.values():
            exiger_une_autre_famille(agent, payeur.famille_id, AUTRE_AGENT)
        siens = [d for d in _destinataires(_premiers(agent, voulus)) if d.joignable]
        if not siens:
            raise DejaChange("Ces personnes viennent d’être relancées, ou n’ont plus rien en retard.")
        _ecrire(agent, siens)
        return len(siens)


# ——— inside ———


def _en_retard() -> ModelSelect:
    """What is late, and nothing else is done about."""
    ouverte = FactureDuPaiement.select(FactureDuPaiement.id).where(
        FactureDuPaiement.facture == Solde.facture, FactureDuPaiement.ouverte
    )
    prevu = Prelevement.select(Prelevement.id).where(
        Prelevement.facture == Solde.facture, Prelevement.statut == w.PREVU
    )
    entendu = Entente.select(Entente.id).where(
        Entente.payeur == Solde.payeur, Entente.levee_le.is_null(), Entente.jusqu_au >= clock.aujourdhui()
    )
    autre = Solde.alias()
    recente = (
        Relance.select(Relance.id)
        .join(autre, on=autre.facture == Relance.facture)
        .where(autre.payeur == Solde.payeur, Relance.envoyee_le > clock.maintenant() - REPIT)
    )
    return Solde.select().where(
        Solde.reste > 0,
        Solde.echeance < clock.aujourdhui(),
        ~fn.EXISTS(ouverte),
        ~fn.EXISTS(prevu),
        ~fn.EXISTS(entendu),
        ~fn.EXISTS(recente),
    )


def _premiers(agent: Compte, parmi: Collection[int] | None = None) -> list[int]:
    """The adults who are late for longest, as many as one sending takes."""
    miennes = Abonnement.select(Abonnement.famille).where(Abonnement.compte == agent)
    requete = _en_retard().select(Solde.payeur, fn.MIN(Solde.echeance)).join(Responsable)
    requete = requete.where(Responsable.famille.not_in(miennes))
    if parmi is not None:
        requete = requete.where(Solde.payeur.in_(list(parmi)))
    requete = requete.group_by(Solde.payeur).order_by(fn.MIN(Solde.echeance), Solde.payeur)
    return [payeur for payeur, _ in requete.limit(PAR_ENVOI).tuples()]


def _destinataires(premiers: list[int]) -> list[Destinataire]:
    envoyees = Relance.select(fn.COUNT(Relance.id)).where(Relance.facture == Facture.id)
    requete = (
        _en_retard()
        .select(Solde, Facture, Responsable, envoyees.alias("envoyees"))
        .join(Facture)
        .join_from(Solde, Responsable)
        .where(Solde.payeur.in_(premiers or [0]))
        .order_by(Solde.echeance, Solde.facture)
    )
    par_payeur: dict[int, list[Solde]] = {ident: [] for ident in premiers}
    for solde in requete:
        par_payeur[solde.payeur_id].append(solde)
    dus = {ident: _du(soldes) for ident, soldes in par_payeur.items() if soldes}
    lecteurs = payeurs.lecteurs(dus.values())
    return [
        Destinataire(
            ident,
            soldes[0].payeur.nom_complet,
            soldes[0].facture.famille_id,
            [_facture(solde) for solde in soldes],
            _qui(lecteurs[dus[ident]], soldes[0].payeur),
        )
        for ident, soldes in par_payeur.items()
        if soldes
    ]


def _du(soldes: list[Solde]) -> Du:
    """Who reads all of these: the household only if each invoice is the household's."""
    facture = soldes[0].facture
    return facture.famille_id, facture.payeur_id, all(solde.facture.foyer for solde in soldes)


def _facture(solde: Solde) -> EnRetard:
    f = solde.facture
    return EnRetard(f.id, f.numero, f.mois, solde.echeance, solde.reste, solde.envoyees + 1)


def _qui(comptes: list[Compte], payeur: Responsable) -> list[Compte | Responsable]:
    return [*comptes] or ([payeur] if payeur.email else [])


def _ecrire(agent: Compte, siens: Iterable[Destinataire]) -> None:
    siens = list(siens)
    familles, faites = {}, []
    for destinataire in siens:
        for facture in destinataire.factures:
            relance = Relance.create(
                facture=facture.id, rang=facture.rang, envoyee_le=clock.maintenant(), agent=agent
            )
            familles[relance.id] = destinataire.famille_id
            faites.append((relance, RELANCER))
    journaliser_ensemble(
        faites,
        Acteur(agent, w.AGENT),
        vers="",
        famille_id=lambda relance: familles[relance.id],
        demande_id=None,
    )
    courriels.ecrire_ensemble(_lettre(un, qui) for un in siens for qui in un.comptes)


def _lettre(un: Destinataire, qui: Compte | Responsable) -> courriels.Lettre:
    lignes = "\n".join(
        f"– facture n° {f.numero}, {mots.mois_annee(f.mois)} : {mots.euros(f.reste)},"
        f" à payer avant le {mots.jour_annee(f.echeance)}"
        for f in un.factures
    )
    debut = (
        "Sauf erreur de notre part, il reste à payer :"
        if un.rang == 1
        else "Nous vous avions écrit à ce sujet. Sauf erreur de notre part, il reste encore à payer :"
    )
    return courriels.Lettre(
        cle=f"relance:{un.factures[-1].id}:{un.factures[-1].rang}:{courriels.marque(qui)}",
        destinataire=qui.email,
        sujet="Une facture attend votre règlement"
        if len(un.factures) == 1
        else f"{len(un.factures)} factures attendent votre règlement",
        corps=courriels.lettre(
            qui,
            debut,
            lignes,
            f"Voir et payer vos factures :\n{courriels.lien('/facturation')}",
            "Vous venez de payer ? Ne tenez pas compte de ce message, et merci.",
            "Une difficulté, même passagère ? Appelez-nous : nous pouvons convenir ensemble d’un paiement en"
            " plusieurs fois.",
        ),
        famille_id=un.famille_id,
    )
