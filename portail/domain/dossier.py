"""The family file, from the family's side: ask that a field change, ask otherwise, think better of it.

Nothing of the file changes without the town's answer (guide §2): each change asked for is a `Modification`,
one field each, in a demande `dossier`. A file is never locked: what waits can be asked otherwise, or
withdrawn.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import workflows as w
from models import (
    Compte,
    ContactHabilite,
    Demande,
    Enfant,
    Famille,
    Modele,
    Modification,
    Responsable,
    SessionOuverte,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import automatiques, champs, coffre, comptes, courriels, courriels_de_compte, droits
from portail.domain.champs import Champ
from portail.domain.conclusion import conclure, jeter_la_photo
from portail.domain.courriels_du_dossier import dire
from portail.domain.droits import Droits
from portail.domain.refus import DejaChange, Interdit, Introuvable
from portail.domain.transitions import Acteur, franchir, journaliser_ensemble

DEPUIS = "Cette rubrique a changé pendant que vous la remplissiez. Relisez-la, puis envoyez de nouveau."


@dataclass(frozen=True)
class Changement:
    """One change to ask for: of which row, which field, from what to what, and its line of mail."""

    objet: str
    objet_id: int
    champ: str
    avant: str
    apres: str
    phrase: str


def demander_des_modifications(
    auteur: Compte,
    famille: Famille,
    objet: str,
    objet_id: int,
    voulues: Mapping[str, str],
    session: SessionOuverte | None = None,
    repere: str = "",
) -> Demande | None:
    """Ask that these fields of a sheet hold these texts, already checked by a form. Gives the demande made.

    None when nothing is left to ask: what stands already, or waits already, is no error. A field that waits
    with another value is asked anew; put back as the file has it, it no longer waits. `session`: where the
    password was given, for the parts that ask for it. `repere`: what the form showed; when that is no more
    what stands, :class:`DejaChange`, for what was left as it was would be asked too.
    """
    with write_transaction():
        fiche = verrouiller_la_fiche(famille, objet, objet_id)
        droits_de = droits.sur_la_fiche(famille, fiche)
        permis, attentes = droits_de(auteur), en_attente(fiche)
        presentes = champs.valeurs(fiche, champs.RUBRIQUES)
        a_demander: list[Changement] = []
        reprises: list[Modification] = []
        for nom, apres in voulues.items():
            champ = champs.champ(objet, nom)
            if champ is None or champs.MODIFIER not in permis.get(champ.rubrique, ()):
                raise Interdit("Cette donnée ne se change pas d’ici : adressez-vous à la mairie.")
            attente = attentes.get(nom)
            if apres == (clair(champ, attente.apres) if attente else presentes[nom]):
                continue
            if attente is not None:
                reprises.append(attente)
            if apres != presentes[nom]:
                a_demander.append(_changement(fiche, champ, presentes[nom], apres))
        if repere and repere != _repere(objet, voulues, presentes, attentes):
            raise DejaChange(DEPUIS)
        if champs.SENSIBLES & {champs.rubrique(c.objet, c.champ) for c in a_demander}:
            _exiger_la_confirmation(session)
        return remplacer(auteur, famille, fiche, reprises, a_demander, droits_de)


def annuler_les_modifications(auteur: Compte, famille: Famille, demande: Demande) -> None:
    """Withdraw what waits of a demande, inside the transaction of the act; the demande is locked.

    :class:`Interdit` when none of it is the author's to withdraw: each adult answers for their own sheet.
    """
    permis = droits.fiches(droits.regard(auteur, famille))
    attentes = Modification.select().where(
        Modification.demande == demande, Modification.statut == w.EN_ATTENTE
    )
    a_annuler = [m for m in attentes.order_by(Modification.id) if champs.MODIFIER in droits.sur(permis, m)]
    if not a_annuler:
        raise Interdit("Cette demande porte sur une fiche que vous ne pouvez pas modifier.")
    annuler(a_annuler, famille, Acteur(auteur, w.FAMILLE))


def retirer(auteur: Compte, famille: Famille, modification_id: int) -> None:
    """Withdraw one change, for as long as nobody answered. Withdrawing twice is harmless."""
    with write_transaction():
        trouvee = (
            Modification.select()
            .join(Demande)
            .where(Modification.id == modification_id, Demande.famille == famille)
            .first()
        )
        if trouvee is None:
            raise Introuvable("Cette modification n’existe pas.")
        fiche = verrouiller_la_fiche(famille, *_fiche_de(trouvee))
        exiger(auteur, famille, fiche, champs.rubrique(trouvee.objet, trouvee.champ), champs.MODIFIER)
        verrouiller(Demande, [trouvee.demande_id])
        modification = Modification.get_by_id(modification_id)
        if modification.statut == w.ANNULEE:
            return
        if modification.statut != w.EN_ATTENTE:
            etat = w.MODIFICATION.etats[modification.statut].libelle.lower()
            raise DejaChange(f"La mairie a déjà répondu : cette modification est {etat}.")
        annuler([modification], famille, Acteur(auteur, w.FAMILLE))


def droits_sur(compte: Compte, famille: Famille, fiche: Modele) -> droits.Droits:
    """What this account may do of this sheet, part by part."""
    return droits.sur_la_fiche(famille, fiche)(compte)


def exiger(compte: Compte, famille: Famille, fiche: Modele, rubrique: str, droit: str) -> None:
    """:class:`Introuvable` unless this account may do that with this part of the sheet."""
    if droit not in droits_sur(compte, famille, fiche).get(rubrique, ()):
        raise Introuvable("Cette page n’existe pas.")


def en_attente(fiche: Modele) -> dict[str, Modification]:
    """The changes of the fields of this sheet that the town has not answered, by field.

    Contacts and photo are read by `lecture_contacts` and `photos`.
    """
    requete = Modification.select().where(
        Modification.objet == fiche._meta.table_name,
        Modification.objet_id == fiche.id,
        Modification.statut == w.EN_ATTENTE,
    )
    return {m.champ: m for m in requete.order_by(Modification.id) if champs.champ(m.objet, m.champ)}


def clair(champ: Champ, texte: str) -> str:
    """What a modification holds (`avant`, `apres`), opened where the field is sealed."""
    return coffre.desceller(texte) if champ.scelle else texte


def noms(famille: Famille) -> dict[tuple[str, int], str]:
    """Whose sheet is whose, by table and id; a contact's is the child's. Three queries."""
    enfants = list(Enfant.select().where(Enfant.famille == famille))
    lus = {("enfant", e.id): e.nom_complet for e in enfants}
    lus |= {
        ("responsable", r.id): r.nom_complet
        for r in Responsable.select().where(Responsable.famille == famille)
    }
    contacts = ContactHabilite.select().where(ContactHabilite.enfant.in_(enfants or [0]))
    return lus | {("contact_habilite", c.id): lus["enfant", c.enfant_id] for c in contacts}


AUTRES = {"contact": "nouveau contact", "fiche": "contact habilité", "photo": "photo"}
"""What changes and is no field of a sheet, in words."""


def nommer(objet: str, nom: str) -> str:
    """What a change is about, inside a sentence: « classe », « nouveau contact »."""
    champ = champs.champ(objet, nom) if objet in champs.FICHES else None
    return champs.en_phrase(champ) if champ else AUTRES.get(nom, nom)


# ——— what the acts on a sheet have in common: those of its contacts and of its photo too ———


def verrouiller_la_fiche(famille: Famille, objet: str, objet_id: int) -> Responsable | Enfant:
    """The sheet, locked, as it now is. Sheets are locked before demandes."""
    modele = champs.FICHES[objet][0]
    fiche = verrouiller(modele, [objet_id]).get(objet_id)
    if fiche is None or fiche.famille_id != famille.id:
        raise Introuvable("Cette fiche n’existe pas.")
    return fiche


def remplacer(
    auteur: Compte,
    famille: Famille,
    fiche: Responsable | Enfant,
    reprises: Collection[Modification],
    changements: Sequence[Changement],
    droits_de: Callable[[Compte], Droits] | None = None,
) -> Demande | None:
    """Withdraw what waited, and ask for this in its place; gives the demande made, if there is one.

    `droits_de`: what each account may do of the sheet, when it was read already.
    """
    annuler(reprises, famille, Acteur(auteur, w.FAMILLE))
    if not changements:
        return None
    return _ouvrir(auteur, famille, fiche, changements, droits_de or droits.sur_la_fiche(famille, fiche))


def annuler(modifications: Collection[Modification], famille: Famille, acteur: Acteur) -> None:
    """Withdraw these changes, and what they brought; each demande takes its answer if it was the last."""
    if not modifications:
        return
    demandes = verrouiller(Demande, {m.demande_id for m in modifications})
    for modification in modifications:
        liens = {"famille_id": famille.id, "demande_id": modification.demande_id}
        franchir(modification, w.ANNULER, acteur, **liens)
        jeter_la_photo(modification)
    for demande in demandes.values():
        conclure(demande, acteur)


# ——— inside ———


def _repere(
    objet: str, noms: Iterable[str], presentes: Mapping[str, str], attentes: Mapping[str, Modification]
) -> str:
    """The mark of the parts that hold these fields, as they now are."""
    rubriques = {c.rubrique for nom in noms if (c := champs.champ(objet, nom))}
    siens = [c for c in champs.FICHES[objet][1] if c.rubrique in rubriques]
    return champs.repere(
        (presentes[c.nom], clair(c, attentes[c.nom].apres) if c.nom in attentes else presentes[c.nom])
        for c in siens
    )


def _exiger_la_confirmation(session: SessionOuverte | None) -> None:
    if session is None:
        raise Interdit("Ces données se changent après avoir redonné son mot de passe.")
    comptes.exiger_la_confirmation(session)


def _fiche_de(modification: Modification) -> tuple[str, int]:
    """The sheet that a change is about: table and id."""
    if modification.objet != "contact_habilite":
        return modification.objet, modification.objet_id
    return "enfant", ContactHabilite.get_by_id(modification.objet_id).enfant_id


def _changement(fiche: Responsable | Enfant, champ: Champ, avant: str, apres: str) -> Changement:
    sceller = coffre.sceller if champ.scelle else str
    return Changement(
        fiche._meta.table_name, fiche.id, champ.nom, sceller(avant), sceller(apres), dire(fiche, champ)
    )


def _ouvrir(
    auteur: Compte,
    famille: Famille,
    fiche: Responsable | Enfant,
    changements: Sequence[Changement],
    droits_de: Callable[[Compte], Droits],
) -> Demande:
    acteur = Acteur(auteur, w.FAMILLE)
    demande = Demande.create(
        famille=famille, auteur=auteur, nature=w.NATURE_DOSSIER, deposee_le=clock.maintenant()
    )
    demandes = [
        (
            Modification.create(
                demande=demande,
                objet=c.objet,
                objet_id=c.objet_id,
                champ=c.champ,
                avant=c.avant,
                apres=c.apres,
            ),
            c,
        )
        for c in changements
    ]
    faits = [(demande, "deposer"), *((modification, "demander") for modification, _ in demandes)]
    journaliser_ensemble(faits, acteur, vers=w.EN_ATTENTE, famille_id=famille.id, demande_id=demande.id)
    if isinstance(fiche, Responsable) and "email" in {c.champ for c in changements}:
        droits.retenir(auteur, fiche)
    appliquees = automatiques.appliquer(demande, fiche, [m for m, _ in demandes])
    attendent = [c for m, c in demandes if m not in appliquees]

    def lues(lecteur: Compte) -> list[str]:
        """Whoever may not read a part of the sheet is not told by mail that it is to change."""
        permis = droits_de(lecteur)
        return [
            c.phrase for c in attendent if champs.LIRE in permis.get(champs.rubrique(c.objet, c.champ), ())
        ]

    if attendent:
        courriels.accuser_reception(demande, auteur, lues)
    if champs.BANQUE in {champs.rubrique(c.objet, c.champ) for c in changements}:
        courriels_de_compte.dire_la_demande_bancaire(auteur, demande)
    return demande
