"""What an activity is to be, as it was typed: held to the rules before anything looks at séances."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from models import COULEURS, Activite, Delai, Horaire
from portail import mots
from portail.domain.cadre import ANNEES
from portail.domain.calendrier import en_mots
from portail.domain.refus import Refus

NOM_MAX, DESCRIPTION_MAX, PIECE_MAX, PIECES_MAX = 100, 1000, 120, 10
PLACES_MAX, AGE_MAX, RANG_MAX, PLAGES_MAX = 9_999, 25, 999, 20
JOURS_MAX = 1096
"""How many days an activity lasts at most: three years."""
PERIODES = {
    "scolaire": "en période scolaire",
    "vacances": "pendant les vacances",
    "toujours": "toute l’année",
}


@dataclass(frozen=True)
class Plage:
    """One line of the weekly pattern: the same hours on several weekdays."""

    jours: frozenset[int]
    debut: dt.time
    fin: dt.time
    places: int
    periode: str
    origine: frozenset[int] = field(default=frozenset(), compare=False)
    """The ids of the `Horaire` that it was: their séances follow it when its hours change."""

    @property
    def en_mots(self) -> str:
        """« lundi, mardi, jeudi et vendredi, 11 h 30 – 13 h 30, 60 places, en période scolaire »."""
        jours = mots.enumeration([mots.JOURS[jour] for jour in sorted(self.jours)])
        suite = " (le lendemain)" if self.fin <= self.debut else ""
        places = mots.pluriel(self.places, "place")
        return f"{jours}, {mots.plage(self.debut, self.fin)}{suite}, {places}, {PERIODES[self.periode]}"


@dataclass(frozen=True)
class Projet:
    """All that an activity says of itself, and its weekly pattern. Named as the columns of `Activite`."""

    nom: str
    lieu_id: int
    debut: dt.date
    fin: dt.date
    age_min: int
    age_max: int
    reservable: bool
    automatique: bool
    delai_reservation: Delai
    delai_absence: Delai
    rang: int = 1
    description: str = ""
    preinscription_du: dt.date | None = None
    preinscription_au: dt.date | None = None
    pieces: str = ""
    absence_automatique: bool | None = None
    absence_tardive: bool = False
    couleur: int | None = None
    plages: tuple[Plage, ...] = ()

    @classmethod
    def de(cls, activite: Activite, horaires: Iterable[Horaire]) -> "Projet":
        """The activity as it is."""
        valeurs = {nom: getattr(activite, nom) for nom in COLONNES}
        return cls(**valeurs, plages=tuple(regrouper(horaires)))

    def ailleurs(self) -> "Projet":
        """The same, for another place: its hours are nobody's yet."""
        return replace(self, plages=tuple(replace(plage, origine=frozenset()) for plage in self.plages))

    @property
    def valeurs(self) -> dict[str, object]:
        """By column of `Activite`."""
        return {nom: getattr(self, nom) for nom in COLONNES}

    def activite(self, ident: int | None) -> Activite:
        """The row that it would be, not written."""
        return Activite(id=ident, **self.valeurs)


COLONNES = tuple(f.name for f in fields(Projet) if f.name != "plages")


def regrouper(horaires: Iterable[Horaire]) -> list[Plage]:
    """The weekly pattern by lines: the weekdays that have the same hours and places stand together."""
    lignes: dict[tuple, list[Horaire]] = defaultdict(list)
    for horaire in sorted(horaires, key=lambda h: (h.debut, h.jour, h.id or 0)):
        cle: tuple = (horaire.debut, horaire.fin, horaire.places, horaire.periode)
        # two alike on one weekday stay two lines
        while any(deja.jour == horaire.jour for deja in lignes[cle]):
            cle = (*cle, "")
        lignes[cle].append(horaire)
    return [
        Plage(
            frozenset(h.jour for h in siens),
            siens[0].debut,
            siens[0].fin,
            siens[0].places,
            siens[0].periode,
            frozenset(h.id for h in siens if h.id),
        )
        for siens in lignes.values()
    ]


# ——— the rules ———


def verifier(projet: Projet) -> None:
    """:class:`Refus`, beside its field, for the first thing that cannot be."""
    for champ, juste, phrase in _regles(projet):
        if not juste:
            raise Refus(phrase, champ=champ)
    _verifier_les_plages(projet.plages)


def _regles(p: Projet) -> list[tuple[str, bool, str]]:
    pieces = p.pieces.splitlines()
    ouverture = (
        not (p.preinscription_du and p.preinscription_au) or p.preinscription_du <= p.preinscription_au
    )
    return [
        ("nom", 0 < len(p.nom) <= NOM_MAX, f"Donnez-lui un nom, de {NOM_MAX} caractères au plus."),
        ("debut", p.debut.year in ANNEES, "Cette année est trop loin : vérifiez la date."),
        ("fin", p.fin.year in ANNEES, "Cette année est trop loin : vérifiez la date."),
        ("fin", p.debut <= p.fin, "Le dernier jour est avant le premier."),
        ("fin", (p.fin - p.debut).days < JOURS_MAX, "Elle dure trois ans au plus : vérifiez les dates."),
        ("age_min", 0 <= p.age_min <= AGE_MAX, f"L’âge va de 0 à {AGE_MAX} ans."),
        ("age_max", 0 <= p.age_max <= AGE_MAX, f"L’âge va de 0 à {AGE_MAX} ans."),
        ("age_max", p.age_min <= p.age_max, "L’âge le plus grand est sous l’âge le plus petit."),
        ("rang", 1 <= p.rang <= RANG_MAX, f"L’ordre va de 1 à {RANG_MAX}."),
        ("couleur", p.couleur is None or 1 <= p.couleur <= COULEURS, "Cette couleur n’existe pas."),
        ("preinscription_au", ouverture, "La clôture est avant l’ouverture."),
        ("description", len(p.description) <= DESCRIPTION_MAX, f"{DESCRIPTION_MAX} caractères au plus."),
        ("pieces", len(pieces) <= PIECES_MAX, f"{PIECES_MAX} documents au plus, un par ligne."),
        ("pieces", max(map(len, pieces), default=0) <= PIECE_MAX, f"Par ligne, {PIECE_MAX} caractères."),
        ("pieces", len(set(pieces)) == len(pieces), "Le même document est écrit deux fois."),
        ("plages", len(p.plages) <= PLAGES_MAX, f"{PLAGES_MAX} lignes d’horaires au plus."),
    ]  # fmt: skip


def _verifier_les_plages(plages: Iterable[Plage]) -> None:
    prises: dict[tuple[int, dt.time], set[str]] = defaultdict(set)
    for plage in plages:
        if not plage.jours:
            raise Refus("Cochez au moins un jour sur chaque ligne d’horaires.", champ="plages")
        if plage.debut == plage.fin:
            raise Refus("Une séance ne peut pas finir à l’heure où elle commence.", champ="plages")
        if not 0 <= plage.places <= PLACES_MAX:
            raise Refus(f"Le nombre de places va de 0 à {PLACES_MAX}.", champ="plages")
        for jour in sorted(plage.jours):
            deja = prises[jour, plage.debut]
            if plage.periode in deja or (deja and "toujours" in {*deja, plage.periode}):
                quand = f"le {mots.JOURS[jour]} à {mots.heure(plage.debut)}"
                raise Refus(
                    f"Deux lignes commencent {quand} dans la même période : gardez-en une.", champ="plages"
                )
            deja.add(plage.periode)


# ——— what changed, in words ———


def changements(avant: Projet, apres: Projet, lieux: Mapping[int, str]) -> list[str]:
    """What is different, one sentence each: « Âges : 3 – 6 ans (avant : 2 – 12 ans) ».

    `lieux`: the names of the places, by id.
    """
    dits = []
    for titre, noms, dire in _DITS:
        if any(getattr(avant, nom) != getattr(apres, nom) for nom in noms):
            vieux, neuf = dire(avant), dire(apres)
            dits.append(f"{titre} : {neuf}" + (f" (avant : {vieux})" if vieux != neuf else ""))
    if avant.lieu_id != apres.lieu_id:
        dits.append(f"Lieu : {lieux.get(apres.lieu_id, '')} (avant : {lieux.get(avant.lieu_id, '')})")
    neuves, parties = set(apres.plages) - set(avant.plages), set(avant.plages) - set(apres.plages)
    dits += [f"Horaires nouveaux : {plage.en_mots}" for plage in apres.plages if plage in neuves]
    return dits + [f"Horaires retirés : {plage.en_mots}" for plage in avant.plages if plage in parties]


def _oui(valeur: object) -> str:
    return "oui" if valeur else "non"


def _ouverture(p: Projet) -> str:
    du, au = p.preinscription_du, p.preinscription_au
    dits = [f"du {mots.jour_annee(du)}" if du else "", f"jusqu’au {mots.jour_annee(au)}" if au else ""]
    return " ".join(filter(None, dits)) or "sans limite"


def _absences(p: Projet) -> str:
    if p.absence_automatique is None:
        return "comme les réservations"
    return "automatique" if p.absence_automatique else "par un agent"


def dire_les_plages(p: Projet) -> str:
    """The weekly pattern, in one sentence."""
    return " ; ".join(plage.en_mots for plage in p.plages) or "aucun horaire"


_DITS: tuple[tuple[str, tuple[str, ...], Callable[[Projet], str]], ...] = (
    ("Nom", ("nom",), lambda p: f"« {p.nom} »"),
    ("Dates", ("debut", "fin"), lambda p: mots.du_au(p.debut, p.fin)),
    ("Âges", ("age_min", "age_max"), lambda p: mots.tranche_d_age(p.age_min, p.age_max)),
    ("Ouverte à la réservation", ("reservable",), lambda p: _oui(p.reservable)),
    ("Réservations validées d’elles-mêmes", ("automatique",), lambda p: _oui(p.automatique)),
    ("Absences validées", ("absence_automatique",), _absences),
    ("Absence après la date limite", ("absence_tardive",), lambda p: _oui(p.absence_tardive)),
    ("Réserver avant", ("delai_reservation",), lambda p: en_mots(p.delai_reservation)),
    ("Déclarer une absence avant", ("delai_absence",), lambda p: en_mots(p.delai_absence)),
    ("Pré-inscriptions", ("preinscription_du", "preinscription_au"), _ouverture),
    ("Documents", ("pieces",), lambda p: ", ".join(p.pieces.splitlines()) or "aucun"),
    ("Description", ("description",), lambda p: "récrite"),
    ("Ordre", ("rang",), lambda p: str(p.rang)),
    ("Couleur", ("couleur",), lambda p: str(p.couleur or "aucune")),
)
