"""Signing in."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length


class ConnexionForm(FlaskForm):
    email = EmailField(
        "Adresse e-mail",
        [
            InputRequired("Indiquez votre adresse e-mail."),
            Length(max=254, message="Cette adresse est trop longue."),
        ],
    )
    mot_de_passe = PasswordField(
        "Mot de passe",
        [
            InputRequired("Indiquez votre mot de passe."),
            Length(max=256, message="Ce mot de passe est trop long."),
        ],
    )
