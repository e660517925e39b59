"""The days asked for with a pre-registration, as an agent reads them: how many, month by month, how full."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from models import Preinscription, Seance
from portail import mots


@dataclass(frozen=True)
class JoursDemandes:
    """The séances that some of the children ask for: the same ones."""

    prenoms: list[str]
    seances: list[Seance]
    """In the order of time, each with `restantes`, places left, and `en_liste`, children who wait there."""

    @property
    def combien(self) -> str:
        """« 42 jours, du 4 janvier au 2 juillet 2027 »."""
        periode = mots.du_au(self.seances[0].jour, self.seances[-1].jour)
        return f"{mots.pluriel(len(self.seances), 'jour')}, {periode}"

    @property
    def par_mois(self) -> list[tuple[str, list[Seance]]]:
        """« décembre 2026 » and its days."""
        mois = groupby(self.seances, lambda seance: mots.mois_annee(seance.jour))
        return [(nom, list(siennes)) for nom, siennes in mois]

    @property
    def complets(self) -> str:
        """« 3 jours complets sur 42 », « des places chaque jour »."""
        pleins = sum(seance.restantes <= 0 for seance in self.seances)
        if not pleins:
            return "des places chaque jour"
        return f"{mots.pluriel(pleins, 'jour complet', 'jours complets')} sur {len(self.seances)}"

    @property
    def plus_rempli(self) -> Seance:
        """The day on which the fewest places are left; where most wait, among those."""
        return min(self.seances, key=lambda s: (s.restantes, -s.en_liste, s.jour))

    @property
    def dit_le_plus_rempli(self) -> str:
        """« le plus rempli : lundi 7 décembre, 12 prises sur 12, 3 en liste d’attente »."""
        s = self.plus_rempli
        liste = f", {s.en_liste} en liste d’attente" if s.en_liste else ""
        return f"{mots.jour_long(s.jour)}, {mots.pluriel(s.prises, 'prise')} sur {s.places}{liste}"

    @property
    def moyenne(self) -> str:
        """« 9 prises sur 12 »: on average."""
        nombre = len(self.seances)
        prises = round(sum(s.prises for s in self.seances) / nombre)
        places = round(sum(s.places for s in self.seances) / nombre)
        return f"{mots.pluriel(prises, 'prise')} sur {places}"


def grouper(
    inscriptions: Iterable[Preinscription],
    voulus: Mapping[int, Sequence[int]],
    seances: Mapping[int, Seance],
) -> list[JoursDemandes]:
    """The days that the children ask for, those who ask for the same told once; nobody without a day."""
    groupes: dict[tuple[int, ...], list[str]] = {}
    for inscription in inscriptions:
        if siens := tuple(voulus.get(inscription.id, ())):
            groupes.setdefault(siens, []).append(inscription.enfant.prenom)
    return [JoursDemandes(prenoms, [seances[i] for i in siens]) for siens, prenoms in groupes.items()]
