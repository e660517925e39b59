"""From an empty database to the first answers and the first roll call, through the pages alone.

What `docs/guide-mise-en-place.md` tells, done: the installer types two commands, then everybody works with
what they read on the screen. A label that changes here changes in the guide.
"""

import datetime as dt
import io
import re

import pytest
from flask import Flask

from models import db
from portail import clock, create_app
from portail.domain import courriels, reglages
from portail.domain.verification import verifier
from portail.domain.ville import oublier_la_ville
from tests.bases_vides import url_vide
from tests.conftest import config_de_test, fermer
from tests.courrier import lien_recu, recus
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page
from tests.mise_en_place.ecran import bouton, lien
from tests.second_facteur.conftest import code_de
from tests.sources import RACINE

__all__ = ["url_vide"]

JEUDI = dt.datetime(2026, 11, 26, 10, tzinfo=clock.PARIS)
MIDI = dt.datetime(2026, 12, 10, 11, 45, tzinfo=clock.PARIS)
PHRASE = "girafe bleue sous tonnerre"
MOULIN, CURIE, CENTRE = "École Jean-Moulin", "École Marie-Curie", "Centre de loisirs"
HUB = "/agents/mise-en-place"
PARENT = "abdel@example.org"


@pytest.fixture
def app(url_vide):
    """The portal of a town, no demonstration, on a database where there is nothing."""
    avant = reglages.lire()
    oublier_la_ville()
    yield create_app(config_de_test(url_vide, demo=False))
    fermer()
    oublier_la_ville()
    reglages.poser(avant)


class Personne:
    """Somebody of the town hall: a browser, and a phone that shows codes."""

    def __init__(self, app: Flask, email: str) -> None:
        self.client, self.email, self.secret = app.test_client(), email, ""

    def choisir_son_mot_de_passe(self, chemin: str) -> Page:
        """By the link that was handed over; then the first sign-in, and the application of codes."""
        bouton(Page(self.client, chemin), "Changer le mot de passe", {"Nouveau mot de passe": PHRASE})
        page = self._se_connecter()
        self.secret = mots(page.un(".cle")).replace(" ", "")
        return lien(
            bouton(page, "Activer", {"Code à 6 chiffres": code_de(self.secret)}), "C’est noté, continuer"
        )

    def revenir(self) -> Page:
        return bouton(self._se_connecter(), "Continuer", {"Code": code_de(self.secret)})

    def _se_connecter(self) -> Page:
        qui = {"Adresse e-mail": self.email, "Mot de passe": PHRASE}
        return bouton(Page(self.client, "/connexion"), "Se connecter", qui)

    def ouvrir(self, url: str) -> Page:
        return Page(self.client, url)

    def etape(self, titre: str) -> Page:
        """The page of this step, from the hub."""
        return lien(self.ouvrir(HUB), titre)

    def etat(self, titre: str) -> str:
        etapes = self.ouvrir(HUB).tous(".liste-des-etapes > li")
        (etat,) = [mots(e.select_one(".etat")) for e in etapes if mots(e.h2) == titre]
        return etat


def test_a_town_sets_itself_up_answers_and_calls_the_roll(app):
    with clock.figer(JEUDI):
        anne = Personne(app, "anne.leroy@ville.example")
        anne.choisir_son_mot_de_passe(_l_installateur(app, anne.email))
        assert "5 étapes restent à faire" in anne.ouvrir(HUB).texte("main")
        _dire_la_ville(anne)
        _ajouter_les_lieux(anne)
        _regler_le_calendrier(anne)
        _creer_les_activites(anne)
        nadia, sophie, yann = _reunir_l_equipe(app, anne)
        _choisir_les_mots(nadia)
        _importer(nadia)
        lettres = _imprimer_les_lettres(nadia)
        for titre in ("La ville", "Lieux", "Calendrier", "Activités", "Importer ce que la ville a déjà"):
            assert nadia.etat(titre).startswith("Fait"), titre
        assert anne.etat("Équipe").startswith("Fait")
        assert "reste à faire" not in (page := anne.ouvrir(HUB).texte("main")) and "restent" not in page
        parent = _s_abonner(app, lettres)
        for jour in (7, 8, 10, 14):
            _reserver(parent, f"2026-12-{jour:02}")
        _repondre(sophie)
    with clock.figer(JEUDI + dt.timedelta(minutes=2)):
        _la_famille_lit(parent)
        _accepter_d_office(nadia, parent)
        _fermer_un_jour(nadia)
    with clock.figer(MIDI):
        _faire_l_appel(yann)
        _sortir_les_listes(sophie)
        with db.connection_context():
            assert list(verifier(1_000)) == []


# ——— the installer, then the administrator ———


def _l_installateur(app: Flask, email: str) -> str:
    """The two commands of docs/installation.md; gives the link that the second one prints."""
    taper = app.test_cli_runner().invoke
    assert "Calendrier" in taper(args=["initialiser"]).output
    mots_tapes = ["compte", "creer", email, "--prenom", "Anne", "--nom", "Le Roy", "--role", "administrateur"]
    return re.findall(r"(/mot-de-passe/[\w-]{43})$", taper(args=mots_tapes).output, re.M)[0]


def _dire_la_ville(anne: Personne) -> None:
    page = bouton(
        anne.etape("La ville"),
        "Enregistrer",
        {
            "Nom de la ville": "Les Ponts-de-Cé",
            "Adresse": "7 rue Charles-de-Gaulle",
            "Horaires d’ouverture": "du lundi au vendredi, 8 h 30 – 12 h",
            "Téléphone": "02 41 79 75 75",
            "Adresse e-mail": "familles@lesponts.example",
            "Teinte": "150",
        },
    )
    for titre in ("Mentions légales", "Données personnelles", "Accessibilité"):
        page = lien(lien(bouton(lien(page, f"Modifier : {titre}"), "Publier"), "La ville"), "Mise en place")
        page = lien(page, "La ville")
    assert mots(page.un("header.entete")).startswith("Les Ponts-de-Cé")


def _ajouter_les_lieux(anne: Personne) -> None:
    for nom in (MOULIN, CURIE, CENTRE):
        ecole = {"C’est une école": True} if nom != CENTRE else {}
        page = bouton(
            lien(anne.etape("Lieux"), "Ajouter un lieu"), "Enregistrer", {"Nom du lieu": nom, **ecole}
        )
    assert "3 lieux" in page.texte("main")


def _regler_le_calendrier(anne: Personne) -> None:
    page = bouton(lien(anne.etape("Calendrier"), "Changer de zone"), "Voir ce que cela change", zone="B")
    assert "Zone B" in page.texte("main")
    page = lien(anne.etape("Calendrier"), "Fermer un jour ou une période")
    dit = {"Nom, que les familles": "Pont du 11 décembre", "Premier jour": "11/12/2026"}
    page = bouton(bouton(page, "Voir ce que cela change", dit), "Confirmer la fermeture")
    assert "Pont du 11 décembre" in page.texte("main")


def _creer_les_activites(anne: Personne) -> None:
    ecole = ("2026-09-01", "2027-07-02", "lundi mardi jeudi vendredi", "scolaire")
    _activite(anne, "Cantine", MOULIN, *ecole, ("11:30", "13:30"), 60)
    _activite(anne, "Accueil du matin", MOULIN, *ecole, ("07:30", "08:30"), 60)
    page = _activite(anne, "Accueil du soir", MOULIN, *ecole, ("16:30", "18:30"), 60)
    _activite(anne, "Mercredis", CENTRE, *ecole[:2], "mercredi", "scolaire", ("08:00", "18:00"), 40)
    noel = ("2026-12-21", "2026-12-24", "lundi mardi mercredi jeudi", "vacances", ("09:00", "17:00"), 12)
    _activite(anne, "Stage de cirque", CENTRE, *noel)
    for nom in ("Cantine", "Accueil du matin", "Accueil du soir"):
        page = lien(lien(anne.etape("Activités"), nom), "Créer la même dans un autre lieu")
        page = bouton(bouton(page, "Voir ce que cela change", {"Lieu": CURIE}), "Enregistrer")
        assert f"« {nom} » est enregistrée." in page.texte("body") and CURIE in page.texte("main")
    page = lien(lien(anne.etape("Activités"), "Places partagées"), "Partager des places")
    cantines = [
        c["value"] for c in page.tous("[name=activites]") if "Cantine" in mots(c.find_parent("label"))
    ]
    repas = {"Nom": "Repas de la cuisine centrale", "Places": "100"}
    apercu = bouton(page, "Voir ce que cela change", repas, activites=cantines)
    assert "se partagent ces places." in apercu.texte("main")
    assert "100 par jour" in bouton(apercu, "Enregistrer").texte("main")


def _activite(anne: Personne, nom: str, lieu: str, debut: str, fin: str, jours: str, quand, heures, places):
    page = lien(anne.etape("Activités"), "Nouvelle activité")
    coches = [j["value"] for j in page.tous("[name=h_jour]") if j["aria-label"] in jours.split()]
    saisie = {"Nom de l’activité": nom, "Lieu": lieu, "Premier jour": debut, "Dernier jour": fin}
    de_a = {"h_debut": heures[0], "h_fin": heures[1], "h_places": places, "h_periode": quand}
    page = bouton(page, "Voir ce que cela change", saisie, h_jour=coches, **de_a)
    assert "séances créées" in page.texte("main")
    page = bouton(page, "Enregistrer")
    assert f"« {nom} » est enregistrée." in page.texte("body")
    return page


def _reunir_l_equipe(app: Flask, anne: Personne) -> list[Personne]:
    equipe = []
    for prenom, nom, role, lieux in (
        ("Nadia", "Benali", "gestionnaire", ()),
        ("Sophie", "Garnier", "agent", (MOULIN,)),
        ("Yann", "Le Goff", "animateur", (MOULIN,)),
    ):
        personne = Personne(app, f"{prenom.lower()}@lesponts.example")
        page = lien(anne.etape("Équipe"), "Ouvrir un compte")
        siens = dict.fromkeys(("Certains lieux seulement", *lieux), True) if lieux else {}
        qui = {"Prénom": prenom, "Nom": nom, "Adresse e-mail": personne.email, "L’afficher ici": True}
        page = bouton(page, "Ouvrir le compte", qui | siens, role=role)
        accueil = personne.choisir_son_mot_de_passe(re.findall(r"/mot-de-passe/[\w-]{43}", page.texte())[0])
        assert accueil.url == ("/agents/pointage" if role == "animateur" else "/agents")
        equipe.append(personne)
    nadia, sophie, yann = equipe
    assert CURIE not in sophie.ouvrir("/agents").texte("main") and CURIE in nadia.ouvrir("/agents").texte(
        "main"
    )
    assert yann.client.get("/agents").status_code == sophie.client.get(HUB).status_code == 403
    return equipe


# ——— the gestionnaire ———


def _choisir_les_mots(nadia: Personne) -> None:
    page = nadia.etape("Motifs")
    (ajout,) = [f.parent for f in page.tous("summary") if mots(f) == "Ajouter un motif : réservation"]
    texte = ajout.select_one("[name=texte]")["name"]
    page = page.suivre(ajout.button, **{texte: "Sortie scolaire ce jour-là"})
    assert "Sortie scolaire ce jour-là" in page.texte("main")
    page = lien(nadia.etape("Textes des courriels"), "Voir et modifier : Réponse à une demande")
    page = bouton(page, "Enregistrer", {"Au début": "Merci d’utiliser le portail de {ville}."})
    assert "Merci d’utiliser le portail de Les Ponts-de-Cé." in page.texte("main")


def _importer(nadia: Personne) -> None:
    page = nadia.etape("Importer ce que la ville a déjà")
    fichiers = [
        (io.BytesIO(chemin.read_bytes()), chemin.name)
        for chemin in sorted((RACINE / "docs/import").glob("*.csv"))
    ]
    envoyes = poster(nadia.client, page.un("main form[method=post]")["action"], {"fichiers": fichiers})
    page = bouton(nadia.ouvrir(envoyes.location), "Importer")
    assert "C’est importé" in page.texte("main") and "1 100" in page.texte("main")


def _imprimer_les_lettres(nadia: Personne) -> str:
    assert nadia.etat("Lettres aux familles").startswith("À faire 40 familles n’ont ni compte ni code")
    page = bouton(nadia.etape("Lettres aux familles"), "Préparer 67 lettres")
    assert nadia.etat("Lettres aux familles").startswith("Fait 40 familles n’ont pas encore de compte")
    return page.texte("main")


# ——— a family ———


def _s_abonner(app: Flask, lettres: str) -> Personne:
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", lettres.split("Abdel Kaczmarek")[1])
    parent = Personne(app, PARENT)
    page = lien(parent.ouvrir("/"), "Créer un compte")
    qui = {"Nom": "Kaczmarek", "Prénom": "Abdel", "Adresse e-mail": PARENT, "Mot de passe": PHRASE}
    bouton(page, "Créer un compte", qui | {"Code abonné": code[0]})
    with db.connection_context():
        chemin = lien_recu(PARENT)
    bouton(parent.ouvrir(chemin), "Activer mon compte")
    assert "Famille Kaczmarek" in parent._se_connecter().texte("body")
    return parent


def _reserver(parent: Personne, jour: str) -> str:
    page = parent.ouvrir(f"/famille/planning?vue=jour&date={jour}")
    (creneau,) = [a for a in page.tous("a.creneau") if a["aria-label"].startswith("Oscar, Cantine")]
    return bouton(page.suivre(creneau), "Confirmer").texte("body")


def _la_famille_lit(parent: Personne) -> None:
    """Its answers, once the minute of the undo is over: the bookings, and the reason of the refusal."""
    with db.connection_context():
        recues = [courriels.en_clair(lettre) for lettre in recus(PARENT)]
    assert any("Activité complète" in recue for recue in recues)
    assert any("Merci d’utiliser le portail de Les Ponts-de-Cé." in recue for recue in recues)
    demandes = parent.ouvrir("/famille/demandes").texte("main")
    assert demandes.count("Acceptée") >= 3 and "Activité complète" in demandes


# ——— the agents ———


def _repondre(sophie: Personne) -> None:
    page = sophie.ouvrir("/agents")
    assert "1 à 4 sur 4" in page.texte("main")
    page = bouton(bouton(page, "Accepter"), "Annuler ma réponse")
    assert "la famille n’a rien reçu" in page.texte("body")
    page = bouton(sophie.ouvrir("/agents"), "Refuser", {"Motif du refus": "Activité complète"})
    assert "Demande refusée" in page.texte("body")
    page = sophie.ouvrir("/agents")
    toutes = [c["value"] for c in page.tous("input[name=demande][type=checkbox]")]
    apercu = bouton(page, "Accepter la sélection…", demande=toutes)
    assert "Effet sur les places" in apercu.texte("main")
    page = bouton(apercu, "Accepter 3 demandes")
    assert "3 demandes acceptées." in page.texte("body")


# ——— once the first answers are given ———


def _accepter_d_office(nadia: Personne, parent: Personne) -> None:
    page = lien(nadia.etape("Règles de réponse"), "Ajouter une règle")
    regle = {"Activité": f"Cantine, {MOULIN}", "Places qui doivent rester": "5"}
    page = bouton(page, "Enregistrer, puis essayer", regle)
    assert "4 lignes" in page.texte("main") and "Désaccords 1" in page.texte("main")
    page = bouton(page, "Activer la règle")
    assert "La règle est active" in page.texte("body")
    assert "Activité réservée : Oscar, Cantine, mardi 15 décembre" in _reserver(parent, "2026-12-15")


def _fermer_un_jour(nadia: Personne) -> None:
    page = lien(nadia.etape("Calendrier"), "Fermer un jour ou une période")
    dit = {"Nom, que les familles": "Grève", "Premier jour": "08/12/2026", "Ce qui est concerné": MOULIN}
    apercu = bouton(page, "Voir ce que cela change", dit)
    assert "1 enfant de 1 famille : 1 réservation défaite" in apercu.texte("main")
    page = bouton(apercu, "Confirmer et prévenir 1 famille")
    assert "1 famille concernée, 1 courriel écrit." in page.texte("body")


def _faire_l_appel(yann: Personne) -> None:
    page = lien(yann.revenir(), "Cantine")
    assert "Santé et départ" not in page.texte("main")
    page = bouton(bouton(page, "Ouvrir la feuille"), "Présent : Oscar Kaczmarek")
    assert [b["value"] for b in page.tous(".appel [aria-pressed=true]")] == ["present"]
    page = bouton(page, "Chercher", {"Prénom ou nom de l’enfant": "assia"})
    page = bouton(page, "Présent sans réservation : Assia Lopes")
    assert len(page.tous(".appel [aria-pressed=true][value=present]")) == 2


def _sortir_les_listes(sophie: Personne) -> None:
    sophie.revenir()
    page = lien(sophie.ouvrir("/agents/listes"), "Liste du jour")
    assert "Oscar" in page.texte("main") and "Présent" in page.texte("main")
    csv = bouton(page, "en CSV").reponse
    assert csv.mimetype == "text/csv" and "Kaczmarek" in csv.text and CURIE not in csv.text
    page = bouton(
        lien(sophie.ouvrir("/agents/listes"), "Repas à préparer"), "Montrer", {"Jour": "2027-01-04"}
    )
    assert "35 repas" in page.texte("main")
    assert "Compter par régime" in page.texte("main")
    assert "Refus, par motif" in sophie.ouvrir("/agents/chiffres").texte("main")
