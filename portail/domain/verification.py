"""`verifier`: the invariants of the domain, asked of the database: one query each, a row is a breach."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from peewee import ForeignKeyField

import workflows as w
from models import (
    TABLES,
    Modele,
    db,
    moteur,
)
from portail.domain import verification_courriels as des_courriels
from portail.domain import verification_dossier as du_dossier
from portail.domain import verification_inscriptions as des_inscriptions
from portail.domain import verification_places as des_places
from portail.domain import verification_reponses as des_reponses
from portail.domain.transitions import MACHINES


@dataclass(frozen=True)
class Invariant:
    """What must always hold. `requete` gives a row for each breach, its values fill `phrase`.

    It is a query; or the rows themselves, where the database cannot tell.
    """

    nom: str
    requete: Callable[[], str | Iterable[tuple]]
    phrase: str


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


# ——— what a booking rests on ———


def _hors_inscription() -> str:
    return f"""
        SELECT r.id, r.statut, s.jour
        FROM reservation r JOIN seance s ON s.id = r.seance_id
        WHERE r.statut <> '{w.NON_RESERVE}' AND NOT EXISTS (
            SELECT 1 FROM preinscription p
            WHERE p.enfant_id = r.enfant_id AND p.activite_id = s.activite_id
              AND p.statut = '{w.RESERVATION_POSSIBLE}' AND s.jour BETWEEN p.debut AND p.fin)"""


def _absences() -> str:
    """An absence from what was never booked, nor taken over as such."""
    return f"""
        SELECT r.id, r.statut FROM reservation r
        WHERE r.statut IN ('{w.ABSENCE_ATTENTE}', '{w.ABSENT}') AND NOT EXISTS (
            SELECT 1 FROM evenement e WHERE e.objet = 'reservation' AND e.objet_id = r.id
              AND (e.de = '{w.RESERVE}' OR e.de = '' AND e.vers = '{w.ABSENT}'))"""


def _liste_d_attente() -> str:
    """The rank in the list is the number of the very line that put the child there."""
    return f"""
        SELECT r.id, r.ordre FROM reservation r
        LEFT JOIN evenement e ON e.id = r.ordre AND e.objet = 'reservation' AND e.objet_id = r.id
                             AND e.vers = '{w.LISTE_ATTENTE}'
        WHERE (r.statut = '{w.LISTE_ATTENTE}') <> (e.id IS NOT NULL)
           OR (r.statut = '{w.LISTE_ATTENTE}') <> (r.ordre IS NOT NULL)"""


# ——— demandes ———

ATTENTES = {w.RESERVATION_ATTENTE: w.NATURE_RESERVATION, w.ABSENCE_ATTENTE: w.NATURE_ABSENCE}


def _attentes() -> str:
    """A booking that waits for an answer has one waiting line, of its nature; no other booking has any."""
    nature = " ".join(f"WHEN '{statut}' THEN '{nature}'" for statut, nature in ATTENTES.items())
    return f"""
        SELECT r.id, r.statut, coalesce(count(l.id), 0)
        FROM reservation r
        LEFT JOIN ligne l ON l.reservation_id = r.id AND l.statut = '{w.EN_ATTENTE}'
        LEFT JOIN demande d ON d.id = l.demande_id
        WHERE l.id IS NOT NULL OR r.statut IN ({_liste(ATTENTES)})
        GROUP BY r.id, r.statut
        HAVING count(l.id) <> 1 OR r.statut NOT IN ({_liste(ATTENTES)})
            OR max(d.nature) NOT IN (CASE r.statut {nature} END, '{w.NATURE_PREINSCRIPTION}')"""


def _demandes() -> str:
    """The status of a demande is what `acte_concluant` makes of those of its lines, of its changes."""
    statuts = w.LIGNE.codes
    cas = []
    for presences in product((0, 1), repeat=len(statuts)):
        presents = [statut for statut, present in zip(statuts, presences, strict=True) if present]
        if presents:
            acte = w.acte_concluant(presents)
            conclu = w.DEMANDE.transitions[w.EN_ATTENTE, acte].vers[0] if acte else w.EN_ATTENTE
            condition = " AND ".join(f"{s} = {p}" for s, p in zip(statuts, presences, strict=True))
            cas.append(f"WHEN {condition} THEN '{conclu}'")
    colonnes = ", ".join(f"max(CASE WHEN l.statut = '{s}' THEN 1 ELSE 0 END) AS {s}" for s in statuts)
    return f"""
        SELECT id, statut, attendu FROM (
            SELECT id, statut, repondue_le, CASE {" ".join(cas)} ELSE 'sans ligne' END AS attendu
            FROM (SELECT d.id, d.statut, d.repondue_le, {colonnes}
                  FROM demande d LEFT JOIN (
                      SELECT demande_id, statut FROM ligne
                      UNION ALL
                      SELECT demande_id,
                             CASE statut WHEN '{w.APPLIQUEE}' THEN '{w.ACCEPTEE}' ELSE statut END
                      FROM modification) AS l ON l.demande_id = d.id
                  GROUP BY d.id, d.statut, d.repondue_le) AS comptees
        ) AS jugees
        WHERE statut <> attendu OR statut <> '{w.EN_ATTENTE}' AND repondue_le IS NULL"""


def _autre_famille() -> str:
    return """
        SELECT l.id, l.demande_id FROM ligne l
        JOIN demande d ON d.id = l.demande_id
        LEFT JOIN reservation r ON r.id = l.reservation_id
        LEFT JOIN preinscription p ON p.id = l.preinscription_id
        JOIN enfant e ON e.id = coalesce(r.enfant_id, p.enfant_id)
        WHERE e.famille_id <> d.famille_id"""


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
        "Pré-inscription", _hors_inscription, "réservation {0} ({1}) : l’enfant n’est pas inscrit le {2}"
    ),
    Invariant("Absence", _absences, "réservation {0} : {1}, sans avoir jamais été réservée"),
    Invariant(
        "Liste d’attente", _liste_d_attente, "réservation {0} : son rang {1} n’est pas sa ligne du journal"
    ),
    Invariant(
        "Places à donner",
        des_places.attentes_inutiles,
        "séance {0} du {1} : {2} place(s) libre(s), {3} enfant(s) en liste",
    ),
    Invariant("Places partagées", des_places.partagees, "« {0} », le {1} : {2} places prises sur {3}"),
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
    Invariant("Attentes", _attentes, "réservation {0} ({1}) : {2} ligne(s) de demande en attente"),
    Invariant("Demandes", _demandes, "demande {0} : son statut est « {1} », ses lignes disent « {2} »"),
    Invariant("Familles", _autre_famille, "ligne {0} de la demande {1} : l’enfant est d’une autre famille"),
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
    Invariant("Clés étrangères", _orphelins, "{0} {1} : {2} = {3}, qui n’existe pas"),
)
