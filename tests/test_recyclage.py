"""A database that serves again is the template to the row, whatever the test before has done."""

import psycopg
import pytest

from tests.garanties.empreinte import Contenu

ROWS = {
    "a row more": "INSERT INTO lieu (nom, adresse, ecole) VALUES ('Ailleurs', '', false)",
    "a row changed": "UPDATE enfant SET prenom = 'Autre'",
    "rows less": "DELETE FROM preinscription",
    "a number drawn for nothing": "SELECT nextval('lieu_id_seq')",
    "all of it": "TRUNCATE seance, reservation, ligne, jour_voulu RESTART IDENTITY CASCADE",
    "the journal": "INSERT INTO evenement (quand, acte, objet, objet_id, de, vers, detail)"
    " VALUES (now(), 'noter', 'note', 1, '', '', '')",
}
MORE_THAN_ROWS = {
    "a column": "ALTER TABLE enfant ALTER COLUMN prenom TYPE text",
    "no trigger": "DROP TRIGGER evenement_sans_update ON evenement",
    "a trigger that sleeps": "ALTER TABLE evenement DISABLE TRIGGER evenement_sans_update",
    "an index": "CREATE INDEX un_index ON enfant (prenom)",
    "statistics": "ANALYZE enfant",
    "a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "too many rows": "INSERT INTO lieu (nom, adresse, ecole)"
    " SELECT n || ' rue', '', false FROM generate_series(1, 3000) n",
}


def tout(postgres, nom: str) -> Contenu:
    """Every row, every sequence, and how each table is made."""
    with psycopg.connect(postgres.url(nom)) as c:
        tables = [t for (t,) in c.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        contenu = {t: c.execute(f'SELECT t::text FROM "{t}" t').fetchall() for t in sorted(tables)}
        suites = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        colonnes = (
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        )
        objets = "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
        objets += " UNION SELECT indexname, '' FROM pg_indexes WHERE schemaname = 'public'"
        objets += " UNION SELECT proname, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        objets += " UNION SELECT starelid::regclass::text, '' FROM pg_statistic WHERE starelid >= 16384"
        contenu |= {q: sorted(c.execute(q).fetchall()) for q in (suites, colonnes, objets)}
    return contenu


@pytest.mark.parametrize("quoi", [*ROWS, *MORE_THAN_ROWS])
def test_whatever_a_test_did_the_next_one_has_the_template(postgres, modele_postgres, quoi):
    ordre = (ROWS | MORE_THAN_ROWS)[quoi]
    bases, voulu = postgres.bases, tout(postgres, modele_postgres)
    nom = bases.prendre(modele_postgres)
    assert tout(postgres, nom) == voulu
    with psycopg.connect(postgres.url(nom)) as c:
        c.execute(ordre)
    assert quoi == "statistics" or tout(postgres, nom) != voulu, "the comparison sees it"
    bases.rendre(nom)
    suivante = bases.prendre(modele_postgres)
    assert tout(postgres, suivante) == voulu
    bases.rendre(suivante)


@pytest.mark.parametrize("quoi", ROWS)
def test_the_same_database_serves_again_when_only_rows_have_changed(postgres, modele_postgres, quoi):
    nom = postgres.bases.prendre(modele_postgres)
    with psycopg.connect(postgres.url(nom)) as c:
        c.execute(ROWS[quoi])
    postgres.bases.rendre(nom)
    suivante = postgres.bases.prendre(modele_postgres)
    assert (suivante == nom) == (quoi != "all of it")  # a table truncated has another file
    postgres.bases.rendre(suivante)


def test_whoever_was_left_connected_is_sent_away(postgres, modele_postgres):
    nom = postgres.bases.prendre(modele_postgres)
    with psycopg.connect(postgres.url(nom)) as oublie:
        oublie.execute("UPDATE enfant SET prenom = 'Autre'")
        postgres.bases.rendre(nom)
        with pytest.raises(psycopg.OperationalError):
            oublie.execute("SELECT 1")
