"""A demande takes its answer from its lines, or from its modifications, once the last of them has one."""

from collections.abc import Sequence

import workflows as w
from models import Demande, Ligne, Modification, Photo
from portail import clock
from portail.domain import champs
from portail.domain.transitions import Acteur, en_lots, franchir, franchir_ensemble


def conclure(demande: Demande, acteur: Acteur) -> None:
    """Give the demande its own answer once its last line has one. The row is locked by the caller."""
    lignes = Ligne.select(Ligne.statut).where(Ligne.demande == demande)
    modifications = Modification.select(Modification.statut).where(Modification.demande == demande)
    acte = w.acte_concluant(statut for (statut,) in (lignes | modifications).tuples())
    if acte is None:
        return
    if demande.piece_attendue:  # it no longer matters once everything is answered
        Demande.update(piece_attendue="").where(Demande.id == demande.id).execute()
        demande.piece_attendue = ""
    if demande.repondue_le is None:
        Demande.update(repondue_le=clock.maintenant()).where(Demande.id == demande.id).execute()
    par = acteur if w.DEMANDE.permet(w.EN_ATTENTE, acte, acteur.role) else Acteur(acteur.compte, w.SYSTEME)
    franchir(demande, acte, par, famille_id=demande.famille_id, demande_id=demande.id)


def conclure_ensemble(demandes: Sequence[Demande], acteur: Acteur) -> None:
    """The same, of many demandes at once: a few statements for them all. `repondue_le` is written."""
    par_acte: dict[str, list[Demande]] = {}
    for lot in en_lots(demandes):
        statuts = _statuts([demande.id for demande in lot])
        for demande in lot:
            if acte := w.acte_concluant(statuts[demande.id]):
                par_acte.setdefault(acte, []).append(demande)
    for acte, siennes in par_acte.items():
        par = (
            acteur if w.DEMANDE.permet(w.EN_ATTENTE, acte, acteur.role) else Acteur(acteur.compte, w.SYSTEME)
        )
        (vers,) = w.DEMANDE.transition(w.EN_ATTENTE, acte, par.role).vers
        for lot in en_lots(siennes):
            Demande.update(piece_attendue="").where(Demande.id.in_([d.id for d in lot])).execute()
        franchir_ensemble(
            siennes, acte, par, vers, famille_id=lambda d: d.famille_id, demande_id=lambda d: d.id
        )


def _statuts(demandes: Sequence[int]) -> dict[int, list[str]]:
    """Of each of these demandes, the statuses of its lines and of its modifications."""
    trouves: dict[int, list[str]] = {ident: [] for ident in demandes}
    lignes = Ligne.select(Ligne.demande, Ligne.statut).where(Ligne.demande.in_(demandes))
    modifications = Modification.select(Modification.demande, Modification.statut).where(
        Modification.demande.in_(demandes)
    )
    for demande_id, statut in (lignes.union_all(modifications)).tuples():
        trouves[demande_id].append(statut)
    return trouves


def jeter_la_photo(modification: Modification) -> None:
    """The picture that was asked for, and will not stand: withdrawn or refused, it is kept no longer."""
    if (modification.objet, modification.champ) == champs.DE_LA_PHOTO and modification.apres:
        Photo.delete().where(Photo.id == int(modification.apres), Photo.validee_le.is_null()).execute()
