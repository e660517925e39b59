"""Creating an account: asked for by anybody, activated by whoever reads the mails of its address."""

import datetime as dt

import workflows as w
from models import Compte, db, write_transaction
from portail import clock
from portail.domain import (
    abonnements,
    comptes,
    courriels_de_compte,
    discretion,
    essais,
    jetons,
    mots_de_passe,
)
from portail.domain.transitions import Acteur, journaliser


def creer_compte(
    prenom: str,
    nom: str,
    email: str,
    mot_de_passe: str,
    adresse: str = "",
    code: str = "",
    naissance: dt.date | None = None,
) -> None:
    """Open an account that waits to be activated, and mail its link.

    The code abonné, if one was given, is kept for the first sign-in: nobody looks it up here.

    Whether the address has an account already is told by mail only. One that still waits is taken over by
    what was typed last: the links sent before, bound to the password of then, no longer activate it.
    """
    email = essais.normaliser_email(email)
    choisi = mots_de_passe.exiger(mot_de_passe, mots_de_passe.contexte(prenom, nom, email))
    with write_transaction():
        essais.compter_une_demande(email, adresse)
    hache, code_donne = comptes.hacher(choisi), abonnements.sceller(code, naissance)
    with write_transaction():
        compte = _inscrire(prenom=prenom, nom=nom, email=email, mot_de_passe=hache, code_donne=code_donne)
        _ecrire(compte)


def redemander_l_activation(email: str, adresse: str = "") -> None:
    """Mail the link again, if an account waits at this address. Known or unknown, nothing else differs."""
    email = essais.normaliser_email(email)
    with write_transaction():
        essais.compter_une_demande(email, adresse)
        compte = discretion.chercher(email)
        if compte is not None:
            with discretion.garder(compte.email == email):
                _ecrire(compte)


def activer(jeton: str) -> None:
    """Whoever has read the mail has the address: from now on the account opens."""
    with write_transaction():
        compte = jetons.utiliser(jeton, jetons.ACTIVATION)
        ouvrir(compte)
    essais.oublier(compte.email)


def ouvrir(compte: Compte) -> None:
    """Let the account sign in, inside the transaction of the act that proved its address."""
    if compte.active_le is None:
        Compte.update(active_le=clock.maintenant()).where(Compte.id == compte.id).execute()
        journaliser(compte, "activation", Acteur(compte, compte.role))


# ——— inside ———


def _inscrire(email: str, **choisis: str | None) -> Compte:
    """The account of this address, locked: new, taken over while it waited, or as it stood."""
    ligne = {"role": w.FAMILLE, "cree_le": clock.maintenant(), **choisis}
    Compte.insert(email=email, **ligne).on_conflict(
        conflict_target=[Compte.email],
        update={Compte._meta.fields[champ]: valeur for champ, valeur in ligne.items()},
        where=Compte.active_le.is_null() & Compte.actif,
    ).execute()
    requete = Compte.select().where(Compte.email == email)
    return (requete.for_update("FOR NO KEY UPDATE") if db.obj.for_update else requete).get()


def _ecrire(compte: Compte) -> None:
    attend = compte.actif and compte.active_le is None
    with discretion.garder(attend):
        jeton = jetons.emettre(compte, jetons.ACTIVATION)
    if attend:
        courriels_de_compte.envoyer_l_activation(compte, jeton)
    elif compte.actif:
        courriels_de_compte.dire_deja_inscrit(compte)
    else:
        courriels_de_compte.dire_ferme(compte)
