"""Why a child will be absent: the town's reasons, and what each means for the bill and for the agents."""

from collections.abc import Sequence

from models import MotifAbsence
from portail.domain.refus import Refus
from portail.domain.regles import HORS_DELAI, Facturation, facturation


def motifs() -> Sequence[MotifAbsence]:
    """The reasons that a family may give today, in the town's order."""
    return list(MotifAbsence.select().where(MotifAbsence.actif).order_by(MotifAbsence.rang, MotifAbsence.nom))


def motif(ident: int | None) -> MotifAbsence | None:
    """This reason, None when none is given. :class:`Refus` when the town does not offer it."""
    if ident is None:
        return None
    trouve = MotifAbsence.get_or_none(MotifAbsence.id == ident, MotifAbsence.actif)
    if trouve is None:
        raise Refus("Choisissez un motif dans la liste.", champ="motif")
    return trouve


def facturer(raison: MotifAbsence | None, a_temps: bool) -> Facturation:
    """Whether an absence for this reason is billed. Without a reason, only when it is told too late."""
    if raison is None:
        return facturation(HORS_DELAI, "", "", a_temps)
    return facturation(raison.facturation, raison.nom, raison.justificatif, a_temps)
