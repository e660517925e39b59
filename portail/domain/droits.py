"""Who may read and change what of a family file: by the adult that an account is, the child, the part."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TypeVar

from peewee import JOIN, Expression, fn

import workflows as w
from models import (
    DROITS_PARENTAUX,
    ROLES_GESTION,
    Abonnement,
    Compte,
    ContactHabilite,
    Enfant,
    Famille,
    LienParental,
    Ligne,
    Modele,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
)
from portail.domain import champs
from portail.domain.creneaux import dire_le_suivi
from portail.domain.preparees import preparee
from portail.domain.refus import Interdit, Introuvable, Refus

T = TypeVar("T")
Droits = Mapping[str, frozenset[str]]
"""Part of a sheet → what may be done there: `champs.LIRE`, `champs.MODIFIER`."""


@dataclass(frozen=True)
class Regard:
    """One account before one family file: who it is there, and what it may do. Read once, then asked."""

    compte: Compte
    famille: Famille
    moi: int | None
    """Which adult of the family the account is, by id."""
    enfants: Mapping[int, Droits]
    """What may be done of each child. One with whom nobody is linked is not here: nobody may anything."""

    def sur(self, fiche: Modele) -> Droits:
        """What the account may do of this sheet, part by part; of another adult's, nothing."""
        if isinstance(fiche, Responsable):
            return champs.DROITS_SUR_SOI if fiche.id == self.moi else champs.DROITS_SUR_L_AUTRE
        return self.enfants.get(fiche.id, champs.DROITS_SUR_L_ENFANT["aucun"])

    def lisibles(self, rubrique: str) -> list[int]:
        """The children of whom this part of the sheet may be read."""
        return [ident for ident, siens in self.enfants.items() if champs.LIRE in siens[rubrique]]

    @cached_property
    def suit(self) -> frozenset[int]:
        """The children whose activities may be read."""
        return frozenset(self.lisibles(champs.ACTIVITES))

    @cached_property
    def decide(self) -> frozenset[int]:
        """Those for whom one may ask, declare, cancel."""
        return frozenset(i for i, d in self.enfants.items() if champs.MODIFIER in d[champs.ACTIVITES])


def regards(famille: Famille) -> Callable[[Compte], Regard]:
    """What each account of the family may do there: one query, however many accounts are asked of."""
    return regards_par_famille([famille])[famille.id]


def regards_par_famille(familles: Iterable[Famille]) -> dict[int, Callable[[Compte], Regard]]:
    """The same of each of these families, by id: one query, however many they are."""
    par_id = {famille.id: famille for famille in familles}
    return {ident: _regards(par_id[ident], foyer) for ident, foyer in _foyers(par_id).items()}


def regard(compte: Compte, famille: Famille) -> Regard:
    """What this account may do of this family's file, and of what its children do. One query."""
    return regards(famille)(compte)


def exiger_de_decider(compte: Compte, famille: Famille, enfant_id: int) -> None:
    """Who may not read what the child does knows nothing of it; who only follows it decides nothing."""
    sien = regard(compte, famille)
    if enfant_id not in sien.suit:
        raise Introuvable("Cette demande n’existe pas.")
    if enfant_id not in sien.decide:
        raise Interdit(dire_le_suivi([Enfant.get_by_id(enfant_id).prenom]))


def lignes_pour(
    famille: Famille,
    dites: Iterable[tuple[int, T]],
    regard_de: Callable[[Compte], Regard] | None = None,
) -> Callable[[Compte], list[T]]:
    """Of what is told of each of these children, what each account may read. One query.

    None when `regard_de`, what :func:`regards` gave, was asked for already.
    """
    regard_de, toutes = regard_de or regards(famille), list(dites)

    def pour(compte: Compte) -> list[T]:
        suivis = regard_de(compte).suit
        return [dite for enfant_id, dite in toutes if enfant_id in suivis]

    return pour


def suivi_par_tous(enfant: type[Enfant]) -> Expression:
    """A condition on a child, or an alias of it: every account of the family reads what the child does."""
    lisants = [
        droit for droit, sur in champs.DROITS_SUR_L_ENFANT.items() if champs.LIRE in sur[champs.ACTIVITES]
    ]
    lien = (LienParental.responsable == Responsable.id) & (LienParental.enfant == enfant.id)
    ignorants = (
        Responsable.select(Responsable.id)
        .left_outer_join(LienParental, on=lien & LienParental.droit.in_(lisants))
        .where(Responsable.famille == enfant.famille, LienParental.id.is_null())
    )
    return ~fn.EXISTS(ignorants)


def enfants_de_la_demande(demande_id: int) -> set[int]:
    """The children whom a demande is about: of its créneaux, or to be registered."""
    requete = (
        Ligne.select(fn.COALESCE(Reservation.enfant, Preinscription.enfant))
        .left_outer_join(Reservation)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(Ligne.demande == demande_id)
        .distinct()
    )
    return {enfant for (enfant,) in requete.tuples()}


def responsable_de(compte: Compte, famille: Famille) -> Responsable | None:
    """Which adult of the family this account is: as its code said, or by the address that it proved.

    An address names nobody when another account is that adult already: an old letter box is not a person.
    """
    ident = _foyers([famille.id])[famille.id].adulte(compte)
    return Responsable.get_by_id(ident) if ident else None


def retenir(compte: Compte, adulte: Responsable) -> None:
    """This account is that adult: by the address that it proved, even if the sheet has another one day."""
    Abonnement.update(responsable=adulte).where(
        Abonnement.compte == compte,
        Abonnement.famille == adulte.famille_id,
        Abonnement.responsable.is_null(),
    ).execute()


def fiches(regard: Regard) -> dict[tuple[str, int], Droits]:
    """What may be done of each sheet, by part, table and id; a contact's is the child's. One query."""
    permis = regard.enfants
    contacts = ContactHabilite.select(ContactHabilite.id, ContactHabilite.enfant).where(
        ContactHabilite.enfant.in_(list(permis) or [0])
    )
    siennes = {("enfant", ident): droits for ident, droits in permis.items()}
    siennes |= {("contact_habilite", c.id): permis[c.enfant_id] for c in contacts}
    return siennes | ({("responsable", regard.moi): champs.DROITS_SUR_SOI} if regard.moi else {})


def sur(permis: Mapping[tuple[str, int], Droits], modification: Modification) -> frozenset[str]:
    """What may be done of this change, by what may be done of the sheets (`fiches`)."""
    fiche = permis.get((modification.objet, modification.objet_id), {})
    return fiche.get(champs.rubrique(modification.objet, modification.champ), frozenset())


def sur_la_fiche(famille: Famille, fiche: Modele) -> Callable[[Compte], Droits]:
    """What each account of the family may do of this sheet. One query."""
    regard_de = regards(famille)
    return lambda compte: regard_de(compte).sur(fiche)


def modifications_lisibles(regard: Regard) -> Expression:
    """A condition on `Modification`: those of the family's file that may be read.

    Who asked for it changes nothing: a parent reads of « Mes demandes », of a mail, of an export what the
    sheet itself would show, and never that the other parent's address, bank or phone is to change. Nor does
    one keep the reading of what one asked for oneself once the town took the right away: the table governs.
    What a child does is no field of the file; the same table governs it (`champs.ACTIVITES`), asked by
    whatever shows or changes it: :class:`Regard`.
    """
    lisibles = [_est_a_moi(regard.moi or 0)]
    par_rubriques: dict[frozenset[str], list[int]] = {}
    for enfant_id, permis in regard.enfants.items():
        lues = frozenset(rubrique for rubrique, droits in permis.items() if champs.LIRE in droits)
        par_rubriques.setdefault(lues, []).append(enfant_id)
    for rubriques, enfants in par_rubriques.items():
        lisibles += _des_enfants(enfants, rubriques)
    return reduce(or_, lisibles)


# ——— inside ———


@dataclass(frozen=True)
class _Foyer:
    """Who is who in a family: what the rights of each account are read from."""

    lies: dict[int, int]
    """By account: the adult that its code said."""
    emails: dict[int, str]
    liens: dict[int, dict[int, str]]
    """By child: the right of each adult. A child with whom nobody is linked is not here."""

    def adulte(self, compte: Compte) -> int | None:
        """As :func:`responsable_de`."""
        pris = set(self.lies.values())
        memes = [i for i, email in self.emails.items() if email == compte.email and i not in pris]
        return self.lies.get(compte.id) or (memes[0] if len(memes) == 1 else None)

    def sur_l_enfant(self, compte: Compte, enfant_id: int) -> Droits:
        return _le_plus_faible(self.adulte(compte), self.liens.get(enfant_id, {}), self.emails)


def _regards(famille: Famille, foyer: _Foyer) -> Callable[[Compte], Regard]:
    def regard(compte: Compte) -> Regard:
        permis = {ident: foyer.sur_l_enfant(compte, ident) for ident in foyer.liens}
        return Regard(compte, famille, foyer.adulte(compte), permis)

    return regard


def _foyers(familles: Collection[int]) -> dict[int, _Foyer]:
    """Of each of these families, one query for all: the adults, their accounts, their children."""
    foyers = {ident: _Foyer({}, {}, {}) for ident in familles}
    for famille, adulte, email, compte, enfant, droit in _adultes_et_liens(list(foyers)):
        foyer = foyers[famille]
        foyer.emails[adulte] = email
        if compte:
            foyer.lies[compte] = adulte
        if enfant:
            foyer.liens.setdefault(enfant, {})[adulte] = droit
    return foyers


@preparee
def _adultes_et_liens(familles):
    actif = (Abonnement.famille == Responsable.famille) & (Abonnement.statut == w.ACTIF)
    return (
        Responsable.select(
            Responsable.famille,
            Responsable.id,
            Responsable.email,
            Abonnement.compte,
            Enfant.id,
            LienParental.droit,
        )
        .join(Abonnement, JOIN.LEFT_OUTER, on=(Abonnement.responsable == Responsable.id) & actif)
        .join_from(Responsable, LienParental, JOIN.LEFT_OUTER)
        .join(
            Enfant,
            JOIN.LEFT_OUTER,
            on=(LienParental.enfant == Enfant.id) & (Enfant.famille == Responsable.famille),
        )
        .where(Responsable.famille.in_(familles))
        .order_by(Responsable.id, Enfant.id)
    )


def _le_plus_faible(moi: int | None, liens: Mapping[int, str], adultes: Iterable[int]) -> Droits:
    """Whoever is not known among the adults has no more than the one who has least."""
    droits = [liens.get(adulte, "aucun") for adulte in (adultes if moi is None else [moi])]
    return champs.DROITS_SUR_L_ENFANT[max(droits, key=DROITS_PARENTAUX.index, default="aucun")]


def _est_a_moi(moi: int) -> Expression:
    noms = [c.nom for c in champs.DE_RESPONSABLE if champs.LIRE in champs.DROITS_SUR_SOI[c.rubrique]]
    return (
        (Modification.objet == "responsable") & (Modification.objet_id == moi) & Modification.champ.in_(noms)
    )


def _des_enfants(enfants: list[int], rubriques: Iterable[str]) -> list[Expression]:
    """Conditions: the changes of these parts of the sheets of these children."""
    noms = [c.nom for c in champs.D_ENFANT if c.rubrique in rubriques]
    noms += [nom for (objet, nom), r in champs.HORS_CHAMP.items() if objet == "enfant" and r in rubriques]
    conditions = [
        (Modification.objet == "enfant")
        & Modification.objet_id.in_(enfants)
        & Modification.champ.in_(noms or [""])
    ]
    if champs.CONTACTS in rubriques:
        contacts = ContactHabilite.select(ContactHabilite.id).where(ContactHabilite.enfant.in_(enfants))
        conditions.append((Modification.objet == "contact_habilite") & Modification.objet_id.in_(contacts))
    return conditions


# ——— whoever acts for the town ———


def exiger_un_agent(compte: Compte, phrase: str) -> None:
    """:class:`Interdit`, with this sentence, unless the account is of the staff that answers."""
    if not compte.est_agent:
        raise Interdit(phrase)


def exiger_la_gestion(compte: Compte, phrase: str) -> None:
    """:class:`Interdit`, with this sentence, unless the account sets the portal up."""
    if compte.role not in ROLES_GESTION:
        raise Interdit(phrase)


def exiger_une_autre_famille(agent: Compte, famille_id: int, phrase: str) -> None:
    """:class:`Refus`, with this sentence, for an agent who is, or was, subscribed to this family."""
    a_eux = (Abonnement.compte == agent) & (Abonnement.famille == famille_id)
    if Abonnement.select().where(a_eux).exists():
        raise Refus(phrase)
