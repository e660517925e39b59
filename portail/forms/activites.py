"""An activity as it is typed: its rules, its weekly pattern; kept on the screen until it can be saved."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput, NumberInput, TimeInput

from models import COULEURS, Delai
from portail import mots
from portail.domain.lecture_activites import Recherche
from portail.domain.projet_d_activite import DESCRIPTION_MAX, NOM_MAX, PERIODES, PLAGES_MAX, Plage, Projet
from portail.domain.refus import Refus
from portail.forms.moderation import RECHERCHE_MAX
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net, au_net_par_lignes
from portail.forms.valeurs import lire_l_heure, lire_le_jour, lire_le_nombre

T = TypeVar("T")
NOMS_DES_COULEURS = ("Bleu", "Vert", "Jaune", "Orange", "Rouge", "Rose", "Violet", "Gris")
GENRES = (
    ("jours", "des jours avant"),
    ("ouvres", "des jours ouvrés avant"),
    ("semaine", "un jour de la semaine précédente"),
)
OUI, NON, COMME = "oui", "non", ""


def _jour(libelle: str) -> StringField:
    return StringField(libelle, widget=DateInput())


def _nombre(libelle: str) -> StringField:
    return StringField(libelle, widget=NumberInput(min=0))


def _heure(libelle: str) -> StringField:
    return StringField(libelle, widget=TimeInput())


def _choix(libelle: str, choix: Sequence[tuple[str, str]]) -> SelectField:
    return SelectField(libelle, choices=[SelectChoice(*un) for un in choix], validate_choice=False)


@dataclass
class LigneSaisie:
    """One line of the weekly pattern, as text."""

    jours: frozenset[str] = frozenset()
    debut: str = ""
    fin: str = ""
    places: str = ""
    periode: str = "scolaire"
    origine: str = ""
    erreur: str = ""

    @property
    def vide(self) -> bool:
        return not (self.jours or self.debut or self.fin or self.places)

    @classmethod
    def de(cls, plage: Plage) -> "LigneSaisie":
        return cls(
            frozenset(map(str, plage.jours)),
            f"{plage.debut:%H:%M}",
            f"{plage.fin:%H:%M}",
            str(plage.places),
            plage.periode,
            " ".join(map(str, sorted(plage.origine))),
        )

    def lire(self) -> Plage | None:
        """The line; None, and `erreur` says why, when it is not one."""
        try:
            debut, fin, places = lire_l_heure(self.debut), lire_l_heure(self.fin), lire_le_nombre(self.places)
        except ValueError as faute:
            self.erreur = str(faute)
            return None
        if not self.jours:
            self.erreur = "Cochez au moins un jour."
        elif debut is None or fin is None:
            self.erreur = "Indiquez l’heure de début et l’heure de fin."
        elif debut == fin:
            self.erreur = "La fin est à la même heure que le début."
        elif places is None:
            self.erreur = "Indiquez le nombre de places."
        elif self.periode not in PERIODES:
            self.erreur = "Choisissez une période dans la liste."
        else:
            origine = frozenset(i for mot in self.origine.split()[:7] if (i := lire_entier(mot)))
            return Plage(frozenset(map(int, self.jours)), debut, fin, places, self.periode, origine)
        return None


class ActiviteForm(FlaskForm):
    """What is typed is text: nothing of it is lost, whatever is wrong. :meth:`lire` makes a project of it."""

    nom = StringField("Nom de l’activité")
    lieu_id = SelectField("Lieu", validate_choice=False)
    debut = _jour("Premier jour")
    fin = _jour("Dernier jour")
    age_min = _nombre("À partir de (ans)")
    age_max = _nombre("Jusqu’à (ans)")
    description = TextAreaField("Description, que les familles lisent avant de demander")
    pieces = TextAreaField("Documents demandés avec la pré-inscription, un par ligne")
    preinscription_du = _jour("Ouverture des pré-inscriptions")
    preinscription_au = _jour("Clôture des pré-inscriptions")
    reservable = BooleanField("Les familles peuvent réserver des jours")
    automatique = BooleanField("Les réservations sont validées d’elles-mêmes, sans agent")
    absence_automatique = _choix(
        "Les absences",
        ((COMME, "comme les réservations"), (OUI, "validées d’elles-mêmes"), (NON, "validées par un agent")),
    )
    absence_tardive = BooleanField("Une absence peut encore être déclarée après la date limite")
    reservation_genre = _choix("Compter", GENRES)
    reservation_nombre = _nombre("Combien de jours avant")
    reservation_jour = _choix(
        "Quel jour de la semaine précédente", [(str(i), j) for i, j in enumerate(mots.JOURS)]
    )
    reservation_heure = _heure("À quelle heure")
    absence_genre = _choix("Compter", GENRES)
    absence_nombre = _nombre("Combien de jours avant")
    absence_jour = _choix(
        "Quel jour de la semaine précédente", [(str(i), j) for i, j in enumerate(mots.JOURS)]
    )
    absence_heure = _heure("À quelle heure")
    rang = _nombre("Ordre sur les écrans")
    couleur = _choix(
        "Couleur", [("", "aucune"), *((str(n), nom) for n, nom in enumerate(NOMS_DES_COULEURS, start=1))]
    )

    nom_max, description_max = NOM_MAX, DESCRIPTION_MAX

    def __init__(
        self,
        lieux: Sequence[tuple[int, str]],
        projet: Projet | None = None,
        saisie: MultiDict[str, str] | None = None,
    ) -> None:
        """`projet`: what the form begins with; `saisie`: what was typed, once it was."""
        super().__init__(formdata=saisie, data=_textes(projet) if projet else DEPART)
        self.lieu_id.choices = [
            SelectChoice("", "Choisir un lieu…"),
            *(SelectChoice(str(i), nom) for i, nom in lieux),
        ]
        plages = projet.plages if projet else ()
        self.lignes = (
            [LigneSaisie.de(plage) for plage in plages] if saisie is None else lire_les_lignes(saisie)
        )
        self.reprise: int | None = None
        """The line where one goes on, after one came or went; past the last, the button that adds one."""
        self.phrases: list[str] = []
        """What is wrong and belongs to no field."""

    def suivre(self, etape: str) -> None:
        """Do what the button asks of the lines, before the form is shown again."""
        if etape == "ligne":
            self.ajouter_une_ligne()
            self.reprise = len(self.lignes) - 1
        else:
            self.retirer_une_ligne(etape)

    def ajouter_une_ligne(self) -> None:
        if len(self.lignes) < PLAGES_MAX:
            self.lignes.append(LigneSaisie())

    def retirer_une_ligne(self, texte: str) -> None:
        """« retirer-2 »: the third one goes."""
        rang = lire_entier(texte.removeprefix("retirer-"))
        if rang is not None and rang < len(self.lignes):
            del self.lignes[rang]
            self.reprise = len(self.lignes)

    @property
    def en_faute(self) -> bool:
        return bool(self.errors or self.phrases or any(ligne.erreur for ligne in self.lignes))

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        champ = {"plages": ""}.get(refus.champ, refus.champ)
        if champ in self:
            self._fields[champ].errors = [*self._fields[champ].errors, refus.phrase]
        else:
            self.phrases.append(refus.phrase)

    def lire(self) -> Projet | None:
        """The project; None when something of it cannot be read, said beside it."""
        debut, fin = (self._lire(n, lire_le_jour, "Indiquez le jour.") for n in ("debut", "fin"))
        ages = [self._lire(n, lire_le_nombre, "Indiquez un âge.") for n in ("age_min", "age_max")]
        du, au = (self._lire(n, lire_le_jour) for n in ("preinscription_du", "preinscription_au"))
        reserver, absenter = self._delai("reservation"), self._delai("absence")
        rang = self._lire("rang", lire_le_nombre, "Indiquez un ordre.")
        lieu = self._lire("lieu_id", lire_entier, "Choisissez un lieu.")
        nom = au_net(self.nom.data)
        if not nom:
            self._faute("nom", "Donnez un nom à l’activité.")
        plages = [ligne.lire() for ligne in self.lignes if not ligne.vide]
        if self.en_faute or reserver is None or absenter is None:
            return None
        return Projet(
            nom=nom,
            lieu_id=lieu,
            debut=debut,
            fin=fin,
            age_min=ages[0],
            age_max=ages[1],
            reservable=self.reservable.data,
            automatique=self.automatique.data,
            absence_automatique={OUI: True, NON: False}.get(self.absence_automatique.data),
            absence_tardive=self.absence_tardive.data,
            delai_reservation=reserver,
            delai_absence=absenter,
            rang=rang,
            description=au_net_par_lignes(self.description.data),
            pieces=_sans_lignes_vides(self.pieces.data),
            preinscription_du=du,
            preinscription_au=au,
            couleur=self._couleur(),
            plages=tuple(plage for plage in plages if plage),
        )

    def _faute(self, nom: str, phrase: str) -> None:
        self._fields[nom].errors = [phrase]

    def _lire(self, nom: str, lire: Callable[[str | None], T | None], vide: str = "") -> T:
        """What this field says; a sentence beside it when it says nothing that can be read."""
        lu = None
        try:
            lu = lire(self._fields[nom].data)
        except ValueError as faute:
            self._faute(nom, str(faute))
        else:
            if lu is None and vide:
                self._faute(nom, vide)
        return lu  # type: ignore[return-value]

    def _delai(self, quoi: str) -> Delai | None:
        genre = self._fields[f"{quoi}_genre"].data
        if genre not in Delai.GENRES:
            self._faute(f"{quoi}_genre", "Choisissez comment compter.")
            return None
        champ = f"{quoi}_jour" if genre == "semaine" else f"{quoi}_nombre"
        nombre = self._lire(champ, lire_le_nombre, "Indiquez un nombre de jours.")
        heure = self._lire(f"{quoi}_heure", lire_l_heure, "Indiquez une heure.")
        if nombre is None or heure is None:
            return None
        try:
            return Delai(genre, nombre, heure)
        except ValueError:
            self._faute(champ, "60 jours au plus." if genre != "semaine" else "Choisissez un jour.")
            return None

    def _couleur(self) -> int | None:
        numero = lire_entier(self.couleur.data)
        return numero if numero and numero <= COULEURS else None


DEPART = {
    "age_min": "2",
    "age_max": "12",
    "rang": "1",
    "reservable": True,
    "reservation_genre": "semaine",
    "reservation_nombre": "2",
    "reservation_jour": "3",
    "reservation_heure": "12:00",
    "absence_genre": "ouvres",
    "absence_nombre": "1",
    "absence_jour": "3",
    "absence_heure": "12:00",
}
"""What the form of a new activity begins with: what most towns have."""


def _textes(projet: Projet) -> dict[str, object]:
    """The project as its form shows it."""
    absence = {None: COMME, True: OUI, False: NON}[projet.absence_automatique]
    textes: dict[str, object] = DEPART | {
        nom: _texte(valeur) for nom, valeur in projet.valeurs.items() if not isinstance(valeur, Delai)
    }
    for quoi, delai in (("reservation", projet.delai_reservation), ("absence", projet.delai_absence)):
        textes[f"{quoi}_genre"], textes[f"{quoi}_heure"] = delai.genre, f"{delai.heure:%H:%M}"
        textes[f"{quoi}_jour" if delai.genre == "semaine" else f"{quoi}_nombre"] = str(delai.nombre)
    return textes | {"absence_automatique": absence}


def _texte(valeur: object) -> object:
    if valeur is None or isinstance(valeur, bool):
        return "" if valeur is None else valeur
    return valeur.isoformat() if isinstance(valeur, dt.date) else str(valeur)


def _sans_lignes_vides(texte: str | None) -> str:
    return "\n".join(ligne for ligne in au_net_par_lignes(texte).splitlines() if ligne)


def lire_les_lignes(saisie: MultiDict[str, str]) -> list[LigneSaisie]:
    """The lines of the weekly pattern: fields of the same name, in their order; « 0:3 » ticks Thursday on the
    first line.
    """
    noms = ("h_debut", "h_fin", "h_places", "h_periode", "h_origine")
    colonnes = [saisie.getlist(nom)[:PLAGES_MAX] for nom in noms]
    cochees: dict[int, set[str]] = {}
    for texte in saisie.getlist("h_jour")[: 7 * PLAGES_MAX]:
        rang, _, jour = texte.partition(":")
        if lire_entier(rang) is not None and jour in ("0", "1", "2", "3", "4", "5", "6"):
            cochees.setdefault(int(rang), set()).add(jour)
    combien = max(map(len, colonnes), default=0)
    return [
        LigneSaisie(
            frozenset(cochees.get(n, ())), *(au_net(c[n])[:60] if n < len(c) else "" for c in colonnes)
        )
        for n in range(combien)
    ]


@dataclass(frozen=True)
class Demarche:
    """Where the form is: shown again, previewed, confirmed; and what goes with the confirmation."""

    etape: str = ""
    vu: str = ""
    garder: bool = False
    motif: str = ""

    @property
    def encore(self) -> bool:
        """Whether the form is only to be shown again, with what was typed."""
        return self.etape in ("ligne", "reprendre") or self.etape.startswith("retirer-")


def lire_la_demarche(saisie: MultiDict[str, str]) -> Demarche:
    return Demarche(
        saisie.get("etape", ""),
        saisie.get("vu", "")[:64],
        saisie.get("garder") == "oui",
        au_net(saisie.get("motif")),
    )


DE_LA_DEMARCHE = ("csrf_token", "etape", "vu", "garder", "motif")


def a_reporter(saisie: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What was typed, as the page that asks to confirm carries it along."""
    return [(nom, texte) for nom, texte in saisie.items(multi=True) if nom not in DE_LA_DEMARCHE]


def lire_la_recherche(parametres: MultiDict[str, str], annee: int) -> tuple[Recherche, list[str]]:
    """What the list is narrowed by, and a sentence for what cannot be. `annee`: that shown at first."""
    erreurs = []
    q = au_net(parametres.get("q"))
    if len(q) > RECHERCHE_MAX:
        q, erreurs = "", [f"La recherche est trop longue : {RECHERCHE_MAX} caractères au plus."]
    voulue = parametres.get("annee")
    lue = lire_entier(voulue)
    return (
        Recherche(
            q,
            lire_entier(parametres.get("lieu")) or 0,
            (lue or 0) if voulue is not None else annee,
            lire_entier(parametres.get("page")) or 1,
        ),
        erreurs,
    )
