"""What people call themselves, a child, a place, a reason stays text: escaped everywhere, no part of a page.

Every text column that the models have is attacked, those added later too. A page full of traps must be built
of the very same elements and attributes as with an ordinary word.
"""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from peewee import CharField, TextField

import models
import workflows as w
from models import (
    TABLES,
    Activite,
    Compte,
    Courriel,
    Demande,
    Document,
    Enfant,
    Evenement,
    Famille,
    FiltreGarde,
    Importation,
    Mandat,
    Modele,
    Modification,
    MotifAbsence,
    MotifRefus,
    PageDeLaVille,
    ReglagesDeFacturation,
    Reponse,
    Responsable,
    db,
)
from portail import clock
from portail.domain import champs, coffre
from portail.domain.ville import oublier_la_ville
from tests.dossier.contacts import JEANNE
from tests.formulaires import csrf
from tests.garanties.carte import Carte
from tests.garanties.gens import Moitie
from tests.garanties.pieges import PIEGES
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
)
from tests.monde import LUNDI

GABARITS = Path(__file__).parents[2] / "portail" / "templates"
CODES = {"statut", "role", "zone", "genre", "periode", "nature", "acte", "objet", "de", "vers", "usage"}
CODES |= {
    "droit",
    "champ",
    "champs_automatiques",
    "facturation",
    "etat",
    "geste",
    "issue",
    "dossier",
    "etape",
    "mode",
    "unite",
    "categorie",
    "moyen",
    "payfip_saisie",
}
"""Columns that hold a code of ours: the database holds them to it."""
TIRES = {"cle", "jeton", "empreinte", "mot_de_passe", "scelle", "logo", "lot", "marque"}
"""Columns that the portal draws at random, hashes or seals."""
A_PART = {
    (Compte, "email"),  # unique, and how one signs in
    (Famille, "code_abonne"),  # unique
    (Courriel, "message_id"),  # unique
    (Evenement, "detail"),  # append-only: written as a new line
    (Responsable, "banque"),  # sealed, like the three that follow: see `_sceller`
    (Enfant, "sante"),
    (Modification, "avant"),
    (Modification, "apres"),
    (Document, "contenu"),
    (PageDeLaVille, "texte"),  # its lines make paragraphs and lists (tests/ville/)
    (ReglagesDeFacturation, "banque"),
    (ReglagesDeFacturation, "payfip"),  # six digits, or PayFiP is not asked at all
    (Mandat, "banque"),
    (Importation, "fichiers"),
    (Importation, "rapport"),
    (Reponse, "avant"),  # JSON of ours
    (FiltreGarde, "requete"),  # an address of ours
    (Activite, "pieces"),  # one document a line: a trap of two lines would be two of them
}
MOT = "Nom"
"""The ordinary word, with which a page is as it should be."""
SCHEMES = tuple(piege for piege in PIEGES if re.match(r"\s*[a-z\s]+:", piege))
"""Those that bite at the very start of an address, and nowhere else."""
SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""On the engine that counts no letters: what a column gives back is the same text on both, and a template
knows nothing of them. That hostile text comes through both: test_mauvaises_entrees.py."""
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/"}
FACONS = {"page": {}, "fragment": HTMX}
ADRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
SURES = (
    "/",
    "#",
    "tel:",
    "mailto:",
    "otpauth://totp/",
    "http://localhost/",
    "webcal://localhost/",
)
DE_L_ETAT = (
    "https://formulaire.defenseurdesdroits.fr",
    "https://www.cnil.fr/",
    "https://www.defenseurdesdroits.fr",
)
"""Where our own words on the legal pages lead."""
PAYFIP = re.compile(r"https://payfip\.example/op-\w+")
"""Where whoever pays is sent, and no word of anybody in it: no page of ours."""
SANS_PAGE = ("static", "mes_donnees.fichier", "agenda.flux", "familles.journal")
"""Files, that no browser reads as a page; and the journal, that each name makes longer by a line."""
COMPARENT_LES_NOMS = ("pointage.pointer", "pointage.partir", "pointage.revenir")
"""Acts that depend on who has the same name as whom: here everybody has."""
VISITEURS = {TOUS: [TOUS, FAMILLES, AGENTS], CONNECTES: [FAMILLES, AGENTS]}
A_LA_FIN = ("mon_espace.fermer", "comptes.choisir_famille", "comptes.se_connecter", "comptes.deconnexion")


def colonnes() -> list[tuple[type[Modele], CharField | TextField]]:
    """Every column where somebody's words may stand."""
    return [
        (table, champ)
        for table in TABLES
        for nom, champ in table._meta.fields.items()
        if type(champ) in (CharField, TextField) and nom not in CODES | TIRES and (table, nom) not in A_PART
    ]


def poignees() -> list[str]:
    """All the traps in as few texts as there are of the first kind, each with one of those at its start.

    No fewer: the name of the town is drawn in a QR code too, that holds three thousand letters.
    """
    autres = [piege for piege in PIEGES if piege not in SCHEMES]
    return [" ".join((premier, *autres[n :: len(SCHEMES)])) for n, premier in enumerate(SCHEMES)]


def liberer() -> None:
    """Let what never changes be renamed too."""
    for table in set(models.EN_AJOUT_SEUL) - {"evenement"}:
        db.execute_sql(f"DROP TRIGGER {table}_sans_update")


def nommer(texte: str) -> None:
    """Every name, every reason, every mail of the town is now this."""
    for table in (MotifRefus, MotifAbsence):  # two may not read the same in one list
        table.delete().where(table.rang > 1).execute()
    for table, champ in colonnes():
        if champ.unique:  # nor two places
            for rang, ligne in enumerate(table.select(table.id).where(champ != "").order_by(table.id)):
                table.update({champ: f"{texte} {rang}"}).where(table.id == ligne.id).execute()
            continue
        table.update({champ: texte}).where(champ != "").execute()
    _sceller(texte)
    demande = Demande.get(Demande.statut == w.REFUSEE)
    Evenement.create(
        quand=clock.maintenant(),
        acte="noter",
        objet="note",
        objet_id=1,
        detail=texte,
        famille=demande.famille_id,
        demande=demande,
    )
    oublier_la_ville()


def _sceller(texte: str) -> None:
    """And what is kept sealed."""
    for table, nom in ((Responsable, "banque"), (Enfant, "sante")):
        siens = [c for c in champs.FICHES[table._meta.table_name][1] if c.scelle and c.genre != champs.DATE]
        table.update({nom: champs.fermer({c.nom: texte for c in siens})}).execute()
    for modification in Modification.select():
        champ = champs.champ(modification.objet, modification.champ)
        if champ:
            apres = coffre.sceller(texte) if champ.scelle else texte
        elif champs.rubrique(modification.objet, modification.champ) == champs.CONTACTS:
            apres = replace(JEANNE, prenom=texte, nom=texte, lien=texte, telephone=texte).texte
        else:
            apres = modification.apres  # the id of a photo
        Modification.update(apres=apres).where(Modification.id == modification.id).execute()


class Ossature(HTMLParser):
    """What a page is built of, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple] = []
        """Every element, with the names of its attributes."""
        self.attributs: list[tuple[str, str]] = []
        self.textes: list[str] = []
        self.feed(page)
        self.close()
        self.mots = "\0".join((*self.textes, *(valeur for _, valeur in self.attributs)))

    def handle_starttag(self, element: str, attributs) -> None:
        # which one is chosen hangs on how the names sort
        noms = (nom for nom, _ in attributs if nom not in ("selected", "checked"))
        self.elements.append((element, *noms))
        self.attributs += [(nom, valeur or "") for nom, valeur in attributs]

    def handle_data(self, texte: str) -> None:
        self.textes.append(texte)

    def handle_comment(self, texte: str) -> None:
        self.elements.append(("comment",))

    def contient(self, texte: str) -> bool:
        """Whether this stands in it, as words."""
        return texte in self.mots


def lire_tout(carte: Carte, gens, facons: tuple[str, ...] = tuple(FACONS)) -> dict[tuple, str]:
    """Every page and piece that has a name in it, by who asks, what, and how."""
    vues = {}
    for route in carte.routes(methodes=["GET"]):
        if route.endpoint in SANS_PAGE:
            continue
        for ids in list(carte.miennes(route))[::2]:
            for qui in VISITEURS.get(route.fiche.qui, [route.fiche.qui]):
                for facon in facons:
                    url = route.url(ids, {"vue": ["semaine"], "date": [LUNDI.isoformat()]})
                    with gens[qui].get(url, headers=FACONS[facon]) as reponse:
                        if reponse.mimetype.startswith("text/") and not _un_fichier(reponse):
                            vues[qui, route.endpoint, *ids.values(), facon] = reponse.text
    return vues


def tout_faire(carte: Carte, gens) -> dict[tuple, str]:
    """The answers to every act, sound then done again, with htmx and without, redirections followed
    as far as they stay in the portal.
    """
    vues = {}
    for route in sorted(carte.routes(methodes=["POST"]), key=lambda r: r.endpoint in A_LA_FIN):
        for essai, entetes in enumerate((HTMX, {}, HTMX)):
            client = gens[route.fiche.qui]
            corps = carte.corps(route)[0] | {"csrf_token": csrf(client)}
            url = route.url(carte.la_mienne(route))
            reponse = client.post(url, data=corps, headers=entetes)
            if not entetes and reponse.location and not PAYFIP.fullmatch(reponse.location):
                reponse = client.get(reponse.location, follow_redirects=True)
            if not _un_fichier(reponse):
                vues[route.endpoint, essai] = reponse.text
    return vues


def _un_fichier(reponse) -> bool:
    """What no browser reads as a page."""
    return "attachment" in reponse.headers.get("Content-Disposition", "")


def attributs_des_gabarits() -> set[str]:
    """The htmx attributes that the templates have."""
    sources = "".join(chemin.read_text(encoding="utf-8") for chemin in GABARITS.rglob("*.html"))
    return set(re.findall(r"\s(hx-[a-z:0-9-]+)=", sources))


def verifier(vues: dict[tuple, str], saines: dict[tuple, list[tuple]], pose: str) -> Counter[str]:
    """The same elements as with an ordinary word; gives how many of the pages show each trap, as text."""
    permis, montrent = attributs_des_gabarits(), Counter[str]()
    pieges = [piege for piege in PIEGES if piege in pose]
    for cle, page in vues.items():
        ossature = Ossature(page)
        assert cle[0] in COMPARENT_LES_NOMS or ossature.elements == saines[cle], (cle, pose)
        for nom, valeur in ossature.attributs:
            assert not nom.startswith("on") and nom != "style", (cle, nom)
            assert not nom.startswith(("hx-", "data-hx")) or nom in permis, (cle, nom)
            if nom in ADRESSES:
                sure = valeur.startswith((*SURES, *DE_L_ETAT)) or PAYFIP.fullmatch(valeur)
                assert not valeur or sure, (cle, nom, valeur)
                assert not valeur.startswith("//"), (cle, nom, valeur)
        for piege in pieges:
            assert not set(piege) & set("<\"'") or piege not in page, (cle, piege)
            montrent[piege] += ossature.contient(piege)
    return montrent


def tous_lus(montrent: Counter[str], assez: int) -> None:
    """Every trap was read, as text, on more pages than that."""
    poses = [piege for piege in PIEGES if any(piege in nom for nom in poignees())]
    assert min(montrent[piege] for piege in poses) > assez, montrent.most_common()[-1]


@pytest.fixture
def gens(app, connexion, monde):
    def entrer():
        return {
            TOUS: app.test_client(),
            CONNECTES: connexion(monde.rachid),
            FAMILLES: connexion(monde.claire),
            AGENTS: connexion(monde.sophie),
            PERSONNEL: connexion(monde.animateur),
            GESTION: connexion(monde.gestionnaire),
            ADMINISTRATION: connexion(monde.administratrice),
            A_COMPLETER: Moitie(connexion(monde.gestionnaire)),
        }

    return entrer


@SQLITE
def test_a_name_is_text_on_every_page(carte, gens):
    gens = gens()
    liberer()
    nommer(MOT)
    saines = {cle: Ossature(page).elements for cle, page in lire_tout(carte, gens).items()}
    assert len(saines) > 40
    montrent = Counter[str]()
    for rang, nom in enumerate(poignees()):
        nommer(nom)
        vues = lire_tout(carte, gens, ("page",) if rang else tuple(FACONS))
        montrent += verifier(vues, saines, nom)
    tous_lus(montrent, 20)


@SQLITE
def test_a_name_is_text_in_the_answer_to_every_act(carte, gens, renaitre):
    def jouer(nom: str) -> dict[tuple, str]:
        renaitre()
        liberer()
        nommer(nom)
        return tout_faire(carte, gens())

    saines = {cle: Ossature(page).elements for cle, page in jouer(MOT).items()}
    montrent = Counter[str]()
    for nom in poignees():
        montrent += verifier(jouer(nom), saines, nom)
    tous_lus(montrent, 15)


@pytest.mark.parametrize("piege", [piege for piege in PIEGES if "<" in piege])
def test_the_comparison_sees_a_trap_that_is_not_escaped(piege):
    saine, ratee = (Ossature(f"<p>{nom}</p>").elements for nom in (MOT, piege))
    assert saine != ratee


def test_no_template_lets_anything_through_unescaped():
    for chemin in GABARITS.rglob("*.html"):
        source = chemin.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), chemin
        assert not re.search(r"\s(on[a-z]+|style|hx-on[:a-z-]*)\s*=", source), chemin
        assert not re.search(r"=\{\{", source), f"{chemin}: an attribute without its quotes"
