"""The last day of a registration that ends early, and why."""

import datetime as dt

from flask_wtf import FlaskForm
from wtforms import StringField

from portail.domain.refus import Refus
from portail.forms.abonnements import COMME_ECRIRE, lire_jour
from portail.forms.moderation import MOTIF_MAX
from portail.forms.textes import au_net


class FinForm(FlaskForm):
    """The last day comes from the address, where it is tried; the reason is only ever sent."""

    dernier = StringField("Dernier jour")
    motif = StringField("Motif, que la famille lira (facultatif)")
    motif_max = MOTIF_MAX

    def lire_le_jour(self) -> dt.date:
        """The day, shown from now on as one writes it. :class:`Refus`, beside the field, when it is none."""
        try:
            jour = lire_jour((self.dernier.data or "").strip())
        except ValueError as erreur:
            raise Refus(COMME_ECRIRE, champ="dernier") from erreur
        self.dernier.data = jour.strftime("%d/%m/%Y")
        return jour

    def lire_le_motif(self) -> str:
        motif = au_net(self.motif.data)
        if len(motif) > MOTIF_MAX:
            raise Refus(f"Le motif est trop long : {MOTIF_MAX} caractères au plus.", champ="motif")
        return motif

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        if refus.champ in self:
            self[refus.champ].errors = [refus.phrase]
