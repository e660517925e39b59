"""Direct debits of the demonstration town: some adults have signed, and one remise waits for its day."""

import datetime as dt
from random import Random

import workflows as w
from models import Compte, Mandat, Responsable, Solde
from portail import clock
from portail.demo import factures
from portail.demo.temps import Temps
from portail.domain import champs, codes, mandats, preparation_de_remise, remises
from portail.domain.transitions import Acteur, journaliser

UN_SUR = 3
"""One in so many of those who owe something has signed."""
MANDATS_MAX = 40
ANCIENNETE = 400
"""Days since the oldest signature."""


def facturer_et_prelever(temps: Temps, graine: int) -> None:
    """What was billed and paid; then what is to be debited of the rest."""
    factures.ecrire(temps, graine)
    ecrire(temps, graine)


def ecrire(temps: Temps, graine: int) -> None:
    """The mandates, then a remise of yesterday; never of the known family, who pays by itself."""
    alea = Random(graine)
    agents = {c.role: c for c in Compte.select().where(Compte.role != w.FAMILLE).order_by(Compte.id.desc())}
    veille = temps.matin - dt.timedelta(hours=16)
    for payeur in _payeurs()[::UN_SUR][:MANDATS_MAX]:
        _signer(alea, payeur, agents["agent"], temps)
    with clock.figer(veille):
        jour = preparation_de_remise.propose()
        prete = preparation_de_remise.preparer(jour)
        if prete.retenues:
            remises.creer(agents["gestionnaire"], jour, prete.marque)
    factures.envoyer("prelevement:")


# ——— inside ———


def _payeurs() -> list[Responsable]:
    """Whoever owes something, and has given an account number."""
    doivent = Solde.select(Solde.payeur).where(Solde.reste > 0)
    requete = Responsable.select().where(
        Responsable.id.in_(doivent), Responsable.banque != "", Responsable.famille != factures.CONNUE
    )
    return list(requete.order_by(Responsable.id))


def _signer(alea: Random, payeur: Responsable, agent: Compte, temps: Temps) -> None:
    """As the act does; but for the reference, the same in each town of the same seed, and the mail."""
    banque = champs.ouvrir(payeur.banque)
    if not banque.get("iban"):
        return
    signe_le = temps.aujourdhui - dt.timedelta(alea.randrange(10, ANCIENNETE))
    quand = max(clock.instant(signe_le, dt.time(10)), temps.ouverture)
    hasard = "".join(alea.choice(codes.ALPHABET) for _ in range(mandats.SYMBOLES_DU_RUM))
    with clock.figer(quand):
        mandat = Mandat.create(
            responsable=payeur,
            rum=f"PC-{signe_le.year}-{hasard}",
            signe_le=signe_le,
            banque=champs.fermer({**banque, "titulaire": banque.get("titulaire") or payeur.nom_complet}),
            cree_le=clock.maintenant(),
            agent=agent,
        )
        acteur = Acteur(agent, w.AGENT)
        famille = payeur.famille_id
        journaliser(mandat, mandats.SIGNER, acteur, vers=w.ACTIF, famille_id=famille, detail=mandat.rum)
