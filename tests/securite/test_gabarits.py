"""What a template shows is escaped, whatever it is, as Jinja would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from portail.gabarits import Gabarits, echapper

HOSTILE = """<script>alert("l'été")</script> & co"""


class Texte(str):
    __slots__ = ()

    def __str__(self) -> str:
        return HOSTILE


class Sur(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "<b>sûr</b>"


class Objet:
    def __str__(self) -> str:
        return HOSTILE


@pytest.mark.parametrize(
    "valeur",
    [HOSTILE, Markup(HOSTILE), Texte(HOSTILE), Sur(HOSTILE), Objet(), None, True, 12, 1.5, "", [HOSTILE]],
    ids=["text", "Markup", "str", "__html__", "object", "None", "bool", "int", "float", "empty", "list"],
)
def test_a_piece_is_what_jinja_makes_of_it(app, valeur):
    assert echapper(valeur) == str(escape(valeur))
    gabarits = Gabarits(app, autoescape=True)
    for texte in (
        "{{ v }}",
        '<a title="{{ v }}">{{ v }}{{ v }}</a>',
        "{% macro m(v) %}<i>{{ v }}</i>{% endmacro %}{{ m(v) }}{{ m(m(v)) }}",
        "{% set s %}<i>{{ v }}</i>{% endset %}{{ s }}{{ s ~ v }}",
        "{% for x in [v, v] %}{{ x }}{% endfor %}{{ (v ~ '') | upper }}",
        "{% autoescape false %}{{ v }}{% endautoescape %}",
    ):
        assert gabarits.from_string(texte).render(v=valeur) == _de_jinja(app, texte, valeur), texte


@given(st.text())
def test_any_text_is_escaped(texte):
    assert echapper(texte) == str(escape(texte))


def test_the_portal_writes_its_pages_so(app):
    assert type(app.jinja_env) is Gabarits
    assert HOSTILE not in app.jinja_env.from_string("{{ v }}").render(v=HOSTILE)


def _de_jinja(app, texte: str, valeur: object) -> str:
    """The same by Flask's own environment."""
    return Gabarits.__base__(app, autoescape=True).from_string(texte).render(v=valeur)
