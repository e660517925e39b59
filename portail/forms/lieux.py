"""A place, as it is typed."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from portail.domain.lieux import ADRESSE_MAX, NOM_MAX
from portail.domain.refus import Refus
from portail.forms.textes import au_net


class LieuForm(FlaskForm):
    nom = StringField("Nom du lieu", filters=[au_net])
    adresse = StringField("Adresse", filters=[au_net])
    ecole = BooleanField("C’est une école : des enfants peuvent y être scolarisés")
    nom_max, adresse_max = NOM_MAX, ADRESSE_MAX

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field; a refusal that has none is the caller's."""
        if refus.champ not in self:
            raise refus
        self._fields[refus.champ].errors = [refus.phrase]
