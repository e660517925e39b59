"""Names made to be more than names, in a real browser: nothing runs, nothing is asked elsewhere.

A violation of the content security policy or a request to another host fails the test (see `conftest.py`).
"""

import datetime as dt
import itertools

import pytest
from playwright.sync_api import Locator, Page, expect

import workflows as w
from models import (
    Activite,
    Calendrier,
    Compte,
    Enfant,
    Famille,
    LienParental,
    Lieu,
    Ligne,
    Modification,
    Photo,
    Preinscription,
    Responsable,
    Ville,
    normaliser,
)
from portail.domain import champs, contacts, dossier, moderation, planning
from portail.domain.contacts import FicheContact
from portail.domain.ville import oublier_la_ville
from tests.dossier.contacts import poser
from tests.dossier.images import octets
from tests.garanties.pieges import PIEGES
from tests.monde import JEUDI, LUNDI

FAMILLE, AGENT = "famille@example.org", "agent@example.org"
VINGT = PIEGES[:20]
"""As many as a family asks for in one go without being told to slow down."""
SEMAINE = f"/famille/planning?vue=semaine5&date={LUNDI.isoformat()}"


@pytest.fixture
def ville_piegee(monde) -> list[int]:
    """One child a trap, each with a demande; traps in the names of everything else. Gives the demandes."""
    for table, colonnes in (
        (Ville, ("guichet", "adresse", "horaires")),
        (Famille, ("nom",)),
        (Activite, ("nom",)),
        (Lieu, ("nom",)),
        (Calendrier, ("nom",)),
        (Compte, ("prenom", "nom", "service")),
    ):
        for rang, ligne in enumerate(table.select()):
            pieges = {champ: PIEGES[(rang + i) % len(PIEGES)][:80] for i, champ in enumerate(colonnes)}
            table.update(pieges).where(table.id == ligne.id).execute()
    Calendrier.create(genre="fermeture", nom=PIEGES[3], debut=JEUDI, fin=JEUDI, confirme=True)
    oublier_la_ville()
    cantine = monde.seance(Activite.get(rang=2), LUNDI)
    demandes = []
    for rang, piege in enumerate(VINGT, start=4):
        enfant = Enfant.create(
            famille=monde.lea.famille, prenom=piege, nom=piege, naissance=dt.date(2019, 1, 1), rang=rang,
            recherche=normaliser(piege),
        )  # fmt: skip
        for adulte in enfant.famille.responsables:
            LienParental.create(responsable=adulte, enfant=enfant, droit="plein")
        Preinscription.create(
            enfant=enfant,
            activite=cantine.activite,
            debut=dt.date(2026, 9, 1),
            fin=dt.date(2027, 7, 2),
            statut=w.RESERVATION_POSSIBLE,
            cree_le=cantine.limite_absence,
        )
        famille = enfant.famille
        depot = planning.demander_reservation(monde.claire, famille, [(enfant.id, cantine.id)])
        demandes.append(depot.demande.id)
    for demande, piege in zip(demandes[::2], VINGT[::2], strict=True):
        moderation.refuser(monde.sophie, demande, piege)
    return demandes


def guetter(page: Page) -> list[str]:
    """What a script of somebody else's would do first, and what a browser says of a page that is ill made."""
    faits: list[str] = []
    page.on("dialog", lambda dialogue: (faits.append(dialogue.message), dialogue.dismiss()))
    refus = "status of 422"  # a form that comes back: said by the browser, and no fault
    page.on("console", lambda m: faits.append(m.text) if m.type == "error" and refus not in m.text else None)
    return faits


def lus_dans(textes: list[str]) -> set[str]:
    """The traps that are read there, as text."""
    lu = " ".join(" ".join(textes).split())
    return {piege for piege in PIEGES if " ".join(piege.split()) in lu}


def test_the_family_reads_hostile_names_and_nothing_happens(entrer, ville_piegee):
    page = entrer(FAMILLE)
    faits = guetter(page)
    for adresse in ("/famille", SEMAINE, SEMAINE.replace("semaine5", "mois"), "/famille/demandes"):
        page.goto(adresse)
        expect(page.get_by_text(PIEGES[0]).first).to_be_attached()
    page.goto(SEMAINE)
    for piege in PIEGES[:4]:
        page.keyboard.press("Escape")
        lien = page.locator(f"[id^=c-{Enfant.get(prenom=piege).id}-][id$=-a]").first
        lien.hover()
        lien.click()
        expect(page.get_by_role("dialog")).to_contain_text(piege)
    page.get_by_role("dialog").get_by_role("button", name="Annuler ma demande").click()
    expect(page.locator("#bandeau")).to_contain_text(PIEGES[3])
    for demande in ville_piegee[:4]:
        page.goto(f"/famille/demandes/{demande}")
        expect(page.get_by_role("main")).to_contain_text("Demande n")
    page.goto("/demo/courriels")
    assert faits == []


def ouvrir_en_place(page: Page, lien: Locator) -> None:
    """The demande of this link of the queue, opened beside it."""
    demande = lien.get_attribute("href").split("?")[0].rsplit("/", 1)[1]
    lien.click()
    page.locator(f"#demande-{demande}").wait_for()


def test_an_agent_reads_hostile_names_and_nothing_happens(entrer, ville_piegee):
    page = entrer(AGENT)
    faits = guetter(page)
    for adresse in ("/agents", "/agents?etat=traitees"):
        page.goto(adresse)
        for lien in page.locator("ol.file a").all()[:6]:
            ouvrir_en_place(page, lien)
    page.goto("/agents")
    page.get_by_role("button", name="Accepter", exact=True).click()
    expect(page.locator("#annonce")).not_to_be_empty()
    assert Ligne.select().where(Ligne.statut == w.ACCEPTEE).count() == 1
    assert faits == []


@pytest.fixture
def dossier_piege(monde) -> list[str]:
    """Traps in every text of the family file, and in what waits; gives where they are read."""
    pieges, adulte = itertools.cycle(PIEGES), monde.adulte_claire
    enfants = lea, noe, _ = monde.lea, monde.noe, monde.ines
    for enfant in (lea, noe):
        for _ in range(contacts.CONTACTS_MAX - 1):
            poser(
                enfant,
                FicheContact(next(pieges), next(pieges), next(pieges), next(pieges)[:30], True, True, True),
            )
        un, autre = (
            FicheContact(next(pieges), next(pieges), next(pieges), "1", True, True, True) for _ in "12"
        )
        contacts.proposer_un_contact(monde.claire, monde.moreau, enfant.id, un)
        contact = enfant.contacts.first()
        contacts.changer_un_contact(monde.claire, monde.moreau, enfant.id, contact.id, autre)
    for fiche in (lea, adulte):
        objet, table = fiche._meta.table_name, type(fiche)
        textes = [
            c for c in champs.FICHES[objet][1] if c.genre in (champs.TEXTE, champs.LONG, champs.PERSONNE)
        ]
        for c in textes:
            actuelle = table.get_by_id(fiche.id)
            table.update(champs.poser(actuelle, c, next(pieges))).where(table.id == fiche.id).execute()
        simples = {c.nom: next(pieges) for c in textes if c.rubrique not in champs.SENSIBLES}
        dossier.demander_des_modifications(monde.claire, monde.moreau, objet, fiche.id, simples)
    Modification.update(statut=w.REFUSEE, motif=PIEGES[0]).where(Modification.champ == "classe").execute()
    fiches = [f"/famille/enfants/{e.id}" for e in enfants]
    fiches.append(f"/famille/dossier/responsables/{adulte.id}")
    ouvertes = [f"{fiches[0]}?modifier={r}" for r in (champs.GENERAL, champs.SANTE)]
    ouvertes += [f"{fiches[3]}?modifier={r}" for r in (champs.BASE, champs.ADRESSE)]
    contact = f"{fiches[0]}/contacts/{lea.contacts.first().id}"
    demandes = [f"/famille/demandes/{m.demande_id}" for m in Modification.select()]
    return [
        *("/famille/dossier", "/famille", "/famille/demandes", "/demo/courriels", *fiches, *ouvertes),
        *(contact, f"{contact}/retrait", f"{fiches[0]}/contacts", f"{fiches[2]}/contacts/reprise"),
        *sorted(set(demandes)),
    ]


def proposer_un_contact(page: Page) -> None:
    """In place: a name that is none comes back in its field; what he is to the child is read as text."""
    page.goto(f"/famille/enfants/{Enfant.get(rang=3).id}/contacts/nouveau")
    saisies = {nom: page.locator(f"#contact-{nom}") for nom in ("prenom", "nom", "lien", "telephone")}
    for nom, saisi in (("prenom", PIEGES[2]), ("nom", PIEGES[3]), ("lien", PIEGES[5])):
        saisies[nom].fill(saisi)
    saisies["telephone"].fill("06 39 98 12 40")
    page.get_by_label("Peut être appelé").check()
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.locator("#contacts-resume")).to_contain_text("rien n’a été envoyé")
    assert [saisies[nom].input_value() for nom in ("prenom", "nom")] == [PIEGES[2], PIEGES[3]]
    saisies["prenom"].fill("Jeanne")
    saisies["nom"].fill("Roy")
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.locator("#annonce")).to_contain_text("Votre demande est envoyée")
    expect(page.locator("#contacts")).to_contain_text(PIEGES[5])


def test_the_family_reads_a_hostile_file_and_nothing_happens(entrer, dossier_piege):
    page = entrer(FAMILLE)
    faits, lus = guetter(page), []
    for adresse in dossier_piege:
        page.goto(adresse)
        lus.append(page.locator("main").inner_text())
    assert len(lus_dans(lus)) > 50
    for piege in PIEGES[::9]:
        page.goto(f"/famille/enfants/{Enfant.get(rang=1).id}")
        nom = piege.replace("/", "_") + ".jpg"
        page.set_input_files("#fichier", {"name": nom, "mimeType": "image/jpeg", "buffer": octets()})
        page.get_by_role("button", name="Envoyer la photo").click()
        expect(page.locator("#annonce")).not_to_be_empty()
    assert Photo.select().count() == 1
    proposer_un_contact(page)
    assert faits == []


@pytest.fixture
def famille_piegee(monde, dossier_piege) -> Famille:
    """Traps in the names of those around the file too: the family, its accounts, the agents, the town."""
    pieges, famille = itertools.cycle(reversed(PIEGES)), monde.moreau
    Famille.update(nom=next(pieges), recherche="piege").where(Famille.id == famille.id).execute()
    Responsable.update(prenom=next(pieges), nom=next(pieges)).where(
        Responsable.id == monde.adulte_julien.id
    ).execute()
    Lieu.update(nom=next(pieges)).execute()
    Ville.update(guichet=next(pieges), adresse=next(pieges), horaires=next(pieges)).execute()
    for compte in Compte.select():
        compte.prenom, compte.nom, compte.service = (next(pieges)[:80] for _ in "123")
        compte.save()
    oublier_la_ville()
    return famille


def ouvrir_ce_qui_est_scelle(page: Page) -> int:
    """Every sealed part of the page; gives how many there were."""
    scellees = page.get_by_role("button", name="Afficher les données").all_inner_texts()
    for nom in scellees:
        page.get_by_role("button", name=nom.strip()).click()
        expect(page.get_by_role("button", name=nom.strip())).to_have_count(0)
    return len(scellees)


def lire_les_demandes(page: Page) -> tuple[list[str], int]:
    """Those that wait, opened in place from the queue, what is sealed too; the last refused with a trap."""
    page.goto("/agents")
    lus, scellees = [page.locator("main").inner_text()], 0
    for lien in page.locator("ol.file a").all():
        ouvrir_en_place(page, lien)
        scellees += ouvrir_ce_qui_est_scelle(page)
        lus.append(page.locator("main").inner_text())
    page.get_by_label("Motif du refus").select_option("autre")
    page.get_by_label("Précision").last.fill(PIEGES[4])
    page.get_by_role("button", name="Refuser", exact=True).click()
    expect(page.locator("#annonce")).to_contain_text("refusée")
    return lus, scellees


def test_an_agent_reads_a_hostile_file_and_nothing_happens(entrer, famille_piegee):
    page = entrer(AGENT)
    faits = guetter(page)
    lus, scellees = lire_les_demandes(page)
    assert scellees

    famille = f"/agents/familles/{famille_piegee.id}"
    enfants = [f"{famille}/enfants/{e.id}" for e in famille_piegee.enfants.order_by(Enfant.rang)]
    adulte = f"{famille}/responsables/{famille_piegee.responsables.order_by(Responsable.rang)[0].id}"
    siennes = [f"{enfants[0]}?modifier={r}" for r in (champs.GENERAL, champs.AUTORISATIONS)]
    siennes += [f"{adulte}?modifier={r}" for r in (champs.BASE, champs.ADRESSE, champs.FISCAL)]
    traitees = "/agents?etat=traitees"
    for adresse in (traitees, "/agents/familles", "/agents/familles?q=piege", famille, *siennes, *enfants):
        page.goto(adresse)
        lus.append(page.locator("main").inner_text())
    for adresse in (enfants[0], adulte):
        page.goto(adresse)
        assert ouvrir_ce_qui_est_scelle(page) == 1
        lus.append(page.locator("main").inner_text())
        lus += page.locator("main textarea, main input").evaluate_all("tous => tous.map(c => c.value)")
    page.goto(famille)
    page.get_by_role("button", name="Imprimer une lettre").first.click()
    expect(page.locator(".lettre")).to_be_visible()
    for adresse in (famille, "/mon-espace/journal", "/demo/courriels"):
        page.goto(adresse)
        for courriel in page.locator("details.courriel:not([open]) summary").all():
            courriel.click()
        lus.append(page.locator("main").inner_text())
    assert len(lus_dans(lus)) > 50
    assert PIEGES[4] in lus_dans(lus[-1:]), "the reason, in the mail to the family"

    claire = entrer(FAMILLE)
    faits_de_claire = guetter(claire)
    claire.goto("/mon-espace/journal")
    expect(claire.get_by_role("main")).to_contain_text("Des données sanitaires du dossier ont été affichées")
    assert lus_dans([claire.locator("main").inner_text()])
    assert faits == faits_de_claire == []
