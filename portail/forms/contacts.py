"""What a family types of a contact of a child, and the photo that it sends."""

import unicodedata

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, Form, StringField, TelField
from wtforms.validators import InputRequired, Length, StopValidation

from portail.domain import coordonnees, images
from portail.domain.contacts import FicheContact
from portail.forms.comptes import nom_de_personne
from portail.forms.textes import au_net


def telephone(_: Form, champ: Field) -> None:
    """Kept as one writes it: « 06 39 98 12 34 »."""
    try:
        champ.data = coordonnees.telephone(champ.data)
    except ValueError as faute:
        raise StopValidation(str(faute)) from faute


def _net(saisie: str | None) -> str:
    return au_net(saisie or "")


def _un_nom(nom: str, libelle: str, vide: str) -> StringField:
    regles = [InputRequired(vide), Length(max=80, message="80 caractères au plus."), nom_de_personne]
    return StringField(libelle, regles, filters=[_net], id=f"contact-{nom}")


def lisible(_: Form, champ: Field) -> None:
    """Words: something that is read, not a drawing of signs."""
    if champ.data and not any(unicodedata.category(c).startswith("L") for c in champ.data):
        raise StopValidation("Écrivez-le avec des lettres : grand-mère, voisin…")


class ContactForm(FlaskForm):
    """The ids begin by « contact- »: the sheet around it has a name and a telephone too."""

    prenom = _un_nom("prenom", "Prénom", "Indiquez son prénom.")
    nom = _un_nom("nom", "Nom", "Indiquez son nom.")
    lien = StringField(
        "Lien avec l’enfant",
        [Length(max=60, message="60 caractères au plus."), lisible],
        filters=[_net],
        id="contact-lien",
    )
    telephone = TelField(
        "Téléphone",
        [
            InputRequired("Indiquez son téléphone."),
            Length(max=30, message="Ce numéro est trop long."),
            telephone,
        ],
        filters=[_net],
        id="contact-telephone",
    )
    appeler = BooleanField("Peut être appelé en cas de besoin", id="contact-appeler")
    chercher = BooleanField("Peut venir chercher l’enfant", id="contact-chercher")
    piece_identite = BooleanField("Une pièce d’identité lui est demandée quand il vient", id="contact-piece")

    def validate_chercher(self, champ: Field) -> None:
        if not self.appeler.data and not champ.data:
            raise StopValidation("Choisissez au moins l’un des deux : être appelé, venir chercher l’enfant.")

    def fiche(self) -> FicheContact:
        """The contact that was typed."""
        return FicheContact(**{nom: self[nom].data for nom in FicheContact.__dataclass_fields__})


class PhotoForm(FlaskForm):
    photo = FileField("Choisir une photo", id="fichier")

    def validate_photo(self, champ: Field) -> None:
        if not champ.data:
            raise StopValidation("Choisissez une photo dans vos fichiers.")

    def octets(self) -> bytes:
        """What was sent, not a byte more than what is looked at. The name of the file is not even read."""
        return self.photo.data.read(images.OCTETS_MAX + 1)
