"""The pages of an import: send, read, confirm, done; what they look like is the same on both engines."""

import io

import pytest
from werkzeug.datastructures import MultiDict

import workflows as w
from models import Affectation, Evenement, Famille, Importation
from portail import clock
from portail.domain import importation
from portail.views import importation as vue
from tests.formulaires import csrf, poster
from tests.html import lire, mots
from tests.importation.conftest import envoyer, requetes
from tests.importation.test_importer import CLAIRE, FAMILLES, TOUT

PAGE = "/agents/mise-en-place/import"
UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn alike on both


def deposer(navigateur, fichiers: dict[str, str | bytes], **autres):
    octets = {nom: c if isinstance(c, bytes) else c.encode() for nom, c in fichiers.items()}
    champs = [("csrf_token", csrf(navigateur)), *autres.items()]
    champs += [("fichiers", (io.BytesIO(contenu), nom)) for nom, contenu in octets.items()]
    return navigateur.post(PAGE, data=MultiDict(champs), content_type="multipart/form-data")


def boutons(page) -> list[str]:
    return [mots(b) for b in page.select("main form button")]


def test_from_the_files_to_the_families_through_the_pages_alone(monde, connexion):
    nadia = connexion(monde.gestionnaire)
    hub = lire(nadia.get("/agents/mise-en-place").text)
    assert PAGE in [a["href"] for a in hub.select("main a")]
    assert "Aucun pour le moment" in nadia.get(PAGE).text
    reponse = deposer(nadia, TOUT)
    assert reponse.status_code == 303, "small files are looked at within the request"
    page = lire(nadia.get(reponse.location).text)
    assert "Rien n’est encore enregistré" in mots(page.main)
    assert [mots(tr) for tr in page.select(".bilan-import tbody tr")] == [
        *("Familles 1 0 0", "Adultes 1 0 0", "Enfants 1 0 0"),
    ]
    assert boutons(page) == ["Importer", "Abandonner, et effacer les fichiers"]
    assert not Famille.select().where(Famille.code_abonne == "200").exists()
    assert "FR76" not in page.text and "Arachide" not in page.text, "what is sealed is nowhere shown"

    marque = page.select_one("[name=marque]")["value"]
    fait = poster(nadia, f"{reponse.location}/lancement", {"marque": marque})
    assert (fait.status_code, fait.location) == (303, reponse.location)
    page = lire(nadia.get(reponse.location).text)
    assert "C’est importé" in mots(page.main) and boutons(page) == []
    assert Famille.get(Famille.code_abonne == "200").enfants.count() == 1
    assert mots(lire(nadia.get(PAGE).text).select_one("tbody .statut")) == "Importé"


@UN_MOTEUR
def test_what_is_wrong_is_a_list_of_lines_a_file_to_keep_and_nothing_to_confirm(monde, connexion):
    nadia = connexion(monde.gestionnaire)
    reponse = deposer(nadia, {"familles.csv": "code;nom\n1;=A1\n2;<b>\n"})
    page = lire(nadia.get(reponse.location).text)
    assert [mots(li) for li in page.select(".partie.erreur li")] == [
        "familles.csv, ligne 2, colonne nom « =A1 » ressemble à une formule de tableur :"
        " ce n’est pas un nom.",
        "familles.csv, ligne 3, colonne nom écrivez-le avec des lettres seulement,"
        " comme sur une carte d’identité.",
    ]
    assert boutons(page) == ["Abandonner, et effacer les fichiers"]
    rapport = nadia.get(f"{reponse.location}/rapport")
    assert rapport.headers["Content-Disposition"] == "attachment; filename=rapport-import-1.csv"
    assert rapport.data.decode("utf-8-sig").splitlines()[1].startswith("familles.csv;2;nom;erreur;« =A1 »")
    assert poster(nadia, f"{reponse.location}/lancement", {"marque": ""}).status_code == 409
    fini = poster(nadia, f"{reponse.location}/abandon")
    assert (fini.status_code, fini.location) == (303, PAGE)
    assert "Cet import est abandonné" in nadia.get(reponse.location).text
    assert nadia.get(f"{reponse.location}/rapport").location == reponse.location


@UN_MOTEUR
def test_without_a_file_it_is_said_beside_the_field_and_what_is_too_heavy_on_a_page(
    monde, connexion, monkeypatch
):
    nadia = connexion(monde.gestionnaire)
    vide = nadia.post(PAGE, data={"csrf_token": csrf(nadia), "ecraser": "y"})
    page = lire(vide.text)
    assert (
        vide.status_code == 422
        and mots(page.select_one("#fichiers-message")) == "Choisissez au moins un fichier."
    )
    assert page.select_one("[name=ecraser]").has_attr("checked")
    assert deposer(nadia, {f"f{n}.csv": "x" for n in range(13)}).status_code == 422
    monkeypatch.setattr(vue.deposer, "octets_max", 5_000)
    lourd = deposer(nadia, {"familles.csv": b"x" * 6_000})
    assert lourd.status_code == 413 and "20 Mo au plus" in lourd.text
    assert Importation.select().count() == 0
    monkeypatch.undo()
    etrange = deposer(nadia, {"..\\..\\C:\\nuit\u202e/<b>.csv": "code;nom\n1;A\n"})
    assert "C:" not in Importation.get().noms and "\u202e" not in nadia.get(etrange.location).text


@UN_MOTEUR
def test_what_is_long_is_done_beside_and_its_page_tells_how_far_it_is(monde, connexion, monkeypatch):
    monkeypatch.setattr(importation, "AUSSITOT", 0)
    nadia = connexion(monde.gestionnaire)
    url = deposer(nadia, {"familles.csv": FAMILLES}).location
    page = lire(nadia.get(url).text)
    assert mots(page.select_one("#avancement-titre")) == "En attente de son tour"
    assert page.select_one("#avancement")["hx-get"] == f"{url}/avancement"
    htmx = {"HX-Request": "true"}
    assert lire(nadia.get(f"{url}/avancement", headers=htmx).text).select_one("#avancement progress")
    with clock.figer(clock.maintenant() + importation.BAIL):
        nadia = connexion(monde.gestionnaire)
        assert "Rien ne bouge depuis un moment" in nadia.get(url).text
    prise = importation.prendre_un_tour()
    importation._noter(prise.id, etape="lecture", faites=4_000, total=20_000)
    dit = mots(lire(nadia.get(f"{url}/avancement", headers=htmx).text).select_one("#avancement-titre"))
    assert dit.replace("\u202f", " ") == "Lecture des lignes : 4 000 sur 20 000"
    autre = deposer(nadia, {"familles.csv": FAMILLES}).location
    assert "En attente : un autre import est en cours" in nadia.get(autre).text
    importation.traiter(prise)
    fini = nadia.get(f"{url}/avancement", headers=htmx)
    assert (fini.status_code, fini.headers["HX-Redirect"]) == (204, url)


@UN_MOTEUR
def test_who_changes_the_portal_meanwhile_is_told_and_the_report_shown_again(monde, connexion):
    prete = envoyer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("06 39 98 00 01")})
    nadia, url = connexion(monde.gestionnaire), f"{PAGE}/{prete.id}"
    perimee = poster(nadia, f"{url}/lancement", {"marque": "une autre"})
    assert perimee.status_code == 409 and "Le rapport a changé entre-temps" in perimee.text
    assert "téléphone, non renseigné → 06 39 98 00 01" in perimee.text.replace("\xa0", " ")
    assert Importation.get().statut == w.PRETE


@UN_MOTEUR
def test_the_templates_are_files_with_the_headers(monde, connexion):
    nadia = connexion(monde.gestionnaire)
    csv = nadia.get(f"{PAGE}/modele?table=familles")
    assert csv.data.decode("utf-8-sig") == "code_abonne;nom\r\n"
    assert nadia.get(f"{PAGE}/modele").data.startswith(b"PK")
    assert nadia.get(f"{PAGE}/modele?table=autre").status_code == 404


@UN_MOTEUR
def test_nobody_else_enters_nor_who_is_limited_and_what_is_not_there_is_404(monde, connexion):
    prete = envoyer(None, {"familles.csv": FAMILLES})
    une = f"{PAGE}/{prete.id}"
    lues, faites = [PAGE, une, f"{une}/rapport", f"{une}/avancement"], [f"{une}/lancement", f"{une}/abandon"]
    nadia = connexion(monde.gestionnaire)
    absentes = [f"{PAGE}/999{suite}" for suite in ("", "/rapport", "/avancement")]
    assert [nadia.get(url).status_code for url in absentes] == [404] * 3
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    for qui in ("claire", "sophie", "animateur", "gestionnaire"):
        navigateur, refus = connexion(getattr(monde, qui)), 404 if qui == "gestionnaire" else 403
        codes = [navigateur.get(url).status_code for url in lues]
        codes += [poster(navigateur, url).status_code for url in faites]
        assert codes == [refus] * 6, qui
        assert deposer(navigateur, {"familles.csv": FAMILLES}).status_code == refus
    assert Importation.get_by_id(prete.id).statut == w.PRETE
    assert Evenement.select().where(Evenement.objet == "importation").count() == 2


@UN_MOTEUR
def test_the_page_reads_as_many_rows_whatever_the_report_says(monde, connexion, monkeypatch):
    nadia = connexion(monde.gestionnaire)

    def combien(url: str) -> int:
        with requetes(monkeypatch) as faites:
            assert nadia.get(url).status_code == 200
        return len(faites)

    un = envoyer(None, {"familles.csv": FAMILLES})
    combien(PAGE)  # the session notes that it was used, once a minute
    petit = combien(f"{PAGE}/{un.id}")
    grand = envoyer(None, {"familles.csv": FAMILLES + "".join(f"{n};Roux\n" for n in range(300, 700))})
    assert combien(f"{PAGE}/{grand.id}") == petit
    page = lire(nadia.get(f"{PAGE}/{grand.id}").text)
    assert len(page.select(".partie.cree li")) == 100 and "301 autres" in mots(page.main)
