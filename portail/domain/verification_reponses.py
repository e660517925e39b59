"""What `verifier` asks of the answers that may be taken back, and of the rules that answer by themselves."""

from collections.abc import Iterator

import workflows as w
from models import RegleDeReponse
from portail.domain import dossier_complet


def sans_journal() -> str:
    """The lines of the journal that an answer names are of its demande, and by whoever answered."""
    return """
        SELECT r.id, r.demande_id, r.premier, r.dernier FROM reponse r
        WHERE (SELECT count(*) FROM evenement e
               WHERE e.id IN (r.premier, r.dernier) AND e.demande_id = r.demande_id
                 AND e.auteur_id = r.agent_id)
              <> CASE WHEN r.premier = r.dernier THEN 1 ELSE 2 END"""


def regles() -> Iterator[tuple[int, str, str]]:
    """A rule requires parts of the file that exist, and documents only with a pre-registration."""
    for ident, nature, parties in RegleDeReponse.select(
        RegleDeReponse.id, RegleDeReponse.nature, RegleDeReponse.dossier
    ).tuples():
        for partie in parties.split():
            pieces = partie == dossier_complet.PIECES and nature != w.NATURE_PREINSCRIPTION
            if pieces or partie not in dossier_complet.PARTIES:
                yield ident, partie, nature
