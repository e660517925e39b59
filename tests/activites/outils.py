"""What the tests of the set-up share: a project typed, an effect shown then confirmed, what holds always."""

import datetime as dt
from dataclasses import replace

from models import Activite, Affectation, Compte, Delai, Horaire, Lieu
from portail.domain import activites
from portail.domain.effet_d_activite import Effet
from portail.domain.projet_d_activite import Plage, Projet
from portail.domain.verification import verifier
from tests.invariants import fautes

DEMAIN = dt.date(2026, 12, 2)


def projet_de(activite: Activite, **changes) -> Projet:
    """The activity as it is, but for this."""
    horaires = Horaire.select().where(Horaire.activite == activite)
    return replace(Projet.de(Activite.get_by_id(activite.id), horaires), **changes)


def plage(debut="11:30", fin="13:30", places=60, jours=(0, 1, 3, 4), periode="scolaire", origine=()) -> Plage:
    heures = dt.time.fromisoformat(debut), dt.time.fromisoformat(fin)
    return Plage(frozenset(jours), *heures, places, periode, frozenset(origine))


def origine(activite: Activite) -> frozenset[int]:
    """The rows that its pattern is made of: what a line that stays is."""
    return frozenset(h.id for h in Horaire.select().where(Horaire.activite == activite))


def un_stage(lieu: Lieu, **changes) -> Projet:
    return replace(
        Projet(
            nom="Stage de voile",
            lieu_id=lieu.id,
            debut=dt.date(2027, 4, 12),
            fin=dt.date(2027, 4, 16),
            age_min=6,
            age_max=12,
            reservable=True,
            automatique=False,
            delai_reservation=Delai("jours", 10, dt.time(12)),
            delai_absence=Delai("ouvres", 2, dt.time(12)),
            plages=(plage("09:00", "17:00", 12, range(5), "toujours"),),
        ),
        **changes,
    )


def creer(agent: Compte, projet: Projet) -> Activite:
    """Shown, then confirmed."""
    return activites.creer(agent, projet, activites.prevoir(agent, None, projet).empreinte)


def modifier(agent: Compte, activite: Activite, projet: Projet, **plus) -> Effet:
    """Shown, then confirmed."""
    vu = activites.prevoir(agent, activite.id, projet).empreinte
    return activites.modifier(agent, activite.id, projet, vu, **plus)


def limiter(compte: Compte, nom: str = "Centre Prévert") -> Lieu:
    """Another place, the only one that this account has from now on."""
    lieu = Lieu.create(nom=nom)
    Affectation.create(compte=compte, lieu=lieu)
    return lieu


def sains() -> None:
    """All that must always hold, but for the first journal lines, that the small world goes without."""
    assert fautes() == []
    sans_journal = ("preinscription ", "abonnement ")
    assert [r.phrase for r in verifier() if not r.phrase.startswith(sans_journal)] == []
