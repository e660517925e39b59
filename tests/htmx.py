"""The swap simulator: what htmx 4 makes of an answer, done on the HTML of a page, without a browser.

It follows the links and the forms that the page really has, with their real `hx-` attributes and their real
fields, so a wrong target, a lost field or a stale fragment is seen here and not by a family::

    page = Page(client, "/famille/planning")
    page.cliquer("#c-1-12 a")                    # hx-get: the panel comes into the page
    page.cliquer("#panneau button")              # hx-post: the answer is swapped in, region by region
    assert_comme_rechargee(page)                 # and nothing drifted from the page loaded afresh

    suite = page.suivre("#panneau button")       # the same click in a browser without JavaScript: a new Page

`cliquer` understands: hx-get/post/put/patch/delete on the element, or on its form when the element is a
submit button; hx-target (CSS, `this`, `closest …`, `find …`, `next …`, `previous …`), hx-swap, hx-select,
hx-include, hx-vals, hx-headers, hx-push-url, hx-replace-url, hx-status:NNN, their `:inherited` forms;
`<hx-partial>`; the headers HX-Redirect, HX-Location, HX-Refresh, HX-Retarget, HX-Reswap, HX-Reselect,
HX-Push-Url and HX-Replace-Url; the page's own `htmx-config` (noSwap, defaultSwap). What htmx does in
silence is an error: a target that is not there, an answer swallowed. `hx-swap-oob` is refused: this house
writes `<hx-partial>`.
"""

import difflib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict

from tests.html import adresse, avec, champs_de, controles, formulaire_de, lire, mots, saisies

VERBES = ("get", "post", "put", "patch", "delete")
PASSAGERES = ("#annonce", "#bandeau")
"""Regions that tell what has just happened: a page loaded afresh has nothing to tell."""


class Page:
    """A page as the browser holds it: its address, its HTML, and what a click makes of them."""

    def __init__(self, client, url: str, attendu: int = 200) -> None:
        self.client = client
        self._charger(url, attendu)

    def _charger(self, url: str, attendu: int | None = None) -> None:
        reponse = self.client.get(url, follow_redirects=True)
        assert attendu is None or reponse.status_code == attendu, (
            f"GET {url}: {reponse.status_code}, expected {attendu}\n{reponse.text[:2000]}"
        )
        self._poser(reponse)

    def _poser(self, reponse) -> None:
        self.reponse = reponse
        self.url = adresse(reponse.request.full_path.rstrip("?"))
        self.soupe = lire(reponse.text)

    # ——— reading ———

    def un(self, selecteur: str) -> Tag:
        """The only element that `selecteur` finds."""
        trouves = self.soupe.select(selecteur)
        assert len(trouves) == 1, f"{len(trouves)} × {selecteur} in {self.url}"
        return trouves[0]

    def tous(self, selecteur: str) -> list[Tag]:
        return list(self.soupe.select(selecteur))

    def texte(self, selecteur: str = "body") -> str:
        """The words of an element, spaces made single."""
        return mots(self.un(selecteur))

    # ——— with htmx ———

    def cliquer(self, cible: str | Tag, attendu: int | None = None, **champs: Any):
        """Click a link or a button enhanced by htmx, and swap its answer in. Gives the answer.

        `champs` are what the person types or ticks before: a value, or a list of values (a list for boxes; an
        empty one unticks them all). `attendu` is the status; a success when it is not said.
        """
        bouton = self.un(cible) if isinstance(cible, str) else cible
        source, verbe, url = _ce_que_htmx_envoie(bouton, self.soupe)
        donnees = self._donnees(source, bouton, verbe, champs)
        cible_htmx = self._cible(source, attribut(source, "hx-target"))
        entetes = {
            "HX-Request": "true",
            "HX-Request-Type": "full" if _entiere(source, cible_htmx) else "partial",
            "HX-Current-URL": f"http://localhost{self.url}",
            "HX-Source": _nommer(source),
            "HX-Target": _nommer(cible_htmx),
            "Accept": "text/html",
            **json.loads(attribut(source, "hx-headers") or "{}"),
        }
        reponse = self._envoyer(verbe, urljoin(self.url, url), donnees, entetes)
        _verifier_statut(reponse, attendu)
        code = reponse.status_code
        assert not 300 <= code < 400 or code == 304, "htmx would follow a 3xx inside the page: HX-Redirect"
        self.reponse = reponse
        self._appliquer(reponse, source, cible_htmx)
        return reponse

    def _appliquer(self, reponse, source: Tag, cible: Tag) -> None:
        entetes = reponse.headers
        if depart := entetes.get("HX-Redirect") or entetes.get("HX-Location"):
            self._charger(adresse(depart))
            return
        if entetes.get("HX-Refresh") == "true":
            self._charger(self.url)
            return
        style, cible, selection = self._ou_va_la_reponse(reponse, source, cible)
        self._avancer_l_adresse(reponse, source)
        fragment = lire(reponse.text)
        assert not fragment.select("[hx-swap-oob]"), "write <hx-partial>, not hx-swap-oob"
        if titre := fragment.find("title"):
            if self.soupe.title:
                self.soupe.title.string = titre.get_text()
            titre.extract()
        partiels = [partiel.extract() for partiel in fragment.select("hx-partial")]
        contenu = fragment if selection is None else _choisis(fragment, selection)
        if style == "delete" or mots(contenu) or contenu.find(True):
            assert style != "muet", f"{reponse.status_code} is never swapped: what it says is lost"
            _echanger(cible, style, contenu)
        for partiel in partiels:
            style = partiel.get("hx-swap", self._reglages()["defaultSwap"]).split()[0]
            _echanger(self._cible(source, partiel["hx-target"]), style, partiel)

    def _ou_va_la_reponse(self, reponse, source: Tag, cible: Tag) -> tuple[str, Tag, str | None]:
        """Swap style, target and selection: the source's, then the answer's headers, then its status."""
        entetes, reglages = reponse.headers, self._reglages()
        echange = entetes.get("HX-Reswap") or attribut(source, "hx-swap") or reglages["defaultSwap"]
        selection = entetes.get("HX-Reselect") or attribut(source, "hx-select")
        if entetes.get("HX-Retarget"):
            cible = self._cible(source, entetes["HX-Retarget"])
        code = str(reponse.status_code)
        for motif in (code, f"{code[:2]}x", f"{code[0]}xx"):
            if motif in reglages["noSwap"]:
                return "muet", cible, selection
            if special := attribut(source, f"hx-status:{motif}"):
                options = dict(option.split(":", 1) for option in special.split())
                echange = options.get("swap", echange)
                selection = options.get("select", selection)
                cible = self._cible(source, options["target"]) if "target" in options else cible
                break
        return echange.split()[0], cible, selection

    def _avancer_l_adresse(self, reponse, source: Tag) -> None:
        for entete, nom in (("HX-Push-Url", "hx-push-url"), ("HX-Replace-Url", "hx-replace-url")):
            ou = reponse.headers.get(entete) or attribut(source, nom)
            if ou and ou != "false":
                self.url = adresse(reponse.request.full_path.rstrip("?") if ou == "true" else ou)
                return

    def _reglages(self) -> dict:
        meta = self.soupe.select_one('meta[name="htmx-config"]')
        dits = json.loads(meta["content"]) if meta else {}
        return {
            "defaultSwap": dits.get("defaultSwap", "innerHTML"),
            "noSwap": [str(motif) for motif in dits.get("noSwap", [204, 304])],
        }

    def _inclus(self, source: Tag, selecteur: str) -> Iterable[list[Tag]]:
        """The controls that hx-include adds: every element it finds, none being no mistake."""
        relatif = selecteur.split(" ")[0] in ("this", "closest", "find", "next", "previous")
        for porteur in [self._cible(source, selecteur)] if relatif else self.soupe.select(selecteur):
            if porteur.name == "form":
                yield champs_de(porteur, self.soupe)
            else:
                yield [porteur] if porteur.get("name") else controles(porteur)

    def _cible(self, source: Tag, selecteur: str | None) -> Tag:
        if selecteur is None or selecteur == "this":
            return source
        genre, _, reste = selecteur.partition(" ")
        match genre:
            case "closest":
                trouve = source if source.css.match(reste) else source.css.closest(reste)
            case "find":
                trouve = source.select_one(reste)
            case "next":
                trouve = next((e for e in source.find_all_next(True) if e.css.match(reste)), None)
            case "previous":
                trouve = next((e for e in source.find_all_previous(True) if e.css.match(reste)), None)
            case _:
                trouve = self.soupe.select_one(selecteur)
        assert trouve is not None, f"hx-target: nothing at « {selecteur} » in {self.url}"
        return trouve

    # ——— without JavaScript ———

    def suivre(self, cible: str | Tag, attendu: int | None = None, **champs: Any) -> "Page":
        """The same click in a browser without JavaScript: follow the link or send the form. A new page."""
        bouton = self.un(cible) if isinstance(cible, str) else cible
        page = Page.__new__(Page)
        page.client = self.client
        if bouton.name == "a":
            page._charger(urljoin(self.url, bouton["href"]), attendu or 200)
            return page
        formulaire = bouton if bouton.name == "form" else formulaire_de(bouton, self.soupe)
        assert formulaire is not None, f"no form around {_nommer(bouton)}: nothing happens without JavaScript"
        verbe = (bouton.get("formmethod") or formulaire.get("method", "get")).lower()
        url = urljoin(self.url, bouton.get("formaction") or formulaire.get("action") or self.url)
        reponse = self._envoyer(verbe, url, self._donnees(formulaire, bouton, verbe, champs), {}, True)
        _verifier_statut(reponse, attendu)
        page._poser(reponse)
        return page

    # ——— what is sent ———

    def _envoyer(self, verbe: str, url: str, donnees: MultiDict, entetes: dict, suivre: bool = False):
        entetes = {"Referer": f"http://localhost{self.url}", **entetes}
        if verbe in ("get", "delete"):
            url = avec(url, donnees, garder=bool(entetes.get("HX-Request")))
            return self.client.open(url, method=verbe.upper(), headers=entetes, follow_redirects=suivre)
        jeton = self.soupe.select_one('meta[name="csrf-token"]')
        if jeton and entetes.get("HX-Request"):  # as app.js does
            entetes["X-CSRFToken"] = jeton["content"]
        return self.client.open(
            url, method=verbe.upper(), data=donnees, headers=entetes, follow_redirects=suivre
        )

    def _donnees(self, source: Tag, bouton: Tag, verbe: str, champs: dict) -> MultiDict:
        """The fields, as the browser would send them: those of the form, the button's own, what was typed."""
        donnees: MultiDict = MultiDict()
        if verbe in ("get", "delete") and source.name != "form":
            formulaire = None  # htmx: these leave out the enclosing form
        else:
            formulaire = source if source.name == "form" else formulaire_de(source, self.soupe)
        if formulaire is not None:
            for nom, valeur in saisies(champs_de(formulaire, self.soupe)):
                donnees.add(nom, valeur)
        if bouton.name == "button" and bouton.get("name"):
            donnees.add(bouton["name"], bouton.get("value", ""))
        if inclus := attribut(source, "hx-include"):
            for porteur in self._inclus(source, inclus):
                for nom, valeur in saisies(porteur):
                    donnees.add(nom, valeur)
        for nom, valeur in json.loads(attribut(source, "hx-vals") or "{}").items():
            donnees[nom] = valeur
        for nom, valeur in champs.items():
            donnees.setlist(
                nom, [str(v) for v in (valeur if isinstance(valeur, (list, tuple)) else [valeur])]
            )
        return donnees


# ——— comparing ———


def assert_comme_rechargee(page: Page, passageres: Iterable[str] = PASSAGERES) -> None:
    """What the swaps made of the page is, to the letter, the page at its present address loaded afresh."""
    ecart = difference(page, Page(page.client, page.url), passageres)
    assert not ecart, f"after the swap, {page.url} is not the page loaded afresh:\n{ecart}"


def difference(une: Page, autre: Page, passageres: Iterable[str] = PASSAGERES) -> str:
    """The lines that differ between two pages; empty when they are the same."""
    a, b = (_au_net(page.soupe, tuple(passageres)) for page in (une, autre))
    return "\n".join(difflib.unified_diff(a, b, "after the swap", "loaded afresh", lineterm="", n=4))


def _au_net(soupe: BeautifulSoup, passageres: tuple[str, ...]) -> list[str]:
    """Title and body, one tag or text a line, without what may differ: tokens, autofocus, passing regions."""
    copie = lire(str(soupe))
    for selecteur in passageres:
        for region in copie.select(selecteur):
            region.clear()
    lignes = [f"title: {copie.title.get_text(strip=True) if copie.title else ''}"]
    _ecrire(copie.body or copie, lignes, 0)
    return lignes


def _ecrire(noeud, lignes: list[str], marge: int) -> None:
    for enfant in noeud.children:
        if isinstance(enfant, Tag):
            attributs = dict(enfant.attrs)
            attributs.pop("autofocus", None)
            if attributs.get("name") == "csrf_token":
                attributs["value"] = "…"
            dits = " ".join(
                f"{nom}={' '.join(v) if isinstance(v, list) else v!r}" for nom, v in sorted(attributs.items())
            )
            lignes.append(f"{'  ' * marge}<{enfant.name} {dits}>".replace(" >", ">"))
            _ecrire(enfant, lignes, marge + 1)
        elif type(enfant).__name__ == "NavigableString" and (texte := " ".join(enfant.split())):
            lignes.append(f"{'  ' * marge}{texte}")


# ——— what htmx does ———


def attribut(element: Tag, nom: str) -> str | None:
    """An `hx-` attribute: the element's own, or one that an ancestor gives with `:inherited`."""
    for forme in (nom, f"{nom}:inherited"):
        if element.has_attr(forme):
            return str(element[forme])
    heritage = f"{nom}:inherited"
    donneur = next((parent for parent in element.parents if parent.has_attr(heritage)), None)
    return str(donneur[heritage]) if donneur is not None else None


def _ce_que_htmx_envoie(element: Tag, soupe: BeautifulSoup) -> tuple[Tag, str, str]:
    """The element that sends, the verb, the address."""
    candidats = [element]
    if element.name == "button" and element.get("type", "submit") == "submit":
        candidats += [f for f in [formulaire_de(element, soupe)] if f is not None]
    for candidat in candidats:
        for verbe in VERBES:
            if candidat.has_attr(f"hx-{verbe}"):
                return candidat, verbe, str(candidat[f"hx-{verbe}"])
    raise AssertionError(f"no hx-get, hx-post… on {_nommer(element)}: use suivre() for a plain link or form")


def _entiere(source: Tag, cible: Tag) -> bool:
    """Whether htmx asks for the whole page, as it does to pick a part of it."""
    return cible.name == "body" or attribut(source, "hx-select") is not None


def _verifier_statut(reponse, attendu: int | None) -> None:
    bon = reponse.status_code == attendu if attendu else reponse.status_code < 400
    assert bon, f"{reponse.request.full_path}: {reponse.status_code}\n{reponse.text[:3000]}"


def _nommer(element: Tag) -> str:
    """As htmx names an element in its headers: `form#reponse`."""
    return element.name + (f"#{element['id']}" if element.get("id") else "")


def _choisis(fragment: BeautifulSoup, selecteur: str) -> BeautifulSoup:
    choix = lire("")
    for element in fragment.select(selecteur):
        choix.append(element.extract())
    return choix


def _echanger(cible: Tag, style: str, contenu: Tag) -> None:
    """One swap. A morph ends with the HTML of a replacement: what it spares is the browser's own state."""
    noeuds = [noeud.extract() for noeud in list(contenu.children)]
    match style:
        case "none":
            return
        case "delete":
            cible.decompose()
        case "textContent":
            cible.string = "".join(noeud.get_text() for noeud in noeuds)
        case "innerHTML" | "innerMorph":
            cible.clear()
            cible.extend(noeuds)
        case "outerHTML" | "outerMorph":
            cible.replace_with(*noeuds)
        case "beforebegin" | "before":
            cible.insert_before(*noeuds)
        case "afterend" | "after":
            cible.insert_after(*noeuds)
        case "afterbegin" | "prepend":
            for place, noeud in enumerate(noeuds):
                cible.insert(place, noeud)
        case "beforeend" | "append":
            cible.extend(noeuds)
        case _:
            raise AssertionError(f"hx-swap: « {style} » is not one of this house's styles")
