"""What agents take down at the counter: one part of a sheet, its amounts in euros, the town's decisions."""

import functools
from collections.abc import Collection, Mapping

from wtforms import Field as ChampDeFormulaire
from wtforms import Form, StringField
from wtforms.validators import Optional, StopValidation

from portail.domain import champs, coordonnees
from portail.forms.dossier import RubriqueForm, champ_de
from portail.forms.textes import au_net

CENTIEMES = (champs.EUROS, champs.PARTS)
"""Kinds of value that are kept in hundredths."""


class SaisieForm(RubriqueForm):
    """One part of a sheet. Amounts are typed as they are read: « 1 234,50 »."""

    def __init__(self, vus: Mapping[str, str], **autres) -> None:
        super().__init__({c.nom: _a_lire(c, vus.get(c.nom, "")) for c in self.siens}, **autres)

    def saisies(self, envoyes: Collection[str]) -> dict[str, str]:
        """The fields that were sent, as text. An IBAN left empty stays as it is."""
        return {
            c.nom: _en_centiemes(c, self[c.nom].data or "")
            for c in self.siens
            if c.nom in envoyes and (c.genre != champs.IBAN or self[c.nom].data)
        }


def saisie(objet: str, rubrique: str, vus: Mapping[str, str]) -> SaisieForm:
    """The form of this part of a sheet, as it is to be filled in: whatever else was sent is not looked at."""
    return _classe(objet, rubrique)(vus, formdata=None)


def saisie_recue(objet: str, rubrique: str) -> SaisieForm:
    """The same, as it was filled in."""
    return _classe(objet, rubrique)({})


@functools.cache
def _classe(objet: str, rubrique: str) -> type[SaisieForm]:
    siens = champs.de_la_rubrique(objet, rubrique)
    attributs: dict[str, object] = {"siens": siens}
    for c in siens:
        plus = {"description": c.aide, "render_kw": {"autocomplete": "off"}}
        attributs[c.nom] = _montant(c) if c.genre in CENTIEMES else champ_de(c, plus)
    return type(f"Saisie{objet.capitalize()}{rubrique.capitalize()}Form", (SaisieForm,), attributs)


def _montant(c: champs.Champ) -> StringField:
    attributs = {"autocomplete": "off", "inputmode": "decimal"}
    return StringField(c.libelle, [Optional(), _nombre], filters=[au_net], render_kw=attributs)


def _nombre(_: Form, champ: ChampDeFormulaire) -> None:
    try:
        coordonnees.centiemes(champ.data)
    except ValueError as faute:
        raise StopValidation(str(faute)) from faute


def _en_centiemes(c: champs.Champ, texte: str) -> str:
    return coordonnees.centiemes(texte) if texte and c.genre in CENTIEMES else texte


def _a_lire(c: champs.Champ, texte: str) -> str:
    if not texte or c.genre not in CENTIEMES:
        return texte
    return f"{int(texte) // 100},{int(texte) % 100:02}"
