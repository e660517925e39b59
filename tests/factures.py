"""Makers of what billing is about, for the tests: a tariff, an invoice with its lines, a receipt."""

import datetime as dt
from itertools import count

import workflows as w
from models import (
    Activite,
    Campagne,
    Compte,
    Enfant,
    Facture,
    LigneDeFacture,
    Mandat,
    Paiement,
    Prelevement,
    ReglagesDeFacturation,
    Reglement,
    Remise,
    Responsable,
    Seance,
    Solde,
    Tarif,
    TrancheDeTarif,
    write_transaction,
)
from portail import clock
from portail.domain import encaissement, numeros
from portail.domain.encaissement import Recette
from portail.domain.transitions import SYSTEME, Acteur

NOVEMBRE = dt.date(2026, 11, 1)
_tirage = count(1)


def regler(**champs) -> ReglagesDeFacturation:
    """The town has its settings: without them nothing is issued."""
    return ReglagesDeFacturation.get_or_none() or ReglagesDeFacturation.create(
        id=1, **({"payfip": "012345", "payer": "En ligne, ou au guichet."} | champs)
    )


def tarif(activite: Activite, *, tranches: dict[int, int] | None = None, **champs) -> Tarif:
    """A tariff over the whole period of an activity: flat at 3,45 € unless told otherwise."""
    defauts = {
        "debut": activite.debut,
        "fin": activite.fin,
        "mode": "tranches" if tranches else "forfait",
        "unite": "seance",
        "prix": 0 if tranches else 345,
    }
    cree = Tarif.create(activite=activite, **(defauts | champs))
    for a_partir_de, prix in (tranches or {}).items():
        TrancheDeTarif.create(tarif=cree, a_partir_de=a_partir_de, prix=prix)
    return cree


def facture(
    payeur: Responsable,
    lignes: list[tuple[Enfant, Seance, int]],
    *,
    foyer: bool = True,
    mois: dt.date = NOVEMBRE,
    echeance: dt.date | None = None,
    garde: bool = False,
    explication: str = "Tarif unique.",
    **champs,
) -> Facture:
    """An issued invoice: a line for each child, séance, amount in cents. Its `Solde` with it.

    `garde`: whether it is child care for the taxes. Issued now: the tests stop the clock.
    """
    regler()
    total = sum(montant for _, _, montant in lignes)
    jusqu_au = echeance or clock.aujourdhui() + dt.timedelta(30)
    with write_transaction():
        exercice, rangs = numeros.reserver(1)
        creee = Facture.create(
            **{
                "exercice": exercice,
                "rang": rangs[0],
                "famille": payeur.famille_id,
                "payeur": payeur,
                "foyer": foyer,
                "destinataire": f"{payeur.nom_complet}\n12 rue des Lilas\n42000 Saint-Alban",
                "mois": mois,
                "emise_le": clock.maintenant(),
                "echeance": jusqu_au,
                "total": total,
                **champs,
            }
        )
        for rang, (enfant, seance, montant) in enumerate(lignes, 1):
            LigneDeFacture.create(
                facture=creee,
                rang=rang,
                cle=f"s:{seance.id}:{enfant.id}:{payeur.id}",
                genre="seance",
                enfant=enfant,
                activite=seance.activite_id,
                seance=seance,
                jour=seance.jour,
                libelle=f"{enfant.prenom}, {seance.activite.nom}",
                explication=explication,
                montant=montant,
                garde=garde,
            )
        Solde.create(facture=creee, payeur=payeur, echeance=jusqu_au, reste=total)
    return creee


def encaisser(payeur: Responsable, montant: int, *factures: Facture, par: Compte | None = None) -> Reglement:
    """Cash that an adult brought today, for these invoices first."""
    recette = Recette("especes", montant, clock.aujourdhui(), f"test:{next(_tirage)}")
    with write_transaction():
        acteur = Acteur(par, "agent") if par else SYSTEME
        return encaissement.encaisser(acteur, payeur, recette, [f.id for f in factures])


def reste(facture: Facture) -> int:
    """What is left to pay of it, in cents."""
    return Solde.get(Solde.facture == facture).reste


def un_de_chaque_machine(monde, seance: Seance, agent: Acteur) -> dict:
    """One object of each machine of billing, an act, who does it."""
    emise = facture(monde.adulte_claire, [(monde.lea, seance, 345)])
    mandat = Mandat.create(
        responsable=monde.adulte_claire,
        rum="RUM1",
        signe_le=seance.jour,
        banque="",
        cree_le=clock.maintenant(),
        agent=monde.sophie,
    )
    remise = Remise.create(jour=seance.jour, creee_le=clock.maintenant(), creee_par=monde.sophie)
    campagne = Campagne.create(
        mois=NOVEMBRE, echeance=seance.jour, lancee_par=monde.sophie, lancee_le=clock.maintenant(), marque=""
    )
    paiement = Paiement.create(
        famille=monde.moreau,
        payeur=monde.adulte_claire,
        compte=monde.claire,
        refdet="A1",
        montant=345,
        cree_le=clock.maintenant(),
    )
    prelevement = Prelevement.create(remise=remise, mandat=mandat, facture=emise, montant=345, premier=True)
    return {
        Campagne: (campagne, w.EMETTRE, SYSTEME),
        Paiement: (paiement, w.PAYER, SYSTEME),
        Mandat: (mandat, w.REVOQUER, agent),
        Prelevement: (prelevement, w.ENCAISSER, agent),
    }
