"""Answering the town on the page of a demande: what those pages share, whatever the demande is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, g, request

from portail.domain import documents, echanges
from portail.domain.echanges import ReponseFautive
from portail.domain.refus import Refus
from portail.forms.preinscriptions import ReponseForm, lire_la_reponse, lire_les_gardes

REPONDU = "Votre réponse est envoyée à la mairie."


@dataclass(frozen=True)
class Etat:
    """Where the page stands after an act: what was refused, what was typed, the files that are kept."""

    refus: Refus | None = None
    form: ReponseForm | None = None
    gardes: Sequence[int] = ()

    @property
    def statut(self) -> int:
        return self.refus.statut if self.refus else 200

    def contexte(self) -> dict[str, Any]:
        """For the template: what is wrong beside its field, or above when it is about no field."""
        fautes, form = echanges.fautes(self.refus), self.form or ReponseForm(formdata=None)
        form.texte.errors = [fautes["texte"]] if "texte" in fautes else []
        return {
            "refus": None if fautes else self.refus,
            "fautes": fautes,
            "form": form,
            "gardes": documents.attendus(g.compte, self.gardes),
        }


RIEN = Etat()
"""Nothing has been asked yet."""


def repondre(demande_id: int, pieces: Sequence[str]) -> Etat:
    """Send what the family has written and joined; of an answer at fault, the sound files are kept."""
    form = ReponseForm()
    fichiers, gardes = lire_la_reponse(request.files, pieces), lire_les_gardes(request.form)
    try:
        echanges.repondre(g.compte, g.famille, demande_id, form.texte.data or "", fichiers, gardes)
    except ReponseFautive as refus:
        gardes += [documents.deposer(g.compte, f.piece, f.nom, f.octets).id for f in refus.sains]
        return Etat(refus, form, gardes)
    except Refus as refus:
        return Etat(refus, form, gardes)
    flash(REPONDU)
    return RIEN
