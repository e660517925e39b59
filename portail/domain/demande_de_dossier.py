"""A demande about the family file as an agent reads it: old and new side by side, field by field.

What is sealed (bank, health) is not shown, unless the agent has asked for it: `lectures.py` writes that in
the journal.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from peewee import JOIN, fn

import workflows as w
from models import Compte, ContactHabilite, Demande, Enfant, Modification, Responsable
from portail import clock, mots
from portail.domain import champs, changements
from portail.domain.application import Fiche, empreinte
from portail.domain.champs import Champ
from portail.domain.changements import Ecart, Etat
from portail.domain.demande_ouverte import PRECEDENTES, Enveloppe, Fait, dire_l_issue, uniques
from portail.domain.fiches import joindre_les_fiches


@dataclass(frozen=True)
class ModificationVue:
    """One change: whose, which field, from what to what."""

    id: int
    statut: str
    motif: str
    objet: str
    fiche_id: int
    qui: str
    age: str
    """Of a child."""
    champ: Champ
    ecarts: list[Ecart]
    """Empty when what is sealed is not open."""
    present: list[Ecart]
    """What the file now holds, in conflict: as `avant`. Empty when there is none, or it is not open."""
    en_conflit: bool
    empreinte: str
    """Of the present value, when it is shown and in conflict: to be replaced all the same."""
    photos: dict[str, int]
    """Of a photo that waits: the ids of the pictures, `avant` and `apres`, those that there are."""

    ailleurs = False
    """The family file has no place: whoever sees the family answers all of it."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def etat(self) -> w.Etat:
        return w.MODIFICATION.etats[self.statut]

    @property
    def protegee(self) -> bool:
        """Sealed, and not open here."""
        return self.champ.scelle and not self.ecarts

    @property
    def acceptable(self) -> bool:
        return self.en_attente and not self.en_conflit

    @property
    def quoi(self) -> str:
        return f"{self.qui}, {champs.en_phrase(self.champ)}"


@dataclass(frozen=True)
class DossierVu(Enveloppe[ModificationVue]):
    """A demande about the family file, open in front of an agent."""

    partie = "modification"

    @property
    def personnes(self) -> list[str]:
        """Those whose sheets change: « Léa Moreau »."""
        return uniques(m.qui for m in self.lignes)

    @property
    def titre(self) -> str:
        """« Dossier de Léa Moreau »."""
        nature = w.NATURES[self.nature]
        return f"{nature} {mots.de(mots.enumeration(self.personnes))}" if self.personnes else nature

    @property
    def resume(self) -> str:
        """« classe et adresse »."""
        return changements.resumer((m.objet, m.champ.nom) for m in self.lignes)

    @property
    def actes(self) -> frozenset[str]:
        if self.a_moi:
            return frozenset()
        return frozenset(t.acte for m in self.attendues for t in w.MODIFICATION.actes(m.statut, w.AGENT))

    @property
    def a_ouvrir(self) -> dict[str, str]:
        """The sealed parts that are not shown, by code: « données sanitaires »."""
        if self.a_moi:
            return {}
        return {
            m.champ.rubrique: champs.RUBRIQUES[m.champ.rubrique].lower() for m in self.lignes if m.protegee
        }

    @property
    def ouvertes(self) -> list[str]:
        return uniques(m.champ.rubrique for m in self.lignes if m.champ.scelle and not m.protegee)


def lire_les_modifications(demande_id: int, ouvertes: Collection[str]) -> list[ModificationVue]:
    """The changes of the demande, in the order of the sheets. One query."""
    requete = joindre_les_fiches(Modification.select(Modification, Responsable, ContactHabilite, Enfant))
    lues = list(requete.where(Modification.demande == demande_id).order_by(Modification.id))
    fiches = {m.id: fiche for m in lues if (fiche := _fiche(m)) is not None}
    lues = [m for m in lues if m.id in fiches]
    etats = changements.etats([m for m in lues if _a_comparer(m, ouvertes)], fiches)
    return [_vue(m, fiches[m.id], etats.get(m.id), ouvertes) for m in lues]


def historique(famille_id: int, demande_id: int) -> list[Fait]:
    """What the family asked of its file before, the last first, and what came of it. One query."""
    repondant, precedente = Compte.alias(), Demande.alias()
    precedentes = (
        precedente.select(precedente.id)
        .where(
            precedente.famille == famille_id,
            precedente.id != demande_id,
            precedente.nature == w.NATURE_DOSSIER,
        )
        .order_by(precedente.deposee_le.desc(), precedente.id.desc())
        .limit(PRECEDENTES)
    )
    requete = (
        Modification.select(
            Demande.id,
            Demande.deposee_le,
            Compte.prenom,
            Compte.nom,
            Demande.statut,
            repondant.prenom,
            repondant.nom,
            fn.COALESCE(Enfant.prenom, Responsable.prenom),
            fn.COALESCE(Enfant.nom, Responsable.nom),
            Modification.objet,
            Modification.champ,
        )
        .join(Demande)
        .join(Compte, on=Demande.auteur)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
    )
    requete = (
        joindre_les_fiches(requete)
        .where(Demande.id.in_(precedentes))
        .order_by(Demande.deposee_le.desc(), Demande.id.desc(), Modification.id)
    )
    return [
        Fait(quand, _dire([change[7:] for change in changes], *reste))
        for (_, quand, *reste), changes in groupby(requete.tuples(), itemgetter(slice(7)))
    ]


# ——— inside ———


def _dire(changes: list[tuple], prenom, nom, statut, prenom_agent, nom_agent) -> str:
    """« Claire Moreau demande 1 modification pour Léa Moreau, classe : acceptée par Marc Tessier ».

    Which fields, never a value: what is sealed is named and stays sealed.
    """
    combien = mots.pluriel(len(changes), "modification")
    quoi = changements.resumer_par_fiche((f"{qui} {de}", objet, champ) for qui, de, objet, champ in changes)
    return f"{prenom} {nom} demande {combien} pour {quoi} : {dire_l_issue(statut, prenom_agent, nom_agent)}"


def _fiche(m: Modification) -> Fiche | None:
    return getattr(m, "adulte", None) or getattr(m, "petit", None)


def _a_comparer(m: Modification, ouvertes: Collection[str]) -> bool:
    """A change that waits is compared with the file; one that was answered is only shown, if it may be."""
    champ = changements.genre(m).champ
    return m.statut == w.EN_ATTENTE or not champ.scelle or champ.rubrique in ouvertes


def _vue(m: Modification, fiche: Fiche, etat: Etat | None, ouvertes: Collection[str]) -> ModificationVue:
    genre = changements.genre(m)
    montree = etat if not genre.champ.scelle or genre.champ.rubrique in ouvertes else None
    en_conflit = etat is not None and m.statut == w.EN_ATTENTE and etat.en_conflit
    visible = montree is not None and en_conflit
    return ModificationVue(
        id=m.id,
        statut=m.statut,
        motif=m.motif,
        objet=m.objet,
        fiche_id=fiche.id,
        qui=fiche.nom_complet,
        age=mots.age(fiche.naissance, clock.aujourdhui()) if isinstance(fiche, Enfant) else "",
        champ=genre.champ,
        ecarts=genre.ecarts(montree.avant, montree.apres) if montree else [],
        present=genre.ecarts(montree.present, montree.apres) if montree and visible else [],
        en_conflit=en_conflit,
        empreinte=empreinte([montree.present]) if montree and visible else "",
        photos=_photos(m, etat) if genre.champ.rubrique == champs.PHOTO else {},
    )


def _photos(m: Modification, etat: Etat | None) -> dict[str, int]:
    """What no longer serves is thrown away once the town has answered: there is nothing left to show."""
    if etat is None or m.statut != w.EN_ATTENTE:
        return {}
    return {cote: int(ident) for cote, ident in (("avant", etat.present), ("apres", etat.apres)) if ident}
