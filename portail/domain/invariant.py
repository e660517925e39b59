"""What must always hold of the database, as `verifier` asks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """What must always hold. `requete` gives a row for each breach, its values fill `phrase`.

    It is a query; or the rows themselves, where the database cannot tell.
    """

    nom: str
    requete: Callable[[], str | Iterable[tuple]]
    phrase: str
