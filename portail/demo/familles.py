"""The families of the demonstration: adults, accounts, children in the right class, pre-registrations."""

import datetime as dt
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from random import Random

import workflows as w
from models import normaliser
from portail.demo.equipements import ActiviteDemo, Equipements
from portail.demo.noms import NOMS, PRENOMS_ADULTES, PRENOMS_ENFANTS
from portail.demo.temps import Temps

CLASSES = {2: "TPS", 3: "PS", 4: "MS", 5: "GS", 6: "CP", 7: "CE1", 8: "CE2", 9: "CM1", 10: "CM2"}
"""The class of a child by the age it reaches in the civil year of « la rentrée »."""
PLUS_JEUNE, PLUS_AGE = min(CLASSES), max(CLASSES)
EN_STAGE = 7
"""The age from which a child may take a holiday course."""

INSCRITS = {"matin": 0.35, "cantine": 0.88, "soir": 0.50, "centre": 0.45}
"""The part of the children pre-registered in each kind of activity."""


@dataclass(eq=False, slots=True)
class Inscription:
    activite: ActiviteDemo
    debut: dt.date
    fin: dt.date
    statut: str = w.RESERVATION_POSSIBLE
    demandee_le: dt.datetime | None = None
    """When the family asked for it through the portal; empty when it was taken over from before."""
    id: int = 0

    @property
    def validee(self) -> bool:
        return self.statut == w.RESERVATION_POSSIBLE


@dataclass(eq=False, slots=True)
class EnfantDemo:
    id: int
    famille: "FamilleDemo"
    prenom: str
    nom: str
    naissance: dt.date
    niveau: int
    """Key of `CLASSES` in the first school year of the demonstration."""
    ecole: int
    rang: int
    inscriptions: list[Inscription] = field(default_factory=list)
    textes: dict[str, str] = field(default_factory=dict)
    """What the sheet says besides, by field, as `champs.py` writes it."""
    voulues: array = field(default_factory=lambda: array("i"))
    """The séances of its habits, by id."""
    issues: bytearray = field(default_factory=bytearray)
    """What came of each of `voulues`: a rank in `habitudes.ISSUES`."""


@dataclass(eq=False, slots=True)
class AdulteDemo:
    id: int
    famille: "FamilleDemo"
    prenom: str
    nom: str
    textes: dict[str, str]
    """What the sheet says besides, by field, as `champs.py` writes it."""


@dataclass(frozen=True, slots=True)
class CompteDemo:
    id: int
    email: str
    prenom: str
    nom: str


@dataclass(eq=False, slots=True)
class FamilleDemo:
    id: int
    nom: str
    code: str
    adultes: list[AdulteDemo] = field(default_factory=list)
    comptes: list[CompteDemo] = field(default_factory=list)
    enfants: list[EnfantDemo] = field(default_factory=list)


@dataclass
class EtatCivil:
    """Gives out people: ids in turn, e-mails never twice, telephones of the range kept for fiction."""

    alea: Random
    temps: Temps
    _emails: set[str] = field(default_factory=set)
    _ids_comptes: Iterator[int] = field(default_factory=lambda: count(1))
    _ids_adultes: Iterator[int] = field(default_factory=lambda: count(1))
    _ids_enfants: Iterator[int] = field(default_factory=lambda: count(1))

    def adulte(
        self, famille: FamilleDemo, prenom: str, nom: str, compte: bool = True, email: str = ""
    ) -> None:
        email = email or self._email(prenom, nom)
        telephone = f"06 39 98 {self.alea.randrange(100):02} {self.alea.randrange(100):02}"
        textes = {"email": email, "telephone": telephone}
        famille.adultes.append(AdulteDemo(next(self._ids_adultes), famille, prenom, nom, textes))
        if compte:
            famille.comptes.append(CompteDemo(next(self._ids_comptes), email, prenom, nom))

    def agent(self, email: str, prenom: str, nom: str) -> CompteDemo:
        return CompteDemo(next(self._ids_comptes), email, prenom, nom)

    def enfant(self, famille: FamilleDemo, prenom: str, nom: str, niveau: int, ecole: int) -> EnfantDemo:
        rang = len(famille.enfants) + 1
        numero, naissance = next(self._ids_enfants), self._naissance(niveau)
        enfant = EnfantDemo(numero, famille, prenom, nom, naissance, niveau, ecole, rang)
        famille.enfants.append(enfant)
        return enfant

    def _email(self, prenom: str, nom: str) -> str:
        souche = normaliser(f"{prenom}.{nom}").replace("'", "").replace("ı", "i").replace(" ", "-")
        essais = chain([souche], (f"{souche}{n}" for n in count(2)))
        email = next(f"{essai}@example.org" for essai in essais if f"{essai}@example.org" not in self._emails)
        self._emails.add(email)
        return email

    def _naissance(self, niveau: int) -> dt.date:
        annee = self.temps.debut.year - niveau
        # At « la rentrée » the youngest are two and a half.
        dernier = dt.date(annee, 2, 28) if niveau == PLUS_JEUNE else dt.date(annee, 12, 31)
        return dt.date(annee, 1, 1) + dt.timedelta(self.alea.randrange(dernier.timetuple().tm_yday))


def peupler(nombre: int, etat_civil: EtatCivil, equipements: Equipements) -> Iterator[FamilleDemo]:
    """`nombre` families, ids from 2 on: the first is known by name (`moreau.py`)."""
    alea = etat_civil.alea
    codes = alea.sample(range(104_600, 104_600 + 40 * nombre), nombre)
    for numero, code in enumerate(codes, start=2):
        yield _famille(FamilleDemo(numero, alea.choice(NOMS), str(code)), etat_civil, equipements)


def _famille(famille: FamilleDemo, etat_civil: EtatCivil, equipements: Equipements) -> FamilleDemo:
    alea = etat_civil.alea
    deux_adultes = alea.random() < 0.65
    prenoms = alea.sample(PRENOMS_ADULTES, 2)
    etat_civil.adulte(famille, prenoms[0], famille.nom)
    nom_du_second = famille.nom if alea.random() < 0.6 else alea.choice(NOMS)
    if deux_adultes:
        etat_civil.adulte(famille, prenoms[1], nom_du_second, compte=alea.random() < 0.45)
    nom_des_enfants = famille.nom
    if deux_adultes and nom_du_second != famille.nom and alea.random() < 0.25:
        nom_des_enfants = f"{famille.nom}-{nom_du_second}"
    ecole = alea.randrange(len(equipements.ecoles))
    nombre = alea.choices((1, 2, 3, 4), (36, 42, 18, 4))[0]
    niveaux = sorted(alea.sample(range(PLUS_JEUNE, PLUS_AGE + 1), nombre), reverse=True)
    for prenom, niveau in zip(alea.sample(PRENOMS_ENFANTS, nombre), niveaux, strict=True):
        enfant = etat_civil.enfant(famille, prenom, nom_des_enfants, niveau, ecole)
        _inscrire(enfant, alea, etat_civil.temps, equipements)
    return famille


def _inscrire(enfant: EnfantDemo, alea: Random, temps: Temps, equipements: Equipements) -> None:
    """The pre-registrations of the year: nearly all validated, a few refused, a few that end early."""
    for genre, part in INSCRITS.items():
        tirage = alea.random()
        activite = equipements.ecoles[enfant.ecole][genre]
        if tirage < part:
            premiere, *_ = inscrire(enfant, activite, temps)
            if genre == "soir" and tirage < 0.03:
                premiere.fin = premiere.debut + dt.timedelta(50)
        elif tirage > 0.985:
            inscrire(enfant, activite, temps, statut=w.REFUSEE)
    for stage in equipements.stages:
        niveau = enfant.niveau + (stage.modele.debut > temps.annees[0].fin)
        if EN_STAGE <= niveau <= PLUS_AGE and alea.random() < 0.09:
            statut = w.REFUSEE if alea.random() < 0.08 else w.RESERVATION_POSSIBLE
            enfant.inscriptions.append(Inscription(stage, stage.modele.debut, stage.modele.fin, statut))


def inscrire(
    enfant: EnfantDemo, activite: ActiviteDemo, temps: Temps, statut: str = w.RESERVATION_POSSIBLE
) -> list[Inscription]:
    """One pre-registration for each school year in which the child is at school."""
    faites = [
        Inscription(activite, annee.debut, annee.fin if activite.genre == "centre" else annee.classe, statut)
        for rang, annee in enumerate(temps.annees)
        if enfant.niveau + rang <= PLUS_AGE
    ]
    enfant.inscriptions += faites
    return faites
