"""The address of a feed opens it for years: it is written in no log of ours, even when something breaks."""

import logging

from portail.domain import lecture_agenda
from tests.agenda.conftest import chemin


def test_an_error_in_a_feed_is_logged_without_its_token(app, client, famille, monkeypatch, caplog):
    def rompre(*_):
        raise KeyError("something of ours")

    monkeypatch.setattr(lecture_agenda, "_histoires", rompre)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    with caplog.at_level(logging.INFO):
        assert client.get(chemin(famille)).status_code == 500

    jeton = chemin(famille).removeprefix("/agenda/").removesuffix(".ics")
    assert "something of ours" in caplog.text and "/agenda/<jeton:jeton_agenda>.ics" in caplog.text
    assert jeton not in caplog.text
