"""The page of the demonstration's mails: in the demonstration, and nowhere else."""

from portail import create_app
from tests.conftest import config_de_test


def test_without_mail_the_page_says_how_to_get_some(client, monde):
    page = client.get("/demo/courriels")
    assert page.status_code == 200
    assert "Aucun courriel pour l’instant" in page.text
    assert "/demo/courriels" in client.get("/").text


def test_outside_the_demonstration_the_page_does_not_exist(base, url_de_base):
    client = create_app(config_de_test(url_de_base, demo=False)).test_client()
    assert client.get("/demo/courriels").status_code == 404
    assert "/demo/courriels" not in client.get("/").text
