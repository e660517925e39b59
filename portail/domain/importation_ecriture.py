"""The plan of an import, written: a few statements a table, whatever the number of lines."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

import workflows as w
from models import (
    Abonnement,
    Compte,
    Enfant,
    Evenement,
    Famille,
    LienParental,
    Modele,
    Preinscription,
    Reservation,
    Responsable,
    moteur,
    normaliser,
    verrouiller,
)
from portail import clock
from portail.domain import champs, courriels_du_dossier, droits
from portail.domain.champs import Champ
from portail.domain.ecriture import inserer, modifier, reserver_les_ids
from portail.domain.importation_dossiers import CHAMPS, MISE_A_JOUR
from portail.domain.importation_plan import FamilleVue, Personne, Plan, par_lots
from portail.domain.refus import DejaChange
from portail.domain.transitions import REPRENDRE, Acteur, reprendre_ensemble

MODELES: dict[str, type[Modele]] = {"responsable": Responsable, "enfant": Enfant}


def ecrire(plan: Plan, acteur: Acteur) -> None:
    """Write it all, in the transaction of the act, that has locked the séances.

    :class:`DejaChange` when a sheet to be changed is no more as it was read: it is to be worked out again.
    """
    _familles(plan, acteur)
    _personnes(plan)
    _changements(plan, acteur)
    inserer(
        LienParental,
        ("responsable", "enfant", "droit"),
        ((adulte.id, enfant.id, droit) for adulte, enfant, droit in plan.liens),
    )
    maintenant = clock.maintenant()
    reprendre_ensemble(
        Preinscription,
        ("enfant", "activite", "debut", "fin", "cree_le"),
        [
            ((enfant.id, *valeurs, maintenant), w.RESERVATION_POSSIBLE, _id(enfant.famille))
            for enfant, valeurs in plan.inscriptions
        ],
        acteur,
    )
    reprendre_ensemble(
        Reservation,
        ("enfant", "seance"),
        [((enfant.id, seance), statut, _id(enfant.famille)) for enfant, seance, statut in plan.reservations],
        acteur,
    )


# ——— families, and who is in them ———


def _familles(plan: Plan, acteur: Acteur) -> None:
    for famille, ident in zip(plan.familles, reserver_les_ids(Famille, len(plan.familles)), strict=True):
        famille.id = ident
    maintenant = clock.maintenant()
    inserer(
        Famille,
        ("id", "code_abonne", "nom", "recherche", "cree_le"),
        ((f.id, f.code, f.nom, normaliser(f.nom), maintenant) for f in plan.familles),
    )
    _journaliser(acteur, REPRENDRE, "famille", ((_id(f), _id(f), "") for f in plan.familles))
    modifier(
        Famille,
        ("nom", "recherche"),
        ((f.nouveau_nom, normaliser(f.nouveau_nom), f.id) for f in plan.renommees),
    )
    _journaliser(acteur, MISE_A_JOUR, "famille", ((_id(f), _id(f), "Nom") for f in plan.renommees))


def _personnes(plan: Plan) -> None:
    for objet, modele in MODELES.items():
        neuves = [personne for personne in plan.personnes if personne.objet == objet]
        rangs = _rangs(neuves)
        for personne, ident in zip(neuves, reserver_les_ids(modele, len(neuves)), strict=True):
            personne.id = ident
        noms = tuple(champ.name for champ in modele._meta.sorted_fields)
        inserer(modele, noms, (tuple(map(_valeurs(p, rangs).get, noms)) for p in neuves))


def _valeurs(personne: Personne, rangs: dict[int, int]) -> dict[str, object]:
    """Every column of somebody new."""
    modele = MODELES[personne.objet]
    valeurs: dict[str, object] = {c.name: c.default for c in modele._meta.sorted_fields}
    valeurs |= {"id": personne.id, "famille": personne.famille.id, "rang": rangs[id(personne)]}
    valeurs |= _colonnes(personne) | personne.colonnes
    if personne.objet == "enfant":
        valeurs["recherche"] = normaliser(personne.nom_complet)
    return valeurs


def _rangs(neuves: Sequence[Personne]) -> dict[int, int]:
    """The place of each among the adults, or the children, of the family: after those who are there."""
    rangs: dict[int, int] = {}
    suivant: dict[int, int] = {}
    for personne in neuves:
        famille = personne.famille
        membres = famille.adultes if personne.objet == "responsable" else famille.enfants
        if id(famille) not in suivant:
            suivant[id(famille)] = max((m.fiche.rang for m in membres if m.fiche), default=0) + 1
        rangs[id(personne)] = suivant[id(famille)]
        suivant[id(famille)] += 1
    return rangs


def _colonnes(personne: Personne) -> dict[str, object]:
    """The columns that hold these fields; those of a sealed part together, with what it holds already."""
    colonnes: dict[str, object] = {}
    boites: dict[str, dict[str, str]] = {}
    for nom, texte in personne.champs.items():
        c = CHAMPS[personne.objet][nom]
        if c.scelle:
            boites.setdefault(champs.SCELLEES[c.rubrique], {})[nom] = texte
        else:
            colonnes[nom] = champs.en_valeur(c, texte)
    for colonne, boite in boites.items():
        presente = champs.ouvrir(getattr(personne.fiche, colonne)) if personne.fiche else {}
        colonnes[colonne] = champs.fermer(presente | boite)
    return colonnes


# ——— what changes of those who are there ———


def _changements(plan: Plan, acteur: Acteur) -> None:
    _tenir(plan.changees)
    _retenir_les_comptes(plan.changees)
    groupes: dict[tuple[str, tuple[str, ...]], list[tuple]] = defaultdict(list)
    for personne in plan.changees:
        colonnes = _colonnes(personne) | personne.colonnes
        if personne.objet == "enfant" and colonnes.keys() & {"nom", "prenom"}:
            prenom, nom = (colonnes.get(c, getattr(personne, c)) for c in ("prenom", "nom"))
            colonnes["recherche"] = normaliser(f"{prenom} {nom}")
        noms = tuple(sorted(colonnes))
        groupes[personne.objet, noms].append((*(colonnes[nom] for nom in noms), personne.id))
    for (objet, noms), lignes in groupes.items():
        modifier(MODELES[objet], noms, lignes)
    for objet in MODELES:
        siennes = [p for p in plan.changees if p.objet == objet]
        _journaliser(acteur, MISE_A_JOUR, objet, ((p.id or 0, _id(p.famille), _libelles(p)) for p in siennes))
    _annoncer(plan.changees)


def _tenir(changees: Iterable[Personne]) -> None:
    """Lock the sheets to be changed; on SQLite the transaction holds them since they were read."""
    if moteur() == "sqlite":
        return
    for objet, modele in MODELES.items():
        lues = {p.id: p for p in changees if p.objet == objet and p.id}
        for lot in par_lots(lues):
            tenues = verrouiller(modele, lot)
            for ident in lot:
                fiche = lues[ident].fiche
                if ident not in tenues or fiche is None or tenues[ident].__data__ != fiche.__data__:
                    raise DejaChange("Une fiche a changé pendant l’import : recommencez.")


def _retenir_les_comptes(changees: Iterable[Personne]) -> None:
    """An account known to be an adult by the address alone stays that adult, whatever the new address."""
    autrement = {
        (p.fiche.famille_id, p.fiche.email): p.fiche
        for p in changees
        if isinstance(p.fiche, Responsable) and "email" in p.champs and p.fiche.email
    }
    for lot in par_lots({famille for famille, _ in autrement}):
        siens = (
            Abonnement.select(Abonnement, Compte)
            .join(Compte)
            .where(
                Abonnement.famille.in_(lot), Abonnement.statut == w.ACTIF, Abonnement.responsable.is_null()
            )
        )
        for abonnement in siens:
            if adulte := autrement.get((abonnement.famille_id, abonnement.compte.email)):
                droits.retenir(abonnement.compte, adulte)


def _annoncer(changees: Iterable[Personne]) -> None:
    """Tell the accounts of these families; a family that nobody is subscribed to yet costs nothing."""
    par_famille: dict[int, list[Personne]] = defaultdict(list)
    for personne in changees:
        if personne.champs:
            par_famille[_id(personne.famille)].append(personne)
    for lot in par_lots(par_famille):
        abonnees = Famille.select().where(
            Famille.id.in_(
                Abonnement.select(Abonnement.famille).where(
                    Abonnement.famille.in_(lot), Abonnement.statut == w.ACTIF
                )
            )
        )
        courriels_du_dossier.annoncer_les_saisies(
            [
                (famille, [_saisie(personne) for personne in par_famille[famille.id]])
                for famille in abonnees.order_by(Famille.id)
            ]
        )


def _saisie(personne: Personne) -> tuple[Responsable | Enfant, list[Champ]]:
    assert isinstance(personne.fiche, Responsable | Enfant)
    return personne.fiche, [CHAMPS[personne.objet][nom] for nom in personne.champs]


def _libelles(personne: Personne) -> str:
    """What changed of the sheet, as the journal says what an agent takes down."""
    dits = [CHAMPS[personne.objet][nom].libelle for nom in personne.champs]
    return ", ".join(dits + [{"ecole": "École", "identifiant": "Identifiant"}[c] for c in personne.colonnes])


# ——— inside ———


def _id(famille: FamilleVue) -> int:
    assert famille.id is not None
    return famille.id


def _journaliser(acteur: Acteur, acte: str, objet: str, faits: Iterable[tuple[int, int, str]]) -> None:
    """One line each: the id of what it is about, its family, what is said of it."""
    quand: dt.datetime = clock.maintenant()
    auteur = acteur.compte and acteur.compte.id
    inserer(
        Evenement,
        ("quand", "auteur", "acte", "objet", "objet_id", "famille", "detail"),
        ((quand, auteur, acte, objet, ident, famille, detail) for ident, famille, detail in faits),
    )
