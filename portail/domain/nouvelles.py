"""What changed on a family's planning since its page was drawn: the open page asks, every few seconds.

The page holds a mark of all that it was drawn from: the family's journal, the places of the séances that it
shows, the calendar. As long as it stays the same there is nothing to tell, and the query that finds the
session says so. When it moves, the planning is read again, and what changed is told.
"""

import datetime as dt
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from peewee import JOIN, Expression, Field, ModelSelect, fn

import workflows as w
from models import (
    Calendrier,
    Capacite,
    CapaciteActivite,
    Enfant,
    Evenement,
    Famille,
    JourDeCapacite,
    Preinscription,
    Seance,
)
from portail import clock
from portail.domain import lecture_planning
from portail.domain.cadre import Cadre
from portail.domain.creneaux import Creneau, SeanceVue
from portail.domain.droits import Regard
from portail.domain.lecture_planning import GroupeSeance, Planning
from portail.domain.preparees import preparee

RECUL = dt.timedelta(seconds=20)
"""How long what was written may stay unseen after it was numbered or dated: longer than any transaction.

Numbers are given before the commit: a smaller one may appear after a larger one was read. What is younger
than this is told once more rather than missed.
"""
DITES_AU_PLUS = 3
"""Beyond, so many slots are counted rather than said one by one."""
INSTANT = "%Y%m%dT%H%M%S"
"""How `Repere.vu` is written in an address."""


@dataclass(frozen=True)
class Repere:
    """Where an open page stands.

    `depuis`: up to where the journal has been told for good; `dit`: its last line spoken of; `vu`: when all
    of it was read, in UTC; `charpente`: what days and slots the page is made of; `marque`: what it was drawn
    from, for its next request to compare; empty when it has something still to be told.
    """

    depuis: int
    dit: int
    vu: dt.datetime
    charpente: str = ""
    marque: str = ""

    @property
    def requete(self) -> str:
        """As the page carries it, in the address of its next request."""
        vu = self.vu.strftime(INSTANT)
        return urlencode({"depuis": self.depuis, "dit": self.dit, "vu": vu, "charpente": self.charpente})


@dataclass(frozen=True)
class Nouvelles:
    """What to send to an open page: the slots to draw again, or all of the planning; what to say aloud."""

    repere: Repere
    planning: Planning
    entier: bool
    """Whether days or slots came or went: the whole of it is drawn again."""
    creneaux: Sequence[Creneau]
    annonce: str


def a_guetter(cadre: Cadre, depuis: int) -> list[Expression]:
    """Numbers about a row of `Famille`, at least one of which moves when its planning may look otherwise.

    The lines of its journal after `depuis`; the séances of its activities, and how often their places moved:
    whichever comes first, this only grows; the same of the days of what they share with others; the days of
    the calendar.
    """
    montrees = None if cadre.activites is None else list(cadre.activites) or [0]
    return _nombres(depuis, cadre.debut, cadre.fin, montrees)


def _nombres(depuis, debut, fin, montrees) -> list[Expression]:
    lignes = Evenement.select(fn.COUNT(Evenement.id)).where(
        Evenement.famille == Famille.id, Evenement.id > depuis
    )
    miennes = _miennes(debut, fin, montrees, Famille.id)
    places = Seance.select(fn.SUM(Seance.mouvements + 1)).where(
        Seance.activite.in_(miennes.select(Preinscription.activite)), Seance.jour.between(debut, fin)
    )
    partages = CapaciteActivite.activite == Preinscription.activite
    de_chacune = JourDeCapacite.select(fn.SUM(JourDeCapacite.mouvements)).where(
        JourDeCapacite.capacite == Capacite.id, JourDeCapacite.jour.between(debut, fin)
    )
    partagees = Capacite.select(fn.SUM(de_chacune)).where(
        Capacite.id.in_(
            miennes.join_from(Preinscription, CapaciteActivite, on=partages).select(CapaciteActivite.capacite)
        )
    )
    jours = Calendrier.select(fn.COUNT(Calendrier.id)).where(Calendrier.fin >= debut, Calendrier.debut <= fin)
    return [lignes, places, partagees, jours]


def marquer(famille: Famille, guette: Sequence[int | None]) -> str:
    """The mark that these numbers make; another family's is never the same."""
    return "-".join(str(nombre or 0) for nombre in (famille.id, *guette))


def reperer(famille: Famille, cadre: Cadre) -> Repere:
    """Where a page stands that is about to be drawn. To be asked before what it shows is read: what changes
    meanwhile is then told, once too often rather than never. Two queries.
    """
    dernieres = _dernieres_lignes(famille.id)
    vu = clock.maintenant()
    sures = [ident for ident, quand in dernieres if quand < vu - RECUL]
    depuis = sures[0] if sures else dernieres[-1][0] - 1 if dernieres else 0
    dit = dernieres[0][0] if dernieres else 0
    return Repere(depuis, dit, vu, marque=_lire_la_marque(famille, cadre, depuis))


def dessine(repere: Repere, planning: Planning, famille: Famille) -> Repere:
    """The same, once the planning that the page shows has been read."""
    return replace(repere, charpente=_charpente(planning, famille))


def est_d_une_autre(famille: Famille, avant: Repere) -> bool:
    """Whether the page was drawn of another file: this one was chosen since, in another window."""
    return bool(avant.charpente) and not avant.charpente.startswith(f"{famille.id}-")


def depuis(regard: Regard, avant: Repere, cadre: Cadre, ouvert: str = "") -> Nouvelles | None:
    """What changed of this look since a page that stands at `avant`; None: nothing to show as yet.

    `regard` reads the page. The slot whose confirmation is open (`ouvert`, its id on the page) is left alone,
    then told once it is closed; so is the whole planning, when it is to be drawn again.
    """
    famille = regard.famille
    lignes, apres = _suite(famille, avant, cadre)
    bougees = _bougees(famille, cadre, avant.vu - RECUL)
    planning = lecture_planning.planning(
        famille, cadre.debut, cadre.fin, cadre.enfants, cadre.activites, regard=regard
    )
    apres = dessine(apres, planning, famille)
    siennes = [ligne for ligne in lignes if ligne.objet == "reservation"]
    changees = {ligne.objet_id for ligne in siennes}
    autrui = {e.objet_id for e in siennes if e.id > avant.dit and e.auteur_id != regard.compte.id}
    touches = [c for c in planning.creneaux() if c.reservation_id in changees or _a_bouge(c.seance, bougees)]
    creneaux = [c for c in touches if c.id != ouvert]
    entier = avant.charpente not in ("", apres.charpente)
    if ouvert and (entier or len(creneaux) < len(touches)):
        attente = replace(avant, charpente=apres.charpente)
        return Nouvelles(attente, planning, False, creneaux, "") if creneaux and not entier else None
    a_dire = [c for c in touches if c.reservation_id in autrui]
    return Nouvelles(apres, planning, entier, creneaux, _annoncer(a_dire, entier))


# ——— inside ———


@preparee
def _dernieres_lignes(famille):
    return (
        Evenement.select(Evenement.id, Evenement.quand)
        .where(Evenement.famille == famille)
        .order_by(Evenement.id.desc())
        .limit(30)
    )


def _miennes(debut, fin, montrees, famille: Famille | Field) -> ModelSelect:
    """The pre-registrations of which this look shows the activities to the family: they are accepted."""
    requete = (
        Preinscription.select()
        .join(Enfant)
        .where(
            Enfant.famille == famille,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.debut <= fin,
            Preinscription.fin >= debut,
        )
    )
    return requete if montrees is None else requete.where(Preinscription.activite.in_(montrees))


def _activites(debut, fin, montrees, famille: Famille) -> ModelSelect:
    """The activities that this look shows, and those with which they share places."""
    partage, autre = CapaciteActivite.alias(), CapaciteActivite.alias()
    return (
        _miennes(debut, fin, montrees, famille)
        .join_from(Preinscription, partage, JOIN.LEFT_OUTER, on=partage.activite == Preinscription.activite)
        .join(autre, JOIN.LEFT_OUTER, on=autre.capacite == partage.capacite)
        .select(fn.COALESCE(autre.activite, Preinscription.activite))
    )


def _lire_la_marque(famille: Famille, cadre: Cadre, depuis: int) -> str:
    quoi = (famille.id, depuis, cadre.debut, cadre.fin)
    if cadre.activites is None:
        (nombres,) = _marque_de_tout(*quoi)
    else:
        (nombres,) = _marque_de_certaines(*quoi, sorted(cadre.activites) or [0])
    return marquer(famille, nombres)


@preparee
def _marque_de_tout(famille, depuis, debut, fin):
    return Famille.select(*_nombres(depuis, debut, fin, None)).where(Famille.id == famille)


@preparee
def _marque_de_certaines(famille, depuis, debut, fin, montrees):
    return Famille.select(*_nombres(depuis, debut, fin, montrees)).where(Famille.id == famille)


def _suite(famille: Famille, avant: Repere, cadre: Cadre) -> tuple[list[Evenement], Repere]:
    """The lines of the journal since then, and where a page that is told of them stands."""
    lignes = list(
        Evenement.select(Evenement.id, Evenement.quand, Evenement.auteur, Evenement.objet, Evenement.objet_id)
        .where(Evenement.famille == famille, Evenement.id > avant.depuis)
        .order_by(Evenement.id)
    )
    vu = clock.maintenant()
    jusqua = max((ligne.id for ligne in lignes if ligne.quand < vu - RECUL), default=avant.depuis)
    dit = max([avant.dit, *(ligne.id for ligne in lignes)])
    return lignes, Repere(jusqua, dit, vu, marque=_lire_la_marque(famille, cadre, jusqua))


def _bougees(famille: Famille, cadre: Cadre, depuis: dt.datetime) -> dict[int, dt.date]:
    """The séances whose places moved since then, whoever moved them, with their day."""
    montrees = None if cadre.activites is None else list(cadre.activites) or [0]
    requete = Seance.select(Seance.id, Seance.jour).where(
        Seance.activite.in_(_activites(cadre.debut, cadre.fin, montrees, famille)),
        Seance.jour.between(cadre.debut, cadre.fin),
        Seance.bouge_le > depuis,
    )
    return dict(requete.tuples())


def _a_bouge(seance: SeanceVue, bougees: Mapping[int, dt.date]) -> bool:
    """Whether its places moved, or may have: it shares some with others of that day."""
    return seance.id in bougees or (seance.activite.partagee and seance.jour in bougees.values())


def _charpente(planning: Planning, famille: Famille) -> str:
    """The days and the slots that there are, whatever their state, in short."""
    jours = [
        (jour.mention, [(g.seance.id, g.seance.plage, g.seance.fermeture, _enfants(g)) for g in jour.groupes])
        for jour in planning.jours
    ]
    tout = repr((clock.aujourdhui(), planning.enfants, planning.activites, jours))
    return f"{famille.id}-{zlib.crc32(tout.encode()):08x}"


def _enfants(groupe: GroupeSeance) -> list[int]:
    return [creneau.enfant.id for creneau in groupe.creneaux]


def _annoncer(creneaux: Sequence[Creneau], entier: bool) -> str:
    if len(creneaux) > DITES_AU_PLUS:
        return f"{len(creneaux)} créneaux de votre planning ont changé."
    if entier and not creneaux:
        return "Votre planning vient de changer."
    return " ".join(creneau.phrase for creneau in creneaux)
