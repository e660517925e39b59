"""The public pages that the law asks for: the town's own words, or ours until it has written some."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from models import Compte, PageDeLaVille, Ville, verrouiller, write_transaction
from portail import clock, mots
from portail.domain import mise_en_forme, perimetre
from portail.domain.mise_en_forme import Bloc
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser
from portail.domain.ville import NIVEAUX, VilleVue, la_ville

TEXTE_MAX = 20_000
ECRIRE, RETABLIR = "ecrire_la_page", "retablir_la_page"
ESSAYE_LE = "26 novembre 2026"
"""When what the page on accessibility tells was last done: `e2e/partout`, `e2e/test_sans_souris.py`…"""


@dataclass(frozen=True)
class Page:
    cle: str
    titre: str
    texte: str
    modifiee_le: dt.datetime | None
    """None for our own words."""

    @property
    def blocs(self) -> list[Bloc]:
        return mise_en_forme.lire(self.texte)


def lire(cle: str) -> Page:
    """The page as it is published. :class:`Introuvable` when there is none by this name."""
    if cle not in PAGES:
        raise Introuvable("Cette page n’existe pas.")
    titre, defaut = PAGES[cle]
    ecrite = PageDeLaVille.get_or_none(PageDeLaVille.cle == cle)
    if ecrite is None:
        return Page(cle, titre, defaut(_en_lignes(la_ville())), None)
    return Page(cle, titre, ecrite.texte, ecrite.modifiee_le)


def ecrire(agent: Compte, cle: str, texte: str) -> None:
    """The page says this from now on. :class:`Refus` when it says nothing, or too much."""
    if not texte.strip():
        raise Refus("Écrivez le texte de la page, ou rétablissez celui du portail.", champ="texte")
    if len(texte) > TEXTE_MAX:
        raise Refus(f"Le texte est trop long : {TEXTE_MAX} caractères au plus.", champ="texte")
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        page = lire(cle)
        if page.texte == texte:
            return
        valeurs = {"texte": texte, "modifiee_le": clock.maintenant()}
        if page.modifiee_le is None:
            PageDeLaVille.create(cle=cle, **valeurs)
        else:
            PageDeLaVille.update(valeurs).where(PageDeLaVille.cle == cle).execute()
        journaliser(ville, ECRIRE, Acteur(agent, agent.role), detail=cle)


def retablir(agent: Compte, cle: str) -> None:
    """Our own words again; nothing happens when they stand already."""
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        lire(cle)
        if PageDeLaVille.delete().where(PageDeLaVille.cle == cle).execute():
            journaliser(ville, RETABLIR, Acteur(agent, agent.role), detail=cle)


# ——— our own words ———


def _en_lignes(v: VilleVue) -> VilleVue:
    """The town, each of its words on one line: none of them begins a title or a list of the page."""
    nom, guichet, adresse, horaires, telephone, courriel = (
        " ".join(mot.split()) for mot in (v.nom, v.guichet, v.adresse, v.horaires, v.telephone, v.courriel)
    )
    return replace(
        v,
        nom=nom,
        guichet=guichet,
        adresse=adresse,
        horaires=horaires,
        telephone=telephone,
        courriel=courriel,
    )


def _contact(v: VilleVue) -> str:
    lignes = [v.guichet, v.adresse, v.horaires, v.telephone, v.courriel]
    return "\n".join(f"- {ligne}" for ligne in lignes if ligne)


def _mentions(v: VilleVue) -> str:
    return f"""# Éditeur

Le Portail Citoyen est édité par la ville {mots.de(v.nom)}.

{_contact(v)}

# Directeur de la publication

Le maire {mots.de(v.nom)}.

# Hébergement

À compléter : nom, adresse et téléphone de l’hébergeur du portail (loi pour la confiance dans l’économie \
numérique, article 6).

# Logiciel

Le portail est un logiciel libre, sous licence AGPL-3.0 ou ultérieure.
"""


def _donnees(v: VilleVue) -> str:
    return f"""# Qui traite vos données

La ville {mots.de(v.nom)} traite les données de ce portail pour inscrire les enfants à ses activités, \
réserver leurs places, les accueillir en sécurité et répondre à vos demandes. Elle exerce ainsi une \
mission d’intérêt public.

# Quelles données

- Votre identité, votre adresse, vos moyens de contact
- L’identité de vos enfants, leur école, leurs activités, leurs autorisations
- Ce que l’accueil doit savoir de leur santé, chiffré, et lu seulement par qui les accueille
- Les personnes autorisées à venir les chercher

# Qui les lit

Les agents de la ville qui en ont besoin pour leur travail. Chaque lecture des données de santé ou \
bancaires est notée, et vous la trouvez dans « Mon journal ».

# Combien de temps

Le temps de l’accueil de vos enfants, puis les durées légales de conservation. À compléter par la ville.

# Vos droits

Vous pouvez lire vos données, les emporter, les faire corriger, demander leur effacement ou vous opposer \
à leur traitement : dans « Mes données », ou auprès du guichet et du délégué à la protection des \
données.

{_contact(v)}

Si la réponse ne vous satisfait pas, vous pouvez saisir la CNIL : https://www.cnil.fr/fr/plaintes
"""


def _etat(v: VilleVue) -> str:
    if v.conformite == "non":
        return """Ce portail n’a pas encore été audité selon le référentiel général d’amélioration de \
l’accessibilité (RGAA) : il est donc, au sens de la loi, non conforme. À compléter par la ville après \
un audit."""
    return f"""Ce portail est {NIVEAUX[v.conformite]} au référentiel général d’amélioration de \
l’accessibilité (RGAA).

À compléter par la ville : qui a mené l’audit et quand, quelle part des critères est respectée, ce qui n’est \
pas accessible et pourquoi."""


def _accessibilite(v: VilleVue) -> str:
    return f"""# Engagement

La ville {mots.de(v.nom)} s’engage à rendre ce portail accessible, conformément à l’article 47 de la loi \
n° 2005-102 du 11 février 2005. Cette déclaration vaut pour le Portail Citoyen.

# État de conformité

{_etat(v)}

# Ce qui a été vérifié

Indépendamment d’un audit, le logiciel a été vérifié le {ESSAYE_LE} par des essais automatiques, repris à \
tour de rôle à chaque version.

- Chaque page du portail a été ouverte par chaque sorte de personne qui y a droit, dans une ville pleine et \
dans une ville vide, et contrôlée par l’outil axe-core (règles WCAG 2.2, niveaux A et AA), sur un écran \
d’ordinateur et sur celui d’un téléphone, en clair et en sombre ; ce qu’il a trouvé a été corrigé.
- Les pages d’erreur, et celles que renvoie un formulaire mal rempli ou à confirmer, l’ont été de même.
- Les pages ont été agrandies deux et quatre fois, leur texte doublé ou espacé, pour que rien ne défile de \
côté et que rien ne soit coupé.
- Les pages ont été parcourues au clavier : tout doit s’atteindre, et l’endroit où l’on est se voir, y \
compris avec les couleurs choisies par le lecteur. Quand une partie de la page change, l’endroit où l’on est \
n’est pas perdu.
- Rien ne bouge pour qui a demandé à son appareil de réduire les animations.
- Les démarches sont faites au clavier seul, puis sans JavaScript : s’abonner, réserver et annuler, \
modifier son dossier, préinscrire, lire une facture et la payer ; et, pour les agents, répondre aux \
demandes, pointer une séance, facturer un mois.

Ces essais sont faits avec le navigateur Chromium. Les pages sont écrites en HTML, CSS, JavaScript et \
SVG ; les documents à garder, en PDF balisé (PDF/UA).

# Ce qui ne l’a pas été

- Un essai automatique ne voit qu’une partie des obstacles : aucune personne handicapée ni aucun lecteur \
d’écran (NVDA, JAWS, VoiceOver) n’a encore essayé ce portail.
- Les essais ne sont faits ni avec Firefox ni avec Safari.
- Les documents que les familles joignent, photos et PDF, sont montrés aux agents tels quels.
- Le paiement se fait sur PayFiP, un service de l’État, qui a sa propre déclaration.

# Signaler une difficulté

Si une page ou un service vous résiste, dites-le nous : nous vous aiderons autrement, et nous corrigerons.

{_contact(v)}

# Voies de recours

Si vous avez signalé un défaut et n’avez pas eu de réponse satisfaisante, vous pouvez :

- écrire au Défenseur des droits : https://formulaire.defenseurdesdroits.fr
- rencontrer l’un de ses délégués : https://www.defenseurdesdroits.fr/saisir/delegues
- lui envoyer un courrier, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07
"""


PAGES: dict[str, tuple[str, Callable[[VilleVue], str]]] = {
    "mentions-legales": ("Mentions légales", _mentions),
    "donnees-personnelles": ("Données personnelles", _donnees),
    "accessibilite": ("Accessibilité", _accessibilite),
}
"""By address: its title, and what it says until the town has written it."""
