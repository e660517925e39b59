"""One route of the portal, as the map has it: who may take it, what it reads, its address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

Champs = dict[str, list[str]]

TOUS, CONNECTES, FAMILLES, AGENTS = "tous", "connectés", "familles", "agents"
PERSONNEL, A_COMPLETER = "personnel", "a completer"
GESTION, ADMINISTRATION = "gestion", "administration"
"""Who: anybody at all; whoever is signed in; the accounts of families; the staff that answers; all the staff;
those of the staff who still owe their second factor; who sets the portal up; who opens staff accounts."""


@dataclass(frozen=True)
class Fiche:
    """One route: who may take it, the fields of the address that it reads, those of the body."""

    qui: str
    requete: tuple[str, ...] = ()
    corps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One method of one route of the application, and its line on the map."""

    methode: str
    endpoint: str
    regle: str
    """As Flask has it: `/famille/demandes/<id:demande_id>`."""
    fiche: Fiche

    @property
    def lit(self) -> bool:
        return self.methode != "POST"

    @property
    def parametres(self) -> list[str]:
        return [nom for _, nom in MORCEAU.findall(self.regle)]

    def url(self, valeurs: Mapping[str, object], requete: Champs | None = None) -> str:
        """The address with these values, whatever they are, put as they stand."""
        chemin = MORCEAU.sub(lambda m: str(valeurs[m[2]]), self.regle)
        return f"{chemin}?{urlencode(requete, doseq=True)}" if requete else chemin

    def __str__(self) -> str:
        return f"{self.methode} {self.regle}"


MORCEAU = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
