"""The house as it was drawn: floors that look down, rooms where expected, one place for each thing."""

import ast
import fnmatch
import re
import sys
from pathlib import Path

import pytest

from tests.sources import RACINE, arbre, imports, modules, nom

GABARITS = sorted((RACINE / "portail/templates").rglob("*.html"))


def racine(module: str) -> str:
    return module.split(".")[0]


def du_portail(chemin: Path) -> set[str]:
    return {module for module in imports(chemin) if racine(module) == "portail"}


def hors_de(permis: tuple[str, ...], importes: set[str]) -> set[str]:
    """The imports that are none of these, nor inside one of them."""
    return {
        m for m in importes if m != "portail" and not any(m == p or m.startswith(f"{p}.") for p in permis)
    }


# ——— floors: views → domain → models → workflows ———


def test_the_state_machines_stand_on_the_standard_library_alone():
    assert {racine(m) for m in imports(RACINE / "machine.py")} <= sys.stdlib_module_names
    assert {racine(m) for m in imports(RACINE / "workflows.py")} <= sys.stdlib_module_names | {"machine"}


def test_the_tables_know_the_state_machines_and_nothing_above():
    permis = sys.stdlib_module_names | {"peewee", "playhouse", "workflows"}
    assert {racine(m) for m in imports(RACINE / "models.py")} <= permis


def test_the_clock_and_the_words_know_nothing_above():
    assert du_portail(RACINE / "portail/clock.py") == set()
    assert hors_de(("portail.clock",), du_portail(RACINE / "portail/mots.py")) == set()
    for fichier in ("portail/clock.py", "portail/mots.py"):
        assert {racine(m) for m in imports(RACINE / fichier)} <= sys.stdlib_module_names | {"portail"}


WEB = {"flask", "flask_login", "flask_wtf", "flask_compress", "wtforms", "werkzeug", "jinja2"}


@pytest.mark.parametrize("chemin", modules("portail/domain", "portail/demo"), ids=nom)
def test_the_domain_knows_neither_the_web_nor_the_floors_above(chemin: Path):
    assert {racine(m) for m in imports(chemin)} & WEB == set()
    permis = ("portail.domain", "portail.clock", "portail.mots")
    if nom(chemin).startswith("portail/demo/"):
        permis += ("portail.demo",)
    assert hors_de(permis, du_portail(chemin)) == set()


@pytest.mark.parametrize("chemin", modules("portail/forms"), ids=nom)
def test_a_form_knows_the_domain_and_no_view(chemin: Path):
    permis = ("portail.domain", "portail.forms", "portail.clock", "portail.mots")
    assert hors_de(permis, du_portail(chemin)) == set()


def test_nobody_below_knows_a_view():
    for chemin in modules("portail", "models.py", "workflows.py", "machine.py"):
        if not nom(chemin).startswith(("portail/views/", "portail/__init__.py")):
            assert not any(m.startswith("portail.views") for m in imports(chemin)), nom(chemin)


def test_nothing_that_runs_knows_the_tests():
    for chemin in modules("portail", "models.py", "workflows.py", "machine.py", "migrations", "outils"):
        assert not {racine(m) for m in imports(chemin)} & {"tests", "e2e", "pytest"}, nom(chemin)


# ——— a view loads, calls, renders ———

REQUETES = {
    "select",
    "get_or_none",
    "get_by_id",
    "execute",
    "execute_sql",
    "insert",
    "update",
    "delete",
    "save",
}


@pytest.mark.parametrize("chemin", modules("portail/views"), ids=nom)
def test_a_view_never_queries_and_never_opens_a_transaction(chemin: Path):
    assert not {racine(m) for m in imports(chemin)} & {"peewee", "playhouse"}
    assert not {"models.db", "models.write_transaction", "models.verrouiller"} & set(imports(chemin))
    tables = {m.removeprefix("models.") for m in imports(chemin) if m.startswith("models.")}
    fautes = [
        ast.unparse(n)
        for n in ast.walk(arbre(chemin))
        if isinstance(n, ast.Attribute) and n.attr in REQUETES and racine(ast.unparse(n.value)) in tables
    ]
    assert fautes == []


@pytest.mark.parametrize("chemin", modules("portail/views"), ids=nom)
def test_a_view_holds_in_fifteen_lines_and_what_helps_it_in_twenty(chemin: Path):
    fonctions = [f for f in ast.walk(arbre(chemin)) if isinstance(f, ast.FunctionDef)]
    longues = {f.name: _lignes(f) for f in fonctions if _lignes(f) > (15 if f.decorator_list else 20)}
    assert longues == {}


def _lignes(fonction: ast.FunctionDef) -> int:
    """How many lines the body has, without what explains it."""
    corps = fonction.body[1:] if ast.get_docstring(fonction) else fonction.body
    return (fonction.end_lineno or 0) - corps[0].lineno + 1


# ——— one place for each thing ———

UN_SEUL_ENDROIT = {
    r"\b(datetime\.now|utcnow|datetime\.today|date\.today|time\.time)\(": ("portail/clock.py",),
    r"\bos\.(environ|getenv)": ("portail/config.py", "portail/__init__.py"),  # the one hands it to the other
    r"[\"'](HX|Hx|hx)-[A-Z]": ("portail/htmx.py",),
}
"""A pattern, and the only files that may hold it: the clock, the environment, htmx's headers."""


@pytest.mark.parametrize("motif", UN_SEUL_ENDROIT)
def test_each_thing_has_one_place(motif):
    trouves = {
        nom(chemin)
        for chemin in modules("portail", "models.py", "workflows.py", "machine.py")
        if re.search(motif, chemin.read_text(encoding="utf-8"))
    }
    assert trouves <= set(UN_SEUL_ENDROIT[motif])


# ——— templates ———

INTERDITS = {
    "the escaping is never turned off": r"\|\s*safe\b|autoescape|Markup\(",
    "no inline style": r"<style\b|\sstyle\s*=",
    "no inline script": r"<script\b(?![^>]*\ssrc=)|javascript:",
    "no inline handler": r"\s(on[a-z]+|hx-on[\w:.-]*)\s*=",
    "no eval by htmx": r"\b(js|javascript):|hx-vals\s*=\s*[\"']js|hx-trigger\s*=\s*[\"'][^\"']*\[",
    "a template never queries": r"\.(select|where|get_or_none|get_by_id|execute)\(",
    "no file of another host": r"(src|href)\s*=\s*[\"'](https?:)?//",
}


@pytest.mark.parametrize("regle", INTERDITS)
def test_templates_obey_the_content_security_policy_and_their_floor(regle):
    fautes = [
        f"{nom(chemin)}: {trouve.group().strip()}"
        for chemin in GABARITS
        for trouve in re.finditer(INTERDITS[regle], _sans_commentaires(chemin))
    ]
    assert fautes == []


def _sans_commentaires(chemin: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", chemin.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_scripts_of_our_own_stay_short_and_build_no_code():
    """`app.js` is on every page; the others each on the page that they are for."""
    notres = list((RACINE / "portail/static").glob("*.js"))
    longueurs = {js.name: len(js.read_text(encoding="utf-8").splitlines()) for js in notres}
    assert set(longueurs) == {"app.js", "file.js", "pointage.js", "pointage-sw.js"}
    assert longueurs["app.js"] < 100 and longueurs["file.js"] <= 80
    # The one page that works without a network: beside its script, what keeps it on the device.
    assert longueurs["pointage.js"] + longueurs["pointage-sw.js"] <= 150
    for js in notres:
        assert not re.search(
            r"\beval\(|new Function|innerHTML|document\.write", js.read_text(encoding="utf-8")
        )


# ——— rooms ———

HAUT = {
    "portail", "models.py", "workflows.py", "machine.py", "tests", "e2e", "migrations", "bench", "deploy",
    "docs", "outils",
    "requirements.txt", "requirements-pdf.txt", "requirements-dev.txt", "requirements-securite.txt",
    "pyproject.toml", "Makefile",
    "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", ".git",
}  # fmt: skip


def test_the_top_level_holds_what_the_house_says_and_nothing_else():
    lignes = (RACINE / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignores = [ligne.strip("/") for ligne in lignes if ligne and not ligne.startswith("#")]
    presents = {
        chemin.name
        for chemin in RACINE.iterdir()
        if not any(fnmatch.fnmatch(chemin.name, motif) for motif in ignores)
    }
    assert presents <= HAUT
    assert {"portail", "models.py", "workflows.py", "tests", "requirements.txt"} <= presents
    assert {"views", "templates", "static", "domain"} <= {c.name for c in (RACINE / "portail").iterdir()}


def test_no_file_is_longer_than_four_hundred_lines():
    chemins = [
        *modules("portail", "workflows.py", "machine.py", "tests", "e2e", "outils", "bench"),
        *GABARITS,
    ]
    longueurs = {nom(c): len(c.read_text(encoding="utf-8").splitlines()) for c in chemins}
    assert {fichier: n for fichier, n in longueurs.items() if n > 400} == {}


def test_no_test_is_put_aside():
    for chemin in modules("tests", "e2e"):
        texte = chemin.read_text(encoding="utf-8")
        assert not re.search(r"mark\.(skip|skipif|xfail)|pytest\.(skip|xfail|importorskip)\(", texte), nom(
            chemin
        )
