"""What a slice of families is to be billed: their consumption read, who pays, then the pure calculation."""

from collections.abc import Collection

from models import Enfant
from portail.domain import calcul_de_factures, lecture_des_consommations, payeurs
from portail.domain.calcul_de_factures import Calcul
from portail.domain.lecture_des_consommations import Mois


def calculer(mois: Mois, familles: Collection[int]) -> list[Calcul]:
    """Of each of these families that consumed something: its invoices to be. A dozen queries."""
    par_famille = lecture_des_consommations.lire(mois, familles)
    qui = payeurs.payeurs(par_famille) if par_famille else {}
    prenoms = Enfant.select(Enfant.id, Enfant.prenom).where(Enfant.famille.in_(list(par_famille) or [0]))
    noms = _Noms(mois, dict(prenoms.tuples()))
    return [
        calcul_de_factures.calculer(famille, par_famille[famille], mois.grille, qui, noms)
        for famille in sorted(par_famille)
    ]


class _Noms(dict[tuple[int, int], str]):
    """« Léa, Cantine »: by child and activity."""

    def __init__(self, mois: Mois, prenoms: dict[int, str]) -> None:
        self.mois, self.prenoms = mois, prenoms

    def __missing__(self, cle: tuple[int, int]) -> str:
        enfant, activite = cle
        self[cle] = f"{self.prenoms[enfant]}, {self.mois.activites[activite]}"
        return self[cle]
