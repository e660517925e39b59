"""The strength of a password, said while it is typed: a piece of page, that keeps nothing."""

import pytest

from models import TABLES
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("mot_de_passe", "dit"),
    [
        ("", "Trop fragile. Il manque 12 caractères : il en faut 12 au moins."),
        ("cerise", "Trop fragile. Il manque 6 caractères : il en faut 12 au moins."),
        ("nadège à la mer", "Trop fragile. Évitez « nadege » :"),
        ("jlvqzkxwmbtr", "Suffisant."),
        ("cerise plume orage", "Très solide."),
        ("<b>" * 9, "Trop fragile."),
    ],
)
def test_the_strength_is_said_in_words(client, monde, mot_de_passe, dit):
    champs = {"mot_de_passe": mot_de_passe, "prenom": "Nadège", "nom": "Petit", "email": "np@example.org"}
    reponse = poster(client, "/mot-de-passe/force", champs, headers=HTMX)
    assert reponse.status_code == 200
    assert mots(lire(reponse.text)).startswith(dit)
    assert "<html" not in reponse.text


def test_what_is_typed_is_neither_kept_nor_sent_back(client, monde, caplog):
    caplog.set_level("INFO")
    avant = {table: list(table.select().tuples()) for table in TABLES}
    reponse = poster(client, "/mot-de-passe/force", {"mot_de_passe": "canari jaune perdu"}, headers=HTMX)
    assert "canari" not in reponse.text + caplog.text
    assert avant == {table: list(table.select().tuples()) for table in TABLES}


def test_the_words_come_into_the_form_that_asks_with_the_names_that_it_holds(client, monde):
    page = Page(client, "/compte/creer")
    assert page.un("#force")["aria-live"] == "polite"
    assert page.texte("#force") == ""
    page.cliquer("#mot_de_passe", mot_de_passe="cerise plume orage", nom="Petit")
    assert page.texte("#force") == "Très solide."
    page.cliquer("#mot_de_passe", mot_de_passe="le petit chat noir", nom="Petit")
    assert "Évitez « petit »" in page.texte("#force")


def test_a_huge_text_costs_nothing(client, monde):
    reponse = poster(client, "/mot-de-passe/force", {"mot_de_passe": "ab" * 200_000}, headers=HTMX)
    assert "trop long" in reponse.text


def test_staff_are_not_promised_what_will_be_refused(client, monde):
    manque = "Trop fragile. Il manque 2 caractères"
    for exigence, dit in (("personnel", manque), ("", "Solide."), ("x", "Solide.")):
        champs = {"mot_de_passe": "tasseverteaunord", "exigence": exigence}
        reponse = poster(client, "/mot-de-passe/force", champs, headers=HTMX)
        assert mots(lire(reponse.text)).startswith(dit)
