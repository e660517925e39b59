"""What is written is iCalendar: RFC 5545 to the letter, the hour of Paris, whatever the words of the town."""

import datetime as dt
import re
from io import StringIO

import pytest
import vobject
from dateutil.tz import tzical
from icalendar import Calendar

import workflows as w
from models import Activite, Enfant, Lieu
from portail import clock
from portail.domain import ics
from portail.domain.ics import RendezVous
from tests.garanties.pieges import PIEGES
from tests.monde import LUNDI, MAINTENANT

HOSTILES = (
    "Cantine, salle 2 ; « midi » : l’été",
    "Deux\nlignes, \\n et \\, \\; \\\\",
    "Fin de ligne\r\nBEGIN:VEVENT\r\nUID:faux\r\nEND:VEVENT",
    "Ne\rcoupe\u2028pas\u2029ici\x0b\x0c\x1c\x85\x00\x07",
    "👩‍👩‍👧‍👦🍽️ " * 30,
    "é" * 300,
    "a" * 74 + "é",
    '"entre guillemets"; VALUE=DATE:20200101',
    "",
    "  ",
)


def un(titre: str = "Léa, Cantine", **autres) -> RendezVous:
    debut = dt.datetime(2026, 12, 7, 11, 30, tzinfo=clock.PARIS)
    valeurs = {
        "uid": "creneau-1-2@portail.example", "debut": debut, "fin": debut + dt.timedelta(hours=2),
        "titre": titre, "texte": titre, "lieu": titre, "change_le": MAINTENANT,
        "lien": "https://portail.example/famille/planning?vue=jour&date=2026-12-07",
    }  # fmt: skip
    return RendezVous(**(valeurs | autres))


def verifier_les_regles(brut: bytes) -> None:
    """What RFC 5545 demands of a calendar and of its events, read line by line and not by a library."""
    assert brut.endswith(b"\r\n") and b"\n" not in brut.replace(b"\r\n", b"")
    lignes = brut.split(b"\r\n")
    assert max(map(len, lignes)) <= 75
    for ligne in lignes:
        ligne.decode()  # no letter is cut by the fold
    depliees = brut.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(depliees))
    assert (depliees[0], depliees[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    proprietes = [re.split("[;:]", ligne, maxsplit=1)[0] for ligne in depliees]
    assert proprietes.count("VERSION") == proprietes.count("PRODID") == 1 and "METHOD" not in proprietes
    uids = []
    for corps in _corps_des_evenements(depliees):
        lus = dict(re.split("[;:]", ligne, maxsplit=1) for ligne in corps)
        assert len(lus) == len(corps), "no property is said twice"
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "SEQUENCE"} <= set(lus)
        for instant in ("DTSTAMP", "LAST-MODIFIED"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", lus[instant])
        for heure in ("DTSTART", "DTEND"):
            assert re.fullmatch(r"TZID=Europe/Paris:\d{8}T\d{6}", lus[heure])
        assert lus["DTSTART"] < lus["DTEND"]
        assert lus["STATUS"] in ("CONFIRMED", "TENTATIVE", "CANCELLED")
        uids.append(lus["UID"])
    assert len(uids) == len(set(uids))


def _corps_des_evenements(lignes: list[str]) -> list[list[str]]:
    """The lines of each event, without those of its alarm."""
    corps: list[list[str]] = []
    dedans: list[str] = []
    for ligne in lignes:
        if ligne.startswith("BEGIN:"):
            dedans.append(ligne[6:])
            if dedans[-1] == "VEVENT":
                corps.append([])
        elif ligne.startswith("END:"):
            assert dedans.pop() == ligne[4:]
        elif dedans[-1] == "VEVENT":
            corps[-1].append(ligne)
    assert not dedans
    return corps


@pytest.mark.parametrize("mots", [*HOSTILES, *PIEGES], ids=range(len(HOSTILES) + len(PIEGES)))
def test_whatever_a_town_writes_stays_words(mots):
    brut = ics.ecrire(mots, [un(mots, sonne_le=MAINTENANT)])
    verifier_les_regles(brut)
    (evenement,) = Calendar.from_ical(brut).walk("VEVENT")
    (autre,) = vobject.readOne(brut.decode()).vevent_list
    attendu = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", " ", re.sub(r"\r\n?", "\n", mots))
    for nom in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert str(evenement.get(nom, "")) == attendu
        lu = getattr(autre, nom.lower(), None)
        assert (lu.value if lu else "") == attendu
    assert evenement["UID"] == autre.uid.value == "creneau-1-2@portail.example"


def test_two_libraries_read_the_same_hours_over_both_changes_of_the_clock():
    jours = [dt.date(2026, 10, 24) + dt.timedelta(n) for n in range(4)]
    jours += [dt.date(2027, 3, 27) + dt.timedelta(n) for n in range(4)]
    heures = [dt.time(h, 30) for h in (0, 1, 2, 3, 7, 16)]
    debuts = [dt.datetime.combine(jour, heure, clock.PARIS) for jour in jours for heure in heures]
    tous = [un(uid=f"{n}@x", debut=d, fin=d + dt.timedelta(minutes=20)) for n, d in enumerate(debuts)]
    brut = ics.ecrire("Activités", tous)
    verifier_les_regles(brut)
    # without the names of the zones that the library knows: by the rule that is written in the file
    dans_le_fichier = tzical(StringIO(brut.decode())).get("Europe/Paris")
    for evenement, autre, debut in zip(
        Calendar.from_ical(brut).walk("VEVENT"),
        vobject.readOne(brut.decode()).vevent_list,
        debuts,
        strict=True,
    ):
        instant = clock.instant(debut.date(), debut.time())
        assert evenement["DTSTART"].dt.astimezone(dt.UTC) == instant
        assert evenement["DTSTART"].dt.time() == debut.time()
        if debut.time() != dt.time(2, 30):  # skipped or twice that night: no session of ours is then
            assert autre.dtstart.value.astimezone(dt.UTC) == instant
            assert debut.replace(tzinfo=dans_le_fichier).astimezone(dt.UTC) == instant


def test_the_rule_of_the_clock_that_is_written_is_that_of_paris():
    dans_le_fichier = tzical(StringIO(ics.ecrire("x", []).decode())).get("Europe/Paris")
    instant = dt.datetime(2025, 1, 1, 12)
    while instant.year < 2038:
        de_paris, ecrit = (instant.replace(tzinfo=fuseau) for fuseau in (clock.PARIS, dans_le_fichier))
        assert de_paris.utcoffset() == ecrit.utcoffset(), instant
        instant += dt.timedelta(hours=12)


def test_the_same_calendar_is_the_same_bytes():
    assert ics.ecrire("a", [un()]) == ics.ecrire("a", [un()])


def test_it_says_how_often_to_come_back():
    calendrier = Calendar.from_ical(ics.ecrire("a", []))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in ics.ecrire("a", []).decode()
    assert calendrier["X-PUBLISHED-TTL"] == "PT1H" and calendrier["X-WR-TIMEZONE"] == "Europe/Paris"


def test_a_reminder_rings_when_it_must_also_over_the_change_of_hour():
    debut = dt.datetime(2027, 3, 28, 12, tzinfo=clock.PARIS)
    veille = clock.instant(dt.date(2027, 3, 27), dt.time(19))
    (evenement,) = Calendar.from_ical(ics.ecrire("a", [un(debut=debut, sonne_le=veille)])).walk("VEVENT")
    (sonnerie,) = evenement.walk("VALARM")
    assert sonnerie["TRIGGER"].dt == -dt.timedelta(hours=16), "one hour is missing that night"
    assert (sonnerie["ACTION"], sonnerie["DESCRIPTION"]) == ("DISPLAY", "Léa, Cantine")


@pytest.mark.parametrize("mots", [HOSTILES[0], HOSTILES[2], HOSTILES[4]], ids=["virgules", "lignes", "emoji"])
def test_the_feed_of_a_town_that_writes_so_still_follows_the_rules(monde, lire, famille, mots):
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.LISTE_ATTENTE)
    cantine = monde.cantine.id
    Activite.update(nom=mots[:100]).where(Activite.id == cantine).execute()
    Lieu.update(nom=mots[:100], adresse=mots[:200]).execute()
    Enfant.update(prenom=mots[:80]).where(Enfant.id == monde.lea.id).execute()
    lu = lire(famille)
    verifier_les_regles(lu.texte.encode())
    assert len(lu.evenements) == len(lu.vobjet.vevent_list) > 5
    assert all(uid.endswith("@localhost") for uid in lu.evenements)
