"""What `verifier` asks of the imports: nothing personal is kept longer than it serves."""

import datetime as dt

import workflows as w
from portail import clock
from portail.domain import importation

MENAGE = dt.timedelta(days=1)
"""How late the housekeeping may be before it is told."""


def restes() -> str:
    """Files that are kept though all is done, or given up; files, or a report, after a month."""
    avant = (clock.maintenant() - importation.GARDE - MENAGE).astimezone(dt.UTC)
    return f"""
        SELECT id, statut, cree_le FROM importation
        WHERE statut IN ('{w.IMPORTEE}', '{w.ABANDONNEE}') AND fichiers IS NOT NULL
           OR (fichiers IS NOT NULL OR rapport IS NOT NULL) AND cree_le < '{avant:%Y-%m-%d %H:%M:%S}'"""


def sans_rapport() -> str:
    """What is ready to be written was announced; what waits has its files."""
    return f"""
        SELECT id, statut FROM importation
        WHERE statut IN ('{w.PRETE}', '{w.LANCEE}') AND (rapport IS NULL OR marque = '' OR fichiers IS NULL)
           OR statut = '{w.A_CONTROLER}' AND fichiers IS NULL"""
