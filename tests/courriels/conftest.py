"""A real mail server on this machine, that answers what the test wants."""

import email
from email.message import Message
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from portail.config import Smtp


class Boite:
    """What was received, and the answers to give: `reponses` to DATA, `refus` to an address."""

    def __init__(self) -> None:
        self.recus: list[Message] = []
        self.destinataires: list[list[str]] = []
        self.reponses: list[str] = []
        self.refus: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refus:
            return self.refus[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        reponse = self.reponses.pop(0) if self.reponses else "250 OK"
        if reponse.startswith("250"):
            self.recus.append(email.message_from_bytes(envelope.content, policy=default))
            self.destinataires.append(envelope.rcpt_tos)
        return reponse


class Serveur(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # port 0 was asked for: a free one was given
        super()._trigger_server()


@pytest.fixture
def boite():
    return Boite()


@pytest.fixture
def smtp(boite):
    """The address of the server that fills `boite`."""
    serveur = Serveur(boite, hostname="127.0.0.1", port=0)
    serveur.start()
    yield Smtp("127.0.0.1", serveur.port, "", "", False)
    serveur.stop()
