"""The preview of a run: what each family would be billed, the totals, and what to look at before."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from models import ApercuDeCampagne, FamilleAFacturer
from portail.domain.calcul_de_factures import (
    DEUX_ADRESSES,
    NON_POINTEE,
    QUOTIENT_ANCIEN,
    SANS_PAYEUR,
    SANS_QUOTIENT,
    SANS_RESERVATION,
    SANS_TARIF,
    Calcul,
)
from portail.domain.ecriture import inserer

PAR_SEANCE = (NON_POINTEE, SANS_RESERVATION)
"""What is mended at a séance; the others, in the family's file, or in the tariffs."""
CODES = (
    SANS_TARIF,
    SANS_PAYEUR,
    NON_POINTEE,
    SANS_RESERVATION,
    SANS_QUOTIENT,
    QUOTIENT_ANCIEN,
    DEUX_ADRESSES,
)
"""In the order of what they cost the town, then the families."""


@dataclass
class Resume:
    """What a preview comes to, whatever the order in which the families were read."""

    familles: int = 0
    factures: int = 0
    montant: int = 0
    lignes: int = 0
    activites: dict[str, list[int]] = field(default_factory=dict)
    """By activity: how many lines, how much."""
    anomalies: dict[str, int] = field(default_factory=dict)
    """By kind: how many families."""
    seances: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of what is mended at a séance, by kind then séance: how many children."""
    sans_tarif: dict[str, int] = field(default_factory=dict)
    """By activity: how many children."""

    @classmethod
    def lire(cls, texte: str) -> "Resume":
        return cls(**json.loads(texte)) if texte else cls()

    def en_texte(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def marque(self) -> str:
        """The same as long as it says the same."""
        return hashlib.sha256(self.en_texte().encode()).hexdigest()

    def ajouter(self, calcul: Calcul) -> None:
        self.familles += bool(calcul.factures)
        self.factures += len(calcul.factures)
        self.montant += calcul.total
        for facture in calcul.factures:
            self.lignes += len(facture.lignes)
            for ligne in facture.lignes:
                compte = self.activites.setdefault(str(ligne.consommee.activite_id), [0, 0])
                compte[0] += 1
                compte[1] += ligne.montant
        for code in {anomalie.code for anomalie in calcul.anomalies}:
            self.anomalies[code] = self.anomalies.get(code, 0) + 1
        for anomalie in calcul.anomalies:
            if anomalie.code in PAR_SEANCE:
                _compter(self.seances.setdefault(anomalie.code, {}), anomalie.seance_id)
            elif anomalie.code == SANS_TARIF:
                _compter(self.sans_tarif, anomalie.activite_id)


def ajouter(apercu: ApercuDeCampagne, resume: Resume, calculs: Sequence[Calcul]) -> None:
    """Keep what a slice comes to, in the transaction of the run that goes through it."""
    for calcul in calculs:
        resume.ajouter(calcul)
    inserer(
        FamilleAFacturer,
        ("apercu", "famille", "montant", "lignes", "anomalies"),
        (
            (
                *(apercu.id, calcul.famille_id, calcul.total),
                sum(len(facture.lignes) for facture in calcul.factures),
                _en_codes(calcul),
            )
            for calcul in calculs
            if calcul.factures or calcul.anomalies
        ),
    )


def _en_codes(calcul: Calcul) -> str:
    codes = Counter(anomalie.code for anomalie in calcul.anomalies)
    return "".join(f" {code}" for code in CODES if codes[code]) + (" " if codes else "")


def _compter(compte: dict[str, int], ident: int) -> None:
    compte[str(ident)] = compte.get(str(ident), 0) + 1
