"""The tests' PostgreSQL: starts, copies a database, stops, and leaves nothing behind, even when killed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests import memoire
from tests.postgres import TempPostgres

RACINE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def pg():
    with TempPostgres() as serveur:
        yield serveur


def repond(pg: TempPostgres) -> bool:
    with psycopg.connect(pg.url()) as connexion:
        return connexion.execute("select 1").fetchone() == (1,)


def reste(*dossiers: Path) -> bool:
    """A folder of these, or a process that names one on its command line."""
    lignes = []
    for processus in Path("/proc").glob("[0-9]*"):
        try:
            lignes.append((processus / "cmdline").read_bytes())
        except OSError:  # gone meanwhile
            continue
    return any(d.exists() or any(str(d).encode() in ligne for ligne in lignes) for d in dossiers)


def test_une_base_se_copie(pg):
    with psycopg.connect(pg.create("modele")) as connexion:
        connexion.execute("create table enfant (prenom text)")
        connexion.execute("insert into enfant values ('Zoé'), ('Élise')")
    copie = pg.create("copie", template="modele")
    assert copie == f"postgresql:///copie?user=postgres&host={pg.base}"
    with psycopg.connect(copie) as connexion:
        assert connexion.execute("select count(*) from enfant").fetchone() == (2,)


def test_une_base_se_jette_meme_quand_on_y_est_encore(pg):
    connexion = psycopg.connect(pg.create("essai"))
    pg.drop("essai")
    with pytest.raises(psycopg.OperationalError):
        connexion.execute("select 1")
    connexion.close()
    pg.create("essai")
    pg.drop("essai")
    pg.drop("essai")  # gone already: nothing to do


def test_un_serveur_s_arrete_sans_rien_laisser_ni_toucher_aux_autres(pg):
    with TempPostgres() as autre:
        dossiers = autre.base, autre.donnees
        assert not {*dossiers} & {pg.base, pg.donnees}
        assert repond(autre)
        assert reste(autre.base) and reste(autre.donnees)
    assert not reste(*dossiers)
    autre.stop()  # a second time does no harm
    assert repond(pg)


@pytest.mark.parametrize("memoire_de_la_machine", [{"MEMOIRE": Path("/nulle/part")}, {"PLACE": 2**60}])
def test_sans_memoire_a_preter_les_donnees_vont_sur_le_disque(memoire_de_la_machine, monkeypatch):
    for nom, valeur in memoire_de_la_machine.items():
        monkeypatch.setattr(memoire, nom, valeur)
    assert memoire.dossier() == tempfile.gettempdir()
    with TempPostgres() as autre:
        assert autre.donnees.parent == Path(tempfile.gettempdir())
        assert repond(autre)


def test_un_enfant_issu_de_fork_n_arrete_pas_le_serveur_de_son_parent(pg):
    enfant = os.fork()
    if enfant == 0:
        pg.stop()
        os._exit(0)
    os.waitpid(enfant, 0)
    assert repond(pg)


def test_rien_ne_reste_quand_le_proprietaire_est_tue():
    code = (
        "import time, tests.postgres as t; pg = t.TempPostgres().start(); "
        "print(pg.base, pg.donnees, flush=True); time.sleep(9)"
    )
    ordre = [sys.executable, "-c", code]
    with subprocess.Popen(ordre, cwd=RACINE, stdout=subprocess.PIPE, text=True) as processus:
        dossiers = [Path(chemin) for chemin in processus.stdout.readline().split()]
        assert len(dossiers) == 2 and all(map(reste, dossiers))
        processus.kill()
    fin = time.monotonic() + 20
    while reste(*dossiers) and time.monotonic() < fin:
        time.sleep(0.05)
    assert not reste(*dossiers)
