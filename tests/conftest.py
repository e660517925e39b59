"""Fixtures: both engines, a database made from a template for each test, the small named world, the app."""

import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache, StrictUndefined

import models
from models import db
from portail import clock, create_app
from portail.config import Config
from portail.domain import reglages
from tests import memoire
from tests import monde as le_monde
from tests.formulaires import entrer
from tests.postgres import TempPostgres
from tests.repetitions import EN_ENTIER, FAUTES

settings.register_profile("portail", deadline=None)  # how long one example takes is the machine's affair
settings.load_profile("portail")
memoire.y_mettre_les_dossiers_de_pytest()
gc.set_threshold(50_000, 20, 50)  # a page read by bs4 is many small objects: a tenth of the time goes there

BON_MARCHE = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _fonder(url: str) -> None:
    db.initialize(models.ouvrir(url))
    with db.connection_context(), clock.figer(le_monde.MAINTENANT):
        models.creer_tables()
        le_monde.fonder(BON_MARCHE.hash)
    fermer()


def fermer() -> None:
    """Close every connection of the current database."""
    getattr(db.obj, "close_all", db.obj.close)()


@pytest.fixture(scope="session")
def postgres():
    """One PostgreSQL server for the session (of one worker)."""
    with TempPostgres() as serveur:
        yield serveur


@pytest.fixture(scope="session")
def modele_sqlite(tmp_path_factory):
    chemin = tmp_path_factory.mktemp("modele") / "monde.sqlite3"
    _fonder(f"sqlite:///{chemin}")
    return chemin


@pytest.fixture(scope="session")
def modele_postgres(postgres):
    postgres.create("monde")
    _fonder(postgres.url("monde"))
    return "monde"


MOTEURS = ("sqlite", "postgresql")
MOTEURS_DES_PARCOURS = MOTEURS if EN_ENTIER else ("postgresql",)
"""Under the long ways of `e2e`, whose other tests have SQLite."""


@contextmanager
def base_neuve(moteur: str, request, tmp_path) -> Iterator[str]:
    """The URL of a fresh database that holds the world, on this engine."""
    if moteur == "sqlite":
        chemin = tmp_path / "portail.sqlite3"
        shutil.copyfile(request.getfixturevalue("modele_sqlite"), chemin)
        yield f"sqlite:///{chemin}"
        return
    serveur = request.getfixturevalue("postgres")
    nom = serveur.bases.prendre(request.getfixturevalue("modele_postgres"))
    yield serveur.url(nom)
    serveur.bases.rendre(nom)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc) -> None:
    """What a test reads on pages, it reads on one engine by day, half of them on each; on both by night.
    So are the faults, and what is played at length.

    What differs between the engines is asked of both, always: the acts, the races, the schema, the plans of
    the queries, and whatever may be sent in a field (`@pytest.mark.deux_moteurs`).
    """
    if EN_ENTIER or FAUTES or "url_de_base" not in metafunc.fixturenames or _dit_son_moteur(metafunc):
        return
    ici = metafunc.definition
    ou = {ici.path.parent.name, ici.path.stem}
    sur_les_deux = ou & SUR_LES_DEUX_MOTEURS or ici.get_closest_marker("deux_moteurs")
    if ou & SUR_UN_MOTEUR or ("app" in metafunc.fixturenames and not sur_les_deux):
        moteur = MOTEURS[crc32(ici.originalname.encode()) % len(MOTEURS)]
        ici.add_marker(pytest.mark.parametrize("url_de_base", [moteur], indirect=True))


SUR_UN_MOTEUR = {"fautes", "sequences", "test_portes", "test_proprietes"}
"""The long plays too: what they play is asked of both elsewhere, act by act."""
SUR_LES_DEUX_MOTEURS = {"courses", "test_index"}


def _dit_son_moteur(metafunc) -> bool:
    marques = metafunc.definition.iter_markers("parametrize")
    return any("url_de_base" in str(marque.args[0]) for marque in marques)


@pytest.fixture(params=MOTEURS)
def url_de_base(request, tmp_path):
    """The URL of a fresh database that holds the world, on each engine in turn."""
    with base_neuve(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def base(url_de_base, request):
    """The database, open, the clock stopped at the world's « now »."""
    db.initialize(models.ouvrir(url_de_base))
    pool = db.obj
    bases = request.getfixturevalue("postgres").bases if models.moteur() == "postgresql" else None
    if bases:
        bases.confier(pool, nom_de_la_base(url_de_base))
    with clock.figer(le_monde.MAINTENANT):
        db.connect()
        yield db
    if bases and db.obj is pool:
        bases.garder(pool, nom_de_la_base(url_de_base))
    fermer()


def nom_de_la_base(url: str) -> str:
    """Of PostgreSQL, by its URL."""
    return url.split("/")[3].split("?")[0]


@pytest.fixture
def monde(base):
    """The small named world, in a fresh database, on each engine in turn."""
    return le_monde.Monde()


CLE_SECRETE = "une-cle-de-test-Zk3v9QpLr7Xw2BnTy5Ghs8Jd"
CLES = ("Kc8kq1yT0m7W3sV9bXz2Jr5Lh6Nf4Pd0AaEeIiOoUuY=",)
ADRESSE = "http://localhost"


# So that an act of the domain seals and links the same whether or not a test made an application before it.
reglages.poser(reglages.Reglages(ADRESSE, CLE_SECRETE.encode(), BON_MARCHE, CLES, second_facteur=False))


def config_de_test(url: str, **changements) -> Config:
    """The settings of a test: the cheapest hash, a fixed key."""
    return Config(
        **{
            "base_url": ADRESSE,
            "cle_secrete": CLE_SECRETE,
            "cles": CLES,
            "url_base": url,
            "smtp": None,
            "demo": True,
            "hacheur": BON_MARCHE,
            **changements,
        }
    )


GABARITS_COMPILES = FileSystemBytecodeCache()
"""The templates, compiled once for every worker and for the application of each browser test."""


@pytest.fixture(scope="session")
def application():
    """The application, made once: its routes take longer to compile than most tests to run."""
    application = create_app(config_de_test("sqlite:///:memory:"))
    application.jinja_env.bytecode_cache = GABARITS_COMPILES
    application.jinja_env.undefined = StrictUndefined
    application.testing = True
    return application, dict(application.config), reglages.lire()


@pytest.fixture
def app(application, base, url_de_base):
    """The application on the world's database, as if made for this test; an undefined word is an error."""
    app, configuration, ses_reglages = application
    app.config.clear()
    app.config.update(configuration)
    app.extensions["portail"] = config_de_test(url_de_base)
    reglages.poser(ses_reglages)
    return app


@pytest.fixture
def client(app):
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def connexion(app):
    """`connexion(monde.claire)`: a browser in which this person has signed in. The form: tests/comptes/."""

    def ouvrir(compte):
        navigateur = app.test_client()
        entrer(navigateur, compte.email)
        return navigateur

    return ouvrir
