"""Two files of one family: what stands in the way of making them one, what it would do. Nothing is written.

The preview shows it; the act (`fusion.py`) looks again, in its transaction, at the very same thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from peewee import fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Demande,
    Enfant,
    Famille,
    LienParental,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    normaliser,
)
from portail import mots
from portail.domain import champs
from portail.domain.application import empreinte
from portail.domain.guichet import DROITS

VIVANTES = (w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)
EN_DOUBLE = (w.RESERVE, w.LISTE_ATTENTE, w.ABSENT)
"""What a child may have twice on one séance, once in each file: the second one is freed."""


@dataclass(frozen=True)
class Pareils:
    """Who of the emptied file is whom in the kept one, by id. Whoever is not here joins the kept file."""

    enfants: Mapping[int, int] = field(default_factory=dict)
    adultes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Double:
    """One séance on which a child has something in both files."""

    vide: Reservation
    """The row of the emptied file."""
    garde: Reservation
    libere: bool
    """Whether both count: the one of the emptied file is freed first."""
    phrase: str
    """« Léa, Cantine, lundi 7 décembre »."""


@dataclass
class Examen:
    """What making these two files one would meet."""

    garde: Famille
    vide: Famille
    pareils: Pareils
    enfants: list[Enfant]
    """Of the emptied file."""
    adultes: list[Responsable]
    enfants_gardes: list[Enfant]
    adultes_gardes: list[Responsable]
    doubles: list[Double] = field(default_factory=list)
    en_trop: list[Preinscription] = field(default_factory=list)
    """Registrations of the emptied file that one of the kept file covers: cancelled."""
    obstacles: list[str] = field(default_factory=list)
    """What has to be settled first, in words."""
    combien: dict[str, int] = field(default_factory=dict)
    """How many demandes, registrations, bookings, subscribed accounts move."""

    @property
    def liberes(self) -> list[Double]:
        return [double for double in self.doubles if double.libere]

    @property
    def repere(self) -> str:
        """A mark of all this: another one means that something moved meanwhile."""
        vus = [f"{self.garde.id}-{self.vide.id}", repr(sorted(self.combien.items())), *self.obstacles]
        vus += [f"{d.vide.id} {d.vide.statut} {d.garde.id} {d.garde.statut}" for d in self.doubles]
        vus += [str(p.id) for p in self.en_trop]
        gens = (self.enfants, self.adultes, self.enfants_gardes, self.adultes_gardes)
        vus += [repr([(un.id, un.nom_complet) for un in siens]) for siens in gens]
        return empreinte(vus)


def proposer(garde: Famille, vide: Famille) -> Pareils:
    """Who seems to be whom: the same first name and birth date; the same address, or the same name."""
    enfants = {(normaliser(e.prenom), e.naissance): e.id for e in _enfants(garde)}
    adultes = _adultes(garde)
    par_email = {a.email.casefold(): a.id for a in adultes if a.email}
    par_nom = {normaliser(a.nom_complet): a.id for a in adultes}
    memes, pris = {}, set()
    for a in _adultes(vide):
        sien = par_email.get(a.email.casefold()) or par_nom.get(normaliser(a.nom_complet))
        if sien and sien not in pris:
            memes[a.id] = sien
            pris.add(sien)
    trouves = {
        e.id: enfants.pop((normaliser(e.prenom), e.naissance))
        for e in _enfants(vide)
        if (normaliser(e.prenom), e.naissance) in enfants
    }
    return Pareils(trouves, memes)


def examiner(garde: Famille, vide: Famille, pareils: Pareils) -> Examen:
    """What making them one would meet, `garde` kept. As many queries, whatever the two files hold."""
    examen = Examen(garde, vide, pareils, _enfants(vide), _adultes(vide), _enfants(garde), _adultes(garde))
    if _incoherents(examen):
        examen.obstacles.append("Deux personnes du dossier vidé ne peuvent pas être la même : relisez.")
        return examen
    _compter(examen)
    _examiner_les_modifications(examen)
    _examiner_la_sante(examen)
    _examiner_les_autorisations(examen)
    _examiner_les_droits(examen)
    _examiner_les_inscriptions(examen)
    _examiner_les_creneaux(examen)
    return examen


# ——— inside ———


def _enfants(famille: Famille) -> list[Enfant]:
    return list(Enfant.select().where(Enfant.famille == famille).order_by(Enfant.rang, Enfant.id))


def _adultes(famille: Famille) -> list[Responsable]:
    requete = Responsable.select().where(Responsable.famille == famille)
    return list(requete.order_by(Responsable.rang, Responsable.id))


def _incoherents(examen: Examen) -> bool:
    """Whether a couple names somebody of elsewhere, or one person twice."""
    for couples, siens, gardes in (
        (examen.pareils.enfants, examen.enfants, examen.enfants_gardes),
        (examen.pareils.adultes, examen.adultes, examen.adultes_gardes),
    ):
        vides = {un.id for un in siens}
        connus = {un.id for un in gardes}
        if not set(couples) <= vides or not set(couples.values()) <= connus:
            return True
        if len(set(couples.values())) < len(couples):
            return True
    return False


def _compter(examen: Examen) -> None:
    ids = [enfant.id for enfant in examen.enfants] or [0]
    standing = Reservation.statut != w.NON_RESERVE
    ouverts = Abonnement.statut != w.RESILIE
    examen.combien = {
        "demandes": Demande.select().where(Demande.famille == examen.vide).count(),
        "inscriptions": Preinscription.select().where(Preinscription.enfant.in_(ids)).count(),
        "creneaux": Reservation.select().where(Reservation.enfant.in_(ids), standing).count(),
        "comptes": Abonnement.select().where(Abonnement.famille == examen.vide, ouverts).count(),
    }


def _examiner_les_modifications(examen: Examen) -> None:
    """A change of the file that waits is of a sheet that may go: it is answered first."""
    attend = (
        Modification.select(fn.COUNT(Modification.id))
        .join(Demande)
        .where(Demande.famille == examen.vide, Modification.statut == w.EN_ATTENTE)
        .scalar()
    )
    if attend:
        quoi = mots.pluriel(attend, "modification attend", "modifications attendent")
        examen.obstacles.append(
            f"Au dossier vidé, {quoi} une réponse : répondez d’abord à la demande, dans la file."
        )


def _examiner_la_sante(examen: Examen) -> None:
    """What is sealed of a child is never lost: the two files say the same, or one says nothing."""
    gardes = {enfant.id: enfant for enfant in examen.enfants_gardes}
    for enfant in examen.enfants:
        pareil = gardes.get(examen.pareils.enfants.get(enfant.id, 0))
        if pareil is None or not (enfant.sante and pareil.sante):
            continue
        siennes, autres = (champs.valeurs(un, [champs.SANTE]) for un in (enfant, pareil))
        if any(texte and texte != autres[nom] for nom, texte in siennes.items()):
            examen.obstacles.append(
                f"{enfant.prenom} : les deux dossiers n’ont pas les mêmes données sanitaires."
                " Rendez-les pareilles au guichet, sur les deux fiches, avant de réunir les dossiers."
            )


def _examiner_les_autorisations(examen: Examen) -> None:
    """What a family allows is not for the file that is kept to choose: both say the same, or one nothing."""
    gardes = {enfant.id: enfant for enfant in examen.enfants_gardes}
    for enfant in examen.enfants:
        pareil = gardes.get(examen.pareils.enfants.get(enfant.id, 0))
        if pareil is None:
            continue
        siennes, autres = (champs.valeurs(un, [champs.AUTORISATIONS]) for un in (enfant, pareil))
        autrement = [
            f"« {champ.libelle} »"
            for champ in champs.de_la_rubrique("enfant", champs.AUTORISATIONS)
            if siennes[champ.nom] and autres[champ.nom] and siennes[champ.nom] != autres[champ.nom]
        ]
        if autrement:
            examen.obstacles.append(
                f"{enfant.prenom} : les deux dossiers ne disent pas la même chose de"
                f" {mots.enumeration(autrement)}. Demandez à la famille, et rendez les deux fiches pareilles."
            )


def _examiner_les_droits(examen: Examen) -> None:
    """Nor what an adult is to a child: a right that was taken away must not come back with a file."""
    adultes, enfants = examen.pareils.adultes, examen.pareils.enfants
    liens = LienParental.select(LienParental.responsable, LienParental.enfant, LienParental.droit).where(
        LienParental.responsable.in_([*adultes, *adultes.values()] or [0]),
        LienParental.enfant.in_([*enfants, *enfants.values()] or [0]),
    )
    droits = {(adulte, enfant): droit for adulte, enfant, droit in liens.tuples()}
    noms = {un.id: un.nom_complet for un in examen.adultes}
    prenoms = {un.id: un.prenom for un in examen.enfants}
    for (adulte, enfant), droit in sorted(droits.items()):
        if adulte not in adultes or enfant not in enfants:
            continue
        autre = droits.get((adultes[adulte], enfants[enfant]), droit)
        if autre != droit:
            examen.obstacles.append(
                f"{noms[adulte]}, pour {prenoms[enfant]} : « {DROITS[droit].lower()} » dans le dossier vidé,"
                f" « {DROITS[autre].lower()} » dans l’autre. Rendez les deux pareils, au guichet, avant de"
                " réunir les dossiers."
            )


def _examiner_les_inscriptions(examen: Examen) -> None:
    """Registrations of one child to one activity never overlap: a covered one goes, else it is refused."""
    noms = {enfant.id: enfant.prenom for enfant in examen.enfants}
    toutes = list(
        Preinscription.select(Preinscription, Activite)
        .join(Activite)
        .where(
            Preinscription.enfant.in_([*examen.pareils.enfants, *examen.pareils.enfants.values()] or [0]),
            Preinscription.statut.in_(VIVANTES),
        )
        .order_by(Preinscription.debut, Preinscription.id)
    )
    for sienne in (p for p in toutes if p.enfant_id in examen.pareils.enfants):
        pareil = examen.pareils.enfants[sienne.enfant_id]
        autres = [
            p
            for p in toutes
            if (p.enfant_id, p.activite_id) == (pareil, sienne.activite_id)
            and p.debut <= sienne.fin
            and sienne.debut <= p.fin
        ]
        if not autres:
            continue
        acceptees = {sienne.statut, *(p.statut for p in autres)} == {w.RESERVATION_POSSIBLE}
        if acceptees and any(p.debut <= sienne.debut and sienne.fin <= p.fin for p in autres):
            examen.en_trop.append(sienne)
            continue
        quoi = f"{noms[sienne.enfant_id]}, {sienne.activite.nom}, {mots.du_au(sienne.debut, sienne.fin)}"
        examen.obstacles.append(
            f"{quoi} : les deux dossiers ont cette inscription, pour des jours différents ou sans réponse"
            " encore. Répondez, ou mettez fin à l’une des deux, avant de réunir les dossiers."
        )


def _examiner_les_creneaux(examen: Examen) -> None:
    """What a child has on one séance in both files: nothing in one, the same in both, or a refusal."""
    noms = {enfant.id: enfant.prenom for enfant in examen.enfants}
    pareils = examen.pareils.enfants
    tous = list(
        Reservation.select(Reservation, Seance, Activite)
        .join(Seance)
        .join(Activite)
        .where(Reservation.enfant.in_([*pareils, *pareils.values()] or [0]))
        .order_by(Seance.jour, Seance.debut, Reservation.id)
    )
    gardes = {(r.enfant_id, r.seance_id): r for r in tous if r.enfant_id not in pareils}
    for vide in (r for r in tous if r.enfant_id in pareils):
        garde = gardes.get((pareils[vide.enfant_id], vide.seance_id))
        if garde is None:
            continue
        seance = vide.seance
        phrase = f"{noms[vide.enfant_id]}, {seance.activite.nom}, {mots.jour_long(seance.jour)}"
        rien = w.NON_RESERVE in (vide.statut, garde.statut)
        en_double = vide.statut in EN_DOUBLE and garde.statut in (vide.statut, w.RESERVE)
        examen.doubles.append(Double(vide, garde, en_double and not rien, phrase))
        if not rien and not en_double:
            etats = [w.CRENEAU.etats[un.statut].libelle.lower() for un in (vide, garde)]
            examen.obstacles.append(
                f"{phrase} : « {etats[0]} » dans le dossier vidé, « {etats[1]} » dans l’autre."
                " Laissez un seul des deux avant de réunir les dossiers."
            )
