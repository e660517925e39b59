"""What a family says of a line of its invoice that it does not agree with."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from portail.domain.contestations import TEXTE_MAX
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net_par_lignes


class ContestationForm(FlaskForm):
    """Why, once for all the lines that are contested together."""

    texte_max = TEXTE_MAX
    texte = TextAreaField("Pourquoi n’êtes-vous pas d’accord ?", filters=[au_net_par_lignes])


def lire_les_facturees(saisie: MultiDict[str, str]) -> list[int]:
    """The other lines of the invoice that were ticked; what is no line is that of no id."""
    return [lire_entier(texte) or 0 for texte in saisie.getlist("facturee")]
