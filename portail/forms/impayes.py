"""What is late: which part of it is wanted, whom to remind, what was agreed."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portail.domain.ententes import TEXTE_MAX
from portail.domain.lecture_impayes import DEPUIS, ORDRES, Choix
from portail.forms.planning import lire_entier
from portail.forms.prelevements import lire_la_page
from portail.forms.textes import au_net_par_lignes
from portail.forms.valeurs import JourField

CHOIX_INCONNU = "L’un des choix de l’adresse n’existe pas : le choix habituel est retenu."


class EntenteForm(FlaskForm):
    texte = TextAreaField(
        "Ce dont vous êtes convenus",
        [
            DataRequired("Écrivez ce dont vous êtes convenus."),
            Length(max=TEXTE_MAX, message=f"{TEXTE_MAX} caractères au plus."),
        ],
        filters=[au_net_par_lignes],
    )
    jusqu_au = JourField("Jusqu’au", [InputRequired("Indiquez jusqu’à quel jour.")])


def lire_le_choix(parametres: MultiDict[str, str]) -> tuple[Choix, list[str]]:
    """What is wanted, and a sentence for what the address holds and cannot be."""
    erreurs = []
    depuis, ordre = parametres.get("depuis") or "0", parametres.get("ordre") or next(iter(ORDRES))
    if depuis not in map(str, DEPUIS) or ordre not in ORDRES:
        depuis, ordre, erreurs = "0", next(iter(ORDRES)), [CHOIX_INCONNU]
    return Choix(int(depuis), ordre, lire_la_page(parametres)), erreurs


def lire_les_payeurs(saisies: Iterable[str]) -> list[int]:
    """The adults who were ticked; what is no id is of nobody."""
    return [ident for saisie in saisies if (ident := lire_entier(saisie))]
