"""The answer is lost on its way, or two ask at the same moment: it is done once, and said to whoever asks."""

import http.client
import threading
import time

import pytest

from tests.conftest import fermer
from tests.fautes.charge import FAIT, Client, Journal
from tests.fautes.constat import confronter
from tests.fautes.ville import Voeu
from tests.repetitions import manches

MANCHES = manches(3, 30)


class Coupee(http.client.HTTPConnection):
    """The line is cut once the act is asked for, before its answer."""

    def getresponse(self):
        raise ConnectionResetError


def perdre_la_reponse(port: int, voeu: Voeu) -> None:
    client = Client(port)
    client.lien = Coupee("127.0.0.1", port)
    with pytest.raises(ConnectionResetError):
        client.poster(voeu)


def poster(port: int, voeu: Voeu) -> tuple:
    return Client(port, gardee=False).poster(voeu)


def deux_fois_ensemble(port: int, voeu: Voeu) -> list[tuple]:
    """A double click, five milliseconds apart, on two connections."""
    reponses: list[tuple] = []
    fils = [threading.Thread(target=lambda: reponses.append(poster(port, voeu))) for _ in range(2)]
    for fil in fils:
        fil.start()
        time.sleep(0.005)
    for fil in fils:
        fil.join()
    return reponses


def test_asked_again_after_a_lost_answer_or_twice_at_once_it_is_done_once(service, voeux):
    faits = Journal()
    with service.en_marche():
        for _ in range(MANCHES):
            perdu, double = next(voeux), next(voeux)
            perdre_la_reponse(service.port, perdu)
            reponses = [poster(service.port, perdu), *deux_fois_ensemble(service.port, double)]
            assert [statut for statut, _, _ in reponses] == [303] * 3
            faits.issues |= {perdu: FAIT, double: FAIT}
    fermer()
    assert confronter(faits) == []
