"""Who may leave with a child, by right or by the family's word; and whom it must never be given to."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from models import ContactHabilite, Enfant, LienParental, Responsable, normaliser
from portail.domain import contacts

AUTORISEE, NON_AUTORISEE, INTERDITE = "autorisee", "non autorisee", "interdite"
DROITS = {"plein": AUTORISEE, "retrait": AUTORISEE, "information": NON_AUTORISEE, "aucun": INTERDITE}
"""What the right that links an adult of the family to the child means at the gate."""
PARENTS = {
    "plein": "parent",
    "retrait": "peut venir chercher",
    "information": "informé seulement",
    "aucun": "",
}

SEUL, AUTRE = "seul", "autre"
"""How a departure names neither adult nor contact: alone; with somebody else."""


@dataclass(frozen=True)
class Personne:
    """Somebody at the gate, or to be called."""

    code: str
    """How a form names them: « adulte-5 », « contact-12 »."""
    nom: str
    lien: str
    telephone: str
    sortie: str
    """`autorisee`, `non autorisee` or `interdite`."""
    piece_identite: bool = False
    appeler: bool = False

    @property
    def dite(self) -> str:
        """« Jeanne Roux, grand-mère »."""
        return f"{self.nom}, {self.lien}" if self.lien else self.nom

    @property
    def autorisee(self) -> bool:
        return self.sortie == AUTORISEE

    @property
    def interdite(self) -> bool:
        return self.sortie == INTERDITE


def personnes(enfants: Collection[int]) -> dict[int, list[Personne]]:
    """The adults of the family and the contacts of each of these children. Two queries."""
    trouvees: dict[int, list[Personne]] = {ident: [] for ident in enfants}
    liens = (
        LienParental.select(LienParental.enfant, LienParental.droit, Responsable)
        .join(Responsable)
        .where(LienParental.enfant.in_(list(enfants) or [0]))
        .order_by(Responsable.rang, Responsable.id)
    )
    for lien in liens:
        trouvees[lien.enfant_id].append(_adulte(lien.responsable, lien.droit))
    for contact in contacts.actifs(list(enfants)):
        trouvees[contact.enfant_id].append(_contact(contact))
    return trouvees


def homonyme(nom: str, siennes: Collection[Personne]) -> Personne | None:
    """The one of these who bears the name that was typed, in any order of its words, accents or not.

    To whom the child must not be given comes first, and is known by less: « M. Karim Benali (père) » is Karim
    Benali.
    """
    voulu = _mots(nom)
    interdites = (p for p in siennes if p.interdite and set(_mots(p.nom)) <= set(voulu))
    return next(interdites, None) or next((p for p in siennes if sorted(_mots(p.nom)) == sorted(voulu)), None)


def _mots(nom: str) -> list[str]:
    return re.sub(r"[^\w]+", " ", normaliser(nom)).split()


def _adulte(adulte: Responsable, droit: str) -> Personne:
    telephone = adulte.telephone or adulte.telephone_travail
    plein = droit == "plein"
    return Personne(
        *(f"adulte-{adulte.id}", adulte.nom_complet, PARENTS[droit], telephone if plein else ""),
        sortie=DROITS[droit],
        appeler=plein,
    )


def _contact(contact: ContactHabilite) -> Personne:
    return Personne(
        f"contact-{contact.id}",
        f"{contact.prenom} {contact.nom}",
        contact.lien,
        contact.telephone,
        AUTORISEE if contact.chercher else NON_AUTORISEE,
        contact.piece_identite and contact.chercher,
        contact.appeler,
    )


def part_seul(enfant: Enfant) -> bool:
    """Whether the family lets the child go home alone; not answered is no."""
    return enfant.rentre_seul is True
