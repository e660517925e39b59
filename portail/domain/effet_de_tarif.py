"""What setting a tariff would do: which tariffs stop, what real families would pay; shown before it is done.

An effect has a mark (`empreinte`). The act is asked with the one that was shown: if what it tells is no
longer so, nothing is written and the effect is shown again.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from peewee import fn

import workflows as w
from models import Activite, Campagne, Lieu, LigneDeFacture, Tarif
from portail import clock, mots
from portail.domain import comparaison_de_tarifs, grille_tarifaire
from portail.domain.calendrier import UN_JOUR
from portail.domain.comparaison_de_tarifs import Comparaison
from portail.domain.grille_tarifaire import POUR_TOUS
from portail.domain.projet_de_tarif import CATEGORIES, Projet, dire_le_prix, dire_le_reste, dire_les_activites
from portail.domain.tarification import Bareme


@dataclass(frozen=True)
class Pose:
    """A tariff that stands."""

    id: int
    activite_id: int
    debut: dt.date
    fin: dt.date
    categorie: str
    bareme: Bareme

    @property
    def dates(self) -> str:
        return mots.du_au(self.debut, self.fin)

    @property
    def pour_qui(self) -> str:
        """Empty when it is for all."""
        return "" if self.categorie == POUR_TOUS else CATEGORIES[self.categorie]

    @property
    def prix(self) -> str:
        return dire_le_prix(self.bareme)

    @property
    def reste(self) -> list[str]:
        return dire_le_reste(self.bareme)

    @property
    def fini(self) -> bool:
        return self.fin < clock.aujourdhui()

    def en_emission(self, mois: Iterable[dt.date], depuis: dt.date) -> dt.date | None:
        """Which of these months has days of its own from `depuis` on."""
        return next((m for m in mois if depuis.replace(day=1) <= m <= self.fin), None)

    def heurte(self, projet: Projet) -> bool:
        """Whether a family could find both on some day."""
        memes = POUR_TOUS in (self.categorie, projet.categorie) or self.categorie == projet.categorie
        return memes and self.debut <= projet.fin and projet.debut <= self.fin


@dataclass(frozen=True)
class Etat:
    """One activity, its tariffs, until when invoices have been issued there."""

    activite: Activite
    poses: tuple[Pose, ...]
    facture_jusqu_au: dt.date | None
    en_emission: tuple[dt.date, ...] = ()
    """The months whose invoices are being issued: their first days."""

    @property
    def nom(self) -> str:
        return f"{self.activite.nom}, {self.activite.lieu.nom}"


@dataclass
class Effet:
    """What saving `projet` would do; `tarif_id`: the tariff that it changes, None when it is a new one."""

    projet: Projet
    tarif_id: int | None
    etats: dict[int, Etat]
    arretes: list[Pose]
    """The tariffs that end the day before, to leave room."""
    comparaison: Comparaison

    @property
    def en_mots(self) -> str:
        return dire_les_activites(etat.activite.nom for etat in self.etats.values())

    @property
    def pour_qui(self) -> str:
        return CATEGORIES[self.projet.categorie]

    @property
    def tarif(self) -> Pose:
        """As it would stand."""
        p = self.projet
        return Pose(0, 0, p.debut, p.fin, p.categorie, p.bareme)

    @property
    def veille(self) -> dt.date:
        """The last day of what ends."""
        return self.projet.debut - UN_JOUR

    def nom(self, activite_id: int) -> str:
        return self.etats[activite_id].nom

    @cached_property
    def empreinte(self) -> str:
        """The mark of all that it tells, and of the tariffs as they stand."""
        return marquer(
            self.tarif_id,
            str(self.projet),
            situer(self.etats),
            [pose.id for pose in self.arretes],
            self.comparaison.empreinte,
        )


def marquer(*dits: object) -> str:
    """A mark of these: another one means that something of them changed."""
    return hashlib.sha256(json.dumps(dits).encode()).hexdigest()[:32]


def situer(etats: Mapping[int, Etat]) -> list[str]:
    """The tariffs as they stand, as text: what must not have moved since they were shown."""
    return [f"{ident} {etats[ident].facture_jusqu_au} {etats[ident].poses}" for ident in sorted(etats)]


def prevoir(projet: Projet, tarif_id: int | None, etats: Mapping[int, Etat], arretes: list[Pose]) -> Effet:
    """What it would do to the families of these activities."""
    comparaison = comparaison_de_tarifs.comparer(projet, {i: e.activite for i, e in etats.items()})
    return Effet(projet, tarif_id, dict(etats), arretes, comparaison)


def etats_de(activites: Iterable[int]) -> dict[int, Etat]:
    """These activities, as they stand. Five queries."""
    ids = sorted(set(activites)) or [0]
    trouvees = Activite.select(Activite, Lieu).join(Lieu).where(Activite.id.in_(ids))
    factures = dict(
        LigneDeFacture.select(LigneDeFacture.activite, fn.MAX(LigneDeFacture.jour))
        .where(LigneDeFacture.activite.in_(ids))
        .group_by(LigneDeFacture.activite)
        .tuples()
    )
    tarifs = list(Tarif.select().where(Tarif.activite.in_(ids)).order_by(Tarif.debut, Tarif.id))
    poses, emises = poser(tarifs), mois_en_emission()
    return {
        a.id: Etat(a, tuple(p for p in poses if p.activite_id == a.id), factures.get(a.id), emises)
        for a in sorted(trouvees, key=lambda a: (a.lieu.nom, a.rang, a.nom, a.id))
    }


def poser(tarifs: Sequence[Tarif]) -> list[Pose]:
    """These rows as data, in their order. One query."""
    tranches = grille_tarifaire.tranches_de(tarifs)
    return [
        Pose(
            t.id, t.activite_id, t.debut, t.fin, t.categorie,
            grille_tarifaire.bareme(t, tranches.get(t.id, ())),
        )
        for t in tarifs
    ]  # fmt: skip


def mois_en_emission() -> tuple[dt.date, ...]:
    """The months whose invoices are being issued right now: their first days."""
    lancees = Campagne.select(Campagne.mois).where(Campagne.statut == w.LANCEE)
    return tuple(mois for (mois,) in lancees.order_by(Campagne.mois).tuples())
