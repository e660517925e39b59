"""The family file, from the family's side: ask that a field change, ask otherwise, think better of it.

Nothing of the file changes without the town's answer (guide §2): each change asked for is a `Modification`,
one field each, in a demande `dossier`. A file is never locked: what waits can be asked otherwise, or
withdrawn.
"""

from collections.abc import Iterable, Mapping

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
from portail.domain import champs, coffre, comptes, courriels, courriels_de_compte, droits
from portail.domain.champs import Champ
from portail.domain.conclusion import conclure
from portail.domain.refus import DejaChange, Interdit, Introuvable
from portail.domain.transitions import Acteur, franchir, journaliser

DEPUIS = "Cette rubrique a changé pendant que vous la remplissiez. Relisez-la, puis envoyez de nouveau."


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
        fiche = _verrouiller_la_fiche(famille, objet, objet_id)
        permis = droits_sur(auteur, famille, fiche)
        attentes = en_attente(fiche)
        presentes = champs.valeurs(fiche, champs.RUBRIQUES)
        acteur = Acteur(auteur, w.FAMILLE)
        a_demander: list[tuple[Champ, str, str]] = []
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
                a_demander.append((champ, presentes[nom], apres))
        if repere and repere != _repere(objet, voulues, presentes, attentes):
            raise DejaChange(DEPUIS)
        if champs.SENSIBLES & {champ.rubrique for champ, *_ in a_demander}:
            _exiger_la_confirmation(session)
        _annuler(reprises, famille, acteur)
        return _ouvrir(auteur, famille, fiche, a_demander) if a_demander else None


def annuler_les_modifications(auteur: Compte, famille: Famille, demande: Demande) -> None:
    """Withdraw what waits of a demande, inside the transaction of the act; the demande is locked.

    :class:`Interdit` when none of it is the author's to withdraw: each adult answers for their own sheet.
    """
    permis = droits.fiches(auteur, famille)
    attentes = Modification.select().where(
        Modification.demande == demande, Modification.statut == w.EN_ATTENTE
    )
    a_annuler = [
        m
        for m in attentes.order_by(Modification.id)
        if champs.MODIFIER in permis.get((m.objet, m.objet_id), ())
    ]
    if not a_annuler:
        raise Interdit("Cette demande porte sur une fiche que vous ne pouvez pas modifier.")
    _annuler(a_annuler, famille, Acteur(auteur, w.FAMILLE))


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
        fiche = _verrouiller_la_fiche(famille, trouvee.objet, trouvee.objet_id)
        champ = champs.champ(trouvee.objet, trouvee.champ)
        if champ is None or champs.MODIFIER not in droits_sur(auteur, famille, fiche).get(champ.rubrique, ()):
            raise Introuvable("Cette modification n’existe pas.")
        verrouiller(Demande, [trouvee.demande_id])
        modification = Modification.get_by_id(modification_id)
        if modification.statut == w.ANNULEE:
            return
        if modification.statut != w.EN_ATTENTE:
            etat = w.MODIFICATION.etats[modification.statut].libelle.lower()
            raise DejaChange(f"La mairie a déjà répondu : cette modification est {etat}.")
        _annuler([modification], famille, Acteur(auteur, w.FAMILLE))


def droits_sur(compte: Compte, famille: Famille, fiche: Modele) -> droits.Droits:
    """What this account may do of this sheet, part by part."""
    moi = droits.responsable_de(compte, famille)
    if isinstance(fiche, Responsable):
        return droits.sur_un_responsable(moi, fiche)
    return droits.sur_un_enfant(moi, fiche)


def en_attente(fiche: Modele) -> dict[str, Modification]:
    """The changes of this sheet that the town has not answered, by field."""
    requete = Modification.select().where(
        Modification.objet == fiche._meta.table_name,
        Modification.objet_id == fiche.id,
        Modification.statut == w.EN_ATTENTE,
    )
    return {m.champ: m for m in requete.order_by(Modification.id)}


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


def dire(fiche: Modele, champ: Champ) -> str:
    """A line of mail: « Dossier : Léa Moreau, téléphone du médecin ». Never the value."""
    return f"{w.NATURES[w.NATURE_DOSSIER]} : {fiche.prenom} {fiche.nom}, {champs.en_phrase(champ)}"


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


def _verrouiller_la_fiche(famille: Famille, objet: str, objet_id: int) -> Responsable | Enfant:
    """The sheet, locked, as it now is. Sheets are locked before demandes."""
    modele = champs.FICHES[objet][0]
    fiche = verrouiller(modele, [objet_id]).get(objet_id)
    if fiche is None or fiche.famille_id != famille.id:
        raise Introuvable("Cette fiche n’existe pas.")
    return fiche


def _ouvrir(
    auteur: Compte, famille: Famille, fiche: Modele, a_demander: list[tuple[Champ, str, str]]
) -> Demande:
    acteur = Acteur(auteur, w.FAMILLE)
    demande = Demande.create(
        famille=famille, auteur=auteur, nature=w.NATURE_DOSSIER, deposee_le=clock.maintenant()
    )
    liens = {"famille_id": famille.id, "demande_id": demande.id}
    journaliser(demande, "deposer", acteur, vers=w.EN_ATTENTE, **liens)
    for champ, avant, apres in a_demander:
        sceller = coffre.sceller if champ.scelle else str
        modification = Modification.create(
            demande=demande,
            objet=fiche._meta.table_name,
            objet_id=fiche.id,
            champ=champ.nom,
            avant=sceller(avant),
            apres=sceller(apres),
        )
        journaliser(modification, "demander", acteur, vers=w.EN_ATTENTE, **liens)
    courriels.accuser_reception(demande, auteur, [dire(fiche, champ) for champ, _, _ in a_demander])
    if champs.BANQUE in {champ.rubrique for champ, _, _ in a_demander}:
        courriels_de_compte.dire_la_demande_bancaire(auteur, demande)
    if isinstance(fiche, Responsable) and "email" in {champ.nom for champ, _, _ in a_demander}:
        droits.retenir(auteur, fiche)
    return demande


def _annuler(modifications: list[Modification], famille: Famille, acteur: Acteur) -> None:
    if not modifications:
        return
    demandes = verrouiller(Demande, {m.demande_id for m in modifications})
    for modification in modifications:
        liens = {"famille_id": famille.id, "demande_id": modification.demande_id}
        franchir(modification, w.ANNULER, acteur, **liens)
    for demande in demandes.values():
        conclure(demande, acteur)
