"""A family contests lines of an invoice: a demande, that the town answers with a reason or with an avoir.

Whoever reads the invoice may, for as long as something is left of the line: one open contestation a line. The
lines of a demande are all of one invoice: who reads it reads the whole demande. The answer:
`reponse_contestation.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import workflows as w
from models import (
    Compte,
    Contestation,
    Demande,
    Facture,
    Famille,
    Ligne,
    LigneDeFacture,
    Responsable,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import avoirs, courriels, droits, payeurs
from portail.domain.conclusion import conclure
from portail.domain.droits import Regard
from portail.domain.lecture_factures import ligne_lue
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir_ensemble, journaliser_ensemble

TEXTE_MAX = 1000
DEPOSER = "deposer"
"""What the journal calls it."""


@dataclass(frozen=True)
class Contestable:
    """A line of an invoice, in front of whoever may contest it."""

    ligne: LigneDeFacture
    reste: int
    """What no avoir has taken back of it, in cents."""
    demande: Demande | None
    """That contests it already, and waits for an answer."""

    @property
    def quand(self) -> str:
        return quand(self.ligne)

    @property
    def obstacle(self) -> str:
        """Why it cannot be contested, in words; empty: it can."""
        if self.ligne.montant < 0:
            return "Un avoir ne se conteste pas : écrivez au guichet si vous n’êtes pas d’accord."
        if self.demande:
            return (
                f"Cette ligne est déjà contestée : la mairie répondra à la demande n° {self.demande.numero}."
            )
        if not self.ligne.montant:
            return "Cette ligne ne vous coûte rien."
        if not self.reste:
            return "Un avoir a déjà repris toute cette ligne."
        return ""


@dataclass(frozen=True)
class AContester:
    """A line to contest, and the others of its invoice that may be contested with it."""

    facture: Facture
    ligne: Contestable
    autres: list[Contestable]


def lire(regard: Regard, ligne_id: int) -> AContester:
    """The line and its invoice, if the account reads them; :class:`Introuvable` otherwise. Five queries."""
    facture = ligne_lue(regard, ligne_id).facture
    lues = contestables(LigneDeFacture.select().where(LigneDeFacture.facture == facture))
    sienne = next(vue for vue in lues if vue.ligne.id == ligne_id)
    return AContester(facture, sienne, [vue for vue in lues if vue is not sienne and not vue.obstacle])


def contester(
    auteur: Compte, famille: Famille, ligne_id: int, autres: Collection[int], texte: str
) -> Demande:
    """Contest this line, and these others of its invoice; the family says why, once for all of them.

    Sent twice, it is the demande that was made the first time. :class:`DejaChange` when one of the lines is
    contested already, or was taken back whole.
    """
    texte = texte.strip()
    with write_transaction():
        facture = ligne_lue(droits.regard(auteur, famille), ligne_id).facture
        if not texte:
            raise Refus("Dites pourquoi vous n’êtes pas d’accord : la mairie le lira.", champ="texte")
        if len(texte) > TEXTE_MAX:
            raise Refus(f"Le message est trop long : {TEXTE_MAX} caractères au plus.", champ="texte")
        verrouiller(Responsable, [facture.payeur_id])  # what a line is left with moves under this lock only
        voulues = {ligne_id, *autres}
        siennes = LigneDeFacture.select().where(
            LigneDeFacture.facture == facture, LigneDeFacture.id.in_(list(voulues))
        )
        lignes = contestables(siennes)
        if len(lignes) < len(voulues):
            raise Introuvable("Cette ligne n’est pas sur cette facture.")
        if deja := _deja_envoyee(auteur, lignes, texte):
            return deja
        for vue in lignes:
            if vue.obstacle:
                laquelle = f"{vue.ligne.libelle}, {vue.quand}"
                raise DejaChange(f"{laquelle} : {vue.obstacle[0].lower()}{vue.obstacle[1:]}")
        demande = _ouvrir(auteur, famille, facture, [vue.ligne for vue in lignes], texte)
        _accuser_reception(demande, auteur, facture, [vue.ligne for vue in lignes])
        return demande


def annuler_les_contestations(auteur: Compte, famille: Famille, demande: Demande) -> None:
    """Withdraw what nobody answered yet, in the transaction of the act. The demande is locked."""
    acteur = Acteur(auteur, w.FAMILLE)
    attendent = Ligne.select().where(Ligne.demande == demande, Ligne.statut == w.EN_ATTENTE)
    franchir_ensemble(
        list(attendent.order_by(Ligne.id)),
        w.ANNULER,
        acteur,
        w.ANNULEE,
        famille_id=famille.id,
        demande_id=demande.id,
    )
    conclure(demande, acteur)


def contestables(lignes: Iterable[LigneDeFacture]) -> list[Contestable]:
    """These lines, in the order of their invoice. Three queries."""
    lues = sorted(lignes, key=lambda ligne: (ligne.facture_id, ligne.rang))
    ids = [ligne.id for ligne in lues]
    prises, ouvertes = avoirs.deja_reprises(ids), en_cours(ids)
    return [
        Contestable(ligne, ligne.montant - prises.get(ligne.id, (0, 0))[0], ouvertes.get(ligne.id))
        for ligne in lues
    ]


def en_cours(lignes: Iterable[int]) -> dict[int, Demande]:
    """Of these lines of invoices, the demande that contests it and waits. One query."""
    requete = (
        Contestation.select(Contestation.facturee, Contestation.texte, Ligne.demande, Demande)
        .join(Ligne)
        .join(Demande)
        .where(Contestation.facturee.in_(list(lignes) or [0]), Ligne.statut == w.EN_ATTENTE)
    )
    return {contestation.facturee_id: contestation.ligne.demande for contestation in requete}


def quand(ligne: LigneDeFacture) -> str:
    """« lundi 7 décembre », « novembre 2026 » of what is billed by month."""
    return mots.mois_annee(ligne.jour) if ligne.seance_id is None else mots.jour_long(ligne.jour)


def dire(ligne: LigneDeFacture) -> str:
    """« Contestation : Léa, Cantine, lundi 7 décembre, 3,45 € »."""
    nature = w.NATURES[w.NATURE_CONTESTATION]
    return f"{nature} : {ligne.libelle}, {quand(ligne)}, {mots.euros(ligne.montant)}"


# ——— inside ———


def _deja_envoyee(auteur: Compte, lignes: list[Contestable], texte: str) -> Demande | None:
    """The demande that says this very thing, and waits: a double click, a retry."""
    deja = {vue.demande for vue in lignes}
    demande = next(iter(deja)) if len(deja) == 1 else None
    if demande is None or demande.auteur_id != auteur.id:
        return None
    dites = Contestation.select(Contestation.facturee, Contestation.texte).join(Ligne)
    pareilles = set(dites.where(Ligne.demande == demande).tuples())
    return demande if pareilles == {(vue.ligne.id, texte) for vue in lignes} else None


def _ouvrir(
    auteur: Compte, famille: Famille, facture: Facture, lignes: list[LigneDeFacture], texte: str
) -> Demande:
    demande = Demande.create(
        famille=famille, auteur=auteur, nature=w.NATURE_CONTESTATION, deposee_le=clock.maintenant()
    )
    for ligne in lignes:
        Contestation.create(ligne=Ligne.create(demande=demande), facturee=ligne, texte=texte)
    journaliser_ensemble(
        [(demande, DEPOSER)],
        Acteur(auteur, w.FAMILLE),
        vers=w.EN_ATTENTE,
        famille_id=famille.id,
        demande_id=demande.id,
        detail=f"facture n° {facture.numero}, {mots.pluriel(len(lignes), 'ligne')}",
    )
    return demande


def _accuser_reception(
    demande: Demande, auteur: Compte, facture: Facture, lignes: list[LigneDeFacture]
) -> None:
    """To whoever reads the invoice: of another's, nobody is told."""
    du = (facture.famille_id, facture.payeur_id, facture.foyer)
    lecteurs, dites = payeurs.lecteurs([du])[du], [dire(ligne) for ligne in lignes]

    def lues(lecteur: Compte) -> list[str]:
        return dites if lecteur in lecteurs else []

    courriels.accuser_reception(demande, auteur, lues)
