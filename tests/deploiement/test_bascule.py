"""Two web processes, PostgreSQL and its standby: the primary dies, the standby takes over, nothing is lost.

The story is that of docs/deploiement.md. The network to the standby goes a moment before the primary does: a
primary that waits for its standby acknowledges nothing in between. One that does not wait loses, and must:
that is the control, played on the servers of the first story, the promoted standby being the primary.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import models
from models import db
from portail.domain import deploiement as de_la_base
from portail.domain.ville import oublier_la_ville
from tests.conftest import CLE_SECRETE, CLES, _fonder, fermer
from tests.deploiement.replique import Replique, mourir
from tests.fautes.charge import FAIT, INCONNU, REFUSE, Charge
from tests.fautes.constat import PERDU, confronter
from tests.fautes.ville import fonder
from tests.postgres import TempPostgres
from tests.processus import RACINE, attendre, port_libre, repond

COMME_EN_VILLE = "listen_addresses = ''\nmax_connections = 60\nshared_buffers = 32MB\n"
"""All that makes it durable is as PostgreSQL comes."""
COUPURE = 1.0
"""Seconds between the loss of the network and that of the primary."""
NOMS = ("base1", "base2", "base3")
"""Of the servers, in the order in which they come."""
CLIENTS = 2
"""Families that post at the same time, through each of the two processes."""


class Grappe:
    """The present primary, whatever it was before; the town in it, the addresses of all, the web in front."""

    def __init__(self, pile: ExitStack, application) -> None:
        self.pile = pile
        self.adresses = Path(pile.enter_context(TemporaryDirectory(prefix="pg", dir="/tmp")))
        self.maitre: TempPostgres = pile.enter_context(TempPostgres(reglages=COMME_EN_VILLE))
        self.maitre.admin().execute("CREATE ROLE portail LOGIN")
        self.maitre.create("ville")
        self.maitre.admin().execute("ALTER DATABASE ville OWNER TO portail")
        self._nommer(self.maitre)
        _fonder(self.url)
        self.voeux = iter(fonder(self.url, application))
        self.ports = (port_libre(), port_libre())

    @property
    def url(self) -> str:
        """What each web process has: every server that there will be, and which one to take."""
        hotes = ",".join(str(self.adresses / nom) for nom in NOMS)
        return f"postgresql:///ville?user=portail&host={hotes}&target_session_attrs=read-write"

    def replique(self) -> Replique:
        replique = self.pile.enter_context(Replique(self.maitre))
        self._nommer(replique)
        attendre(replique.suit, 60)
        return replique

    def _nommer(self, serveur: TempPostgres) -> None:
        nom = next(nom for nom in NOMS if not (self.adresses / nom).exists())
        (self.adresses / nom).symlink_to(serveur.base)


@pytest.fixture(scope="module")
def grappe(application, tmp_path_factory):
    with ExitStack() as pile:
        grappe = Grappe(pile, application[0])
        pile.enter_context(web(grappe.url, tmp_path_factory.mktemp("web"), *grappe.ports))
        yield grappe
        fermer()


@contextmanager
def web(url: str, dossier: Path, *ports: int):
    """Gunicorn with the configuration of `deploy/`, a process on each port, as on so many machines."""
    environnement = {
        "PATH": os.environ["PATH"],
        "PORTAIL_URL": "http://127.0.0.1",
        "PORTAIL_SECRET_KEY": CLE_SECRETE,
        "PORTAIL_CLES": CLES[0],
        "PORTAIL_DATABASE_URL": url,
        "PORTAIL_DEMO": "1",
    }
    ordre = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    ordre += ["--workers", "1", "--threads", "4"]
    with ExitStack() as pile, (dossier / "web.log").open("wb") as journal:
        for port in ports:
            processus = subprocess.Popen(
                [*ordre, "--bind", f"127.0.0.1:{port}"],
                cwd=RACINE,
                env=environnement,
                stdout=journal,
                stderr=journal,
            )
            pile.callback(processus.wait, 45)
            pile.callback(processus.terminate)
        for port in ports:
            attendre(lambda port=port: repond(f"http://127.0.0.1:{port}/sante"), 90)
        yield


def basculer(grappe: Grappe, attendue: bool) -> tuple[list[str], dict[str, int]]:
    """Play the story; all that the clients were told wrongly, and how often each answer came."""
    replique = grappe.replique()
    assert [phrase for phrase in constats(grappe) if "synchronous_standby_names" in phrase]
    if attendue:
        replique.se_faire_attendre()
        assert constats(grappe) == []
    with ExitStack() as pile:
        charges = [pile.enter_context(Charge(port, grappe.voeux, CLIENTS)) for port in grappe.ports]
        avancer(charges)
        replique.couper()
        pendant = endurer(charges, attendue)
        mourir(grappe.maitre)
        replique.promouvoir()
        avancer(charges)
    grappe.maitre = replique
    journaux = [charge.journal for charge in charges]
    issues = {issue: sum(j.combien(issue) for j in journaux) for issue in (FAIT, REFUSE, INCONNU)}
    choisir(grappe.url)
    fautes = confronter(*journaux)
    fermer()
    return fautes, issues | {"pendant": pendant}


def constats(grappe: Grappe) -> list[str]:
    """What `verifier --deploiement` says of the present primary."""
    choisir(grappe.url)
    with db.connection_context():
        dites = list(de_la_base.du_moteur())
    fermer()
    return dites


def endurer(charges: list[Charge], attendue: bool) -> int:
    """The time between the two losses; how many bookings were acknowledged in it."""
    avant = sum(charge.faits for charge in charges)
    if attendue:
        time.sleep(COUPURE)
    else:
        attendre(lambda: sum(charge.faits for charge in charges) >= avant + 3, 60)
    return sum(charge.faits for charge in charges) - avant


def choisir(url: str) -> None:
    db.initialize(models.ouvrir(url))
    oublier_la_ville()


def avancer(charges: list[Charge]) -> None:
    """Until each process has acknowledged some more."""
    buts = [charge.faits + 5 for charge in charges]

    def arrive() -> bool:
        return all(c.faits >= but for c, but in zip(charges, buts, strict=True)) or any(
            c.journal.fautes for c in charges
        )

    attendre(arrive, 90)


def test_the_primary_dies_the_standby_takes_its_place_and_no_acknowledged_booking_is_lost(grappe):
    fautes, issues = basculer(grappe, attendue=True)
    assert fautes == []
    assert issues["pendant"] <= CLIENTS * 2  # answers that were under way when the network went
    print(f"standby waited for: {issues}, 0 lost")


def test_a_standby_that_is_not_waited_for_is_seen_to_lose(grappe):
    fautes, issues = basculer(grappe, attendue=False)
    perdues = [faute for faute in fautes if faute.startswith(PERDU)]
    assert perdues
    print(f"standby not waited for: {issues}, {len(perdues)} lost")
