"""The outbox, sent to a real server: each mail arrives, at least once, or its failure is there to be seen."""

import datetime as dt
import smtplib
import socket
import threading
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Courriel, db, write_transaction
from portail import clock, facteur
from portail.config import Smtp
from portail.domain import courriels, envoi
from portail.facteur import Facteur, tournee
from tests.conftest import config_de_test
from tests.monde import MAINTENANT

pytestmark = pytest.mark.usefixtures("app")


def ecrire(
    cle: str = "essai:1", destinataire: str = "famille@example.org", sujet: str = "Réponse"
) -> Courriel:
    with write_transaction():
        courriels.ecrire(
            cle=cle, destinataire=destinataire, sujet=sujet, corps="Bonjour Claire,\n\nC’est prêt."
        )
    return Courriel.get(Courriel.cle == cle)


def relire(courriel: Courriel) -> Courriel:
    return Courriel.get_by_id(courriel.id)


def envoyer(smtp: Smtp) -> int:
    return tournee(config_de_test("", smtp=smtp, demo=False))


def test_a_mail_arrives_whole(base, smtp, boite):
    courriel = ecrire(sujet="Votre demande est acceptée — été")
    assert envoyer(smtp) == 1
    (recu,) = boite.recus
    assert recu["Subject"] == "Votre demande est acceptée — été"
    assert recu["To"] == "famille@example.org"
    assert recu["From"].addresses[0].addr_spec == "familles@saint-alban.example"
    assert recu["From"].addresses[0].display_name == "Saint-Alban-sur-Loire – Guichet Familles"
    assert recu["Message-ID"] == courriel.message_id
    assert courriel.message_id.endswith("@localhost>")
    assert recu["Auto-Submitted"] == "auto-generated"
    assert recu.get_content_type() == "text/plain"
    assert recu.get_content().split() == ["Bonjour", "Claire,", "C’est", "prêt."]
    apres = relire(courriel)
    assert (apres.statut, apres.essais, apres.envoye_le, apres.bail_jusqua) == ("envoye", 1, MAINTENANT, None)


def test_a_mail_that_is_sent_does_not_go_again(base, smtp, boite):
    ecrire()
    assert (envoyer(smtp), envoyer(smtp)) == (1, 0)
    assert len(boite.recus) == 1


def test_a_mail_is_not_taken_before_its_time(base, smtp, boite):
    with write_transaction():
        courriels.ecrire(
            cle="tard",
            destinataire="a@example.org",
            sujet="s",
            corps="c",
            pas_avant=MAINTENANT + dt.timedelta(seconds=45),
        )
    assert envoyer(smtp) == 0
    with clock.figer(MAINTENANT + dt.timedelta(seconds=45)):
        assert envoyer(smtp) == 1


def test_a_long_queue_leaves_by_one_connection(base, smtp, boite, monkeypatch):
    ouvertes = []
    vraie = smtplib.SMTP

    def compter(*args, **autres):
        ouvertes.append(args)
        return vraie(*args, **autres)

    monkeypatch.setattr(smtplib, "SMTP", compter)
    for rang in range(envoi.LOT + 10):
        ecrire(f"essai:{rang}")
    assert envoyer(smtp) == envoi.LOT + 10
    assert len({recu["Message-ID"] for recu in boite.recus}) == envoi.LOT + 10
    assert len(ouvertes) == 1


def test_a_passing_refusal_is_tried_again_later_and_later(base, smtp, boite):
    courriel = ecrire()
    boite.reponses = ["451 try again"] * 8
    attentes = []
    instant = MAINTENANT
    for _ in range(8):
        with clock.figer(instant):
            assert envoyer(smtp) == 1
        apres = relire(courriel)
        assert apres.statut == "a_envoyer"
        assert apres.erreur.startswith("451")
        attentes.append(int((apres.prochain_essai - instant).total_seconds()) // 60)
        instant = apres.prochain_essai
    assert attentes == [1, 2, 4, 8, 16, 32, 60, 60]
    with clock.figer(instant):
        envoyer(smtp)
    assert relire(courriel).statut == "envoye"
    assert relire(courriel).erreur == ""
    assert len(boite.recus) == 1


def test_after_48_tries_the_failure_is_there_to_be_seen(base, smtp, boite):
    courriel = ecrire()
    Courriel.update(essais=envoi.ESSAIS_MAX - 1).execute()
    boite.reponses = ["450 busy"]
    envoyer(smtp)
    assert relire(courriel).statut == "echec"
    assert relire(courriel).erreur.startswith("450")


@pytest.mark.parametrize("ou", ["adresse", "message"])
def test_a_refusal_for_good_fails_at_once_and_does_not_stop_the_others(base, smtp, boite, ou):
    refuse = ecrire("un", "inconnu@example.org")
    bon = ecrire("deux")
    if ou == "adresse":
        boite.refus["inconnu@example.org"] = "550 no such user"
    else:
        boite.reponses = ["554 rejected"]
    assert envoyer(smtp) == 2
    assert relire(refuse).statut == "echec"
    assert relire(refuse).erreur[:3] in ("550", "554")
    assert relire(bon).statut == "envoye"


def test_a_mail_server_that_is_away_loses_nothing(base):
    courriel = ecrire()
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    assert envoyer(Smtp("127.0.0.1", port, "", "", False)) == 1
    apres = relire(courriel)
    assert (apres.statut, apres.bail_jusqua) == ("a_envoyer", None)
    assert "ConnectionRefusedError" in apres.erreur


def test_a_mail_server_that_keeps_quiet_is_waited_for_once_a_round(base, monkeypatch):
    """Or, a mail server down, the round would last longer than the waits of its mails: for ever."""
    monkeypatch.setattr(facteur, "DELAI_RESEAU", 0.5)
    with socket.create_server(("127.0.0.1", 0), backlog=50) as muet:
        for rang in range(envoi.LOT + 10):
            ecrire(f"essai:{rang}")
        assert envoyer(Smtp("127.0.0.1", muet.getsockname()[1], "", "", False)) == envoi.LOT + 10
        muet.settimeout(0.1)
        connexions = []
        with pytest.raises(TimeoutError):
            while True:
                connexions.append(muet.accept())
        for lien, _ in connexions:
            lien.close()
    assert len(connexions) == 1
    assert {c.essais for c in Courriel.select()} == {1}
    assert all("timed out" in c.erreur for c in Courriel.select())


def test_killed_between_sending_and_noting_it_goes_again_with_the_same_message_id(base, smtp, boite):
    courriel = ecrire()
    facteur = Facteur(smtp)

    def remettre_puis_mourir(message):
        facteur(message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        envoi.envoyer_en_attente(remettre_puis_mourir)
    facteur.fermer()
    assert relire(courriel).statut == "a_envoyer"
    assert envoyer(smtp) == 0  # the lease of the dead still holds
    with clock.figer(MAINTENANT + envoi.BAIL):
        assert envoyer(smtp) == 1
    assert [recu["Message-ID"] for recu in boite.recus] == [courriel.message_id] * 2
    assert relire(courriel).statut == "envoye"


def test_four_senders_at_once_send_nothing_twice(base, smtp, boite):
    for rang in range(40):
        ecrire(f"essai:{rang}")
    depart = threading.Barrier(4)

    def distribuer():
        depart.wait()
        try:
            envoyer(smtp)
        finally:
            db.close()

    fils = [threading.Thread(target=distribuer) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(boite.recus) == 40
    assert len({recu["Message-ID"] for recu in boite.recus}) == 40


def test_a_sender_too_slow_does_not_overwrite_the_one_that_took_over(base, smtp, boite):
    courriel = ecrire()

    def lambiner(message):
        with clock.figer(MAINTENANT + envoi.BAIL):
            assert envoyer(smtp) == 1
        raise envoi.Panne("trop tard")

    envoi.envoyer_en_attente(lambiner)
    assert relire(courriel).statut == "envoye"


@pytest.mark.parametrize(
    "adresse",
    [
        "a@b.fr\r\nBcc: tous@evil.test",
        "a@b.fr\nX: y",
        "pas une adresse",
        "a b@c.fr",
        "dupont@",
        "",
        "b@[",
        "=-@[\t",
    ],
)
def test_an_impossible_address_fails_and_adds_nobody(base, smtp, boite, adresse):
    courriel = ecrire(destinataire=adresse)
    bon = ecrire("deux")
    envoyer(smtp)
    assert relire(courriel).statut == "echec"
    assert relire(bon).statut == "envoye"
    assert boite.destinataires == [["famille@example.org"]]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sujet=st.text(max_size=80), corps=st.text(max_size=200))
def test_no_word_makes_a_header_or_a_recipient(base, sujet, corps):
    courriel = Courriel(
        cle="essai",
        destinataire="a@example.org",
        sujet=" ".join(sujet.split()),
        corps=corps.encode("utf-8", "replace").decode(),
        message_id="<x@localhost>",
        cree_le=MAINTENANT,
    )
    try:
        message = envoi.composer(courriel)
        octets = message.as_bytes()
    except ValueError:
        return  # refused: it will be seen as a failure
    assert {nom.lower() for nom in message} == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }
    assert isinstance(message, EmailMessage)
    entetes = octets.split(b"\r\n\r\n")[0].lower()
    assert b"\r\nbcc:" not in entetes


def test_a_reminder_says_where_to_refuse_the_next_ones_and_nothing_else_does(base, smtp, boite):
    ecrire("rappel:1:1:2026-12-01")
    ecrire("reponse:1")
    envoyer(smtp)
    liens = [recu["List-Unsubscribe"] for recu in boite.recus]
    assert liens == ["<http://localhost/mon-espace/courriels>", None]


def test_in_the_demonstration_nothing_leaves_and_everything_is_read(client, base, monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", None)
    courriel = ecrire(sujet="<b>Réponse</b>")
    assert "va partir" in client.get("/demo/courriels").text
    assert tournee(config_de_test("", demo=True)) == 1
    assert relire(courriel).statut == "envoye"
    page = client.get("/demo/courriels").text
    assert "&lt;b&gt;Réponse&lt;/b&gt;" in page
    assert "C’est prêt." in page
