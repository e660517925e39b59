"""Separated parents (threat T16): the table of the rights, walked over every surface that a parent reads.

Claire fills every field of Léa and of herself with something that is found nowhere else, and asks that each
become something else; the town refuses some. Julien, who has each right in turn, reads all that he can.
What appears is what `champs.DROITS_SUR_L_ENFANT` says, no more and no less; of Claire, nothing but her name.

Names are no secret between adults of one file: the first name of a child is in the household, that of an
adult on a demande. What a child does (bookings, absences) is no field of the file, and the same table governs
it: `tests/droits` walks it.
"""

import datetime as dt
import itertools

import pytest

import workflows as w
from models import (
    DROITS_PARENTAUX,
    Abonnement,
    Compte,
    Courriel,
    Demande,
    Enfant,
    LienParental,
    Modification,
    Photo,
    Responsable,
)
from portail.domain import champs, coffre, contacts
from portail.domain.contacts import FicheContact
from tests.dossier.contacts import poser
from tests.dossier.images import octets
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille/dossier"}
PAR_LE_LIBELLE = (champs.OUI_NON, champs.CHOIX, champs.PARTS)
"""Kinds whose values are too plain to be recognised: the label beside the value gives them away."""
CONTACT, VOULU = (
    FicheContact(f"Canari{quoi}", f"Ducontact{quoi}", f"lien{quoi}", f"06 39 98 77 {n}", True, True, True)
    for quoi, n in (("present", "01"), ("voulu", "02"))
)
NOMS = ("nom", "prenom")
DE_L_ENFANT, DE_L_ADULTE = champs.DROITS_SUR_L_ENFANT["plein"], champs.DROITS_SUR_SOI


# ——— what is planted ———


def plante(c: champs.Champ, rang: int) -> str:
    """A value that no other field has, as text."""
    return {
        champs.TELEPHONE: f"02 61 55 {rang:02} {rang:02}",
        champs.EMAIL: f"canari{rang}@example.org",
        champs.DATE: (dt.date(1971, 1, 1) + dt.timedelta(40 * rang)).isoformat(),
        champs.OUI_NON: "oui",
        champs.CHOIX: "sans_porc",
        champs.IBAN: f"FR76300060000112345678{rang:05}",
        champs.BIC: f"CANARI{rang:02}",
        champs.EUROS: f"77{rang:02}31",
        champs.PARTS: "250",
        champs.CODE_POSTAL: f"97{rang:03}",
    }.get(c.genre, f"canari{c.nom.replace('_', '')}{'abcdefghijklmnopqrstuvwxyz'[rang % 26]}{rang}")


def traces(c: champs.Champ, texte: str) -> set[str]:
    """What would give this value away on a page."""
    if c.genre in PAR_LE_LIBELLE:
        return {c.libelle}
    return {texte, " ".join(champs.en_mots(c, texte).split())}


def remplir(fiche, champs_: tuple, rangs) -> dict[str, set[str]]:
    """Every field of the sheet holds something, and waits to be something else, but its names."""
    gardees: dict[str, set[str]] = {}
    for c in champs_:
        if c.nom in NOMS:
            continue
        present, voulu = plante(c, next(rangs)), plante(c, next(rangs))
        colonnes = champs.poser(fiche, c, present)
        type(fiche).update(colonnes).where(type(fiche).id == fiche.id).execute()
        for colonne, valeur in colonnes.items():
            setattr(fiche, colonne, valeur)
        gardees[c.nom] = traces(c, present) | traces(c, voulu)
        if c.rubrique not in champs.LECTURE_SEULE:
            gardees[c.nom] |= attendre(fiche, c.nom, present, voulu, c.scelle)
    return gardees


def attendre(fiche, nom: str, avant: str, apres: str, scelle: bool = False) -> set[str]:
    """It waits in a demande of its own, and was refused once, with a reason."""
    sceller = coffre.sceller if scelle else str
    for statut, motif in ((w.EN_ATTENTE, ""), (w.REFUSEE, f"motif de {nom}")):
        Modification.create(
            demande=Demande.create(
                famille=fiche.famille,
                auteur=Compte.get(prenom="Claire"),
                nature=w.NATURE_DOSSIER,
                statut=statut,
                deposee_le=MAINTENANT,
                repondue_le=MAINTENANT if motif else None,
            ),
            objet=fiche._meta.table_name,
            objet_id=fiche.id,
            champ=nom,
            avant=sceller(avant),
            apres=sceller(apres),
            statut=statut,
            motif=motif,
        )
    return {f"motif de {nom}"}


@pytest.fixture
def canaris(app, monde) -> dict[tuple[str, str], set[str]]:
    """By table and field: what gives it away."""
    rangs = itertools.count(1)
    lea, claire = Enfant.get_by_id(monde.lea.id), Responsable.get_by_id(monde.adulte_claire.id)
    email = claire.email
    gardes = {("enfant", nom): t for nom, t in remplir(lea, champs.D_ENFANT, rangs).items()}
    gardes |= {("responsable", nom): t for nom, t in remplir(claire, champs.DE_RESPONSABLE, rangs).items()}
    # Claire is known by the address of her account: tie her to her sheet, whose address is now another.
    Abonnement.update(responsable=claire).where(Abonnement.compte == Compte.get(email=email)).execute()
    poser(lea, CONTACT)
    contacts.proposer_un_contact(monde.claire, monde.moreau, lea.id, VOULU)
    gardes["enfant", "contact"] = {
        t for f in (CONTACT, VOULU) for t in (f.prenom, f.nom, f.lien, f.telephone)
    }
    Photo.create(enfant=lea, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)
    gardes["enfant", "photo"] = {f"/enfants/{lea.id}/photo"} | attendre(lea, "photo", "1", "")
    return gardes


@pytest.fixture
def julien(canaris, monde):
    """Julien, with an account of his own."""
    compte = Compte.create(
        email="julien@example.org",
        prenom="Julien",
        nom="Moreau",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=compte, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    return compte


def lier(adulte: Responsable, droit: str) -> None:
    """This right, to every child: nothing comes by a brother or a sister."""
    LienParental.update(droit=droit).where(LienParental.responsable == adulte).execute()


# ——— the surfaces: one function each ———


def _texte(reponse) -> str:
    """What a page says and holds: its words, and the values and addresses of its elements."""
    soupe = lire(reponse.text)
    attributs = [str(v) for balise in soupe.find_all(True) for v in balise.attrs.values()]
    return mots(soupe) + "\n" + "\n".join(attributs)


def fiche_de_l_enfant(client, monde) -> str:
    return _texte(client.get(f"/famille/enfants/{monde.lea.id}"))


def formulaires_de_l_enfant(client, monde) -> str:
    url = f"/famille/enfants/{monde.lea.id}"
    return "".join(_texte(client.get(f"{url}?modifier={rubrique}")) for rubrique in DE_L_ENFANT)


def formulaires_refuses(client, monde) -> str:
    """The fragment that comes back with its mistakes."""
    url = f"/famille/enfants/{monde.lea.id}/modifications"
    vide = dict.fromkeys([c.nom for c in champs.D_ENFANT], "")
    return "".join(
        _texte(poster(client, url, vide | {"rubrique": rubrique, "nom": "<>"}, headers=HTMX))
        for rubrique in DE_L_ENFANT
    )


def contacts_et_photo(client, monde) -> str:
    """Pages and fragments of their own; what a brother could take over."""
    base, frere = f"/famille/enfants/{monde.lea.id}", f"/famille/enfants/{monde.noe.id}"
    urls = [f"{base}/contacts", f"{base}/contacts/nouveau", f"{base}/photo/changement"]
    urls += [f"{frere}/contacts/reprise", f"{frere}/contacts"]
    return "".join(_texte(client.get(url, headers=h)) for url in urls for h in ({}, HTMX))


def fiche_de_l_autre(client, monde) -> str:
    url = f"/famille/dossier/responsables/{monde.adulte_claire.id}"
    urls = [url, *(f"{url}?modifier={rubrique}" for rubrique in DE_L_ADULTE)]
    return "".join(_texte(client.get(u)) for u in urls)


def dossier_famille(client, monde) -> str:
    return _texte(client.get("/famille/dossier"))


def mes_demandes(client, monde) -> str:
    pages = [client.get(f"/famille/demandes?page={page}") for page in (1, 2, 3)]
    chacune = [client.get(f"/famille/demandes/{demande.id}") for demande in Demande.select()]
    return "".join(_texte(reponse) for reponse in (*pages, *chacune))


def ailleurs(client, monde) -> str:
    urls = ("/", "/famille", "/famille/planning", "/famille/planning?vue=semaine&date=2026-12-07")
    return "".join(_texte(client.get(url)) for url in urls)


def courriels(client, monde) -> str:
    siens = Courriel.select().where(Courriel.destinataire == "julien@example.org")
    return "\n".join(f"{c.sujet}\n{c.corps}" for c in siens)


def mes_donnees(client, monde) -> str:
    """The export of what the portal holds of one: in the surfaces from the day when its page is there."""
    routes = {
        r.rule for r in client.application.url_map.iter_rules() if r.rule.startswith("/mon-espace/donnees")
    }
    return "".join(client.get(route).text for route in routes if "<" not in route)


SURFACES = (
    fiche_de_l_enfant,
    formulaires_de_l_enfant,
    formulaires_refuses,
    contacts_et_photo,
    fiche_de_l_autre,
    dossier_famille,
    mes_demandes,
    ailleurs,
    courriels,
    mes_donnees,
)


def rubrique(objet: str, nom: str) -> str:
    return champs.rubrique(objet, nom)


def lisible(droit: str, objet: str, nom: str) -> bool:
    if objet == "responsable":
        return champs.LIRE in champs.DROITS_SUR_L_AUTRE[rubrique(objet, nom)]
    return champs.LIRE in champs.DROITS_SUR_L_ENFANT[droit][rubrique(objet, nom)]


@pytest.mark.parametrize("droit", DROITS_PARENTAUX)
def test_a_parent_reads_what_the_table_says_on_every_surface(monde, connexion, canaris, julien, droit):
    lier(monde.adulte_julien, droit)
    client = connexion(julien)
    lus = {surface.__name__: surface(client, monde) for surface in SURFACES}
    for (objet, nom), secrets in canaris.items():
        if lisible(droit, objet, nom):
            assert any(t in lus["fiche_de_l_enfant"] for t in secrets), (nom, "is not on the sheet")
            continue
        for surface, texte in lus.items():
            trouves = {t for t in secrets if t in texte}
            assert not trouves, (droit, surface, objet, nom, trouves)


@pytest.mark.parametrize("droit", DROITS_PARENTAUX)
def test_a_demande_of_what_one_may_not_read_does_not_exist(monde, connexion, canaris, julien, droit):
    lier(monde.adulte_julien, droit)
    client, vus = connexion(julien), {}
    for m in Modification.select():
        reponse = client.get(f"/famille/demandes/{m.demande_id}")
        vus[m.objet, m.champ] = reponse.status_code
        permis = lisible(droit, m.objet, m.champ)
        assert reponse.status_code == (200 if permis else 404), (m.objet, m.champ)
        if not permis:
            refus = poster(client, f"/famille/demandes/{m.demande_id}/annulation")
            assert refus.status_code == 404, (m.objet, m.champ)
    assert len(vus) == len(canaris) - 4, "every field but the fiscal data, that nobody asks to change"


@pytest.mark.parametrize("droit", DROITS_PARENTAUX)
def test_the_address_of_the_photo_opens_for_who_may_see_it(monde, connexion, canaris, julien, droit):
    lier(monde.adulte_julien, droit)
    client, photo = connexion(julien), Photo.get(Photo.enfant == monde.lea)
    permis = champs.LIRE in champs.DROITS_SUR_L_ENFANT[droit][champs.PHOTO]
    for url in (
        f"/famille/enfants/{monde.lea.id}/photo",
        f"/famille/enfants/{monde.lea.id}/photo/{photo.id}",
    ):
        assert client.get(url).status_code == (200 if permis else 404)


@pytest.mark.parametrize("droit", DROITS_PARENTAUX)
def test_a_mail_tells_of_a_change_only_to_who_may_read_it(monde, canaris, julien, droit):
    lier(monde.adulte_julien, droit)
    contacts.proposer_un_contact(
        monde.claire,
        monde.moreau,
        monde.lea.id,
        CONTACT.__class__("Jeanne", "Moreau", "", "06 39 98 12 40", True, True, True),
    )
    recus = courriels(None, monde)
    permis = champs.LIRE in champs.DROITS_SUR_L_ENFANT[droit][champs.CONTACTS]
    assert ("Léa Moreau, nouveau contact" in recus) == permis


def test_who_asked_reads_it_all_and_the_walk_would_see_it(monde, connexion, canaris):
    """Claire reads every canary of Léa and of herself: a walk that finds nothing would prove nothing."""
    client = connexion(monde.claire)
    lus = "".join(surface(client, monde) for surface in SURFACES)
    invisibles = {cle for cle, secrets in canaris.items() if not any(t in lus for t in secrets)}
    assert invisibles == set()


def test_an_account_that_nobody_tied_to_an_adult_has_the_weakest_of_the_rights(
    monde, connexion, canaris, julien
):
    lier(monde.adulte_julien, "retrait")
    Responsable.update(email="").where(Responsable.id == monde.adulte_julien.id).execute()
    client = connexion(julien)
    for surface in SURFACES:
        texte = surface(client, monde)
        for cle, secrets in canaris.items():
            assert not {t for t in secrets if t in texte}, (surface.__name__, cle)
