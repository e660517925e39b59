"""The demonstration town has contestations to answer: of the known family, and of another."""

import workflows as w
from models import Compte, Contestation, Courriel, Demande, Ligne
from portail.domain import lecture_demande, moderation
from portail.domain.verification import verifier


def en_attente() -> list[Demande]:
    siennes = (Demande.nature == w.NATURE_CONTESTATION) & (Demande.statut == w.EN_ATTENTE)
    return list(Demande.select().where(siennes).order_by(Demande.id))


def test_deux_familles_contestent(ville):
    demandes = en_attente()
    assert [demande.famille_id == 1 for demande in demandes] == [True, False]
    lignes = [Contestation.select().join(Ligne).where(Ligne.demande == d).count() for d in demandes]
    assert lignes == [1, 2]
    assert all(Courriel.select().where(Courriel.demande == demande).exists() for demande in demandes)


def test_un_agent_leur_repond(ville):
    agent = Compte.get(Compte.email == "agent@example.org")
    une, autre = en_attente()
    assert all(ligne.acceptable for ligne in lecture_demande.lire(une.id, agent).lignes)
    moderation.accepter(agent, une.id)
    moderation.refuser(agent, autre.id, "Le prix est celui de la délibération")
    assert (en_attente(), list(verifier())) == ([], [])
