"""A mail of each kind as it would leave: the town's words around lines made on a séance of the town."""

from dataclasses import dataclass

import workflows as w
from models import Activite, Compte, Enfant, Seance
from portail import clock
from portail.domain import courriels, textes_de_courriel
from portail.domain.courriels import SUITE_DE_L_ACCUSE, lien
from portail.domain.courriels_de_reponse import ATTENTE_EXPLIQUEE
from portail.domain.recapitulatif import dire
from portail.domain.textes_de_courriel import Texte

PRENOM = "Camille"
"""The child of the example: nobody's."""


@dataclass(frozen=True)
class Apercu:
    sujet: str
    corps: str


def apercevoir(lecteur: Compte, genre: str, texte: Texte) -> Apercu:
    """What a mail of this kind would be for `lecteur`, with these words of the town. One query."""
    sujet, *paragraphes = _exemple(genre, _creneau())
    return Apercu(sujet, textes_de_courriel.composer(lecteur, tuple(paragraphes), texte))


def _creneau() -> str:
    """The next séance of the town, asked for a child of the example."""
    seance = (
        Seance.select(Seance, Activite)
        .join(Activite)
        .where(Seance.jour > clock.aujourdhui(), Seance.annulee == "")
        .order_by(Seance.jour, Seance.debut, Seance.id)
        .first()
    )
    if seance is None:
        return f"Réservation : {PRENOM}, Cantine, lundi, 11 h 30 – 13 h 30"
    return dire(w.NATURE_RESERVATION, Enfant(prenom=PRENOM), seance)


def _exemple(genre: str, creneau: str) -> tuple[str, ...]:
    """Its subject, then the lines that the portal writes."""
    planning = f"Le planning de vos enfants :\n{lien('/famille/planning')}"
    demandes = f"Suivre vos demandes, ou les annuler avant la réponse :\n{lien('/famille/demandes')}"
    return {
        textes_de_courriel.ACCUSE: (
            "Votre demande est bien arrivée",
            "Nous avons bien reçu ce que vous avez demandé :",
            f"– {creneau}",
            SUITE_DE_L_ACCUSE,
            demandes,
        ),
        textes_de_courriel.REPONSE: (
            "Votre enfant est en liste d’attente",
            "Voici la réponse à votre demande :",
            f"– {creneau} : {courriels.ISSUES[w.LISTE_ATTENTE]}",
            ATTENTE_EXPLIQUEE,
            planning,
        ),
        textes_de_courriel.PROMOTION: (
            "Une place s’est libérée",
            "Une place s’est libérée : elle est pour votre enfant, premier sur la liste d’attente.",
            f"– {creneau} : réservé",
            planning,
        ),
        textes_de_courriel.RAPPEL: (
            f"Rien de réservé pour {PRENOM}",
            "Rien n’est réservé, et la date limite approche.",
            f"– {creneau}",
            planning,
        ),
        textes_de_courriel.PIECE: (
            "Votre demande : il manque quelque chose",
            "Pour répondre à votre demande, la mairie a besoin de ceci :",
            "Attestation d’assurance",
            demandes,
        ),
        textes_de_courriel.FERMETURE: (
            "Pas d’accueil",
            "Ces accueils n’auront pas lieu. Motif : Grève du personnel.",
            f"– {creneau}",
            planning,
        ),
        textes_de_courriel.FIN: (
            "Fin d’une inscription",
            f"L’inscription de {PRENOM} prend fin.",
            planning,
        ),
        textes_de_courriel.DOSSIER: (
            "La mairie a mis à jour votre dossier",
            "Un agent de la mairie vient de mettre à jour le dossier de votre famille :",
            f"– Classe de {PRENOM} : CM1",
            f"Voir votre dossier :\n{lien('/famille/dossier')}",
        ),
    }[genre]
