"""A new password in place of the forgotten one. The address is asked for by `inscription.AdresseForm`."""

from flask_wtf import FlaskForm

from portail.forms.comptes import champ_mot_de_passe


class NouveauMotDePasseForm(FlaskForm):
    mot_de_passe = champ_mot_de_passe("Nouveau mot de passe", "Choisissez un mot de passe.")
