"""The screens of a long demande: the form, its preview, what became of it."""

import io

import pytest

import workflows as w
from models import Demande, Document, LienParental, Ligne
from portail.domain import moderation
from tests.actes import empreinte, lignes
from tests.formulaires import csrf, poster
from tests.htmx import Page, assert_comme_rechargee
from tests.longue_periode.souhaits import ADRESSE, absences, motif, souhait
from tests.monde import HIER, LUNDI

PDF = b"%PDF-1.4\n%%EOF"


def adresse(voulu, vers: str = "apercu") -> str:
    return f"{ADRESSE}?{voulu.requete}&vers={vers}"


def champs(voulu) -> dict[str, list[str]]:
    noms: dict[str, list[str]] = {}
    for nom, valeur in voulu.parametres:
        noms.setdefault(nom, []).append(valeur)
    return noms


def malade(monde):
    """A reason that wants a document, and something to be absent from."""
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    return absences(
        [monde.lea],
        [monde.cantine],
        motif=motif(facturation="jamais", justificatif="Certificat médical").id,
    )


def test_three_pages_without_javascript(monde, connexion):
    """The form, the preview, what became of it; nothing is written before the last."""
    client = connexion(monde.claire)
    avant = empreinte()
    formulaire = Page(client, f"{ADRESSE}?activites={monde.cantine.id}&debut={LUNDI}")
    choix = {"semaine": ["0-toutes", "1-toutes"], "enfants": [str(monde.lea.id)], "fin": "2026-12-18"}
    relu = formulaire.suivre("#compte button", **choix)
    assert relu.texte("h1") == "Relisez votre demande"
    assert relu.texte(".comptes") == "4 créneaux possibles"
    assert "lundi 7, mardi 8, lundi 14, mardi 15" in relu.texte(".volet")
    assert "À demander avant le jeudi 3 décembre à 12 h, dans 2 jours" in relu.texte("main")
    assert relu.texte(".actions button") == "Demander 4 réservations"
    assert empreinte() == avant
    fait = relu.suivre(".actions button")
    assert fait.texte("h1") == "Votre demande est envoyée"
    assert fait.texte(".comptes") == "4 en attente de la mairie"
    assert Ligne.select().count() == 4
    annule = fait.suivre("#suite form button")
    assert annule.texte("h1") == "Votre demande est annulée"
    assert {li.statut for li in Ligne.select()} == {w.ANNULEE}


def test_the_preview_is_an_address_and_leads_back_to_the_form_as_it_was(monde, connexion):
    voulu = souhait([monde.lea, monde.noe], [monde.cantine], (0,), ensemble=True)
    relu = Page(connexion(monde.claire), adresse(voulu))
    assert "Ensemble ou pas du tout." in relu.texte(".titre")
    formulaire = relu.suivre("form .actions a")
    cochees = {case["name"] + case["value"] for case in formulaire.tous("#demande input[checked]")}
    assert cochees == {
        "naturereservation", f"enfants{monde.lea.id}", f"enfants{monde.noe.id}",
        f"activites{monde.cantine.id}", "semaine0-toutes", "ensemble1",
    }  # fmt: skip
    assert formulaire.un("#debut")["value"] == "2026-12-07"


def test_the_counts_beside_the_form_follow_it_and_are_those_of_the_page(monde, connexion):
    """What htmx swaps in is what the page at that address shows."""
    client = connexion(monde.claire)
    page = Page(client, adresse(souhait([monde.lea], [monde.cantine]), ""))
    avant = page.texte("#compte")
    assert "4 créneaux possibles" in avant
    page.cliquer("#demande > div", semaine=["0-toutes"])
    assert "2 créneaux possibles" in page.texte("#compte")
    assert page.texte("#annonce") == "2 créneaux possibles."
    neuve = Page(client, adresse(souhait([monde.lea], [monde.cantine], (0,)), ""))
    assert page.texte("#compte") == neuve.texte("#compte")


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(monde, connexion):
    page = Page(
        connexion(monde.claire),
        f"{ADRESSE}?vers=apercu&debut=2026-12-07&fin=2026-02-30&semaine=1-paires",
        422,
    )
    assert page.texte("title").startswith("Erreur : ")
    assert page.texte("#resume") == "3 réponses sont à corriger, rien n’est demandé"
    assert "Choisissez au moins un enfant" in page.texte("#enfants-message")
    assert "Choisissez au moins une activité" in page.texte("#activites-message")
    assert "Cette date n’existe pas" in page.texte("#fin-message")
    assert page.un("#fin")["value"] == "2026-02-30" and page.un("#fin")["aria-invalid"] == "true"
    assert page.un("#semaine-1-paires").has_attr("checked")


def test_a_link_prefills_the_form_as_the_reminders_mail_does(monde, connexion):
    lien = (
        f"{ADRESSE}?nature=reservation&enfants={monde.lea.id}&enfants={monde.noe.id}"
        f"&activites={monde.soir.id}&debut=2026-12-07&fin=2026-12-11"
    )
    page = Page(connexion(monde.claire), lien)
    assert not page.tous(".avis.erreur")
    assert [c["value"] for c in page.tous("#enfants input[checked]")] == [
        str(monde.lea.id),
        str(monde.noe.id),
    ]
    assert [c["value"] for c in page.tous("#activites input[checked]")] == [str(monde.soir.id)]


def test_the_planning_and_the_home_lead_there_with_what_is_shown(monde, connexion):
    client = connexion(monde.claire)
    planning = Page(client, f"/famille/planning?enfant={monde.noe.id}&activite={monde.cantine.id}")
    page = planning.suivre("#longue-periode")
    assert [c["value"] for c in page.tous("#enfants input[checked]")] == [str(monde.noe.id)]
    assert [c["value"] for c in page.tous("#activites input[checked]")] == [str(monde.cantine.id)]
    assert Page(client, "/famille").tous(f'a[href="{ADRESSE}"]')


@pytest.mark.parametrize("vers", ["", "apercu", "compter"])
def test_a_child_or_an_activity_of_others_is_404(monde, connexion, vers):
    client = connexion(monde.claire)
    for enfants in ([monde.tomas], [monde.lea, monde.tomas]):
        voulu = souhait(enfants, [monde.cantine])
        assert client.get(adresse(voulu, vers)).status_code == 404
        assert poster(client, ADRESSE, champs(voulu)).status_code == 404
    assert client.get(f"{ADRESSE}?activites=x").status_code == 404
    assert client.get(f"{ADRESSE}?enfants=-1").status_code == 404


@pytest.mark.parametrize(
    "requete",
    [
        "debut=9999-12-31&fin=9999-12-31&semaine=0-toutes",
        "debut=0001-01-01&fin=0001-01-02",
        "debut=&fin=hier",
        "nature=tout&periode=ete&comme=2099-99-99&motif=x",
        "nature=absence&motif=99999999999",
        "comme=9999-12-31",
        "&".join(f"semaine={n % 7}-toutes" for n in range(10_000)),
        "&".join(f"document={n}" for n in range(1, 10_000)),
    ],
)
@pytest.mark.parametrize("vers", ["", "apercu"])
def test_strange_values_are_a_sentence_never_a_failure(monde, connexion, requete, vers):
    page = f"{ADRESSE}?vers={vers}&enfants={monde.lea.id}&activites={monde.cantine.id}&{requete}"
    assert connexion(monde.claire).get(page).status_code in (200, 422)


def test_ten_thousand_ids_are_no_family_s(monde, connexion):
    beaucoup = "&".join(f"enfants={n}" for n in range(1, 10_000))
    assert connexion(monde.claire).get(f"{ADRESSE}?{beaucoup}").status_code == 404


def test_nothing_possible_says_why_and_what_to_do(monde, connexion):
    passee = souhait([monde.lea], [monde.cantine], debut=HIER, fin=HIER)
    page = Page(connexion(monde.claire), adresse(passee), 422)
    assert "passée" in page.texte("#fin-message")
    trop_tard = souhait([monde.lea], [monde.cantine], (1, 3), debut=HIER, fin=LUNDI.replace(day=4))
    page = Page(connexion(monde.claire), adresse(trop_tard))
    assert page.texte("h1") == "Rien ne peut être demandé"
    assert "2 trop tard" in page.texte(".comptes") and "Délai de réservation dépassé" in page.texte(".volet")
    assert not page.tous("main form") and "02 61 91 40 40" in page.texte("main .chapeau")


def test_confirming_twice_leads_to_the_same_page(monde, connexion):
    client, voulu = connexion(monde.claire), souhait([monde.lea], [monde.cantine])
    premiere = poster(client, ADRESSE, champs(voulu))
    seconde = poster(client, ADRESSE, champs(voulu))
    assert premiere.status_code == seconde.status_code == 303
    assert premiere.location == seconde.location and Demande.select().count() == 1


def test_confirming_with_htmx_leads_there_too(monde, connexion):
    client = connexion(monde.claire)
    reponse = poster_htmx(client, ADRESSE, champs(souhait([monde.lea], [monde.cantine])))
    assert reponse.status_code == 204 and ADRESSE in reponse.headers["HX-Redirect"]


def poster_htmx(client, url: str, donnees: dict):
    return client.post(url, data={"csrf_token": csrf(client)} | donnees, headers={"HX-Request": "true"})


def test_a_form_at_fault_that_is_posted_comes_back(monde, connexion):
    client = connexion(monde.claire)
    avant = empreinte()
    reponse = poster(client, ADRESSE, champs(souhait([monde.lea], [monde.cantine], ())))
    assert reponse.status_code == 422 and "Choisissez au moins un jour" in reponse.text
    assert empreinte() == avant


# ——— absences, their reason, its document ———


def test_a_reason_says_what_it_means_for_the_bill(monde, connexion):
    motif("Convenance", facturation="toujours")
    voulu = malade(monde)
    page = Page(connexion(monde.claire), adresse(voulu, ""))
    choix = [option.get_text() for option in page.tous("#motif option")]
    assert "Convenance\u00a0: facturée" in choix
    assert "Maladie\u00a0: non facturée, document à joindre (Certificat médical)" in choix
    relu = Page(connexion(monde.claire), adresse(voulu))
    assert "Cette absence ne sera pas facturée." in relu.texte("main")
    assert "La mairie valide." in relu.texte("main form")


def test_its_document_goes_with_it(monde, connexion):
    voulu = malade(monde)
    envoi = champs(voulu) | {"documents": (io.BytesIO(PDF), "certificat.pdf")}
    reponse = poster(connexion(monde.claire), ADRESSE, envoi)
    assert reponse.status_code == 303
    demande = Demande.get(Demande.nature == w.NATURE_ABSENCE)
    document = Document.get()
    assert document.demande_id == demande.id
    assert (document.piece, document.nom) == ("Certificat médical", "certificat.pdf")
    assert demande.piece_attendue == ""


def test_a_file_at_fault_is_said_and_the_sound_one_is_kept(monde, connexion):
    client, voulu = connexion(monde.claire), malade(monde)
    envoi = champs(voulu) | {
        "documents": [(io.BytesIO(PDF), "certificat.pdf"), (io.BytesIO(b"MZ"), "virus.exe")]
    }
    reponse = poster(client, ADRESSE, envoi)
    assert reponse.status_code == 422 and "virus.exe : Le portail ne sait pas lire" in reponse.text
    garde = Document.get()
    assert f'name="document" value="{garde.id}"' in reponse.text and Demande.select().count() == 0
    formulaire = client.get(f"{ADRESSE}?{voulu.requete}&document={garde.id}")  # « Modifier » keeps it too
    assert f'name="document" value="{garde.id}"' in formulaire.text
    assert f"&amp;document={garde.id}" in reponse.text
    fait = poster(client, ADRESSE, champs(voulu) | {"document": str(garde.id)})
    assert fait.status_code == 303 and Document.get().demande_id is not None


def test_it_can_be_taken_back_before_and_sent_later(monde, connexion):
    client, voulu = connexion(monde.claire), malade(monde)
    fichiers = [(io.BytesIO(b"MZ"), "x"), (io.BytesIO(PDF), "c.pdf")]
    poster(client, ADRESSE, champs(voulu) | {"documents": fichiers})
    garde = Document.get()
    retire = poster(client, ADRESSE, champs(voulu) | {"document": str(garde.id), "retirer": str(garde.id)})
    assert retire.status_code == 200 and "c.pdf" not in retire.text and not Document.select().exists()
    assert poster(client, ADRESSE, champs(voulu)).status_code == 303
    assert Demande.get().piece_attendue == "Certificat médical"


# ——— what became of it ———


def test_withdrawing_in_place_is_what_the_page_shows_then(monde, connexion):
    client, voulu = connexion(monde.claire), souhait([monde.lea], [monde.cantine])
    page = Page(client, poster(client, ADRESSE, champs(voulu)).location)
    page.cliquer("#suite form button")
    assert page.texte("h1") == "Votre demande est annulée" and page.texte("#annonce")
    assert_comme_rechargee(page)


def test_once_answered_it_cannot_be_withdrawn_and_the_answer_is_read(monde, connexion):
    client, voulu = connexion(monde.claire), souhait([monde.lea], [monde.cantine])
    page = Page(client, poster(client, ADRESSE, champs(voulu)).location)
    demande = Demande.get()
    moderation.refuser(monde.sophie, demande.id, "Le dossier n’est pas complet")
    page.cliquer("#suite form button", attendu=409)
    assert "La mairie a déjà répondu" in page.texte("#suite")
    assert "4 refusés par la mairie" in page.texte(".comptes")
    assert "Le dossier n’est pas complet" in page.texte(".volet") and not page.tous("#suite form")
    assert {li.statut for li in lignes(demande)} == {w.REFUSEE}


def test_nobody_else_reads_it_nor_withdraws_it(monde, connexion):
    voulu = souhait([monde.lea], [monde.cantine])
    poster(connexion(monde.claire), ADRESSE, champs(voulu))
    autre, ici = connexion(monde.paulo), f"{ADRESSE}/{Demande.get().id}"
    assert autre.get(ici).status_code == 404
    assert poster(autre, f"{ici}/annulation").status_code == 404
    assert Demande.get().statut == w.EN_ATTENTE
    assert connexion(monde.sophie).get(ici).status_code == 403


def test_whoever_only_follows_is_told_so(monde, connexion):
    LienParental.update(droit="information").where(LienParental.responsable == monde.adulte_claire).execute()
    client = connexion(monde.claire)
    page = Page(client, ADRESSE)
    assert "Vous suivez les activités" in page.texte("main") and not page.tous("#demande")
    assert not Page(client, "/famille/planning").tous("#longue-periode")
    avant = empreinte()
    reponse = poster(client, ADRESSE, champs(souhait([monde.lea], [monde.cantine])))
    assert reponse.status_code == 403 and empreinte() == avant
