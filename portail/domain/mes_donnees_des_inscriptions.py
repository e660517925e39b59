"""« Mes données », of the pre-registrations: the days asked for, the thread, the documents."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from models import Compte, Demande, Document, JourVoulu, Message, Preinscription, Seance, numero_de_demande
from portail import clock

Rangee = dict[str, Any]


def jours_voulus(enfants: Collection[int]) -> dict[int, list[dt.date]]:
    """The days asked for, by pre-registration. By the séances' ids, and not joined: a town has far more."""
    voulus = list(
        JourVoulu.select(JourVoulu.preinscription, JourVoulu.seance)
        .join(Preinscription)
        .where(Preinscription.enfant.in_(list(enfants) or [0]))
        .tuples()
    )
    seances = Seance.select(Seance.id, Seance.jour).where(
        Seance.id.in_(sorted({s for _, s in voulus}) or [0])
    )
    jours = dict(seances.tuples())
    trouves: dict[int, list[dt.date]] = defaultdict(list)
    for inscription, seance in sorted(voulus, key=lambda voulu: jours[voulu[1]]):
        trouves[inscription].append(jours[seance])
    return trouves


def echanges(demandes: Collection[int]) -> dict[int, list[Rangee]]:
    """The messages of these demandes."""
    requete = (
        Message.select(Message, Compte)
        .join(Compte)
        .where(Message.demande.in_(list(demandes) or [0]))
        .order_by(Message.id)
    )
    trouves: dict[int, list[Rangee]] = defaultdict(list)
    for message in requete:
        trouves[message.demande_id].append(
            {
                "ecrit_le": clock.a_paris(message.ecrit_le),
                "par": "la mairie" if message.de_la_mairie else message.auteur.nom_complet,
                "texte": message.texte,
            }
        )
    return trouves


def documents(compte: Compte) -> list[Rangee]:
    """The documents that this account has sent, each with its address: nobody else of the family reads it."""
    requete = (
        Document.select(
            Document.id, Document.piece, Document.nom, Document.taille, Document.depose_le, Demande
        )
        .left_outer_join(Demande)
        .where(Document.auteur == compte)
        .order_by(Document.id.desc())
    )
    return [
        {
            "nom": document.nom,
            "piece": document.piece,
            "taille": document.taille,
            "depose_le": clock.a_paris(document.depose_le),
            "demande": _numero(document),
            "fichier": f"/famille/documents/{document.id}",
        }
        for document in requete
    ]


def _numero(document: Document) -> str:
    """Of the demande that it was sent with; none as long as it is not sent."""
    demande = document.demande
    return numero_de_demande(demande.id, demande.deposee_le) if demande else ""
