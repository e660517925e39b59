"""The accounts of the staff: the pages' forms; what `flask compte creer` is given, held to the same rules."""

from collections.abc import Iterable

from flask import request
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portail.domain.personnel import FONCTIONS
from portail.forms.comptes import SensibleForm, champ_email_a_joindre, champ_nom
from portail.forms.inscription import InscriptionForm
from portail.forms.planning import lire_entier
from portail.forms.textes import ranger

PAR_COURRIEL, A_L_ECRAN = "courriel", "ecran"
REMISES = {
    PAR_COURRIEL: "L’envoyer par e-mail à la personne",
    A_L_ECRAN: "L’afficher ici, une fois, pour le lui remettre en main propre",
}
"""How the link that chooses the password reaches the person."""
CERTAINS, TOUS = "certains", "tous"
LIMITES = {TOUS: "Tous les lieux", CERTAINS: "Certains lieux seulement"}


def _choix(paires: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    return [SelectChoice(code, libelle) for code, libelle in paires]


def champ_service() -> StringField:
    """Shown beside the name: « service Enfance »."""
    return StringField("Service", [Length(max=80, message="80 caractères au plus.")], filters=[ranger])


class CompteForm(InscriptionForm):
    """Without a password: the person chooses it."""

    mot_de_passe = None
    service = champ_service()

    class Meta:
        csrf = False  # typed at the command line: there is no page for another site to imitate


class ChargeForm(SensibleForm):
    """Which role, and where."""

    role = RadioField(
        "Rôle",
        [InputRequired("Choisissez un rôle.")],
        choices=_choix(FONCTIONS.items()),
        validate_choice=False,  # the act knows the roles
    )
    limite = RadioField(
        "Lieux",
        [InputRequired("Choisissez tous les lieux, ou certains.")],  # never all of them by default
        choices=_choix(LIMITES.items()),
        default=TOUS,
        validate_choice=False,
    )
    lieux = SelectMultipleField(
        "Lieux dont il a la charge",
        coerce=lambda saisi: lire_entier(str(saisi)) or 0,
        validate_choice=False,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )

    def __init__(self, *args, lieux: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lieux.choices = _choix(lieux)

    def validate_limite(self, champ) -> None:
        if champ.data not in LIMITES:
            raise StopValidation("Choisissez tous les lieux, ou certains.")

    def validate_lieux(self, champ) -> None:
        if self.limite.data == CERTAINS and not champ.data:
            raise StopValidation("Choisissez au moins un lieu, ou « Tous les lieux ».")
        if self.limite.data == TOUS and champ.data:
            raise StopValidation(
                "Vous avez coché des lieux : choisissez « Certains lieux seulement », ou décochez-les."
            )

    @property
    def lieux_voulus(self) -> list[int]:
        """The places that the account is limited to; none: it has them all."""
        return self.lieux.data if self.limite.data == CERTAINS else []


class NouveauCompteForm(ChargeForm):
    """An account to open."""

    prenom = champ_nom("Prénom", "Indiquez le prénom.")
    nom = champ_nom("Nom", "Indiquez le nom.")
    email = champ_email_a_joindre()
    service = champ_service()
    remise = RadioField(
        "Le lien pour choisir son mot de passe",
        choices=_choix(REMISES.items()),
        default=PAR_COURRIEL,
        validate_choice=False,
    )

    @property
    def compte(self) -> tuple[str, str, str, str, str]:
        """Address, first name, name, role, service."""
        return self.email.data, self.prenom.data, self.nom.data, self.role.data, self.service.data


def lire_la_remise() -> bool:
    """Whether the link goes by mail: shown on the screen only when that is asked for."""
    return request.form.get("remise", PAR_COURRIEL) != A_L_ECRAN
