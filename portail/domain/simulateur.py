"""What an activity would cost a month, by the number of days a week: on the real séances of the year.

The price of each séance is that of the account that looks (`prix_annonce.py`): its own quotient, its own
share; or another quotient, tried and never kept. A month is the mean of those in which the activity takes
place.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import workflows as w
from models import Activite, Enfant, Lieu, Preinscription, Seance
from portail import clock, mots
from portail.domain import prix_annonce, tarification
from portail.domain.calendrier import JoursParticuliers, annee_scolaire, jours_particuliers
from portail.domain.consommations import Inscription
from portail.domain.droits import Regard
from portail.domain.grille_tarifaire import COMMUNE
from portail.domain.payeurs import PartDuCompte, Payeur
from portail.domain.prix_annonce import Annonces, PrixAnnonce
from portail.domain.refus import Introuvable
from portail.domain.regles_preinscription import obstacle_activite, obstacle_age, periode_possible

ACTIVITES_MAX = 12
"""How many are looked at together."""


@dataclass(frozen=True)
class Choix:
    """What is asked; nothing of it is kept."""

    enfants: tuple[int, ...] = ()
    """Whom it is for: one. Whatever else is named must be of those who may be looked at, too."""
    activites: tuple[int, ...] = ()
    quotient: int | None = None
    """In cents, to try; None: the one that the town has."""


@dataclass(frozen=True)
class Rythme:
    """So many days a week."""

    jours: int
    montant: int
    au_mois: bool

    @property
    def phrase(self) -> str:
        """« à 3 jours par semaine : 41,20 € par mois »."""
        if self.au_mois:
            quand = mots.pluriel(self.jours, "jour")
            return f"à {quand} par semaine : {mots.euros(self.montant)} par mois"
        return f"pour {mots.pluriel(self.jours, 'jour')} : {mots.euros(self.montant)}"


@dataclass(frozen=True)
class PrixSimule:
    """One activity, and what it would cost."""

    activite: Activite
    rythmes: Sequence[Rythme] = ()
    forfait: PrixAnnonce | None = None
    """The price of the month, where the number of days changes nothing."""
    pourquoi: Sequence[str] = ()
    """The sentence of each price that holds in the year."""
    comment: str = ""
    """On what the month is counted."""
    manque: str = ""
    """Why there is no price."""


@dataclass(frozen=True)
class Simulation:
    """The page."""

    choix: Choix
    enfants: Sequence[Enfant]
    enfant: Enfant | None
    ouvertes: Sequence[Activite]
    """Those that are open to the child, the ones that it is registered in first."""
    prix: Sequence[PrixSimule]
    sans_quotient: bool
    """Whether the town has none of this account, and none is tried."""


def simuler(regard: Regard, choix: Choix) -> Simulation:
    """What the account would pay; :class:`Introuvable` for a child of whom it decides nothing."""
    enfants = list(
        Enfant.select().where(Enfant.id.in_(sorted(regard.decide) or [0])).order_by(Enfant.rang, Enfant.id)
    )
    par_id = {enfant.id: enfant for enfant in enfants}
    if not par_id.keys() >= set(choix.enfants):
        raise Introuvable("Cet enfant n’existe pas.")
    nommes = [par_id[ident] for ident in choix.enfants] or enfants
    enfant = nommes[0] if choix.enfants or len(enfants) == 1 else None
    if enfant is None:
        return Simulation(choix, enfants, None, (), (), False)
    ouvertes = _ouvertes(enfant)
    choisies = [a for a in ouvertes if a.id in choix.activites][:ACTIVITES_MAX]
    prix, connu = _prix(regard, enfant, choisies, choix.quotient)
    return Simulation(choix, enfants, enfant, ouvertes, prix, bool(choisies) and not connu)


# ——— inside ———


def _ouvertes(enfant: Enfant) -> list[Activite]:
    """Those that it is registered in, then those that may be asked for: of its age, not in another school."""
    jour = clock.aujourdhui()
    siennes = {
        ident
        for (ident,) in Preinscription.select(Preinscription.activite)
        .where(
            Preinscription.enfant == enfant,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.fin >= jour,
        )
        .tuples()
    }
    toutes = (
        Activite.select(Activite, Lieu)
        .join(Lieu)
        .where(Activite.fin >= jour)
        .order_by(Activite.rang, Activite.nom, Activite.debut, Activite.id)
    )
    possibles = [
        a
        for a in toutes
        if a.id in siennes
        or (
            (not a.lieu.ecole or a.lieu_id == enfant.ecole_id)
            and obstacle_activite(a, jour) is None
            and obstacle_age(a, enfant.naissance, periode_possible(a, jour)[0]) is None
        )
    ]
    return sorted(possibles, key=lambda a: a.id not in siennes)


def _prix(
    regard: Regard, enfant: Enfant, activites: Sequence[Activite], quotient: int | None
) -> tuple[list[PrixSimule], bool]:
    """Of each activity; and whether a quotient was known. A few queries, however many there are."""
    if not activites:
        return [], True
    annees = {a.id: _annee(a) for a in activites}
    premier, dernier = min(d for d, _ in annees.values()), max(f for _, f in annees.values())
    particuliers = jours_particuliers(premier, dernier)
    seances: dict[int, list[Seance]] = {a.id: [] for a in activites}
    par_id = {a.id: a for a in activites}
    requete = Seance.select().where(Seance.activite.in_(list(par_id)), Seance.jour.between(premier, dernier))
    for s in requete.order_by(Seance.jour, Seance.debut):
        debut, fin = annees[s.activite_id]
        if debut <= s.jour <= fin and not particuliers.empeche(s, par_id[s.activite_id]):
            seances[s.activite_id].append(s)
    futures = [Inscription(enfant.id, a.id, *annees[a.id]) for a in activites]
    voulues = [(a.id, jour) for a in activites for jour in annees[a.id]]
    annonces = prix_annonce.lire(regard, voulues, futures)
    if annonces is None:
        return [PrixSimule(a, manque=SANS_TARIF) for a in activites], True
    annonces = _essayer(annonces, enfant.id, quotient)
    part = annonces.parts.get(enfant.id)
    if part is None:
        return [PrixSimule(a, manque=SANS_PART.format(enfant.prenom)) for a in activites], True
    faits = [_simuler(a, enfant, seances[a.id], annonces, particuliers) for a in activites]
    return faits, part.payeur.quotient is not None


SANS_TARIF = "La ville n’a pas encore dit ce que coûte cette activité."
SANS_SEANCE = "Aucune séance n’est encore prévue : le prix d’un mois ne peut pas être estimé."
SANS_PART = "La ville ne vous facture rien pour {} : donnez un quotient pour voir un prix entier."


def _annee(activite: Activite) -> tuple[dt.date, dt.date]:
    """The days of the activity in the present school year, or in its first one to come."""
    debut, fin = annee_scolaire(max(clock.aujourdhui(), activite.debut))
    return max(debut, activite.debut), min(fin, activite.fin)


def _essayer(annonces: Annonces, enfant_id: int, quotient: int | None) -> Annonces:
    """The same prices for whoever has this quotient; of a child of whom one pays nothing, the whole."""
    if quotient is None:
        return annonces
    seul = PartDuCompte(Payeur(0, 100, None, None, COMMUNE, False, ""), 0, (100,))
    part = annonces.parts.get(enfant_id, seul)
    essai = replace(part, payeur=replace(part.payeur, quotient=quotient))
    return replace(annonces, parts={**annonces.parts, enfant_id: essai})


def _simuler(
    activite: Activite,
    enfant: Enfant,
    seances: Sequence[Seance],
    annonces: Annonces,
    particuliers: JoursParticuliers,
) -> PrixSimule:
    """Of term, where the activity takes place then; else of the holidays, over all its days."""
    en_classe = [s for s in seances if not particuliers.vacances(s.jour)]
    comptees = en_classe or seances
    if not comptees:
        return PrixSimule(activite, manque=SANS_SEANCE)
    lus = [(s, annonces.prix(enfant.id, activite.id, s.jour, (s.debut, s.fin))) for s in comptees]
    connus = [(s, prix) for s, prix in lus if prix]
    if not connus:
        return PrixSimule(activite, manque=SANS_TARIF)
    pourquoi = list(dict.fromkeys(prix.phrase for _, prix in connus))
    if connus[-1][1].au_mois:
        return PrixSimule(activite, forfait=connus[-1][1], pourquoi=pourquoi)
    jours = sorted({s.jour.weekday() for s, _ in connus})
    mois = sorted({s.jour.replace(day=1) for s, _ in connus})
    somme = sum(prix.montant for _, prix in connus)
    par = len(mois) if en_classe else 1
    rythmes = [
        Rythme(n, tarification.arrondir(somme * n, len(jours) * par), bool(en_classe))
        for n in range(1, len(jours) + 1)
    ]
    return PrixSimule(activite, rythmes, None, pourquoi, _dire_comment(connus, mois, en_classe, len(seances)))


def _dire_comment(
    connus: Sequence[tuple[Seance, PrixAnnonce]], mois: Sequence[dt.date], en_classe: object, toutes: int
) -> str:
    combien = mots.pluriel(len(connus), "séance")
    if not en_classe:
        return f"Compté sur {combien}, {mots.du_au(connus[0][0].jour, connus[-1][0].jour)}."
    debut, fin = mots.mois_annee(mois[0]), mots.mois_annee(mois[-1])
    dit = (
        f"En moyenne, de {debut} à {fin} : {combien} sur {mots.pluriel(len(mois), 'mois', 'mois')},"
        " jours fériés et fermetures ôtés."
    )
    return dit + (" Les vacances ne sont pas comptées." if toutes > len(connus) else "")
