"""What a manager writes of the reasons that the town offers."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from models import MotifAbsence
from portail.domain.motifs import JUSTIFICATIF_MAX, NOM_MAX, TEXTE_MAX
from portail.domain.refus import Refus
from portail.forms.textes import au_net

FACTURATIONS = {
    "hors_delai": "Seulement si elle est déclarée hors délai",
    "jamais": "Jamais",
    "toujours": "Toujours, même déclarée à temps",
}
"""When an absence is billed, in words."""


class MotifRefusForm(FlaskForm):
    """A reason of refusal."""

    texte_max = TEXTE_MAX
    texte = StringField("Motif, tel que la famille le lira")

    def __init__(self, *args, suffixe: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.texte.id = self.texte.label.field_id = f"texte-{suffixe}"

    def lire(self) -> str:
        return au_net(self.texte.data)

    def reprendre(self, refus: Refus) -> "MotifRefusForm":
        """With why what was typed cannot be."""
        self.texte.errors = [refus.phrase]
        return self


class MotifAbsenceForm(FlaskForm):
    """A reason of absence, and what it entails."""

    nom_max, justificatif_max = NOM_MAX, JUSTIFICATIF_MAX
    nom = StringField("Motif, tel que les familles le liront")
    facturation = SelectField(
        "L’absence est facturée",
        choices=[SelectChoice(*c) for c in FACTURATIONS.items()],
        validate_choice=False,
    )
    justificatif = StringField("Document à envoyer (facultatif)")

    def __init__(self, *args, suffixe: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for champ in (self.nom, self.facturation, self.justificatif):
            champ.id = champ.label.field_id = f"{champ.name}-{suffixe}"

    @classmethod
    def de(cls, motif: MotifAbsence) -> "MotifAbsenceForm":
        """The reason as it now is."""
        valeurs = {nom: getattr(motif, nom) for nom in ("nom", "facturation", "justificatif")}
        return cls(formdata=None, suffixe=f"absence-{motif.id}", **valeurs)

    def lire(self) -> tuple[str, str, str]:
        """Name, when it is billed, document."""
        return au_net(self.nom.data), self.facturation.data or "", au_net(self.justificatif.data)

    def reprendre(self, refus: Refus) -> "MotifAbsenceForm":
        """With why what was typed cannot be."""
        self[refus.champ if refus.champ in self else "nom"].errors = [refus.phrase]
        return self
