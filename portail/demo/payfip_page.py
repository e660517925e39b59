"""What the payment page of the demonstration shows: no card is asked for, one says how it ends."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

ICI = Path(__file__).parent


@dataclass(frozen=True)
class Cas:
    """What goes otherwise than it should: in the words of the page, and in what is done."""

    libelle: str
    notifications: int = 1
    retards: int = 0
    ecart: int = 0


SIMPLE = Cas("Tout se passe bien")
CAS = {
    "simple": SIMPLE,
    "jamais": Cas("Le portail n’est jamais prévenu", notifications=0),
    "deux_fois": Cas("Le portail est prévenu deux fois", notifications=2),
    "en_retard": Cas("Le résultat arrive en retard", retards=3),
    "un_centime": Cas("Il manque un centime", ecart=-1),
}


def choix(idop: str, champs: dict[str, str], racine: str) -> str:
    """The page of this operation."""
    montant = int(champs["montant"])
    return _gabarit("payfip.html").substitute(
        racine=escape(racine),
        idop=escape(idop),
        montant=f"{montant // 100},{montant % 100:02} €",
        refdet=escape(champs["refdet"]),
        objet=escape(champs["objet"]),
        cas="".join(
            f'<label><input type="radio" name="cas" value="{cle}"{" checked" if cas is SIMPLE else ""}>'
            f" {escape(cas.libelle)}</label>"
            for cle, cas in CAS.items()
        ),
    )


def perimee() -> str:
    """The page of an operation that is over, too old, or that never was."""
    return _gabarit("payfip_perimee.html").substitute()


def style() -> str:
    return (ICI / "payfip.css").read_text(encoding="utf-8")


def _gabarit(nom: str) -> Template:
    return Template((ICI / nom).read_text(encoding="utf-8"))
