"""What the pages of the roll call send: a tap, a departure, a day. A wish, checked here."""

import datetime as dt
import uuid

from werkzeug.datastructures import MultiDict

from portail.domain import pointage
from portail.domain.departs import Depart
from portail.domain.pointage import Geste

ANNEES = range(2000, 2101)
MAUVAIS_JOUR = "Cette date n’existe pas : voici aujourd’hui."


def lire_geste(saisie: MultiDict[str, str], voulu: str) -> Geste:
    """A tap. What a device may not have said is taken as not said."""
    vu = saisie.get("vu", "")
    return Geste(
        voulu,
        vu if vu in (pointage.PRESENT, pointage.ABSENT) else "",
        _cle(saisie.get("cle", "")),
        _instant(saisie.get("tape_le", "")),
        _instant(saisie.get("envoye_le", "")),
    )


def lire_voulu(saisie: MultiDict[str, str]) -> str:
    """`present`, `absent`, `efface`; empty when it is none of them."""
    voulu = saisie.get("voulu", "")
    return voulu if voulu in pointage.ETATS else ""


def lire_depart(saisie: MultiDict[str, str]) -> Depart:
    """With whom. Lines and control characters have no place in a name."""
    nom, motif = ("".join(c for c in saisie.get(n, "") if c.isprintable()) for n in ("nom", "motif"))
    return Depart(saisie.get("avec", ""), nom[:120], saisie.get("identite") == "oui", motif[:500])


def lire_jour(texte: str | None, aujourdhui: dt.date) -> tuple[dt.date, list[str]]:
    """The day that an address asks for, and what is wrong with it."""
    if not texte:
        return aujourdhui, []
    try:
        jour = dt.datetime.strptime(texte, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil date
    except ValueError:
        return aujourdhui, [MAUVAIS_JOUR]
    return (jour, []) if jour.year in ANNEES else (aujourdhui, [MAUVAIS_JOUR])


def _cle(texte: str) -> str:
    """The UUID of a tap, in its one writing; empty when it is not one."""
    try:
        return str(uuid.UUID(texte)) if len(texte) == 36 else ""
    except ValueError:
        return ""


def _instant(texte: str) -> dt.datetime | None:
    """« 2026-12-01T10:52:07.123Z », as a browser writes it."""
    try:
        instant = dt.datetime.fromisoformat(texte) if len(texte) <= 30 else None
    except ValueError:
        return None
    if instant is None or instant.tzinfo is None or instant.year not in ANNEES:
        return None
    return instant.astimezone(dt.UTC)
