"""Signing in and out: passwords, open sessions, and the patience asked of those who guess."""

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from peewee import JOIN, Expression, ModelSelect

import workflows as w
from models import Abonnement, Compte, Famille, Jeton, SessionOuverte, write_transaction
from portail import clock
from portail.domain import abonnements, appareils, discretion, essais, reglages
from portail.domain.mots_de_passe import composer
from portail.domain.preparees import objets, preparee
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

DUREE_MAX = dt.timedelta(hours=12)
OISIVETE_FAMILLE = dt.timedelta(minutes=30)
OISIVETE_AGENT = dt.timedelta(minutes=15)
PAS_ACTIVE = dt.timedelta(days=7)
"""How long an account waits to be activated."""
PAS_DE_VUE_LE = dt.timedelta(minutes=1)

CONFIRMATION = dt.timedelta(minutes=10)
"""How long a password given lasts for sensitive changes."""

CHAMP_DE_CONFIRMATION = "mot_de_passe_actuel"

INCONNU = "Adresse e-mail ou mot de passe incorrect."


@dataclass(frozen=True)
class Entree:
    """A session just opened."""

    jeton: str
    """What the cookie carries."""
    marques: str
    """What the browser keeps, to be known again (`appareils.py`)."""
    phrase: str = ""
    """What is to be said on the next page, if anything."""


# ——— the acts ———


def se_connecter(
    email: str, mot_de_passe: str, adresse: str = "", appareil: str = "", marques: str = ""
) -> Entree:
    """Open a session, or raise: :class:`Refus`, or :class:`essais.TropDEssais`.

    The attempt is counted before the password is looked at, in a transaction of its own: attempts made at
    once are all counted, and nothing is locked while the hash is computed. An unknown, a closed, a
    not yet activated and a known account cost the same work and give the same answer.
    """
    email = essais.normaliser_email(email)
    compte = Compte.get_or_none(Compte.email == email)
    connu = appareils.reconnaitre(marques, compte)
    essais.compter(email, adresse, connu)
    bon = _verifier(mot_de_passe, compte.mot_de_passe if compte else _leurre(_hacheur()))
    if compte is None or not compte.actif or compte.active_le is None or not bon:
        with write_transaction():
            essais.noter_l_echec(adresse)
            compte = compte or Compte(id=0, role=w.FAMILLE)
            with discretion.garder(compte.active_le is not None):
                journaliser(compte, "connexion_refusee", Acteur(None, compte.role))
        raise Refus(INCONNU, champ="mot_de_passe")

    neuf = hacher(mot_de_passe) if _hacheur().check_needs_rehash(compte.mot_de_passe) else ""
    jeton = secrets.token_urlsafe(32)
    with write_transaction():
        essais.oublier(email, connu)
        if neuf:
            Compte.update(mot_de_passe=neuf).where(
                Compte.id == compte.id, Compte.mot_de_passe == compte.mot_de_passe
            ).execute()
            compte.mot_de_passe = neuf
        maintenant = clock.maintenant()
        SessionOuverte.create(
            compte=compte,
            jeton=empreinte(jeton),
            appareil=appareil[:200],
            ouverte_le=maintenant,
            vue_le=maintenant,
            confirmee_le=maintenant,
        )
        acteur = Acteur(compte, compte.role)
        journaliser(compte, "connexion", acteur)
        _activer_les_abonnements(compte)
    phrase = abonnements.honorer_le_code_donne(compte, adresse)
    return Entree(jeton, appareils.marquer(marques, compte), phrase)


def confirmer(session: SessionOuverte, mot_de_passe: str, adresse: str = "", marques: str = "") -> str:
    """The person gives the password again, before a sensitive change. Gives the session's new token.

    Counted like a sign-in: whoever sits at an open session does not guess any faster.
    """
    compte = session.compte
    connu = appareils.reconnaitre(marques, compte)
    try:
        essais.compter(compte.email, adresse, connu)
    except essais.TropDEssais as trop:
        trop.champ = CHAMP_DE_CONFIRMATION
        raise
    if not _verifier(mot_de_passe, compte.mot_de_passe):
        with write_transaction():
            essais.noter_l_echec(adresse)
            journaliser(compte, "confirmation_refusee", Acteur(compte, compte.role))
        raise Refus("Ce n’est pas votre mot de passe.", champ=CHAMP_DE_CONFIRMATION)
    with write_transaction(prealable=True):
        essais.oublier(compte.email, connu)
        return renouveler(session, confirmee_le=clock.maintenant())


def est_confirmee(session: SessionOuverte) -> bool:
    """Whether the password was given a short while ago."""
    return session.confirmee_le is not None and clock.maintenant() - session.confirmee_le < CONFIRMATION


def exiger_la_confirmation(session: SessionOuverte) -> None:
    """:class:`Refus` unless the password was given a short while ago; inside the transaction of the act."""
    ouverte = SessionOuverte.get_or_none(SessionOuverte.id == session.id, SessionOuverte.fermee_le.is_null())
    if ouverte is None or not est_confirmee(ouverte):
        raise Refus("Redonnez votre mot de passe.", champ=CHAMP_DE_CONFIRMATION)


def renouveler(session: SessionOuverte, **valeurs: dt.datetime) -> str:
    """Give the open session another token, inside the transaction of what makes it worth more."""
    jeton = secrets.token_urlsafe(32)
    ouverte = (SessionOuverte.id == session.id) & SessionOuverte.fermee_le.is_null()
    if not SessionOuverte.update(jeton=empreinte(jeton), **valeurs).where(ouverte).execute():
        raise DejaChange("Cette session vient d’être fermée : reconnectez-vous.")
    return jeton


def attend_le_second_facteur(session: SessionOuverte) -> bool:
    """Whether only the password was given, where staff owe more."""
    return (
        reglages.lire().second_facteur
        and session.compte.role != w.FAMILLE
        and session.second_facteur_le is None
    )


def se_deconnecter(session: SessionOuverte) -> None:
    """Close the session: its token opens nothing any more, wherever it was copied."""
    with write_transaction():
        fermees = (
            SessionOuverte.update(fermee_le=clock.maintenant())
            .where(SessionOuverte.id == session.id, SessionOuverte.fermee_le.is_null())
            .execute()
        )
        if fermees:
            journaliser(session.compte, "deconnexion", Acteur(session.compte, session.compte.role))


def choisir_famille(session: SessionOuverte, famille: Famille) -> None:
    """Keep which of the account's family files is on the screen."""
    with write_transaction():
        SessionOuverte.update(famille=famille).where(SessionOuverte.id == session.id).execute()


# ——— the open session, read at each request ———


@dataclass(frozen=True)
class Ouverte:
    """An open session as a request finds it."""

    session: SessionOuverte
    """With its account."""
    familles: Sequence[Famille]
    """The family files that the account is subscribed to, in the order of their names."""
    guettes: Mapping[int, Sequence[int | None]]
    """By family, what was to be read besides."""


def ouverte(jeton: str, a_guetter: Sequence[Expression] = ()) -> Ouverte | None:
    """The session of this token, if it still holds, its account, its families: one query.

    `a_guetter`: numbers to read for each family in the same query, as expressions on its row of `Famille`.
    """
    marque = empreinte(jeton)
    lignes = list(_requete_d_ouverte(marque, a_guetter).tuples()) if a_guetter else _lignes_d_ouverte(marque)
    if not lignes:
        return None
    lues = [objets(ligne, SessionOuverte, Compte, Famille) for ligne in lignes]
    session, compte = lues[0][:2]
    session.compte = compte
    if not _tient(session):
        return None
    siennes = {famille: guettes for _, _, famille, guettes in lues if famille is not None}
    return Ouverte(session, list(siennes), {famille.id: lus for famille, lus in siennes.items()})


@preparee
def _lignes_d_ouverte(marque):
    return _requete_d_ouverte(marque, ())


def _requete_d_ouverte(marque, a_guetter: Sequence[Expression]) -> ModelSelect:
    """The columns of the session, of its account, of each family; then what is watched."""
    actif = (Abonnement.compte == Compte.id) & (Abonnement.statut == w.ACTIF)
    return (
        SessionOuverte.select(SessionOuverte, Compte, Famille, *a_guetter)
        .join(Compte)
        .join(Abonnement, JOIN.LEFT_OUTER, on=actif)
        .join(Famille, JOIN.LEFT_OUTER)
        .where(SessionOuverte.jeton == marque, SessionOuverte.fermee_le.is_null(), Compte.actif)
        .order_by(Famille.recherche, Famille.id)
    )


def noter_le_passage(session: SessionOuverte) -> None:
    """Push the end of the session further, at most once a minute."""
    maintenant = clock.maintenant()
    if maintenant - session.vue_le >= PAS_DE_VUE_LE:
        SessionOuverte.update(vue_le=maintenant).where(
            SessionOuverte.id == session.id, SessionOuverte.vue_le < maintenant
        ).execute()


def familles_de(compte: Compte) -> Sequence[Famille]:
    """The family files that the account is subscribed to, in the order of their names."""
    return list(
        Famille.select()
        .join(Abonnement)
        .where(Abonnement.compte == compte, Abonnement.statut == w.ACTIF)
        .order_by(Famille.recherche, Famille.id)
    )


def empreinte(jeton: str) -> str:
    """What is stored of a token: a copy of the table opens nothing."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def est_le_sien(compte: Compte, mot_de_passe: str) -> bool:
    """Whether it is the password of the account. Asked for whoever has just proven to know it."""
    return _verifier(mot_de_passe, compte.mot_de_passe)


def hacher(mot_de_passe: str) -> str:
    """The hash to store of a password."""
    return _hacheur().hash(composer(mot_de_passe))


def sessions_ouvertes(compte: Compte) -> Sequence[SessionOuverte]:
    """The sessions of the account that still hold, the last used first."""
    maintenant = clock.maintenant()
    return list(
        SessionOuverte.select()
        .where(
            SessionOuverte.compte == compte,
            SessionOuverte.fermee_le.is_null(),
            SessionOuverte.ouverte_le > maintenant - DUREE_MAX,
            SessionOuverte.vue_le > maintenant - _oisivete(compte),
        )
        .order_by(SessionOuverte.vue_le.desc(), SessionOuverte.id.desc())
    )


def fermer_les_sessions(compte: Compte, sauf: SessionOuverte | None = None) -> int:
    """Close the sessions of the account, wherever they are, inside the transaction of the act.

    `sauf` is the one in which the person is acting, if it is to stay open. Gives how many were open.
    """
    ouvertes = (SessionOuverte.compte == compte) & SessionOuverte.fermee_le.is_null()
    if sauf is not None:
        ouvertes &= SessionOuverte.id != sauf.id
    return SessionOuverte.update(fermee_le=clock.maintenant()).where(ouvertes).execute()


def faire_le_menage() -> None:
    """Drop what serves no more: old sessions, links and failures, accounts that nobody activated."""
    maintenant = clock.maintenant()
    with write_transaction():
        Jeton.delete().where(Jeton.expire_le < maintenant - PAS_ACTIVE).execute()
        Compte.delete().where(Compte.active_le.is_null(), Compte.cree_le < maintenant - PAS_ACTIVE).execute()
        SessionOuverte.delete().where(
            SessionOuverte.ouverte_le < maintenant - dt.timedelta(days=31)
        ).execute()
        essais.faire_le_menage()


# ——— inside ———


def _tient(session: SessionOuverte) -> bool:
    """Whether it was opened, and last used, not too long ago."""
    maintenant = clock.maintenant()
    oisivete = _oisivete(session.compte)
    return maintenant - session.ouverte_le < DUREE_MAX and maintenant - session.vue_le < oisivete


def _oisivete(compte: Compte) -> dt.timedelta:
    return OISIVETE_FAMILLE if compte.role == w.FAMILLE else OISIVETE_AGENT


def _hacheur() -> PasswordHasher:
    return reglages.lire().hacheur


@functools.cache
def _leurre(hacheur: PasswordHasher) -> str:
    """A hash that no password opens, as long to check as a real one."""
    return hacheur.hash(secrets.token_urlsafe(32))


def _verifier(mot_de_passe: str, hache: str) -> bool:
    try:
        return _hacheur().verify(hache, composer(mot_de_passe))
    except (VerificationError, InvalidHashError):
        return False


def _activer_les_abonnements(compte: Compte) -> None:
    """The guide, §1.1: a new subscription becomes active when the person signs in again."""
    attente = Abonnement.select().where(
        Abonnement.compte == compte, Abonnement.statut == w.ATTENTE_RECONNEXION
    )
    for abonnement in attente:
        franchir(abonnement, w.ACTIVER, Acteur(compte, w.FAMILLE), famille_id=abonnement.famille_id)
