"""The town's words in its mails, as they are typed."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from portail.domain.refus import Refus
from portail.domain.textes_de_courriel import SIGNATURE_MAX, TEXTE_MAX, Texte
from portail.forms.textes import au_net_par_lignes


class TexteForm(FlaskForm):
    ouverture = TextAreaField("Au début, après « Bonjour »", filters=[au_net_par_lignes])
    cloture = TextAreaField("À la fin, avant la signature", filters=[au_net_par_lignes])
    texte_max = TEXTE_MAX

    def lire(self) -> Texte:
        return Texte(self.ouverture.data or "", self.cloture.data or "")

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        if refus.champ in self:
            self[refus.champ].errors = [refus.phrase]


class SignatureForm(FlaskForm):
    signature = TextAreaField("Signature de tous les courriels", filters=[au_net_par_lignes])
    texte_max = SIGNATURE_MAX
