"""Leaving the waiting list from the link of a mail, without signing in."""

import re

import pytest

import workflows as w
from models import Abonnement, Compte, Courriel, Evenement, LienParental, Preinscription, Reservation, Seance
from portail.domain import courriels, liste_attente, moderation, planning, renoncement
from portail.domain.refus import DejaChange
from portail.domain.renoncement import LienInconnu
from tests.actes import demander, empreinte, places
from tests.formulaires import poster
from tests.html import lire, mots
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI
from tests.preinscriptions.parents import en_parent

LIEN = re.compile(r"/liste-d-attente/[\w-]{43}")


@pytest.fixture
def seance(monde) -> Seance:
    return places(monde.seance(monde.matin, LUNDI), 0)


@pytest.fixture
def lea_attend(monde, seance) -> Reservation:
    demander(monde, (monde.lea, seance))
    return Reservation.get()


def recu(email: str = "famille@example.org") -> str:
    """The text of the last answer, as it leaves."""
    lettres = Courriel.select().where(Courriel.cle.startswith("reponse:"), Courriel.destinataire == email)
    return courriels.en_clair(lettres.order_by(Courriel.id.desc()).get())


def liens(email: str = "famille@example.org") -> list[str]:
    return LIEN.findall(recu(email))


def lien() -> str:
    (seul,) = liens()
    return seul


def jeton() -> str:
    return lien().rsplit("/", 1)[1]


# ——— it works ———


def test_the_page_says_who_waits_for_what_and_has_one_button(monde, client, lea_attend):
    monde.poser(monde.tomas, lea_attend.seance, w.LISTE_ATTENTE)
    avant = empreinte()
    page = lire(client.get(lien()).text)
    texte = mots(page.main)
    assert "Renoncer à la place de Léa ?" in texte and "Accueil du matin" in texte
    assert "lundi 7 décembre, 7 h 30 – 8 h 30" in texte and "1er sur la liste d’attente" in texte
    assert "avant le dimanche 6 décembre à 12 h" in texte
    assert "Moreau" not in texte and "Tomás" not in texte
    assert [b.text for b in page.select("main button")] == ["Renoncer à la place"]
    assert empreinte() == avant and monde.statut(monde.lea, lea_attend.seance) == w.LISTE_ATTENTE


def test_the_button_leaves_the_list_without_signing_in(monde, client, lea_attend):
    adresse = lien()
    reponse = poster(client, adresse)
    assert (reponse.status_code, reponse.location) == (303, adresse)
    texte = mots(lire(client.get(adresse).text).main)
    assert "Léa n’attend plus" in texte and "Vous avez quitté la liste d’attente." in texte
    assert monde.statut(monde.lea, lea_attend.seance) == w.NON_RESERVE
    dernier = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (dernier.acte, dernier.auteur, dernier.famille) == (w.RENONCER, monde.claire, monde.moreau)
    assert client.get("/famille").status_code in (302, 303)  # nobody is signed in for all that
    assert fautes() == []


def test_twice_is_harmless(monde, client, lea_attend):
    adresse = lien()
    poster(client, adresse)
    avant = empreinte()
    assert poster(client, adresse).status_code == 303
    assert empreinte() == avant and client.get(adresse).status_code == 200


def test_who_waits_behind_is_first_from_now_on(monde, client, seance, lea_attend):
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)
    poster(client, lien())
    places(seance, 1)
    liste_attente.reprendre()
    assert monde.statut(monde.noe, seance) == w.RESERVE


# ——— the mail ———


def test_the_mail_of_an_agents_answer_carries_the_link(monde, client):
    seance = places(monde.seance(monde.cantine, LUNDI), 0)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    moderation.accepter(monde.sophie, demande.id)
    assert "Vous n’en voulez plus ? Renoncez-y ici, sans vous connecter :" in recu()
    pages = [mots(lire(client.get(adresse).text).h1) for adresse in liens()]
    assert pages == ["Renoncer à la place de Léa ?", "Renoncer à la place de Noé ?"]


def test_a_copy_of_the_database_opens_nothing(monde, lea_attend):
    (courriel,) = Courriel.select().where(Courriel.cle.startswith("reponse:"))
    assert jeton() not in courriel.corps and jeton() not in courriel.scelle
    assert "{jeton:0}" in courriel.corps


def test_each_account_has_its_own_link_and_who_only_follows_has_none(monde):
    en_parent(monde, "plein")
    demander(monde, (monde.lea, places(monde.seance(monde.matin, LUNDI), 0)))
    assert liens() and liens("julien@example.org") and liens() != liens("julien@example.org")
    LienParental.update(droit="information").where(LienParental.responsable == monde.adulte_julien).execute()
    demander(monde, (monde.lea, places(monde.seance(monde.matin, JEUDI), 0)))
    assert liens() and not liens("julien@example.org")
    assert "liste d’attente" in recu("julien@example.org")


def test_for_more_than_eight_the_mail_leads_to_the_planning(monde):
    Seance.update(places=0).where(Seance.activite == monde.matin).execute()
    seances = list(Seance.select().where(Seance.activite == monde.matin, Seance.jour > LUNDI).limit(3))
    enfants = (monde.lea, monde.noe, monde.ines)
    planning.demander_reservation(
        monde.claire, monde.moreau, [(e.id, s.id) for e in enfants for s in seances]
    )
    assert not liens()
    assert "Renoncez-y sur le planning :" in recu() and Courriel.get().scelle is None


def test_an_answer_without_a_list_has_no_link(monde):
    demander(monde, (monde.lea, monde.seance(monde.matin, LUNDI)))
    assert not liens() and "Renoncez" not in recu()


def test_a_name_that_looks_like_a_token_takes_nobodys(monde, seance):
    type(monde.lea).update(prenom="{jeton:1} {jeton}").where(type(monde.lea).prenom == "Noé").execute()
    noe = type(monde.lea).get(rang=2, famille=monde.moreau)
    demander(monde, (monde.lea, seance), (noe, seance))
    jetons = {adresse.rsplit("/", 1)[1] for adresse in liens()}
    qui = {renoncement.lire(j).creneau.enfant.id for j in jetons}
    assert qui == {monde.lea.id, noe.id}


# ——— when it no longer holds ———


def test_a_place_given_meanwhile_is_told_and_kept(monde, client, lea_attend):
    adresse = lien()
    places(lea_attend.seance, 1)
    liste_attente.reprendre()
    assert monde.statut(monde.lea, lea_attend.seance) == w.RESERVE
    reponse = client.get(adresse)
    assert reponse.status_code == 410 and "Léa n’est plus dans cette attente" in reponse.text
    assert not lire(reponse.text).select("main button")
    assert poster(client, adresse).status_code == 409
    assert monde.statut(monde.lea, lea_attend.seance) == w.RESERVE


def test_another_waiting_of_the_same_child_is_not_left(monde, client, lea_attend):
    ancien = jeton()
    liste_attente.renoncer(monde.claire, monde.moreau, (monde.lea.id, lea_attend.seance_id))
    demander(monde, (monde.lea, lea_attend.seance))
    with pytest.raises(DejaChange):
        renoncement.renoncer(ancien)
    assert client.get(f"/liste-d-attente/{ancien}").status_code == 410
    assert poster(client, f"/liste-d-attente/{ancien}").status_code == 409
    assert monde.statut(monde.lea, lea_attend.seance) == w.LISTE_ATTENTE


def test_between_the_reading_and_the_act_another_waiting_is_not_left(monde, lea_attend):
    with pytest.raises(DejaChange, match="demandée de nouveau"):
        voeu = (monde.lea.id, lea_attend.seance_id)
        liste_attente.renoncer(monde.claire, monde.moreau, voeu, ordre=lea_attend.ordre - 1)
    assert monde.statut(monde.lea, lea_attend.seance) == w.LISTE_ATTENTE


def fermer(monde) -> None:
    Compte.update(actif=False).where(Compte.id == monde.claire.id).execute()


def resilier(monde) -> None:
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()


def ne_plus_decider(monde) -> None:
    LienParental.update(droit="information").execute()


def ne_plus_suivre(monde) -> None:
    LienParental.update(droit="aucun").execute()


@pytest.mark.parametrize("perdre", [fermer, resilier, ne_plus_decider, ne_plus_suivre])
def test_who_has_no_say_any_more_opens_nothing(monde, client, lea_attend, perdre):
    adresse, avant = lien(), empreinte()
    perdre(monde)
    for reponse in (client.get(adresse), poster(client, adresse)):
        assert reponse.status_code == 404
        assert "Ce lien ne sert plus" in reponse.text and "Léa" not in reponse.text
    assert (empreinte(), monde.statut(monde.lea, lea_attend.seance)) == (avant, w.LISTE_ATTENTE)


def test_a_child_no_longer_registered_there_has_nothing_to_leave(monde, client, lea_attend):
    adresse = lien()
    liste_attente.renoncer(monde.claire, monde.moreau, (monde.lea.id, lea_attend.seance_id))
    Preinscription.update(statut=w.ANNULEE).execute()
    assert client.get(adresse).status_code == 404


# ——— what is no token ———


@pytest.mark.parametrize("rang", [0, 8, 20, 30, 41])
def test_a_token_that_was_touched_opens_nothing(client, lea_attend, rang):
    bon = jeton()
    faux = bon[:rang] + ("A" if bon[rang] != "A" else "B") + bon[rang + 1 :]
    assert client.get(f"/liste-d-attente/{faux}").status_code == 404
    assert poster(client, f"/liste-d-attente/{faux}").status_code == 404


@pytest.mark.parametrize("faux", ["a", "a" * 43, "_" * 43, "a" * 42, "-"])
def test_what_is_no_token_opens_nothing(client, faux):
    assert client.get(f"/liste-d-attente/{faux}").status_code == 404


def test_the_token_of_one_account_is_not_that_of_another(monde, lea_attend):
    paulo = renoncement.signer(lea_attend.id, lea_attend.ordre, monde.paulo.id)
    with pytest.raises(LienInconnu):
        renoncement.lire(paulo)


def test_the_button_needs_its_token_against_forgery(client, lea_attend):
    assert client.post(lien()).status_code == 400


def test_who_is_signed_in_as_somebody_else_may_use_it_all_the_same(monde, connexion, lea_attend):
    assert poster(connexion(monde.paulo), lien()).status_code == 303
    assert monde.statut(monde.lea, lea_attend.seance) == w.NON_RESERVE
