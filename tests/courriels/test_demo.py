"""The page of the demonstration's mails: in the demonstration, and nowhere else."""

from portail import create_app
from tests.conftest import config_de_test


def test_sans_courriel_la_page_dit_comment_en_avoir(client, monde):
    page = client.get("/demo/courriels")
    assert page.status_code == 200
    assert "Aucun courriel pour l’instant" in page.text
    assert "/demo/courriels" in client.get("/").text


def test_hors_de_la_demonstration_la_page_n_existe_pas(base, url_de_base):
    client = create_app(config_de_test(url_de_base, demo=False)).test_client()
    assert client.get("/demo/courriels").status_code == 404
    assert "/demo/courriels" not in client.get("/").text
