"""Creating an account, asking again for the mail that activates it."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portail.forms.comptes import champ_email_a_joindre, champ_mot_de_passe, nom_de_personne
from portail.forms.textes import ranger


def _nom(libelle: str, vide: str) -> StringField:
    trop_long = Length(max=80, message="80 caractères au plus.")
    return StringField(libelle, [DataRequired(vide), trop_long, nom_de_personne], filters=[ranger])


class InscriptionForm(FlaskForm):
    nom = _nom("Nom", "Indiquez votre nom.")
    prenom = _nom("Prénom", "Indiquez votre prénom.")
    email = champ_email_a_joindre()
    mot_de_passe = champ_mot_de_passe(vide="Choisissez un mot de passe.")


class AdresseForm(FlaskForm):
    """An address to write to."""

    email = champ_email_a_joindre()
