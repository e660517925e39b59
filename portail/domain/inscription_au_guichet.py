"""A pre-registration being taken down at the counter: what can be chosen, what was typed, what is wrong."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from models import Activite, Enfant, Famille, Lieu
from portail import clock
from portail.domain.examen import Souhait
from portail.domain.perimetre import Perimetre
from portail.domain.redaction import DATE_FAUSSE
from portail.domain.regles_preinscription import obstacle_activite, periode_possible


@dataclass(frozen=True)
class Saisie:
    """What was typed, as it came."""

    activite_id: int | None = None
    enfants: frozenset[int] = frozenset()
    debut: str = ""
    fin: str = ""


@dataclass
class FormulaireVu:
    """The form, as it stands."""

    saisie: Saisie
    activites: Sequence[Activite]
    """Those in sight that can be asked for today."""
    enfants: Sequence[Enfant]
    fautes: dict[str, str] = field(default_factory=dict)
    souhait: Souhait | None = None
    """What is asked for, once the dates can be read."""


def rediger(famille: Famille, saisie: Saisie, vu: Perimetre) -> FormulaireVu:
    """The form as this makes it; a date left empty is the first, or the last, that is possible."""
    jour = clock.aujourdhui()
    requete = Activite.select(Activite, Lieu).join(Lieu).order_by(Activite.rang, Activite.nom, Activite.id)
    requete = requete if vu.entier else requete.where(*vu.activites())
    activites = [a for a in requete.where(Activite.fin >= jour) if obstacle_activite(a, jour) is None]
    enfants = Enfant.select().where(Enfant.famille == famille).order_by(Enfant.rang, Enfant.id)
    vue = FormulaireVu(saisie, activites, list(enfants))
    choisie = next((a for a in activites if a.id == saisie.activite_id), None)
    if choisie is None:
        return vue
    premier, dernier = periode_possible(choisie, jour)
    debut, fin = _lire(vue, "debut", premier), _lire(vue, "fin", dernier)
    if not vue.fautes:
        vue.souhait = Souhait(choisie.id, tuple(sorted(saisie.enfants)), debut, fin)
    return vue


def exiger_un_choix(vue: FormulaireVu) -> Souhait | None:
    """What is asked for; None, with `fautes`, when no activity of the list was chosen or a date is none."""
    if vue.souhait is None and not vue.fautes:
        vue.fautes["activite"] = "Choisissez une activité dans la liste."
    return vue.souhait


def _lire(vue: FormulaireVu, nom: str, sinon: dt.date) -> dt.date:
    texte = getattr(vue.saisie, nom).strip()
    try:
        return dt.date.fromisoformat(texte) if texte else sinon
    except ValueError:
        vue.fautes[nom] = DATE_FAUSSE
        return sinon
