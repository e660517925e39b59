"""The last day of a registration that ends early, and why."""

import datetime as dt
import re

from flask_wtf import FlaskForm
from wtforms import StringField

from portail.domain.refus import Refus
from portail.forms.abonnements import COMME_ECRIRE, lire_jour
from portail.forms.moderation import MOTIF_MAX
from portail.forms.textes import au_net

ANNEE_COURTE = re.compile(r"^(\d\d?\D\d\d?\D)(\d\d)$", re.ASCII)


def ecrire_le_jour(jour: dt.date) -> str:
    return jour.strftime("%d/%m/%Y")


class FinForm(FlaskForm):
    """The last day comes from the address, where it is tried; the reason is only ever sent."""

    dernier = StringField("Dernier jour")
    motif = StringField("Motif, que la famille lira (facultatif)")
    motif_max = MOTIF_MAX

    def lire_le_jour(self, exemple: dt.date | None = None) -> dt.date:
        """The day, shown from now on as one writes it. :class:`Refus`, beside the field, when it is none.

        Of a registration, « 18/12/26 » is of this century. `exemple`: a day that could be typed.
        """
        texte = (self.dernier.data or "").strip()
        if not texte:
            raise Refus("Indiquez le dernier jour.", champ="dernier")
        try:
            jour = lire_jour(ANNEE_COURTE.sub(r"\g<1>20\2", texte))
        except ValueError as erreur:
            phrase = str(erreur)
            if exemple and phrase == COMME_ECRIRE:
                phrase = f"Écrivez la date ainsi : {ecrire_le_jour(exemple)}."
            raise Refus(phrase, champ="dernier") from erreur
        self.dernier.data = ecrire_le_jour(jour)
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
