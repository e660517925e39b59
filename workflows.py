"""The town's state machines: statuses, transitions, and the two questions everybody asks of them.

Pure: standard library only, no I/O, no clock, no database. This file decides; it never does. It answers
*which acts are legal from here, for this role?* (:meth:`Machine.actes`) and *where does this act lead?*
(:meth:`Machine.transition`), by the mechanics of `machine.py`. Labels, symbols and the legend of every status
stand here, once.

Source of the tables: the town's user guide (§3.1, §4) and the design document « The domain ».
"""

from __future__ import annotations

from collections.abc import Iterable

from machine import ActeIllegal as ActeIllegal
from machine import Etat, Machine
from machine import Transition as Transition
from machine import pas as _pas

# ——— who acts ———

FAMILLE = "famille"
AGENT = "agent"
ANIMATEUR = "animateur"
SYSTEME = "systeme"
ROLES = (FAMILLE, AGENT, ANIMATEUR, SYSTEME)

# ——— the acts' names, shared by the machines ———

DEMANDER, DECLARER_ABSENCE, ANNULER, RENONCER = "demander", "declarer_absence", "annuler", "renoncer"
ACCEPTER, ACCEPTER_EN_PARTIE, REFUSER = "accepter", "accepter_en_partie", "refuser"
METTRE_EN_ATTENTE, PROMOUVOIR = "mettre_en_attente", "promouvoir"
POINTER_PRESENT, POINTER_ABSENT = "pointer_present", "pointer_absent"
EFFACER_POINTAGE = "effacer_pointage"
ACTIVER, RESILIER = "activer", "resilier"
INSCRIRE, LIBERER = "inscrire", "liberer"
FERMER, ROUVRIR = "fermer", "rouvrir"
REVENIR = "revenir"
"""An agent takes back the answer just given: everything stands as it did before."""

_MAIRIE = (AGENT, SYSTEME)
_REVIENT = "revient sur sa réponse"

# ——— Créneau: a child on a séance ———

NON_RESERVE = "non_reserve"
RESERVATION_ATTENTE = "reservation_attente"
RESERVE = "reserve"
LISTE_ATTENTE = "liste_attente"
ABSENCE_ATTENTE = "absence_attente"
ABSENT = "absent"
PRESENT = "present"

_EN_VALIDATION = "Demande en attente de validation"
_DEMANDES = (RESERVATION_ATTENTE, RESERVE, LISTE_ATTENTE)
_DEFONT = (
    (LIBERER, "libère le créneau : l’inscription prend fin"),
    (FERMER, "annule le créneau : la séance n’a pas lieu"),
)

CRENEAU = Machine(
    "Créneau",
    etats=(
        Etat(NON_RESERVE, "Non réservé", "libre", "est-libre", "Non réservé"),
        Etat(RESERVATION_ATTENTE, "Réservation en attente", "attente", "est-attente", _EN_VALIDATION),
        Etat(RESERVE, "Réservé", "reserve", "est-reserve", "Activité réservée"),
        Etat(LISTE_ATTENTE, "Liste d’attente", "liste", "est-liste", "Enfant en liste d’attente"),
        Etat(ABSENCE_ATTENTE, "Absence en attente", "attente", "est-attente absence", _EN_VALIDATION),
        Etat(ABSENT, "Absent", "absent", "est-absent", "Enfant absent à cette activité"),
        Etat(PRESENT, "Présent", "present", "est-present", "Enfant présent"),
    ),
    initial=NON_RESERVE,
    transitions=(
        _pas(NON_RESERVE, DEMANDER, (FAMILLE, AGENT), _DEMANDES, "demande la réservation"),
        _pas(NON_RESERVE, INSCRIRE, _MAIRIE, (RESERVE, LISTE_ATTENTE), "réserve avec la pré-inscription"),
        _pas(RESERVATION_ATTENTE, ANNULER, FAMILLE, NON_RESERVE, "annule sa demande de réservation"),
        _pas(RESERVATION_ATTENTE, ACCEPTER, _MAIRIE, (RESERVE, LISTE_ATTENTE), "accepte la réservation"),
        _pas(RESERVATION_ATTENTE, METTRE_EN_ATTENTE, AGENT, LISTE_ATTENTE, "inscrit en liste d’attente"),
        _pas(RESERVATION_ATTENTE, REFUSER, AGENT, NON_RESERVE, "refuse la réservation", motif_requis=True),
        _pas(LISTE_ATTENTE, PROMOUVOIR, (SYSTEME, AGENT), RESERVE, "donne la place qui s’est libérée"),
        _pas(LISTE_ATTENTE, RENONCER, FAMILLE, NON_RESERVE, "renonce à la liste d’attente"),
        _pas(RESERVE, DECLARER_ABSENCE, (FAMILLE, AGENT), (ABSENCE_ATTENTE, ABSENT), "déclare une absence"),
        _pas(ABSENCE_ATTENTE, ANNULER, FAMILLE, RESERVE, "annule sa déclaration d’absence"),
        _pas(ABSENCE_ATTENTE, ACCEPTER, _MAIRIE, ABSENT, "accepte l’absence"),
        _pas(ABSENCE_ATTENTE, REFUSER, AGENT, RESERVE, "refuse l’absence", motif_requis=True),
        _pas(RESERVE, POINTER_PRESENT, ANIMATEUR, PRESENT, "pointe présent"),
        _pas(RESERVE, POINTER_ABSENT, ANIMATEUR, ABSENT, "pointe absent"),
        _pas(PRESENT, POINTER_ABSENT, ANIMATEUR, ABSENT, "corrige le pointage : absent"),
        _pas(ABSENT, POINTER_PRESENT, ANIMATEUR, PRESENT, "corrige le pointage : présent"),
        *(_pas(de, EFFACER_POINTAGE, ANIMATEUR, RESERVE, "efface le pointage") for de in (PRESENT, ABSENT)),
        *(
            _pas(de, acte, AGENT, NON_RESERVE, libelle)
            for acte, libelle in _DEFONT
            for de in (RESERVATION_ATTENTE, RESERVE, LISTE_ATTENTE, ABSENCE_ATTENTE, ABSENT)
        ),
        _pas(RESERVE, REVENIR, AGENT, (RESERVATION_ATTENTE, ABSENCE_ATTENTE, NON_RESERVE), _REVIENT),
        _pas(LISTE_ATTENTE, REVENIR, AGENT, (RESERVATION_ATTENTE, NON_RESERVE), _REVIENT),
        _pas(NON_RESERVE, REVENIR, AGENT, RESERVATION_ATTENTE, _REVIENT),
        _pas(ABSENT, REVENIR, AGENT, ABSENCE_ATTENTE, _REVIENT),
        _pas(NON_RESERVE, ROUVRIR, AGENT, RESERVE, "remet la réservation : la séance a lieu de nouveau"),
    ),
)

OCCUPENT_UNE_PLACE = (RESERVE, PRESENT, ABSENCE_ATTENTE)
"""The statuses that hold one of the séance's places: an absence frees it only once accepted."""

LEGENDE = (
    (RESERVE, "Activité réservée ou enfant présent"),
    (RESERVATION_ATTENTE, "Demande en attente de validation"),
    (LISTE_ATTENTE, "Enfant en liste d’attente"),
    (ABSENT, "Enfant absent à cette activité"),
    (NON_RESERVE, "Non réservé"),
)
"""The planning's legend, in the guide's words (§4): the status that lends its symbol, and the sentence."""

# ——— Demande, and its lines ———

EN_ATTENTE = "en_attente"
ACCEPTEE = "acceptee"
ACCEPTEE_EN_PARTIE = "acceptee_en_partie"
REFUSEE = "refusee"
ANNULEE = "annulee"

_attente = Etat(EN_ATTENTE, "En attente", "attente", "est-attente")
_acceptee = Etat(ACCEPTEE, "Acceptée", "reserve", "est-reserve")
_en_partie = Etat(ACCEPTEE_EN_PARTIE, "Acceptée en partie", "reserve", "est-reserve")
_refusee = Etat(REFUSEE, "Refusée", "refuse", "est-refuse")
_annulee = Etat(ANNULEE, "Annulée", "termine", "est-termine")

LIGNE = Machine(
    "Ligne de demande",
    etats=(_attente, _acceptee, _refusee, _annulee),
    initial=EN_ATTENTE,
    transitions=(
        _pas(EN_ATTENTE, ACCEPTER, _MAIRIE, ACCEPTEE, "accepte"),
        _pas(EN_ATTENTE, REFUSER, AGENT, REFUSEE, "refuse", motif_requis=True),
        _pas(EN_ATTENTE, ANNULER, FAMILLE, ANNULEE, "annule"),
        *(_pas(de, REVENIR, AGENT, EN_ATTENTE, _REVIENT) for de in (ACCEPTEE, REFUSEE)),
    ),
)

DEMANDE = Machine(
    "Demande",
    etats=(_attente, _acceptee, _en_partie, _refusee, _annulee),
    initial=EN_ATTENTE,
    transitions=(
        _pas(EN_ATTENTE, ACCEPTER, _MAIRIE, ACCEPTEE, "accepte la demande"),
        _pas(EN_ATTENTE, ACCEPTER_EN_PARTIE, _MAIRIE, ACCEPTEE_EN_PARTIE, "accepte la demande en partie"),
        _pas(EN_ATTENTE, REFUSER, _MAIRIE, REFUSEE, "refuse la demande"),
        _pas(EN_ATTENTE, ANNULER, (FAMILLE, SYSTEME), ANNULEE, "annule sa demande"),
        *(_pas(de, REVENIR, AGENT, EN_ATTENTE, _REVIENT) for de in (ACCEPTEE, ACCEPTEE_EN_PARTIE, REFUSEE)),
    ),
)


def acte_concluant(statuts: Iterable[str]) -> str | None:
    """The act that concludes a demande whose lines have these statuses; None while a line still waits.

    What the family withdrew by itself does not count against an answer: accepted + cancelled is accepted.
    """
    restants = {ACCEPTEE if statut == APPLIQUEE else statut for statut in statuts}
    if EN_ATTENTE in restants:
        return None
    restants.discard(ANNULEE)
    if not restants:
        return ANNULER
    if restants == {ACCEPTEE}:
        return ACCEPTER
    if restants == {REFUSEE}:
        return REFUSER
    return ACCEPTER_EN_PARTIE


# ——— natures of demande ———

NATURE_PREINSCRIPTION = "preinscription"
NATURE_RESERVATION = "reservation"
NATURE_ABSENCE = "absence"
NATURE_DOSSIER = "dossier"
NATURE_CONTESTATION = "contestation"
"""A line of an invoice that the family does not agree with."""
NATURES = {
    NATURE_PREINSCRIPTION: "Pré-inscription",
    NATURE_RESERVATION: "Réservation",
    NATURE_ABSENCE: "Absence",
    NATURE_DOSSIER: "Dossier",
    NATURE_CONTESTATION: "Contestation",
}

# ——— Préinscription ———

DEMANDE_EN_COURS = "demande_en_cours"
RESERVATION_POSSIBLE = "reservation_possible"
TERMINEE = "terminee"

PREINSCRIPTION = Machine(
    "Pré-inscription",
    etats=(
        Etat(DEMANDE_EN_COURS, "Demande en cours", "attente", "est-attente"),
        Etat(RESERVATION_POSSIBLE, "Réservation possible", "reserve", "est-reserve"),
        Etat(REFUSEE, "Refusée", "refuse", "est-refuse"),
        Etat(ANNULEE, "Annulée", "termine", "est-termine"),
    ),
    initial=DEMANDE_EN_COURS,
    transitions=(
        _pas(DEMANDE_EN_COURS, ACCEPTER, _MAIRIE, RESERVATION_POSSIBLE, "accepte la pré-inscription"),
        _pas(DEMANDE_EN_COURS, REFUSER, AGENT, REFUSEE, "refuse la pré-inscription", motif_requis=True),
        _pas(DEMANDE_EN_COURS, ANNULER, FAMILLE, ANNULEE, "annule sa demande de pré-inscription"),
        _pas(RESERVATION_POSSIBLE, ANNULER, AGENT, ANNULEE, "annule l’inscription avant qu’elle commence"),
        *(_pas(de, REVENIR, AGENT, DEMANDE_EN_COURS, _REVIENT) for de in (RESERVATION_POSSIBLE, REFUSEE)),
    ),
)

ETAT_TERMINEE = Etat(TERMINEE, "Terminée", "termine", "est-termine")


def est_terminee(statut, fin, jour):
    """*Terminée* is never stored: it is what « Réservation possible » means once the end date is past.

    The one definition, in Python and in SQL alike: `statut` and `fin` are values, or columns of a query,
    `jour` the civil date of the question; the answer is a bool, or the expression of one.
    """
    return (statut == RESERVATION_POSSIBLE) & (fin < jour)


def etat_preinscription(statut: str, fin, jour) -> Etat:
    """How a pre-registration reads on the day `jour`."""
    return ETAT_TERMINEE if est_terminee(statut, fin, jour) else PREINSCRIPTION.etats[statut]


# ——— Abonnement ———

ATTENTE_RECONNEXION = "attente_reconnexion"
ACTIF = "actif"
RESILIE = "resilie"

ABONNEMENT = Machine(
    "Abonnement",
    etats=(
        Etat(ATTENTE_RECONNEXION, "En attente de reconnexion", "attente", "est-attente"),
        Etat(ACTIF, "Actif", "reserve", "est-reserve"),
        Etat(RESILIE, "Résilié", "termine", "est-termine"),
    ),
    initial=ATTENTE_RECONNEXION,
    transitions=(
        _pas(ATTENTE_RECONNEXION, ACTIVER, FAMILLE, ACTIF, "active l’abonnement en se reconnectant"),
        _pas(ATTENTE_RECONNEXION, RESILIER, (FAMILLE, AGENT), RESILIE, "résilie l’abonnement"),
        _pas(ACTIF, RESILIER, (FAMILLE, AGENT), RESILIE, "résilie l’abonnement"),
    ),
)

# ——— Modification: one field of the family file ———

APPLIQUEE = "appliquee"

MODIFICATION = Machine(
    "Modification",
    etats=(_attente, Etat(APPLIQUEE, "Appliquée", "reserve", "est-reserve"), _refusee, _annulee),
    initial=EN_ATTENTE,
    transitions=(
        _pas(EN_ATTENTE, ACCEPTER, _MAIRIE, APPLIQUEE, "applique la modification"),
        _pas(EN_ATTENTE, REFUSER, AGENT, REFUSEE, "refuse la modification", motif_requis=True),
        _pas(EN_ATTENTE, ANNULER, FAMILLE, ANNULEE, "annule sa modification"),
        *(_pas(de, REVENIR, AGENT, EN_ATTENTE, _REVIENT) for de in (APPLIQUEE, REFUSEE)),
    ),
)

# ——— Importation: files of the town's other software ———

CONTROLER, LANCER, IMPORTER, ABANDONNER = "controler", "lancer", "importer", "abandonner"
A_CONTROLER, PRETE, A_CORRIGER, LANCEE = "a_controler", "prete", "a_corriger", "lancee"
IMPORTEE, ABANDONNEE = "importee", "abandonnee"

IMPORTATION = Machine(
    "Importation",
    etats=(
        Etat(A_CONTROLER, "Contrôle en cours", "attente", "est-attente"),
        Etat(PRETE, "Prêt à importer", "info", "est-libre"),
        Etat(A_CORRIGER, "À corriger", "refuse", "est-refuse"),
        Etat(LANCEE, "Import en cours", "attente", "est-attente"),
        Etat(IMPORTEE, "Importé", "reserve", "est-reserve"),
        Etat(ABANDONNEE, "Abandonné", "termine", "est-termine"),
    ),
    initial=A_CONTROLER,
    transitions=(
        _pas(A_CONTROLER, CONTROLER, SYSTEME, (PRETE, A_CORRIGER), "contrôle les fichiers"),
        _pas(PRETE, LANCER, AGENT, LANCEE, "lance l’import"),
        # what was announced is no more what would be written: it is to be read again
        _pas(LANCEE, IMPORTER, SYSTEME, (IMPORTEE, PRETE, A_CORRIGER), "importe les fichiers"),
        *(
            _pas(de, ABANDONNER, _MAIRIE, ABANDONNEE, "abandonne les fichiers")
            for de in (A_CONTROLER, PRETE, A_CORRIGER)
        ),
    ),
)

# ——— Facture: never stored, always told from what is left to pay ———

A_PAYER, PAYEE, EN_RETARD, AVOIR = "a_payer", "payee", "en_retard", "avoir"

ETATS_DE_FACTURE = {
    etat.code: etat
    for etat in (
        Etat(A_PAYER, "À payer", "attente", "est-attente"),
        Etat(PAYEE, "Payée", "reserve", "est-reserve"),
        Etat(EN_RETARD, "En retard", "refuse", "est-refuse"),
        Etat(AVOIR, "Avoir", "info", "est-libre"),
    )
}


def etat_facture(total: int, reste: int, echeance, jour) -> Etat:
    """How an invoice reads on the day `jour`: `total` and `reste` in cents, a total below zero is an avoir.

    It is late from the day after `echeance`, the last day on which it may be paid.
    """
    if total < 0:
        return ETATS_DE_FACTURE[AVOIR]
    if reste <= 0:
        return ETATS_DE_FACTURE[PAYEE]
    return ETATS_DE_FACTURE[EN_RETARD if echeance < jour else A_PAYER]


# ——— Campagne: the invoices of a month ———

EMETTRE, EMISE = "emettre", "emise"

CAMPAGNE = Machine(
    "Campagne de facturation",
    etats=(
        Etat(LANCEE, "Émission en cours", "attente", "est-attente"),
        Etat(EMISE, "Émise", "reserve", "est-reserve"),
    ),
    initial=LANCEE,
    transitions=(_pas(LANCEE, EMETTRE, SYSTEME, EMISE, "émet les factures"),),
)

# ——— Paiement: one operation with the payment service ———

OUVERT, PAYE, REFUSE, ABANDONNE, EXPIRE = "ouvert", "paye", "refuse", "abandonne", "expire"
PAYER, EXPIRER = "payer", "expirer"

PAIEMENT = Machine(
    "Paiement en ligne",
    etats=(
        Etat(OUVERT, "En cours", "attente", "est-attente"),
        Etat(PAYE, "Payé", "reserve", "est-reserve"),
        Etat(REFUSE, "Refusé", "refuse", "est-refuse"),
        Etat(ABANDONNE, "Abandonné", "termine", "est-termine"),
        Etat(EXPIRE, "Sans suite", "termine", "est-termine"),
    ),
    initial=OUVERT,
    transitions=(
        _pas(OUVERT, PAYER, (SYSTEME, AGENT), PAYE, "paie en ligne"),
        _pas(OUVERT, REFUSER, SYSTEME, REFUSE, "voit son paiement refusé"),
        _pas(OUVERT, ANNULER, SYSTEME, ABANDONNE, "abandonne le paiement"),
        _pas(OUVERT, EXPIRER, (SYSTEME, AGENT), EXPIRE, "laisse le paiement sans suite"),
        # the service has the last word, even hours later: what was paid is never lost
        _pas(EXPIRE, PAYER, (SYSTEME, AGENT), PAYE, "paie en ligne, tardivement"),
    ),
)

# ——— Mandat and Prélèvement: direct debit (SEPA Core) ———

REVOQUER, REVOQUE = "revoquer", "revoque"

MANDAT = Machine(
    "Mandat de prélèvement",
    etats=(
        Etat(ACTIF, "Actif", "reserve", "est-reserve"),
        Etat(REVOQUE, "Révoqué", "termine", "est-termine"),
    ),
    initial=ACTIF,
    transitions=(_pas(ACTIF, REVOQUER, (FAMILLE, AGENT), REVOQUE, "révoque le mandat"),),
)

PREVU, ENCAISSE, REJETE = "prevu", "encaisse", "rejete"
ENCAISSER, REJETER = "encaisser", "rejeter"

PRELEVEMENT = Machine(
    "Prélèvement",
    etats=(
        Etat(PREVU, "Prévu", "attente", "est-attente"),
        Etat(ENCAISSE, "Encaissé", "reserve", "est-reserve"),
        Etat(REJETE, "Rejeté", "refuse", "est-refuse"),
        Etat(ANNULEE, "Annulé", "termine", "est-termine"),
    ),
    initial=PREVU,
    transitions=(
        _pas(PREVU, ANNULER, _MAIRIE, ANNULEE, "annule le prélèvement"),
        _pas(PREVU, ENCAISSER, AGENT, ENCAISSE, "encaisse le prélèvement"),
        *(_pas(de, REJETER, AGENT, REJETE, "rejette le prélèvement") for de in (PREVU, ENCAISSE)),
    ),
)

MACHINES = (
    *(CRENEAU, LIGNE, DEMANDE, PREINSCRIPTION, ABONNEMENT, MODIFICATION, IMPORTATION),
    *(CAMPAGNE, PAIEMENT, MANDAT, PRELEVEMENT),
)
