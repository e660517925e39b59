"""Every state of a contestation, every act, everybody who might: what is allowed, and nothing else."""

import pytest

import workflows as w
from models import Facture, Reponse
from portail.domain import demandes, moderation, retour
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import statut
from tests.invariants import fautes

MOTIF = "Le prix est celui de la délibération"
ETATS = (w.EN_ATTENTE, w.ACCEPTEE, w.REFUSEE, w.ANNULEE)
ACTES = {
    "accepter": lambda monde, qui, demande: moderation.accepter(qui, demande.id),
    "refuser": lambda monde, qui, demande: moderation.refuser(qui, demande.id, MOTIF),
    "mettre_en_attente": lambda monde, qui, demande: moderation.mettre_en_attente(qui, demande.id),
    "revenir": lambda monde, qui, demande: retour.revenir(qui, _lot(), demande.id),
    "annuler": lambda monde, qui, demande: demandes.annuler_demande(
        qui, monde.dasilva if qui == monde.paulo else monde.moreau, demande.id
    ),
}
DE_LA_MAIRIE = ("accepter", "refuser", "mettre_en_attente", "revenir")
PERMIS = {
    (w.EN_ATTENTE, "accepter", "agent"): w.ACCEPTEE,
    (w.EN_ATTENTE, "refuser", "agent"): w.REFUSEE,
    (w.EN_ATTENTE, "annuler", "famille"): w.ANNULEE,
    (w.REFUSEE, "revenir", "agent"): w.EN_ATTENTE,
    (w.ANNULEE, "annuler", "famille"): w.ANNULEE,
}
"""From, act, by whom: where it leads. An avoir is never taken back; withdrawing twice is harmless."""
COMPTES = {"famille": "claire", "etranger": "paulo", "agent": "sophie", "animateur": "animateur"}
JOUES = [
    (etat, acte, qui)
    for etat in ETATS
    for acte in ACTES
    for qui in COMPTES
    if acte in DE_LA_MAIRIE or qui in ("famille", "etranger")  # an agent has no such page
]


def _lot() -> str:
    reponse = Reponse.get_or_none()
    return reponse.lot if reponse else "aucun"


def mettre_dans_l_etat(monde, demande, etat: str) -> None:
    if etat == w.ACCEPTEE:
        moderation.accepter(monde.sophie, demande.id)
    elif etat == w.REFUSEE:
        moderation.refuser(monde.sophie, demande.id, MOTIF)
    elif etat == w.ANNULEE:
        demandes.annuler_demande(monde.claire, monde.moreau, demande.id)


@pytest.mark.parametrize(("etat", "acte", "qui"), JOUES)
def test_the_whole_matrix(monde, contester, etat, acte, qui):
    demande, compte = contester(), getattr(monde, COMPTES[qui])
    mettre_dans_l_etat(monde, demande, etat)
    avoirs = Facture.select().where(Facture.total < 0).count()
    vers = PERMIS.get((etat, acte, qui))

    if vers is None:
        with pytest.raises((DejaChange, Interdit, Introuvable, Refus)):
            ACTES[acte](monde, compte, demande)
        assert statut(demande) == etat
    else:
        ACTES[acte](monde, compte, demande)
        assert statut(demande) == vers

    nouveaux = Facture.select().where(Facture.total < 0).count() - avoirs
    assert nouveaux == (1 if (vers, acte) == (w.ACCEPTEE, "accepter") else 0)
    assert fautes() == []
