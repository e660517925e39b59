"""The sheet of a roll call, as it is read: who is expected, who came, what must be known of each child.

Health and who may come are there only for the families whose part of the sheet the account has opened
(`feuilles.ouvrir`): of the others nothing is read, nor unsealed. So many queries, whatever the number of
children.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Enfant,
    Lieu,
    Pointage,
    Preinscription,
    Presence,
    Reservation,
    Seance,
    normaliser,
)
from portail import clock, mots
from portail.domain import champs, feuilles, perimetre, photos, pointage, sorties
from portail.domain.ligne_de_pointage import ATTENDUS, AUTRES, GROUPES, INSCRITS, Conflit, Ligne, Sante
from portail.domain.perimetre import Perimetre
from portail.domain.pointages_du_jour import Totaux
from portail.domain.refus import Introuvable, Refus

TROUVES_MAX = 20
"""How many children a search for one who came without a booking shows."""


@dataclass(frozen=True)
class Feuille:
    """The sheet of one séance."""

    seance: Seance
    lignes: list[Ligne]
    lisible: bool
    """Whether the account may open what is sensitive today."""
    a_ouvrir: int
    """How many children of the sheet it has not opened."""
    obstacle: str
    """Why nothing can be pointed; empty when it can."""
    dernier: int
    """The last tap that was received."""
    ecartees: frozenset[int] = frozenset()
    """The children whom a filter leaves out."""

    @property
    def quand(self) -> str:
        return f"{mots.jour_long(self.seance.jour)}, {mots.plage(self.seance.debut, self.seance.fin)}"

    def du_groupe(self, groupe: str) -> list[Ligne]:
        siennes = (ligne for ligne in self.lignes if ligne.groupe == groupe)
        return [ligne for ligne in siennes if ligne.id not in self.ecartees]

    def filtrer(self, q: str = "", classe: str = "", voir: str = "") -> "Feuille":
        """The same, of the children of that name, of that class; with `voir`, of those not pointed yet."""
        mots_cherches = normaliser(q[:100]).split()
        ecartees = {
            ligne.id
            for ligne in self.lignes
            if not all(mot in ligne.recherche for mot in mots_cherches)
            or (classe and ligne.enfant.classe != classe)
            or (voir and ligne.etat)
        }
        return replace(self, ecartees=frozenset(ecartees))

    @property
    def groupes(self) -> dict[str, str]:
        return GROUPES

    def ligne(self, enfant_id: int) -> Ligne | None:
        """That of this child, if it is on the sheet."""
        return next((ligne for ligne in self.lignes if ligne.id == enfant_id), None)

    @property
    def titre(self) -> str:
        return f"{self.seance.activite.nom}, {mots.jour_long(self.seance.jour)}"

    @property
    def classes(self) -> list[str]:
        return sorted({ligne.enfant.classe for ligne in self.lignes if ligne.enfant.classe}, key=normaliser)

    @property
    def marque(self) -> str:
        """Moves whenever a row may have."""
        return f"{self.seance.mouvements}-{self.dernier}"

    @property
    def totaux(self) -> Totaux:
        attendus = [ligne for ligne in self.lignes if ligne.groupe == ATTENDUS]
        presents = [ligne for ligne in self.lignes if ligne.etat == pointage.PRESENT]
        return Totaux(
            attendus=sum(not ligne.sans_reservation for ligne in attendus),
            presents=len(presents),
            absents=sum(ligne.etat == pointage.ABSENT for ligne in self.lignes),
            restants=sum(not ligne.etat for ligne in attendus),
            sans_reservation=sum(ligne.sans_reservation for ligne in presents),
            partis=sum(bool(ligne.partie) for ligne in presents),
            conflits=sum(bool(ligne.conflits) for ligne in self.lignes),
        )


def feuille(
    compte: Compte,
    vue: Perimetre,
    seance_id: int,
    enfants: Collection[int] | None = None,
    imprimee: bool = False,
) -> Feuille:
    """The sheet as this account sees it; or only these children of it. :class:`Introuvable` out of sight.

    `imprimee`: that of the families for whom it has just been printed, which the journal says.
    """
    seance = charger(vue, seance_id)
    lisible = feuilles.est_lisible(seance.jour)
    acte = feuilles.IMPRESSION if imprimee else feuilles.OUVERTURE
    lues = feuilles.lues(compte, seance_id, acte) if lisible else set()
    trouves = _enfants(seance, enfants)
    ouverts = [enfant.id for enfant, *_ in trouves if enfant.famille_id in lues]
    qui, conflits = sorties.personnes(ouverts), _conflits(seance_id)
    en_photo = photos.en_place([enfant.id for enfant, *_ in trouves])
    lignes = [
        Ligne(
            *(enfant, statut, presence, _groupe(statut, presence)),
            photo=enfant.id in en_photo,
            ouverte=enfant.famille_id in lues,
            sante=_sante(enfant, seance.jour) if enfant.famille_id in lues else Sante(),
            personnes=qui.get(enfant.id, []),
            conflits=conflits.get(enfant.id, []),
        )
        for enfant, statut, presence in trouves
    ]
    a_ouvrir = sum(not ligne.ouverte and ligne.groupe != INSCRITS for ligne in lignes)
    dernier = Pointage.select(fn.MAX(Pointage.id)).where(Pointage.seance == seance_id).scalar() or 0
    return Feuille(seance, lignes, lisible, a_ouvrir, _obstacle(compte, seance), dernier)


def charger(vue: Perimetre, seance_id: int) -> Seance:
    """The séance, its activity and its place; :class:`Introuvable` out of sight."""
    trouvee = (
        Seance.select(Seance, Activite, Lieu)
        .join(Activite)
        .join(Lieu)
        .where(Seance.id == seance_id, *vue.seances())
        .first()
    )
    if trouvee is None:
        raise Introuvable(perimetre.INTROUVABLE)
    return trouvee


def marquer(vue: Perimetre, seance_id: int) -> str:
    """The mark of a sheet (`Feuille.marque`), without reading it; empty out of sight. One query."""
    dernier = Pointage.select(fn.MAX(Pointage.id)).where(Pointage.seance == seance_id)
    lue = Seance.select(Seance.mouvements, dernier).where(Seance.id == seance_id, *vue.seances())
    trouvee = lue.tuples().first()
    return f"{trouvee[0]}-{trouvee[1] or 0}" if trouvee else ""


def pointes_depuis(seance_id: int, dernier: int) -> list[int]:
    """The children of the taps that were received since then. The lock of the séance orders their numbers."""
    requete = Pointage.select(Pointage.enfant).where(Pointage.seance == seance_id, Pointage.id > dernier)
    return sorted({enfant for (enfant,) in requete.tuples()})


def chercher(vue: Perimetre, q: str) -> list[Enfant]:
    """Children in sight by name, to be pointed without a booking. A single letter names nobody. One query."""
    cherches = normaliser(q).split()[:5]
    if not cherches or len("".join(cherches)) < 2:
        return []
    conditions = [Enfant.recherche.contains(mot) for mot in cherches]
    requete = Enfant.select(Enfant, Lieu).join(Lieu, JOIN.LEFT_OUTER).where(*conditions, *vue.enfants())
    return list(requete.order_by(Enfant.recherche, Enfant.id).limit(TROUVES_MAX))


def photo(vue: Perimetre, seance_id: int, enfant_id: int) -> bytes | None:
    """The picture of a child who is on the sheet; None when there is none, or no such child there."""
    seance = charger(vue, seance_id)
    return photos.lire(enfant_id) if _enfants(seance, [enfant_id]) else None


# ——— inside ———


def _obstacle(compte: Compte, seance: Seance) -> str:
    try:
        pointage.exiger_le_moment(compte, seance)
    except Refus as refus:
        return refus.phrase
    return ""


def _enfants(seance: Seance, seuls: Collection[int] | None) -> list[tuple[Enfant, str, Presence | None]]:
    """Whoever is on the sheet, with their créneau and what was pointed, by name. One query."""
    reserves = Reservation.select(Reservation.enfant).where(
        Reservation.seance == seance, Reservation.statut != w.NON_RESERVE
    )
    pointes = Presence.select(Presence.enfant).where(Presence.seance == seance)
    inscrits = Preinscription.select(Preinscription.enfant).where(
        Preinscription.activite == seance.activite_id,
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.debut <= seance.jour,
        Preinscription.fin >= seance.jour,
    )
    requete = (
        Enfant.select(Enfant, Reservation.statut, Presence, Compte)
        .join(
            Reservation,
            JOIN.LEFT_OUTER,
            on=(Reservation.enfant == Enfant.id) & (Reservation.seance == seance),
            attr="creneau",
        )
        .join_from(
            Enfant,
            Presence,
            JOIN.LEFT_OUTER,
            on=(Presence.enfant == Enfant.id) & (Presence.seance == seance),
            attr="pointee",
        )
        .join(Compte, JOIN.LEFT_OUTER, on=Presence.pointe_par, attr="pointe_par")
        .where(Enfant.id.in_(reserves | pointes | inscrits))
    )
    if seuls is not None:
        requete = requete.where(Enfant.id.in_(list(seuls) or [0]))
    trouves = [(enfant, _statut(enfant), getattr(enfant, "pointee", None)) for enfant in requete]
    return sorted(trouves, key=lambda t: (normaliser(t[0].nom), t[0].recherche, t[0].id))


def _statut(enfant: Enfant) -> str:
    creneau = getattr(enfant, "creneau", None)
    return creneau.statut if creneau else w.NON_RESERVE


def _groupe(statut: str, presence: Presence | None) -> str:
    if presence is not None or statut in pointage.ATTENDU:
        return ATTENDUS
    return INSCRITS if statut == w.NON_RESERVE else AUTRES


def _sante(enfant: Enfant, jour: dt.date) -> Sante:
    boite = champs.ouvrir(enfant.sante)
    regime = boite.get("regime", "")
    consignes, fin = boite.get("pai_consignes", ""), boite.get("pai_fin", "")
    pai = ""
    if fin:
        dernier = dt.date.fromisoformat(fin)
        pai = f"{'valable jusqu’au' if dernier >= jour else 'échu depuis le'} {mots.jour_annee(dernier)}"
    elif consignes or boite.get("pai_debut"):
        pai = "en cours"
    return Sante(
        dict(champs.REGIMES).get(regime, regime) if regime else "",
        boite.get("allergies", ""),
        pai,
        consignes,
        boite.get("medecin", ""),
        boite.get("medecin_telephone", ""),
    )


GESTES = {"present": "Présent", "absent": "Absent", "efface": "Pointage effacé", "parti": "Départ"}


def _conflits(seance_id: int) -> dict[int, list[Conflit]]:
    """What waits for somebody to choose, by child. One query."""
    requete = (
        Pointage.select(Pointage, Compte)
        .join(Compte, on=Pointage.compte)
        .where(Pointage.seance == seance_id, Pointage.issue == pointage.CONFLIT)
        .order_by(Pointage.id)
    )
    trouves: dict[int, list[Conflit]] = {}
    for p in requete:
        trouves.setdefault(p.enfant_id, []).append(Conflit(p.geste, _raconter(p)))
    return trouves


def _raconter(p: Pointage) -> str:
    quoi = GESTES.get(p.geste, p.geste) + (f" avec {p.avec}" if p.avec else "")
    recu = mots.heure(clock.a_paris(p.recu_le).time())
    if p.tape_le is None:
        return f"{quoi}, par {p.compte.nom_complet} à {recu}"
    tape = mots.heure(clock.a_paris(p.tape_le).time())
    return f"{quoi}, par {p.compte.nom_complet} à {tape} à l’heure de son appareil (reçu à {recu})"
