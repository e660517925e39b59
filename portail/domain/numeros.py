"""The numbers of invoices and avoirs: 1, 2, 3… in each civil year, without a gap, whoever issues at once."""

from peewee import fn

from models import Facture, ReglagesDeFacturation, verrouiller
from portail import clock
from portail.domain.refus import Refus

PAS_REGLEE = "La facturation n’est pas encore réglée : un gestionnaire doit d’abord remplir ses réglages."


def reserver(combien: int) -> tuple[int, range]:
    """The year of today and so many ranks, that follow the last one issued.

    In the transaction that issues: the row of the settings is held until its end, so that what is not issued
    after all leaves no gap. :class:`Refus` as long as the town has no settings.
    """
    if not verrouiller(ReglagesDeFacturation, [1]):
        raise Refus(PAS_REGLEE)
    exercice = clock.aujourdhui().year
    dernier = Facture.select(fn.MAX(Facture.rang)).where(Facture.exercice == exercice).scalar() or 0
    return exercice, range(dernier + 1, dernier + 1 + combien)
