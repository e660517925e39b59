"""Answering what a family contests of its invoices: an avoir, of a line or of less; or no, and why."""

from collections.abc import Collection, Iterable, Mapping

import workflows as w
from models import Compte, Contestation, Facture, Ligne, LigneDeFacture
from portail import mots
from portail.domain import avoirs, courriels, payeurs
from portail.domain.contestations import dire
from portail.domain.courriels_de_reponse import Annonce
from portail.domain.refus import Refus
from portail.domain.reponse import Ordre, Voulue, a_repondre

SEULEMENT_REFUSEE = "un avoir a déjà repris toute cette ligne, elle ne peut être que refusée."


def champ_du_montant(ligne_id: int) -> str:
    """The field where an agent says how much of this contested line is given back."""
    return f"montant-{ligne_id}"


def payeurs_de(demandes: Collection[int]) -> set[int]:
    """The adults whose invoices these demandes contest: what each owes moves under its lock. One query."""
    requete = (
        Contestation.select(Facture.payeur)
        .join(Ligne)
        .join_from(Contestation, LigneDeFacture, on=Contestation.facturee)
        .join(Facture)
        .where(Ligne.demande.in_(list(demandes) or [0]))
        .distinct()
    )
    return {payeur for (payeur,) in requete.tuples()}


def lire(demandes: Collection[int]) -> dict[int, list[Ligne]]:
    """The lines of these demandes, each with its `contestation`: what it contests, on which invoice."""
    requete = (
        Contestation.select(Contestation, Ligne, LigneDeFacture, Facture)
        .join(Ligne)
        .join_from(Contestation, LigneDeFacture, on=Contestation.facturee, attr="facturee")
        .join(Facture)
        .where(Ligne.demande.in_(list(demandes) or [0]))
        .order_by(LigneDeFacture.rang, Contestation.id)
    )
    trouvees: dict[int, list[Ligne]] = {ident: [] for ident in demandes}
    for contestation in requete:
        contestation.ligne.contestation = contestation
        trouvees[contestation.ligne.demande_id].append(contestation.ligne)
    return trouvees


def restes(lignes: Iterable[Ligne]) -> dict[int, int]:
    """By contested line, what no avoir has taken back yet, in cents. One query."""
    contestees = {ligne.id: ligne.contestation.facturee for ligne in lignes}
    prises = avoirs.deja_reprises(facturee.id for facturee in contestees.values())
    return {ident: li.montant - prises.get(li.id, (0, 0))[0] for ident, li in contestees.items()}


def choisir(voulue: Voulue, lignes: list[Ligne], ordre: Ordre, restes: Mapping[int, int]) -> None:
    """The lines that are answered; :class:`Refus` when no avoir can give back what is wanted of one."""
    parts = a_repondre(voulue.demande, lignes, voulue.choix)
    if ordre.acte == w.METTRE_EN_ATTENTE:
        raise Refus("Une contestation ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
    if ordre.acte == w.ACCEPTER:
        rendus = montants(parts, ordre, restes)
        for ligne in parts:
            reste = restes[ligne.id]
            if not reste:
                raise Refus(f"{dire(ligne.contestation.facturee)} : {SEULEMENT_REFUSEE}")
            if not 0 < rendus[ligne.id] <= reste:
                phrase = f"L’avoir va de {mots.euros(1)} à {mots.euros(reste)}."
                raise Refus(phrase, champ=champ_du_montant(ligne.id))
    voulue.parts = parts
    voulue.restantes = sum(ligne.statut != w.ANNULEE for ligne in lignes)


def montants(parts: Iterable[Ligne], ordre: Ordre, restes: Mapping[int, int]) -> dict[int, int]:
    """By line that is accepted, how many cents an avoir gives back."""
    return {ligne.id: ordre.montants.get(ligne.id, restes[ligne.id]) for ligne in parts}


def rendre(
    demandes: Collection[int], voulues: Iterable[Voulue], ordre: Ordre, restes: Mapping[int, int]
) -> None:
    """One avoir for the lines that are accepted of each of these demandes; who is billed is locked."""
    agent = ordre.acteur.compte
    for voulue in (v for v in voulues if v.demande.id in demandes):
        assert agent is not None
        rendus = montants(voulue.parts, ordre, restes)
        reprises = {ligne.contestation.facturee_id: rendus[ligne.id] for ligne in voulue.parts}
        facture = voulue.parts[0].contestation.facturee.facture
        motif = f"Contestation acceptée, demande n° {voulue.demande.numero}"
        avoir = avoirs.etablir(agent, facture, reprises, motif)
        rendues = {rendue.origine_id: rendue for rendue in avoir.lignes}
        for ligne in voulue.parts:
            contestation, rendue = ligne.contestation, rendues[ligne.contestation.facturee_id]
            Contestation.update(rendue=rendue).where(Contestation.id == contestation.id).execute()
            rendue.facture = avoir
            contestation.rendue = rendue


def lecteurs(voulues: Iterable[Voulue]) -> dict[int, list[Compte]]:
    """By demande that is answered, who reads the invoice that it contests. Three queries."""
    dus = {}
    for voulue in voulues:
        facture = voulue.parts[0].contestation.facturee.facture
        dus[voulue.demande.id] = (facture.famille_id, facture.payeur_id, facture.foyer)
    lisent = payeurs.lecteurs(dus.values()) if dus else {}
    return {demande: lisent[du] for demande, du in dus.items()}


def annonce(voulue: Voulue, lecteurs: Collection[Compte]) -> Annonce:
    """The answer, as whoever reads the invoice reads it; nobody else of the family is told."""
    dites = [_dite(ligne) for ligne in voulue.parts]

    def lues(lecteur: Compte) -> list[courriels.LigneDite]:
        return dites if lecteur in lecteurs else []

    suite = f"Vos factures et vos avoirs :\n{courriels.lien('/facturation')}"
    return Annonce(voulue.demande, lues, suite)


# ——— inside ———


def _dite(ligne: Ligne) -> courriels.LigneDite:
    contestation = ligne.contestation
    rendue = contestation.rendue
    details = (
        (f"Avoir n° {rendue.facture.numero} : {mots.euros(-rendue.montant)}.",)
        if ligne.statut == w.ACCEPTEE
        else ()
    )
    return courriels.LigneDite(dire(contestation.facturee), ligne.statut, ligne.motif, details)
