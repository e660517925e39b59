"""The mail server is away, slow, refuses, dies; the sender is killed: each mail arrives, or fails openly.

Twice at most, with the same Message-ID. The sender is `flask courriels`, a process of its own; so is the one
that is wrong: it notes a mail as sent before it sends it, and must be seen to lose one.
"""

import asyncio
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
from collections import Counter

import pytest

import models
from models import Courriel, db, write_transaction
from portail import clock
from portail.domain import courriels
from tests.courriels.conftest import Boite, Serveur
from tests.fautes.charge import Charge
from tests.fautes.constat import confronter
from tests.fautes.service import Service
from tests.processus import RACINE, commande, port_libre
from tests.repetitions import manches

ABSENT, LENT, PLUS_TARD, REFUS = "absent", "lent", "plus tard", "refus"
COUPE, TUE_APRES, TUE_AVANT = "coupé après DATA", "tué après DATA", "tué avant DATA"
FAUTES = (TUE_APRES, COUPE, ABSENT, TUE_AVANT, LENT, PLUS_TARD, REFUS)
TUENT = (TUE_AVANT, TUE_APRES)
MANCHES = manches(3, 20)
COURRIELS = 3


class BoiteEnFaute(Boite):
    """Meets the first mail of a round with a fault, and takes the others as it should."""

    def __init__(self) -> None:
        super().__init__()
        self.faute = ""
        self.facteur: subprocess.Popen | None = None

    def prendre_la_faute(self, *possibles: str) -> str:
        faute = self.faute if self.faute in possibles else ""
        self.faute = "" if faute else self.faute
        return faute

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.prendre_la_faute(TUE_AVANT):
            self.tuer_le_facteur()
        return await super().handle_RCPT(server, session, envelope, address, rcpt_options)

    async def handle_DATA(self, server, session, envelope):
        faute = self.prendre_la_faute(LENT, PLUS_TARD, REFUS, COUPE, TUE_APRES)
        self.reponses = {PLUS_TARD: ["451 later"], REFUS: ["554 never"]}.get(faute, [])
        if faute == LENT:
            await asyncio.sleep(1)
        reponse = await super().handle_DATA(server, session, envelope)
        if faute == COUPE:  # it has the mail, and dies before it can say so
            server.transport.abort()
        if faute == TUE_APRES:
            self.tuer_le_facteur()
        return reponse

    def tuer_le_facteur(self) -> None:
        os.kill(self.facteur.pid, signal.SIGKILL)


@pytest.fixture
def boite():
    return BoiteEnFaute()


@pytest.fixture
def serveur(boite):
    serveur = Serveur(boite, hostname="127.0.0.1", port=0)
    serveur.start()
    yield serveur
    serveur.stop()


@pytest.fixture
def environnement(ville, serveur, tmp_path):
    db.connect()
    reglages = {"PORTAIL_DEMO": "0", "PORTAIL_SMTP": f"smtp://127.0.0.1:{serveur.port}"}
    return Service(ville, tmp_path, **reglages).environnement


def ecrire(cle: str) -> None:
    courriels.ecrire(cle=cle, destinataire="famille@example.org", sujet="Bonjour", corps="Bonjour")


def envoyer(boite, env: dict[str, str], ordre: list[str]) -> int:
    """One round of the sender; its code, negative when it was killed."""
    boite.facteur = subprocess.Popen(ordre, cwd=RACINE, env=env, stdout=subprocess.DEVNULL)
    return boite.facteur.wait(timeout=120)


def laisser_passer_le_temps() -> None:
    """As if the waits and the leases of the dead were over: the processes read their own clock."""
    passe = clock.maintenant() - dt.timedelta(seconds=1)
    Courriel.update(prochain_essai=passe, bail_jusqua=None).where(Courriel.statut == "a_envoyer").execute()


def jouer(rang: int, faute: str, boite, env: dict[str, str], ordre: list[str]) -> list[Courriel]:
    """Some acts write their mail, one fails and writes none; the mail goes, meets the fault, goes again."""
    with write_transaction():
        for n in range(COURRIELS):
            ecrire(f"essai:{rang}:{n}")
    with pytest.raises(ZeroDivisionError), write_transaction():
        ecrire(f"defait:{rang}")
        raise ZeroDivisionError
    boite.faute = faute
    en_faute = env | {"PORTAIL_SMTP": f"smtp://127.0.0.1:{port_libre()}"} if faute == ABSENT else env
    code = envoyer(boite, en_faute, ordre)
    assert (code == -signal.SIGKILL) == (faute in TUENT), code
    boite.faute = ""
    laisser_passer_le_temps()
    assert envoyer(boite, env, ordre) == 0
    return list(Courriel.select().where(Courriel.cle.startswith(f"essai:{rang}:")))


def verdict(ecrits: list[Courriel], faute: str, boite) -> list[str]:
    """What is wrong after a round."""
    recus = Counter(recu["Message-ID"] for recu in boite.recus)
    fautes = [f"lost: {c.cle}" for c in ecrits if c.statut == "envoye" and not recus[c.message_id]]
    fautes += [f"waits for ever: {c.cle}" for c in ecrits if c.statut == "a_envoyer"]
    echecs = [c for c in ecrits if c.statut == "echec"]
    if len(echecs) != (faute == REFUS) or not all("554" in c.erreur for c in echecs):
        fautes.append(f"failures: {[(c.cle, c.erreur) for c in echecs]}")
    en_double = sum(nombre - 1 for nombre in recus.values())
    if en_double > (faute in (COUPE, TUE_APRES)):
        fautes.append(f"{en_double} arrived twice")
    return fautes


def test_no_mail_is_lost_whatever_happens_to_its_server_or_to_its_sender(environnement, boite):
    arrives = doubles = 0
    for rang in range(MANCHES):
        faute = FAUTES[rang % len(FAUTES)]
        boite.recus.clear()
        ecrits = jouer(rang, faute, boite, environnement, commande("courriels"))
        assert verdict(ecrits, faute, boite) == [], faute
        connus = {c.message_id for c in ecrits}
        assert {recu["Message-ID"] for recu in boite.recus} <= connus, (
            "of an act that was undone, nothing goes"
        )
        arrives += len(connus)
        doubles += len(boite.recus) - len({recu["Message-ID"] for recu in boite.recus})
    print(f"SMTP faults × {MANCHES}: {arrives} mails, 0 lost; {doubles} arrived twice, same Message-ID")


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_a_sender_that_notes_before_it_sends_is_seen_to_lose(environnement, boite):
    ordre = [sys.executable, "-m", "tests.fautes.sabotage", "note_avant"]
    ecrits = jouer(0, TUE_AVANT, boite, environnement, ordre)
    assert any(faute.startswith("lost") for faute in verdict(ecrits, TUE_AVANT, boite))


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_families_do_not_wait_for_a_mail_server_that_keeps_quiet(ville, voeux, tmp_path):
    connu = models.Compte.email == "famille@example.org"
    models.Compte.update(email="claire@ville.example").where(connu).execute()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as muet:
        reglages = {"PORTAIL_DEMO": "0", "PORTAIL_SMTP": f"smtp://127.0.0.1:{muet.getsockname()[1]}"}
        with Service(ville, tmp_path, **reglages).en_marche() as service:
            with Charge(service.port, voeux) as charge:
                lien, _ = muet.accept()  # a mail is being sent, and nobody will answer it
                charge.attendre_encore(20)
            lien.close()
    assert confronter(charge.journal) == []
    assert Courriel.select().where(Courriel.statut == "envoye").count() == 0
    print(f"a mute mail server: {charge.faits} bookings, {max(charge.journal.attentes):.2f} s at most")
