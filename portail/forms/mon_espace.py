"""Mon Espace Citoyen: one's name, password, address; closing one's account."""

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portail.forms.comptes import SensibleForm, champ_email_a_joindre, champ_mot_de_passe, champ_nom


class NomForm(FlaskForm):
    prenom = champ_nom("Prénom", "Indiquez votre prénom.")
    nom = champ_nom("Nom", "Indiquez votre nom.")


class MotDePasseForm(SensibleForm):
    mot_de_passe = champ_mot_de_passe("Nouveau mot de passe", "Choisissez un mot de passe.")


class AutreAdresseForm(SensibleForm):
    email = champ_email_a_joindre("Nouvelle adresse e-mail")


class FermetureForm(SensibleForm):
    certain = BooleanField(
        "Je veux fermer mon compte pour de bon", [InputRequired("Cochez la case si vous êtes sûr.")]
    )
