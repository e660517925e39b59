"""What the tests of tariffs share: a project typed, an effect shown then confirmed."""

import datetime as dt
from dataclasses import replace

from models import Activite, Compte, Tarif
from portail.domain import effet_de_tarif, tarifs
from portail.domain.effet_de_tarif import Pose
from portail.domain.projet_de_tarif import Projet
from portail.domain.tarification import Bareme, Tranche

ANNEE = (dt.date(2026, 9, 1), dt.date(2027, 7, 2))
"""Of every activity of the small world."""
JANVIER = dt.date(2027, 1, 1)
BANDES = Bareme("tranches", tranches=(Tranche(0, 100), Tranche(50_000, 250), Tranche(100_000, 480)))


def projet(*activites: Activite, debut=ANNEE[0], fin=ANNEE[1], categorie="", **bareme) -> Projet:
    """A tariff of these activities, over the year: 3,45 € the séance unless told otherwise."""
    voulu = Bareme(**({"mode": "forfait", "prix": 345} | bareme))
    return Projet(tuple(a.id for a in activites), debut, fin, categorie, voulu)


def creer(agent: Compte, voulu: Projet, *, remplacer: bool = False) -> list[Tarif]:
    """Shown, then confirmed."""
    vu = tarifs.prevoir(agent, voulu, remplacer=remplacer).empreinte
    return tarifs.creer(agent, voulu, vu, remplacer=remplacer)


def poses(activite: Activite) -> list[Pose]:
    """The tariffs of the activity, by their first day."""
    return list(effet_de_tarif.etats_de([activite.id])[activite.id].poses)


def vu(tarif: Tarif) -> str:
    """The mark of the page that shows it."""
    etat = effet_de_tarif.etats_de([tarif.activite_id])[tarif.activite_id]
    return tarifs.marque(next(p for p in etat.poses if p.id == tarif.id), etat)


def tel_quel(tarif: Tarif, **change) -> Projet:
    """The tariff as its form shows it, but for this."""
    etat = effet_de_tarif.etats_de([tarif.activite_id])[tarif.activite_id]
    sien = tarifs.projet_de(next(p for p in etat.poses if p.id == tarif.id))
    bareme = {n: change.pop(n) for n in list(change) if n in Bareme.__dataclass_fields__}
    return replace(sien, bareme=replace(sien.bareme, **bareme), **change)
