"""Who left with whom, and when; and who must never."""

import datetime as dt
from dataclasses import replace

import pytest

from models import Abonnement, Courriel, Enfant, Evenement, LienParental, Presence
from portail import clock
from portail.domain import sorties
from portail.domain.departs import Depart, partir, revenir
from portail.domain.pointage import pointer
from portail.domain.refus import Introuvable, Refus
from tests.actes import abonner
from tests.dossier.contacts import YANN, poser
from tests.formulaires import poster
from tests.garanties.empreinte import contenu, difference
from tests.monde import MAINTENANT
from tests.pointage.conftest import geste, issues
from tests.pointage.test_pointer import CLE, tenir


@pytest.fixture
def presente(monde, au_complet):
    """Léa is there. Gives the séance."""
    pointer(monde.animateur, au_complet.id, monde.lea.id, geste("present"))
    return au_complet


def jeanne(monde) -> str:
    return f"contact-{monde.lea.contacts.get().id}"


def laisser(monde, seance, avec="autre", cle="", qui=None, **autre) -> str:
    depart = Depart(avec, **autre)
    return partir(qui or monde.animateur, seance.id, monde.lea.id, depart, geste("parti", cle=cle))


def test_with_somebody_who_may_come_the_hour_and_the_name_are_kept(monde, presente):
    plus_tard = MAINTENANT + dt.timedelta(hours=7, minutes=42)
    with clock.figer(plus_tard):
        assert laisser(monde, presente, jeanne(monde), CLE) == "suivi"
        assert laisser(monde, presente, jeanne(monde), CLE) == "suivi"
    presence = Presence.get()
    assert (presence.parti_avec, presence.parti_le) == ("Jeanne Moreau, grand-mère", plus_tard)
    assert (presence.parti_par, presence.parti_motif) == (monde.animateur, "")
    ligne = Evenement.get(Evenement.acte == "depart")
    assert (ligne.famille, ligne.detail) == (monde.moreau, "Jeanne Moreau, grand-mère")
    assert Courriel.select().count() == 0
    tenir()


def test_it_is_undone_and_as_long_as_it_stands_the_pointing_stays(monde, presente):
    laisser(monde, presente, f"adulte-{monde.adulte_claire.id}")
    with pytest.raises(Refus, match="Le départ de Léa est noté"):
        pointer(monde.animateur, presente.id, monde.lea.id, geste("absent", "present"))
    for _ in range(2):
        assert revenir(monde.animateur, presente.id, monde.lea.id, geste("revenu")) == "suivi"
    assert (Presence.get().parti_le, Presence.get().parti_avec) == (None, "")
    assert Evenement.select().where(Evenement.acte == "annuler_depart").count() == 1
    assert pointer(monde.animateur, presente.id, monde.lea.id, geste("absent", "present")) == "suivi"
    tenir()


def test_another_departure_that_comes_later_is_kept_beside_the_first(monde, presente):
    laisser(monde, presente, jeanne(monde))
    assert laisser(monde, presente, f"adulte-{monde.adulte_claire.id}", CLE, monde.sophie) == "conflit"
    assert Presence.get().parti_avec == "Jeanne Moreau, grand-mère"
    assert issues(monde.lea)[-1] == ("parti", "conflit")


@pytest.mark.parametrize(
    ("avec", "autre", "phrase"),
    [
        ("adulte-julien", {}, "Julien Moreau n’a pas le droit de repartir avec Léa"),
        ("autre", {"nom": "moreau JULIEN", "identite": True, "motif": "Il insiste"}, "n’a pas le droit"),
        ("autre", {"nom": "M. Julien Moreau (père)", "identite": True, "motif": "x"}, "n’a pas le droit"),
        ("contact-voisin", {}, "Yann Le Goff n’est pas autorisé"),
        ("seul", {}, "n’autorise pas Léa à rentrer sans adulte"),
        ("contact-0", {}, "Choisissez avec qui"),
        ("autre", {"nom": "Paul", "identite": True, "motif": "x"}, "le prénom et le nom"),
        ("autre", {"nom": "Paul Roux", "motif": "La mère"}, "pièce d’identité"),
        ("autre", {"nom": "Paul Roux", "identite": True, "motif": "  "}, "qui l’a autorisée"),
    ],
)
def test_a_child_is_given_to_nobody_else(monde, presente, avec, autre, phrase):
    voisin = poser(monde.lea, YANN)
    voisin.chercher = False
    voisin.save()
    codes = {"adulte-julien": f"adulte-{monde.adulte_julien.id}", "contact-voisin": f"contact-{voisin.id}"}
    avant = contenu()
    with pytest.raises(Refus, match=phrase):
        laisser(monde, presente, codes.get(avec, avec), **autre)
    assert not difference(avant, contenu())


def test_with_somebody_else_the_reason_is_kept_and_those_who_decide_are_told(monde, presente):
    abonner(monde.moreau, "julien@example.org")
    laisser(monde, presente, nom="Paul  Roux", identite=True, motif="La mère, par téléphone à 9 h 50")
    presence = Presence.get()
    assert (presence.parti_avec, presence.parti_motif) == ("Paul Roux", "La mère, par téléphone à 9 h 50")
    (courriel,) = Courriel.select()
    assert courriel.destinataire == "famille@example.org"
    for mot in ("Léa Moreau", "Paul Roux", "La mère, par téléphone à 9 h 50", "identité a été vérifiée"):
        assert mot in courriel.corps
    assert Evenement.get(Evenement.acte == "depart_exceptionnel").detail.startswith("Paul Roux (La mère")


def test_a_name_that_is_typed_may_be_that_of_somebody_who_may_come(monde, presente):
    laisser(monde, presente, nom="JEANNE moreau")
    assert (Presence.get().parti_avec, Presence.get().parti_motif) == ("Jeanne Moreau, grand-mère", "")
    assert Courriel.select().count() == 0


def test_of_two_who_bear_the_same_name_the_one_who_must_not_come_first(monde, presente):
    """The list names the other one: nobody is given a child by a name that was typed."""
    oncle = poser(monde.lea, replace(YANN, prenom="Julien", nom="Moreau", chercher=True))
    with pytest.raises(Refus, match="n’a pas le droit"):
        laisser(monde, presente, nom="Julien Moreau", identite=True, motif="L’oncle")
    assert laisser(monde, presente, f"contact-{oncle.id}") == "suivi"


def test_on_ones_own_family_a_colleague_notes_a_departure_that_is_out_of_the_ordinary(monde, presente):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut="actif", cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un collègue"):
        laisser(monde, presente, qui=monde.sophie, nom="Paul Roux", identite=True, motif="La mère")
    assert laisser(monde, presente, jeanne(monde), qui=monde.sophie) == "suivi"


def test_alone_if_the_family_lets_it_and_only_a_child_who_is_there(monde, presente, seance):
    Enfant.update(rentre_seul=True).execute()
    assert laisser(monde, presente, sorties.SEUL) == "suivi"
    with pytest.raises(Refus, match="Pointez d’abord Tomás présent"):
        partir(monde.animateur, seance.id, monde.tomas.id, Depart("seul"), geste("parti"))


def test_out_of_the_accounts_places_nobody_leaves(monde, presente, ailleurs):
    avant = contenu()
    for acte in (
        lambda: laisser(monde, presente, jeanne(monde)),
        lambda: revenir(monde.animateur, presente.id, monde.lea.id, geste("revenu")),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert not difference(avant, contenu())


@pytest.mark.parametrize(
    ("droit", "sortie"),
    [
        ("plein", "autorisee"),
        ("retrait", "autorisee"),
        ("information", "non autorisee"),
        ("aucun", "interdite"),
    ],
)
def test_what_a_parent_may_at_the_gate_is_by_right(monde, droit, sortie):
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_julien).execute()
    julien = next(p for p in sorties.personnes([monde.lea.id])[monde.lea.id] if "Julien" in p.nom)
    assert julien.sortie == sortie


def test_by_the_page_what_was_typed_is_still_there_and_the_refusal_beside_it(monde, presente, connexion):
    client = connexion(monde.animateur)
    poster(client, f"/agents/pointage/{presente.id}/ouverture")
    url = f"/agents/pointage/{presente.id}/enfants/{monde.lea.id}/depart"
    refuse = poster(client, url, {"avec": "autre", "nom": "Paul Roux", "motif": "La mère"})
    assert refuse.status_code == 422
    assert 'value="Paul Roux"' in refuse.text and 'value="La mère"' in refuse.text
    assert "Vérifiez sa pièce d’identité" in refuse.text
    assert poster(client, url, {"avec": jeanne(monde)}).status_code == 303
    page = client.get(f"/agents/pointage/{presente.id}").text
    assert "Départ avec Jeanne Moreau, grand-mère, 10 h" in page
    assert poster(client, f"{url}/annulation").status_code == 303
    poster(client, url, {"avec": "autre", "nom": "Paul Roux", "identite": "oui", "motif": "La mère"})
    assert "avec Paul Roux : « La mère »" in client.get("/agents/pointage").text
