"""Tables, constraints, field types; owns `db`, `write_transaction()` and `verrouiller()`. No act lives here.

Two engines, one code: SQLite (WAL, `synchronous=FULL`, `BEGIN IMMEDIATE`) and PostgreSQL (psycopg 3, pooled,
READ COMMITTED with `SELECT … FOR UPDATE`). The database has the last word: UNIQUE, CHECK, foreign keys.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from peewee import (
    SQL,
    AutoField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    DatabaseProxy,
    DateField,
    DateTimeField,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
    TimeField,
)
from playhouse.db_url import parse
from playhouse.postgres_ext import PooledPsycopg3Database

import workflows as w

db = DatabaseProxy()

M = TypeVar("M", bound=Model)

# ——— engines, transactions, locks ———


SANS_S_ATTARDER = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server whose machine is gone says nothing: after so many seconds the next one of the address is asked;
after so many more a connection that nobody answers is given up. TCP alone would wait a quarter of an hour."""


LUS_EN_PLACE = 1 << 30
"""Of an SQLite file, how many bytes are read where the system keeps them, by all threads and processes alike.

Else each connection copies what it reads into two megabytes of its own: in a town of 20,000 (1.4 GB) a month
of planning reads most of its pages again. Writes go as before.
"""


def ouvrir(url: str, connexions: int = 66):
    """The database of `url` (`sqlite:///…` or `postgresql://…`), not yet connected.

    SQLite keeps one plain connection a thread (a pool hands a connection to another thread, which sqlite3
    refuses). PostgreSQL is pooled: at most `connexions` a process, opened as threads ask for them
    (`servir` has 64 threads at most), and a request waits 5 s for one.
    """
    if url.startswith("sqlite:"):
        return SqliteDatabase(
            parse(url)["database"],
            lock_type="IMMEDIATE",
            timeout=10,
            pragmas={
                "journal_mode": "wal",
                "foreign_keys": 1,
                "synchronous": 2,
                "busy_timeout": 10_000,
                "mmap_size": LUS_EN_PLACE,
            },
        )
    if url.startswith(("postgresql:", "postgres:")):
        return PooledPsycopg3Database(
            **SANS_S_ATTARDER | parse(url, unquote_password=True, unquote_user=True),
            max_connections=connexions,
            stale_timeout=300,
            timeout=5,
            options="-c timezone=UTC -c lock_timeout=3000 -c statement_timeout=15000"
            " -c idle_in_transaction_session_timeout=30000",
        )
    raise ValueError("PORTAIL_DATABASE_URL doit commencer par sqlite:/// ou postgresql://")


_ecrites: ContextVar[int] = ContextVar("ecrites", default=0)


@contextmanager
def write_transaction(prealable: bool = False) -> Iterator[None]:
    """The transaction of one act: all of it is written, or nothing. Refuses to nest.

    A nested `atomic()` would only be a savepoint, without the lock that `BEGIN IMMEDIATE` takes on SQLite.
    `prealable`: what comes before the act, an attempt counted, a password given again. Should the act fail
    after it, nothing of what was asked is written, and so it is said.
    """
    if db.in_transaction():
        raise RuntimeError("write_transaction() must not nest: one act, one transaction")
    with db.atomic():
        yield
        if not prealable:
            _ecrites.set(
                _ecrites.get() + 1
            )  # before the commit: even if its answer is lost, it may be written


def ecrites() -> int:
    """How many acts this thread brought to their end: an error told after one must not deny it."""
    return _ecrites.get()


def verrouiller(modele: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Lock rows before checking what they limit, once a transaction, in id order; gives them as they now are.

    On SQLite the transaction itself is the lock. Order across tables, always: Seance, then Demande.
    """
    if not db.in_transaction():
        raise RuntimeError("a lock outside a transaction locks nothing")
    voulus = sorted(set(ids))
    if not voulus:
        return {}
    return {ligne.id: ligne for ligne in _lues(modele, voulus, verrou=True)}


# ——— SQL written once: peewee takes longer to write it than the base to answer it ———

LONGUEUR = 200
"""Up to how many ids the SQL of a reading is kept."""
TELS_QUELS = (AutoField, CharField, ForeignKeyField, IntegerField, SmallIntegerField, TextField)
"""Fields whose values both engines give as Python has them."""
RETENUS = (BooleanField, DateField, DateTimeField, TimeField)
"""Fields of which a value, once read, is remembered; never what is kept sealed."""


def _lues(modele: type[M], ids: list[int], verrou: bool = False) -> Iterator[M]:
    """The rows of these ids, in their order."""
    la_table: Any = modele
    ecrire = _lecture if len(ids) <= LONGUEUR else _lecture.__wrapped__
    rangees = db.execute_sql(ecrire(la_table, len(ids), verrou, moteur()), ids).fetchall()
    a_convertir = _conversions(la_table)
    return (objet(modele, convertir(rangee, a_convertir)) for rangee in rangees)


Conversions = list[tuple[int, Callable[[Any], Any]]]
"""The columns of a row that are not as Python has them, by their rank, and what makes them so."""
_retenir: Any = lru_cache(1024)


def conversions(champs: Iterable[Any]) -> Conversions:
    """How rows of these columns are converted, each as its field does; the same text once."""
    return [
        (rang, _retenir(champ.python_value) if isinstance(champ, RETENUS) else champ.python_value)
        for rang, champ in enumerate(champs)
        if isinstance(champ, Field) and type(champ) not in TELS_QUELS
    ]


def convertir(rangee: tuple, ainsi: Conversions) -> tuple:
    lue = list(rangee)
    for rang, conversion in ainsi:
        lue[rang] = conversion(lue[rang])
    return tuple(lue)


def objet(modele: type[M], valeurs: Sequence[Any]) -> M:
    """The row of these values, one for each field, as if peewee had read it: nothing of it is to be saved."""
    lu = modele(__no_default__=1, **dict(zip(modele._meta.sorted_field_names, valeurs, strict=True)))
    lu._dirty.clear()
    return lu


@lru_cache(128)
def _conversions(modele: type[Model]) -> Conversions:
    return conversions(modele._meta.sorted_fields)


@lru_cache(512)
def _lecture(modele: type[Model], combien: int, verrou: bool, moteur: str) -> str:
    requete = modele.select().where(modele._meta.primary_key.in_([0] * combien))
    requete = requete.order_by(modele._meta.primary_key)
    if verrou and db.obj.for_update:
        # enough against any other writer of the row, and no bar to the foreign keys that point to it
        requete = requete.for_update("FOR NO KEY UPDATE")
    return requete.sql()[0]


@lru_cache(128)
def _insertion(modele: type[Model], moteur: str) -> tuple[str, list[Field]]:
    """How a row is inserted whose id the base chooses, and the fields whose values it takes."""
    champs = [champ for champ in modele._meta.sorted_fields if not champ.primary_key]
    colonnes = ", ".join(f'"{champ.column_name}"' for champ in champs)
    trous = ", ".join(["?" if moteur == "sqlite" else "%s"] * len(champs))
    rendre = ' RETURNING "id"' if moteur == "postgresql" else ""
    return f'INSERT INTO "{modele._meta.table_name}" ({colonnes}) VALUES ({trous}){rendre}', champs


# ——— field types ———


class UTCDateTimeField(DateTimeField):
    """Aware instants in Python, naive UTC in the column: the same value on SQLite and PostgreSQL."""

    def db_value(self, value):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return super().db_value(value.astimezone(dt.UTC).replace(tzinfo=None))

    def python_value(self, value):
        value = super().python_value(value)
        return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


@dataclass(frozen=True)
class Delai:
    """A deadline, as data: until when a séance can be booked, or an absence declared.

    `genre` says how to count: `jours` (n days before), `ouvres` (n working days before: neither Saturday,
    Sunday, bank holiday nor closure), `semaine` (weekday `nombre`, 0 = Monday, of the week before).
    `heure` is the civil hour in Europe/Paris at which it falls.
    """

    genre: str
    nombre: int
    heure: dt.time

    GENRES = ("jours", "ouvres", "semaine")

    def __post_init__(self) -> None:
        if self.genre not in self.GENRES or not 0 <= self.nombre <= (6 if self.genre == "semaine" else 60):
            raise ValueError(f"délai inconnu : {self.genre} {self.nombre}")


class DelaiField(CharField):
    """A :class:`Delai` in one readable column: « ouvres 2 12:00 »."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=20, **kwargs)

    def db_value(self, value):
        if isinstance(value, Delai):
            return f"{value.genre} {value.nombre} {value.heure:%H:%M}"
        return value

    def python_value(self, value):
        if value is None or isinstance(value, Delai):
            return value
        genre, nombre, heure = value.split()
        return Delai(genre, int(nombre), dt.time.fromisoformat(heure))


def normaliser(texte: str) -> str:
    """How names are searched and sorted on both engines: no accents, no case, single spaces.

    `lower('ÉCOLE')` leaves É on SQLite, and both engines sort « Élise » after « Zoé »: hence a column.
    """
    decompose = unicodedata.normalize("NFKD", texte).casefold()
    return " ".join("".join(c for c in decompose if not unicodedata.combining(c)).replace("’", "'").split())


def numero_de_demande(ident: int, deposee_le: dt.datetime) -> str:
    """« 2026-1184 »: the year is that of the calendar in France, also at half past midnight on 1 January."""
    return f"{deposee_le.astimezone(ZoneInfo('Europe/Paris')).year}-{ident}"


def _dans(colonne: str, codes: Iterable[str]) -> Check:
    return Check("{} IN ({})".format(colonne, ", ".join(f"'{code}'" for code in codes)))


# ——— tables ———


class Modele(Model):
    class Meta:
        database = db
        only_save_dirty = True
        legacy_table_names = False

    @classmethod
    def get_by_id(cls, pk):
        """The row of this id; `DoesNotExist`."""
        ligne = next(iter(_lues(cls, [pk])), None)
        if ligne is None:
            raise cls.DoesNotExist(f"no {cls.__name__} of id {pk}")
        return ligne

    @classmethod
    def create(cls, **query):
        """A row made of these values, and of the defaults of the others."""
        neuf = cls(**query)
        if not cls._meta.auto_increment or neuf.id is not None:
            neuf.save(force_insert=True)
            return neuf
        ordre, champs = _insertion(cls, moteur())
        curseur = db.execute_sql(ordre, [champ.db_value(neuf.__data__.get(champ.name)) for champ in champs])
        neuf.id = curseur.lastrowid if moteur() == "sqlite" else curseur.fetchone()[0]
        neuf._dirty.clear()
        return neuf


class Ville(Modele):
    """The town, one row: what it puts of itself on the portal. Edited by the town, never guessed."""

    nom = CharField(max_length=100)
    zone = CharField(max_length=1)
    """School zone: A, B or C (code de l'éducation, art. D521-1 and the yearly decree)."""
    teinte = SmallIntegerField(default=232)
    """Hue of the accent colour, 0 to 360; lightness and chroma are ours, so contrast holds."""
    guichet = CharField(max_length=100, default="Guichet Familles")
    adresse = CharField(max_length=200, default="")
    horaires = CharField(max_length=200, default="")
    telephone = CharField(max_length=30, default="")
    courriel = CharField(max_length=254)
    champs_automatiques = TextField(default="")
    """Fields of the family file that the town accepts by itself: « responsable.telephone enfant.classe »."""
    places_en_niveau = BooleanField(default=False)
    """Whether families read « dernières places » rather than how many there are."""
    logo = CharField(max_length=64, default="")
    """SHA-256 of the picture (`LogoDeVille`), hexadecimal: part of its address; empty: the town has none."""
    signature = TextField(default="")
    """How the mails to families end, in the town's words; empty: the guichet, its phone, its hours."""

    class Meta:
        constraints = [Check("id = 1"), _dans("zone", "ABC"), Check("teinte BETWEEN 0 AND 360")]


class LogoDeVille(Modele):
    """The town's logo, one row: made safe, kept out of the row that every page reads."""

    contenu = BlobField()
    """PNG, re-encoded: nothing of the file that was sent but its pixels."""

    class Meta:
        constraints = [Check("id = 1")]


class PageDeLaVille(Modele):
    """What the law wants to be public: a page in the town's words, or how accessible the portal is declared.
    Without a row, our own words stand.
    """

    cle = CharField(max_length=30, unique=True)
    """Its address: `mentions-legales`; or `conformite`."""
    texte = TextField()
    """Plain text: paragraphs, titles, lists (`domain/mise_en_forme.py`)."""
    modifiee_le = UTCDateTimeField()


class TexteDeCourriel(Modele):
    """What the town says at the beginning and at the end of one kind of mail."""

    genre = CharField(max_length=20, unique=True)
    """Which mails: `domain/textes_de_courriel.py` has them."""
    ouverture = TextField(default="")
    cloture = TextField(default="")
    modifie_le = UTCDateTimeField()


ROLES_DE_COMPTE = ("famille", "agent", "animateur", "gestionnaire", "administrateur")
ROLES_AGENTS = ("agent", "gestionnaire", "administrateur")
"""The staff roles that answer on the moderation queue."""
ROLES_GESTION = ("gestionnaire", "administrateur")
"""Those that set the portal up: places, activities, calendar, imports, what the town says of itself."""
ROLES_ADMINISTRATION = ("administrateur",)
"""Those that open and close the accounts of the staff."""
ROLES_PERSONNEL = ("animateur", *ROLES_AGENTS)
"""Whoever works for the town: all call the roll, each in the places that they have."""


class Compte(Modele):
    """A login: one per adult."""

    email = CharField(max_length=254, unique=True)
    """Case-folded: two accounts never differ by case alone."""
    mot_de_passe = CharField(max_length=200)
    """argon2id hash."""
    prenom = CharField(max_length=80)
    nom = CharField(max_length=80)
    role = CharField(max_length=20)
    service = CharField(max_length=80, default="")
    actif = BooleanField(default=True)
    cree_le = UTCDateTimeField()
    active_le = UTCDateTimeField(null=True)
    """When the link of the activation mail was followed: before, nobody signs in."""
    code_donne = TextField(null=True)
    """The code abonné given in the sign-up form, sealed, until the first sign-in subscribes with it."""

    class Meta:
        constraints = [_dans("role", ROLES_DE_COMPTE)]

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def est_agent(self) -> bool:
        return self.role in ROLES_AGENTS


class Famille(Modele):
    """The family file (dossier), found by its code abonné."""

    code_abonne = CharField(max_length=20, unique=True)
    nom = CharField(max_length=80)
    recherche = CharField(max_length=80, index=True)
    cree_le = UTCDateTimeField()
    fusionnee_dans = ForeignKeyField("self", null=True, backref="+")
    """The file that all of this one went to, when it was a duplicate: then nothing is left in it. Never a
    file that was emptied in its turn."""


class Responsable(Modele):
    """An adult of the family. Each field, and who reads and changes it: `portail/domain/champs.py`."""

    famille = ForeignKeyField(Famille, backref="responsables")
    prenom = CharField(max_length=80)
    nom = CharField(max_length=80)
    email = CharField(max_length=254, default="")
    telephone = CharField(max_length=30, default="")
    rang = SmallIntegerField(default=1)
    telephone_travail = CharField(max_length=30, default="")
    profession = CharField(max_length=80, default="")
    employeur = CharField(max_length=80, default="")
    voie = CharField(max_length=120, default="")
    """Number and street; then building, floor…; then the town."""
    complement = CharField(max_length=120, default="")
    code_postal = CharField(max_length=10, default="")
    commune = CharField(max_length=80, default="")
    banque = TextField(default="")
    """Bank details, sealed together: a copy of the table tells nothing of them."""
    quotient = IntegerField(null=True)
    """Quotient familial, in cents. The fiscal data are the town's: never written from the family's side."""
    revenu_fiscal = IntegerField(null=True)
    """Revenu fiscal de référence, in cents."""
    parts = IntegerField(null=True)
    """Fiscal shares, in hundredths: 250 for two and a half."""
    fiscal_le = DateField(null=True)
    """When the town took them down."""
    identifiant = CharField(max_length=60, null=True, unique=True)
    """What the town's other software calls them: an import finds them again by it."""

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"


class Abonnement(Modele):
    """An account subscribed to a family file."""

    compte = ForeignKeyField(Compte, backref="abonnements", index=False)
    famille = ForeignKeyField(Famille, backref="abonnements")
    statut = CharField(max_length=20, default=w.ABONNEMENT.initial)
    cree_le = UTCDateTimeField()
    responsable = ForeignKeyField(Responsable, null=True, index=False)
    """Which adult of the family the account is, when the code was made out to one of them."""
    sans_rappels = BooleanField(default=False)
    """Whether the reminders « rien de réservé » are refused, whatever the activity."""
    sans_accuses_des_autres = BooleanField(default=False)
    """Whether the acknowledgements of what the other accounts of the family ask for are refused."""
    rappele_le = UTCDateTimeField(null=True)
    """When the last reminder was written: what was due then is not said again."""

    class Meta:
        indexes = ((("compte", "statut"), False),)
        constraints = [_dans("statut", w.ABONNEMENT.codes)]


Abonnement.add_index(
    Abonnement.index(Abonnement.compte, Abonnement.famille, unique=True, name="abonnement_ouvert").where(
        SQL(f"statut <> '{w.RESILIE}'")
    )
)
"""One subscription at most to the same file; an ended one stays as it was, and lets another begin."""


class CodeAbonne(Modele):
    """A long code that subscribes one account to one family file, once, for a while. The letter holds it.

    The short number of a file (`Famille.code_abonne`) is another thing: it takes a second fact with it.
    """

    famille = ForeignKeyField(Famille, backref="codes")
    responsable = ForeignKeyField(Responsable, null=True, index=False)
    """The adult whom the letter is made out to."""
    empreinte = CharField(max_length=64, unique=True)
    """HMAC of the code, keyed by the secret of the installation: a copy of the table opens nothing."""
    scelle = TextField()
    """The code, encrypted: the letter can be printed again."""
    cree_le = UTCDateTimeField()
    expire_le = UTCDateTimeField()
    agent = ForeignKeyField(Compte, null=True, index=False)
    """Who made it; empty for an import."""
    abonnement = ForeignKeyField(Abonnement, null=True, index=False)
    """What it has been used for."""
    remplace_le = UTCDateTimeField(null=True)
    """When another one took its place: it opens nothing any more."""


class SessionOuverte(Modele):
    """A signed-in browser. Revocable: the cookie only carries a token whose hash stands here."""

    compte = ForeignKeyField(Compte, backref="sessions", on_delete="CASCADE")
    jeton = CharField(max_length=64, unique=True)
    """SHA-256 of the 256-bit token, hexadecimal."""
    famille = ForeignKeyField(Famille, null=True)
    """The family file chosen, for an account with several."""
    appareil = CharField(max_length=200, default="")
    ouverte_le = UTCDateTimeField()
    vue_le = UTCDateTimeField()
    """Last use, to the minute: not written at each request."""
    fermee_le = UTCDateTimeField(null=True)
    confirmee_le = UTCDateTimeField(null=True)
    """When the password was last given: sensitive changes ask for it again after a while."""
    second_facteur_le = UTCDateTimeField(null=True)
    """When staff gave their second factor: before, the session opens nothing else."""


class SecondFacteur(Modele):
    """The authenticator of a member of staff (TOTP, RFC 6238)."""

    compte = ForeignKeyField(Compte, backref="second_facteur", unique=True, on_delete="CASCADE")
    scelle = TextField()
    """The shared secret, encrypted."""
    actif_depuis = UTCDateTimeField(null=True)
    """Empty until a first code proved that the device has the secret."""
    dernier_pas = IntegerField(default=0)
    """The last 30-second step whose code was accepted: none is accepted twice."""


class CodeDeSecours(Modele):
    """A code that stands in once for a lost authenticator."""

    compte = ForeignKeyField(Compte, backref="codes_de_secours", on_delete="CASCADE")
    empreinte = CharField(max_length=64, unique=True)
    """HMAC of the code and its account, keyed by the secret of the installation."""
    utilise_le = UTCDateTimeField(null=True)


USAGES_DE_JETON = ("activation", "mot_de_passe", "adresse")


class Jeton(Modele):
    """A link sent by mail, good for one act of one account, once, for a while, until its password changes."""

    compte = ForeignKeyField(Compte, backref="jetons", on_delete="CASCADE")
    usage = CharField(max_length=20)
    empreinte = CharField(max_length=64, unique=True)
    """SHA-256 of the 256-bit token, hexadecimal."""
    mot_de_passe = CharField(max_length=64)
    """SHA-256 of the account's password hash when the token was made."""
    expire_le = UTCDateTimeField()
    utilise_le = UTCDateTimeField(null=True)
    email = CharField(max_length=254, default="")
    """For `adresse`: the new address, that the link was sent to."""

    class Meta:
        constraints = [_dans("usage", USAGES_DE_JETON)]


class EchecConnexion(Modele):
    """Failed sign-ins of one account or address, for the throttle. `cle` is a hash: no e-mail in clear."""

    cle = CharField(max_length=64, unique=True)
    nombre = IntegerField()
    premier_le = UTCDateTimeField()
    bloque_jusqua = UTCDateTimeField(null=True)


class FiltreGarde(Modele):
    """A part of the agents' queue that an account has given a name, to come back to it."""

    compte = ForeignKeyField(Compte, backref="filtres", index=False, on_delete="CASCADE")
    nom = CharField(max_length=40)
    requete = TextField()
    """The filters, as the address says them: « nature=absence&age=ancien »."""

    class Meta:
        indexes = ((("compte", "nom"), True),)


class Lieu(Modele):
    nom = CharField(max_length=100, unique=True)
    adresse = CharField(max_length=200, default="")
    ecole = BooleanField(default=False)
    """Whether children may be said to go to school there."""
    retire_le = UTCDateTimeField(null=True)
    """When the town stopped using it: offered no more, and kept for what took place there."""


class Affectation(Modele):
    """A place that an account of the staff is limited to; with none, it has them all."""

    compte = ForeignKeyField(Compte, backref="affectations", index=False, on_delete="CASCADE")
    lieu = ForeignKeyField(Lieu, backref="affectations")

    class Meta:
        indexes = ((("compte", "lieu"), True),)


class Enfant(Modele):
    famille = ForeignKeyField(Famille, backref="enfants")
    prenom = CharField(max_length=80)
    nom = CharField(max_length=80)
    naissance = DateField()
    ecole = ForeignKeyField(Lieu, null=True)
    classe = CharField(max_length=30, default="")
    rang = SmallIntegerField(default=1)
    """Place among the siblings, from 1: gives the child's colour and column on the planning."""
    recherche = CharField(max_length=170, index=True)
    rentre_seul = BooleanField(null=True)
    transport = BooleanField(null=True)
    image = BooleanField(null=True)
    baignade = BooleanField(null=True)
    soins_urgence = BooleanField(null=True)
    """The autorisations: yes, no, or not yet answered."""
    sante = TextField(default="")
    """Health data, sealed together: a copy of the table tells nothing of them."""
    identifiant = CharField(max_length=60, null=True, unique=True)
    """What the town's other software calls them: an import finds them again by it."""

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"


DROITS_PARENTAUX = ("plein", "information", "retrait", "aucun")


class LienParental(Modele):
    """What an adult of the family is to a child: by right, not by living together."""

    responsable = ForeignKeyField(Responsable, backref="liens", index=False)
    enfant = ForeignKeyField(Enfant, backref="liens")
    droit = CharField(max_length=20)
    """`plein` (parental authority exercised), `information` (kept informed, decides nothing), `retrait`
    (may only pick the child up), `aucun`."""

    class Meta:
        indexes = ((("responsable", "enfant"), True),)
        constraints = [_dans("droit", DROITS_PARENTAUX)]


class Agenda(Modele):
    """A calendar feed: one account, one family file, one child of it or all those whom the account follows.

    Whoever holds its address reads it, without a password; what it shows is read again at each request.
    """

    compte = ForeignKeyField(Compte, backref="agendas")
    famille = ForeignKeyField(Famille, backref="+", index=False)
    enfant = ForeignKeyField(Enfant, null=True, backref="+", index=False)
    """Empty: every child of the family whom the account follows."""
    empreinte = CharField(max_length=64, unique=True)
    """SHA-256 of the 256-bit token, hexadecimal."""
    scelle = TextField()
    """The token, encrypted, so that the page shows the address again; emptied once it serves no more."""
    cree_le = UTCDateTimeField()
    revoque_le = UTCDateTimeField(null=True)

    class Meta:
        constraints = [Check("(revoque_le IS NULL) = (scelle <> '')")]


Agenda.add_index(
    Agenda.index(Agenda.compte, Agenda.famille, unique=True, name="agenda_ouvert").where(
        SQL("revoque_le IS NULL AND enfant_id IS NULL")
    )
)
Agenda.add_index(
    Agenda.index(Agenda.compte, Agenda.enfant, unique=True, name="agenda_d_enfant_ouvert").where(
        SQL("revoque_le IS NULL AND enfant_id IS NOT NULL")
    )
)
"""One feed at most stands for the same account and the same children."""


class ContactHabilite(Modele):
    """An adult allowed to take charge of a child, or to be called."""

    enfant = ForeignKeyField(Enfant, backref="contacts")
    prenom = CharField(max_length=80)
    nom = CharField(max_length=80)
    lien = CharField(max_length=60, default="")
    """In the family's words: « grand-mère », « voisin »."""
    telephone = CharField(max_length=30)
    appeler = BooleanField(default=False)
    chercher = BooleanField(default=False)
    piece_identite = BooleanField(default=True)
    """Whether an identity document is asked of them."""
    retire_le = UTCDateTimeField(null=True)
    """Kept after it is taken off: the roll calls of the past name it."""


class Photo(Modele):
    """The picture of a child, already made safe: turned, re-encoded, nothing hidden in it."""

    enfant = ForeignKeyField(Enfant, backref="photos")
    contenu = BlobField()
    """JPEG."""
    deposee_le = UTCDateTimeField()
    validee_le = UTCDateTimeField(null=True)
    """The last one validated is the one shown."""


COULEURS = 8


class Activite(Modele):
    """What a child is pre-registered in: the canteen of a school, a Wednesday centre, a holiday course."""

    nom = CharField(max_length=100)
    lieu = ForeignKeyField(Lieu)
    debut = DateField()
    fin = DateField()
    """First and last day, both included."""
    age_min = SmallIntegerField(default=2)
    age_max = SmallIntegerField(default=17)
    reservable = BooleanField(default=True)
    automatique = BooleanField(default=False)
    """Whether requests are validated at once, without an agent."""
    delai_reservation = DelaiField()
    delai_absence = DelaiField()
    rang = SmallIntegerField(default=1)
    """Order on the screen."""
    description = TextField(default="")
    """What the families read of it before they ask."""
    preinscription_du = DateField(null=True)
    preinscription_au = DateField(null=True)
    """First and last day on which families may ask for a pre-registration; empty: as long as it lasts."""
    pieces = TextField(default="")
    """The documents asked for with a pre-registration, one a line: « Attestation d’assurance »."""
    absence_automatique = BooleanField(null=True)
    """Whether absences are validated at once, without an agent; empty: as bookings are."""
    absence_tardive = BooleanField(default=False)
    """Whether an absence may still be told after its deadline, until the séance begins."""
    couleur = SmallIntegerField(null=True, constraints=[Check(f"couleur BETWEEN 1 AND {COULEURS}")])
    """Which of the colours of activities it has, from 1 to `COULEURS`; empty: none. A mark by its name."""

    class Meta:
        constraints = [Check("debut <= fin"), Check("age_min <= age_max")]

    @property
    def absence_sans_agent(self) -> bool:
        """Whether an absence is validated at once."""
        return self.automatique if self.absence_automatique is None else self.absence_automatique


class Capacite(Modele):
    """Places that several activities share, besides each one's own: a room, the meals of a kitchen."""

    nom = CharField(max_length=100)
    lieu = ForeignKeyField(Lieu, null=True, index=False)
    places = IntegerField()
    simultanee = BooleanField(default=False)
    """A room, that only séances at the same hours share; else what is counted by day, as meals are."""

    class Meta:
        constraints = [Check("places >= 0")]


class CapaciteActivite(Modele):
    """This activity takes its places from that capacity too."""

    capacite = ForeignKeyField(Capacite, backref="activites", index=False, on_delete="CASCADE")
    activite = ForeignKeyField(Activite, backref="capacites")

    class Meta:
        indexes = ((("capacite", "activite"), True),)


FACTURATIONS = ("jamais", "hors_delai", "toujours")


class MotifAbsence(Modele):
    """A reason that the town lets families give for an absence."""

    nom = CharField(max_length=80, unique=True)
    facturation = CharField(max_length=20, default="hors_delai")
    """When such an absence is billed: `jamais`, `hors_delai` (told after the deadline), `toujours`."""
    justificatif = CharField(max_length=120, default="")
    """The document that goes with it, « Certificat médical »: an agent then reads it; empty: none."""
    actif = BooleanField(default=True)
    rang = SmallIntegerField(default=1)

    class Meta:
        constraints = [_dans("facturation", FACTURATIONS)]


class MotifRefus(Modele):
    """A reason of refusal that the town offers its agents, for one nature of demande.

    An answer keeps the words that the family read: retired or reworded, a reason changes nothing of the past.
    """

    nature = CharField(max_length=20)
    texte = CharField(max_length=120)
    rang = SmallIntegerField(default=1)
    actif = BooleanField(default=True)

    class Meta:
        indexes = ((("nature", "texte"), True),)
        constraints = [_dans("nature", w.NATURES), Check("texte <> ''")]


class SansRappel(Modele):
    """An activity of which a subscription wants no reminder."""

    abonnement = ForeignKeyField(Abonnement, backref="sans_rappel", index=False)
    activite = ForeignKeyField(Activite, backref="+")

    class Meta:
        indexes = ((("abonnement", "activite"), True),)


class Horaire(Modele):
    """Weekly pattern of an activity."""

    activite = ForeignKeyField(Activite, backref="horaires")
    jour = SmallIntegerField()
    """0 = Monday … 6 = Sunday."""
    debut = TimeField()
    fin = TimeField()
    places = IntegerField()
    periode = CharField(max_length=10)
    """`scolaire` (in term), `vacances` (school holidays) or `toujours`."""

    class Meta:
        constraints = [
            _dans("periode", ("scolaire", "vacances", "toujours")),
            Check("jour BETWEEN 0 AND 6"),
            Check("places >= 0"),
        ]


GENRES_DE_JOURS = ("vacances", "ferie", "fermeture", "ouverture")


class Calendrier(Modele):
    """A school holiday, a bank holiday, a closure, a day open out of the rule: rows that the town edits."""

    genre = CharField(max_length=10)
    """`vacances`, `ferie`, `fermeture`, or `ouverture`: a « journée exceptionnelle »."""
    nom = CharField(max_length=100)
    debut = DateField()
    fin = DateField()
    """First and last day, both included."""
    zone = CharField(max_length=1, null=True)
    """For `vacances`."""
    activite = ForeignKeyField(Activite, null=True)
    lieu = ForeignKeyField(Lieu, null=True)
    """For a `fermeture` or an `ouverture`: of one activity, of one place, or of the whole town when both are
    empty."""
    confirme = BooleanField(default=True)
    """False beyond the last decree: shown « à confirmer »."""
    comme = SmallIntegerField(null=True)
    """For an `ouverture`: the weekday whose hours apply, 0 = Monday."""
    periode = CharField(max_length=10, default="")
    """For an `ouverture`: whether they are those of term (`scolaire`) or of the holidays (`vacances`)."""

    class Meta:
        indexes = ((("fin", "debut"), False),)
        constraints = [
            _dans("genre", GENRES_DE_JOURS),
            Check("debut <= fin"),
            Check("(genre = 'ouverture') = (comme IS NOT NULL)"),
            Check("comme IS NULL OR comme BETWEEN 0 AND 6"),
            _dans("periode", ("", "scolaire", "vacances")),
        ]


class Seance(Modele):
    """One dated occurrence of an activity. Its row is what gets locked when a place is at stake."""

    activite = ForeignKeyField(Activite, backref="seances", index=False)
    jour = DateField(index=True)
    debut = TimeField()
    fin = TimeField()
    places = IntegerField()
    prises = IntegerField(default=0)
    """Places taken: reservations whose status is in `OCCUPENT_UNE_PLACE`. Kept by `franchir()` alone."""
    limite_reservation = UTCDateTimeField()
    limite_absence = UTCDateTimeField()
    """The deadlines, computed once on civil dates, compared as instants."""
    mouvements = IntegerField(default=0)
    """How many times its places or its waiting list have moved: what an open planning compares. It only
    grows; whatever changes `places` moves it too."""
    bouge_le = UTCDateTimeField(null=True)
    """When they last moved."""
    annulee = CharField(max_length=200, default="")
    """Why it does not take place after all, in words that families read; empty: it does, unless the calendar
    closes its day."""
    annulee_par_calendrier = BooleanField(default=False)
    """Whether a change of the calendar cancelled it: another one gives it back."""

    class Meta:
        indexes = ((("activite", "jour", "debut"), True),)
        constraints = [Check("places >= 0"), Check("prises >= 0"), Check("prises <= places")]


class JourDeCapacite(Modele):
    """What all the activities that share a capacity take of it on a day, in one row, kept by triggers.

    A family's planning and the agents' queue would read hundreds of séances for it in a large town. It says
    what is taken that day, not at one moment: of a room, only `mouvements` is of use.
    """

    capacite = ForeignKeyField(Capacite, index=False, on_delete="CASCADE")
    jour = DateField()
    prises = IntegerField(default=0)
    """The sum of `Seance.prises`."""
    mouvements = IntegerField(default=0)
    """Moves when a `Seance.mouvements` does, and when what is taken comes or goes with its séance. It only
    grows."""

    class Meta:
        indexes = ((("capacite", "jour"), True),)


class Demande(Modele):
    """The envelope of what a family asks and an agent answers: lines, each answered on its own."""

    famille = ForeignKeyField(Famille, backref="demandes", index=False)
    auteur = ForeignKeyField(Compte)
    nature = CharField(max_length=20)
    statut = CharField(max_length=20, default=w.DEMANDE.initial)
    deposee_le = UTCDateTimeField()
    a_traiter_avant = UTCDateTimeField(null=True)
    """The first deadline or séance start among its lines: « en retard » once past."""
    repondue_le = UTCDateTimeField(null=True)
    agent = ForeignKeyField(Compte, null=True)
    """Who gave the last answer; empty when the activity validates by itself or the family cancelled."""
    piece_attendue = TextField(default="")
    """What the town has asked the family for, and waits for before it answers; empty: the town acts next."""
    motif_absence = ForeignKeyField(MotifAbsence, null=True, index=False)
    """Why the child will be absent, when the family said so."""

    class Meta:
        indexes = ((("famille", "deposee_le"), False),)
        constraints = [_dans("nature", w.NATURES), _dans("statut", w.DEMANDE.codes)]

    @property
    def numero(self) -> str:
        """« 2026-1184 », as families and agents say it."""
        return numero_de_demande(self.id, self.deposee_le)


Demande.add_index(
    Demande.index(Demande.deposee_le, Demande.id, name="demande_file").where(
        SQL(f"statut = '{w.EN_ATTENTE}'")
    )
)
Demande.add_index(
    Demande.index(Demande.repondue_le, Demande.id, Demande.nature, name="demande_traitees").where(
        SQL(f"statut <> '{w.EN_ATTENTE}' AND (agent_id IS NOT NULL OR statut = '{w.ANNULEE}')")
    )
)
"""What waits, and what has left the queue: the tabs of the agents’ page, counted and sorted as shown."""

Demande.add_index(Demande.index(Demande.deposee_le, Demande.nature, name="demande_depot"))
"""How many were sent, by nature and week."""


Demande.add_index(
    Demande.index(Demande.motif_absence, name="demande_motif_absence").where(
        SQL("motif_absence_id IS NOT NULL")
    )
)
"""Whether a reason of absence has ever been given."""


class PriseEnCharge(Modele):
    """The agent who looks after a demande: others are told, none is kept from answering it."""

    demande = ForeignKeyField(Demande, backref="prises", unique=True)
    agent = ForeignKeyField(Compte, backref="+")
    depuis = UTCDateTimeField()


class NoteInterne(Modele):
    """What an agent writes about a demande for the other agents.

    The portal never shows it to the family. It is personal data all the same (RGPD, art. 15): the town hands
    it over when it is asked, once what it says of others is taken out. So the journal never holds its text.
    """

    demande = ForeignKeyField(Demande, backref="notes")
    auteur = ForeignKeyField(Compte, backref="+")
    texte = TextField()
    ecrite_le = UTCDateTimeField()

    class Meta:
        constraints = [Check("texte <> ''")]


class Preinscription(Modele):
    """One child × one activity × one period (both ends included)."""

    enfant = ForeignKeyField(Enfant, backref="preinscriptions", index=False)
    activite = ForeignKeyField(Activite)
    debut = DateField()
    fin = DateField()
    statut = CharField(max_length=20, default=w.PREINSCRIPTION.initial)
    cree_le = UTCDateTimeField()

    class Meta:
        indexes = ((("enfant", "activite"), False),)
        constraints = [_dans("statut", w.PREINSCRIPTION.codes), Check("debut <= fin")]


class Reservation(Modele):
    """One child × one séance: what the planning shows as a créneau. No row reads « Non réservé »."""

    enfant = ForeignKeyField(Enfant, backref="reservations", index=False)
    seance = ForeignKeyField(Seance, backref="reservations")
    statut = CharField(max_length=20, default=w.CRENEAU.initial)
    ordre = IntegerField(null=True)
    """Place in the waiting list: the id of the journal line that put the child there, never a clock."""
    fratrie = IntegerField(null=True)
    """What ties brothers and sisters asked for « ensemble ou pas du tout »: as long as they wait, they are
    given their places together. The id of their first line; empty: the child is alone."""

    class Meta:
        indexes = ((("enfant", "seance"), True),)
        constraints = [
            _dans("statut", w.CRENEAU.codes),
            Check(f"(statut = '{w.LISTE_ATTENTE}') = (ordre IS NOT NULL)"),
        ]


Reservation.add_index(
    Reservation.index(Reservation.seance, Reservation.ordre, name="reservation_liste").where(
        SQL(f"statut = '{w.LISTE_ATTENTE}'")
    )
)
Reservation.add_index(
    Reservation.index(Reservation.fratrie, name="reservation_fratrie").where(SQL("fratrie IS NOT NULL"))
)
Reservation.add_index(
    Reservation.index(Reservation.seance, name="reservation_absente").where(SQL(f"statut = '{w.ABSENT}'"))
)
"""The absences of the séances of a period, without reading all who came."""


class Presence(Modele):
    """What the roll call says of one child on one séance. No row: nothing was pointed.

    A no-show is a row `absent` whose booking followed; an absence that was declared has no row.
    """

    seance = ForeignKeyField(Seance, backref="presences", index=False)
    enfant = ForeignKeyField(Enfant, backref="presences")
    etat = CharField(max_length=10)
    sans_reservation = BooleanField(default=False)
    """The child had no booking that stands: none, one that waits, an absence told or asked for. Its créneau
    stays as it is, and no place is counted."""
    pointe_le = UTCDateTimeField()
    """When it was tapped, as well as the device's own clock lets us know it."""
    pointe_par = ForeignKeyField(Compte, backref="+")
    parti_le = UTCDateTimeField(null=True)
    parti_avec = CharField(max_length=200, default="")
    """With whom, in words, as it was known then: « Jeanne Roux, grand-mère », « seul·e »."""
    parti_par = ForeignKeyField(Compte, null=True, backref="+")
    """Who let the child go."""
    parti_motif = TextField(default="")
    """Why the child left with somebody who is not among those who may come; empty: it was one of them."""

    class Meta:
        indexes = ((("seance", "enfant"), True),)
        constraints = [
            _dans("etat", ("present", "absent")),
            Check("(parti_le IS NULL) = (parti_avec = '')"),
            Check("(parti_le IS NULL) = (parti_par_id IS NULL)"),
            Check("parti_le IS NULL OR etat = 'present'"),
        ]


GESTES_DE_POINTAGE = ("present", "absent", "efface", "parti", "revenu")


class Pointage(Modele):
    """One tap of the roll call as a device sent it: sent twice it counts once, and none is lost silently."""

    cle = CharField(max_length=36, unique=True)
    """Drawn by the device (UUID)."""
    seance = ForeignKeyField(Seance, backref="+", index=False)
    enfant = ForeignKeyField(Enfant, backref="+")
    geste = CharField(max_length=10)
    avec = CharField(max_length=200, default="")
    """Of a departure: with whom, in words."""
    compte = ForeignKeyField(Compte, backref="+")
    tape_le = UTCDateTimeField(null=True)
    """When, by the clock of the device, whatever it is worth; empty: a form, without script."""
    recu_le = UTCDateTimeField()
    issue = CharField(max_length=10)
    """`suivi`; `conflit` (somebody had pointed otherwise meanwhile: a person chooses); then `tranche`."""

    class Meta:
        indexes = ((("seance", "id"), False),)
        constraints = [
            _dans("geste", GESTES_DE_POINTAGE),
            _dans("issue", ("suivi", "conflit", "tranche")),
        ]


class Ligne(Modele):
    """One line of a demande: one créneau, or one pre-registration, asked and answered on its own."""

    demande = ForeignKeyField(Demande, backref="lignes")
    reservation = ForeignKeyField(Reservation, null=True)
    preinscription = ForeignKeyField(Preinscription, null=True)
    statut = CharField(max_length=20, default=w.LIGNE.initial)
    motif = TextField(default="")
    """The reason of a refusal, in the agent's words: the family reads it."""
    facturee = BooleanField(null=True)
    """Of an absence: whether it is billed, as the family was told when it declared it."""

    class Meta:
        constraints = [
            _dans("statut", w.LIGNE.codes),
            Check("reservation_id IS NULL OR preinscription_id IS NULL"),
            Check(f"statut <> '{w.REFUSEE}' OR motif <> ''"),
        ]


Ligne.add_index(Ligne.index(Ligne.demande, name="ligne_refusee").where(SQL(f"statut = '{w.REFUSEE}'")))
"""The refusals, few among all that was answered."""


class Modification(Modele):
    """One field of the family file that a family wants changed: before, after, as text (`champs.py`)."""

    demande = ForeignKeyField(Demande, backref="modifications")
    objet = CharField(max_length=20)
    """Table of what changes: `responsable`, `enfant`, `contact_habilite`."""
    objet_id = IntegerField()
    champ = CharField(max_length=30)
    avant = TextField()
    """The value that the family saw. Sealed, like `apres`, where the field is."""
    apres = TextField()
    statut = CharField(max_length=20, default=w.MODIFICATION.initial)
    motif = TextField(default="")
    """The reason of a refusal, in the agent's words: the family reads it."""

    class Meta:
        indexes = ((("objet", "objet_id", "statut"), False),)
        constraints = [
            _dans("statut", w.MODIFICATION.codes),
            _dans("objet", ("responsable", "enfant", "contact_habilite")),
            Check(f"statut <> '{w.REFUSEE}' OR motif <> ''"),
        ]


Modification.add_index(
    Modification.index(
        Modification.objet,
        Modification.objet_id,
        Modification.champ,
        unique=True,
        name="modification_attente",
    ).where(SQL(f"statut = '{w.EN_ATTENTE}' AND champ <> 'contact'"))
)
"""One change at most waits for each field; a child may wait for several new contacts."""


class Reponse(Modele):
    """What an agent has just answered to a demande, for as long as it may be taken back; then it goes.

    Two numbers tell what it did: the journal's lines about the demande from the one to the other.
    """

    demande = ForeignKeyField(Demande, backref="reponses", on_delete="CASCADE")
    agent = ForeignKeyField(Compte, backref="+", index=False)
    lot = CharField(max_length=32, index=True)
    """What was answered in one gesture has the same, drawn at random."""
    donnee_le = UTCDateTimeField(index=True)
    """When the gesture began: its mails wait a minute from then on."""
    premier = IntegerField()
    dernier = IntegerField()
    """The first and the last line of the journal that this answer wrote about the demande."""
    avant = TextField(default="")
    """What the journal does not tell of how it stood before, as JSON."""
    scelle = TextField(null=True)
    """The same, of the family file: its values, its photos. Sealed."""

    class Meta:
        constraints = [Check("premier <= dernier")]


NATURES_DE_REGLE = (w.NATURE_RESERVATION, w.NATURE_PREINSCRIPTION, w.NATURE_ABSENCE)


class RegleDeReponse(Modele):
    """When the town accepts by itself what is asked of an activity; the rest waits for an agent."""

    activite = ForeignKeyField(Activite, backref="regles", index=False)
    nature = CharField(max_length=20)
    places_min = IntegerField(default=1)
    """Places that must be left on each séance before this one is given; an absence asks for none."""
    dossier = CharField(max_length=200, default="")
    """The parts of the file that must be complete: « contacts sante » (`dossier_complet.py`)."""
    dans_les_delais = BooleanField(default=True)
    """Of an absence: only if it is told before its deadline."""
    active = BooleanField(default=False)
    agent = ForeignKeyField(Compte, backref="+", index=False)
    """Who wrote it as it now is."""
    changee_le = UTCDateTimeField()

    class Meta:
        indexes = ((("activite", "nature"), True),)
        constraints = [_dans("nature", NATURES_DE_REGLE), Check("places_min >= 1")]


class JourVoulu(Modele):
    """A séance asked for with a pre-registration: booked, or on the waiting list, once it is accepted."""

    preinscription = ForeignKeyField(Preinscription, backref="jours_voulus", index=False)
    seance = ForeignKeyField(Seance, backref="+")

    class Meta:
        indexes = ((("preinscription", "seance"), True),)


class Message(Modele):
    """One message of the thread of a demande: the family's remarks, what the town asks for, the answer."""

    demande = ForeignKeyField(Demande, backref="messages")
    auteur = ForeignKeyField(Compte, backref="+")
    de_la_mairie = BooleanField()
    texte = TextField()
    ecrit_le = UTCDateTimeField()


class Document(Modele):
    """A file that a family sent with a demande: read by who sent it and by the agents, by nobody else."""

    demande = ForeignKeyField(Demande, null=True, backref="documents")
    """Empty until the demande that it is for is sent: then it is thrown away after a day."""
    auteur = ForeignKeyField(Compte, backref="documents")
    piece = CharField(max_length=120, default="")
    """Which of the documents asked for it is."""
    nom = CharField(max_length=120)
    """The name that the file had on the device."""
    genre = CharField(max_length=10)
    """`pdf` or `jpeg`."""
    taille = IntegerField()
    """Of what it holds, in bytes."""
    contenu = TextField()
    """Sealed: it may be about health, or money."""
    depose_le = UTCDateTimeField()

    class Meta:
        constraints = [_dans("genre", ("pdf", "jpeg"))]


class Evenement(Modele):
    """The journal, append-only (a trigger holds it): one line a transition or sensitive read."""

    quand = UTCDateTimeField()
    auteur = ForeignKeyField(Compte, null=True)
    """Empty: the system itself."""
    acte = CharField(max_length=30)
    objet = CharField(max_length=20)
    """Table of what changed: `reservation`, `demande`…"""
    objet_id = IntegerField()
    de = CharField(max_length=20, default="")
    vers = CharField(max_length=20, default="")
    famille = ForeignKeyField(Famille, null=True, index=False)
    demande = ForeignKeyField(Demande, null=True)
    detail = TextField(default="")

    class Meta:
        indexes = ((("famille", "id"), False), (("objet", "objet_id", "id"), False))


class Courriel(Modele):
    """Outbox of e-mail: written in the transaction, sent after it, never lost."""

    cle = CharField(max_length=80, unique=True)
    """What it tells, to whom: « reponse:12:3 ». The same is never written twice."""
    destinataire = CharField(max_length=254)
    sujet = CharField(max_length=200)
    corps = TextField()
    famille = ForeignKeyField(Famille, null=True)
    demande = ForeignKeyField(Demande, null=True)
    message_id = CharField(max_length=120, unique=True)
    """Fixed for the row: a mail sent twice after a crash is recognisable as one."""
    statut = CharField(max_length=10, default="a_envoyer")
    cree_le = UTCDateTimeField()
    prochain_essai = UTCDateTimeField()
    essais = IntegerField(default=0)
    bail_jusqua = UTCDateTimeField(null=True)
    """Lease of the process that is sending it; free again once past."""
    envoye_le = UTCDateTimeField(null=True)
    erreur = TextField(default="")
    scelle = TextField(null=True)
    """The token of the link that `corps` leaves blank, encrypted: a copy of the table opens nothing."""

    class Meta:
        constraints = [_dans("statut", ("a_envoyer", "envoye", "echec"))]


Courriel.add_index(
    Courriel.index(Courriel.prochain_essai, name="courriel_file").where(SQL("statut = 'a_envoyer'"))
)

Courriel.add_index(Courriel.index(Courriel.destinataire, Courriel.famille, name="courriel_destinataire"))


class Tache(Modele):
    """What the portal does by itself, round after round, and when it last came to its end."""

    nom = CharField(max_length=30, unique=True)
    """`portail/domain/taches.py` has them."""
    faite_le = UTCDateTimeField()


class Importation(Modele):
    """Files of the town's other software, to be taken over: looked at first, written once all is sound."""

    auteur = ForeignKeyField(Compte, null=True, backref="+", index=False)
    """Who sent them; empty for the command."""
    statut = CharField(max_length=20, default=w.IMPORTATION.initial)
    cree_le = UTCDateTimeField()
    noms = TextField()
    """The names of the files, one a line."""
    fichiers = TextField(null=True)
    """What they hold, sealed; emptied once imported, given up, or a month old."""
    ecraser = BooleanField(default=False)
    """Whether the files win over what families, or agents, have changed on the portal since."""
    rapport = TextField(null=True)
    """Line by line, what is wrong and what it writes, sealed: it names people. Emptied after a month."""
    marque = CharField(max_length=64, default="")
    """What the report announces, as a hash: nothing else is written than what was read."""
    etape = CharField(max_length=20, default="")
    faites = IntegerField(default=0)
    total = IntegerField(default=0)
    """What is being done, and how many lines of how many."""
    bail_jusqua = UTCDateTimeField(null=True)
    """Lease of the process that is at it; free again once past."""
    essais = IntegerField(default=0)
    finie_le = UTCDateTimeField(null=True)

    class Meta:
        constraints = [_dans("statut", w.IMPORTATION.codes)]


# ——— facturation: prices, invoices, money. Every amount is in cents ———

TARIFICATIONS = ("forfait", "tranches", "effort")
UNITES_DE_TARIF = ("seance", "demi_heure", "mois")
CATEGORIES_DE_TARIF = ("", "commune", "hors_commune")


class Tarif(Modele):
    """What an activity costs on the days of a period, for a category of families.

    On a day, a family finds one of them at most: the acts let no two overlap.
    """

    activite = ForeignKeyField(Activite, backref="tarifs", index=False)
    debut = DateField()
    fin = DateField()
    """First and last day, both included."""
    categorie = CharField(max_length=20, default="")
    """Families who live in the town (`commune`), or elsewhere (`hors_commune`); empty: all of them."""
    mode = CharField(max_length=20)
    """`forfait` (the same for all), `tranches` (by bands of quotient), `effort` (quotient × rate)."""
    unite = CharField(max_length=20)
    """What one price buys: a séance, a started half hour, a month."""
    prix = IntegerField(default=0)
    """Of a `forfait`."""
    taux = IntegerField(default=0)
    """Taux d’effort, in thousandths of a percent of the quotient: 500 for 0,5 %."""
    plancher = IntegerField(default=0)
    plafond = IntegerField(default=0)
    """The least and the most that a taux d’effort gives; the most is paid by whoever gave no quotient."""
    fratrie_2 = SmallIntegerField(default=0)
    fratrie_3 = SmallIntegerField(default=0)
    """What the second child pays less, in percent; the third, and those after."""
    supplement_tardif = IntegerField(default=0)
    """Added to a séance booked after its deadline."""
    supplement_sans_reservation = IntegerField(default=0)
    """Added to a séance to which the child came without any booking."""
    absence_non_prevenue = BooleanField(default=True)
    """Whether a booked séance to which the child did not come, without a word, is billed."""
    garde = BooleanField(default=False)
    """Whether it is child care in the sense of the taxes (code général des impôts, art. 200 quater B)."""

    class Meta:
        indexes = ((("activite", "debut", "categorie"), True),)
        constraints = [
            _dans("mode", TARIFICATIONS),
            _dans("unite", UNITES_DE_TARIF),
            _dans("categorie", CATEGORIES_DE_TARIF),
            Check("debut <= fin"),
            Check("prix >= 0"),
            Check("taux >= 0"),
            Check("plancher >= 0"),
            Check("plancher <= plafond"),
            Check("fratrie_2 BETWEEN 0 AND 100"),
            Check("fratrie_3 BETWEEN 0 AND 100"),
            Check("supplement_tardif >= 0"),
            Check("supplement_sans_reservation >= 0"),
        ]


class TrancheDeTarif(Modele):
    """One band of quotients of a tariff."""

    tarif = ForeignKeyField(Tarif, backref="tranches", index=False, on_delete="CASCADE")
    a_partir_de = IntegerField()
    """The first quotient of the band; it ends where the next one begins. The first band begins at 0."""
    prix = IntegerField()

    class Meta:
        indexes = ((("tarif", "a_partir_de"), True),)
        constraints = [Check("a_partir_de >= 0"), Check("prix >= 0")]


class PartDePayeur(Modele):
    """Which share of what a child costs an adult pays, as the town sets it when parents live apart.

    The shares of a child make a hundred. A child without any: the first adult of the family pays it all.
    """

    enfant = ForeignKeyField(Enfant, backref="parts", index=False)
    responsable = ForeignKeyField(Responsable, backref="parts")
    part = SmallIntegerField()
    """In percent."""

    class Meta:
        indexes = ((("enfant", "responsable"), True),)
        constraints = [Check("part BETWEEN 1 AND 100")]


class ReglagesDeFacturation(Modele):
    """How the town bills and collects, one row: without it, nothing is billed."""

    delai = SmallIntegerField(default=30)
    """Days from the issue of an invoice to the last day on which it may be paid."""
    payer = TextField(default="")
    """How one pays, in the town’s words, on each invoice."""
    payfip = CharField(max_length=6, default="")
    """The town’s client number with PayFiP (six digits); empty: nobody pays online."""
    payfip_saisie = CharField(max_length=1, default="W")
    """How PayFiP takes it: `T` to try, nothing is debited; `X` to be activated; `W`, real money."""
    creancier = CharField(max_length=70, default="")
    ics = CharField(max_length=35, default="")
    """The creditor, as mandates and files of direct debits name it; its SEPA identifier."""
    banque = TextField(default="")
    """Its IBAN and BIC, sealed together (`coffre.py`)."""

    class Meta:
        constraints = [
            Check("id = 1"),
            Check("delai BETWEEN 0 AND 120"),
            _dans("payfip_saisie", "TXW"),
        ]


class Campagne(Modele):
    """A run that issues the invoices of one month: launched once, resumed until all are issued.

    Another run of the same month bills what has no line yet: what was pointed since, whoever was forgotten.
    """

    mois = DateField(index=True)
    """Its first day."""
    statut = CharField(max_length=20, default=w.CAMPAGNE.initial)
    echeance = DateField()
    """The last day on which its invoices may be paid."""
    lancee_par = ForeignKeyField(Compte, null=True, backref="+", index=False)
    """Empty for the command."""
    lancee_le = UTCDateTimeField()
    """What was over by then is billed, however long the run lasts."""
    marque = CharField(max_length=64, default="")
    """What its preview announced, as a hash; empty for the command."""
    annonce = IntegerField(null=True)
    """The amount that it announced."""
    total = IntegerField(default=0)
    faites = IntegerField(default=0)
    """How many families there are to go through, and how many have been."""
    derniere = IntegerField(default=0)
    """The id of the last of them: they are gone through in that order."""
    factures = IntegerField(default=0)
    montant = IntegerField(default=0)
    """How many invoices it has issued, and of how much: none of them can go missing unseen."""
    bail_jusqua = UTCDateTimeField(null=True)
    """Lease of the process that is at it; free again once past."""
    finie_le = UTCDateTimeField(null=True)

    class Meta:
        constraints = [_dans("statut", w.CAMPAGNE.codes)]


Campagne.add_index(
    Campagne.index(Campagne.mois, unique=True, name="campagne_ouverte").where(SQL(f"statut = '{w.LANCEE}'"))
)
"""One run at a time of the same month."""


class ApercuDeCampagne(Modele):
    """What a run of that month would issue, worked out beside the requests. Not an act: a reading, kept."""

    mois = DateField(unique=True)
    demande_par = ForeignKeyField(Compte, null=True, backref="+", index=False)
    demande_le = UTCDateTimeField()
    """What was over by then is counted."""
    total = IntegerField(default=0)
    faites = IntegerField(default=0)
    derniere = IntegerField(default=0)
    """As those of a run."""
    bail_jusqua = UTCDateTimeField(null=True)
    fini_le = UTCDateTimeField(null=True)
    resume = TextField(default="")
    """What it comes to, by activity, and what is to be looked at, as JSON."""
    marque = CharField(max_length=64, default="")
    """Of what it says, as a hash."""


class FamilleAFacturer(Modele):
    """One family of a preview: what it would be billed, and what is to be looked at before."""

    apercu = ForeignKeyField(ApercuDeCampagne, backref="familles", index=False, on_delete="CASCADE")
    famille = ForeignKeyField(Famille, backref="+")
    montant = IntegerField()
    lignes = IntegerField()
    anomalies = CharField(max_length=120, default="")
    """Their codes, each between spaces: `consommations.py`, `calcul_de_factures.py`."""

    class Meta:
        indexes = ((("apercu", "famille"), True),)


class Facture(Modele):
    """An invoice, or an avoir that takes some of one back. Once issued it never changes (a trigger)."""

    exercice = SmallIntegerField()
    rang = IntegerField()
    """Its number: the civil year of its issue, and 1, 2, 3… without a gap."""
    famille = ForeignKeyField(Famille, backref="factures", index=False)
    payeur = ForeignKeyField(Responsable, backref="factures")
    """The adult who owes it."""
    foyer = BooleanField()
    """Whether it is the household’s: the adults who live with the payeur read and pay it too. It is not
    where the town has set shares: then it is that adult’s alone."""
    destinataire = TextField()
    """The name and the address on it, line by line, as they were when it was issued."""
    campagne = ForeignKeyField(Campagne, null=True, backref="factures")
    mois = DateField()
    """The month of what it bills, its first day."""
    emise_le = UTCDateTimeField()
    echeance = DateField()
    total = IntegerField()
    """What its lines add up to; below zero: an avoir."""
    origine = ForeignKeyField("self", null=True, backref="avoirs")
    """Of an avoir: the invoice that it takes some of back."""
    motif = TextField(default="")
    """Of an avoir: why, in the agent’s words; the family reads it."""
    emise_par = ForeignKeyField(Compte, null=True, backref="+")

    class Meta:
        indexes = (
            (("exercice", "rang"), True),
            (("famille", "emise_le"), False),
            (("emise_le", "id"), False),
            (("mois", "id"), False),
        )
        constraints = [
            Check("rang >= 1"),
            Check("(total < 0) = (origine_id IS NOT NULL)"),
            Check("(origine_id IS NULL) = (motif = '')"),
        ]

    @property
    def numero(self) -> str:
        """« 2026-000123 », as it is printed."""
        return f"{self.exercice}-{self.rang:06}"


GENRES_DE_LIGNE = ("seance", "absence", "sans_reservation", "mois", "avoir")


class LigneDeFacture(Modele):
    """One thing billed: a child on a séance, or its month. As immutable as its invoice."""

    facture = ForeignKeyField(Facture, backref="lignes")
    rang = SmallIntegerField()
    cle = CharField(max_length=60, unique=True)
    """What it bills, to whom: `s:<seance>:<enfant>:<payeur>`, `m:<AAAA-MM>:<activite>:<enfant>:<payeur>`, or
    `a:<ligne>:<n>` for the nth that takes a line back. The same is never billed twice."""
    genre = CharField(max_length=20)
    enfant = ForeignKeyField(Enfant, backref="+")
    activite = ForeignKeyField(Activite, backref="+", index=False)
    seance = ForeignKeyField(Seance, null=True, backref="+")
    """Empty for what is billed by month."""
    jour = DateField()
    libelle = CharField(max_length=200)
    """« Léa, Cantine Jules-Ferry », as it was then."""
    explication = TextField()
    """Why it costs that: the sentence of `tarification.prix()`."""
    montant = IntegerField()
    """This adult’s part of it."""
    garde = BooleanField(default=False)
    origine = ForeignKeyField("self", null=True, backref="+", index=False)
    """Of an avoir: the line that it takes back."""

    class Meta:
        indexes = ((("facture", "rang"), True), (("activite", "jour"), False))
        constraints = [
            _dans("genre", GENRES_DE_LIGNE),
            Check("(genre = 'avoir') = (origine_id IS NOT NULL)"),
            Check("(genre = 'avoir') = (montant < 0)"),
        ]


LigneDeFacture.add_index(
    LigneDeFacture.index(LigneDeFacture.origine, name="ligne_reprise").where(SQL("origine_id IS NOT NULL"))
)
"""What avoirs have taken back of a line."""


class Solde(Modele):
    """What is left to pay of an invoice: what gets locked before money is counted. An avoir has none."""

    facture = ForeignKeyField(Facture, unique=True, backref="soldes")
    payeur = ForeignKeyField(Responsable, backref="+")
    echeance = DateField()
    reste = IntegerField()
    """The total, less what avoirs and receipts have been put to it (`Imputation`)."""

    class Meta:
        constraints = [Check("reste >= 0")]


Solde.add_index(Solde.index(Solde.payeur, Solde.echeance, name="solde_du").where(SQL("reste > 0")))
Solde.add_index(Solde.index(Solde.echeance, Solde.id, name="solde_en_retard").where(SQL("reste > 0")))
"""What is left to pay: of an adult, and of the town."""

MOYENS_DE_REGLEMENT = ("payfip", "prelevement", "especes", "cheque", "cesu", "carte", "virement")


class Reglement(Modele):
    """Money received from an adult. Never changed: one that bounces has its counterpart, below zero."""

    famille = ForeignKeyField(Famille, backref="reglements", index=False)
    payeur = ForeignKeyField(Responsable, backref="reglements")
    moyen = CharField(max_length=20)
    montant = IntegerField()
    recu_le = DateField()
    """The civil day on which it came: that of the accounts."""
    cle = CharField(max_length=60, unique=True)
    """Drawn by the form, or `payfip:<idop>`, `prelevement:<id>`: the same money is never counted twice."""
    reference = CharField(max_length=80, default="")
    """The number of a cheque, of an authorisation."""
    saisi_par = ForeignKeyField(Compte, null=True, backref="+")
    saisi_le = UTCDateTimeField()
    contrepartie_de = ForeignKeyField("self", null=True, unique=True, backref="+")
    motif = TextField(default="")
    """Why it did not hold: « Chèque sans provision »."""

    class Meta:
        indexes = ((("famille", "recu_le"), False), (("recu_le", "id"), False))
        constraints = [
            _dans("moyen", MOYENS_DE_REGLEMENT),
            Check("montant <> 0"),
            Check("(montant < 0) = (contrepartie_de_id IS NOT NULL)"),
            Check("contrepartie_de_id IS NULL OR motif <> ''"),
        ]


class Imputation(Modele):
    """What of a receipt, or of an avoir, goes to an invoice; below zero once it is taken off again."""

    facture = ForeignKeyField(Facture, backref="imputations")
    reglement = ForeignKeyField(Reglement, null=True, backref="imputations")
    avoir = ForeignKeyField(Facture, null=True, backref="imputations_de_l_avoir")
    montant = IntegerField()
    quand = UTCDateTimeField()

    class Meta:
        constraints = [
            Check("montant <> 0"),
            Check("(reglement_id IS NULL) <> (avoir_id IS NULL)"),
        ]


class Paiement(Modele):
    """One operation with the payment service (PayFiP). What came of it is always asked of the service."""

    famille = ForeignKeyField(Famille, backref="paiements", index=False)
    payeur = ForeignKeyField(Responsable, backref="paiements")
    compte = ForeignKeyField(Compte, backref="+")
    """Who pays."""
    refdet = CharField(max_length=30, unique=True)
    """Our reference, letters and digits: it comes back with the result."""
    idop = CharField(max_length=36, null=True, unique=True)
    """The service’s; empty until it has answered."""
    montant = IntegerField()
    statut = CharField(max_length=20, default=w.PAIEMENT.initial)
    cree_le = UTCDateTimeField()
    conclu_le = UTCDateTimeField(null=True)
    verifie_le = UTCDateTimeField(null=True)
    """When the service was last asked."""
    reponse = CharField(max_length=250, default="")
    """What it said then, in words, as long as nothing is concluded."""
    recu = IntegerField(null=True)
    """What it says was paid, where that is not `montant`."""
    autorisation = CharField(max_length=40, default="")
    anomalie = TextField(default="")
    """What an agent must look at, in words: an amount that differs, more than was owed…"""
    traitee_le = UTCDateTimeField(null=True)
    """When an agent did."""

    class Meta:
        indexes = ((("famille", "cree_le"), False), (("cree_le", "id"), False))
        constraints = [_dans("statut", w.PAIEMENT.codes), Check("montant > 0")]


Paiement.add_index(
    Paiement.index(Paiement.cree_le, name="paiement_ouvert").where(SQL(f"statut = '{w.OUVERT}'"))
)
Paiement.add_index(
    Paiement.index(Paiement.cree_le, name="paiement_a_verifier").where(
        SQL("anomalie <> '' AND traitee_le IS NULL")
    )
)


class FactureDuPaiement(Modele):
    """An invoice that a payment is for, and how much of it."""

    paiement = ForeignKeyField(Paiement, backref="factures", index=False)
    facture = ForeignKeyField(Facture, backref="+")
    montant = IntegerField()
    ouverte = BooleanField(default=True)
    """As long as the operation is: an invoice is in one at most."""

    class Meta:
        indexes = ((("paiement", "facture"), True),)
        constraints = [Check("montant > 0")]


FactureDuPaiement.add_index(
    FactureDuPaiement.index(FactureDuPaiement.facture, unique=True, name="facture_en_paiement").where(
        SQL("ouverte")
    )
)


class Mandat(Modele):
    """An adult’s leave to be debited (SEPA Core). Void after 36 months without a collection."""

    responsable = ForeignKeyField(Responsable, backref="mandats", index=False)
    rum = CharField(max_length=35, unique=True)
    """Référence unique du mandat."""
    signe_le = DateField()
    banque = TextField()
    """Holder, IBAN and BIC as they were signed for, sealed together."""
    statut = CharField(max_length=20, default=w.MANDAT.initial)
    collecte_le = DateField(null=True)
    """The day of the last collection; empty: the next one is the first (FRST)."""
    cree_le = UTCDateTimeField()
    agent = ForeignKeyField(Compte, backref="+", index=False)

    class Meta:
        constraints = [_dans("statut", w.MANDAT.codes)]


Mandat.add_index(
    Mandat.index(Mandat.responsable, unique=True, name="mandat_actif").where(SQL(f"statut = '{w.ACTIF}'"))
)


class Remise(Modele):
    """A file of direct debits (pain.008): made, given to the bank, then collected."""

    jour = DateField()
    """When the accounts are debited."""
    creee_le = UTCDateTimeField()
    creee_par = ForeignKeyField(Compte, backref="+", index=False)
    emportee_le = UTCDateTimeField(null=True)
    """When its file was first taken away for the bank: from then on it is the same file."""
    encaissee_le = UTCDateTimeField(null=True)


class Prelevement(Modele):
    """One debit of a remise: one mandate, one invoice."""

    remise = ForeignKeyField(Remise, backref="prelevements")
    mandat = ForeignKeyField(Mandat, backref="prelevements")
    facture = ForeignKeyField(Facture, backref="+")
    montant = IntegerField()
    premier = BooleanField()
    """Whether it is the first of its mandate (FRST), or comes after others (RCUR)."""
    statut = CharField(max_length=20, default=w.PRELEVEMENT.initial)
    motif = TextField(default="")
    """Why the bank sent it back."""

    class Meta:
        constraints = [_dans("statut", w.PRELEVEMENT.codes), Check("montant > 0")]


Prelevement.add_index(
    Prelevement.index(Prelevement.facture, unique=True, name="prelevement_prevu").where(
        SQL(f"statut = '{w.PREVU}'")
    )
)


class Entente(Modele):
    """What an agent and an adult agreed on to pay over time: reminders stop until `jusqu_au`."""

    payeur = ForeignKeyField(Responsable, backref="ententes")
    texte = TextField()
    jusqu_au = DateField()
    agent = ForeignKeyField(Compte, backref="+", index=False)
    faite_le = UTCDateTimeField()
    levee_le = UTCDateTimeField(null=True)

    class Meta:
        constraints = [Check("texte <> ''")]


class Relance(Modele):
    """A reminder sent about an invoice that is late."""

    facture = ForeignKeyField(Facture, backref="relances", index=False)
    rang = SmallIntegerField()
    """1 for the first."""
    envoyee_le = UTCDateTimeField(index=True)
    agent = ForeignKeyField(Compte, backref="+")

    class Meta:
        indexes = ((("facture", "rang"), True),)


class Contestation(Modele):
    """The line of an invoice that a line of a demande is about."""

    ligne = ForeignKeyField(Ligne, unique=True, backref="contestations")
    facturee = ForeignKeyField(LigneDeFacture, backref="contestations")
    texte = TextField()
    """What the family says of it."""
    rendue = ForeignKeyField(LigneDeFacture, null=True, unique=True, backref="+")
    """Once accepted: the line of the avoir that gives it back."""

    class Meta:
        constraints = [Check("texte <> ''")]


TABLES = (
    Ville,
    LogoDeVille,
    PageDeLaVille,
    TexteDeCourriel,
    Compte,
    Famille,
    Responsable,
    Abonnement,
    CodeAbonne,
    SessionOuverte,
    SecondFacteur,
    CodeDeSecours,
    Jeton,
    EchecConnexion,
    FiltreGarde,
    Lieu,
    Affectation,
    Enfant,
    LienParental,
    Agenda,
    ContactHabilite,
    Photo,
    Activite,
    SansRappel,
    Capacite,
    CapaciteActivite,
    MotifAbsence,
    MotifRefus,
    Horaire,
    Calendrier,
    Seance,
    JourDeCapacite,
    Demande,
    PriseEnCharge,
    NoteInterne,
    Preinscription,
    Reservation,
    Presence,
    Pointage,
    Ligne,
    Reponse,
    RegleDeReponse,
    JourVoulu,
    Message,
    Document,
    Modification,
    Evenement,
    Courriel,
    Tache,
    Importation,
    Tarif,
    TrancheDeTarif,
    PartDePayeur,
    ReglagesDeFacturation,
    Campagne,
    ApercuDeCampagne,
    FamilleAFacturer,
    Facture,
    LigneDeFacture,
    Solde,
    Reglement,
    Imputation,
    Paiement,
    FactureDuPaiement,
    Mandat,
    Remise,
    Prelevement,
    Entente,
    Relance,
    Contestation,
)

EN_AJOUT_SEUL: dict[str, tuple[str, ...]] = {
    "evenement": (),
    "facture": ("famille_id", "payeur_id"),
    "ligne_de_facture": ("enfant_id",),
    "reglement": ("famille_id", "payeur_id"),
    "imputation": (),
}
"""The tables whose rows never change nor go, once written: triggers hold them. All that may still be written
is whose they are, when two files of one family become one."""


def _ajout_seul(table: str) -> tuple[str, ...]:
    """The triggers that hold this table, on the present engine."""
    suivent = EN_AJOUT_SEUL[table]
    colonnes = [
        champ.column_name
        for modele in TABLES
        if modele._meta.table_name == table
        for champ in modele._meta.sorted_fields
        if champ.column_name not in suivent
    ]
    quoi = f"UPDATE OF {', '.join(colonnes)}" if suivent else "UPDATE"
    phrase = "le journal est en ajout seul" if table == "evenement" else f"{table} est en ajout seul"
    if moteur() == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_sans_{nom} BEFORE {acte} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{phrase}'); END"
            for nom, acte in (("update", quoi), ("delete", "DELETE"))
        )
    return (
        f"CREATE FUNCTION {table}_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{phrase}'; END $$",
        f"CREATE TRIGGER {table}_sans_update BEFORE {quoi} OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_ajout_seul()",
    )


AJOUTER_AU_JOUR = """INSERT INTO jour_de_capacite (capacite_id, jour, prises, mouvements) {} \
ON CONFLICT (capacite_id, jour) DO UPDATE SET prises = jour_de_capacite.prises + excluded.prises, \
mouvements = jour_de_capacite.mouvements + excluded.mouvements"""
LES_SIENNES = "capacite_id IN (SELECT capacite_id FROM capacite_activite WHERE activite_id = OLD.activite_id)"
JOURS_DE_CAPACITE = {
    ("seance", "INSERT", "NEW.prises <> 0"): AJOUTER_AU_JOUR.format(
        "SELECT capacite_id, NEW.jour, NEW.prises, NEW.mouvements + 1 FROM capacite_activite "
        "WHERE activite_id = NEW.activite_id"
    ),
    ("seance", "UPDATE OF prises, mouvements", "TRUE"): AJOUTER_AU_JOUR.format(
        "SELECT capacite_id, NEW.jour, NEW.prises - OLD.prises, NEW.mouvements - OLD.mouvements "
        "FROM capacite_activite WHERE activite_id = NEW.activite_id"
    ),
    ("seance", "DELETE", "OLD.prises <> 0"): (
        "UPDATE jour_de_capacite SET prises = prises - OLD.prises, mouvements = mouvements + 1 "
        f"WHERE jour = OLD.jour AND {LES_SIENNES}"
    ),
    ("capacite_activite", "INSERT", "TRUE"): AJOUTER_AU_JOUR.format(
        "SELECT NEW.capacite_id, jour, SUM(prises), SUM(mouvements + 1) FROM seance "
        "WHERE activite_id = NEW.activite_id GROUP BY jour HAVING SUM(prises) <> 0 ORDER BY jour"
    ),
    ("capacite_activite", "DELETE", "TRUE"): (
        "UPDATE jour_de_capacite SET mouvements = mouvements + 1, prises = prises - (SELECT SUM(s.prises) "
        "FROM seance s WHERE s.activite_id = OLD.activite_id AND s.jour = jour_de_capacite.jour) "
        "WHERE capacite_id = OLD.capacite_id AND jour IN "
        "(SELECT s.jour FROM seance s WHERE s.activite_id = OLD.activite_id AND s.prises <> 0)"
    ),
}
"""What keeps `JourDeCapacite` true, whoever writes: of which table, when, for which rows.

A séance never changes its day nor its activity. One of which nothing is taken leaves the row of its day
alone: whoever makes séances would wait there for those who book, and they for him.
"""


def _jours_de_capacite() -> Iterator[str]:
    """These triggers, on the present engine."""
    for (table, quand, quelles), ordre in JOURS_DE_CAPACITE.items():
        nom = f"{table}_du_jour_{quand.split()[0].lower()}"
        quand = f"CREATE TRIGGER {nom} AFTER {quand} ON {table} FOR EACH ROW WHEN ({quelles})"
        if moteur() == "sqlite":
            yield f"{quand} BEGIN {ordre}; END"
        else:
            corps = f"BEGIN {ordre}; RETURN NULL; END"
            yield f"CREATE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS $$ {corps} $$"
            yield f"{quand} EXECUTE FUNCTION {nom}()"


def moteur() -> str:
    """`sqlite` or `postgresql`."""
    return "sqlite" if isinstance(db.obj, SqliteDatabase) else "postgresql"


def creer_tables() -> None:
    """The whole schema from these models. Towns are migrated (`migrations/`); a test holds both equal."""
    db.create_tables(TABLES)
    for table in EN_AJOUT_SEUL:
        for ordre in _ajout_seul(table):
            db.execute_sql(ordre)
    for ordre in _jours_de_capacite():
        db.execute_sql(ordre)
