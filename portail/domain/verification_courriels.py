"""What `verifier` asks of the mails: each answer, each place given, was told."""

import workflows as w

DESTINATAIRE = f"""EXISTS (
            SELECT 1 FROM abonnement a JOIN compte c ON c.id = a.compte_id AND c.actif
            WHERE a.famille_id = e.famille_id AND a.statut = '{w.ACTIF}' AND a.cree_le <= e.quand)"""
"""The family of the journal line `e` had somebody to write to."""


def reponses_manquantes() -> str:
    return f"""
        SELECT l.id, l.demande_id, l.statut FROM ligne l
        JOIN evenement e ON e.objet = 'ligne' AND e.objet_id = l.id AND e.vers = l.statut
        WHERE l.statut IN ('{w.ACCEPTEE}', '{w.REFUSEE}') AND {DESTINATAIRE}
          AND NOT EXISTS (
            SELECT 1 FROM courriel m WHERE m.demande_id = l.demande_id
              AND substr(m.cle, 1, 8) = 'reponse:' AND m.cree_le >= e.quand)"""


def promotions_manquantes() -> str:
    return f"""
        SELECT e.objet_id, e.id FROM evenement e
        WHERE e.objet = 'reservation' AND e.acte = '{w.PROMOUVOIR}' AND {DESTINATAIRE}
          AND NOT EXISTS (
            SELECT 1 FROM courriel m WHERE m.famille_id = e.famille_id
              AND substr(m.cle, 1, 10) = 'promotion:' AND m.cree_le >= e.quand)"""
