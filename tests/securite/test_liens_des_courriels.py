"""A whole life of mails, by requests that lie about their host: each link leads to the configured one."""

import re
from importlib.metadata import version

import workflows as w
from models import Courriel, Demande
from portail.domain import courriels
from tests.actes import absenter, lignes, places
from tests.conftest import ADRESSE
from tests.courrier import lien_recu
from tests.formulaires import poster
from tests.monde import JEUDI, LUNDI

MENTEURS = {
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-Server": "evil.test",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "4567",
    "X-Host": "evil.test",
    "X-Original-URL": "http://evil.test/",
    "Forwarded": "host=evil.test;proto=https",
    "Origin": "http://evil.test",
    "Host": "localhost:4567",
}
EMAIL = "nadege.petit@example.org"
NADEGE = {"nom": "Petit", "prenom": "Nadège", "email": EMAIL, "mot_de_passe": "cerise plume orage"}
CLAIRE = "famille@example.org"


def la_vie_d_un_compte(client) -> None:
    """Signing up, asking for the link again, activating, forgetting the password, choosing another."""

    def envoyer(url: str, champs: dict | None = None):
        return poster(client, url, champs, headers=MENTEURS)

    assert envoyer("/compte/creer", NADEGE).status_code == 303
    assert envoyer("/compte/activation", {"email": EMAIL}).status_code == 303
    assert envoyer(lien_recu(EMAIL)).status_code == 303
    assert envoyer("/compte/creer", NADEGE).status_code == 303
    assert envoyer("/mot-de-passe/oublie", {"email": CLAIRE}).status_code == 303
    assert envoyer(lien_recu(CLAIRE), {"mot_de_passe": "brouette vert lundi"}).status_code == 303


def la_vie_d_une_demande(famille, agent, monde) -> None:
    """Two bookings, one refused and one put on the list; an absence accepted, a child promoted."""
    for enfant, jour in ((monde.lea, JEUDI), (monde.noe, JEUDI)):
        seance = monde.seance(monde.cantine, jour)
        adresse = f"/famille/planning/creneaux/{enfant.id}/{seance.id}/demande"
        assert poster(famille, adresse, {"voulu": w.RESERVE}, headers=MENTEURS).status_code == 303
    demandes = list(Demande.select().order_by(Demande.id))
    absence = absenter(monde, (monde.lea, places(monde.seance(monde.soir, LUNDI), 1)))
    monde.poser(monde.tomas, monde.seance(monde.soir, LUNDI), w.LISTE_ATTENTE)
    for demande, reponse, champs in (
        (demandes[0], "refus", {"motif": "Activité complète"}),
        (demandes[-1], "acceptation", {}),
        (absence, "acceptation", {}),
    ):
        adresse = f"/agents/demandes/{demande.id}/{reponse}"
        champs["ligne"] = [ligne.id for ligne in lignes(demande)]
        assert poster(agent, adresse, champs, headers=MENTEURS).status_code == 303


def test_every_mail_of_the_portal_links_to_the_configured_host_only(client, connexion, monde):
    la_vie_d_une_demande(connexion(monde.claire), connexion(monde.sophie), monde)
    la_vie_d_un_compte(client)
    ecrits = list(Courriel.select())
    genres = {courriel.cle.partition(":")[0] for courriel in ecrits}
    assert genres >= {"accuse", "reponse", "promotion", "compte"}
    assert len({courriel.sujet for courriel in ecrits}) >= 7
    liens = 0
    for courriel in ecrits:
        texte = "\n".join((courriel.sujet, courriels.en_clair(courriel), courriel.message_id))
        assert "evil" not in texte and "4567" not in texte, texte
        trouves = re.findall(r"[a-z]+://[^\s/]*", texte)
        assert set(trouves) <= {ADRESSE}, texte
        liens += len(trouves)
    assert liens >= len(ecrits)


def test_a_foreign_host_gets_no_mail_written(client, monde):
    for hote in ("evil.test", "localhost.evil.test", "localhost@evil.test"):
        for adresse, champs in (
            ("/compte/creer", NADEGE),
            ("/compte/activation", {"email": CLAIRE}),
            ("/mot-de-passe/oublie", {"email": CLAIRE}),
        ):
            assert poster(client, adresse, champs, headers={"Host": hote}).status_code == 400
    assert Courriel.select().count() == 0


def test_flask_knows_trusted_hosts():
    assert tuple(map(int, version("flask").split(".")[:2])) >= (3, 1)
