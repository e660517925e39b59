"""A new file, one more adult, one more child, as an agent takes them down."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TelField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from portail.domain.ouverture import Adulte, NouvelEnfant
from portail.forms import contacts
from portail.forms.comptes import EN_ENTIER, champ_nom, sans_accent
from portail.forms.planning import lire_entier
from portail.forms.textes import ranger


class DossierForm(FlaskForm):
    """What a form of this room has last: nobody in another file is the same person."""

    certain = BooleanField("Ce n’est pas la même personne : continuer")


class AdulteForm(DossierForm):
    prenom = champ_nom("Prénom", "Indiquez le prénom.")
    nom = champ_nom("Nom", "Indiquez le nom.")
    email = EmailField(
        "Adresse e-mail",
        [
            Optional(),
            Length(max=254, message="Cette adresse est trop longue."),
            Email(EN_ENTIER, allow_smtputf8=False),
            sans_accent,
        ],
        filters=[lambda saisie: saisie and saisie.strip().casefold()],
    )
    telephone = TelField(
        "Téléphone",
        [Optional(), Length(max=30, message="30 caractères au plus."), contacts.telephone],
        filters=[ranger],
    )

    @property
    def adulte(self) -> Adulte:
        """As it was typed."""
        return Adulte(self.prenom.data, self.nom.data, self.email.data or "", self.telephone.data)


class EnfantForm(DossierForm):
    prenom = champ_nom("Prénom", "Indiquez le prénom.")
    nom = champ_nom("Nom", "Indiquez le nom.")
    naissance = DateField(
        "Date de naissance", [InputRequired("Indiquez la date de naissance, par exemple 2019-03-14.")]
    )
    ecole = SelectField("École", coerce=lambda saisi: lire_entier(str(saisi)) or 0, validate_choice=False)
    classe = StringField("Classe", [Length(max=30, message="30 caractères au plus.")], filters=[ranger])

    def __init__(self, *args, ecoles: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ecole.choices = [SelectChoice("", "Pas d’école dans la ville, ou pas encore")] + [
            SelectChoice(ident, nom) for ident, nom in ecoles
        ]

    @property
    def enfant(self) -> NouvelEnfant:
        """As it was typed."""
        return NouvelEnfant(
            self.prenom.data, self.nom.data, self.naissance.data, self.ecole.data or None, self.classe.data
        )


def lire_les_droits(saisie: MultiDict[str, str]) -> dict[int, str]:
    """« 12-plein »: by adult, what he or she is to the child."""
    droits = {}
    for texte in saisie.getlist("droit"):
        adulte, _, droit = texte.partition("-")
        if ident := lire_entier(adulte):
            droits[ident] = droit
    return droits
