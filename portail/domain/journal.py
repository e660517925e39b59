"""« Mon journal »: what happened on an account, newest first, and who at the town read what of its families.

Four readings whatever their number, each through an index of the journal: the lines of the account, those of
its subscriptions, the readings of the documents that it sent (other adults may know nothing of these), the
sensitive readings of the family files that it is subscribed to.
"""

import datetime as dt
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import Abonnement, Compte, Document, Evenement, Famille
from portail import clock
from portail.domain import documents, feuilles
from portail.domain.comptes import familles_de

PAR_PAGE = 25

COMPTE = {
    "activation": "Votre compte a été activé",
    "connexion": "Connexion à votre compte",
    "connexion_refusee": "Connexion refusée : le mot de passe n’était pas le bon",
    "deconnexion": "Déconnexion",
    "confirmation_refusee": "Confirmation refusée : le mot de passe redonné n’était pas le bon",
    "nom_change": "Votre nom a changé. Avant",
    "mot_de_passe_change": "Votre mot de passe a changé",
    "adresse_demandee": "Une autre adresse e-mail a été demandée",
    "adresse_changee": "Votre adresse e-mail a changé",
    "session_fermee": "Un appareil a été déconnecté",
    "sessions_fermees": "Les autres appareils ont été déconnectés",
    "compte_ferme": "Votre compte a été fermé",
    "compte_cree": "Votre compte a été créé par la mairie",
    "compte_rouvert": "Votre compte a été rouvert par la mairie",
    "lien_donne": "La mairie vous a donné un lien pour choisir un mot de passe",
    "role_change": "Le rôle de votre compte a changé",
    "lieux_changes": "Les lieux dont votre compte a la charge ont changé",
    "code_refuse": "Un code abonné a été refusé",
    "agenda_ouvert": "Une adresse d’agenda a été créée",
    "agenda_remplace": "Une adresse d’agenda a été remplacée",
    "agenda_revoque": "Une adresse d’agenda a été supprimée",
    "second_facteur_active": "L’application de codes a été installée",
    "second_facteur_donne": "Connexion confirmée par un code",
    "second_facteur_refuse": "Un code de connexion a été refusé",
    "second_facteur_oublie": "L’application de codes a été retirée",
    "code_de_secours_utilise": "Connexion confirmée par un code de secours",
    "codes_de_secours_refaits": "De nouveaux codes de secours ont été faits",
    "liste_exportee": "Une liste a été emportée dans un fichier",
    "liste_ouverte": "Une liste a été affichée avec les régimes et les alertes de santé",
    "comptes_exportes": "Des comptes de la facturation ont été emportés dans un fichier",
    "chiffres_exportes": "Les chiffres ont été emportés dans un fichier",
}
"""What is said of each act written on an account; its detail, if it has one, comes after a colon."""
ABONNEMENT = {
    "reprendre": "Abonnement repris à l’ouverture du portail",
    "s_abonner": "Abonnement à un dossier famille",
    w.ACTIVER: "Abonnement activé",
    w.RESILIER: "Abonnement résilié",
    "reception_reglee": "Ce que vous recevez par e-mail a été changé",
}
"""Likewise, of each act written on a subscription."""
LECTURES_SENSIBLES = {
    "code_emis": "Un code abonné a été fait pour votre dossier, avec sa lettre",
    "lettre_imprimee": "La lettre qui contient votre code abonné a été imprimée",
    "lecture_sante": "Des données sanitaires du dossier ont été affichées",
    "lecture_banque": "Des données bancaires du dossier ont été affichées",
    feuilles.OUVERTURE: "La feuille de pointage d’une séance a été ouverte : santé de l’enfant, personnes qui"
    " peuvent venir le chercher",
    feuilles.IMPRESSION: "La feuille de pointage d’une séance a été imprimée : santé de l’enfant, personnes"
    " qui peuvent venir le chercher",
    "sante_sur_liste": "Le régime alimentaire et les alertes de santé ont été affichés sur une liste",
    "sante_exportee": "Le régime alimentaire et les alertes de santé ont été emportés dans une liste",
}
"""What the town reads of a family file and must answer for, whatever it is written on."""
DOCUMENT = {documents.LECTURE: "Un document joint à une demande a été ouvert"}
"""Likewise, of each act written on a document."""
SANS_PHRASE = "Une opération a été faite sur votre compte"


@dataclass(frozen=True)
class Fait:
    """One line of the journal, in words."""

    id: int
    quand: dt.datetime
    phrase: str
    famille: str
    """Whose family file, when it is one of theirs."""
    par: str
    """Who did it; empty when it was the person, or nobody."""

    @property
    def jour(self) -> dt.date:
        return clock.a_paris(self.quand).date()

    @property
    def heure(self) -> dt.time:
        return clock.a_paris(self.quand).time()


@dataclass(frozen=True)
class Page:
    faits: list[Fait]
    suite: int | None
    """The next page begins before this line; None on the last one."""


def lire(compte: Compte, avant: int | None = None) -> Page:
    """A page of the journal, from the line before `avant`."""
    faits = _lire(compte, avant, PAR_PAGE + 1)
    return Page(faits[:PAR_PAGE], faits[PAR_PAGE - 1].id if len(faits) > PAR_PAGE else None)


def tout_lire(compte: Compte) -> list[Fait]:
    """The whole journal."""
    return _lire(compte)


# ——— inside ———


def _lire(compte: Compte, avant: int | None = None, nombre: int | None = None) -> list[Fait]:
    familles = {famille.id: famille.nom for famille in familles_de(compte)}
    abonnements = Abonnement.select(Abonnement.id).where(Abonnement.compte == compte)
    envoyes = Document.select(Document.id).where(Document.auteur == compte)
    sources = [
        (Evenement.objet == "compte") & (Evenement.objet_id == compte.id),
        (Evenement.objet == "abonnement") & (Evenement.objet_id.in_(abonnements)),
        (Evenement.objet == "document") & (Evenement.objet_id.in_(envoyes)),
    ]
    if familles:
        # A merged file keeps its lines. Read apart: with ids, not a query, the journal’s index serves.
        videes = Famille.select(Famille.id).where(Famille.fusionnee_dans.in_(list(familles))).tuples()
        siennes = [*familles, *(ident for (ident,) in videes)]
        sources.append(Evenement.famille.in_(siennes) & Evenement.acte.in_(tuple(LECTURES_SENSIBLES)))
    faits = {fait.id: fait for source in sources for fait in _de(source, compte, familles, avant, nombre)}
    return sorted(faits.values(), key=lambda fait: fait.id, reverse=True)[:nombre]


def _de(source, compte: Compte, familles: dict[int, str], avant: int | None, nombre: int | None):
    requete = (
        Evenement.select(
            Evenement.id,
            Evenement.quand,
            Evenement.acte,
            Evenement.objet,
            Evenement.detail,
            Evenement.famille,
            Compte.id,
            Compte.prenom,
            Compte.nom,
            Compte.service,
        )
        .join(Compte, JOIN.LEFT_OUTER)
        .where(source)
        .order_by(Evenement.id.desc())
    )
    if avant is not None:
        requete = requete.where(Evenement.id < avant)
    for ident, quand, acte, objet, detail, famille, auteur, prenom, nom, service in requete.limit(
        nombre
    ).tuples():
        autrui = auteur is not None and auteur != compte.id
        qui = f"{prenom} {nom}" + (f", {service}" if service else "") if autrui else ""
        yield Fait(ident, quand, _dire(objet, acte, detail), familles.get(famille, ""), qui)


def _dire(objet: str, acte: str, detail: str) -> str:
    """In words. A detail is said of what is known: of an act without a sentence it might say anything."""
    dites = {"compte": COMPTE, "abonnement": ABONNEMENT, "document": DOCUMENT}
    phrase = LECTURES_SENSIBLES.get(acte) or dites[objet].get(acte)
    if phrase is None:
        return f"{SANS_PHRASE}."
    return f"{phrase} : {detail}." if detail and objet == "compte" else f"{phrase}."
