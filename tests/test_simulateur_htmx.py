"""The swap simulator itself: what it makes of an answer, and what it refuses to let pass."""

import pytest
from flask import Flask, request

from tests.htmx import Page, assert_comme_rechargee, difference

PAGE = """<!doctype html><html lang="fr"><head><title>{titre}</title>
<meta name="htmx-config" content='{{"noSwap": [204, 304, "5xx"]}}'></head><body>
<p id="annonce"></p><p id="compte">{compte}</p>
<ul id="liste">{liste}</ul>
{formulaire}
<a id="voir" href="/voir" hx-get="/voir?vue=jour" hx-target="#panneau" hx-push-url="true">voir</a>
<div id="panneau"></div>
</body></html>"""
FORMULAIRE = """<form id="f" method="post" action="/ajouter" hx-post="/ajouter" hx-target="#liste"
 hx-swap="{echange}"{plus}><input name="nom" value="Léa"><select name="choix"><option value="">–</option>
<option value="a" selected>A</option></select><button name="acte" value="poser">Ajouter</button></form>
<input type="checkbox" name="ligne" value="1" checked form="f">
<input type="checkbox" name="ligne" value="2" form="f">"""
LIGNE = "<li>Léa</li>"


@pytest.fixture
def site():
    """A page with a form, and answers that each test sets."""
    app = Flask(__name__)
    app.etat = {"fait": False, "echange": "innerHTML", "plus": "", "statut": 200, "entetes": {}}
    app.recu = []

    @app.get("/")
    def accueil():
        fait = app.etat["fait"]
        return PAGE.format(
            titre="Fait" if fait else "À faire",
            compte=1 if fait else 0,
            liste=LIGNE if fait else "",
            formulaire=FORMULAIRE.format(**app.etat),
        )

    @app.get("/voir")
    def voir():
        return f"<p>vue {request.args.get('vue', 'mois')}</p>"

    @app.post("/ajouter")
    def ajouter():
        app.recu.append((request.form.to_dict(flat=False), request.headers.get("HX-Target")))
        app.etat["fait"] = True
        return app.etat["reponse"], app.etat["statut"], app.etat["entetes"]

    app.etat["reponse"] = (
        f'<title>Fait</title>{LIGNE}<hx-partial hx-target="#compte" hx-swap="textContent">1</hx-partial>'
        '<hx-partial hx-target="#annonce" hx-swap="textContent">Léa est là</hx-partial>'
    )
    return app


def test_the_main_target_the_partials_and_the_title_are_swapped(site):
    page = Page(site.test_client(), "/")

    page.cliquer("#f button", nom="Zoé", ligne=[1, 2])

    assert site.recu == [
        ({"nom": ["Zoé"], "choix": ["a"], "ligne": ["1", "2"], "acte": ["poser"]}, "ul#liste")
    ]
    assert (page.texte("#liste"), page.texte("#compte"), page.texte("#annonce")) == ("Léa", "1", "Léa est là")
    assert_comme_rechargee(page)


def test_the_fields_are_those_that_the_page_holds(site):
    Page(site.test_client(), "/").cliquer("#f button", ligne=[])
    assert site.recu[0][0] == {"nom": ["Léa"], "choix": ["a"], "acte": ["poser"]}


def test_a_fragment_that_drifts_from_its_page_is_seen(site):
    site.etat["reponse"] = "<title>Fait</title><li>Lea</li>"
    page = Page(site.test_client(), "/")
    page.cliquer("#f button")

    with pytest.raises(AssertionError, match="is not the page loaded afresh"):
        assert_comme_rechargee(page)
    assert "-    Lea" in difference(page, Page(page.client, "/"))


@pytest.mark.parametrize(
    ("reponse", "dit"),
    [
        ('<hx-partial hx-target="#absent">1</hx-partial>', "nothing at « #absent »"),
        ('<b id="compte" hx-swap-oob="true">1</b>', "write <hx-partial>"),
    ],
)
def test_what_htmx_would_let_pass_in_silence_is_an_error(site, reponse, dit):
    site.etat["reponse"] = reponse
    with pytest.raises(AssertionError, match=dit):
        Page(site.test_client(), "/").cliquer("#f button")


def test_an_answer_that_is_never_swapped_must_have_nothing_to_say(site):
    site.etat["statut"] = 500
    with pytest.raises(AssertionError, match="never swapped"):
        Page(site.test_client(), "/").cliquer("#f button", attendu=500)


def test_a_redirection_for_htmx_loads_the_page_it_names_and_a_3xx_is_refused(site):
    site.etat |= {"statut": 204, "entetes": {"HX-Redirect": "/?apres=1"}, "reponse": ""}
    page = Page(site.test_client(), "/")
    page.cliquer("#f button")
    assert (page.url, page.texte("#compte")) == ("/?apres=1", "1")

    site.etat |= {"statut": 303, "entetes": {"Location": "/"}}
    with pytest.raises(AssertionError, match="HX-Redirect"):
        Page(site.test_client(), "/").cliquer("#f button")


def test_the_status_may_change_where_the_answer_goes(site):
    site.etat |= {"statut": 422, "plus": ' hx-status:422="target:#panneau swap:innerHTML"'}
    page = Page(site.test_client(), "/")
    page.cliquer("#f button", attendu=422)
    assert (page.texte("#liste"), page.texte("#panneau")) == ("", "Léa")


def test_a_link_may_push_its_address_and_leaves_the_fields_out(site):
    page = Page(site.test_client(), "/")
    page.cliquer("#voir")
    assert (page.url, page.texte("#panneau")) == ("/voir?vue=jour", "vue jour")


def test_without_javascript_the_same_click_gives_a_new_page(site):
    page = Page(site.test_client(), "/")
    assert page.suivre("#voir").texte("p") == "vue mois"
    assert "Léa" in page.suivre("#f button", nom="Zoé").soupe.get_text()
    assert site.recu == [({"nom": ["Zoé"], "choix": ["a"], "ligne": ["1"], "acte": ["poser"]}, None)]


@pytest.mark.parametrize(
    ("echange", "attendu"),
    [
        ("outerHTML", "<li>Léa</li>"),
        ("outerMorph", "<li>Léa</li>"),
        ("beforeend", '<ul id="liste"><li>Léa</li></ul>'),
        ("afterend", '<ul id="liste"></ul><li>Léa</li>'),
        ("delete", ""),
        ("none", '<ul id="liste"></ul>'),
    ],
)
def test_the_styles_of_swap(site, echange, attendu):
    site.etat |= {"echange": echange, "reponse": LIGNE}
    page = Page(site.test_client(), "/")
    page.cliquer("#f button")
    debut, fin = str(page.soupe).split('<p id="compte">0</p>\n')[1].split("\n<form")[0], ""
    assert debut + fin == attendu
