"""What is counted above the queue: by nature, by age, by who looks after it; similar ones together."""

import datetime as dt

import pytest

import workflows as w
from models import Demande, Ligne, Reservation
from portail.domain import lecture_moderation, moderation, prises_en_charge
from portail.domain.filtres_moderation import ANCIEN, JOUR, SEMAINE, Filtres
from tests.actes import absenter, demander
from tests.html import mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI, MAINTENANT


def vieillir(demande: Demande, quand: dt.datetime) -> None:
    Demande.update(deposee_le=quand).where(Demande.id == demande.id).execute()


@pytest.fixture
def quatre(monde) -> list[Demande]:
    """Sent today, at the first instant of the week that is not old, just before it, long ago: an absence."""
    minuit = dt.datetime.combine(MAINTENANT.date() - dt.timedelta(days=6), dt.time(), MAINTENANT.tzinfo)
    faites = [
        demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI))),
        demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI))),
        demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI))),
        absenter(monde, (monde.ines, monde.seance(monde.soir, JEUDI))),
    ]
    vieillir(faites[1], minuit)
    vieillir(faites[2], minuit - dt.timedelta(seconds=1))
    vieillir(faites[3], MAINTENANT - dt.timedelta(days=40))
    return faites


def comptes(filtres: Filtres, agent=None) -> dict[str, dict[str, int]]:
    file = lecture_moderation.file(filtres, agent=agent)
    return {f.nom: {c.nom: c.combien for c in f.choix} for f in file.compte.facettes}


def test_each_demande_has_one_age_by_the_calendar_in_paris(quatre):
    for age, attendues in ((JOUR, quatre[:1]), (SEMAINE, quatre[1:2]), (ANCIEN, quatre[:1:-1])):
        file = lecture_moderation.file(Filtres(age=age))
        assert [r.id for r in file.rangees] == [d.id for d in attendues], age
        assert file.comptes["a-traiter"] == len(attendues)
    assert comptes(Filtres())["Déposées"] == {
        "Aujourd’hui": 1,
        "Depuis 1 à 6 jours": 1,
        "Depuis 7 jours et plus": 2,
    }


def test_a_count_keeps_to_all_the_other_filters(monde, quatre):
    prises_en_charge.prendre(monde.sophie, quatre[3].id)
    tout = comptes(Filtres(), monde.sophie)
    assert tout["Nature"] == {"Réservation": 3, "Absence": 1}
    assert tout["Suivies"] == {"Les miennes": 1, "À personne": 3}
    anciennes = comptes(Filtres(age=ANCIEN), monde.sophie)
    assert anciennes["Nature"] == {"Réservation": 1, "Absence": 1}
    assert sum(anciennes["Déposées"].values()) == 4, "what another age would show"
    assert comptes(Filtres(age=ANCIEN, nature=w.NATURE_ABSENCE))["Déposées"] == {"Depuis 7 jours et plus": 1}
    assert comptes(Filtres(q="da silva")) == {"Nature": {}, "Déposées": {}, "Suivies": {}}


def test_late_and_answered_ones_are_counted_by_nature_too(monde, quatre):
    Demande.update(a_traiter_avant=MAINTENANT).where(Demande.id == quatre[0].id).execute()
    moderation.accepter(monde.marc, quatre[1].id)
    file = lecture_moderation.file(Filtres(etat="en-retard"))
    assert (file.comptes["en-retard"], file.comptes["a-traiter"], file.comptes["traitees"]) == (1, 3, 1)
    assert comptes(Filtres(etat="en-retard"))["Nature"] == {"Réservation": 1}
    assert comptes(Filtres(etat="traitees")) == {"Nature": {"Réservation": 1}}
    miennes = lecture_moderation.file(Filtres(etat="traitees", suivi="moi"), agent=monde.marc)
    assert [r.id for r in miennes.rangees] == [quatre[1].id]
    assert not lecture_moderation.file(Filtres(etat="traitees", suivi="moi"), agent=monde.sophie).rangees


def test_each_count_is_a_link_that_filters_and_the_one_that_is_on_takes_it_off(monde, connexion, quatre):
    page = Page(connexion(monde.sophie), "/agents")
    (lien,) = [a for a in page.tous(".decompte a") if mots(a) == "Depuis 7 jours et plus 2"]
    filtree = page.suivre(lien)
    assert "age=ancien" in filtree.url and len(filtree.tous(".file > li")) == 2
    assert len(filtree.suivre(".decompte [aria-current]").tous(".file > li")) == 4


@pytest.mark.parametrize("requete", ["age=zzz", "suivi=zzz", "par=zzz", "age=jour&age=ancien"])
def test_what_cannot_be_is_told_and_left_out(monde, connexion, requete):
    page = Page(connexion(monde.sophie), f"/agents?{requete}", 422)
    assert page.texte(".avis.erreur")


# ——— similar ones put together ———


def poser(monde, enfant, famille, auteur, seances) -> Demande:
    demande = Demande.create(
        famille=famille, auteur=auteur, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )
    for seance in seances:
        reservation, _ = Reservation.get_or_create(
            enfant=enfant, seance=seance, defaults={"statut": w.RESERVATION_ATTENTE}
        )
        Ligne.create(demande=demande, reservation=reservation)
    return demande


@pytest.fixture
def semblables(monde) -> dict[str, Demande]:
    """Two families at the canteen that week, one of them twice; one over several weeks; another activity."""
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    plus_tard = monde.seance(monde.cantine, LUNDI + dt.timedelta(days=7))
    return {
        "lea": poser(monde, monde.lea, monde.moreau, monde.claire, [lundi]),
        "tomas": poser(monde, monde.tomas, monde.dasilva, monde.paulo, [lundi, jeudi]),
        "soir": poser(monde, monde.lea, monde.moreau, monde.claire, [monde.seance(monde.soir, LUNDI)]),
        "noe": poser(monde, monde.noe, monde.moreau, monde.claire, [jeudi]),
        "longue": poser(monde, monde.ines, monde.moreau, monde.claire, [lundi, plus_tard]),
    }


def test_by_activity_and_week_a_family_s_own_stand_together(monde, semblables):
    lots = lecture_moderation.file(Filtres(par="activite")).lots
    assert [(lot.titre, [r.id for r in lot.rangees]) for lot in lots] == [
        (
            "Réservation : Cantine, Groupe scolaire Jean-Zay, semaine du 7 décembre",
            [semblables[nom].id for nom in ("lea", "noe", "tomas")],
        ),
        (
            "Réservation : Accueil du soir, Groupe scolaire Jean-Zay, semaine du 7 décembre",
            [semblables["soir"].id],
        ),
        (
            "Réservation : Cantine, Groupe scolaire Jean-Zay, sur plusieurs semaines",
            [semblables["longue"].id],
        ),
    ]


def test_by_family(monde, semblables):
    lots = lecture_moderation.file(Filtres(par="famille")).lots
    assert [(lot.titre, lot.combien) for lot in lots] == [
        ("Famille Moreau", "4 demandes"),
        ("Famille Da Silva", "1 demande"),
    ]


def test_one_tick_selects_the_group_that_is_shown_and_nothing_else(monde, connexion, semblables):
    page = Page(connexion(monde.sophie), "/agents?par=activite")
    groupe = page.tous("[data-groupe]")[0]["value"]
    assert groupe == " ".join(str(semblables[nom].id) for nom in ("lea", "noe", "tomas"))
    ailleurs = poser(monde, monde.ines, monde.moreau, monde.claire, [monde.seance(monde.cantine, JEUDI)])
    apercu = page.suivre(".lot > button[name=acte]", demande=[groupe])
    demandes = {int(i) for champ in apercu.tous("input[name=demande]") for i in champ["value"].split()}
    assert demandes == {semblables[nom].id for nom in ("lea", "noe", "tomas")}
    assert ailleurs.id not in demandes


def test_after_an_answer_comes_the_next_of_the_group_then_the_next_group(monde, semblables):
    filtres, suivies = Filtres(par="activite"), []
    ouverte: int | None = semblables["lea"].id
    while ouverte:
        moderation.refuser(monde.marc, ouverte, "Délai dépassé")
        ouverte = lecture_moderation.suivante(filtres, Demande.get_by_id(ouverte))
        suivies.append(ouverte)
    noms = {demande.id: nom for nom, demande in semblables.items()}
    assert [noms.get(i or 0) for i in suivies] == ["noe", "tomas", "soir", "longue", None]


def test_a_page_holds_whole_groups_and_a_large_one_is_shown_in_several_times(monde, monkeypatch, semblables):
    monkeypatch.setattr("portail.domain.groupes_moderation.PAR_PAGE", 4)
    monkeypatch.setattr("portail.domain.groupes_moderation.TRANCHE", 2)
    pages = [lecture_moderation.file(Filtres(par="activite", page=n)) for n in (1, 2, 9)]
    assert [[(lot.combien, len(lot.rangees)) for lot in p.lots] for p in pages[:2]] == [
        [("2 sur 3", 2), ("1 sur 3", 1), ("1 demande", 1)],
        [("1 demande", 1)],
    ]
    assert [p.etendue for p in pages] == ["1 à 4 sur 5", "5 à 5 sur 5", "5 à 5 sur 5"]
