"""What `verifier` asks of the agents' queue: who looks after what, notes, filters."""


def prises() -> str:
    """An agent looks after a demande, and the journal does not say since when."""
    return """
        SELECT p.demande_id, p.agent_id FROM prise_en_charge p
        WHERE NOT EXISTS (
            SELECT 1 FROM evenement e WHERE e.objet = 'demande' AND e.objet_id = p.demande_id
              AND e.auteur_id = p.agent_id AND e.acte IN ('prendre_en_charge', 'reprendre_en_charge'))"""


def notes() -> str:
    """A note whose writing the journal does not tell, as its author wrote it about this demande."""
    return """
        SELECT n.id, n.demande_id FROM note_interne n
        WHERE NOT EXISTS (
            SELECT 1 FROM evenement e WHERE e.objet = 'note_interne' AND e.objet_id = n.id
              AND e.acte = 'note_ecrite' AND e.auteur_id = n.auteur_id AND e.demande_id = n.demande_id)"""


def filtres() -> str:
    """A filter of the queue, kept by an account of a family: it has no queue."""
    return """
        SELECT f.id, f.compte_id FROM filtre_garde f JOIN compte c ON c.id = f.compte_id
        WHERE c.role = 'famille'"""
