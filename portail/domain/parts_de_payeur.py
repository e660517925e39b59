"""Who pays what a child costs, as the town sets it: a share for each adult, or none at all.

Parents who live apart each get their own invoice, of their own share, at their own price. Without shares the
rule of the household holds (`payeurs.py`). It is shown before it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import workflows as w
from models import Compte, Enfant, PartDePayeur, Responsable, write_transaction
from portail import mots
from portail.domain import champs, courriels_du_dossier, familles, payeurs, perimetre
from portail.domain.application import empreinte
from portail.domain.champs import Champ
from portail.domain.dossier import verrouiller_la_fiche
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

FIXER = "parts_fixees"
"""What the journal calls it."""
QUI_PAIE = Champ("payeurs", "Qui paie", champs.GENERAL)
CHANGE = "Les parts, ou les adultes du dossier, ont changé entre-temps. Relisez-les, puis recommencez."
PARTS = Mapping[int, int]
"""Percents, by adult; who has none is not there."""


@dataclass(frozen=True)
class Partage:
    """Who pays, of one child: as it stands, or as it would."""

    enfant: Enfant
    adultes: Sequence[Responsable]
    parts: PARTS
    autres: Sequence[Enfant]
    """The brothers and sisters."""
    repere: str
    """Of what stands."""

    @property
    def phrase(self) -> str:
        """« Claire paie 60 %, Julien 40 %. »."""
        if not self.parts:
            return self._du_foyer()
        parts = [(a.prenom, self.parts[a.id]) for a in self.adultes if a.id in self.parts]
        (premier, part), reste = parts[0], parts[1:]
        if not reste:
            return f"{premier} paie tout."
        suite = "".join(f", {prenom} {n}\N{NO-BREAK SPACE}%" for prenom, n in reste)
        return f"{premier} paie {part}\N{NO-BREAK SPACE}%{suite}."

    @property
    def lecture(self) -> str:
        """Who reads what, in words."""
        if not self.parts:
            return ""
        dit = "Chacun reçoit sa facture, à son propre tarif, et ne lit pas celle de l’autre."
        if len(self.parts) == 1:
            dit = f"{self._prenoms()} reçoit la facture, et personne d’autre ne la lit."
        if self.autres:
            prenoms = mots.enumeration([enfant.prenom for enfant in self.autres])
            dit += (
                f" Pour {prenoms}, tant que vous n’y fixez pas de parts, le premier adulte qui a l’autorité"
                " parentale paie tout, et personne d’autre ne lit la facture."
            )
        return dit

    def _prenoms(self) -> str:
        return mots.enumeration([a.prenom for a in self.adultes if a.id in self.parts])

    def _du_foyer(self) -> str:
        siens = payeurs.payeurs([self.enfant.famille_id]).get(self.enfant.id, ())
        if not siens:
            return "Personne : aucun adulte n’est au dossier."
        payeur = next(a for a in self.adultes if a.id == siens[0].responsable_id)
        if not siens[0].foyer:
            return f"{payeur.prenom} paie tout ; personne d’autre ne lit la facture."
        autres = [a.prenom for a in self.adultes if a.id != payeur.id and payeurs.meme_toit(payeur, a)]
        if not autres:
            return f"{payeur.prenom} paie tout."
        font = "la lit et la paie" if len(autres) == 1 else "la lisent et la paient"
        return (
            f"Le foyer : {payeur.prenom} reçoit la facture ; {mots.enumeration(autres)}, à la même adresse,"
            f" {font} aussi."
        )


def lire(agent: Compte, famille_id: int, enfant_id: int) -> Partage:
    """Who pays now; :class:`Introuvable` when there is no such child in sight."""
    perimetre.exiger_la_famille(agent, famille_id)
    enfant = Enfant.get_or_none(Enfant.id == enfant_id, Enfant.famille == famille_id)
    if enfant is None:
        raise Introuvable("Cet enfant n’existe pas.")
    return partage(enfant)


def partage(enfant: Enfant) -> Partage:
    """Who pays what this child costs. A few queries."""
    adultes = list(
        Responsable.select()
        .where(Responsable.famille == enfant.famille_id)
        .order_by(Responsable.rang, Responsable.id)
    )
    siennes = PartDePayeur.select(PartDePayeur.responsable, PartDePayeur.part)
    parts = dict(siennes.where(PartDePayeur.enfant == enfant).order_by(PartDePayeur.responsable).tuples())
    autres = Enfant.select().where(Enfant.famille == enfant.famille_id, Enfant.id != enfant.id)
    return Partage(
        enfant,
        adultes,
        parts,
        list(autres.order_by(Enfant.rang, Enfant.id)),
        empreinte([*(str(a.id) for a in adultes), *(f"{a}:{part}" for a, part in parts.items())]),
    )


def prevoir(agent: Compte, famille_id: int, enfant_id: int, parts: PARTS) -> Partage:
    """Who would pay; nothing is written. :class:`Refus` when the shares do not make a hundred."""
    present = lire(agent, famille_id, enfant_id)
    return Partage(present.enfant, present.adultes, _verifier(present, parts), present.autres, present.repere)


def fixer(agent: Compte, famille_id: int, enfant_id: int, parts: PARTS, repere: str) -> bool:
    """Each adult pays this share of what the child costs; no share: the household pays. Whether that is new.

    `repere`: of what was shown; :class:`DejaChange` when it is no more what stands.
    """
    with write_transaction():
        famille = familles.exiger(agent, famille_id)
        enfant = verrouiller_la_fiche(famille, "enfant", enfant_id)
        assert isinstance(enfant, Enfant)
        avant = partage(enfant)
        if avant.repere != repere:
            raise DejaChange(CHANGE)
        voulues, etait = _verifier(avant, parts), avant.phrase
        if voulues == avant.parts:
            return False
        PartDePayeur.delete().where(PartDePayeur.enfant == enfant).execute()
        for adulte, part in voulues.items():
            PartDePayeur.create(enfant=enfant, responsable=adulte, part=part)
        apres = partage(enfant)
        detail = f"{enfant.nom_complet} : {apres.phrase} (avant : {etait})"
        journaliser(enfant, FIXER, Acteur(agent, w.AGENT), famille_id=famille.id, detail=detail)
        courriels_du_dossier.annoncer_la_saisie(famille, enfant, [QUI_PAIE])
        return True


# ——— inside ———


def _verifier(present: Partage, parts: PARTS) -> dict[int, int]:
    """These shares, those of nothing left out."""
    if parts.keys() - {adulte.id for adulte in present.adultes}:
        raise Introuvable("Cet adulte n’est pas de la famille.")
    if any(not 0 <= part <= 100 for part in parts.values()):
        raise Refus("Une part va de 0 à 100 %.", champ="part")
    voulues = {adulte: parts[adulte] for adulte in sorted(parts) if parts[adulte]}
    if voulues and sum(voulues.values()) != 100:
        total = sum(voulues.values())
        raise Refus(f"Les parts font {total} % : elles doivent faire 100 % en tout.", champ="part")
    return voulues
