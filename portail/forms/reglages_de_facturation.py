"""How the town bills and collects, as it is typed."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.widgets import NumberInput

from portail.domain.refus import Refus
from portail.domain.reglages_de_facturation import CREANCIER_MAX, PAYER_MAX, SAISIES, Banque, Reglages
from portail.forms.comptes import SensibleForm
from portail.forms.textes import au_net, au_net_par_lignes
from portail.forms.valeurs import lire_le_nombre


def _serre(texte: str | None) -> str:
    """A number or an identifier that is typed by groups: « fr72 zzz 123456 »."""
    return au_net(texte).replace(" ", "").upper()


class ReglagesForm(FlaskForm):
    delai = StringField("Jours pour payer, à partir de l’émission", widget=NumberInput(min=0, max=120))
    payer = TextAreaField("Comment payer", filters=[au_net_par_lignes])
    payfip = StringField("Numéro de client PayFiP", filters=[_serre])
    payfip_saisie = SelectField(
        "Mode de PayFiP", choices=[SelectChoice(*un) for un in SAISIES.items()], validate_choice=False
    )
    creancier = StringField("Nom du créancier", filters=[au_net])
    ics = StringField("Identifiant créancier SEPA (ICS)", filters=[_serre])

    payer_max, creancier_max = PAYER_MAX, CREANCIER_MAX

    def lire(self) -> Reglages | None:
        """What is wanted; None when the number of days is none, said beside it."""
        try:
            delai = lire_le_nombre(self.delai.data)
        except ValueError as faute:
            self.delai.errors = [str(faute)]
            return None
        if delai is None:
            self.delai.errors = ["Indiquez un nombre de jours."]
            return None
        textes = {nom: self[nom].data or "" for nom in Reglages.__dataclass_fields__ if nom != "delai"}
        return Reglages(delai, **textes)

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field."""
        self[refus.champ].errors = [refus.phrase]


class BanqueForm(SensibleForm):
    iban = StringField("IBAN", filters=[_serre])
    bic = StringField("BIC", filters=[_serre])

    def lire(self) -> Banque:
        return Banque(self.iban.data or "", self.bic.data or "")

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field."""
        self[refus.champ].errors = [refus.phrase]
