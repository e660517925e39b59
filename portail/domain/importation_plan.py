"""What an import would write, from its sound lines and from what stands: nothing is written here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import Abonnement, Compte, Enfant, Famille, Responsable
from portail.domain.importation_colonnes import FAMILLES
from portail.domain.importation_lecture import Lecture, Rangee
from portail.domain.importation_rapport import (
    AVERTISSEMENT,
    CHANGE,
    CREE,
    ERREUR,
    INCHANGE,
    Rapport,
)

LOT = 5_000
"""Ids of one question."""

A_MOI = "vous êtes abonné à cette famille : laissé de côté, un autre agent doit s’en occuper."


@dataclass(eq=False, slots=True)
class FamilleVue:
    """One family file, there already or to be made."""

    code: str
    nom: str
    id: int | None = None
    a_moi: bool = False
    """Whether who imports is, or was, subscribed to it."""
    nouveau_nom: str = ""
    adultes: list["Personne"] = field(default_factory=list)
    enfants: list["Personne"] = field(default_factory=list)

    @property
    def neuve(self) -> bool:
        return self.id is None


@dataclass(eq=False, slots=True)
class Personne:
    """An adult or a child, there already or to be made."""

    objet: str
    """`responsable` or `enfant`."""
    famille: FamilleVue
    prenom: str
    nom: str
    naissance: str = ""
    identifiant: str | None = None
    ecole: int | None = None
    fiche: Responsable | Enfant | None = None
    id: int | None = None
    rangee: Rangee | None = None
    """The line of the file that is about it."""
    champs: dict[str, str] = field(default_factory=dict)
    """The fields to write, as text."""
    colonnes: dict[str, object] = field(default_factory=dict)
    """The columns to write besides, that are no field of the file: school, identifier."""
    droits: dict[int, str] = field(default_factory=dict)
    """Of a child: by id, the right of each adult that is linked to it."""

    @property
    def neuve(self) -> bool:
        return self.fiche is None

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"


@dataclass
class Plan:
    """All that is to be written, in the order of the files."""

    rapport: Rapport
    familles: list[FamilleVue] = field(default_factory=list)
    renommees: list[FamilleVue] = field(default_factory=list)
    personnes: list[Personne] = field(default_factory=list)
    """To be made."""
    changees: list[Personne] = field(default_factory=list)
    liens: list[tuple[Personne, Personne, str]] = field(default_factory=list)
    """Adult, child, right."""
    inscriptions: list[tuple[Personne, tuple[Any, ...]]] = field(default_factory=list)
    """The child; activity, first day, last day."""
    reservations: list[tuple[Personne, int, str]] = field(default_factory=list)
    """The child, the séance, the status."""


class Contexte:
    """What the lines are looked at against, and where what they say goes."""

    def __init__(self, lecture: Lecture, auteur: Compte | None, ecraser: bool) -> None:
        self.rangees, self.auteur, self.ecraser = lecture.rangees, auteur, ecraser
        self.rapport = lecture.rapport.copie()
        self.plan = Plan(self.rapport)
        self.familles: dict[str, FamilleVue] = {}
        self.enfants_par_identifiant: dict[str, Personne] = {}
        self.a_moi = _les_miennes(auteur)
        self._laissees: set[int] = set()

    def fauter(self, rangee: Rangee, colonne: str, quoi: str) -> None:
        self.rapport.dire(ERREUR, rangee.ou, rangee.ligne, colonne, quoi)

    def avertir(self, rangee: Rangee, colonne: str, quoi: str) -> None:
        self.rapport.dire(AVERTISSEMENT, rangee.ou, rangee.ligne, colonne, quoi)

    def creer(self, rangee: Rangee, quoi: str) -> None:
        self.rapport.dire(CREE, rangee.ou, rangee.ligne, "", quoi, rangee.table)

    def changer(self, rangee: Rangee, quoi: str) -> None:
        if id(rangee) in self._laissees:
            self._laissees.discard(id(rangee))
            self.rapport.comptes[rangee.table][INCHANGE] -= 1
        self.rapport.dire(CHANGE, rangee.ou, rangee.ligne, "", quoi, rangee.table)

    def laisser(self, rangee: Rangee) -> None:
        self._laissees.add(id(rangee))
        self.rapport.comptes[rangee.table][INCHANGE] += 1

    def famille(self, rangee: Rangee) -> FamilleVue | None:
        """The family that the line names; None, and said, when there is no such family."""
        famille = self.familles.get(rangee.textes["code_abonne"])
        if famille is None:
            self.fauter(
                rangee,
                "code_abonne",
                f"aucune famille n’a le code {rangee.textes['code_abonne']},"
                " ni dans les fichiers, ni dans le portail.",
            )
        return famille


def par_lots(ids: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """These, without doubles, in order, so many at a time."""
    tous = sorted(set(ids))
    return (tous[rang : rang + LOT] for rang in range(0, len(tous), LOT))


def voir_les_familles(contexte: Contexte) -> None:
    """The families that the lines name: those that stand, then those of the file of families."""
    codes = {
        rangee.textes["code_abonne"]
        for rangees in contexte.rangees.values()
        for rangee in rangees
        if "code_abonne" in rangee.textes
    }
    for lot in par_lots(codes):
        for famille in Famille.select().where(Famille.code_abonne.in_(lot)):
            contexte.familles[famille.code_abonne] = FamilleVue(
                famille.code_abonne, famille.nom, famille.id, famille.id in contexte.a_moi
            )
    _dire_les_reunies(contexte)
    lignes: dict[str, Rangee] = {}
    for rangee in contexte.rangees[FAMILLES]:
        code = rangee.textes["code_abonne"]
        if deja := lignes.get(code):
            contexte.fauter(rangee, "code_abonne", f"le code {code} est déjà {a_la_ligne(rangee, deja)}.")
            continue
        lignes[code] = rangee
        _voir_une_famille(contexte, rangee, code)


def _dire_les_reunies(contexte: Contexte) -> None:
    """A file that was emptied into another one is written no more: each line that still names it is wrong."""
    garde = Famille.alias()
    suites: dict[str, str] = {}
    for lot in par_lots(contexte.familles):
        requete = Famille.select(Famille.code_abonne, garde.code_abonne).join(
            garde, on=Famille.fusionnee_dans == garde.id
        )
        suites |= dict(requete.where(Famille.code_abonne.in_(lot)).tuples())
    for rangee in (r for rangees in contexte.rangees.values() for r in rangees) if suites else ():
        code = rangee.textes.get("code_abonne", "")
        if suite := suites.get(code):
            quoi = f"le dossier {code} a été réuni au dossier {suite} : écrivez {suite} à sa place."
            contexte.fauter(rangee, "code_abonne", quoi)


def _voir_une_famille(contexte: Contexte, rangee: Rangee, code: str) -> None:
    nom, presente = rangee.textes["nom"], contexte.familles.get(code)
    if presente is None:
        neuve = contexte.familles[code] = FamilleVue(code, nom)
        contexte.plan.familles.append(neuve)
        contexte.creer(rangee, f"famille {nom}, code {code}")
    elif presente.nom.casefold() == nom.casefold():
        contexte.laisser(rangee)
    elif presente.a_moi:
        contexte.avertir(rangee, "nom", A_MOI)
        contexte.laisser(rangee)
    else:
        presente.nouveau_nom = nom
        contexte.plan.renommees.append(presente)
        contexte.changer(rangee, f"famille {code} : nom, {presente.nom} → {nom}")


def a_la_ligne(rangee: Rangee, deja: Rangee) -> str:
    """« à la ligne 12 »; of another file, which one."""
    return f"à la ligne {deja.ligne}" + ("" if rangee.ou == deja.ou else f" de {deja.ou}")


def regrouper(objets: Iterable[Any], cle: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """By key, in their order."""
    groupes: dict[Any, list[Any]] = defaultdict(list)
    for objet in objets:
        groupes[cle(objet)].append(objet)
    return groupes


def _les_miennes(auteur: Compte | None) -> set[int]:
    """The families to which this account is, or was, subscribed."""
    if auteur is None:
        return set()
    requete = Abonnement.select(Abonnement.famille).where(Abonnement.compte == auteur)
    return {famille for (famille,) in requete.tuples()}
