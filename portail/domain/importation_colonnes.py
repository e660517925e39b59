"""The tables that a town may import, and their columns: names, spellings, what each may hold.

The fields of the family file come from `champs.py`; nothing else knows a column.
"""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from email_validator import EmailNotValidError, validate_email

import workflows as w
from models import DROITS_PARENTAUX, normaliser
from portail import clock
from portail.domain import champs, codes, coordonnees
from portail.domain.champs import Champ
from portail.domain.textes import PAS_UN_NOM, au_net, au_net_par_lignes, est_un_nom

FAMILLES, ADULTES, ENFANTS, INSCRIPTIONS, RESERVATIONS = TABLES = (
    *("familles", "adultes", "enfants", "inscriptions", "reservations"),
)
"""In the order in which they are read: each rests on those before."""

TITRES = {
    FAMILLES: "Familles",
    ADULTES: "Adultes",
    ENFANTS: "Enfants",
    INSCRIPTIONS: "Inscriptions",
    RESERVATIONS: "Réservations",
}
RECONNUS = {
    FAMILLES: ("famille", "foyer", "dossier"),
    ADULTES: ("adulte", "responsable", "parent"),
    ENFANTS: ("enfant",),
    INSCRIPTIONS: ("inscription",),
    RESERVATIONS: ("reservation", "presence", "pointage"),
}
"""What the name of a file, or of a sheet, holds to be that table."""


@dataclass(frozen=True)
class Colonne:
    """One column of a table."""

    nom: str
    """As the template has it."""
    lire: Callable[[str], str]
    """From what is typed to what is kept, as text; :class:`ValueError` with a sentence."""
    aide: str
    requise: bool = False
    autres: tuple[str, ...] = ()
    """Other names that it goes by, as :func:`cle` makes them."""
    champ: Champ | None = None
    """The field of the family file that it is, if it is one."""
    longueur: int = 200
    """Of what is no field of the file."""
    lignes: bool = False
    """Whether it may hold several lines."""


def cle(entete: str) -> str:
    """A header, whatever its case, accents, spaces: « Date de naissance * » is `date_de_naissance`."""
    return re.sub(r"[^a-z0-9]+", "_", normaliser(entete[:200])).strip("_")


# ——— values ———

OUI = ("oui", "o", "1", "vrai", "x", "yes", "true")
NON = ("non", "n", "0", "faux", "no", "false")
ANNEES = range(1900, 2100)


def lire_date(texte: str) -> str:
    """« 14/03/2018 », « 14-03-2018 », « 14.03.2018 », « 2018-03-14 »."""
    nombres = re.fullmatch(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?: 00:00(?::00)?)?", texte)
    if nombres is None:
        raise ValueError("écrivez une date, par exemple 14/03/2018.")
    premier, mois, dernier = nombres.groups()
    annee, jour = (premier, dernier) if len(premier) == 4 else (dernier, premier)
    if len(annee) != 4:
        raise ValueError("écrivez l’année en entier, par exemple 14/03/2018.")
    try:
        lue = dt.date(int(annee), int(mois), int(jour))
    except ValueError as faute:
        raise ValueError(f"le {texte} n’existe pas : vérifiez le jour et le mois.") from faute
    if lue.year not in ANNEES:
        raise ValueError("vérifiez l’année.")
    return lue.isoformat()


def lire_date_passee(texte: str) -> str:
    lue = lire_date(texte)
    if lue > clock.aujourdhui().isoformat():
        raise ValueError("cette date est dans le futur : vérifiez l’année.")
    return lue


def lire_heure(texte: str) -> str:
    """« 8:30 », « 8h30 », « 08 h »."""
    lue = re.fullmatch(r"(\d{1,2})\s*[h:]\s*(\d{2})?(?::00)?", texte.casefold())
    if lue is None or int(lue[1]) > 23 or int(lue[2] or 0) > 59:
        raise ValueError("écrivez une heure, par exemple 8:30.")
    return f"{int(lue[1]):02}:{int(lue[2] or 0):02}"


def lire_oui_non(texte: str) -> str:
    lu = normaliser(texte)
    if lu not in OUI + NON:
        raise ValueError("écrivez « oui » ou « non ».")
    return "oui" if lu in OUI else "non"


def lire_code(texte: str) -> str:
    """The short number of a family file: digits only."""
    if not codes.est_court(texte):
        raise ValueError("un code abonné n’a que des chiffres, 11 au plus.")
    return texte


def lire_personne(texte: str) -> str:
    if texte[0] in "=+@":
        raise ValueError(f"« {texte[:40]} » ressemble à une formule de tableur : ce n’est pas un nom.")
    if not est_un_nom(texte):
        raise ValueError(PAS_UN_NOM[0].lower() + PAS_UN_NOM[1:])
    return texte


def lire_email(texte: str) -> str:
    faute = "écrivez l’adresse en entier et sans accent, par exemple prenom.nom@exemple.fr."
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}", texte):
        raise ValueError(faute)
    try:
        validate_email(texte, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as erreur:
        raise ValueError(faute) from erreur
    return texte


def lire_code_postal(texte: str) -> str:
    """A spreadsheet takes « 01000 » for a number, and leaves « 1000 » of it."""
    return coordonnees.code_postal(texte.zfill(5) if re.fullmatch(r"\d{4}", texte) else texte)


def lire_identifiant(texte: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}", texte):
        raise ValueError(
            "un identifiant a des lettres sans accent, des chiffres, « . », « - », « _ » ou « / »."
        )
    return texte


STATUTS = {
    **dict.fromkeys(("reserve", "reservation", "oui", "inscrit"), w.RESERVE),
    **dict.fromkeys(("liste d'attente", "attente", "liste attente"), w.LISTE_ATTENTE),
    **dict.fromkeys(("absent", "absence"), w.ABSENT),
    **dict.fromkeys(("present", "presence"), w.PRESENT),
}


def lire_statut(texte: str) -> str:
    statut = STATUTS.get(normaliser(texte))
    if statut is None:
        raise ValueError("écrivez « réservé », « présent », « absent » ou « liste d’attente ».")
    return statut


def lire_droits(texte: str) -> str:
    """« Claire Moreau : plein | Julien Moreau : information »: the same, tidied."""
    lus = []
    for morceau in filter(str.strip, re.split(r"[|\n]", texte)):
        nom, deux_points, droit = morceau.rpartition(":")
        if not deux_points or not nom.strip() or normaliser(droit) not in DROITS_PARENTAUX:
            raise ValueError(
                "écrivez « Prénom Nom : droit », les adultes séparés par « | » ; un droit est "
                "plein, information, retrait ou aucun."
            )
        lus.append(f"{au_net(nom)}:{normaliser(droit)}")
    return "|".join(lus)


def _choix(c: Champ) -> Callable[[str], str]:
    permis = {normaliser(mot): code for code, libelle in c.choix for mot in (code.replace("_", " "), libelle)}
    permis |= {code: code for code, _ in c.choix}
    dits = ", ".join(f"« {libelle.lower()} »" for _, libelle in c.choix)

    def lire(texte: str) -> str:
        lu = normaliser(texte)
        if lu not in permis:
            raise ValueError(f"écrivez {dits}, et rien d’autre.")
        return permis[lu]

    return lire


LECTEURS: Mapping[str, Callable[[str], str]] = {
    champs.TELEPHONE: functools.lru_cache(4096)(coordonnees.telephone),
    champs.IBAN: coordonnees.iban,
    champs.BIC: coordonnees.bic,
    champs.CODE_POSTAL: lire_code_postal,
    champs.EUROS: coordonnees.centiemes,
    champs.PARTS: coordonnees.centiemes,
    champs.OUI_NON: lire_oui_non,
    champs.PERSONNE: lire_personne,
    champs.EMAIL: lire_email,
}
AIDES = {
    champs.TELEPHONE: "02 61 91 40 12, ou +32 470 12 34 56",
    champs.IBAN: "avec ou sans espaces ; la clé est vérifiée. Chiffré",
    champs.BIC: "8 ou 11 caractères. Chiffré",
    champs.EUROS: "en euros : 642,50",
    champs.PARTS: "2,5",
    champs.OUI_NON: "oui ou non ; vide : pas encore de réponse",
    champs.DATE: "JJ/MM/AAAA ou AAAA-MM-JJ",
    champs.CODE_POSTAL: "5 chiffres",
}
AUTRES_NOMS = {
    "prenom": ("prenoms",),
    "email": ("mail", "e_mail", "courriel", "adresse_e_mail", "adresse_mail"),
    "telephone": ("tel", "portable", "mobile", "telephone_portable"),
    "telephone_travail": ("tel_travail", "telephone_professionnel", "telephone_au_travail"),
    "voie": ("adresse", "rue", "numero_et_rue"),
    "complement": ("complement_d_adresse",),
    "code_postal": ("cp",),
    "commune": ("ville",),
    "quotient": ("qf", "quotient_familial"),
    "revenu_fiscal": ("rfr", "revenu_fiscal_de_reference"),
    "parts": ("nombre_de_parts",),
    "fiscal_le": ("donnees_relevees_le",),
    "naissance": ("date_de_naissance", "date_naissance", "ne_le", "nee_le"),
    "regime": ("regime_alimentaire",),
}


def _du_champ(c: Champ) -> Colonne:
    lire = LECTEURS.get(c.genre)
    if c.genre == champs.DATE:
        lire = lire_date_passee if c.passee else lire_date
    elif c.genre == champs.CHOIX:
        lire = _choix(c)
    aide = (
        AIDES.get(c.genre, ", ".join(libelle.lower() for _, libelle in c.choix)) or f"{c.longueur} caractères"
    )
    autres = tuple({cle(c.libelle), *AUTRES_NOMS.get(c.nom, ())} - {c.nom})
    dite = f"{c.libelle} : {aide}{'' if not c.scelle or 'hiffré' in aide else '. Chiffré'}"
    return Colonne(c.nom, lire or str, dite, c.requis, autres, c, lignes=c.genre == champs.LONG)


def _fiche(objet: str, *ailleurs: str) -> tuple[Colonne, ...]:
    return tuple(_du_champ(c) for c in champs.FICHES[objet][1] if c.nom not in ailleurs)


CODE = Colonne(
    *("code_abonne", lire_code, "Le numéro du dossier de la famille : des chiffres, 11 au plus"),
    requise=True,
    autres=("code", "code_famille", "numero_famille", "numero_de_dossier", "numero_dossier", "n_dossier"),
)
IDENTIFIANT = Colonne(
    *(
        "identifiant",
        lire_identifiant,
        "Celui de votre logiciel actuel : un nouvel import retrouve la personne",
    ),
    autres=("id", "reference"),
)
_NOM = Champ("nom", "Nom", champs.BASE, champs.PERSONNE, requis=True)
L_ENFANT = (
    replace(
        CODE, requise=False, aide="Celui de la famille de l’enfant, sauf si identifiant_enfant est rempli"
    ),
    *(
        Colonne(c.nom, c.lire, f"{c.aide}. De l’enfant", autres=(*c.autres, f"{c.nom}_enfant"))
        for c in (_du_champ(champs.D_ENFANT[0]), _du_champ(champs.D_ENFANT[1]), _du_champ(champs.D_ENFANT[2]))
    ),
    Colonne(
        *(
            "identifiant_enfant",
            lire_identifiant,
            "À la place des quatre premières : celui du fichier des enfants",
        ),
        autres=("identifiant", "id_enfant"),
    ),
    Colonne("activite", str, "Le nom de l’activité, comme dans le portail", requise=True),
    Colonne("lieu", str, "Si plusieurs lieux ont une activité de ce nom", autres=("ecole", "site")),
)
COLONNES: dict[str, tuple[Colonne, ...]] = {
    FAMILLES: (
        CODE,
        replace(
            _du_champ(_NOM),
            aide="Le nom de la famille",
            champ=None,
            longueur=80,
            autres=("nom_famille", "famille"),
        ),
    ),
    ADULTES: (CODE, *_fiche("responsable"), IDENTIFIANT),
    ENFANTS: (
        CODE,
        *_fiche("enfant")[:3],
        Colonne("ecole", str, "Le nom du lieu, comme dans le portail", autres=("lieu", "etablissement")),
        *_fiche("enfant")[3:],
        Colonne(
            "droits",
            lire_droits,
            "Claire Moreau : plein | Julien Moreau : information. Vide : tous les adultes du dossier ont"
            " l’autorité parentale. Un droit est plein, information, retrait ou aucun",
        ),
        IDENTIFIANT,
    ),
    INSCRIPTIONS: (
        *L_ENFANT,
        Colonne("debut", lire_date, "Premier jour ; vide : celui de l’activité", autres=("du", "date_debut")),
        Colonne("fin", lire_date, "Dernier jour ; vide : celui de l’activité", autres=("au", "date_fin")),
    ),
    RESERVATIONS: (
        *L_ENFANT,
        Colonne("jour", lire_date, "JJ/MM/AAAA ou AAAA-MM-JJ", requise=True, autres=("date",)),
        Colonne(
            "heure", lire_heure, "Si l’activité a plusieurs séances ce jour-là : 8:30", autres=("debut",)
        ),
        Colonne(
            "statut", lire_statut, "réservé (ou vide), présent, absent, liste d’attente", autres=("etat",)
        ),
    ),
}
"""The columns of each table, in the order of its template."""


@functools.cache
def par_cle(table: str) -> dict[str, Colonne]:
    """The columns of a table, by every name that they go by; its own name wins over another's second one."""
    toutes = COLONNES[table]
    return {autre: c for c in toutes for autre in c.autres} | {c.nom: c for c in toutes}


def net(colonne: Colonne, texte: str) -> str:
    """A cell made clean; :class:`ValueError` when it holds what nobody can type."""
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in texte):
        raise ValueError("la cellule contient un caractère de contrôle : effacez-la, et tapez-la de nouveau.")
    return au_net_par_lignes(texte) if colonne.lignes else au_net(texte)
