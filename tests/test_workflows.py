"""The state machines, held against a table written out from the design document, not from the code.

Each machine is walked whole: every status, every act that any machine knows, every role and a stranger.
"""

import datetime as dt
import itertools
import re
from pathlib import Path

import pytest

import workflows as w
from models import Preinscription
from tests.monde import LUNDI

ETRANGER = "etranger"
ROLES = ("famille", "agent", "animateur", "systeme", ETRANGER)

# Per machine: its labels, its first status, and « from, act, by, to » as the town says them.
CONCEPTION: dict[str, tuple[tuple[str, ...], str, tuple[tuple[str, str, str, str], ...]]] = {
    "Créneau": (
        (
            "Non réservé",
            "Réservation en attente",
            "Réservé",
            "Liste d’attente",
            "Absence en attente",
            "Absent",
            "Présent",
        ),
        "Non réservé",
        (
            (
                "Non réservé",
                "demander",
                "famille agent",
                "Réservation en attente | Réservé | Liste d’attente",
            ),
            # A pre-registration accepted with its days; one that the town ends before its end date.
            ("Non réservé", "inscrire", "agent systeme", "Réservé | Liste d’attente"),
            ("Réservation en attente", "liberer", "agent", "Non réservé"),
            ("Réservé", "liberer", "agent", "Non réservé"),
            ("Liste d’attente", "liberer", "agent", "Non réservé"),
            ("Absence en attente", "liberer", "agent", "Non réservé"),
            ("Absent", "liberer", "agent", "Non réservé"),
            # A séance that the town cancels, and what it puts back once it takes place after all.
            ("Réservation en attente", "fermer", "agent", "Non réservé"),
            ("Réservé", "fermer", "agent", "Non réservé"),
            ("Liste d’attente", "fermer", "agent", "Non réservé"),
            ("Absence en attente", "fermer", "agent", "Non réservé"),
            ("Absent", "fermer", "agent", "Non réservé"),
            ("Non réservé", "rouvrir", "agent", "Réservé"),
            ("Réservation en attente", "annuler", "famille", "Non réservé"),
            ("Réservation en attente", "accepter", "agent systeme", "Réservé | Liste d’attente"),
            ("Réservation en attente", "mettre_en_attente", "agent", "Liste d’attente"),
            ("Réservation en attente", "refuser", "agent", "Non réservé"),
            ("Liste d’attente", "promouvoir", "systeme agent", "Réservé"),
            ("Liste d’attente", "renoncer", "famille", "Non réservé"),
            ("Réservé", "declarer_absence", "famille agent", "Absence en attente | Absent"),
            ("Absence en attente", "annuler", "famille", "Réservé"),
            ("Absence en attente", "accepter", "agent systeme", "Absent"),
            ("Absence en attente", "refuser", "agent", "Réservé"),
            ("Réservé", "pointer_present", "animateur", "Présent"),
            ("Réservé", "pointer_absent", "animateur", "Absent"),
            # The roll call is corrected.
            ("Présent", "pointer_absent", "animateur", "Absent"),
            ("Absent", "pointer_present", "animateur", "Présent"),
            ("Présent", "effacer_pointage", "animateur", "Réservé"),
            ("Absent", "effacer_pointage", "animateur", "Réservé"),
            # An answer taken back within its minute: as it stood before.
            ("Réservé", "revenir", "agent", "Réservation en attente | Absence en attente | Non réservé"),
            ("Liste d’attente", "revenir", "agent", "Réservation en attente | Non réservé"),
            ("Non réservé", "revenir", "agent", "Réservation en attente"),
            ("Absent", "revenir", "agent", "Absence en attente"),
        ),
    ),
    "Ligne de demande": (
        ("En attente", "Acceptée", "Refusée", "Annulée"),
        "En attente",
        (
            ("En attente", "accepter", "agent systeme", "Acceptée"),
            ("En attente", "refuser", "agent", "Refusée"),
            ("En attente", "annuler", "famille", "Annulée"),
            ("Acceptée", "revenir", "agent", "En attente"),
            ("Refusée", "revenir", "agent", "En attente"),
        ),
    ),
    # « Derived from its lines when the last one is answered »: the system concludes too.
    "Demande": (
        ("En attente", "Acceptée", "Acceptée en partie", "Refusée", "Annulée"),
        "En attente",
        (
            ("En attente", "accepter", "agent systeme", "Acceptée"),
            ("En attente", "accepter_en_partie", "agent systeme", "Acceptée en partie"),
            ("En attente", "refuser", "agent systeme", "Refusée"),
            ("En attente", "annuler", "famille systeme", "Annulée"),
            ("Acceptée", "revenir", "agent", "En attente"),
            ("Acceptée en partie", "revenir", "agent", "En attente"),
            ("Refusée", "revenir", "agent", "En attente"),
        ),
    ),
    "Pré-inscription": (
        ("Demande en cours", "Réservation possible", "Refusée", "Annulée"),
        "Demande en cours",
        (
            ("Demande en cours", "accepter", "agent systeme", "Réservation possible"),
            ("Demande en cours", "refuser", "agent", "Refusée"),
            ("Demande en cours", "annuler", "famille", "Annulée"),
            ("Réservation possible", "annuler", "agent", "Annulée"),
            ("Réservation possible", "revenir", "agent", "Demande en cours"),
            ("Refusée", "revenir", "agent", "Demande en cours"),
        ),
    ),
    "Abonnement": (
        ("En attente de reconnexion", "Actif", "Résilié"),
        "En attente de reconnexion",
        (
            ("En attente de reconnexion", "activer", "famille", "Actif"),
            ("En attente de reconnexion", "resilier", "famille agent", "Résilié"),
            ("Actif", "resilier", "famille agent", "Résilié"),
        ),
    ),
    "Modification": (
        ("En attente", "Appliquée", "Refusée", "Annulée"),
        "En attente",
        (
            ("En attente", "accepter", "agent systeme", "Appliquée"),
            ("En attente", "refuser", "agent", "Refusée"),
            ("En attente", "annuler", "famille", "Annulée"),
            ("Appliquée", "revenir", "agent", "En attente"),
            ("Refusée", "revenir", "agent", "En attente"),
        ),
    ),
    # Files of the town's other software: looked at, read by somebody, then written.
    "Importation": (
        (
            "Contrôle en cours",
            "Prêt à importer",
            "À corriger",
            "Import en cours",
            "Importé",
            "Abandonné",
        ),
        "Contrôle en cours",
        (
            ("Contrôle en cours", "controler", "systeme", "Prêt à importer | À corriger"),
            ("Prêt à importer", "lancer", "agent", "Import en cours"),
            ("Import en cours", "importer", "systeme", "Importé | Prêt à importer | À corriger"),
            ("Contrôle en cours", "abandonner", "agent systeme", "Abandonné"),
            ("Prêt à importer", "abandonner", "agent systeme", "Abandonné"),
            ("À corriger", "abandonner", "agent systeme", "Abandonné"),
        ),
    ),
    "Campagne de facturation": (
        ("Émission en cours", "Émise"),
        "Émission en cours",
        (("Émission en cours", "emettre", "systeme", "Émise"),),
    ),
    "Paiement en ligne": (
        ("En cours", "Payé", "Refusé", "Abandonné", "Sans suite"),
        "En cours",
        (
            ("En cours", "payer", "agent systeme", "Payé"),
            ("En cours", "refuser", "systeme", "Refusé"),
            ("En cours", "annuler", "systeme", "Abandonné"),
            ("En cours", "expirer", "agent systeme", "Sans suite"),
            ("Sans suite", "payer", "agent systeme", "Payé"),
        ),
    ),
    "Mandat de prélèvement": (
        ("Actif", "Révoqué"),
        "Actif",
        (("Actif", "revoquer", "famille agent", "Révoqué"),),
    ),
    "Prélèvement": (
        ("Prévu", "Encaissé", "Rejeté", "Annulé"),
        "Prévu",
        (
            ("Prévu", "annuler", "agent systeme", "Annulé"),
            ("Prévu", "encaisser", "agent", "Encaissé"),
            ("Prévu", "rejeter", "agent", "Rejeté"),
            ("Encaissé", "rejeter", "agent", "Rejeté"),
        ),
    ),
}

SANS_MOTIF = {("Demande", "refuser"), ("Paiement en ligne", "refuser")}
"""Refused through its lines, the reasons are theirs; refused by a bank, that gives none."""

ACTES = sorted({acte for _, _, pas in CONCEPTION.values() for _, acte, _, _ in pas})
MACHINES = {machine.nom: machine for machine in w.MACHINES}


def codes(machine: w.Machine) -> dict[str, str]:
    return {etat.libelle: etat.code for etat in machine.etats.values()}


def cases() -> list:
    return [
        pytest.param(nom, libelle, id=f"{nom} : {libelle}")
        for nom, (libelles, _, _) in CONCEPTION.items()
        for libelle in libelles
    ]


def test_there_are_those_machines_and_no_other():
    assert set(MACHINES) == set(CONCEPTION)


@pytest.mark.parametrize("nom", CONCEPTION)
def test_a_machine_has_these_statuses_and_begins_there(nom):
    machine = MACHINES[nom]
    libelles, initial, _ = CONCEPTION[nom]
    assert tuple(etat.libelle for etat in machine.etats.values()) == libelles
    assert machine.etats[machine.initial].libelle == initial
    assert machine.codes == tuple(machine.etats)


@pytest.mark.parametrize(("nom", "libelle"), cases())
def test_from_each_status_each_act_by_each_role_leads_where_the_design_says_or_is_refused(nom, libelle):
    machine = MACHINES[nom]
    code = codes(machine)
    attendus = {
        (acte, role): tuple(code[fin] for fin in vers.split(" | "))
        for de, acte, par, vers in CONCEPTION[nom][2]
        if de == libelle
        for role in par.split()
    }
    for acte, role in itertools.product(ACTES, ROLES):
        permis = (acte, role) in attendus
        assert machine.permet(code[libelle], acte, role) is permis, (acte, role)
        if permis:
            transition = machine.transition(code[libelle], acte, role)
            assert (transition.de, transition.vers) == (code[libelle], attendus[acte, role])
            continue
        with pytest.raises(w.ActeIllegal) as refus:
            machine.transition(code[libelle], acte, role)
        assert (refus.value.machine, refus.value.statut, refus.value.acte, refus.value.role) == (
            machine, code[libelle], acte, role,
        )  # fmt: skip
        assert machine.nom in str(refus.value)
    for role in ROLES:
        offerts = {transition.acte for transition in machine.actes(code[libelle], role)}
        assert offerts == {acte for acte, r in attendus if r == role}, role


@pytest.mark.parametrize("nom", CONCEPTION)
def test_every_refusal_by_a_person_needs_a_reason_and_nothing_else_does(nom):
    for transition in MACHINES[nom].transitions.values():
        attendu = transition.acte == "refuser" and (nom, "refuser") not in SANS_MOTIF
        assert transition.motif_requis is attendu, transition


@pytest.mark.parametrize("nom", CONCEPTION)
def test_an_unknown_status_an_unknown_act_an_unknown_role_are_refused(nom):
    machine = MACHINES[nom]
    assert machine.actes("inconnu", "famille") == ()
    assert not machine.permet("inconnu", "accepter", "agent")
    assert not machine.permet(machine.initial, "inconnu", "agent")
    assert not machine.permet(machine.initial, "accepter", "")


def test_a_place_is_held_from_the_booking_until_the_absence_is_accepted():
    assert {w.CRENEAU.etats[code].libelle for code in w.OCCUPENT_UNE_PLACE} == {
        "Réservé",
        "Présent",
        "Absence en attente",
    }


# ——— the answer of a demande, derived from its lines ———


@pytest.mark.parametrize("nombre", [1, 2, 3, 4])
def test_the_lines_decide_the_demande_in_any_order_and_number(nombre):
    for statuts in itertools.product(w.LIGNE.codes, repeat=nombre):
        comptes = {code: statuts.count(code) for code in w.LIGNE.codes}
        if comptes["en_attente"]:
            attendu = None
        elif comptes["annulee"] == nombre:
            attendu = "annuler"
        elif comptes["refusee"] == 0:
            attendu = "accepter"
        elif comptes["acceptee"] == 0:
            attendu = "refuser"
        else:
            attendu = "accepter_en_partie"
        assert w.acte_concluant(statuts) == attendu, statuts
        assert w.acte_concluant(iter(statuts)) == attendu
        appliquees = [w.APPLIQUEE if statut == w.ACCEPTEE else statut for statut in statuts]
        assert w.acte_concluant(appliquees) == attendu, "a modification applied is accepted"


def test_every_conclusion_is_a_step_that_the_system_may_make():
    for statuts in itertools.product(w.LIGNE.codes, repeat=3):
        if acte := w.acte_concluant(statuts):
            assert w.DEMANDE.permet(w.DEMANDE.initial, acte, w.SYSTEME)


# ——— « Terminée », never stored ———

STATUTS_ET_FINS = list(
    itertools.product(w.PREINSCRIPTION.codes, (LUNDI - dt.timedelta(1), LUNDI, LUNDI + dt.timedelta(1)))
)


def test_terminee_begins_the_day_after_the_end_date():
    for statut, fin in STATUTS_ET_FINS:
        terminee = statut == "reservation_possible" and fin < LUNDI
        assert w.est_terminee(statut, fin, LUNDI) is terminee
        libelle = w.etat_preinscription(statut, fin, LUNDI).libelle
        assert libelle == ("Terminée" if terminee else w.PREINSCRIPTION.etats[statut].libelle)
    assert w.TERMINEE not in w.PREINSCRIPTION.codes


def test_terminee_is_the_same_in_python_and_in_a_query(monde):
    Preinscription.delete().execute()
    for statut, fin in STATUTS_ET_FINS:
        Preinscription.create(
            enfant=monde.lea,
            activite=monde.cantine,
            debut=dt.date(2026, 9, 1),
            fin=fin,
            statut=statut,
            cree_le=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        )
    terminee = w.est_terminee(Preinscription.statut, Preinscription.fin, LUNDI)

    trouvees = {p.id for p in Preinscription.select().where(terminee)}

    assert trouvees == {p.id for p in Preinscription if w.est_terminee(p.statut, p.fin, LUNDI)}
    assert len(trouvees) == 1
    assert {p.id for p in Preinscription.select().where(~terminee)} == {
        p.id for p in Preinscription if not w.est_terminee(p.statut, p.fin, LUNDI)
    }


# ——— words and symbols ———

STATIQUE = Path(w.__file__).parent / "portail/static"
ETATS = [etat for machine in w.MACHINES for etat in machine.etats.values()] + [w.ETAT_TERMINEE]


def test_every_status_has_a_label_and_a_symbol_of_the_sprite():
    symboles = set(re.findall(r'<symbol id="([^"]+)"', (STATIQUE / "icones.svg").read_text(encoding="utf-8")))
    for etat in ETATS:
        assert etat.libelle, etat
        assert etat.symbole in symboles, etat


def test_every_status_has_the_hue_and_pattern_of_a_class_that_the_stylesheets_know():
    styles = "".join(css.read_text(encoding="utf-8") for css in STATIQUE.rglob("*.css"))
    for classe in {classe for etat in ETATS for classe in etat.classe.split()}:
        assert re.search(rf"\.{classe}\b", styles), classe


def test_two_slots_in_different_states_never_look_alike():
    dessins = [(etat.symbole, etat.classe) for etat in w.CRENEAU.etats.values()]
    assert len(set(dessins)) == len(dessins)


def test_the_legend_is_the_guides_and_leaves_no_slot_unexplained():
    assert [phrase for _, phrase in w.LEGENDE] == [
        "Activité réservée ou enfant présent",
        "Demande en attente de validation",
        "Enfant en liste d’attente",
        "Enfant absent à cette activité",
        "Non réservé",
    ]
    phrases = " ".join(phrase for _, phrase in w.LEGENDE).lower()
    for etat in w.CRENEAU.etats.values():
        assert etat.phrase.lower() in phrases, etat
    for code, phrase in w.LEGENDE:
        assert w.CRENEAU.etats[code].phrase.split()[0] in phrase


def test_the_preinscriptions_have_the_guides_statuses():
    libelles = {etat.libelle for etat in w.PREINSCRIPTION.etats.values()} | {w.ETAT_TERMINEE.libelle}
    assert {"Réservation possible", "Demande en cours", "Terminée", "Refusée"} <= libelles


def test_every_step_says_in_words_what_was_done():
    for machine in w.MACHINES:
        for transition in machine.transitions.values():
            assert re.match(r"^[a-zà-ÿ’]+( |$)", transition.libelle), transition


def test_labels_are_written_as_french_prints_them():
    for etat in ETATS:
        assert "'" not in etat.libelle + etat.phrase
