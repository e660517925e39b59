"""Signing in; and what the forms of an account have in common: the address, the password, the names."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, PasswordField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, StopValidation

from portail.domain.mots_de_passe import LONGUEUR_MAX, composer
from portail.domain.textes import PAS_UN_NOM, est_un_nom
from portail.forms.textes import ranger

EN_ENTIER = "Écrivez l’adresse en entier et sans accent, par exemple prenom.nom@exemple.fr."


def champ_email(*plus: Callable[[Form, Field], None], libelle: str = "Adresse e-mail") -> EmailField:
    """The address of an account: as it is typed, and held to `plus` when a mail is going there."""
    validateurs = (
        InputRequired("Indiquez votre adresse e-mail."),
        Length(max=254, message="Cette adresse est trop longue."),
    )
    return EmailField(libelle, [*validateurs, *plus], filters=[lambda saisie: saisie and saisie.strip()])


def champ_email_a_joindre(libelle: str = "Adresse e-mail") -> EmailField:
    """An address that a mail is going to be sent to."""
    return champ_email(Email(EN_ENTIER, allow_smtputf8=False), sans_accent, libelle=libelle)


def sans_accent(_: Form, champ: Field) -> None:
    """Not every mail server takes an accent, in the name of the domain either."""
    if not champ.data.isascii():
        raise StopValidation(EN_ENTIER)


def champ_mot_de_passe(
    libelle: str = "Mot de passe", vide: str = "Indiquez votre mot de passe."
) -> PasswordField:
    """Without `maxlength`: a browser would cut what is pasted, and say nothing."""
    return PasswordField(
        libelle, [InputRequired(vide), pas_trop_long], filters=[lambda saisie: saisie and composer(saisie)]
    )


def pas_trop_long(_: Form, champ: Field) -> None:
    if len(champ.data) > LONGUEUR_MAX:
        raise StopValidation("Ce mot de passe est trop long.")


def nom_de_personne(_: Form, champ: Field) -> None:
    """Letters, whatever the alphabet, and what joins them."""
    if not est_un_nom(champ.data):
        raise StopValidation(PAS_UN_NOM)


def champ_nom(libelle: str, vide: str) -> StringField:
    trop_long = Length(max=80, message="80 caractères au plus.")
    return StringField(libelle, [DataRequired(vide), trop_long, nom_de_personne], filters=[ranger])


class SensibleForm(FlaskForm):
    """A sensitive change: it asks for the password again, unless that was done a short while ago."""

    mot_de_passe_actuel = champ_mot_de_passe("Votre mot de passe actuel")

    def __init__(self, *args, confirme: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if confirme:
            del self.mot_de_passe_actuel

    @property
    def confirmation(self) -> str:
        """The password given again; empty when none was asked for."""
        return self.mot_de_passe_actuel.data if "mot_de_passe_actuel" in self else ""


class ConnexionForm(FlaskForm):
    email = champ_email()
    mot_de_passe = champ_mot_de_passe()
