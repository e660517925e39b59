"""What `verifier` asks of the mails: each answer, each place given, was told."""

from collections.abc import Iterator

import workflows as w
from models import db

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
              AND substr(m.cle, 1, 8) = 'reponse:' AND m.cree_le >= e.quand)
          AND NOT EXISTS (
            SELECT 1 FROM courriel m WHERE m.famille_id = e.famille_id
              AND substr(m.cle, 1, 10) = 'fermeture:' AND m.cree_le >= e.quand)"""


def promotions_manquantes() -> Iterator[tuple[int, int]]:
    """A place was given, and no mail tells it: its key names the first and the last line that it tells."""
    racontees: dict[int, list[tuple[int, int]]] = {}
    cles = db.execute_sql("SELECT famille_id, cle FROM courriel WHERE substr(cle, 1, 10) = 'promotion:'")
    for famille_id, cle in cles:
        lignes = [int(nombre) for nombre in cle.split(":")[1:-1]]  # one number alone, in older mails
        racontees.setdefault(famille_id, []).append((lignes[0], lignes[-1]))
    promotions = db.execute_sql(
        "SELECT e.objet_id, e.id, e.famille_id FROM evenement e"
        f" WHERE e.objet = 'reservation' AND e.acte = '{w.PROMOUVOIR}' AND {DESTINATAIRE}"
    )
    for objet_id, ligne, famille_id in promotions:
        if not any(premiere <= ligne <= derniere for premiere, derniere in racontees.get(famille_id, ())):
            yield objet_id, ligne
