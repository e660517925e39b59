"""A demande takes its answer from its lines, or from its modifications, once the last of them has one."""

import workflows as w
from models import Demande, Ligne, Modification, Photo
from portail import clock
from portail.domain import champs
from portail.domain.transitions import Acteur, franchir


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


def jeter_la_photo(modification: Modification) -> None:
    """The picture that was asked for, and will not stand: withdrawn or refused, it is kept no longer."""
    if (modification.objet, modification.champ) == champs.DE_LA_PHOTO and modification.apres:
        Photo.delete().where(Photo.id == int(modification.apres), Photo.validee_le.is_null()).execute()
