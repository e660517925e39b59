"""Which share each adult pays, as it is typed: two lists of the same length, adults and percents."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portail.domain.refus import Refus
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net
from portail.forms.valeurs import lire_le_nombre

ADULTES_MAX = 20


@dataclass(frozen=True)
class PartsSaisies:
    """As text, by adult; where one goes on, and the mark of what was shown."""

    textes: dict[int, str]
    etape: str = ""
    vu: str = ""

    def lire(self) -> dict[int, int]:
        """The percents; :class:`Refus` when one is none. Empty is nothing."""
        try:
            return {
                ident: lire_le_nombre(texte.replace("%", "")) or 0 for ident, texte in self.textes.items()
            }
        except ValueError as faute:
            raise Refus(str(faute), champ="part") from faute


def lire_les_parts(saisie: MultiDict[str, str]) -> PartsSaisies:
    adultes, parts = (saisie.getlist(nom)[:ADULTES_MAX] for nom in ("responsable", "part"))
    textes = {
        # what names nobody is kept as nobody's: the act knows no such adult
        (lire_entier(texte) or 0): au_net(parts[rang])[:20] if rang < len(parts) else ""
        for rang, texte in enumerate(adultes)
    }
    return PartsSaisies(textes, saisie.get("etape", ""), saisie.get("vu", "")[:64])
