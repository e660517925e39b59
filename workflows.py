"""The town's state machines: statuses, transitions, and the two questions everybody asks of them.

Pure: standard library only, no I/O, no clock, no database. This file decides; it never does. It answers
*which acts are legal from here, for this role?* (:meth:`Machine.actes`) and *where does this act lead?*
(:meth:`Machine.transition`). Labels, symbols and the legend of every status stand here, once.

Source of the tables: the town's user guide (§3.1, §4) and the design document « The domain ».
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# ——— who acts ———

FAMILLE = "famille"
AGENT = "agent"
ANIMATEUR = "animateur"
SYSTEME = "systeme"
ROLES = (FAMILLE, AGENT, ANIMATEUR, SYSTEME)


@dataclass(frozen=True)
class Etat:
    """One status: its stored code, and how it is said and drawn everywhere."""

    code: str
    libelle: str
    """Short label: « Réservé »."""
    symbole: str
    """Name of the symbol in the icon sprite."""
    classe: str
    """CSS class that gives hue and pattern."""
    phrase: str = ""
    """The guide's own words for a slot in this status: « Demande en attente de validation »."""


@dataclass(frozen=True)
class Transition:
    """One legal step: from `de`, the act `acte`, by a role of `par`, to one of `vers`."""

    de: str
    acte: str
    par: frozenset[str]
    vers: tuple[str, ...]
    libelle: str
    """The act in words, for a journal line: « demande la réservation »."""
    motif_requis: bool = False


class ActeIllegal(ValueError):
    """The act is not legal from this status for this role. Carries `machine`, `statut`, `acte`, `role`."""

    def __init__(self, machine: Machine, statut: str, acte: str, role: str) -> None:
        super().__init__(f"{machine.nom} : « {acte} » est impossible depuis « {statut} » pour {role}")
        self.machine, self.statut, self.acte, self.role = machine, statut, acte, role


class Machine:
    """A set of statuses and the table of the steps between them."""

    def __init__(
        self, nom: str, etats: Iterable[Etat], initial: str, transitions: Iterable[Transition]
    ) -> None:
        self.nom = nom
        self.etats = {etat.code: etat for etat in etats}
        self.initial = initial
        self.transitions = {(t.de, t.acte): t for t in transitions}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every status that may be stored, in the order of the table."""
        return tuple(self.etats)

    def actes(self, statut: str, role: str) -> tuple[Transition, ...]:
        """The acts that `role` may do from `statut`."""
        return tuple(t for t in self.transitions.values() if t.de == statut and role in t.par)

    def permet(self, statut: str, acte: str, role: str) -> bool:
        """Whether `role` may do `acte` from `statut`."""
        transition = self.transitions.get((statut, acte))
        return transition is not None and role in transition.par

    def transition(self, statut: str, acte: str, role: str) -> Transition:
        """The step that `acte` makes from `statut`; :class:`ActeIllegal` when there is none for `role`."""
        if not self.permet(statut, acte, role):
            raise ActeIllegal(self, statut, acte, role)
        return self.transitions[statut, acte]


def _pas(
    de: str, acte: str, par: str | tuple[str, ...], vers: str | tuple[str, ...], libelle: str, **plus
) -> Transition:
    par = (par,) if isinstance(par, str) else par
    vers = (vers,) if isinstance(vers, str) else vers
    return Transition(de, acte, frozenset(par), vers, libelle, **plus)


# ——— the acts' names, shared by the machines ———

DEMANDER = "demander"
DECLARER_ABSENCE = "declarer_absence"
ANNULER = "annuler"
RENONCER = "renoncer"
ACCEPTER = "accepter"
ACCEPTER_EN_PARTIE = "accepter_en_partie"
METTRE_EN_ATTENTE = "mettre_en_attente"
REFUSER = "refuser"
PROMOUVOIR = "promouvoir"
POINTER_PRESENT = "pointer_present"
POINTER_ABSENT = "pointer_absent"
EFFACER_POINTAGE = "effacer_pointage"
ACTIVER = "activer"
RESILIER = "resilier"
INSCRIRE = "inscrire"
LIBERER = "liberer"
REVENIR = "revenir"
"""An agent takes back the answer just given: everything stands as it did before."""
FERMER = "fermer"
ROUVRIR = "rouvrir"

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
        _pas(
            NON_RESERVE,
            DEMANDER,
            (FAMILLE, AGENT),
            (RESERVATION_ATTENTE, RESERVE, LISTE_ATTENTE),
            "demande la réservation",
        ),
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
    etats=(
        _attente,
        _acceptee,
        Etat(ACCEPTEE_EN_PARTIE, "Acceptée en partie", "reserve", "est-reserve"),
        _refusee,
        _annulee,
    ),
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
NATURES = {
    NATURE_PREINSCRIPTION: "Pré-inscription",
    NATURE_RESERVATION: "Réservation",
    NATURE_ABSENCE: "Absence",
    NATURE_DOSSIER: "Dossier",
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

MACHINES = (CRENEAU, LIGNE, DEMANDE, PREINSCRIPTION, ABONNEMENT, MODIFICATION, IMPORTATION)
