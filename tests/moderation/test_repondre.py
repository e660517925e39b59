"""Answering from the screen: with htmx, without JavaScript, and when somebody was first."""

import pytest

import workflows as w
from models import Abonnement, Demande, Ligne, Preinscription, Reservation
from portail.domain import moderation, planning
from tests.actes import absenter, demander, empreinte, lignes, places, statut
from tests.formulaires import poster
from tests.htmx import PASSAGERES, Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI

ACCEPTER, ATTENDRE, REFUSER = (
    ".reponse button[hx-post*=acceptation]",
    ".reponse button[hx-post*=liste-d-attente]",
    ".reponse button[hx-post*=refus]",
)
MOTIF = "Activité complète"
GARDEES = (*PASSAGERES, ".reponse")
"""What was typed is still there after an answer that came too late."""


@pytest.fixture
def file(monde):
    """Three demandes of the family, one line each but the second: Léa, then Noé twice, then Inès."""
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    return [
        demander(monde, (monde.lea, lundi)),
        demander(monde, (monde.noe, lundi), (monde.noe, jeudi)),
        demander(monde, (monde.ines, lundi)),
    ]


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


def ouvrir(agent, demande: Demande, requete: str = "") -> Page:
    return Page(agent, f"/agents/demandes/{demande.id}{requete}")


def rangs(page: Page) -> list[int]:
    return [int(rang["id"].removeprefix("d-")) for rang in page.tous(".file > li")]


# ——— with htmx ———


def test_accepting_takes_the_row_out_counts_it_says_it_and_opens_the_next_one(monde, agent, file):
    page = Page(agent, "/agents")

    page.cliquer(ACCEPTER)

    assert statut(file[0]) == w.ACCEPTEE
    assert rangs(page) == [file[1].id, file[2].id]
    assert page.texte(".onglets [aria-current]") == "À traiter 2"
    assert "Demande acceptée : réservation pour Léa Moreau, Cantine, lun. 7 déc." in page.texte("#annonce")
    assert page.un("#bandeau a")["href"] == f"/agents/demandes/{file[0].id}"
    assert page.un(".demande")["id"] == f"demande-{file[1].id}"
    assert page.url == f"/agents/demandes/{file[1].id}"
    assert_comme_rechargee(page)


def test_the_focus_goes_to_the_demande_that_comes(agent, file):
    page = Page(agent, "/agents")
    assert not page.tous("[autofocus]"), "a page loaded afresh takes nobody's focus"
    reponse = page.cliquer(ACCEPTER)
    assert reponse.text.count("autofocus") == 1
    assert page.un("[autofocus]")["id"] == f"titre-{file[1].id}"


def test_refusing_with_a_reason(monde, agent, file):
    page = ouvrir(agent, file[2])

    page.cliquer(REFUSER, motif=MOTIF)

    assert statut(file[2]) == w.REFUSEE
    assert lignes(file[2])[0].motif == MOTIF
    assert "Demande refusée" in page.texte("#annonce")
    assert page.un(".demande")["id"] == f"demande-{file[0].id}", "after the last one, the first one"
    assert_comme_rechargee(page)


def test_refusing_with_words_of_ones_own(agent, file):
    page = ouvrir(agent, file[0])
    page.cliquer(REFUSER, motif="autre", precision="  Le bus ne passe pas\n ce jour-là ")
    assert lignes(file[0])[0].motif == "Le bus ne passe pas ce jour-là"
    assert_comme_rechargee(page)


def test_putting_on_the_waiting_list(monde, agent, file):
    page = ouvrir(agent, file[0])
    page.cliquer(ATTENDRE)
    assert monde.statut(monde.lea, monde.seance(monde.cantine, LUNDI)) == w.LISTE_ATTENTE
    assert "dont 1 créneau en liste d’attente" in page.texte("#annonce")
    assert_comme_rechargee(page)


def test_accepting_where_no_place_is_left_says_that_the_child_waits(monde, agent, file):
    places(monde.seance(monde.cantine, LUNDI), 0)
    page = ouvrir(agent, file[0])
    page.cliquer(ACCEPTER)
    assert "dont 1 créneau en liste d’attente" in page.texte("#annonce")
    assert_comme_rechargee(page)


def test_accepting_and_refusing_an_absence(monde, agent):
    seance, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    absenter(monde, (monde.lea, seance))
    absenter(monde, (monde.lea, jeudi))
    page = Page(agent, "/agents")
    assert not page.tous(ATTENDRE), "an absence has no waiting list"

    page.cliquer(ACCEPTER)
    assert monde.statut(monde.lea, seance) == w.ABSENT
    assert_comme_rechargee(page)
    page.cliquer(REFUSER, motif="Absence non recevable pour ce jour")
    assert monde.statut(monde.lea, jeudi) == w.RESERVE
    assert "La file est vide" in page.texte(".vide")
    assert page.un("[autofocus]").get_text() == "La file est vide"
    assert_comme_rechargee(page)


def test_line_by_line_the_demande_stays_open_until_the_last_one(monde, agent, file):
    premiere, seconde = lignes(file[1])
    page = ouvrir(agent, file[1])

    page.cliquer(ACCEPTER, ligne=premiere.id)

    assert (statut(premiere), statut(seconde), statut(file[1])) == (w.ACCEPTEE, w.EN_ATTENTE, w.EN_ATTENTE)
    assert "il reste 1 ligne à traiter" in page.texte("#annonce")
    assert page.un(".demande")["id"] == f"demande-{file[1].id}"
    assert "Sophie Garnier a répondu à une partie des lignes" in page.texte(".demande")
    assert rangs(page) == [demande.id for demande in file]
    assert_comme_rechargee(page)

    page.cliquer(REFUSER, motif=MOTIF)
    assert statut(file[1]) == w.ACCEPTEE_EN_PARTIE
    assert "Demande acceptée en partie" in page.texte("#annonce")
    assert_comme_rechargee(page)


def test_the_filters_and_the_page_are_kept_from_one_answer_to_the_next(monde, agent, file):
    page = Page(agent, "/agents?nature=reservation&q=noe")
    page.cliquer(".file a")
    assert page.url == f"/agents/demandes/{file[1].id}?nature=reservation&q=noe"
    assert_comme_rechargee(page)

    page.cliquer(ACCEPTER)

    assert page.url == "/agents?nature=reservation&q=noe"
    assert "Aucune demande ne correspond" in page.texte(".vide")
    assert_comme_rechargee(page)


def test_opening_a_row_changes_the_address_the_title_and_the_detail(agent, file):
    page = Page(agent, "/agents")
    page.cliquer(f"#d-{file[2].id} a")
    assert page.url == f"/agents/demandes/{file[2].id}"
    assert page.soupe.title.get_text().startswith(f"Demande n° {file[2].numero} – ")
    assert page.un("[autofocus]")["id"] == f"titre-{file[2].id}"
    assert_comme_rechargee(page)


# ——— without JavaScript ———


@pytest.mark.parametrize(
    ("bouton", "champs", "attendu"),
    [
        (ACCEPTER, {}, w.ACCEPTEE),
        (ATTENDRE, {}, w.ACCEPTEE),
        (REFUSER, {"motif": MOTIF}, w.REFUSEE),
    ],
)
def test_without_javascript_the_same_click_leads_to_the_next_demande_with_the_sentence(
    agent, file, bouton, champs, attendu
):
    suite = Page(agent, "/agents?q=moreau").suivre(bouton, **champs)

    assert statut(file[0]) == attendu
    assert suite.url == f"/agents/demandes/{file[1].id}?q=moreau"
    assert suite.texte("#bandeau").startswith("Demande ")
    assert rangs(suite) == [file[1].id, file[2].id]
    assert suite.suivre("#bandeau a").texte(".demande h2") == "Réservation pour Léa Moreau"


def test_without_javascript_a_line_at_a_time(agent, file):
    seconde = lignes(file[1])[1]
    suite = ouvrir(agent, file[1]).suivre(ACCEPTER, ligne=seconde.id)
    assert statut(seconde) == w.ACCEPTEE
    assert suite.url == f"/agents/demandes/{file[1].id}"
    assert "il reste 1 ligne à traiter" in suite.texte("#bandeau")


# ——— what is typed wrong ———


@pytest.mark.parametrize(
    ("champs", "phrase", "champ"),
    [
        ({}, "Choisissez le motif du refus", "motif"),
        ({"motif": "inventé"}, "Ce motif n’existe pas", "motif"),
        ({"motif": "autre"}, "Précisez le motif", "precision"),
        ({"motif": "autre", "precision": " \t "}, "Précisez le motif", "precision"),
        ({"motif": "autre", "precision": "é" * 301}, "La précision est trop longue", "precision"),
    ],
)
@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
def test_a_refusal_without_a_proper_reason_is_told_beside_the_field_and_keeps_what_was_typed(
    agent, file, champs, phrase, champ, geste
):
    premiere = lignes(file[1])[0]
    page, avant = ouvrir(agent, file[1]), empreinte()

    rendue = getattr(page, geste)(REFUSER, 422, ligne=premiere.id, **champs)
    page = page if geste == "cliquer" else rendue

    saisi = page.un(f".reponse [name={champ}]")
    assert phrase in page.texte(f"#{saisi['aria-describedby']}")
    assert saisi["aria-invalid"] == "true" and saisi.has_attr("autofocus")
    assert [case["value"] for case in page.tous("[name=ligne][checked]")] == [str(premiere.id)]
    if champs.get("motif") == "autre":
        assert page.un(".reponse option[selected]")["value"] == "autre"
        assert page.un(".reponse [name=precision]")["value"] == champs.get("precision", "")
    assert empreinte() == avant


@pytest.mark.parametrize("bouton", [ACCEPTER, ATTENDRE, REFUSER])
@pytest.mark.parametrize("choix", [[], ["abc"], ["999999"], ["-1"], ["99999999999999999999"]])
def test_no_line_chosen_is_told_and_nothing_changes(agent, file, bouton, choix):
    page, avant = ouvrir(agent, file[1]), empreinte()
    page.cliquer(bouton, 422, ligne=choix, motif=MOTIF)
    assert page.texte(".reponse > .message") == "Choisissez au moins une ligne de la demande."
    assert page.un(".reponse > .message").has_attr("autofocus")
    assert empreinte() == avant


def test_what_the_rules_refuse_is_told_above_the_answer(monde, agent, file):
    page = ouvrir(agent, file[0])
    Preinscription.delete().where(Preinscription.enfant == monde.lea).execute()
    page.cliquer(ACCEPTER, 422)
    assert "ne peut être que refusée" in page.texte(".reponse > .message")
    assert statut(file[0]) == w.EN_ATTENTE


def test_about_the_own_family_another_agent_must_answer(monde, connexion, file):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=file[0].deposee_le)
    client = connexion(monde.sophie)
    assert "un autre agent doit répondre" in ouvrir(client, file[0]).texte(".reponse")
    reponse = poster(client, f"/agents/demandes/{file[0].id}/acceptation", {"ligne": lignes(file[0])[0].id})
    assert reponse.status_code == 422
    assert statut(file[0]) == w.EN_ATTENTE


# ——— somebody was first ———


def test_with_htmx_the_second_agent_is_told_who_did_what_and_sees_it(monde, agent, file):
    page = ouvrir(agent, file[0])
    moderation.accepter(monde.marc, file[0].id)
    avant = empreinte()

    page.cliquer(REFUSER, 409, motif=MOTIF)

    dit = "Marc Tessier l’a acceptée, mardi 1er décembre à 10 h. Votre réponse n’a pas été enregistrée."
    assert page.texte("#annonce") == dit
    assert dit in page.texte("#bandeau")
    assert "Acceptée par Marc Tessier" in page.texte(".demande")
    assert not page.tous(".reponse button, .ouverture button")
    assert rangs(page) == [file[1].id, file[2].id]
    assert empreinte() == avant
    assert_comme_rechargee(page)


def test_without_javascript_a_page_tells_it_and_leads_on(monde, agent, file):
    page = ouvrir(agent, file[0], "?q=moreau")
    moderation.refuser(monde.marc, file[0].id, MOTIF)

    refusee = page.suivre(ACCEPTER, 409)

    assert refusee.texte("h1") == "Une autre personne a déjà répondu"
    assert "Marc Tessier l’a refusée, mardi 1er décembre à 10 h." in refusee.texte("main")
    assert "Votre réponse n’a pas été enregistrée" in refusee.texte("main")
    assert "Réservation pour Léa Moreau, Cantine, lun. 7 déc." in refusee.texte(".fiche")
    suivante, celle_ci = refusee.tous(".actions a")
    assert refusee.suivre(suivante).url == f"/agents/demandes/{file[1].id}?q=moreau"
    assert MOTIF in refusee.suivre(celle_ci).texte(".demande")


def test_a_second_click_of_ones_own_is_told_as_such(agent, file):
    page = ouvrir(agent, file[0])
    page.suivre(ACCEPTER)
    assert page.suivre(ACCEPTER, 409).texte("h1") == "Vous avez déjà répondu"


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
def test_what_the_family_withdrew_is_told_as_such(monde, agent, file, geste):
    page = ouvrir(agent, file[0])
    planning.annuler(monde.claire, monde.moreau, lignes(file[0])[0].id)

    rendue = getattr(page, geste)(ACCEPTER, 409)
    page = page if geste == "cliquer" else rendue

    assert "La famille l’a annulée, mardi 1er décembre à 10 h." in page.texte("main")
    assert "Annulée par la famille" in page.texte("main")


def test_of_two_agents_on_two_lines_each_keeps_their_answer(monde, agent, file):
    premiere, seconde = lignes(file[1])
    page = ouvrir(agent, file[1])
    moderation.accepter(monde.marc, file[1].id, [premiere.id])

    page.cliquer(ACCEPTER, 409, ligne=[premiere.id, seconde.id])
    assert "Marc Tessier a accepté cette ligne" in page.texte("#annonce")
    assert statut(seconde) == w.EN_ATTENTE
    assert_comme_rechargee(page, GARDEES)

    page.cliquer(ACCEPTER)
    assert statut(file[1]) == w.ACCEPTEE


def test_a_slot_that_moved_under_the_demande_is_told_and_does_not_break_the_page(monde, agent, file):
    """No act leads there; a base taken over from elsewhere might."""
    Reservation.update(statut=w.RESERVE).where(Reservation.enfant == monde.lea).execute()
    page = Page(agent, "/agents")
    assert page.texte(".passage") == "Réservé devient Réservé"
    page.cliquer(REFUSER, 409, motif=MOTIF)
    assert "L’état a changé entre-temps : Réservé." in page.texte("#annonce")
    assert_comme_rechargee(page, GARDEES)


# ——— who may, and what is not there ———

ACTES = ("acceptation", "refus", "liste-d-attente")


@pytest.mark.parametrize("acte", ACTES)
def test_only_agents_answer_and_what_does_not_exist_is_a_404(monde, connexion, client, file, acte):
    corps = {"ligne": str(lignes(file[0])[0].id), "motif": MOTIF}
    adresse = f"/agents/demandes/{file[0].id}/{acte}"
    famille, animateur, agent = map(connexion, (monde.claire, monde.animateur, monde.sophie))
    avant = empreinte()
    for autre in (famille, animateur):
        assert poster(autre, adresse, corps).status_code == 403
    assert poster(client, adresse, corps).headers["Location"].startswith("/connexion")
    for inconnue in ("999999", "abc", "0", "99999999999999999999"):
        assert poster(agent, f"/agents/demandes/{inconnue}/{acte}", corps).status_code == 404
    assert agent.post(adresse, data=corps).status_code == 400, "no token, no act"
    assert agent.get(adresse).status_code == 405
    assert empreinte() == avant
    assert poster(agent, adresse, corps).status_code == 303


@pytest.mark.parametrize("acte", ACTES)
def test_hostile_values_change_nothing(monde, agent, file, acte):
    adresse, avant = f"/agents/demandes/{file[0].id}/{acte}", empreinte()
    autre = str(lignes(file[1])[0].id)
    for corps, attendu in (
        ({"ligne": autre, "motif": MOTIF}, 422),
        ({"ligne": "1\x00", "motif": MOTIF}, 400),
        ({"ligne": "x" * 900_000, "motif": MOTIF}, 422),
        ({"ligne": "x" * 1_100_000, "motif": MOTIF}, 413),
        ({"ligne": "1 OR 1=1", "motif": MOTIF}, 422),
        ({"motif": MOTIF, "statut": "acceptee", "agent": "1"}, 422),
    ):
        assert poster(agent, adresse, corps).status_code == attendu, corps.keys()
    assert empreinte() == avant
    assert Ligne.select().where(Ligne.statut != w.EN_ATTENTE).count() == 0
