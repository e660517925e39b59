"""The mail that the demonstration's demandes have brought: acknowledgements and answers, already sent."""

import datetime as dt
from collections.abc import Iterator
from random import Random

import workflows as w
from models import numero_de_demande
from portail import mots
from portail.demo.demandes import DemandeDemo, LigneDemo, LigneDInscription, ModificationDemo, Reponse
from portail.demo.familles import CompteDemo
from portail.domain import champs, courriels_d_inscription

CHAMPS = (
    *("cle", "destinataire", "sujet", "corps", "famille", "demande", "message_id", "statut"),
    *("cree_le", "prochain_essai", "essais", "envoye_le"),
)
SUJETS = {
    w.ACCEPTEE: "Votre demande est acceptée",
    w.REFUSEE: "Votre demande est refusée",
    w.ACCEPTEE_EN_PARTIE: "Réponse à votre demande",
}
REPONSES = {w.ACCEPTEE: "accepté", w.APPLIQUEE: "accepté", w.REFUSEE: "refusé"}


def lettres(demandes: list[DemandeDemo], reponses: dict[int, int], alea: Random) -> list[tuple]:
    """Rows of the outbox, in the order of sending. `reponses`: the journal line of each demande's answer."""
    lignes = [ligne for demande in demandes for ligne in _lettres(demande, reponses, alea)]
    return sorted(lignes, key=lambda ligne: ligne[CHAMPS.index("cree_le")])


def _sujet(demande: DemandeDemo) -> str:
    """What the answer is, in few words: a place on the waiting list is no plain yes."""
    attend = [ligne.creneau.statut == w.LISTE_ATTENTE for ligne in demande.lignes]
    if attend and all(attend):
        return "Votre enfant est en liste d’attente"
    return SUJETS[w.ACCEPTEE_EN_PARTIE if any(attend) else demande.statut]


def _lettres(demande: DemandeDemo, reponses: dict[int, int], alea: Random) -> Iterator[tuple]:
    numero = numero_de_demande(demande.id, demande.deposee_le)
    en_mots = [_dire(demande, ligne) for ligne in demande.lignes]
    en_mots += [_dire_la_modification(m) for m in demande.modifications]
    en_mots += [_dire_l_inscription(ligne) for ligne in demande.inscriptions]
    for compte in demande.famille.comptes:
        if demande.repondue_le != demande.deposee_le:
            texte = f"Nous avons bien reçu votre demande n° {numero} :\n\n" + "\n".join(
                f"– {dite}" for dite in en_mots
            )
            cle = f"accuse:{demande.auteur.id}:{demande.id}:{compte.id}"
            yield _courriel(
                cle, compte, "Votre demande est bien arrivée", texte, demande, demande.deposee_le, alea
            )
        for rang, message in enumerate(demande.messages):
            if message.de_la_mairie:
                texte = f"Pour répondre à votre demande n° {numero}, il nous manque ceci :\n\n{message.texte}"
                sujet = f"Votre demande n° {numero} : il manque quelque chose"
                cle = f"piece:{demande.id}:{rang + 1}:{compte.id}"
                yield _courriel(cle, compte, sujet, texte, demande, message.ecrit_le, alea)
        if demande.statut in SUJETS and demande.repondue_le is not None:
            reponse = [
                f"– {dite} : {_repondre(ligne)}"
                for dite, ligne in zip(en_mots, demande.reponses, strict=True)
            ]
            texte = f"Voici la réponse à la demande n° {numero} :\n\n" + "\n".join(reponse)
            cle = f"reponse:{demande.id}:{reponses[demande.id]}:{compte.id}"
            sujet = f"{_sujet(demande)} (n° {numero})"
            yield _courriel(cle, compte, sujet, texte, demande, demande.repondue_le, alea)


def _courriel(
    cle: str,
    compte: CompteDemo,
    sujet: str,
    texte: str,
    demande: DemandeDemo,
    quand: dt.datetime,
    alea: Random,
) -> tuple:
    corps = (
        f"Bonjour {compte.prenom},\n\n{texte}\n\nGuichet Familles\nSaint-Alban-sur-Loire – Portail Citoyen"
    )
    message_id = f"<{alea.getrandbits(128):032x}@saint-alban.example>"
    envoi = quand + dt.timedelta(minutes=1)
    return (
        *(cle, compte.email, sujet, corps, demande.famille.id, demande.id, message_id, "envoye"),
        *(quand, quand, 1, envoi),
    )


def _dire(demande: DemandeDemo, ligne: LigneDemo) -> str:
    seance = ligne.creneau.seance
    quand = f"{mots.jour_long(seance.jour)}, {mots.plage(seance.debut, seance.fin)}"
    nature = w.NATURES[demande.nature]
    return f"{nature} : {ligne.creneau.enfant.prenom}, {seance.activite.modele.nom}, {quand}"


def _dire_la_modification(modification: ModificationDemo) -> str:
    qui = f"{modification.fiche.prenom} {modification.fiche.nom}"
    return f"{w.NATURES[w.NATURE_DOSSIER]} : {qui}, {champs.en_phrase(modification.champ)}"


def _dire_l_inscription(ligne: LigneDInscription) -> str:
    i = ligne.inscription
    nom = i.activite.modele.nom
    return courriels_d_inscription.dire(ligne.enfant.prenom, nom, i.debut, i.fin, len(ligne.jours))


def _repondre(ligne: Reponse) -> str:
    if isinstance(ligne, LigneDemo) and ligne.creneau.statut == w.LISTE_ATTENTE:
        return "plus de place pour le moment, en liste d’attente"
    return f"{REPONSES[ligne.statut]}\n  Motif : {ligne.motif}" if ligne.motif else REPONSES[ligne.statut]
