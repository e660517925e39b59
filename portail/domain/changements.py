"""What a family asks to change: a field, a contact, a photo. Each kind says the same four things.

A kind that is no plain field has its line in :data:`GENRES`; nothing else has to know it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models import Modification
from portail import mots
from portail.domain import application, champs, coffre, contacts, photos
from portail.domain.application import Fiche
from portail.domain.champs import Champ

EN_TOUTES_LETTRES = 3
"""How many changes are named one by one; more are told by part of the sheet."""
Fiches = Mapping[int, Fiche]
"""The sheet of each change, by the id of the change."""


@dataclass(frozen=True)
class Ecart:
    """One line of a change, in words."""

    libelle: str
    avant: str
    apres: str


class Genre(Protocol):
    """One kind of change. Texts are those of the modification, in clear."""

    @property
    def champ(self) -> Champ:
        """What it is called, and the part of the sheet that it is in."""
        ...

    def presents(self, modifications: Collection[Modification], fiches: Fiches) -> dict[int, str]:
        """What the file now holds, by change: what `avant` is compared with."""
        ...

    def ecrire(self, modification: Modification, fiche: Fiche, apres: str) -> None:
        """Put what is wanted in the file. The sheet is locked, as it now is."""
        ...

    def ecarts(self, avant: str, apres: str) -> list[Ecart]:
        """The same in words, line by line."""
        ...


@dataclass(frozen=True)
class Simple:
    """A field of a sheet, sealed or not."""

    champ: Champ

    def presents(self, modifications: Collection[Modification], fiches: Fiches) -> dict[int, str]:
        return {
            m.id: champs.valeurs(fiches[m.id], [self.champ.rubrique])[self.champ.nom] for m in modifications
        }

    def ecrire(self, modification: Modification, fiche: Fiche, apres: str) -> None:
        application.ecrire_la_fiche(fiche, {self.champ.nom: apres})

    def ecarts(self, avant: str, apres: str) -> list[Ecart]:
        dits = [champs.en_mots(self.champ, texte, entier=True) for texte in (avant, apres)]
        return [Ecart(self.champ.libelle, *dits)]


@dataclass(frozen=True)
class NouveauContact:
    """One more contact for a child."""

    champ = Champ("contact", "Nouveau contact", champs.CONTACTS)

    def presents(self, modifications: Collection[Modification], fiches: Fiches) -> dict[int, str]:
        return contacts.presents(modifications)

    def ecrire(self, modification: Modification, fiche: Fiche, apres: str) -> None:
        contacts.ecrire(modification)

    def ecarts(self, avant: str, apres: str) -> list[Ecart]:
        return [Ecart(self.champ.libelle, contacts.dire(avant), contacts.dire(apres))]


@dataclass(frozen=True)
class FicheDeContact(NouveauContact):
    """A contact changed, or taken off."""

    champ = Champ("fiche", "Contact", champs.CONTACTS)


@dataclass(frozen=True)
class PhotoDEnfant:
    """The photo of a child, by its id."""

    champ = Champ("photo", "Photo", champs.PHOTO)

    def presents(self, modifications: Collection[Modification], fiches: Fiches) -> dict[int, str]:
        return photos.presentes(modifications)

    def ecrire(self, modification: Modification, fiche: Fiche, apres: str) -> None:
        photos.ecrire(modification)

    def ecarts(self, avant: str, apres: str) -> list[Ecart]:
        dits = ["une photo" if ident else "aucune photo" for ident in (avant, apres)]
        return [Ecart(self.champ.libelle, *dits)]


GENRES: dict[tuple[str, str], Genre] = {
    champs.CONTACT: NouveauContact(),
    champs.FICHE_DE_CONTACT: FicheDeContact(),
    champs.DE_LA_PHOTO: PhotoDEnfant(),
}
"""The kinds that are no plain field, by table and name."""


def genre(modification: Modification) -> Genre:
    """Of what kind this change is."""
    return genre_de(modification.objet, modification.champ)


def genre_de(objet: str, nom: str) -> Genre:
    """The same, from the table and the name."""
    cle = (objet, nom)
    if cle in GENRES:
        return GENRES[cle]
    champ = champs.champ(*cle) if objet in champs.FICHES else None
    if champ is None:
        raise LookupError(f"no kind of change is called {cle}")
    return Simple(champ)


@dataclass(frozen=True)
class Etat:
    """A change beside what the file now holds, in clear."""

    avant: str
    present: str
    apres: str

    @property
    def en_conflit(self) -> bool:
        """The file no longer holds what the family saw, nor does it hold already what they want."""
        return self.present not in (self.avant, self.apres)


def etats(modifications: Iterable[Modification], fiches: Fiches) -> dict[int, Etat]:
    """Where each of these changes stands."""
    par_genre: dict[Genre, list[Modification]] = {}
    for m in modifications:
        par_genre.setdefault(genre(m), []).append(m)
    vus: dict[int, Etat] = {}
    for g, siennes in par_genre.items():
        clair = coffre.desceller if g.champ.scelle else str
        presents = g.presents(siennes, fiches)
        vus |= {m.id: Etat(clair(m.avant), presents[m.id], clair(m.apres)) for m in siennes}
    return vus


def appliquer(modification: Modification, fiche: Fiche, etat: Etat) -> None:
    """Put what the family wants in the file. The sheet is locked, and any conflict was looked at."""
    if etat.present != etat.apres:
        genre(modification).ecrire(modification, fiche, etat.apres)


def resumer(noms: Iterable[tuple[str, str]]) -> str:
    """What changes, in few words: « classe et adresse », from the table and the name of each change."""
    siens = [genre_de(*cle).champ for cle in noms]
    dits = dict.fromkeys(
        champs.RUBRIQUES[c.rubrique].lower() if c.rubrique == champs.ADRESSE else champs.en_phrase(c)
        for c in siens
    )
    if len(dits) > EN_TOUTES_LETTRES:
        dits = dict.fromkeys(champs.RUBRIQUES[c.rubrique].lower() for c in siens)
    return mots.enumeration(list(dits))


def resumer_par_fiche(noms: Iterable[tuple[str, str, str]]) -> str:
    """The same, sheet by sheet: « Léa Moreau, classe », from whose each is, its table and its name."""
    fiches: dict[str, list[tuple[str, str]]] = {}
    for qui, objet, nom in noms:
        fiches.setdefault(qui, []).append((objet, nom))
    return " ; ".join(f"{qui}, {resumer(siens)}" for qui, siens in fiches.items())
