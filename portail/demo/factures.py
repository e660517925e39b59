"""What the demonstration town has billed: its last two full months, some paid, some late, an avoir.

Issued, paid, taken back by the very acts of the portal, as if its clock stood at those days. Of a large town,
the first families only: it has to be there in a moment.
"""

import datetime as dt
import hashlib
from random import Random

import workflows as w
from models import (
    ApercuDeCampagne,
    Campagne,
    Compte,
    Courriel,
    Facture,
    Famille,
    LigneDeFacture,
    ReglagesDeFacturation,
    write_transaction,
)
from portail import clock
from portail.demo.temps import Temps
from portail.domain import avoirs, campagnes, ecriture_de_factures, encaissement
from portail.domain import lecture_des_consommations as lecture
from portail.domain.calcul_de_la_tranche import calculer
from portail.domain.encaissement import Recette
from portail.domain.transitions import Acteur

FAMILLES_MAX = 300
"""Families that are billed."""
CONNUE = 1
"""The Moreau family: one invoice to pay, one late, one paid, an avoir."""
DELAI_D_AVANT = 20
"""The town gave fewer days then: what was issued the month before is late by now."""
PAYES = {0: 85, 1: 40}
"""Percent of the invoices that are paid: of the first month, of the second."""
MOYENS = ("carte", "cheque", "especes", "virement", "cesu")


def ecrire(temps: Temps, graine: int) -> None:
    """Bill the two months that are over, take the money, take one line back."""
    agents = {c.role: c for c in Compte.select().where(Compte.role != w.FAMILLE).order_by(Compte.id.desc())}
    dernier = _mois_d_avant(temps.aujourdhui)
    avant = _mois_d_avant(dernier)
    veille = temps.matin - dt.timedelta(hours=15)
    premier_jour = max(temps.ouverture + dt.timedelta(1), _le(dernier, 5))
    _facturer(avant, premier_jour, agents["gestionnaire"], DELAI_D_AVANT)
    a_moitie = max(temps.ouverture + dt.timedelta(2), _le(dernier, 16))
    _facturer_les_familles(dernier, a_moitie, [CONNUE])
    en_cours = temps.aujourdhui.replace(day=1)
    _facturer(dernier, max(_le(en_cours, 1), min(_le(en_cours, 5), veille)), agents["gestionnaire"])
    _encaisser(Random(graine), avant, agents["agent"], temps.matin)
    _reprendre_une_ligne(avant, agents["agent"], veille)
    envoyer("facture:")


def envoyer(prefixe: str) -> None:
    """The mails of that time have left; what identifies them is the same in each town of the same seed."""
    for courriel in Courriel.select().where(Courriel.cle.startswith(prefixe)):
        marque = hashlib.sha256(courriel.cle.encode()).hexdigest()[:32]
        Courriel.update(
            message_id=f"<{marque}@saint-alban.example>",
            statut="envoye",
            essais=1,
            envoye_le=courriel.cree_le + dt.timedelta(minutes=1),
        ).where(Courriel.id == courriel.id).execute()


# ——— inside ———


def _facturer(mois: dt.date, quand: dt.datetime, auteur: Compte, delai: int | None = None) -> None:
    """The whole town by a run; of a large one, its first families."""
    if Famille.select().count() > FAMILLES_MAX:
        premieres = Famille.select(Famille.id).order_by(Famille.id).limit(FAMILLES_MAX)
        _facturer_les_familles(mois, quand, [famille.id for famille in premieres], delai)
        return
    with clock.figer(quand):
        habituel = ReglagesDeFacturation.get().delai
        ReglagesDeFacturation.update(delai=delai or habituel).execute()
        campagnes.apercevoir(auteur, mois)
        _aller_au_bout()
        apercu = ApercuDeCampagne.get(ApercuDeCampagne.mois == mois)
        if apercu.familles.exists():
            campagnes.lancer(auteur, mois, apercu.marque)
            _aller_au_bout()
        ApercuDeCampagne.delete().execute()
        ReglagesDeFacturation.update(delai=habituel).execute()


def _facturer_les_familles(
    mois: dt.date, quand: dt.datetime, familles: list[int], delai: int | None = None
) -> None:
    """These families, outside of any run."""
    calculs = calculer(lecture.ouvrir(mois, quand), familles)
    delai = delai or ReglagesDeFacturation.get().delai
    echeance = clock.a_paris(quand).date() + dt.timedelta(delai)
    with clock.figer(quand), write_transaction():
        ecriture_de_factures.ecrire(Campagne(mois=mois, echeance=echeance), calculs)


def _aller_au_bout() -> None:
    while campagnes.servir():
        pass


def _encaisser(alea: Random, avant: dt.date, agent: Compte, matin: dt.datetime) -> None:
    """Some pay, a few days later; the known family has paid the first invoice of its last month only."""
    moreau = Facture.select(Facture.id).where(Facture.famille == CONNUE, Facture.mois > avant)
    payee = moreau.order_by(Facture.id).first()
    for facture in list(Facture.select().order_by(Facture.id)):
        tire, jours, moyen = alea.randrange(100), alea.randrange(2, 16), alea.choice(MOYENS)
        le = facture.emise_le + dt.timedelta(jours, hours=alea.randrange(6))
        paie = facture == payee if facture.famille_id == CONNUE else tire < PAYES[facture.mois > avant]
        if paie and le < matin:
            recette = Recette(moyen, facture.total, clock.a_paris(le).date(), f"demo:{facture.id}")
            with clock.figer(le), write_transaction():
                encaissement.encaisser(Acteur(agent, w.AGENT), facture.payeur, recette, [facture.id])


def _reprendre_une_ligne(avant: dt.date, agent: Compte, quand: dt.datetime) -> None:
    """The known family was billed a day that it should not have been."""
    sienne = (Facture.famille == CONNUE) & (Facture.mois == avant)
    ligne = LigneDeFacture.select().join(Facture).where(sienne).order_by(LigneDeFacture.id).first()
    if ligne:
        with clock.figer(quand):
            motif = "Enfant en sortie scolaire ce jour-là"
            avoirs.emettre(agent, ligne.facture_id, {ligne.id: ligne.montant}, motif)


def _le(mois: dt.date, jour: int) -> dt.datetime:
    """Eight in the morning of that day."""
    return clock.instant(mois.replace(day=jour), dt.time(8))


def _mois_d_avant(jour: dt.date) -> dt.date:
    return (jour.replace(day=1) - dt.timedelta(1)).replace(day=1)
