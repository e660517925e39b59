"""Which passwords are good enough, and what is said of those that are not."""

import unicodedata

import pytest

from models import ROLES_DE_COMPTE
from portail.domain import mots_de_passe
from portail.domain.refus import Refus

COURT = "au moins"
CONTEXTE = "Évitez"
COURANT = "parmi les premiers"
DEVINE = "se devine"
SIMPLE = "trop simple"
LONG = "trop long"
BON = ""

TABLE = [
    ("", COURT),
    ("aB3$", COURT),
    ("xK9!mQ2@zL7", COURT),
    ("xK9!mQ2@zL7#", BON),
    ("tasseverteaunord", BON),
    ("trois chevaux bleus", BON),
    ("cerise plume orage", BON),
    ("Le facteur passe à 10 h", BON),
    ("jlvqzkxwmbtr", BON),
    ("847190263518", SIMPLE),
    ("847190263518407", SIMPLE),
    ("8471902635184072", BON),
    ("aaaaaaaaaaaa", DEVINE),
    ("abababababababab", DEVINE),
    ("abcdefghijklmnop", DEVINE),
    ("azertyuiopqsdf", DEVINE),
    ("poiuytrezamlkj", DEVINE),
    ("qwertyuiopasdfgh", DEVINE),
    ("123456789012", DEVINE),
    ("9876543210987", DEVINE),
    ("zouzouzouzouzou", DEVINE),
    ("AzErTyUiOp12", COURANT),
    ("ZsEdRtGyHu12", BON),
    ("motdepasse2026", COURANT),
    ("mot de passe !!", COURANT),
    ("Password12345", COURANT),
    ("P@ssw0rd2026!", COURANT),
    ("soleil13102026", COURANT),
    ("chouchou2024!!", COURANT),
    ("doudoudoudou", DEVINE),
    ("doudou et loulou", BON),
    ("bonjourbonjour", COURANT),
    ("qazwsxedcrfv", COURANT),
    ("1q2w3e4r5t6y", COURANT),
    ("marseille13000", COURANT),
    ("claire aime la mer", CONTEXTE),
    ("cl41re à la plage", CONTEXTE),
    ("MOREAU-et-fils-2", CONTEXTE),
    ("ma famille nombreuse", CONTEXTE),
    ("le p0rt4il en bois", CONTEXTE),
    ("au bord de la Loire", CONTEXTE),
    ("s.a.i.n.t.a.l.b.a.n", CONTEXTE),
    ("cmoreau37 au soleil", CONTEXTE),
    ("🐈‍⬛ dort sur le radiateur", BON),
    ("пусть всегда будет", BON),
    ("x7" * 128, DEVINE),
    ("le chat dort " * 20, LONG),
]


INTERDITS = frozenset(
    {"alban", "citoyen", "claire", "cmoreau37", "famille", "loire", "mairie", "moreau", "portail", "saint"}
)


def test_the_context_is_the_portal_the_town_and_whoever_chooses(monde):
    assert mots_de_passe.contexte("Claire", "Moreau", "cmoreau37@example.org") == INTERDITS


@pytest.mark.parametrize(("mot_de_passe", "dit"), TABLE)
def test_each_password_of_the_table_is_judged_as_expected(mot_de_passe, dit):
    avis = mots_de_passe.juger(mot_de_passe, INTERDITS)
    if dit:
        assert dit in avis.refus
        assert (avis.bon, avis.force) == (False, "Trop fragile")
    else:
        assert (avis.bon, avis.refus) == (True, "")
        assert avis.force in ("Suffisant", "Solide", "Très solide")


def test_the_table_has_its_forty_lines():
    assert len({mot for mot, _ in TABLE}) >= 40


def test_what_is_missing_is_counted_in_french():
    phrases = [mots_de_passe.juger("xK9!mQ2@zL7#"[:n], INTERDITS).refus for n in (4, 11)]
    assert phrases == [
        "Il manque 8 caractères : il en faut 12 au moins.",
        "Il manque 1 caractère : il en faut 12 au moins.",
    ]


def test_the_word_to_avoid_is_named():
    assert "« claire »" in mots_de_passe.juger("claire aime la mer", INTERDITS).refus


def test_short_words_and_numbers_of_the_context_forbid_nothing(monde):
    interdits = mots_de_passe.contexte("Eva", "Le Goff", "1234@example.org")
    assert {"loire", "saint", "goff", "portail", "famille"} <= interdits
    assert not {"eva", "le", "sur", "1234", "example"} & interdits
    assert mots_de_passe.juger("une évasion de 1234 pas", interdits).bon


def test_the_strength_grows_in_words():
    essayes = ("jlvqzkxwmbtr", "tasseverteaunord", "Le facteur passe à 10 h")
    forces = [mots_de_passe.juger(mot).force for mot in essayes]
    assert forces == ["Suffisant", "Solide", "Très solide"]


def test_the_bits_are_length_by_the_alphabet_used():
    mesures = {"a" * 12: 56.4, "0" * 12: 39.9, "0" * 15: 49.8, "aB" * 6: 68.4, "": 0.0, "é": 6.6}
    assert {mot: round(mots_de_passe.mesurer(mot), 1) for mot in mesures} == mesures


def test_two_hundred_and_fifty_six_characters_are_welcome_and_not_one_more():
    long = ("Le facteur passe à dix heures, " * 9)[:256]
    assert mots_de_passe.exiger(long) == long
    with pytest.raises(Refus, match="256 caractères au plus") as refus:
        mots_de_passe.exiger(long + "x")
    assert refus.value.champ == "mot_de_passe"


def test_an_accent_typed_in_one_key_or_two_makes_the_same_password():
    compose = "Été comme hiver, à pied"
    assert mots_de_passe.exiger(unicodedata.normalize("NFD", compose)) == compose


def test_the_three_thousand_most_used_passwords_are_all_refused():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    fuites = FREQUENCY_LISTS["passwords"]
    longs = [mot for mot in fuites if len(mot) >= mots_de_passe.LONGUEUR_MIN]
    assert [mot for mot in fuites[:3000] + longs if mots_de_passe.juger(mot).bon] == []
    assert len(longs) > 200


def test_each_of_the_three_thousand_is_known_for_what_it_is_not_only_short():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    premiers = FREQUENCY_LISTS["passwords"][:3000]
    assert len(set(premiers)) == 3000
    assert [mot for mot in premiers if not mots_de_passe.est_courant(mot)] == []


def test_a_huge_text_is_refused_at_once():
    assert LONG in mots_de_passe.juger("ab" * 250_000).refus


# ——— the accounts of the staff: 80 bits ———

PERSONNEL = [
    ("", "Il manque 18 caractères"),
    ("cerise", "Il manque 12 caractères"),
    ("tasseverteaunor", "Il manque 3 caractères"),
    ("tasseverteaunordi", "Il manque 1 caractère "),
    ("tasseverteaunordis", BON),
    ("cerise plume or", BON),
    ("cerise plume", "Il manque 2 caractères"),
    ("xK9!mQ2@zL7#", "Il manque 1 caractère "),
    ("xK9!mQ2@zL7#w", BON),
    ("8471902635184072", "Il manque 9 caractères"),
    ("8471902635184072916385274", BON),
    ("abcdefghijklmnopqrstuvwx", DEVINE),
    ("claire aime la mer et le vent", CONTEXTE),
    ("password password password", COURANT),
]


@pytest.mark.parametrize(("mot_de_passe", "dit"), PERSONNEL)
def test_staff_are_told_how_much_their_password_lacks(mot_de_passe, dit):
    avis = mots_de_passe.juger(mot_de_passe, INTERDITS, mots_de_passe.DU_PERSONNEL)
    assert (dit in avis.refus) and (avis.bon == (not dit))
    if avis.bon:
        assert mots_de_passe.mesurer(mot_de_passe) >= 80
        assert avis.force in ("Solide", "Très solide")


def test_seventeen_small_letters_are_a_tenth_of_a_bit_short():
    assert round(mots_de_passe.mesurer("a" * 17), 1) == 79.9


@pytest.mark.parametrize("mot", ["cerise", "xK9!", "8471902635", "é", "пусть"])
def test_so_many_more_characters_of_the_same_kind_are_enough(mot):
    phrase = mots_de_passe.juger(mot, (), mots_de_passe.DU_PERSONNEL).refus
    manque = int(phrase.split()[2])
    for ajoutes, assez in ((manque - 1, False), (manque, True)):
        mesure = mots_de_passe.mesurer(mot + mot[0] * ajoutes)
        assert (mesure >= 80 and len(mot) + ajoutes >= 12) == assez


def test_who_owes_how_much():
    exigences = {role: mots_de_passe.exigence(role) for role in ROLES_DE_COMPTE}
    assert exigences.pop("famille") == mots_de_passe.DES_FAMILLES
    assert set(exigences.values()) == {mots_de_passe.DU_PERSONNEL}
    with pytest.raises(Refus, match="un compte de la mairie"):
        mots_de_passe.exiger("tasseverteaunord", (), mots_de_passe.exigence("agent"))
