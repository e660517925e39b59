"""`verifier`: the invariants of the domain, asked of the database: one query each, a row is a breach."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from peewee import ForeignKeyField

import workflows as w
from models import (
    TABLES,
    Modele,
    db,
    moteur,
)
from portail.domain import verification_argent as de_l_argent
from portail.domain import verification_contestations as des_contestations
from portail.domain import verification_courriels as des_courriels
from portail.domain import verification_demandes as des_demandes
from portail.domain import verification_dossier as du_dossier
from portail.domain import verification_factures as des_factures
from portail.domain import verification_file as de_la_file
from portail.domain import verification_importations as des_importations
from portail.domain import verification_inscriptions as des_inscriptions
from portail.domain import verification_personnel as du_personnel
from portail.domain import verification_places as des_places
from portail.domain import verification_pointage as du_pointage
from portail.domain import verification_reponses as des_reponses
from portail.domain import verification_tarifs as des_tarifs
from portail.domain.invariant import Invariant
from portail.domain.transitions import MACHINES


@dataclass(frozen=True)
class Rupture:
    """Where an invariant does not hold."""

    invariant: str
    phrase: str


def verifier(montrees: int = 20) -> Iterator[Rupture]:
    """Every breach of every invariant, at most `montrees` of each, the rest counted in a last line."""
    if moteur() == "postgresql":
        db.execute_sql("SET statement_timeout = 0")
    try:
        for invariant in INVARIANTS:
            demande = invariant.requete()
            lignes = iter(db.execute_sql(demande) if isinstance(demande, str) else demande)
            for ligne in islice(lignes, montrees):
                yield Rupture(invariant.nom, invariant.phrase.format(*ligne))
            if reste := sum(1 for _ in lignes):
                yield Rupture(invariant.nom, f"… et {reste} autre(s) du même genre.")
    finally:
        if moteur() == "postgresql":
            db.execute_sql("RESET statement_timeout")


def _liste(valeurs) -> str:
    return ", ".join(f"'{valeur}'" for valeur in valeurs)


def _table(modele: type[Modele]) -> str:
    return modele._meta.table_name


# ——— places ———


def _places() -> str:
    return f"""
        SELECT s.id, s.prises, s.places, count(r.id)
        FROM seance s
        LEFT JOIN reservation r ON r.seance_id = s.id AND r.statut IN ({_liste(w.OCCUPENT_UNE_PLACE)})
        GROUP BY s.id, s.prises, s.places
        HAVING count(r.id) <> s.prises OR count(r.id) > s.places"""


def _doublons() -> str:
    return """
        SELECT enfant_id, seance_id, count(*) FROM reservation
        GROUP BY enfant_id, seance_id HAVING count(*) > 1"""


# ——— statuses and their journal ———


def _statuts() -> str:
    return " UNION ALL ".join(
        f"SELECT '{_table(modele)}', id, statut FROM {_table(modele)}"
        f" WHERE statut NOT IN ({_liste(machine.codes)})"
        for modele, machine in MACHINES.items()
    )


def _journal() -> str:
    """The last line of the journal that speaks of a status, and the status; without a line, it is as born."""
    return " UNION ALL ".join(
        f"""
        SELECT '{_table(modele)}', o.id, o.statut, coalesce(e.vers, '{machine.initial}')
        FROM {_table(modele)} o
        LEFT JOIN evenement e ON e.id = (
            SELECT max(d.id) FROM evenement d
            WHERE d.objet = '{_table(modele)}' AND d.objet_id = o.id AND d.vers <> '')
        WHERE coalesce(e.vers, '{machine.initial}') <> o.statut"""
        for modele, machine in MACHINES.items()
    )


def _enchainement() -> str:
    """A line that does not go on from the one before, about the same object."""
    naissances = " OR ".join(
        f"objet = '{_table(modele)}' AND de = '{machine.initial}'" for modele, machine in MACHINES.items()
    )
    return f"""
        SELECT id, objet, objet_id, de, coalesce(avant, 'rien')
        FROM (
            SELECT id, objet, objet_id, de, vers,
                   lag(vers) OVER (PARTITION BY objet, objet_id ORDER BY id) AS avant
            FROM evenement WHERE vers <> '' AND objet IN ({_liste(map(_table, MACHINES))})
        ) AS lignes
        WHERE avant <> de OR avant IS NULL AND NOT (de = '' OR {naissances})"""


def _pas_permis() -> str:
    """A line that tells a step which no table allows."""
    permis = [
        f"{_table(modele)} {pas.de} {pas.acte} {vers}"
        for modele, machine in MACHINES.items()
        for pas in machine.transitions.values()
        for vers in pas.vers
    ]
    return f"""
        SELECT id, objet, objet_id, acte, de, vers FROM evenement
        WHERE de <> '' AND vers <> '' AND objet IN ({_liste(map(_table, MACHINES))})
          AND objet || ' ' || de || ' ' || acte || ' ' || vers NOT IN ({_liste(permis)})"""


# ——— subscriptions ———


def _adultes() -> str:
    """The adult whom a subscription is of, or a code is made out to, is of the same family."""
    return " UNION ALL ".join(
        f"""
        SELECT '{table}', o.id, r.id FROM {table} o
        JOIN responsable r ON r.id = o.responsable_id
        WHERE r.famille_id <> o.famille_id"""
        for table in ("abonnement", "code_abonne")
    )


def _codes() -> str:
    """A code that has served subscribed one account to its own family, and no other code did that."""
    return """
        SELECT c.id, a.id FROM code_abonne c JOIN abonnement a ON a.id = c.abonnement_id
        WHERE a.famille_id <> c.famille_id
           OR EXISTS (SELECT 1 FROM code_abonne d WHERE d.abonnement_id = a.id AND d.id <> c.id)"""


# ——— foreign keys ———


def _orphelins() -> str:
    return " UNION ALL ".join(
        f"""
        SELECT '{_table(modele)}', o.id, '{champ.column_name}', o.{champ.column_name} FROM {_table(modele)} o
        WHERE o.{champ.column_name} IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM {_table(champ.rel_model)} c WHERE c.id = o.{champ.column_name})"""
        for modele in TABLES
        for champ in modele._meta.sorted_fields
        if isinstance(champ, ForeignKeyField)
    )


INVARIANTS = (
    Invariant(
        "Places", _places, "séance {0} : {1} places prises sur {2} sont inscrites, {3} enfants en occupent"
    ),
    Invariant("Un créneau par enfant", _doublons, "enfant {0}, séance {1} : {2} réservations"),
    Invariant("Statuts", _statuts, "{0} {1} : le statut « {2} » n’existe pas"),
    Invariant("Journal", _journal, "{0} {1} : son statut est « {2} », le journal dit « {3} »"),
    Invariant(
        "Suite du journal", _enchainement, "ligne {0} du journal : {1} {2} part de « {3} », était « {4} »"
    ),
    Invariant(
        "Transitions", _pas_permis, "ligne {0} du journal : {1} {2}, « {3} » ne mène pas de « {4} » à « {5} »"
    ),
    Invariant(
        "Pré-inscription",
        des_demandes.hors_inscription,
        "réservation {0} ({1}) : l’enfant n’est pas inscrit le {2}",
    ),
    Invariant("Absence", des_demandes.absences, "réservation {0} : {1}, sans avoir jamais été réservée"),
    Invariant(
        "Liste d’attente",
        des_demandes.liste_d_attente,
        "réservation {0} : son rang {1} n’est pas sa ligne du journal",
    ),
    Invariant(
        "Places à donner",
        des_places.attentes_inutiles,
        "séance {0} du {1} : {2} place(s) libre(s), {3} enfant(s) en liste",
    ),
    Invariant("Places partagées", des_places.partagees, "« {0} », le {1} : {2} places prises sur {3}"),
    Invariant("Jours partagés", des_places.jours, "« {0} », le {1} : {2} places dites prises, pour {3}"),
    Invariant(
        "Ensemble ou pas du tout",
        des_places.separes,
        "lien {0} : la réservation {1} attend, la réservation {2} a sa place",
    ),
    Invariant(
        "Séances annulées",
        des_places.annulees,
        "séance {0} du {1} : annulée ({2}), {3} créneau(x) y restent",
    ),
    Invariant(
        "Facturation",
        des_places.factures,
        "ligne {0} de la demande {1} ({2}) : facturée ou non, et ce n’est pas une absence",
    ),
    Invariant(
        "Motifs d’absence",
        des_places.motifs,
        "demande {0} ({1}) : un motif d’absence, et ce n’est pas une absence",
    ),
    Invariant(
        "Attentes", des_demandes.attentes, "réservation {0} ({1}) : {2} ligne(s) de demande en attente"
    ),
    Invariant(
        "Demandes", des_demandes.demandes, "demande {0} : son statut est « {1} », ses lignes disent « {2} »"
    ),
    Invariant(
        "Familles",
        des_demandes.autre_famille,
        "ligne {0} de la demande {1} : l’enfant est d’une autre famille",
    ),
    Invariant("Adultes", _adultes, "{0} {1} : l’adulte {2} est d’une autre famille"),
    Invariant(
        "Codes abonnés",
        _codes,
        "code {0} : l’abonnement {1} est d’une autre famille, ou vient aussi d’un autre code",
    ),
    Invariant(
        "Réponses écrites",
        des_courriels.reponses_manquantes,
        "ligne {0} de la demande {1} ({2}) : aucun courriel",
    ),
    Invariant(
        "Places annoncées",
        des_courriels.promotions_manquantes,
        "réservation {0} : place donnée (ligne {1}), aucun courriel",
    ),
    Invariant(
        "Dossiers",
        du_dossier.autre_famille,
        "modification {0} : demande {1}, de nature « {2} », fiche {3} {4}",
    ),
    Invariant(
        "Lignes et modifications",
        du_dossier.melanges,
        "demande {0} : du dossier, elle a {1} ligne(s) de planning",
    ),
    Invariant(
        "Journal du dossier",
        du_dossier.journal_d_une_autre_demande,
        "modification {0} de la demande {1} : la ligne {2} du journal parle de la demande {3}, famille {4}",
    ),
    Invariant(
        "Réponses sur le dossier",
        du_dossier.reponses_sans_courriel,
        "modification {0} de la demande {1} ({2}) : aucun courriel",
    ),
    Invariant(
        "Liens", du_dossier.liens, "lien {0} : l’adulte {1} et l’enfant {2} ne sont pas de la même famille"
    ),
    Invariant("Scellés", du_dossier.scelles, "{0} {1} : aucune des clés de PORTAIL_CLES ne l’ouvre"),
    Invariant("Photos", du_dossier.photos, "enfant {0} : la photo {1} {2}"),
    Invariant(
        "Dates des inscriptions",
        des_inscriptions.hors_des_dates,
        "pré-inscription {0} : du {1} au {2}, l’activité va du {3} au {4}",
    ),
    Invariant(
        "Une inscription à la fois",
        des_inscriptions.chevauchements,
        "enfant {0}, activité {1} : les pré-inscriptions {2} et {3} se chevauchent",
    ),
    Invariant(
        "Jours demandés",
        des_inscriptions.jours_etrangers,
        "pré-inscription {0} : le jour demandé {1} (séance {2}) n’est pas des siens",
    ),
    Invariant(
        "Lignes d’inscription",
        des_inscriptions.lignes,
        "ligne {0} de la demande {1} ({2}) : pré-inscription {3}, créneau {4}",
    ),
    Invariant(
        "Inscriptions et demandes",
        des_inscriptions.desaccords,
        "pré-inscription {0} ({1}) : sa ligne {2} dit « {3} »",
    ),
    Invariant(
        "Échanges", des_inscriptions.echanges, "{0} {1} : d’un compte étranger à la famille de la demande {2}"
    ),
    Invariant(
        "Pièces attendues",
        des_inscriptions.pieces_attendues,
        "demande {0} ({1}, {2}) : rien ne se demande plus à la famille",
    ),
    Invariant(
        "Documents en souffrance", des_inscriptions.abandonnes, "document {0} : sans demande depuis le {1}"
    ),
    Invariant("Prises en charge", de_la_file.prises, "demande {0} : l’agent {1} s’en occupe, sans trace"),
    Invariant("Notes", de_la_file.notes, "note {0}, demande {1} : son écriture n’est pas au journal"),
    Invariant("Filtres gardés", de_la_file.filtres, "filtre {0} : le compte {1} n’a pas de file"),
    Invariant("Pointages", du_pointage.desaccords, "présence {0} : « {1} », et la réservation est « {2} »"),
    Invariant("Pointages à venir", du_pointage.a_venir, "présence {0} : la séance {1} est le {2}"),
    Invariant("Départs", du_pointage.departs, "présence {0} : départ à {1}, pointée à {2}"),
    Invariant(
        "Contestations", des_contestations.lignes, "ligne {0} de la demande {1} ({2}) : ce qu’elle conteste"
    ),
    Invariant(
        "Factures contestées",
        des_contestations.autre_facture,
        "demande {0} : {1} facture(s), ou d’une autre famille",
    ),
    Invariant("Contestations en double", des_contestations.deux_fois, "ligne de facture {0} : {1} attendent"),
    Invariant(
        "Avoirs des contestations",
        des_contestations.sans_avoir,
        "contestation {0} ({1}) : ligne d’avoir {2}",
    ),
    Invariant(
        "Réponses à annuler",
        des_reponses.sans_journal,
        "réponse {0} à la demande {1} : ses lignes du journal, {2} à {3}, ne sont pas les siennes",
    ),
    Invariant(
        "Règles de réponse",
        des_reponses.regles,
        "règle {0} : « {1} » ne se demande pas avec la nature « {2} », ou n’existe pas",
    ),
    Invariant(
        "Imports gardés", des_importations.restes, "import {0} ({1}), du {2} : ses fichiers sont encore là"
    ),
    Invariant(
        "Imports prêts", des_importations.sans_rapport, "import {0} ({1}) : sans rapport, ou sans fichiers"
    ),
    Invariant(
        "Dossiers réunis", du_dossier.dossiers_vides, "famille {0} : réunie à une autre, il lui reste « {1} »"
    ),
    Invariant(
        "Comptes limités à des lieux",
        du_personnel.limites_sans_objet,
        "compte {0} ({1}) : limité à « {2} », ce que son rôle ne peut pas être",
    ),
    *des_factures.INVARIANTS,
    Invariant("Parts des payeurs", des_tarifs.parts, "enfant {0} : {1} % en tout, {2} d’une autre famille"),
    Invariant(
        "Un tarif par jour", des_tarifs.chevauchements, "activité {0} : les tarifs {1} et {2} se chevauchent"
    ),
    Invariant("Tranches de tarif", des_tarifs.tranches, "tarif {0} ({1}) : sa première tranche part de {2}"),
    *(Invariant(*un) for un in de_l_argent.A_TENIR),
    Invariant("Clés étrangères", _orphelins, "{0} {1} : {2} = {3}, qui n’existe pas"),
)
