"""The figures of a run, as a page of the documentation: tables, plots, and whether what is promised holds."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

from bench.page import Page
from bench.parcours import (
    ACTES,
    CONNEXION,
    DEMANDER,
    FILE,
    MOIS,
    SEMAINE,
    VEILLE,
    VOIES,
    Releve,
    Ville,
)
from portail import mots
from portail.domain.dessins import Dessin, Serie, colonnes

PROMIS = {MOIS: 2.0, DEMANDER: 2.0}
"""How many times its floor each may cost, at most."""
CROISSANCE = 1.15
OCTETS_FROIDS, REQUETES_FROIDES, OCTETS_TIEDES, REQUETES_TIEDES = 100_000, 8, 15_000, 1

TETE = """# Performance

Écrit par `python -m bench.performance` : ne pas modifier à la main. Ce qui est mesuré, et comment :
[bench](../bench/README.md).

{jour}, révision {revision}. {machine}. {tours} relevés de chaque voie sur chaque ville, en {duree} min ;
charge de la machine, de {calme} à {charge}.

Le **processeur** est le temps que tous les processus du serveur ont pris pour une requête, gunicorn et
PostgreSQL compris, lu dans les comptes du noyau : la charge de la machine le déplace peu. L’**horloge**
est ce qu’un client a attendu : elle dépend de ce que la machine fait d’autre. Médianes ; un rapport est la
médiane des rapports de ce qui a été relevé l’un après l’autre, arrondie vers le haut.

Le **plancher** est une application Flask nue, servie de même, qui fait cinq requêtes par un index et une page
Jinja du même poids que la réponse. Celui **du mois** est le même pour tous : la page a le poids du mois de
planning. Celui **qui écrit** a, de ses cinq requêtes, une ligne écrite, et attendue du disque.

Les tournées (courriels, rappels) ne sont pas dans ces mesures : un service à part les fait, comme dans
`deploy/`.
"""
ENTETES = (
    *("voie", "processeur, ms", "plancher, ms", "rapport", "plancher du mois, ms", "rapport"),
    *("plancher qui écrit, ms", "horloge, ms", "octets"),
)


@dataclass(frozen=True)
class Conditions:
    jour: dt.date
    machine: str
    revision: str
    tours: int
    duree: float
    calme: float
    charge: float


def ecrire(dossier: Path, c: Conditions, villes: Sequence[Ville], pages: dict[str, Page]) -> str:
    """Write the page and its plots; gives the page."""
    par_moteur = {m: list(siennes) for m, siennes in groupby(villes, key=lambda ville: ville.moteur)}
    texte = TETE.format(
        jour=mots.jour_annee(c.jour).capitalize(),
        revision=c.revision,
        machine=c.machine,
        tours=c.tours,
        duree=f"{c.duree:.1f}".replace(".", ","),
        calme=f"{c.calme:.1f}".replace(".", ","),
        charge=f"{c.charge:.1f}".replace(".", ","),
    )
    texte += "\n## Ce qui est promis\n\n" + _tableau(
        ("promis", "au plus", "mesuré", "tenu"), _promesses(par_moteur, pages)
    )
    for moteur, siennes in par_moteur.items():
        grande = siennes[-1]
        texte += f"\n## {moteur.capitalize()}, {mots.nombre(grande.familles)} familles\n\n"
        texte += _tableau(
            ENTETES,
            [_rangee(grande, voie) for voie in VOIES],
        )
        _dessiner(dossier / f"performance-{moteur}.svg", _des_voies(grande))
        texte += f"\n![{grande.moteur} : chaque voie et son plancher](performance-{moteur}.svg)\n"
        if len(siennes) > 1:
            texte += f"\n### Quand la ville grandit ({moteur})\n\n"
            tailles = [f"{mots.nombre(v.familles)} familles, ms" for v in siennes]
            texte += _tableau(
                ("voie", *tailles, "croissance"), [_croissance(siennes, voie) for voie in VOIES]
            )
            _dessiner(dossier / f"performance-villes-{moteur}.svg", _des_villes(siennes))
            texte += f"\n![{moteur} : le mois selon la ville](performance-villes-{moteur}.svg)\n"
    texte += "\n## Sur le réseau\n\nUn mois de planning dans Chromium, en-têtes compris.\n\n"
    texte += _tableau(("moteur", "visite", "requêtes", "octets"), _pesees(pages))
    texte += "\n## Mémoire\n\nChaque processus de travail après la mesure : ce qu’il occupe, et sa part de"
    texte += " ce qui est partagé.\n\n"
    texte += _tableau(("moteur", "familles", "occupée, Mo", "part, Mo"), _memoires(villes))
    (dossier / "performance.md").write_text(texte, encoding="utf-8")
    return texte


def _ms(secondes: float) -> str:
    return f"{secondes * 1000:.2f}".replace(".", ",")


def _fois(rapport: float) -> str:
    """Rounded up: never in our favour."""
    return f"× {-(-rapport * 100 // 1) / 100:.2f}".replace(".", ",")


def _cout(releve: Releve) -> float:
    return median(releve.processeur)


def _paires(releve: Releve, autre: Releve) -> float:
    """How many times the other: the median of what was read in the same moment, one after the other."""
    return median(a / b for a, b in zip(releve.processeur, autre.processeur, strict=True))


def _rapport(ville: Ville, voie: str, plancher: str = "") -> float:
    """To the floor of the same weight, or to that of another way."""
    return _paires(ville.portail.releves[voie], ville.plancher.releves[plancher or voie])


def _rangee(ville: Ville, voie: str) -> tuple[object, ...]:
    portail, plancher = ville.portail.releves[voie], ville.plancher.releves[voie]
    ecrit = _ms(_cout(ville.plancher.ecritures[voie])) if voie in ACTES else ""
    du_mois, octets = _cout(ville.plancher.releves[MOIS]), ville.portail.poids[voie][1]
    return (
        *(voie, _ms(_cout(portail)), _ms(_cout(plancher)), _fois(_rapport(ville, voie))),
        *(
            _ms(du_mois),
            _fois(_rapport(ville, voie, MOIS)),
            ecrit,
            _ms(median(portail.horloge)),
            mots.nombre(octets) if octets else "",
        ),
    )


def _croissance(villes: Sequence[Ville], voie: str) -> tuple[object, ...]:
    couts = [_cout(ville.portail.releves[voie]) for ville in villes]
    return voie, *map(_ms, couts), _fois(_grandir(villes, voie))


def _grandir(villes: Sequence[Ville], voie: str) -> float:
    return _paires(villes[-1].portail.releves[voie], villes[0].portail.releves[voie])


def _promesses(par_moteur: dict[str, list[Ville]], pages: dict[str, Page]) -> Iterable[tuple[object, ...]]:
    for moteur, villes in par_moteur.items():
        for voie, borne in PROMIS.items():
            rapport = _rapport(villes[-1], voie)
            yield f"{voie}, {moteur}", f"{_fois(borne)} le plancher", _fois(rapport), _tenu(rapport <= borne)
            if voie in ACTES:  # its answer is small: the floor of the same weight is almost nothing
                rapport = _rapport(villes[-1], voie, MOIS)
                borne_dite = f"{_fois(borne)} le plancher du mois"
                yield f"{voie}, {moteur}", borne_dite, _fois(rapport), _tenu(rapport <= borne)
        if len(villes) > 1:
            croissance = _grandir(villes, MOIS)
            de, a = mots.nombre(villes[0].familles), mots.nombre(villes[-1].familles)
            quoi = f"{MOIS}, de {de} à {a} familles, {moteur}"
            yield quoi, _fois(CROISSANCE), _fois(croissance), _tenu(croissance <= CROISSANCE)
    for moteur, page in pages.items():
        for nom, pesee, octets, requetes in (
            ("première visite", page.froide, OCTETS_FROIDS, REQUETES_FROIDES),
            ("visite suivante", page.tiede, OCTETS_TIEDES, REQUETES_TIEDES),
        ):
            dit = f"{mots.nombre(pesee.octets)} octets, {mots.pluriel(len(pesee.requetes), 'requête')}"
            bornes = f"{mots.nombre(octets)} octets, {mots.pluriel(requetes, 'requête')}"
            tenu = pesee.octets <= octets and len(pesee.requetes) <= requetes
            yield f"{nom}, {moteur}", bornes, dit, _tenu(tenu)


def _tenu(oui: bool) -> str:
    return "oui" if oui else "**non**"


def _pesees(pages: dict[str, Page]) -> Iterable[tuple[object, ...]]:
    for moteur, page in pages.items():
        for visite, pesee in (("première", page.froide), ("suivante", page.tiede)):
            yield moteur, visite, len(pesee.requetes), mots.nombre(pesee.octets)


def _memoires(villes: Sequence[Ville]) -> Iterable[tuple[object, ...]]:
    for ville in villes:
        for occupee, part in ville.memoire:
            mo = (f"{octets / 1e6:.0f}" for octets in (occupee, part))
            yield ville.moteur, mots.nombre(ville.familles), *mo


def _tableau(entetes: Sequence[str], rangees: Iterable[Sequence[object]]) -> str:
    lignes = [entetes, ["---", *["---:"] * (len(entetes) - 1)], *rangees]
    return "".join(f"| {' | '.join(map(str, ligne))} |\n" for ligne in lignes)


# ——— the plots, as the portal draws its own ———

DESSINEES = {
    MOIS: "mois",
    SEMAINE: "semaine",
    DEMANDER: "réserver",
    FILE: "file",
    CONNEXION: "connexion",
    VEILLE: "veille",
}
"""The ways that are drawn, in short."""


def _dire(ms: float) -> str:
    return f"{ms:.1f} ms".replace(".", ",")


def _graduer(ms: float) -> str:
    return f"{ms:g} ms".replace(".", ",")


def _des_voies(ville: Ville) -> Dessin:
    series = [
        Serie("portail", "clair", [1000 * _cout(ville.portail.releves[voie]) for voie in DESSINEES]),
        Serie("plancher", "plein", [1000 * _cout(ville.plancher.releves[voie]) for voie in DESSINEES]),
    ]
    titre = f"Processeur par requête, {ville.moteur}, {mots.nombre(ville.familles)} familles"
    return _colonnes(titre, list(DESSINEES.values()), series)


def _des_villes(villes: Sequence[Ville]) -> Dessin:
    series = [
        Serie("portail", "clair", [1000 * _cout(ville.portail.releves[MOIS]) for ville in villes]),
        Serie("plancher", "plein", [1000 * _cout(ville.plancher.releves[MOIS]) for ville in villes]),
    ]
    titre = f"Le mois d’une famille selon la ville, {villes[0].moteur}"
    return _colonnes(titre, [f"{mots.nombre(ville.familles)} familles" for ville in villes], series)


def _colonnes(titre: str, noms: list[str], series: list[Serie]) -> Dessin:
    return colonnes(titre, noms, series, _dire, graduer=_graduer, situer=str)


def _dessiner(fichier: Path, d: Dessin) -> None:
    """As `templates/chiffres/_dessin.html`, in a file of its own that brings its colours."""
    traits = "".join(
        f'<line x1="{d.gauche}" x2="{d.droite}" y1="{y}" y2="{y}"/>'
        f'<text x="{d.gauche - 4}" y="{y + 3}" class="g">{dit}</text>\n'
        for y, dit in d.graduations
    )
    barres = "".join(
        f'<rect class="{b.classe}" x="{b.x}" y="{b.y}" width="{b.largeur}" height="{b.hauteur}">'
        f"<title>{b.dit}</title></rect>\n"
        for b in d.barres
    )
    noms = "".join(f'<text x="{x}" y="{d.hauteur - 8}" class="n">{nom}</text>\n' for x, nom in d.etiquettes)
    legende = "".join(
        f'<rect class="{classe}" x="{d.gauche + 80 * rang}" y="{d.hauteur + 4}" width="9" height="9"/>'
        f'<text x="{d.gauche + 80 * rang + 13}" y="{d.hauteur + 12}">{nom}</text>\n'
        for rang, (classe, nom) in enumerate(d.legende)
    )
    boite = f'viewBox="0 0 {d.largeur} {d.hauteur + 18}" width="760" role="img"'
    fond = f'<rect class="fond" width="{d.largeur}" height="{d.hauteur + 18}"/>'
    dits = f"<title>{d.titre}</title><desc>{d.description}</desc>\n<style>{STYLE}</style>"
    dessin = f"{dits}\n{fond}\n{traits}{barres}{noms}{legende}"
    fichier.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {boite}>\n{dessin}</svg>\n', encoding="utf-8"
    )


STYLE = (
    "text{font:8px sans-serif;fill:#222}.g{text-anchor:end}.n{text-anchor:middle}"
    "line{stroke:#ccc;stroke-width:.5}.fond{fill:#fff}.plein{fill:#1d3f72}.clair{fill:#b9cde8;stroke:#1d3f72;stroke-width:.5}"
)
