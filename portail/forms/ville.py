"""What the town says of itself, as it is typed."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional, Regexp

from portail.domain import images
from portail.domain.identite import Identite
from portail.domain.pages_de_la_ville import TEXTE_MAX
from portail.domain.refus import Refus
from portail.forms.textes import au_net, au_net_par_lignes

TELEPHONE = r"^[0-9+(). /-]{4,30}$"


class IdentiteForm(FlaskForm):
    nom = StringField("Nom de la ville", [DataRequired("Indiquez le nom de la ville."), Length(max=100)])
    guichet = StringField("Nom du guichet", [DataRequired("Donnez un nom au guichet."), Length(max=100)])
    adresse = StringField("Adresse", [Length(max=200)])
    horaires = StringField("Horaires d’ouverture", [Length(max=200)])
    telephone = StringField(
        "Téléphone",
        [Optional(), Regexp(TELEPHONE, message="Écrivez un numéro, par exemple 02 61 91 40 40.")],
    )
    courriel = EmailField(
        "Adresse e-mail",
        [
            DataRequired("Indiquez l’adresse à laquelle les familles répondent."),
            Length(max=254),
            Email("Écrivez l’adresse en entier, par exemple familles@ville.fr.", allow_smtputf8=False),
        ],
    )
    teinte = IntegerField("Teinte", [NumberRange(0, 360, "Choisissez une teinte entre 0 et 360.")])
    places_en_niveau = BooleanField("Dire « dernières places » plutôt que le nombre de places qui restent")

    for _champ in (nom, guichet, adresse, horaires, telephone, courriel):
        _champ.kwargs["filters"] = [au_net]

    def lire(self) -> Identite:
        return Identite(**{nom: self[nom].data for nom in Identite.__dataclass_fields__})

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        if refus.champ in self:
            self[refus.champ].errors = [refus.phrase]


class LogoForm(FlaskForm):
    logo = FileField("Choisir une image")

    def octets(self) -> bytes:
        """What was sent, not a byte more than what is looked at; :class:`Refus` when nothing was."""
        if not self.logo.data:
            raise Refus("Choisissez une image dans vos fichiers.", champ="logo")
        return self.logo.data.read(images.OCTETS_MAX + 1)


class PageForm(FlaskForm):
    texte = TextAreaField("Texte de la page", filters=[au_net_par_lignes])
    texte_max = TEXTE_MAX
