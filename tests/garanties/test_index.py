"""No page reads a whole table that grows with the years: its queries go through an index, on both engines."""

import contextlib
import json
import re
from collections.abc import Iterator

import pytest

import models
from models import TABLES, db
from tests.garanties.gens import HTMX, Gens
from tests.garanties.route import Route
from tests.garanties.volume import grossir
from tests.repetitions import EN_ENTIER

GRANDES = {
    "reservation",
    "seance",
    "evenement",
    "ligne",
    "demande",
    "courriel",
    "session_ouverte",
    "preinscription",
    "jour_voulu",
    "message",
    "document",
    "presence",
    "pointage",
    "note_interne",
    "facture",
    "ligne_de_facture",
    "solde",
    "reglement",
    "imputation",
    "paiement",
    "facture_du_paiement",
    "prelevement",
    "relance",
    "contestation",
}
"""The tables that grow with the years. The others count as many rows as there are families, at most."""

TOUTE_LA_VILLE = ("campagnes.apercevoir", "campagnes.emettre")
"""What goes through every family by nature, a slice at a time and a second at most."""

TOUTES_LES_TRAITEES = re.compile(r'COUNT\(.*"agent_id" IS NOT NULL.*annulee')
"""The number on the tab « Traitées »: all the demandes ever answered, counted one by one on SQLite."""

LES_PREMIERES = re.compile(
    r'SELECT (?!DISTINCT)[^()]* FROM "\w+" AS "t1" ORDER BY "t1"."id"(?: DESC)? LIMIT (?:\?|%s|\d+)'
)
"""The first rows of a table in the order of its primary key: as many are read as the limit says."""

SANS_CELLES_QUI_PARCOURENT = " ".join(
    f"-c enable_{noeud}=off" for noeud in ("seqscan", "mergejoin", "hashjoin")
)
"""The tables are still small for PostgreSQL, which then rather walks them: what is asked is whether an index
can serve, alone and in a join."""

Requete = tuple[str, tuple]


@contextlib.contextmanager
def requetes_notees(monkeypatch) -> Iterator[list[Requete]]:
    """The queries that are made meanwhile, with their values."""
    faites: list[Requete] = []
    executer = db.obj.execute_sql

    def noter(requete, valeurs=None, *autres, **options):
        if re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)", requete):
            faites.append((requete, tuple(valeurs or ())))
        return executer(requete, valeurs, *autres, **options)

    with monkeypatch.context() as pendant:
        pendant.setattr(db.obj, "execute_sql", noter)
        yield faites


def tables_lues_en_entier(requete: str, valeurs: tuple) -> set[str]:
    """The tables of which the engine would read every row, or every entry of an index, to answer this."""
    if LES_PREMIERES.fullmatch(requete):
        return set()
    if models.moteur() == "sqlite":
        return set(_en_entier_sqlite(requete, valeurs))
    explication = db.execute_sql(f"EXPLAIN (FORMAT JSON) {requete}", valeurs).fetchone()[0]
    plans = json.loads(explication) if isinstance(explication, str) else explication
    return set(_en_entier_postgres(plans[0]["Plan"], index_partiels()))


def plan(requete: str, valeurs: tuple) -> str:
    """How the engine would answer, for whoever reads a failure."""
    explique = "EXPLAIN QUERY PLAN" if models.moteur() == "sqlite" else "EXPLAIN"
    etapes = db.execute_sql(f"{explique} {requete}", valeurs).fetchall()
    return "\n".join(str(etape[-1]) for etape in etapes)


def _en_entier_sqlite(requete: str, valeurs: tuple) -> Iterator[str]:
    alias = {nom: table for table, nom in re.findall(r'"(\w+)" AS "(\w+)"', requete)}
    partiels = index_partiels()
    for *_, etape in db.execute_sql(f"EXPLAIN QUERY PLAN {requete}", valeurs).fetchall():
        lue = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", etape)
        if lue and lue[2] not in partiels:
            yield str(alias.get(lue[1], lue[1]))


def _en_entier_postgres(plan: dict, partiels: set[str]) -> Iterator[str]:
    sans_condition = "Index Cond" not in plan and plan.get("Index Name") not in partiels
    if plan["Node Type"] == "Seq Scan" or (plan["Node Type"].startswith("Index") and sans_condition):
        yield plan["Relation Name"]
    if plan["Node Type"] == "Bitmap Index Scan" and sans_condition:
        yield plan["Index Name"]
    for suite in plan.get("Plans", []):
        yield from _en_entier_postgres(suite, partiels)


def index_partiels() -> set[str]:
    """The indexes of the rows that wait: read from end to end, they are short."""
    if models.moteur() == "sqlite":
        requete = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%% WHERE %%'"
    else:
        requete = "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%% WHERE %%'"
    return {nom for (nom,) in db.execute_sql(requete).fetchall()}


def par_les_index() -> None:
    """From now on PostgreSQL takes an index wherever one can serve."""
    if models.moteur() == "postgresql":
        db.obj.connect_params["options"] += f" {SANS_CELLES_QUI_PARCOURENT}"
        db.obj.close_all()
        db.connect()


@pytest.fixture
def gens(carte, connexion):
    grossir()
    par_les_index()
    return Gens(carte, connexion)


def requetes_de(route: Route, variante: int, gens: Gens, monkeypatch) -> set[Requete]:
    """The queries of a page and of a piece of it, without any filter then with them all."""
    appels = [
        gens.appel(route, variante, filtres, headers=entetes)
        for filtres in (False, True)
        for entetes in ({}, HTMX)
    ]
    with requetes_notees(monkeypatch) as faites:
        for appel in appels:
            with appel() as reponse:
                assert reponse.status_code < 500
    return set(faites)


def test_no_route_reads_a_table_that_grows_from_end_to_end(carte, gens, monkeypatch):
    fautes, vues, connues = {}, 0, set()
    for route in carte.routes():
        if route.endpoint in ("static", "demo.courriels_ecrits", *TOUTE_LA_VILLE):
            continue  # the mails are all on one page in the demonstration only
        for variante in range(len(carte.corps(route))):
            requetes = requetes_de(route, variante, gens, monkeypatch)
            vues += len(requetes)
            db.connect(reuse_if_open=True)
            for requete, valeurs in sorted(requetes, key=repr):
                cle = (requete, valeurs if EN_ENTIER else ())  # by day, a query is explained once
                if cle in connues:  # each page asks who is there, in which town
                    continue
                connues.add(cle)
                permises = {"demande"} if TOUTES_LES_TRAITEES.search(requete) else set()
                if entieres := (tables_lues_en_entier(requete, valeurs) & GRANDES) - permises:
                    fautes[f"{route} {sorted(entieres)}\n{requete}\n{valeurs}\n{plan(requete, valeurs)}"] = (
                        None
                    )
    assert vues > 100
    assert not fautes, "\n\n".join(fautes)


def test_what_goes_is_not_looked_for_in_a_whole_table_that_grows(monde):
    """The engine itself looks for whoever names a row that is deleted, by each foreign key."""
    par_les_index()
    fautes = [
        f"{table._meta.table_name}.{cle.column_name}"
        for table in TABLES
        if table._meta.table_name in GRANDES
        for cle in table._meta.refs
        if tables_lues_en_entier(*table.select(table.id).where(cle == 1).sql())
    ]
    assert not fautes


def test_a_query_without_an_index_is_seen_and_a_limit_spares_the_table_in_the_order_of_its_key_alone(gens):
    assert tables_lues_en_entier('SELECT "t1"."id" FROM "ligne" AS "t1" WHERE "t1"."motif" = \'x\'', ()) == {
        "ligne"
    }
    assert tables_lues_en_entier('SELECT "t1"."motif" FROM "ligne" AS "t1" WHERE "t1"."id" = 1', ()) == set()
    tout, par_cle = 'SELECT "t1"."motif" FROM "ligne" AS "t1"', 'ORDER BY "t1"."id" DESC LIMIT 1'
    assert tables_lues_en_entier(f"{tout} {par_cle}", ()) == set()
    for requete in (
        f'{tout} WHERE "t1"."motif" = \'x\' {par_cle}',
        f'{tout} ORDER BY "t1"."motif" LIMIT 1',
        f'{tout} GROUP BY "t1"."motif", "t1"."id" {par_cle}',
        f"{tout} {par_cle} OFFSET 100000",
    ):
        assert tables_lues_en_entier(requete, ()) == {"ligne"}, requete
