"""The fields of the family file, as data: what each is called, in which part of a sheet, who may see it.

Whatever shows, changes, answers, exports or masks the file walks these tables; nothing else knows a field.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models import Enfant, Modele, Responsable
from portail import mots
from portail.domain import coffre

# ——— kinds of value ———

TEXTE, LONG, TELEPHONE, EMAIL, DATE, OUI_NON, CHOIX, IBAN, BIC, EUROS, PARTS = (
    *("texte", "long", "telephone", "email", "date", "oui_non", "choix", "iban", "bic", "euros", "parts"),
)
PERSONNE, CODE_POSTAL = "personne", "code_postal"

# ——— parts of a sheet (« rubriques ») ———

BASE, ADRESSE, BANQUE, FISCAL = "base", "adresse", "banque", "fiscal"
GENERAL, AUTORISATIONS, SANTE, CONTACTS, PHOTO = "general", "autorisations", "sante", "contacts", "photo"
ACTIVITES = "activites"
"""What the child does: planning, bookings, absences, pre-registrations. It has a right, and no field."""

RUBRIQUES = {
    BASE: "Informations de base",
    ADRESSE: "Adresse",
    BANQUE: "Données bancaires",
    FISCAL: "Données fiscales",
    GENERAL: "Informations générales",
    AUTORISATIONS: "Autorisations",
    SANTE: "Données sanitaires",
    CONTACTS: "Contacts habilités",
    PHOTO: "Photo",
    ACTIVITES: "Activités",
}
NOTES = {
    BANQUE: "Chiffrées. L’IBAN n’est jamais montré en entier.",
    FISCAL: "En lecture seule : la mairie les tient à jour, sur pièces justificatives. Les familles doivent"
    " s’adresser à leur collectivité pour tout changement.",
    SANTE: "Chiffrées ; chaque lecture par un agent est inscrite au journal. N’indiquez jamais la nature d’un"
    " handicap.",
}
"""What is said of a part, under its name."""
SCELLEES = {BANQUE: "banque", SANTE: "sante"}
"""The parts kept sealed, together in one column of the sheet; an agent's reading of them is journalled."""
LECTURE_SEULE = frozenset({FISCAL})
"""Guide §2: « Les données fiscales quant à elles sont en lecture seule »."""
SENSIBLES = frozenset({BANQUE})
"""The parts whose change asks for the password again, and is told by mail to whoever asked it."""


@dataclass(frozen=True)
class Champ:
    """One field of a sheet."""

    nom: str
    """The column, or the key in the sealed part; and the name of the field in the form."""
    libelle: str
    rubrique: str
    genre: str = TEXTE
    requis: bool = False
    longueur: int = 80
    choix: tuple[tuple[str, str], ...] = ()
    """Of a CHOIX: what is stored, what is read."""
    aide: str = ""
    utile: bool = False
    """Missed when it is empty: the family is asked for it."""
    passee: bool = False
    """Of a DATE: never in the future."""

    @property
    def scelle(self) -> bool:
        return self.rubrique in SCELLEES


REGIMES = (("", "Sans restriction"), ("sans_porc", "Sans porc"), ("sans_viande", "Sans viande"))
"""CNIL, NS-058: never the reason of a diet."""

DE_RESPONSABLE = (
    Champ("nom", "Nom", BASE, PERSONNE, requis=True),
    Champ("prenom", "Prénom", BASE, PERSONNE, requis=True),
    Champ("email", "Adresse e-mail", BASE, EMAIL, longueur=254, utile=True),
    Champ("telephone", "Téléphone", BASE, TELEPHONE, longueur=30, utile=True),
    Champ("telephone_travail", "Téléphone au travail", BASE, TELEPHONE, longueur=30),
    Champ("profession", "Profession", BASE),
    Champ("employeur", "Employeur", BASE),
    Champ("voie", "Numéro et rue", ADRESSE, longueur=120, utile=True),
    Champ("complement", "Complément", ADRESSE, longueur=120, aide="Bâtiment, étage, lieu-dit."),
    Champ("code_postal", "Code postal", ADRESSE, CODE_POSTAL, longueur=10, utile=True),
    Champ("commune", "Commune", ADRESSE, utile=True),
    Champ("titulaire", "Titulaire du compte", BANQUE),
    Champ("iban", "IBAN", BANQUE, IBAN, longueur=42),
    Champ("bic", "BIC", BANQUE, BIC, longueur=11),
    Champ("quotient", "Quotient familial", FISCAL, EUROS),
    Champ("revenu_fiscal", "Revenu fiscal de référence", FISCAL, EUROS),
    Champ("parts", "Nombre de parts", FISCAL, PARTS),
    Champ("fiscal_le", "Données relevées le", FISCAL, DATE),
)


def _autorisation(nom: str, libelle: str) -> Champ:
    return Champ(nom, libelle, AUTORISATIONS, OUI_NON, utile=True)


D_ENFANT = (
    Champ("nom", "Nom", GENERAL, PERSONNE, requis=True),
    Champ("prenom", "Prénom", GENERAL, PERSONNE, requis=True),
    Champ("naissance", "Date de naissance", GENERAL, DATE, requis=True, passee=True),
    Champ("classe", "Classe", GENERAL, longueur=30),
    _autorisation("rentre_seul", "Peut rentrer seul"),
    _autorisation("transport", "Peut être transporté dans un véhicule de la ville"),
    _autorisation("image", "Peut être pris en photo pour le bulletin de la ville"),
    _autorisation("baignade", "Peut se baigner, encadré"),
    _autorisation("soins_urgence", "Peut recevoir des soins d’urgence"),
    Champ("regime", "Régime alimentaire", SANTE, CHOIX, choix=REGIMES),
    Champ("allergies", "Allergies", SANTE, LONG, longueur=500, aide="Aliments, médicaments, piqûres."),
    Champ(
        *("pai_debut", "PAI signé le", SANTE, DATE),
        aide="Projet d’accueil individualisé, s’il y en a un.",
        passee=True,
    ),
    Champ("pai_fin", "PAI valable jusqu’au", SANTE, DATE),
    Champ("pai_consignes", "Consignes du PAI", SANTE, LONG, longueur=500),
    Champ("medecin", "Médecin", SANTE, utile=True),
    Champ("medecin_telephone", "Téléphone du médecin", SANTE, TELEPHONE, longueur=30, utile=True),
    Champ(
        *("rappel_dtp", "Dernier rappel DTP", SANTE, DATE),
        aide="Diphtérie, tétanos, poliomyélite.",
        passee=True,
    ),
)

FICHES: dict[str, tuple[type[Modele], tuple[Champ, ...]]] = {
    "responsable": (Responsable, DE_RESPONSABLE),
    "enfant": (Enfant, D_ENFANT),
}
"""The sheets, by the name of their table."""

CONTACT, DE_LA_PHOTO = ("enfant", "contact"), ("enfant", "photo")
FICHE_DE_CONTACT = ("contact_habilite", "fiche")
HORS_CHAMP = {CONTACT: CONTACTS, FICHE_DE_CONTACT: CONTACTS, DE_LA_PHOTO: PHOTO}
"""What a modification may be about besides a field: table and name, and the part of the sheet that it is in.

A new contact (`contacts.py`), a contact changed or taken off, a photo (`photos.py`).
"""


def champ(objet: str, nom: str) -> Champ | None:
    """The field `nom` of this kind of sheet, if there is one."""
    return next((c for c in FICHES[objet][1] if c.nom == nom), None)


def rubrique(objet: str, nom: str) -> str:
    """The part of a sheet that a change is about, contacts and photo included; empty when there is none."""
    if (objet, nom) in HORS_CHAMP:
        return HORS_CHAMP[objet, nom]
    connu = champ(objet, nom) if objet in FICHES else None
    return connu.rubrique if connu else ""


def de_la_rubrique(objet: str, rubrique: str) -> tuple[Champ, ...]:
    """The fields of one part of a sheet, in their order."""
    return tuple(c for c in FICHES[objet][1] if c.rubrique == rubrique)


def en_phrase(c: Champ) -> str:
    """What a field is called inside a sentence: « téléphone du médecin », « IBAN »."""
    return c.libelle if c.libelle[1:2].isupper() else c.libelle[0].lower() + c.libelle[1:]


# ——— who may see what, and change it (threat T16) ———

LIRE, MODIFIER = "lire", "modifier"
_tout = frozenset({LIRE, MODIFIER})
_voir = frozenset({LIRE})
_rien: frozenset[str] = frozenset()

D_UN_ENFANT = (GENERAL, AUTORISATIONS, SANTE, CONTACTS, PHOTO, ACTIVITES)
DROITS_SUR_L_ENFANT: Mapping[str, Mapping[str, frozenset[str]]] = {
    "plein": dict.fromkeys(D_UN_ENFANT, _tout),
    "information": dict.fromkeys(D_UN_ENFANT, _voir) | {CONTACTS: _rien},
    "retrait": dict.fromkeys(D_UN_ENFANT, _rien),
    "aucun": dict.fromkeys(D_UN_ENFANT, _rien),
}
"""The right that links an adult to a child × the parts of the child's sheet, and what the child does.

CADA, avis 20135318, 20154766, 20226790: a parent without the exercise of authority keeps a right to know; the
contacts, whom the other parent chose, are not theirs to read. So it is of the activities: that parent follows
them and decides nothing (Code civil, art. 373-2-1: the right and the duty to watch over). Who may only pick
the child up, or has no right, decides nothing and reads nothing: where a child is, and when, is told to
nobody else.
"""

DROITS_SUR_SOI = {BASE: _tout, ADRESSE: _tout, BANQUE: _tout, FISCAL: _voir}
DROITS_SUR_L_AUTRE = {BASE: _rien, ADRESSE: _rien, BANQUE: _rien, FISCAL: _rien}
"""Address, phone, work, bank and fiscal data of one adult are never shown to the other: a name, no more."""


# ——— values, as text ———


def valeurs(fiche: Modele, rubriques: Iterable[str]) -> dict[str, str]:
    """The fields of these parts of a sheet, as text: what a modification compares, stores and shows."""
    voulues = set(rubriques)
    lues: dict[str, str] = {}
    for c in FICHES[fiche._meta.table_name][1]:
        if c.rubrique in voulues and not c.scelle:
            lues[c.nom] = en_texte(c, getattr(fiche, c.nom))
    for rubrique in voulues & set(SCELLEES):
        boite = ouvrir(getattr(fiche, SCELLEES[rubrique], ""))
        noms = [c.nom for c in FICHES[fiche._meta.table_name][1] if c.rubrique == rubrique]
        lues |= {nom: boite.get(nom, "") for nom in noms}
    return lues


def en_texte(c: Champ, valeur: object) -> str:
    """A value of a column, as text: « 2018-03-14 », « oui », « » when there is none."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return valeur.isoformat() if isinstance(valeur, dt.date) else str(valeur)


def en_valeur(c: Champ, texte: str) -> object:
    """The value that a column takes from a text. The text has been checked by a form."""
    if c.genre == OUI_NON:
        return {"oui": True, "non": False}.get(texte)
    if c.genre == DATE:
        return dt.date.fromisoformat(texte) if texte else None
    if c.genre in (EUROS, PARTS):
        return int(texte) if texte else None
    return texte


def en_mots(c: Champ, texte: str, entier: bool = False) -> str:
    """How a person reads the text of a field; « non renseigné » when it is empty.

    An IBAN is masked, unless it is to be read `entier`: by an agent, once the reading is journalled.
    """
    if c.genre == CHOIX:
        return dict(c.choix).get(texte, texte)
    if not texte:
        return "pas encore de réponse" if c.genre == OUI_NON else "non renseigné"
    if c.genre == OUI_NON:
        return texte.capitalize()
    if c.genre == DATE:
        jour = dt.date.fromisoformat(texte)
        return f"{mots.jour_mois(jour)} {jour.year}"
    if c.genre == EUROS:
        return f"{mots.nombre(int(texte) // 100)},{int(texte) % 100:02} €"
    if c.genre == PARTS:
        return f"{int(texte) / 100:g}".replace(".", ",")
    if c.genre == IBAN:
        return " ".join(texte[i : i + 4] for i in range(0, len(texte), 4)) if entier else masquer(texte)
    return texte


def repere(vus: Iterable[tuple[str, str]]) -> str:
    """A mark of the values that a form showed, each with what waited: another one means they changed."""
    return hashlib.sha256(json.dumps(list(vus)).encode()).hexdigest()[:16]


def masquer(iban: str) -> str:
    """« FR76 •••• •••• 0189 »: enough to know one's own account, not to use it."""
    return f"{iban[:4]} •••• •••• {iban[-4:]}"


def poser(fiche: Modele, c: Champ, texte: str) -> dict[str, object]:
    """The columns to write so that the field holds this text. `fiche` is locked, as it now is."""
    if not c.scelle:
        return {c.nom: en_valeur(c, texte)}
    colonne = SCELLEES[c.rubrique]
    boite = ouvrir(getattr(fiche, colonne)) | {c.nom: texte}
    return {colonne: fermer(boite)}


def fermer(boite: Mapping[str, str]) -> str:
    """A sealed part that holds these fields."""
    return coffre.sceller(json.dumps(boite, ensure_ascii=False))


def ouvrir(scellee: str) -> dict[str, str]:
    """What a sealed part holds, by field."""
    return json.loads(coffre.desceller(scellee)) if scellee else {}
