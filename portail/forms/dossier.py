"""The forms of the family file: one for each part of a sheet, made from the table of its fields.

What they give is text, as `champs.py` stores and compares it.
"""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation
from wtforms.widgets import DateInput

from portail import clock
from portail.domain import champs, coordonnees
from portail.domain.champs import Champ
from portail.forms.comptes import EN_ENTIER, SensibleForm, nom_de_personne, sans_accent
from portail.forms.textes import au_net, au_net_par_lignes

A_REMPLIR = "À remplir : la mairie en a besoin."
REPONSES = (("oui", "Oui"), ("non", "Non"), ("", "Pas encore de réponse"))
AUTOCOMPLETE = {
    "nom": "family-name",
    "prenom": "given-name",
    "email": "email",
    "telephone": "tel",
    "telephone_travail": "work tel",
    "profession": "organization-title",
    "employeur": "organization",
    "voie": "address-line1",
    "complement": "address-line2",
    "code_postal": "postal-code",
    "commune": "address-level2",
    "titulaire": "off",
    "iban": "off",
    "bic": "off",
}
"""Of one's own sheet: what a browser may fill in by itself (WCAG 1.3.5). Nobody's bank details are kept."""
ANNEES = range(1900, 2100)


class RubriqueForm(FlaskForm):
    """One part of a sheet. It begins with what waits, else with what stands (`vus`)."""

    siens: tuple[Champ, ...] = ()

    def __init__(self, vus: Mapping[str, str], **autres) -> None:
        depart = {c.nom: "" if c.genre == champs.IBAN else vus[c.nom] for c in self.siens}
        super().__init__(data=depart, **autres)
        self._vus = vus

    def voulues(self) -> dict[str, str]:
        """The fields as the family wants them. An IBAN left empty stays: it is never shown whole again."""
        lues = {c.nom: self[c.nom].data or "" for c in self.siens}
        return {
            c.nom: lues[c.nom] or self._vus[c.nom] if c.genre == champs.IBAN else lues[c.nom]
            for c in self.siens
        }

    def validate_pai_fin(self, champ: Field) -> None:
        debut = self["pai_debut"].data
        if champ.data and debut and not self["pai_debut"].errors and champ.data <= debut:
            raise StopValidation("La fin du PAI vient après sa signature.")

    @property
    def confirmation(self) -> str:
        return ""


class RubriqueSensibleForm(SensibleForm, RubriqueForm):
    """The same, where the password is asked for again."""


def formulaire(objet: str, rubrique: str, vus: Mapping[str, str], *, confirme: bool) -> RubriqueForm:
    """The form of this part of a sheet; `confirme`: the password was given a short while ago."""
    classe = _classe(objet, rubrique)
    if issubclass(classe, RubriqueSensibleForm):
        return classe(vus, confirme=confirme)
    return classe(vus)


@functools.cache
def _classe(objet: str, rubrique: str) -> type[RubriqueForm]:
    siens = champs.de_la_rubrique(objet, rubrique)
    base = RubriqueSensibleForm if rubrique in champs.SENSIBLES else RubriqueForm
    connus = AUTOCOMPLETE if objet == "responsable" else {}
    attributs: dict[str, object] = {"siens": siens}
    for c in siens:
        plus = {"description": c.aide, "render_kw": {"autocomplete": connus.get(c.nom, "off")}}
        attributs[c.nom] = champ_de(c, plus)
    return type(f"{objet.capitalize()}{rubrique.capitalize()}Form", (base,), attributs)


# ——— one field ———


def champ_de(c: Champ, plus: dict) -> Field:
    trop_long = Length(max=c.longueur, message=f"{c.longueur} caractères au plus.")
    vide = DataRequired(A_REMPLIR) if c.requis else Optional()
    if c.genre == champs.OUI_NON:
        return RadioField(
            c.libelle, choices=_choix(REPONSES), validate_choice=False, validators=[_choisi(c)], **plus
        )
    if c.genre == champs.CHOIX:
        return SelectField(
            c.libelle, choices=_choix(c.choix), validate_choice=False, validators=[_choisi(c)], **plus
        )
    if c.genre == champs.LONG:
        return TextAreaField(c.libelle, [vide, trop_long], filters=[au_net_par_lignes], **plus)
    if c.genre == champs.DATE:
        return StringField(c.libelle, [vide, _date(c)], filters=[au_net], widget=DateInput(), **plus)
    if c.genre == champs.EMAIL:
        return EmailField(
            c.libelle,
            [vide, trop_long, Email(EN_ENTIER, allow_smtputf8=False), sans_accent],
            filters=[au_net],
            **plus,
        )
    if c.genre in LECTEURS:
        type_ = TelField if c.genre == champs.TELEPHONE else StringField
        return type_(c.libelle, [vide, _lu(LECTEURS[c.genre]), trop_long], filters=[au_net], **plus)
    nom = [nom_de_personne] if c.genre == champs.PERSONNE else []
    return StringField(c.libelle, [vide, trop_long, *nom], filters=[au_net], **plus)


def _choix(paires: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(code, libelle) for code, libelle in paires]


LECTEURS: Mapping[str, Callable[[str], str]] = {
    champs.TELEPHONE: coordonnees.telephone,
    champs.IBAN: coordonnees.iban,
    champs.BIC: coordonnees.bic,
    champs.CODE_POSTAL: coordonnees.code_postal,
}
"""Kinds of value that have one readable form: read, then written in it."""


def _lu(lire: Callable[[str], str]) -> Callable[[Form, Field], None]:
    def valider(_: Form, champ: Field) -> None:
        try:
            champ.data = lire(champ.data)
        except ValueError as faute:
            raise StopValidation(str(faute)) from faute

    return valider


def _choisi(c: Champ) -> Callable[[Form, Field], None]:
    permis = {code for code, _ in (c.choix or REPONSES)}

    def valider(_: Form, champ: Field) -> None:
        if champ.data not in permis:
            raise StopValidation("Choisissez l’une des réponses proposées.")

    return valider


def _date(c: Champ) -> Callable[[Form, Field], None]:
    def valider(_: Form, champ: Field) -> None:
        try:
            jour = dt.date.fromisoformat(champ.data)
        except ValueError as faute:
            raise StopValidation("Cette date n’existe pas. Par exemple : 2026-09-12.") from faute
        if jour.year not in ANNEES:
            raise StopValidation("Vérifiez l’année de cette date.")
        if c.passee and jour > clock.aujourdhui():
            raise StopValidation("Cette date est dans le futur : vérifiez l’année.")
        champ.data = jour.isoformat()

    return valider
