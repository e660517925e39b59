"""The fields of the family file that the town accepts by itself: a setting of the town.

A change of such a field is applied at once by the system, and told as an answer. A sealed field never is: an
agent looks at what touches health or money. Nor is a fiscal one: it is not the family's.
"""

from collections.abc import Iterable, Sequence

import workflows as w
from models import Compte, Demande, Modification, Ville, verrouiller, write_transaction
from portail.domain import champs, courriels_du_dossier, perimetre
from portail.domain.application import Fiche, ecrire_la_fiche
from portail.domain.champs import Champ
from portail.domain.conclusion import conclure
from portail.domain.refus import Refus
from portail.domain.transitions import SYSTEME, Acteur, franchir, journaliser
from portail.domain.ville import la_ville, oublier_la_ville

REGLER = "champs_automatiques"
"""What the journal calls the change of this setting."""


def possibles() -> dict[str, Champ]:
    """The fields that may be so, by their full name: « enfant.classe »."""
    return {
        f"{objet}.{champ.nom}": champ
        for objet, (_, siens) in champs.FICHES.items()
        for champ in siens
        if not champ.scelle and champ.rubrique not in champs.LECTURE_SEULE
    }


def lire() -> list[str]:
    """The fields that are so now."""
    return la_ville().champs_automatiques.split()


def regler(noms: Iterable[str], agent: Compte | None = None) -> list[str]:
    """Let these fields be so, and no others. :class:`Refus` when one of them cannot.

    `agent`: who decides it on the screen; None for the command.
    """
    connus = possibles()
    voulus = sorted(set(noms))
    for nom in voulus:
        if nom not in connus:
            raise Refus(f"« {nom} » ne peut pas être accepté d’office. Possibles : {', '.join(connus)}.")
    with write_transaction():
        if agent is not None:
            perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        texte = " ".join(voulus)
        if texte != ville.champs_automatiques:
            Ville.update(champs_automatiques=texte).where(Ville.id == ville.id).execute()
            acteur = Acteur(agent, agent.role) if agent else SYSTEME
            journaliser(ville, REGLER, acteur, detail=texte)
    oublier_la_ville()
    return voulus


def appliquer(demande: Demande, fiche: Fiche, modifications: Sequence[Modification]) -> list[Modification]:
    """Apply at once those that the town accepts by itself, and tell it. The sheet is locked. Gives them."""
    automatiques = set(lire())
    siennes = [m for m in modifications if f"{m.objet}.{m.champ}" in automatiques]
    if not siennes:
        return []
    for m in siennes:
        franchir(m, w.ACCEPTER, SYSTEME, famille_id=demande.famille_id, demande_id=demande.id)
    ecrire_la_fiche(fiche, {m.champ: m.apres for m in siennes})
    conclure(demande, SYSTEME)
    courriels_du_dossier.annoncer_reponse(
        demande, [(m, fiche, possibles()[f"{m.objet}.{m.champ}"]) for m in siennes]
    )
    return siennes
