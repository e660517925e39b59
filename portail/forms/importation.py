"""What is sent to be imported."""

from pathlib import PurePosixPath

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from portail.domain.importation_fichiers import OCTETS_MAX, Fichier
from portail.forms.textes import au_net

NOM_MAX = 100


class ImportationForm(FlaskForm):
    fichiers = MultipleFileField("Fichiers", id="fichiers")
    ecraser = BooleanField("Le fichier l’emporte sur ce qui a été changé sur le portail depuis")

    def validate_fichiers(self, champ: Field) -> None:
        if not any(envoye for envoye in champ.data or ()):
            raise StopValidation("Choisissez au moins un fichier.")

    def lus(self) -> list[Fichier]:
        """The files, not a byte more than what is looked at."""
        envoyes: list[FileStorage] = [envoye for envoye in self.fichiers.data if envoye]
        return [Fichier(nommer(envoye.filename or ""), envoye.read(OCTETS_MAX + 1)) for envoye in envoyes]


def nommer(nom: str) -> str:
    """The name of a file, without the folders that a browser may tell."""
    return au_net(PurePosixPath(nom.replace("\\", "/")).name)[:NOM_MAX] or "fichier"


def lire_marque(saisie: str | None) -> str:
    """The report that was under the eyes."""
    return (saisie or "")[:64]
