"""`servir` and `courriels`, as the town runs them: real processes, real database, killed for real."""

import os
import signal
import socket
import subprocess
from contextlib import contextmanager

import pytest
from cryptography.fernet import Fernet

import models
from models import Courriel, db, write_transaction
from portail.domain import courriels
from tests.conftest import CLE_SECRETE, fermer
from tests.processus import RACINE, attendre, commande, port_libre, repond


@pytest.fixture
def installation(url_de_base):
    """A demonstration on its own database, at the real time: environment and port."""
    port = port_libre()
    db.initialize(models.ouvrir(url_de_base))
    models.Abonnement.update(sans_rappels=True).execute()  # of what the real time would have recalled
    yield {
        "PATH": os.environ["PATH"],
        "PORTAIL_URL": f"http://127.0.0.1:{port}",
        "PORTAIL_SECRET_KEY": CLE_SECRETE,
        "PORTAIL_CLES": Fernet.generate_key().decode(),
        "PORTAIL_DATABASE_URL": url_de_base,
        "PORTAIL_DEMO": "1",
    }
    fermer()


def ecrire(cle: str) -> Courriel:
    with write_transaction():
        courriels.ecrire(cle=cle, destinataire="famille@example.org", sujet="Bonjour", corps="Bonjour")
    return Courriel.get(Courriel.cle == cle)


def parti(courriel: Courriel) -> bool:
    return Courriel.get_by_id(courriel.id).statut == "envoye"


@contextmanager
def serveur(env: dict):
    port = env["PORTAIL_URL"].rpartition(":")[2]
    processus = subprocess.Popen(
        commande("servir", "--port", port),
        cwd=RACINE,
        env=env,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        attendre(lambda: repond(env["PORTAIL_URL"] + "/connexion"))
        yield processus
    finally:
        if processus.poll() is None:
            os.killpg(processus.pid, signal.SIGKILL)
        processus.communicate()


def test_servir_serves_sends_and_stops_cleanly(installation):
    with serveur(installation) as processus:
        courriel = ecrire("essai")
        attendre(lambda: parti(courriel))
        processus.send_signal(signal.SIGTERM)
        assert processus.wait(timeout=25) == 0
    assert not repond(installation["PORTAIL_URL"] + "/connexion")


def test_a_server_killed_at_once_starts_again_and_loses_nothing(installation):
    with serveur(installation) as processus:
        os.killpg(processus.pid, signal.SIGKILL)
        processus.wait(timeout=10)
    courriel = ecrire("pendant l’arrêt")
    with serveur(installation):
        attendre(lambda: parti(courriel))


def test_courriels_sends_what_waits_and_ends(installation):
    courriel = ecrire("essai")
    faite = subprocess.run(
        commande("courriels"), cwd=RACINE, env=installation, capture_output=True, text=True, timeout=60
    )
    assert (faite.returncode, faite.stdout) == (0, "1 courriel(s) traité(s).\n")
    assert parti(courriel)


def test_courriels_en_continu_stops_when_told(installation):
    courriel = ecrire("essai")
    with subprocess.Popen(commande("courriels", "--en-continu"), cwd=RACINE, env=installation) as processus:
        attendre(lambda: parti(courriel))
        processus.send_signal(signal.SIGTERM)
        assert processus.wait(timeout=15) == 0


def test_on_an_empty_database_each_command_says_what_to_do(installation, tmp_path):
    vide = installation | {"PORTAIL_DATABASE_URL": f"sqlite:///{tmp_path / 'vide.sqlite3'}"}
    for nom in ("courriels", "servir"):
        faite = subprocess.run(
            commande(nom), cwd=RACINE, env=vide, capture_output=True, text=True, timeout=60
        )
        assert faite.returncode == 1
        assert "lancez d’abord « flask --app portail initialiser »" in faite.stderr
        assert "Traceback" not in faite.stderr


def servir_refuse(installation, **changements) -> str:
    fini = subprocess.run(
        commande("servir", "--port", "1"),
        cwd=RACINE,
        env=installation | changements,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert fini.returncode == 1, fini.stderr
    return fini.stderr


def test_the_demonstrations_known_passwords_are_not_served_on_a_real_portal(installation):
    reels = {"PORTAIL_DEMO": "0", "PORTAIL_SMTP": "smtp://127.0.0.1:2525"}
    assert "mots de passe sont publics" in servir_refuse(installation, **reels)


def test_a_real_towns_mails_are_not_shown_by_the_demonstration(installation):
    models.Compte.update(email="claire@ville.example").where(
        models.Compte.email == "famille@example.org"
    ).execute()
    assert "montre tous les courriels" in servir_refuse(installation)


def demander_en_clair(port: int, cible: str, hote: str) -> bytes:
    """What comes back for a request written by hand, its target as no browser writes it."""
    requete = f"GET {cible} HTTP/1.1\r\nHost: {hote}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as lien:
        lien.sendall(requete.encode())
        return b"".join(iter(lambda: lien.recv(65536), b""))


def test_a_request_that_names_another_host_is_refused_or_answered_as_ours(installation):
    port = int(installation["PORTAIL_URL"].rpartition(":")[2])
    nous = f"127.0.0.1:{port}"
    with serveur(installation):
        ordinaire = demander_en_clair(port, "/famille", nous)
        assert b" 303 " in ordinaire.splitlines()[0]
        assert b"\r\nLocation: /connexion?next=/famille\r\n" in ordinaire
        cas = [
            ("http://evil.test/famille", nous),
            ("https://evil.test/famille", nous),
            (f"http://{nous}@evil.test/famille", nous),
            (f"http://{nous}/famille", "evil.test"),
            ("//evil.test/famille", nous),
            ("/famille", "evil.test"),
            ("/famille", f"{nous}\r\nHost: evil.test"),
        ]
        for cible, hote in cas:
            reponse = demander_en_clair(port, cible, hote)
            statut = int(reponse.split(b" ", 2)[1])
            assert statut in (303, 400, 404), (cible, hote, statut)
            assert b"evil" not in reponse, (cible, hote)
            if statut == 303:
                assert b"\r\nLocation: /connexion?next=/famille\r\n" in reponse, (cible, hote)
            if "evil" in hote:
                assert statut == 400, (cible, hote)
