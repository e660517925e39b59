"""Mon Espace Citoyen: what one changes of one's own account. Sensitive acts want a password given of late."""

import datetime as dt
from dataclasses import dataclass

from peewee import IntegrityError

import workflows as w
from models import (
    Abonnement,
    Agenda,
    CodeDeSecours,
    Compte,
    Jeton,
    SecondFacteur,
    SessionOuverte,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import (
    adresses_d_agenda,
    appareils,
    comptes,
    courriels_de_compte,
    discretion,
    droits,
    essais,
    jetons,
    mots_de_passe,
    navigateurs,
)
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

PRISE = "Cette adresse a maintenant un compte : choisissez-en une autre."
OUVERT_PAR_LA_MAIRIE = "Votre compte est ouvert par la mairie : elle seule peut le fermer."


# ——— the details ———


def changer_de_nom(compte: Compte, prenom: str, nom: str) -> None:
    """Go by another name from now on. The journal keeps the one before: it signed past demandes."""
    with write_transaction():
        compte = _verrouiller(compte)
        if (prenom, nom) == (compte.prenom, compte.nom):
            return
        Compte.update(prenom=prenom, nom=nom).where(Compte.id == compte.id).execute()
        journaliser(compte, "nom_change", _lui_meme(compte), detail=compte.nom_complet)


def changer_de_mot_de_passe(session: SessionOuverte, nouveau: str, marques: str = "") -> comptes.Entree:
    """Give the account a new password, and close it everywhere else. Gives the session's new token.

    The links mailed before are bound to the old password: they die with it.
    """
    comptes.exiger_la_confirmation(session)  # at once: what follows tells whether a guess is the password
    lu = session.compte
    interdits = mots_de_passe.contexte(lu.prenom, lu.nom, lu.email)
    choisi = mots_de_passe.exiger(nouveau, interdits, mots_de_passe.exigence(lu.role))
    if comptes.est_le_sien(lu, choisi):
        raise Refus("C’est déjà votre mot de passe : choisissez-en un autre.", champ=mots_de_passe.CHAMP)
    hache = comptes.hacher(choisi)
    with write_transaction():
        compte = _verrouiller(lu)
        comptes.exiger_la_confirmation(session)
        if compte.mot_de_passe != lu.mot_de_passe:
            raise DejaChange("Votre mot de passe vient d’être changé ailleurs.", champ=mots_de_passe.CHAMP)
        Compte.update(mot_de_passe=hache).where(Compte.id == compte.id).execute()
        compte.mot_de_passe = hache
        comptes.fermer_les_sessions(compte, sauf=session)
        jeton = comptes.renouveler(session)
        journaliser(compte, "mot_de_passe_change", _lui_meme(compte))
        courriels_de_compte.dire_le_changement(compte)
    return comptes.Entree(jeton, appareils.marquer(marques, compte))


# ——— the address ———


def demander_une_autre_adresse(session: SessionOuverte, email: str, adresse: str = "") -> None:
    """Mail the link that changes the address, to the new one; and tell the present one.

    Whether the new one has an account already is told by mail only.
    """
    email = essais.normaliser_email(email)
    with write_transaction():
        compte = _verrouiller(session.compte)
        comptes.exiger_la_confirmation(session)
        if email == compte.email:
            raise Refus("C’est déjà votre adresse.", champ="email")
        essais.compter_une_demande(compte.email, adresse)
        essais.compter_une_demande(email, adresse)
        jetons.eteindre(compte, jetons.ADRESSE)  # the last one asked for is meant
        autre = _prise(email)
        with discretion.garder(autre is None):
            jeton = jetons.emettre(compte, jetons.ADRESSE, email)
        if autre:
            courriels_de_compte.dire_adresse_prise(autre)
        else:
            courriels_de_compte.envoyer_la_nouvelle_adresse(compte, email, jeton)
        courriels_de_compte.dire_la_demande_d_adresse(compte)
        journaliser(compte, "adresse_demandee", _lui_meme(compte))


def adresse_du_lien(session: SessionOuverte, jeton: str) -> str:
    """The address that this link gives to the account of the session; :class:`jetons.LienPerime` otherwise.

    Of this very account: whoever reads a mistyped address never gets hold of the account of another.
    """
    trouve = jetons.lire(jeton, jetons.ADRESSE)
    if trouve.compte_id != session.compte_id:
        raise jetons.LienPerime
    return trouve.email


def confirmer_l_adresse(session: SessionOuverte, jeton: str) -> str:
    """The new address is that of the account. Gives the session's new token.

    An account that waits to be activated there gives way: the link was read in that letter box.
    """
    with write_transaction():
        email = adresse_du_lien(session, jeton)
        compte = jetons.utiliser(jeton, jetons.ADRESSE)
        if _prise(email):
            raise DejaChange(PRISE)
        _rester_qui_l_on_est(compte)
        courriels_de_compte.dire_la_nouvelle_adresse(compte)
        Compte.delete().where(Compte.email == email, Compte.active_le.is_null()).execute()
        try:
            Compte.update(email=email).where(Compte.id == compte.id).execute()
        except IntegrityError as erreur:
            raise DejaChange(PRISE) from erreur
        jetons.eteindre(compte)
        comptes.fermer_les_sessions(compte, sauf=session)
        journaliser(compte, "adresse_changee", _lui_meme(compte))
        return comptes.renouveler(session)


def _rester_qui_l_on_est(compte: Compte) -> None:
    """Whoever was known among the adults of a family by the address that goes is still that adult."""
    for famille in comptes.familles_de(compte):
        if adulte := droits.responsable_de(compte, famille):
            droits.retenir(compte, adulte)


def _prise(email: str) -> Compte | None:
    """The account that holds this address; one that nobody activated holds nothing."""
    tenu = Compte.active_le.is_null(False) | ~Compte.actif
    return Compte.get_or_none(Compte.email == email, tenu)


# ——— the sessions ———


@dataclass(frozen=True)
class AppareilVu:
    """An open session, as its owner knows it."""

    id: int
    nom: str
    ouverte_le: dt.datetime
    vue_le: dt.datetime
    ici: bool


def lire_les_appareils(session: SessionOuverte) -> list[AppareilVu]:
    """Where the account is open: here, then the last used first."""
    vus = [
        AppareilVu(s.id, navigateurs.nommer(s.appareil), s.ouverte_le, s.vue_le, s.id == session.id)
        for s in comptes.sessions_ouvertes(session.compte)
    ]
    return sorted(vus, key=lambda vu: not vu.ici)


def fermer_une_session(session: SessionOuverte, autre_id: int) -> None:
    """Close another session of one's own, wherever it is open; closing it twice is harmless."""
    with write_transaction():
        autre = SessionOuverte.get_or_none(
            SessionOuverte.id == autre_id, SessionOuverte.compte == session.compte_id
        )
        if autre is None:
            raise Introuvable("Cette session n’existe pas.")
        ouverte = (SessionOuverte.id == autre.id) & SessionOuverte.fermee_le.is_null()
        if SessionOuverte.update(fermee_le=clock.maintenant()).where(ouverte).execute():
            appareil = navigateurs.nommer(autre.appareil)
            journaliser(session.compte, "session_fermee", _lui_meme(session.compte), detail=appareil)


def fermer_les_autres_sessions(session: SessionOuverte) -> None:
    """Close the account everywhere but here."""
    with write_transaction():
        if comptes.fermer_les_sessions(session.compte, sauf=session):
            journaliser(session.compte, "sessions_fermees", _lui_meme(session.compte))


# ——— the end ———


def peut_fermer(compte: Compte) -> bool:
    """Whether the account is closed by whoever has it: those of the staff are by the town."""
    return compte.role == w.FAMILLE


def fermer_mon_compte(session: SessionOuverte) -> None:
    """Close the account for good. Its name stays: it signs what was asked. Its address is free again."""
    with write_transaction():
        compte = _verrouiller(session.compte)
        if not peut_fermer(compte):
            raise Refus(OUVERT_PAR_LA_MAIRIE)
        comptes.exiger_la_confirmation(session)
        courriels_de_compte.dire_la_fermeture(compte)
        lui = _lui_meme(compte)
        for abonnement in Abonnement.select().where(
            Abonnement.compte == compte, Abonnement.statut != w.RESILIE
        ):
            franchir(abonnement, w.RESILIER, lui, famille_id=abonnement.famille_id)
        adresses_d_agenda.eteindre(Agenda.compte == compte)
        for table in (Jeton, SecondFacteur, CodeDeSecours):
            table.delete().where(table.compte == compte).execute()
        Compte.update(
            actif=False, email=f"ferme-{compte.id}@compte.invalid", mot_de_passe="!", code_donne=None
        ).where(Compte.id == compte.id).execute()
        comptes.fermer_les_sessions(compte)
        journaliser(compte, "compte_ferme", lui)


# ——— inside ———


def _verrouiller(compte: Compte) -> Compte:
    """The account as it now is, locked."""
    return verrouiller(Compte, [compte.id])[compte.id]


def _lui_meme(compte: Compte) -> Acteur:
    return Acteur(compte, compte.role)
