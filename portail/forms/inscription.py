"""Creating an account, asking again for the mail that activates it."""

from flask_wtf import FlaskForm
from wtforms.validators import Optional

from portail.forms.abonnements import CodeForm, champ_code
from portail.forms.comptes import champ_email_a_joindre, champ_mot_de_passe, champ_nom


class InscriptionForm(CodeForm):
    nom = champ_nom("Nom", "Indiquez votre nom.")
    prenom = champ_nom("Prénom", "Indiquez votre prénom.")
    email = champ_email_a_joindre()
    mot_de_passe = champ_mot_de_passe(vide="Choisissez un mot de passe.")
    code = champ_code("Code abonné", Optional())


class AdresseForm(FlaskForm):
    """An address to write to."""

    email = champ_email_a_joindre()
