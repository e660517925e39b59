"""At the counter an agent books for a family, or declares absences: the same form, the same rules."""

import datetime as dt
from urllib.parse import urlencode

import pytest

import workflows as w
from models import Courriel, Demande, Evenement, MotifAbsence
from portail import clock
from portail.domain import longue_periode
from portail.domain.refus import Interdit, Refus
from tests.actes import abonner, empreinte, places, prises
from tests.formulaires import poster
from tests.htmx import Page
from tests.invariants import fautes
from tests.longue_periode.souhaits import absences, souhait
from tests.monde import LUNDI


def adresse(monde, suite: str = "") -> str:
    return f"/agents/familles/{monde.moreau.id}/planning{suite}"


def champs(voulu) -> dict[str, list[str]]:
    """The wish, as the form sends it."""
    corps: dict[str, list[str]] = {}
    for nom, valeur in voulu.parametres:
        corps.setdefault(nom, []).append(valeur)
    return corps


def test_the_agent_fills_in_reads_again_confirms_and_sees_what_became_of_it(monde, connexion):
    client = connexion(monde.sophie)
    fiche = Page(client, f"/agents/familles/{monde.moreau.id}")
    page = fiche.suivre(f"a[href='{adresse(monde)}']")
    assert page.texte("h1") == "Réserver ou déclarer une absence"

    relue = Page(client, adresse(monde, f"?{urlencode(voulu(monde).parametres)}&vers=apercu"))
    assert Demande.select().count() == 0, "nothing is written before it is confirmed"
    assert client.get(relue.url).mimetype == "text/html"
    suite = relue.suivre(".pile form button.bouton")

    seance = monde.seance(monde.cantine, LUNDI)
    assert (monde.statut(monde.lea, seance), monde.statut(monde.noe, seance)) == (w.RESERVE, w.RESERVE)
    assert "Demande acceptée : réservation pour Léa et Noé Moreau" in suite.texte("#bandeau")
    assert "Acceptée par Sophie Garnier" in suite.texte(".demande")
    assert fautes() == []


def voulu(monde, **autres):
    """Léa and Noé at the canteen, on Mondays and Tuesdays."""
    return souhait([monde.lea, monde.noe], [monde.cantine], **autres)


def test_it_is_answered_at_once_traced_to_the_agent_and_the_family_gets_the_mail(monde):
    depot = longue_periode.demander_au_guichet(monde.sophie, monde.moreau, voulu(monde))

    demande = Demande.get_by_id(depot.demande.id)
    assert (demande.statut, demande.auteur, demande.agent) == (w.ACCEPTEE, monde.sophie, monde.sophie)
    lignes = Evenement.select().where(Evenement.demande == demande)
    assert {e.auteur for e in lignes} == {monde.sophie}
    assert {e.famille for e in lignes} == {monde.moreau}
    (courriel,) = Courriel.select()
    assert (courriel.destinataire, "acceptée" in courriel.sujet) == ("famille@example.org", True)
    assert "Sophie Garnier a enregistré pour vous, au guichet, la demande n°" in courriel.corps


def test_a_full_day_puts_the_child_on_the_waiting_list_as_it_does_for_a_parent(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.tomas, seance, w.RESERVE)
    longue_periode.demander_au_guichet(monde.sophie, monde.moreau, voulu(monde))
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert prises(seance) == 1


def test_the_counter_gives_nothing_that_the_rules_refuse_to_the_family(monde, connexion):
    tard = clock.instant(LUNDI - dt.timedelta(1), dt.time(8))
    trop_tard = souhait([monde.lea], [monde.cantine], (0,), debut=LUNDI, fin=LUNDI)
    with clock.figer(tard):
        with pytest.raises(Refus, match="Le délai est dépassé"):
            longue_periode.demander_au_guichet(monde.sophie, monde.moreau, trop_tard)
        reponse = poster(connexion(monde.sophie), adresse(monde), champs(trop_tard))
    assert reponse.status_code == 422
    assert "trop tard" in reponse.text
    assert empreinte()[0] == 0


def test_an_absence_with_its_reason_is_written_at_once_and_says_whether_it_is_billed(monde, connexion):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    motif = MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    absence = absences([monde.lea], [monde.cantine], motif=motif.id)
    client = connexion(monde.sophie)

    relue = Page(client, adresse(monde, f"?{urlencode(absence.parametres)}&vers=apercu"))
    assert not relue.tous("input[type=file]"), "the agent has seen the document, or has not"
    suite = relue.suivre(".pile form button.bouton")

    assert (monde.statut(monde.lea, seance), prises(seance)) == (w.ABSENT, 0)
    assert "Motif Maladie" in suite.texte(".demande .fiche")
    assert "Facturation Non facturée" in suite.texte(".demande .fiche")


def test_confirming_twice_changes_nothing_and_says_so(monde, connexion):
    client = connexion(monde.sophie)
    corps = champs(voulu(monde))
    premiere = poster(client, adresse(monde), corps)
    avant = empreinte()
    seconde = poster(client, adresse(monde), corps)
    assert (premiere.status_code, seconde.status_code) == (303, 303)
    assert (premiere.location, empreinte()) == (seconde.location, avant)
    assert "Rien n’a changé" in client.get(seconde.location).text


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("debut", "31/02/2027", "Cette date n’existe pas"),
        ("fin", "2026-12-02", "La date de fin est avant"),
        ("semaine", "", "Choisissez au moins un jour de la semaine"),
        ("nature", "zzz", "Choisissez ce que vous demandez"),
        ("motif", "zzz", None),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    monde, connexion, champ, valeur, phrase
):
    client = connexion(monde.sophie)
    corps = champs(voulu(monde)) | {champ: [valeur]}
    vue = client.get(adresse(monde), query_string=corps | {"vers": ["apercu"]})
    envoyee = poster(client, adresse(monde), corps) if phrase else None
    if phrase is None:
        assert vue.status_code == 200, "a booking has no reason"
        return
    for reponse in (vue, envoyee):
        assert reponse.status_code == 422
        assert phrase in reponse.text
        coche = f'type="checkbox" name="enfants" value="{monde.noe.id}" checked'
        assert coche in reponse.text
    assert empreinte()[0] == 0


def test_the_children_of_others_and_families_that_are_not_are_a_404(monde, connexion):
    client = connexion(monde.sophie)
    autrui = champs(voulu(monde)) | {"enfants": [str(monde.tomas.id)]}
    assert client.get(adresse(monde), query_string=autrui).status_code == 404
    assert poster(client, adresse(monde), autrui).status_code == 404
    assert client.get("/agents/familles/10000000/planning").status_code == 404
    assert poster(client, "/agents/familles/10000000/planning").status_code == 404


def test_only_agents_and_never_for_their_own_family(monde, connexion):
    for compte in (monde.claire, monde.animateur):
        assert connexion(compte).get(adresse(monde)).status_code == 403
        assert poster(connexion(compte), adresse(monde), champs(voulu(monde))).status_code == 403
        with pytest.raises(Interdit):
            longue_periode.demander_au_guichet(compte, monde.moreau, voulu(monde))
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    client = connexion(soi)
    page = client.get(adresse(monde))
    assert "un autre agent doit s’en occuper" in page.text
    assert '<form class="deux longue"' not in page.text
    assert poster(client, adresse(monde), champs(voulu(monde))).status_code == 422
    assert adresse(monde) not in client.get(f"/agents/familles/{monde.moreau.id}").text
    assert empreinte()[0] == 0


def test_the_count_beside_the_form_is_told_without_reloading(monde, connexion):
    page = Page(connexion(monde.sophie), adresse(monde, f"?{urlencode(voulu(monde).parametres)}"))
    assert "8 créneaux possibles" in page.texte("#compte")
    assert page.un("[hx-get]")["hx-get"] == adresse(monde)
