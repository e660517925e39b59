"""How fast one family may ask: more than anybody clicks."""

import datetime as dt

from peewee import fn

from models import Demande, Famille
from portail import clock
from portail.domain.preparees import preparee
from portail.domain.refus import TropVite

DEMANDES_PAR_MINUTE = 60


def verifier_le_rythme(famille: Famille) -> None:
    """One family cannot take every place in the first seconds, nor flood its own mail (threat T44)."""
    depuis = clock.maintenant() - dt.timedelta(minutes=1)
    ((recentes,),) = _demandes(famille.id, depuis)
    if recentes >= DEMANDES_PAR_MINUTE:
        raise TropVite(
            "Vous avez fait beaucoup de demandes en une minute. Elles sont enregistrées : "
            "patientez un instant avant la suivante."
        )


@preparee
def _demandes(famille, depuis):
    return Demande.select(fn.COUNT(Demande.id)).where(Demande.famille == famille, Demande.deposee_le > depuis)
