"""Why a child will be absent: the town's reasons, and what each means for the bill and for the agents."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import workflows as w
from models import MotifAbsence
from portail.domain.creneaux import Creneau
from portail.domain.refus import Refus
from portail.domain.regles import HORS_DELAI, Facturation, facturation


@dataclass(frozen=True)
class Choix:
    """A reason that can be given, and what it means for one absence; `id` is None for no reason at all."""

    id: int | None
    nom: str
    facturations: tuple[Facturation, ...]
    """What it means: two, where some absences are before their deadline and others after it."""
    justificatif: str = ""

    @property
    def facturation(self) -> Facturation:
        return self.facturations[0]

    @property
    def dit(self) -> str:
        """« Maladie : non facturée, certificat médical à envoyer »."""
        facturees = {facturation.facturee for facturation in self.facturations}
        facturee = "facturée" if True in facturees else "non facturée"
        facturee += " hors délai seulement" if len(facturees) > 1 else ""
        piece = self.justificatif and f", {self.justificatif[0].lower()}{self.justificatif[1:]} à envoyer"
        return f"{self.nom} : {facturee}{piece}"


def choix(creneau: Creneau) -> list[Choix]:
    """The reasons that a family may give for the absence of this child; none where it can declare none."""
    if creneau.acte_possible != w.DECLARER_ABSENCE:
        return []
    return choix_pour([not creneau.tardive])


def choix_pour(a_temps: Collection[bool]) -> list[Choix]:
    """The reasons, with what each means for absences declared before their deadline, or after it, or both."""
    donnes = [(None, "Sans précision", None), *((m.id, m.nom, m) for m in motifs())]
    return [
        Choix(ident, nom, tuple(facturer(m, t) for t in a_temps), m.justificatif if m else "")
        for ident, nom, m in donnes
    ]


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
