"""The monthly run: what a month would be billed is shown first, then issued, families a slice at a time.

The work is done outside of the requests, by whoever makes the rounds of mail (`facteur.py`): a lease says who
is at it. Each slice is one transaction, that moves on how far the run is: a process that is killed has
issued whole slices and nothing else, and whoever takes over goes on from there. What has a line already is
never billed again, so that a later run of the same month issues what was missing, and only that.
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import TypeVar

from peewee import IntegrityError

import workflows as w
from models import (
    ApercuDeCampagne,
    Campagne,
    Compte,
    Famille,
    ReglagesDeFacturation,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import apercu_de_campagne, ecriture_de_factures, numeros, perimetre
from portail.domain import lecture_des_consommations as lecture
from portail.domain.calcul_de_la_tranche import calculer
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import SYSTEME, Acteur, ecrites, franchir, journaliser

BAIL = dt.timedelta(minutes=3)
"""How long a process may be silent before another one goes on."""
TRANCHE = 250
"""Families of one transaction: a second or so, for which other writers wait on SQLite."""
AUSSITOT = 1.0
"""Seconds of work done within the request: all of a small town's."""
TOUR = 20.0
"""Seconds of work before the mail goes out again."""
ESSAIS_MAX = 3
APERCEVOIR = "apercevoir"
"""What the journal calls the asking of a preview."""
PREMIER_MOIS = dt.date(2000, 1, 1)
DEJA = "Les factures de ce mois sont en cours d’émission : attendez qu’elles le soient toutes."
RELIRE = "L’aperçu a changé entre-temps : relisez-le avant d’émettre les factures."

Travail = TypeVar("Travail", Campagne, ApercuDeCampagne)
Suivre = Callable[[int, int], object]
"""Told how many families of how many."""


# ——— the acts ———


def apercevoir(auteur: Compte | None, mois: dt.date) -> ApercuDeCampagne:
    """Have the preview of that month worked out, or worked out again. `auteur` is None for the command.

    :class:`Refus` of a month that has not begun, without the town's settings, while the month is issued.
    """
    with write_transaction():
        exiger(auteur)
        exiger_le_mois(mois)
        if not verrouiller(ReglagesDeFacturation, [1]):
            raise Refus(numeros.PAS_REGLEE)
        if ouverte(mois):
            raise DejaChange(DEJA)
        ApercuDeCampagne.delete().where(ApercuDeCampagne.mois == mois).execute()
        apercu = ApercuDeCampagne.create(
            mois=mois, demande_par=auteur, demande_le=clock.maintenant(), total=_combien_de_familles()
        )
        journaliser(apercu, APERCEVOIR, Acteur(auteur, w.AGENT), detail=mots.mois_annee(mois))
        return apercu


def lancer(auteur: Compte | None, mois: dt.date, marque: str) -> Campagne:
    """Have the invoices of that month issued. `marque`: of the preview that was read.

    :class:`DejaChange` when it is another one by now. What is issued is what stands at that instant: if
    somebody was pointed since the preview, it is in it. Asked twice, it is the run that is there.
    """
    with write_transaction():
        exiger(auteur)
        if not (reglages := verrouiller(ReglagesDeFacturation, [1])):
            raise Refus(numeros.PAS_REGLEE)
        if deja := ouverte(mois):
            return deja
        apercu = ApercuDeCampagne.get_or_none(ApercuDeCampagne.mois == mois)
        if apercu is None or apercu.fini_le is None or apercu.marque != marque:
            # launched from this very preview, that went with it; a new one may say the same, of others
            if deja := _lancee_de(mois, marque):
                return deja
            raise DejaChange(RELIRE)
        annonce = apercu_de_campagne.Resume.lire(apercu.resume).montant
        campagne = Campagne.create(
            mois=mois,
            echeance=clock.aujourdhui() + dt.timedelta(reglages[1].delai),
            lancee_par=auteur,
            lancee_le=clock.maintenant(),
            marque=marque,
            annonce=annonce,
            total=_combien_de_familles(),
        )
        dit = f"{mots.mois_annee(mois)}, {mots.euros(annonce)} annoncés"
        journaliser(campagne, w.LANCER, Acteur(auteur, w.AGENT), vers=w.LANCEE, detail=dit)
        ApercuDeCampagne.delete().where(ApercuDeCampagne.id == apercu.id).execute()
        return campagne


def servir(pendant: float = TOUR, suivre: Suivre = lambda faites, total: None) -> bool:
    """Go on with what waits first, for that many seconds. Whether there was something to do."""
    travail: Campagne | ApercuDeCampagne | None = prendre_un_tour(Campagne) or prendre_un_tour(
        ApercuDeCampagne
    )
    if travail is None:
        return False
    fin = time.monotonic() + pendant
    mois = lecture.ouvrir(travail.mois, _arrete_le(travail))
    while _avancer(travail, mois):
        suivre(travail.faites, travail.total)
        if time.monotonic() >= fin:
            _rendre(travail)
            break
    return True


def servir_aussitot() -> None:
    """What is small is done without waiting for the next round; the rest goes on beside."""
    servir(AUSSITOT)


def prendre_un_tour(modele: type[Travail]) -> Travail | None:
    """Take what waits first of this kind, for a while; None when it is being done, or nothing waits."""
    attend = _attend(modele)
    if not modele.select().where(attend).exists():
        return None
    with write_transaction():
        file = verrouiller(modele, [t.id for t in modele.select(modele.id).where(attend)])
        libres = [t for t in file.values() if _est_ouvert(t) and not _tenu(t)]
        if not libres:
            return None
        pris = libres[0]
        _noter(pris, bail_jusqua=clock.maintenant() + BAIL)
        return pris


# ——— who may, and what ———


def exiger(auteur: Compte | None) -> None:
    """Whoever sets the town up, and has all its places; the command, None, may."""
    if auteur is not None:
        perimetre.exiger_toute_la_ville(auteur)


def exiger_le_mois(mois: dt.date) -> None:
    """:class:`Refus` unless the month has begun."""
    if mois > clock.aujourdhui():
        nom = mots.mois_annee(mois).capitalize()
        quoi = f"{nom} n’a pas commencé : on facture ce qui a eu lieu, jamais ce qui est prévu."
        raise Refus(quoi, champ="mois")
    if mois < PREMIER_MOIS:
        raise Refus("Choisissez un mois.", champ="mois")


def ouverte(mois: dt.date) -> Campagne | None:
    """The run of that month that is not finished."""
    return Campagne.get_or_none(Campagne.mois == mois, Campagne.statut == w.LANCEE)


# ——— one slice ———


def _avancer(travail: Campagne | ApercuDeCampagne, mois: lecture.Mois) -> bool:
    """Do one slice more. Whether there is, or may be, another; what is done is told in `travail`."""
    for essai in range(ESSAIS_MAX):
        familles = _suivantes(travail.derniere)
        calculs = calculer(mois, familles)
        try:
            with write_transaction():
                if isinstance(travail, Campagne):
                    return _emettre(travail, familles, calculs)
                return _montrer(travail, familles, calculs)
        except (DejaChange, IntegrityError):  # a file was emptied into another meanwhile: read again
            if essai == ESSAIS_MAX - 1:
                raise
    return False


def _emettre(campagne: Campagne, familles: list[int], calculs: list) -> bool:
    tenue = verrouiller(Campagne, [campagne.id])[campagne.id]
    if tenue.statut != w.LANCEE or tenue.derniere != campagne.derniere:
        return False  # somebody else took over: a lease that had run out
    if not familles:
        franchir(tenue, w.EMETTRE, SYSTEME, motif=f"{tenue.factures} facture(s), {mots.euros(tenue.montant)}")
        _noter(campagne, total=tenue.faites, finie_le=clock.maintenant(), bail_jusqua=None)
        return False
    if any(f.fusionnee_dans_id for f in verrouiller(Famille, familles).values()):
        raise DejaChange("Un dossier vient d’être réuni à un autre.")
    factures, montant = ecriture_de_factures.ecrire(tenue, calculs)
    _noter(
        campagne,
        derniere=familles[-1],
        faites=tenue.faites + len(familles),
        factures=tenue.factures + factures,
        montant=tenue.montant + montant,
        bail_jusqua=clock.maintenant() + BAIL,
    )
    return True


def _montrer(apercu: ApercuDeCampagne, familles: list[int], calculs: list) -> bool:
    tenu = verrouiller(ApercuDeCampagne, [apercu.id]).get(apercu.id)
    if tenu is None or tenu.fini_le or tenu.derniere != apercu.derniere:
        return False  # asked for again, or somebody else took over
    resume = apercu_de_campagne.Resume.lire(tenu.resume)
    if not familles:
        _noter(apercu, total=tenu.faites, marque=resume.marque, fini_le=clock.maintenant(), bail_jusqua=None)
        return False
    apercu_de_campagne.ajouter(tenu, resume, calculs)
    _noter(
        apercu,
        derniere=familles[-1],
        faites=tenu.faites + len(familles),
        resume=resume.en_texte(),
        bail_jusqua=clock.maintenant() + BAIL,
    )
    return True


# ——— inside ———


def _suivantes(apres: int) -> list[int]:
    requete = Famille.select(Famille.id).where(Famille.id > apres, Famille.fusionnee_dans.is_null())
    return [ident for (ident,) in requete.order_by(Famille.id).limit(TRANCHE).tuples()]


def _combien_de_familles() -> int:
    return Famille.select().where(Famille.fusionnee_dans.is_null()).count()


def _arrete_le(travail: Campagne | ApercuDeCampagne) -> dt.datetime:
    return travail.lancee_le if isinstance(travail, Campagne) else travail.demande_le


def _attend(modele: type[Travail]):
    return modele.statut == w.LANCEE if modele is Campagne else modele.fini_le.is_null()


def _est_ouvert(travail: Campagne | ApercuDeCampagne) -> bool:
    return travail.statut == w.LANCEE if isinstance(travail, Campagne) else travail.fini_le is None


def _tenu(travail: Campagne | ApercuDeCampagne) -> bool:
    return bool(travail.bail_jusqua and travail.bail_jusqua > clock.maintenant())


def _rendre(travail: Campagne | ApercuDeCampagne) -> None:
    """Leave the rest to the next round."""
    with write_transaction():
        _noter(travail, bail_jusqua=None)


def _noter(travail: Campagne | ApercuDeCampagne, **valeurs: object) -> None:
    modele = type(travail)
    modele.update(valeurs).where(modele.id == travail.id).execute()
    ecrites(travail, **valeurs)


def _lancee_de(mois: dt.date, marque: str) -> Campagne | None:
    """The run that was launched from this very preview."""
    if not marque:
        return None
    requete = Campagne.select().where(Campagne.mois == mois, Campagne.marque == marque)
    return requete.order_by(Campagne.id.desc()).first()
