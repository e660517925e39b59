"""The mails that answer demandes: what was said of each line, to whom; of one demande, or of many at once."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from peewee import fn

import workflows as w
from models import Abonnement, Compte, Demande, Evenement
from portail import mots
from portail.domain import textes_de_courriel
from portail.domain.courriels import ISSUES, Lettre, LigneDite, ecrire_ensemble, jeton_de_rang, lettre, lien

LIENS_MAX = 8
"""How many places of a list a mail lets one leave by a link each; for more it leads to the planning."""
ATTENTE_EXPLIQUEE = (
    "Liste d’attente : dès qu’une place se libère, elle est donnée dans l’ordre de la liste, d’elle-même"
    " jusqu’à la date limite de réservation ; ensuite, la mairie vous appelle. Vous n’avez rien à faire."
)


@dataclass(frozen=True)
class Annonce:
    """The answer to one demande, as it has to be told."""

    demande: Demande
    """With its author."""
    dites: Callable[[Compte], list[LigneDite]]
    """The lines, that depend on who reads them: whoever may read none gets no mail."""
    suite: str = ""
    """What to do now."""
    a_renoncer: Callable[[Compte], list[tuple[str, str]]] = lambda compte: []
    """The waiting that each may leave, with the token of its link."""


def annoncer_reponse(
    demande: Demande,
    dites: Callable[[Compte], list[LigneDite]],
    suite: str = "",
    a_renoncer: Callable[[Compte], list[tuple[str, str]]] = lambda compte: [],
) -> None:
    """Tell the family's accounts what was answered, line by line, each refusal with its reason."""
    dernieres = bornes_du_journal([demande.id])
    derniere = dernieres[demande.id][1] if dernieres else 0
    annoncer_les_reponses([Annonce(demande, dites, suite, a_renoncer)], {demande.id: derniere})


def bornes_du_journal(demandes: Iterable[int], apres: int = 0) -> dict[int, tuple[int, int]]:
    """By demande, the first and the last line of the journal about it that come after that one. One query."""
    requete = (
        Evenement.select(Evenement.demande, fn.MIN(Evenement.id), fn.MAX(Evenement.id))
        .where(Evenement.demande.in_(list(demandes)), Evenement.id > apres)
        .group_by(Evenement.demande)
    )
    return {demande: (premiere, derniere) for demande, premiere, derniere in requete.tuples()}


def cle_de_reponse(demande_id: int, derniere: int) -> str:
    """How the keys begin of the mails that tell one answer, the last line of the journal being that one."""
    return f"reponse:{demande_id}:{derniere}:"


def annoncer_les_reponses(
    annonces: Iterable[Annonce], dernieres: Mapping[int, int], pas_avant: dt.datetime | None = None
) -> None:
    """The same of many answers at once. `dernieres`: by demande, as :func:`cle_de_reponse` takes it."""
    annonces = list(annonces)
    if not annonces:
        return
    comptes = _destinataires_par_famille({annonce.demande.famille_id for annonce in annonces})
    ecrire_ensemble(
        _lettre_de_reponse(annonce, destinataire, lignes, dernieres[annonce.demande.id], pas_avant)
        for annonce in annonces
        for destinataire in comptes.get(annonce.demande.famille_id, ())
        if (lignes := annonce.dites(destinataire))
    )


def _lettre_de_reponse(
    annonce: Annonce,
    destinataire: Compte,
    lignes: list[LigneDite],
    derniere: int,
    pas_avant: dt.datetime | None,
) -> Lettre:
    demande, renoncements = annonce.demande, annonce.a_renoncer(destinataire)[: LIENS_MAX + 1]
    return Lettre(
        cle=f"{cle_de_reponse(demande.id, derniere)}{destinataire.id}",
        destinataire=destinataire.email,
        sujet=f"{_sujet_de_reponse(lignes)} (n° {demande.numero})",
        corps=lettre(
            destinataire,
            _dire_d_ou_vient_la_reponse(demande),
            "\n".join(_en_mots(ligne) for ligne in lignes),
            *([ATTENTE_EXPLIQUEE] if any(ligne.issue == w.LISTE_ATTENTE for ligne in lignes) else []),
            *_dire_les_renoncements([texte for texte, _ in renoncements]),
            annonce.suite or f"Le planning de vos enfants :\n{lien('/famille/planning')}",
            genre=textes_de_courriel.REPONSE,
        ),
        famille_id=demande.famille_id,
        demande_id=demande.id,
        pas_avant=pas_avant,
        jeton="\n".join(jeton for _, jeton in renoncements) if len(renoncements) <= LIENS_MAX else "",
    )


def _destinataires_par_famille(familles: Collection[int]) -> dict[int, list[Compte]]:
    """The accounts that hear of each of these families, in their order. One query."""
    trouves: dict[int, list[Compte]] = {}
    requete = (
        Abonnement.select(Abonnement.famille, Compte.id, Compte.email, Compte.prenom, Compte.nom)
        .join(Compte)
        .where(Abonnement.famille.in_(list(familles)), Abonnement.statut == w.ACTIF, Compte.actif)
        .order_by(Compte.id)
    )
    for abonnement in requete:
        trouves.setdefault(abonnement.famille_id, []).append(abonnement.compte)
    return trouves


# ——— the words ———


def ligne_dite(texte: str, en_liste: bool, facturee: bool | None) -> LigneDite:
    """How an accepted line is told in a mail."""
    details = (
        ()
        if facturee is None
        else ("Cette absence est facturée." if facturee else "Cette absence n’est pas facturée.",)
    )
    return LigneDite(texte, w.LISTE_ATTENTE if en_liste else w.ACCEPTEE, details=details)


def _dire_d_ou_vient_la_reponse(demande: Demande) -> str:
    """What is answered: a demande of the family, or what an agent has asked for it at the counter."""
    quand = mots.moment(demande.deposee_le)
    if demande.auteur.role == w.FAMILLE:
        return f"Voici la réponse à la demande n° {demande.numero}, déposée le {quand} :"
    qui = demande.auteur.nom_complet
    return f"{qui} a enregistré pour vous, au guichet, la demande n° {demande.numero}, le {quand} :"


def _dire_les_renoncements(places: list[str]) -> list[str]:
    """How to leave the list: a link for each place, that needs no password; the planning for many."""
    if not places:
        return []
    if len(places) > LIENS_MAX:
        return [f"Vous n’en voulez plus ? Renoncez-y sur le planning :\n{lien('/famille/planning')}"]
    titre = "Vous n’en voulez plus ? Renoncez-y ici, sans vous connecter :"
    adresses = [lien(f"/liste-d-attente/{jeton_de_rang(rang)}") for rang in range(len(places))]
    liens = [f"– {place} :\n  {adresse}" for place, adresse in zip(places, adresses, strict=True)]
    return ["\n".join([titre, *liens])]


def _en_mots(ligne: LigneDite) -> str:
    motif = [f"Motif : {' '.join(ligne.motif.split())}"] if ligne.motif else []
    return "\n  ".join([f"– {ligne.texte} : {ISSUES[ligne.issue]}", *motif, *ligne.details])


def _sujet_de_reponse(lignes: list[LigneDite]) -> str:
    issues, qui = {ligne.issue for ligne in lignes}, list(dict.fromkeys(ligne.qui for ligne in lignes))
    pour = f" pour {mots.enumeration(qui)}" if all(qui) else ""
    if issues == {w.ACCEPTEE}:
        return f"Votre demande{pour} est acceptée"
    if issues == {w.REFUSEE}:
        return f"Votre demande{pour} est refusée"
    if issues == {w.LISTE_ATTENTE}:
        return "Votre enfant est en liste d’attente"
    return "Réponse à votre demande"
