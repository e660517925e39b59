"""The town: its one row, read by every page, edited by the town."""

import time
from dataclasses import dataclass

from models import PageDeLaVille, Ville, db

FRAICHEUR = 60
"""Seconds that another process may take to see an edit of the town's row."""

CONFORMITE = "conformite"
"""The key, among the pages that the law asks for, of the mention of how accessible the portal is."""
NIVEAUX = {"non": "non conforme", "partielle": "partiellement conforme", "totale": "totalement conforme"}
"""What that mention may say (RGAA, article 5 of décret n° 2019-768); the first, until the town says more."""


@dataclass(frozen=True)
class VilleVue:
    """What the town puts of itself on the portal."""

    nom: str
    zone: str
    teinte: int
    guichet: str
    adresse: str
    horaires: str
    telephone: str
    courriel: str
    champs_automatiques: str
    places_en_niveau: bool
    logo: str = ""
    signature: str = ""
    conformite: str = next(iter(NIVEAUX))

    @property
    def accessibilite(self) -> str:
        """The mention that the law wants on every page."""
        return f"Accessibilité\u00a0: {NIVEAUX[self.conformite]}"


_memoire: tuple[object, float, VilleVue] | None = None
"""Of which database, until when, what."""


def la_ville() -> VilleVue:
    """The town, as its row says; remembered for a minute in this process."""
    global _memoire
    retenue = _memoire  # another thread may forget it meanwhile
    if retenue is None or retenue[0] is not db.obj or time.monotonic() >= retenue[1]:
        ligne = Ville.get_or_none(Ville.id == 1)
        if ligne is None:
            raise RuntimeError("La ville n’est pas encore là : lancez « flask --app portail initialiser ».")
        champs = {
            champ: getattr(ligne, champ) for champ in VilleVue.__dataclass_fields__ if champ != CONFORMITE
        }
        vue = VilleVue(**champs, conformite=conformite_declaree())
        _memoire = retenue = (db.obj, time.monotonic() + FRAICHEUR, vue)
    return retenue[2]


def conformite_declaree() -> str:
    """As the database has it."""
    dite = PageDeLaVille.get_or_none(PageDeLaVille.cle == CONFORMITE)
    return dite.texte if dite and dite.texte in NIVEAUX else next(iter(NIVEAUX))


def oublier_la_ville() -> None:
    """After an edit, or between two tests: the next reading goes to the database."""
    global _memoire
    _memoire = None


VILLE_NEUVE = {"nom": "Votre commune", "courriel": "guichet@example.org"}
"""What a town says of itself before anybody has told it."""


def fonder_ville(
    nom: str = VILLE_NEUVE["nom"], zone: str = "B", courriel: str = VILLE_NEUVE["courriel"], **reste
) -> Ville:
    """The town's row, made with neutral values if absent; one that is there is left as it is."""
    ligne = Ville.get_or_none(Ville.id == 1)
    if ligne is None:
        ligne = Ville.create(id=1, nom=nom, zone=zone, courriel=courriel, **reste)
        oublier_la_ville()
    return ligne
