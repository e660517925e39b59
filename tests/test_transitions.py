"""`franchir()`: a status changes in one place only, with its journal line, or not at all."""

import ast
from pathlib import Path

import pytest

import workflows as w
from models import (
    Abonnement,
    Compte,
    Demande,
    Evenement,
    Importation,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Seance,
    db,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import MACHINES, SYSTEME, Acteur, franchir, journaliser
from tests.factures import un_de_chaque_machine
from tests.monde import LUNDI
from tests.sources import arbre, modules, nom


@pytest.fixture
def seance(monde) -> Seance:
    return monde.seance(monde.cantine, LUNDI)


@pytest.fixture
def agent(monde) -> Acteur:
    return Acteur(monde.sophie, w.AGENT)


@pytest.fixture
def famille(monde) -> Acteur:
    return Acteur(monde.claire, w.FAMILLE)


def faire(objet, acte, acteur, **plus) -> Evenement:
    with write_transaction():
        return franchir(objet, acte, acteur, **plus)


def prises(seance: Seance) -> int:
    return Seance.get_by_id(seance.id).prises


# ——— what it writes ———


def test_the_status_and_its_journal_line_are_written_together(monde, seance, famille):
    demande = Demande.create(
        famille=monde.moreau,
        auteur=monde.claire,
        nature=w.NATURE_RESERVATION,
        deposee_le=clock.maintenant(),
    )
    reservation = monde.poser(monde.lea, seance, w.NON_RESERVE)

    evenement = faire(
        reservation,
        w.DEMANDER,
        famille,
        vers=w.RESERVATION_ATTENTE,
        famille_id=monde.moreau.id,
        demande_id=demande.id,
    )

    assert monde.statut(monde.lea, seance) == reservation.statut == w.RESERVATION_ATTENTE
    ecrit = Evenement.get_by_id(evenement.id)
    assert (ecrit.quand, ecrit.auteur, ecrit.acte) == (clock.maintenant(), monde.claire, w.DEMANDER)
    assert (ecrit.objet, ecrit.objet_id) == ("reservation", reservation.id)
    assert (ecrit.de, ecrit.vers) == (w.NON_RESERVE, w.RESERVATION_ATTENTE)
    assert (ecrit.famille, ecrit.demande, ecrit.detail) == (monde.moreau, demande, "")


def test_the_system_signs_with_no_account(monde, seance):
    reservation = monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    assert faire(reservation, w.PROMOUVOIR, SYSTEME).auteur is None


def test_what_it_wrote_is_not_written_again_by_a_later_save(monde, seance, famille):
    reservation = monde.poser(monde.lea, seance, w.RESERVE)
    faire(reservation, w.DECLARER_ABSENCE, famille, vers=w.ABSENCE_ATTENTE)
    assert not reservation.is_dirty()


def test_each_kind_of_object_that_has_a_machine_goes_through_it(monde, seance, agent, famille):
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=clock.maintenant()
    )
    preinscription = Preinscription.create(
        enfant=monde.tomas,
        activite=monde.matin,
        debut=LUNDI,
        fin=LUNDI,
        cree_le=clock.maintenant(),
    )
    objets = {
        Reservation: (monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE), w.METTRE_EN_ATTENTE, agent),
        Ligne: (Ligne.create(demande=demande), w.ACCEPTER, agent),
        Demande: (demande, w.ACCEPTER, agent),
        Preinscription: (preinscription, w.ACCEPTER, agent),
        Abonnement: (Abonnement.get(compte=monde.claire), w.RESILIER, famille),
        Modification: (
            Modification.create(
                demande=demande,
                objet="enfant",
                objet_id=monde.lea.id,
                champ="classe",
                avant="CE2",
                apres="CM1",
            ),
            w.ACCEPTER,
            agent,
        ),
        Importation: (Importation.create(cree_le=clock.maintenant(), noms="a.csv"), w.ABANDONNER, agent),
        **un_de_chaque_machine(monde, seance, agent),
    }
    assert set(objets) == set(MACHINES)
    for classe, (objet, acte, acteur) in objets.items():
        attendu = MACHINES[classe].transitions[objet.statut, acte].vers
        evenement = faire(objet, acte, acteur)
        assert (classe.get_by_id(objet.id).statut,) == attendu
        assert (evenement.objet, evenement.objet_id) == (classe._meta.table_name, objet.id)


def test_the_reason_of_a_refusal_stands_on_the_line_and_in_the_journal(monde, agent):
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_ABSENCE, deposee_le=clock.maintenant()
    )
    ligne = Ligne.create(demande=demande)

    evenement = faire(ligne, w.REFUSER, agent, motif="Délai dépassé")

    assert Ligne.get_by_id(ligne.id).motif == evenement.detail == "Délai dépassé"


# ——— the waiting list, the places ———


def test_the_order_of_the_waiting_list_is_the_journal_lines_number_and_lasts_as_long_as_the_wait(
    monde, seance, agent
):
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    assert reservation.ordre is None

    evenement = faire(reservation, w.METTRE_EN_ATTENTE, agent)
    assert Reservation.get_by_id(reservation.id).ordre == reservation.ordre == evenement.id

    faire(reservation, w.PROMOUVOIR, SYSTEME)
    assert Reservation.get_by_id(reservation.id).ordre is reservation.ordre is None


@pytest.mark.parametrize("statut", w.CRENEAU.codes)
def test_the_database_itself_refuses_an_order_outside_the_waiting_list_and_none_in_it(monde, seance, statut):
    reservation = monde.poser(monde.lea, seance, w.NON_RESERVE)
    ordre = None if statut == w.LISTE_ATTENTE else 1
    with pytest.raises(Exception, match=r"(?i)check"), db.atomic():
        Reservation.update(statut=statut, ordre=ordre).where(Reservation.id == reservation.id).execute()


@pytest.mark.parametrize("transition", w.CRENEAU.transitions.values(), ids=lambda t: f"{t.de}-{t.acte}")
def test_the_places_taken_follow_every_step(monde, seance, transition):
    for vers in transition.vers:
        Reservation.delete().execute()
        Seance.update(prises=0).where(Seance.id == seance.id).execute()
        reservation = monde.poser(monde.lea, seance, transition.de)
        acteur = Acteur(None, next(iter(transition.par)))

        faire(reservation, transition.acte, acteur, vers=vers, motif="Activité complète")

        assert prises(seance) == (vers in {"reserve", "present", "absence_attente"}), vers


def test_a_place_too_many_is_refused_by_the_database_and_nothing_remains(monde, seance, agent):
    Seance.update(places=0).where(Seance.id == seance.id).execute()
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    avant = Evenement.select().count()

    with pytest.raises(Exception, match=r"(?i)check"):
        faire(reservation, w.ACCEPTER, agent, vers=w.RESERVE)

    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE
    assert (prises(seance), Evenement.select().count()) == (0, avant)


# ——— what it refuses ———


def test_an_act_that_the_status_or_the_role_does_not_allow_says_the_present_state(
    monde, seance, agent, famille
):
    reservation = monde.poser(monde.lea, seance, w.RESERVE)
    for acte, acteur in ((w.ACCEPTER, agent), (w.ANNULER, famille), (w.POINTER_PRESENT, famille)):
        with pytest.raises(DejaChange, match="Réservé") as refus:
            faire(reservation, acte, acteur)
        assert refus.value.statut == 409
    assert monde.statut(monde.lea, seance) == w.RESERVE


@pytest.mark.parametrize("motif", ["", "   ", "\n\t"])
def test_a_refusal_without_a_reason_is_not_written(monde, seance, agent, motif):
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    avant = Evenement.select().count()

    with pytest.raises(Refus, match="motif") as refus:
        faire(reservation, w.REFUSER, agent, motif=motif)

    assert (refus.value.statut, refus.value.champ) == (422, "motif")
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE
    assert Evenement.select().count() == avant


def test_an_end_that_the_table_does_not_give_is_a_fault_of_ours(monde, seance, agent):
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    with pytest.raises(w.ActeIllegal):
        faire(reservation, w.ACCEPTER, agent, vers=w.ABSENT)
    with pytest.raises(ValueError, match="unpack"):
        faire(reservation, w.ACCEPTER, agent)
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE


def test_whoever_comes_second_is_told_so_and_nothing_of_their_act_remains(monde, seance, agent, famille):
    premiere = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    seconde = Reservation.get_by_id(premiere.id)
    faire(premiere, w.ACCEPTER, agent, vers=w.RESERVE)
    avant = Evenement.select().count()

    with pytest.raises(DejaChange) as refus, write_transaction():
        Compte.update(service="effacé").where(Compte.id == monde.sophie.id).execute()
        franchir(seconde, w.ANNULER, famille)

    assert refus.value.statut == 409
    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert monde.sophie.service == "service Enfance"
    assert (prises(seance), Evenement.select().count()) == (1, avant)


def test_a_row_that_is_gone_is_told_as_changed(monde, seance, agent):
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    Reservation.delete().where(Reservation.id == reservation.id).execute()
    with pytest.raises(DejaChange):
        faire(reservation, w.METTRE_EN_ATTENTE, agent)


def test_outside_a_transaction_no_status_changes(monde, seance, agent):
    reservation = monde.poser(monde.lea, seance, w.RESERVATION_ATTENTE)
    with pytest.raises(RuntimeError, match="transaction"):
        franchir(reservation, w.METTRE_EN_ATTENTE, agent)
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE


# ——— the journal, the transaction, the lock ———


def test_the_journal_only_grows(monde, agent):
    with write_transaction():
        ligne = journaliser(monde.lea, "lire", agent, famille_id=monde.moreau.id)
    for ecriture in (Evenement.update(detail="effacé"), Evenement.delete()):
        with pytest.raises(Exception, match="ajout seul"), db.atomic():
            ecriture.execute()
    assert Evenement.get_by_id(ligne.id).detail == ""


def test_a_transaction_of_an_act_refuses_to_nest(monde):
    with write_transaction(), pytest.raises(RuntimeError, match="nest"), write_transaction():
        raise AssertionError("never here")
    with db.atomic(), pytest.raises(RuntimeError, match="nest"), write_transaction():
        raise AssertionError("never here")
    with write_transaction():
        pass


def test_a_transaction_writes_all_or_nothing(monde):
    with pytest.raises(ZeroDivisionError), write_transaction():
        Compte.update(service="effacé").execute()
        1 / 0  # noqa: B018
    assert Compte.select().where(Compte.service == "effacé").count() == 0
    assert not db.in_transaction()


def test_a_lock_outside_a_transaction_is_refused(monde, seance):
    with pytest.raises(RuntimeError, match="transaction"):
        verrouiller(Seance, [seance.id])


def test_a_lock_gives_the_rows_as_they_now_are_and_leaves_out_those_that_do_not_exist(monde, seance):
    Seance.update(prises=7).where(Seance.id == seance.id).execute()
    with write_transaction():
        lues = verrouiller(Seance, [seance.id, seance.id, 10_000_000])
        assert verrouiller(Seance, []) == {}
    assert list(lues) == [seance.id]
    assert (seance.prises, lues[seance.id].prises) == (0, 7)


# ——— the only writer of a status ———

LE_SEUL = "portail/domain/transitions.py"

EXCEPTIONS = (
    ("portail/demo/", "*", "the demonstration town is written in bulk, with the journal that it would have"),
    ("portail/domain/envoi.py", "Courriel", "a mail is sent or not: it has no machine"),
    ("portail/domain/courriels.py", "Courriel", "the same"),
)
"""Who else may write a `statut`: which files, of which table, and why."""

ECRITURES = {"update", "insert", "insert_many", "replace", "create", "get_or_create", "bulk_create"}
TABLES = {classe.__name__ for classe in MACHINES}


def _nomme_statut(noeud: ast.AST) -> bool:
    return (isinstance(noeud, ast.Constant) and noeud.value == "statut") or (
        isinstance(noeud, ast.Attribute) and noeud.attr == "statut"
    )


def _ecritures_de_statut(arbre_: ast.Module) -> list[tuple[int, str]]:
    """The lines of a source that write a `statut`, each with the name of the table, when it is told."""
    trouvees = []
    for noeud in ast.walk(arbre_):
        if isinstance(noeud, ast.Assign | ast.AnnAssign | ast.AugAssign):
            cibles = noeud.targets if isinstance(noeud, ast.Assign) else [noeud.target]
            for cible in cibles:
                if isinstance(cible, ast.Attribute) and cible.attr == "statut":
                    trouvees.append((noeud.lineno, ast.unparse(cible.value)))
        if not isinstance(noeud, ast.Call):
            continue
        fonction = noeud.func
        valeurs = [*noeud.args, *(k.value for k in noeud.keywords)]
        if isinstance(fonction, ast.Name) and fonction.id == "setattr":
            if not isinstance(noeud.args[1], ast.Constant) or noeud.args[1].value == "statut":
                trouvees.append((noeud.lineno, "setattr"))
        elif isinstance(fonction, ast.Name) and fonction.id in TABLES:
            if any(k.arg == "statut" for k in noeud.keywords):
                trouvees.append((noeud.lineno, fonction.id))
        elif isinstance(fonction, ast.Attribute) and fonction.attr in ECRITURES:
            cles = [c for v in valeurs for d in ast.walk(v) if isinstance(d, ast.Dict) for c in d.keys if c]
            if any(k.arg == "statut" for k in noeud.keywords) or any(map(_nomme_statut, cles)):
                trouvees.append((noeud.lineno, ast.unparse(fonction.value)))
        elif isinstance(fonction, ast.Attribute) and fonction.attr in ("execute_sql", "raw", "SQL"):
            sql = " ".join(c.value for v in valeurs for c in ast.walk(v) if _est_texte(c))
            if "statut" in sql.lower() and any(m in sql.lower() for m in ("update", "insert")):
                trouvees.append((noeud.lineno, "SQL"))
    return trouvees


def _est_texte(noeud: ast.AST) -> bool:
    return isinstance(noeud, ast.Constant) and isinstance(noeud.value, str)


def _permise(fichier: str, table: str) -> bool:
    return any(fichier.startswith(debut) and tables in ("*", table) for debut, tables, _ in EXCEPTIONS)


@pytest.mark.parametrize("chemin", modules("portail"), ids=nom)
def test_franchir_is_the_only_writer_of_a_status(chemin: Path):
    if nom(chemin) == LE_SEUL:
        return
    fautes = [
        (ligne, table)
        for ligne, table in _ecritures_de_statut(arbre(chemin))
        if not _permise(nom(chemin), table)
    ]
    assert fautes == [], "a status is written by franchir() alone"


@pytest.mark.parametrize(
    "source",
    [
        "reservation.statut = w.RESERVE",
        "setattr(reservation, 'statut', w.RESERVE)",
        "setattr(reservation, champ, valeur)",
        "Reservation.update(statut=w.RESERVE).execute()",
        "Reservation.update({'statut': w.RESERVE}).execute()",
        "Reservation.update({Reservation.statut: w.RESERVE}).execute()",
        "Reservation.create(enfant=1, statut=w.RESERVE)",
        "Reservation.insert_many([{'enfant': 1, 'statut': w.RESERVE}])",
        "Reservation(enfant=1, statut=w.RESERVE).save()",
        "db.execute_sql(\"UPDATE reservation SET statut = 'reserve'\")",
    ],
)
def test_no_way_of_writing_a_status_escapes_that_reading(source):
    assert _ecritures_de_statut(ast.parse(source))


def test_reading_a_status_is_free():
    lectures = (
        "Ligne.select(Ligne.statut).where(Ligne.statut == w.EN_ATTENTE); Creneau(statut=x); x = c.statut"
    )
    assert _ecritures_de_statut(ast.parse(lectures)) == []
