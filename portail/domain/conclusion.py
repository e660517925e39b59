"""A demande takes its answer from its lines, or from its modifications, once the last of them has one."""

from collections.abc import Collection

import workflows as w
from models import Demande, Ligne, Modification, Photo
from portail import clock
from portail.domain import champs
from portail.domain.preparees import preparee
from portail.domain.transitions import Acteur, ecrites, en_lots, franchir_ensemble


def conclure(demande: Demande, acteur: Acteur) -> None:
    """Give the demande its own answer once its last line has one. The row is locked by the caller."""
    conclure_ensemble([demande], acteur)


def conclure_ensemble(demandes: Collection[Demande], acteur: Acteur) -> None:
    """The same of many demandes at once: a few statements, whatever their number."""
    for lot in en_lots(list(demandes)):
        _conclure(lot, acteur)


def _conclure(demandes: Collection[Demande], acteur: Acteur) -> None:
    conclues = [(demande, acte) for demande, acte in _actes(demandes) if acte is not None]
    ids = [demande.id for demande, _ in conclues if demande.piece_attendue]
    if ids:  # it no longer matters once everything is answered
        Demande.update(piece_attendue="").where(Demande.id.in_(ids)).execute()
    maintenant = clock.maintenant()
    sans_date = [demande.id for demande, _ in conclues if demande.repondue_le is None]
    if sans_date:
        Demande.update(repondue_le=maintenant).where(Demande.id.in_(sans_date)).execute()
    for demande, _ in conclues:
        ecrites(demande, piece_attendue="", repondue_le=demande.repondue_le or maintenant)
    for acte in dict.fromkeys(acte for _, acte in conclues):
        siennes = [demande for demande, sien in conclues if sien == acte]
        permis = w.DEMANDE.permet(w.EN_ATTENTE, acte, acteur.role)
        par = acteur if permis else Acteur(acteur.compte, w.SYSTEME)
        (vers,) = w.DEMANDE.transition(w.EN_ATTENTE, acte, par.role).vers
        franchir_ensemble(
            siennes, acte, par, vers, famille_id=lambda d: d.famille_id, demande_id=lambda d: d.id
        )


def _actes(demandes: Collection[Demande]) -> list[tuple[Demande, str | None]]:
    """The act that concludes each of these. One query."""
    ids = [demande.id for demande in demandes] or [0]
    statuts: dict[int, set[str]] = {ident: set() for ident in ids}
    for demande_id, statut in _statuts(ids):
        statuts[demande_id].add(statut)
    return [(demande, w.acte_concluant(statuts[demande.id])) for demande in demandes]


@preparee
def _statuts(demandes):
    lignes = Ligne.select(Ligne.demande, Ligne.statut).where(Ligne.demande.in_(demandes))
    siennes = Modification.select(Modification.demande, Modification.statut)
    return lignes | siennes.where(Modification.demande.in_(demandes))


def jeter_la_photo(modification: Modification) -> None:
    """The picture that was asked for, and will not stand: withdrawn or refused, it is kept no longer."""
    if (modification.objet, modification.champ) == champs.DE_LA_PHOTO and modification.apres:
        Photo.delete().where(Photo.id == int(modification.apres), Photo.validee_le.is_null()).execute()
