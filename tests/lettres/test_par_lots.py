"""The letters in batches: for the adults without account nor letter, each with a code of their own."""

import pytest

import workflows as w
from models import Abonnement, Affectation, CodeAbonne, Evenement, Responsable
from portail import clock
from portail.domain import codes, coffre, familles, lettres
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.formulaires import poster
from tests.html import lire, mots

PAGE = "/agents/mise-en-place/lettres"


@pytest.fixture
def adultes(monde) -> list[Responsable]:
    """Three adults of the Moreau family, besides Claire, who have nothing yet."""
    Responsable.insert_many(
        {"famille": monde.moreau, "prenom": prenom, "nom": "Moreau", "rang": 3} for prenom in ("Zita", "Alma")
    ).execute()
    return list(Responsable.select().where(Responsable.famille == monde.moreau, Responsable.rang > 1))


def test_those_who_have_nothing_get_a_letter_each_with_its_line_of_the_journal(monde, adultes):
    faites = lettres.emettre_un_lot(monde.gestionnaire)
    assert [f.destinataire for f in faites] == ["Julien Moreau", "Zita Moreau", "Alma Moreau"]
    assert len({f.code for f in faites}) == 3
    for lettre, code in zip(faites, CodeAbonne.select().order_by(CodeAbonne.id), strict=True):
        clair = codes.lire(lettre.code)
        assert (code.empreinte, coffre.desceller(code.scelle)) == (codes.empreinte(clair), clair)
        assert (code.agent, code.famille, lettre.dernier_jour) == (
            *(monde.gestionnaire, monde.moreau, familles.dernier_jour(code.expire_le)),
        )
        ligne = Evenement.get(Evenement.objet == "code_abonne", Evenement.objet_id == code.id)
        assert (ligne.auteur, ligne.acte, ligne.famille) == (monde.gestionnaire, familles.EMIS, monde.moreau)
    with pytest.raises(Refus, match="il n’y en a pas à imprimer"):
        lettres.emettre_un_lot(monde.gestionnaire)
    assert CodeAbonne.select().count() == 3


def test_a_batch_has_so_many_and_the_next_goes_on(monde, adultes, monkeypatch):
    monkeypatch.setattr(lettres, "PAR_LOT", 2)
    assert [len(lettres.emettre_un_lot(monde.gestionnaire)) for _ in range(2)] == [2, 1]


def test_a_batch_is_printed_again_without_what_has_served(monde, adultes):
    faites = lettres.emettre_un_lot(monde.gestionnaire)
    premier, *autres = CodeAbonne.select().order_by(CodeAbonne.id)
    CodeAbonne.update(remplace_le=clock.maintenant()).where(CodeAbonne.id == premier.id).execute()
    encore = lettres.reimprimer_un_lot(monde.gestionnaire, premier.id)
    assert [f.code for f in encore] == [f.code for f in faites[1:]]
    imprimees = Evenement.select().where(Evenement.acte == familles.IMPRIMEE)
    assert [e.objet_id for e in imprimees.order_by(Evenement.id)] == [code.id for code in autres]
    with pytest.raises(Introuvable):
        lettres.reimprimer_un_lot(monde.gestionnaire, 999_999)


def test_nobody_prints_the_letters_of_their_own_family(monde, adultes):
    lettres.emettre_un_lot(monde.gestionnaire)
    code = CodeAbonne.select().order_by(CodeAbonne.id)[0]
    Abonnement.create(
        compte=monde.gestionnaire, famille=monde.moreau, statut=w.RESILIE, cree_le=clock.maintenant()
    )
    CodeAbonne.update(expire_le=clock.maintenant()).execute()
    with pytest.raises(Refus):
        lettres.emettre_un_lot(monde.gestionnaire)
    with pytest.raises(Introuvable):
        lettres.reimprimer_un_lot(monde.gestionnaire, code.id)


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur", "gestionnaire"])
def test_nobody_else_nor_who_is_limited_to_some_places(monde, adultes, connexion, qui):
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    compte = getattr(monde, qui)
    for acte in (lettres.voir, lettres.emettre_un_lot, lambda c: lettres.reimprimer_un_lot(c, 1)):
        with pytest.raises(Introuvable if qui == "gestionnaire" else Interdit):
            acte(compte)
    navigateur = connexion(compte)
    codes = [navigateur.get(PAGE).status_code, poster(navigateur, PAGE).status_code]
    assert codes == [404 if qui == "gestionnaire" else 403] * 2
    assert CodeAbonne.select().count() == 0


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both
def test_the_page_counts_prints_and_lists_the_batches(monde, adultes, connexion):
    nadia = connexion(monde.gestionnaire)
    page = lire(nadia.get(PAGE).text)
    assert "3 adultes attendent leur lettre." in mots(page.main)
    imprimees = lire(poster(nadia, PAGE).text)
    assert [mots(p) for p in imprimees.select(".lettre .destinataire")] == [
        *("Julien Moreau", "Zita Moreau", "Alma Moreau"),
    ]
    page = lire(nadia.get(PAGE).text)
    assert "Personne n’attend de lettre" in mots(page.main)
    assert "par Nadia Benali : 3 codes en attente" in mots(page.select_one(".lots"))
    lot = page.select_one("[name=lot]")["value"]
    encore = poster(nadia, f"{PAGE}/reimpression", {"lot": lot})
    assert [mots(c) for c in lire(encore.text).select(".code strong")] == [
        mots(c) for c in imprimees.select(".code strong")
    ]
    assert poster(nadia, PAGE).status_code == 422
    assert poster(nadia, f"{PAGE}/reimpression", {"lot": "x"}).status_code == 404
