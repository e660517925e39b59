"""Two files of one family become one: all of the duplicate goes to the file that is kept."""

import datetime as dt

import pytest

import workflows as w
from models import (
    Abonnement,
    Affectation,
    CodeAbonne,
    Demande,
    Enfant,
    Evenement,
    Famille,
    LienParental,
    Lieu,
    PartDePayeur,
    Pointage,
    Preinscription,
    Presence,
    Reservation,
    Responsable,
    Seance,
    SessionOuverte,
    normaliser,
)
from portail.domain import abonnements, doublons, familles, fusion, planning, verification
from portail.domain import recherche_familles as recherche
from portail.domain.doublons import Pareils
from portail.domain.pointage import Geste, pointer
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import abonner, demander, modifier, places, session_de, statut
from tests.courrier import recus
from tests.formulaires import poster
from tests.htmx import Page
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI, MAINTENANT


@pytest.fixture
def double(monde) -> Famille:
    """The Moreau file a second time: Julien, Léa once more, and a cousin, Zoé; the account of Julien."""
    famille = Famille.create(nom="Moreau", code_abonne="104599", recherche="moreau", cree_le=MAINTENANT)
    julien = abonner(famille, "julien@example.org")
    adulte = Responsable.create(
        famille=famille, prenom="Julien", nom="Moreau", email="julien@example.org", telephone="0612345678"
    )
    Abonnement.update(responsable=adulte).where(Abonnement.compte == julien).execute()
    for rang, (prenom, naissance) in enumerate(
        (("lea", dt.date(2018, 3, 14)), ("Zoé", dt.date(2021, 1, 1))), start=1
    ):
        enfant = Enfant.create(
            famille=famille,
            prenom=prenom,
            nom="Moreau",
            naissance=naissance,
            ecole=monde.cantine.lieu,
            rang=rang,
            recherche=normaliser(f"{prenom} Moreau"),
        )
        LienParental.create(responsable=adulte, enfant=enfant, droit="plein")
        inscrire(enfant, monde.cantine)
    return famille


def inscrire(enfant, activite, **plus) -> Preinscription:
    annee = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2027, 7, 2)} | plus
    return Preinscription.create(
        enfant=enfant, activite=activite, statut=w.RESERVATION_POSSIBLE, cree_le=MAINTENANT, **annee
    )


def autre_lea(double) -> Enfant:
    return Enfant.get(Enfant.famille == double, Enfant.prenom == "lea")


def reunir(monde, double, pareils: Pareils | None = None, par=None) -> Famille:
    pareils = doublons.proposer(monde.moreau, double) if pareils is None else pareils
    examen = doublons.examiner(monde.moreau, double, pareils)
    session = session_de(par or monde.sophie)
    return fusion.reunir(session, monde.moreau.id, double.id, pareils, examen.repere)


def ruptures() -> set[str]:
    """What `verifier` tells; the registrations of the small world begin without a line of the journal."""
    return {rupture.invariant for rupture in verification.verifier()} - {"Journal", "Suite du journal"}


def test_who_seems_to_be_whom_is_proposed(monde, double):
    pareils = doublons.proposer(monde.moreau, double)
    assert pareils.enfants == {autre_lea(double).id: monde.lea.id}
    assert list(pareils.adultes.values()) == [monde.adulte_julien.id]


def test_all_of_it_goes_to_the_file_that_is_kept(monde, double):
    avant, lea = ruptures(), monde.lea
    doublee, julien = autre_lea(double), Abonnement.get(famille=double).compte
    depot = planning.demander_reservation(
        julien, double, [(doublee.id, monde.seance(monde.cantine, LUNDI).id)]
    )
    familles.emettre_un_code(monde.sophie, double.id)
    SessionOuverte.update(famille=double).execute()

    garde = reunir(monde, double)

    assert garde == monde.moreau and not Enfant.select().where(Enfant.famille == double).exists()
    siens = [e.prenom for e in Enfant.select().where(Enfant.famille == garde).order_by(Enfant.rang)]
    assert siens == ["Léa", "Noé", "Inès", "Zoé"]
    demande = Demande.get_by_id(depot.demande.id)
    assert demande.famille == garde and demande.lignes.get().reservation.enfant == lea
    assert Responsable.select().where(Responsable.famille == garde).count() == 2
    assert Responsable.get_by_id(monde.adulte_julien.id).telephone == "0612345678", (
        "what was missing is taken"
    )
    sien = Abonnement.get(compte=julien)
    assert (sien.famille, sien.statut, sien.responsable) == (garde, w.ACTIF, monde.adulte_julien)
    droits = LienParental.select().where(LienParental.responsable == monde.adulte_julien)
    assert droits.count() == 4, "Julien keeps his rights over Zoé too"
    assert CodeAbonne.get().remplace_le is not None
    actes = [(e.acte, e.famille_id) for e in Evenement.select().where(Evenement.objet == "famille")]
    assert actes == [(fusion.REUNIR, garde.id), (fusion.VIDER, double.id)]
    for email in ("julien@example.org", "famille@example.org"):
        assert recus(email)[-1].sujet == "Vos deux dossiers n’en font plus qu’un"
    assert (fautes(), ruptures()) == ([], avant)


@pytest.mark.parametrize("garde_en_a", [False, True])
def test_who_pays_for_a_child_goes_on_paying_it(monde, double, garde_en_a):
    """The shares of the emptied file stand where the kept one has none; they always make a hundred."""
    julien = Responsable.get(Responsable.famille == double)
    for enfant in Enfant.select().where(Enfant.famille == double):
        PartDePayeur.create(enfant=enfant, responsable=julien, part=100)
    if garde_en_a:
        PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_claire, part=70)
        PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_julien, part=30)
    reunir(monde, double)
    parts = [(p.enfant.prenom, p.responsable.prenom, p.part) for p in PartDePayeur.select()]
    de_lea = [("Léa", "Claire", 70), ("Léa", "Julien", 30)] if garde_en_a else [("Léa", "Julien", 100)]
    assert sorted(parts) == [*de_lea, ("Zoé", "Julien", 100)]
    assert "Parts des payeurs" not in ruptures()


def test_what_the_emptied_sheets_alone_say_is_kept(monde, double):
    """What the other software calls them too: else the next import makes them once more."""
    avant = {"identifiant": "E-77", "rentre_seul": False, "image": True}
    Enfant.update(avant).where(Enfant.id == autre_lea(double).id).execute()
    Enfant.update(baignade=False).where(Enfant.id == monde.lea.id).execute()
    adresse = {"voie": "3 rue des Lilas", "code_postal": "69001", "commune": "Lyon", "quotient": 64200}
    Responsable.update(adresse | {"identifiant": "R-5"}).where(Responsable.famille == double).execute()
    Responsable.update(commune="Bron").where(Responsable.id == monde.adulte_julien.id).execute()
    reunir(monde, double)
    lea, julien = Enfant.get_by_id(monde.lea.id), Responsable.get_by_id(monde.adulte_julien.id)
    assert (lea.identifiant, lea.rentre_seul, lea.image, lea.baignade) == ("E-77", False, True, False)
    assert (julien.identifiant, julien.quotient) == ("R-5", 64200)
    assert (julien.voie, julien.commune) == ("", "Bron"), "an address is taken whole, or not at all"


def test_a_right_or_an_autorisation_said_otherwise_stands_in_the_way(monde, double):
    """A right that was taken away in one file does not come back with the other."""
    LienParental.update(droit="aucun").where(LienParental.enfant == autre_lea(double)).execute()
    Enfant.update(rentre_seul=False).where(Enfant.id == autre_lea(double).id).execute()
    Enfant.update(rentre_seul=True).where(Enfant.id == monde.lea.id).execute()
    avant = Evenement.select().count()
    with pytest.raises(Refus) as refus:
        reunir(monde, double)
    assert "Julien Moreau, pour lea : « aucun droit » dans le dossier vidé" in refus.value.phrase
    assert "lea : les deux dossiers ne disent pas la même chose de « " in refus.value.phrase
    assert Evenement.select().count() == avant
    LienParental.update(droit="plein").execute()
    Enfant.update(rentre_seul=True).execute()
    assert reunir(monde, double) == monde.moreau


@pytest.mark.parametrize("statuts", [(w.NON_RESERVE, w.RESERVE), (w.RESERVE, w.RESERVE), (w.RESERVE, None)])
def test_the_roll_calls_follow_the_child(monde, double, statuts):
    """On a séance where the child had something in both, what stands says so."""
    seance = places(monde.seance(monde.cantine, MAINTENANT.date()), 5)
    vide, garde = autre_lea(double), monde.lea
    pose, pointe = statuts
    if pose != w.NON_RESERVE:
        monde.poser(garde, seance, pose)
    if pointe:
        monde.poser(vide, seance, pointe)
    absent = statuts == (w.RESERVE, w.RESERVE)
    pointer(monde.animateur, seance.id, vide.id, Geste("absent" if absent else "present"))
    if pose == w.NON_RESERVE:
        pointer(monde.animateur, seance.id, garde.id, Geste("present"))
    taps = Pointage.select().count()
    reunir(monde, double)
    assert Pointage.select().where(Pointage.enfant == garde).count() == taps
    siennes = [(p.etat, p.sans_reservation) for p in Presence.select().where(Presence.enfant == garde)]
    assert siennes == ([] if absent else [("present", pointe is None)])
    assert {"Pointages", "Dossiers réunis"}.isdisjoint(ruptures()) and fautes() == []


def test_verifier_tells_of_what_is_left_in_an_emptied_file(monde, double):
    Famille.update(fusionnee_dans=monde.moreau).where(Famille.id == double.id).execute()
    assert "Dossiers réunis" in ruptures()
    reunis = [r.phrase for r in verification.verifier() if r.invariant == "Dossiers réunis"]
    assert any("« enfant »" in phrase for phrase in reunis)


def test_a_file_merged_twice_over_leads_to_the_last_one(monde, double):
    """Its duplicate first, then itself: each leads to where all of it now is."""
    reunir(monde, double)
    examen = doublons.examiner(monde.dasilva, monde.moreau, Pareils())
    fusion.reunir(session_de(monde.sophie), monde.dasilva.id, monde.moreau.id, Pareils(), examen.repere)
    assert {f.fusionnee_dans for f in Famille.select().where(Famille.id != monde.dasilva.id)} == {
        monde.dasilva
    }
    assert "Dossiers réunis" not in ruptures()


def test_the_number_of_the_emptied_file_leads_to_the_kept_one(monde, double, connexion):
    reunir(monde, double)
    client = connexion(monde.sophie)
    reponse = client.get(f"/agents/familles/{double.id}")
    assert (reponse.status_code, reponse.location) == (303, f"/agents/familles/{monde.moreau.id}")
    assert [r.code_abonne for r in recherche.chercher("104599").rangees] == ["104582"]
    assert [r.code_abonne for r in recherche.chercher("moreau").rangees] == ["104582"]
    paulo = monde.paulo
    abonne = abonnements.s_abonner(paulo, "104599", dt.date(2018, 3, 14))
    assert abonne.famille == monde.moreau
    with pytest.raises(Introuvable):
        familles.emettre_un_code(monde.sophie, double.id)


def test_what_was_booked_twice_counts_once_and_the_place_goes_to_who_waits(monde, double):
    seance = places(monde.seance(monde.cantine, JEUDI), 2)
    un = monde.poser(monde.lea, seance, w.RESERVE)
    deux = monde.poser(autre_lea(double), seance, w.RESERVE)
    attend = monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    reunir(monde, double)
    assert (statut(un), statut(attend)) == (w.RESERVE, w.RESERVE)
    assert not Reservation.select().where(Reservation.id == deux.id).exists()
    assert Seance.get_by_id(seance.id).prises == 2
    assert fautes() == []


def test_what_one_file_left_gives_way_to_what_the_other_has(monde, double):
    seance = monde.seance(monde.cantine, JEUDI)
    demande = demander(monde, (monde.lea, seance))
    planning.annuler(monde.claire, monde.moreau, demande.lignes.get().id)
    pris = monde.poser(autre_lea(double), seance, w.RESERVE)
    reunir(monde, double)
    assert Reservation.get(Reservation.enfant == monde.lea, Reservation.seance == seance) == pris
    assert demande.lignes.get().reservation == pris, "the line that was cancelled still says of what"
    assert fautes() == []


def test_registrations_that_the_kept_file_covers_are_cancelled(monde, double):
    reunir(monde, double)
    siennes = Preinscription.select().where(
        Preinscription.enfant == monde.lea, Preinscription.activite == monde.cantine
    )
    assert sorted(p.statut for p in siennes) == sorted([w.RESERVATION_POSSIBLE, w.ANNULEE])
    assert "Une inscription à la fois" not in ruptures()


def test_what_cannot_be_told_apart_is_refused_and_nothing_is_written(monde, double):
    monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.ABSENT)
    monde.poser(autre_lea(double), monde.seance(monde.cantine, JEUDI), w.RESERVE)
    inscrire(autre_lea(double), monde.soir, fin=dt.date(2027, 8, 1))
    modifier(monde, monde.lea, classe="CM1")
    lignes = Evenement.select().count()
    with pytest.raises(Refus) as refus:
        reunir(monde, double)
    assert "Léa" in refus.value.phrase or "lea" in refus.value.phrase
    assert "« réservé » dans le dossier vidé, « absent » dans l’autre" in refus.value.phrase
    assert "Accueil du soir" in refus.value.phrase
    assert Evenement.select().count() == lignes and Enfant.select().where(Enfant.famille == double).exists()


def test_what_has_moved_since_the_preview_is_told_by_a_409(monde, double):
    pareils = doublons.proposer(monde.moreau, double)
    repere = doublons.examiner(monde.moreau, double, pareils).repere
    monde.poser(autre_lea(double), monde.seance(monde.cantine, LUNDI), w.RESERVE)
    with pytest.raises(DejaChange):
        fusion.reunir(session_de(monde.sophie), monde.moreau.id, double.id, pareils, repere)


def test_not_ones_own_family_not_without_the_password_not_with_few_places(monde, double):
    pareils = doublons.proposer(monde.moreau, double)
    repere = doublons.examiner(monde.moreau, double, pareils).repere
    soi = abonner(double, "agent-et-parent@example.org", role="agent")
    essais = (
        (session_de(soi), Refus),
        (session_de(monde.sophie, confirmee_le=None), Refus),
        (session_de(monde.animateur), Interdit),
        (session_de(monde.claire), Interdit),
    )
    for session, attendu in essais:
        with pytest.raises(attendu):
            fusion.reunir(session, monde.moreau.id, double.id, pareils, repere)
    Affectation.create(compte=monde.marc, lieu=monde.cantine.lieu)
    with pytest.raises(Interdit, match="tous les lieux"):
        fusion.reunir(session_de(monde.marc), monde.moreau.id, double.id, pareils, repere)
    ailleurs = Lieu.create(nom="Ailleurs")
    Affectation.update(lieu=ailleurs).execute()
    with pytest.raises(Introuvable):
        fusion.reunir(session_de(monde.marc), monde.moreau.id, double.id, pareils, repere)
    with pytest.raises(Refus, match="c’est celui-ci"):
        fusion.reunir(session_de(monde.sophie), monde.moreau.id, monde.moreau.id, Pareils(), repere)
    assert Famille.get_by_id(double.id).fusionnee_dans is None


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here
def test_who_has_some_places_only_is_not_led_to_a_refusal(monde, connexion):
    fiche, marc = f"/agents/familles/{monde.moreau.id}", connexion(monde.marc)
    assert "/reunion" in marc.get(fiche).text
    Affectation.create(compte=monde.marc, lieu=monde.cantine.lieu)
    assert "/reunion" not in marc.get(fiche).text


def test_on_the_screen_side_by_side_then_one_act(monde, double, connexion):
    client = connexion(monde.sophie)
    ici = f"/agents/familles/{monde.moreau.id}/reunion"
    assert client.get(f"{ici}?avec=999").status_code == 422
    page = Page(client, f"{ici}?avec=104599")
    texte = page.texte("main")
    assert "104582" in texte and "la même personne que Léa Moreau" in texte
    assert "La réunion ne se défait pas" in texte
    (choisi,) = [o["value"] for o in page.tous("select option[selected]") if o["value"].startswith("e")]
    corps = {
        "avec": "104599",
        "repere": page.un("input[name=repere]")["value"],
        "pareil": [champ["value"] for champ in page.tous("form[method=post] input[name=pareil]")],
    }
    assert choisi in corps["pareil"]
    assert poster(client, ici, corps).status_code == 422, "without the last word"
    assert poster(client, ici, corps | {"certain": "y"}).status_code == 303
    assert Famille.get_by_id(double.id).fusionnee_dans == monde.moreau
