"""The name that an agent gives to a filter of the queue."""

from flask_wtf import FlaskForm
from wtforms import StringField

from portail.domain.filtres_gardes import NOM_MAX
from portail.domain.refus import Refus
from portail.forms.textes import au_net


class NomForm(FlaskForm):
    """`suffixe` keeps the id of its field apart from the others' on the page."""

    nom_max = NOM_MAX
    nom = StringField("Nom du filtre")

    def __init__(self, *args, suffixe: str | int = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.nom.id = self.nom.label.field_id = f"nom-{suffixe}"

    @classmethod
    def pour(cls, suffixe: str | int, nom: str, refus: Refus | None) -> "NomForm":
        """The form of this filter: with its name, or what was typed and why it cannot be."""
        if refus is None:
            return cls(formdata=None, suffixe=suffixe, nom=nom)
        form = cls(suffixe=suffixe)
        form.nom.errors = [refus.phrase]
        return form

    def lire(self) -> str:
        return au_net(self.nom.data)
