"""A password forgotten: a link by mail, and a new one."""

from models import Compte, write_transaction
from portail.domain import (
    comptes,
    courriels_de_compte,
    discretion,
    essais,
    inscription,
    jetons,
    mots_de_passe,
)
from portail.domain.transitions import Acteur, journaliser


def demander(email: str, adresse: str = "") -> None:
    """Mail the link that lets a new password be chosen. Known or unknown, nothing else differs."""
    email = essais.normaliser_email(email)
    with write_transaction():
        essais.compter_une_demande(email, adresse)
        compte = discretion.chercher(email)
        if compte is not None:
            with discretion.garder(compte.email == email and compte.actif):
                courriels_de_compte.envoyer_l_oubli(compte, jetons.emettre(compte, jetons.MOT_DE_PASSE))


def compte_du_lien(jeton: str) -> Compte:
    """Whose password this link changes; :class:`jetons.LienPerime` when it changes none."""
    return jetons.lire(jeton, jetons.MOT_DE_PASSE).compte


def changer(jeton: str, mot_de_passe: str) -> None:
    """Give the account its new password, close it everywhere, tell it. A refused password uses nothing up."""
    compte = compte_du_lien(jeton)
    interdits = mots_de_passe.contexte(compte.prenom, compte.nom, compte.email)
    hache = comptes.hacher(mots_de_passe.exiger(mot_de_passe, interdits, mots_de_passe.exigence(compte.role)))
    with write_transaction():
        compte = jetons.utiliser(jeton, jetons.MOT_DE_PASSE)
        Compte.update(mot_de_passe=hache).where(Compte.id == compte.id).execute()
        comptes.fermer_les_sessions(compte)
        inscription.ouvrir(compte)  # the link was read in the letter box, as that of the activation would be
        journaliser(compte, "mot_de_passe_change", Acteur(compte, compte.role))
        courriels_de_compte.dire_le_changement(compte)
    essais.oublier(compte.email)
