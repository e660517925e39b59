"""The throttle: who guesses waits longer and longer, who knows gets in, and nobody is locked out for ever."""

import datetime as dt
import threading

import pytest

from models import EchecConnexion, db, ecrites, write_transaction
from portail import clock, create_app
from portail.domain import comptes, essais
from portail.domain.refus import Refus
from tests.actes import session_de
from tests.conftest import BON_MARCHE, config_de_test
from tests.formulaires import csrf, poster
from tests.monde import MAINTENANT, MOT_DE_PASSE


def essayer(client, mot_de_passe: str, email: str = "famille@example.org", **autres):
    return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe}, **autres)


@pytest.fixture
def hachages(monkeypatch):
    """How many passwords were really looked at, and that no transaction was open meanwhile."""
    comptes_vus = []

    class Espion:
        def __getattr__(self, nom):
            return getattr(BON_MARCHE, nom)

        def verify(self, hache, mot_de_passe):
            assert not db.in_transaction()
            comptes_vus.append(mot_de_passe)
            return BON_MARCHE.verify(hache, mot_de_passe)

    espion = Espion()
    monkeypatch.setattr(comptes, "_hacheur", lambda: espion)
    return comptes_vus


@pytest.mark.parametrize("email", ["famille@example.org", "personne@example.org"])
def test_the_sixth_try_waits_one_minute(client, monde, hachages, email):
    for _ in range(5):
        assert essayer(client, "mauvais", email).status_code == 422
    reponse = essayer(client, MOT_DE_PASSE, email)
    assert reponse.status_code == 429
    assert reponse.headers["Retry-After"] == "61"
    assert "Trop d’essais manqués. Vous pourrez réessayer à partir de 10 h 01." in reponse.text
    assert len(hachages) == 5


def test_the_right_password_enters_after_the_wait_and_clears_the_count(client, monde):
    for _ in range(5):
        essayer(client, "mauvais")
    with clock.figer(MAINTENANT + dt.timedelta(seconds=60)):
        assert essayer(client, MOT_DE_PASSE).status_code == 303
        poster(client, "/deconnexion")
        for _ in range(4):
            assert essayer(client, "mauvais").status_code == 422
        assert essayer(client, MOT_DE_PASSE).status_code == 303


def test_a_whole_day_of_guessing_gives_less_than_25_tries_and_no_lock_for_ever(client, monde, hachages):
    attentes = []
    instant = MAINTENANT
    while instant < MAINTENANT + dt.timedelta(hours=24):
        with clock.figer(instant):
            reponse = essayer(client, "mauvais")
        attente = int(reponse.headers.get("Retry-After", 0))
        if attente:
            attentes.append(attente // 60)
        instant += dt.timedelta(seconds=attente)
    assert attentes[:9] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert set(attentes[7:]) == {120}
    assert len(hachages) <= 25
    with clock.figer(instant + dt.timedelta(hours=2)):
        assert essayer(client, MOT_DE_PASSE).status_code == 303


def test_simultaneous_tries_are_all_counted(base, monde, hachages):
    depart = threading.Barrier(20)
    refus: list[int] = []

    def essai():
        depart.wait()
        try:
            comptes.se_connecter("famille@example.org", "mauvais", "192.0.2.1")
        except Refus as exc:
            refus.append(exc.statut)
        finally:
            db.close()

    fils = [threading.Thread(target=essai) for _ in range(20)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(refus) == [422] * 5 + [429] * 15
    assert len(hachages) == 5


def test_two_hundred_sign_ins_from_one_address_all_pass(client, monde):
    jeton = csrf(client)
    for _ in range(200):
        reponse = client.post(
            "/connexion",
            data={"csrf_token": jeton, "email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE},
        )
        assert reponse.status_code == 303
        jeton = csrf(client)
    assert EchecConnexion.select().count() == 0


def test_of_thirty_wrong_tries_in_a_row_five_reach_the_hash(client, monde, hachages):
    statuts = [essayer(client, "mauvais").status_code for _ in range(30)]
    assert statuts == [422] * 5 + [429] * 25
    assert len(hachages) == 5


def test_thirty_wrong_tries_over_a_day_reach_the_hash_25_times_at_most(client, monde, hachages):
    for rang in range(30):
        with clock.figer(MAINTENANT + dt.timedelta(minutes=48 * rang)):
            assert essayer(client, "mauvais").status_code in (422, 429)
    assert len(hachages) <= 25
    with clock.figer(MAINTENANT + dt.timedelta(hours=26)):
        assert essayer(client, MOT_DE_PASSE).status_code == 303


def test_two_hundred_people_of_one_address_come_in_within_five_minutes_while_others_fail_there(
    app, monde, hachages
):
    gens = [compte.email for compte in (monde.claire, monde.paulo, monde.sophie, monde.marc)]
    for rang in range(250):  # a school, a mobile network: each of these is a stranger's account
        with pytest.raises(Refus, match="incorrect"):
            comptes.se_connecter(f"inconnu{rang}@example.org", "x", "127.0.0.1")
    for rang in range(200):
        with clock.figer(MAINTENANT + dt.timedelta(seconds=1.5 * rang)):
            assert essayer(app.test_client(), MOT_DE_PASSE, gens[rang % len(gens)]).status_code == 303
    assert len(hachages) == 450


@pytest.fixture
def adresse_impatiente(monkeypatch):
    monkeypatch.setattr(
        essais, "ADRESSE", essais.Patience(3, dt.timedelta(hours=1), dt.timedelta(minutes=15))
    )


def test_an_address_that_fails_everywhere_waits_and_cannot_lie_about_itself(
    client, monde, adresse_impatiente
):
    for rang in range(3):
        menteur = {"X-Forwarded-For": f"203.0.113.{rang}"}
        assert essayer(client, "x", f"inconnu{rang}@example.org", headers=menteur).status_code == 422
    menteur = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1"}
    assert essayer(client, MOT_DE_PASSE, headers=menteur).status_code == 429
    ailleurs = {"REMOTE_ADDR": "198.51.100.1"}
    assert essayer(client, MOT_DE_PASSE, environ_base=ailleurs).status_code == 303


def test_behind_a_declared_proxy_the_address_is_the_one_it_gives(
    base, url_de_base, monde, adresse_impatiente
):
    client = create_app(config_de_test(url_de_base, proxys=1)).test_client()
    for rang in range(3):
        # What the visitor wrote comes first; what our own proxy added comes last, and counts.
        chaine = {"X-Forwarded-For": f"203.0.113.{rang}, 192.0.2.7"}
        assert essayer(client, "x", f"inconnu{rang}@example.org", headers=chaine).status_code == 422
    assert essayer(client, "x", headers={"X-Forwarded-For": "1.1.1.1, 192.0.2.7"}).status_code == 429
    assert essayer(client, "x", headers={"X-Forwarded-For": "192.0.2.7, 192.0.2.8"}).status_code == 422


def test_an_ipv6_network_is_one_address(base, monde, adresse_impatiente):
    for fin in ("1", "2:3", "ffff"):
        with pytest.raises(Refus):
            comptes.se_connecter("a@example.org", "x", f"2001:db8:1:1::{fin}")
    with pytest.raises(essais.TropDEssais):
        comptes.se_connecter("b@example.org", "x", "2001:db8:1:1::4")
    with pytest.raises(Refus, match="incorrect"):
        comptes.se_connecter("b@example.org", "x", "2001:db8:1:2::4")


def test_listening_on_ipv6_the_ipv4_visitors_do_not_share_one_count(base, monde, adresse_impatiente):
    for adresse in ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"):
        with pytest.raises(Refus):
            comptes.se_connecter("a@example.org", "x", adresse)
    with pytest.raises(essais.TropDEssais):
        comptes.se_connecter("b@example.org", "x", "192.0.2.1")
    with pytest.raises(Refus, match="incorrect"):
        comptes.se_connecter("b@example.org", "x", "::ffff:192.0.2.2")


def test_the_count_that_another_sign_in_forgets_meanwhile_is_no_error(monde, monkeypatch):
    """Two sign-ins at once: the one that succeeds takes the row away while the other one counts."""
    email = monde.claire.email
    essais.compter(email, "192.0.2.1")
    oublis = []

    def ecrire(ordre, *reste, **autres):
        curseur = executer(ordre, *reste, **autres)
        if ordre.startswith("INSERT") and not oublis:
            oublis.append(threading.Thread(target=oublier))
            oublis[0].start()
            oublis[0].join(1)
        return curseur

    def oublier():
        with db.connection_context():
            essais.oublier(email)

    executer = db.obj.execute_sql
    monkeypatch.setattr(db.obj, "execute_sql", ecrire)
    essais.compter(email, "192.0.2.1")
    oublis[0].join()
    assert EchecConnexion.select().count() == 0


def test_the_table_does_not_say_who_tried(client, monde):
    essayer(client, "mauvais")
    for echec in EchecConnexion.select():
        assert len(echec.cle) == 64
        assert "famille" not in echec.cle


def test_housekeeping_forgets_what_serves_no_more(client, monde):
    essayer(client, "mauvais")
    comptes.faire_le_menage()
    assert EchecConnexion.select().count() == 2
    with clock.figer(MAINTENANT + dt.timedelta(days=3)):
        comptes.faire_le_menage()
    assert EchecConnexion.select().count() == 0


def test_what_comes_before_an_act_is_not_counted_as_one(app, monde):
    """Should the act fail after it, the page says that nothing of what was asked is written: it is true."""
    session, avant = session_de(monde.claire), ecrites()
    essais.compter("famille@example.org", "192.0.2.1")
    essais.compter_un_second_facteur(monde.sophie)
    essais.compter_un_code(monde.claire.id, "104582", "192.0.2.1")
    comptes.confirmer(session, MOT_DE_PASSE, "192.0.2.1")
    assert ecrites() == avant
    assert EchecConnexion.select().exists()
    with write_transaction():
        pass
    assert ecrites() == avant + 1
