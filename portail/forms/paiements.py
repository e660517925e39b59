"""Paying online: which invoices, and the total that was seen; what an agent decides of a payment."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from portail.domain.anomalies_de_paiement import MOTIF_MAX
from portail.domain.lecture_paiements import A_VERIFIER, LISTES
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net

FACTURES_MAX = 200


def lire_les_factures(saisie: MultiDict[str, str]) -> list[int]:
    """The invoices that a page of ours sent, each once; what is not one is of nobody."""
    return list(dict.fromkeys(lire_entier(texte) or 0 for texte in saisie.getlist("facture")))[:FACTURES_MAX]


def lire_le_payeur(saisie: MultiDict[str, str]) -> int | None:
    return lire_entier(saisie.get("au_nom_de"))


def lire_le_total(saisie: MultiDict[str, str]) -> int:
    """The total, in cents, that the person saw; what is none is none that could be right."""
    return lire_entier(saisie.get("total")) or 0


def lire_la_liste(saisie: MultiDict[str, str]) -> str:
    liste = saisie.get("liste", A_VERIFIER)
    return liste if liste in LISTES else A_VERIFIER


class TraitementForm(FlaskForm):
    """What an agent has checked of a payment, and decided."""

    motif = TextAreaField("Ce que vous avez vérifié et décidé")
    motif_max = MOTIF_MAX

    def lire(self) -> str:
        return au_net(self.motif.data)
