"""The device of a session, in words: « Firefox sur Windows », from what the browser says of itself."""

INCONNU = "Navigateur inconnu"

NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""The mark, the name; the first found is the right one: most claim to be Safari, many to be Chrome."""
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
"""Likewise: Android says Linux too."""


def nommer(appareil: str) -> str:
    """What a person calls it. Nothing of the raw text is kept: anybody may write anything there."""
    navigateur, systeme = _trouver(NAVIGATEURS, appareil), _trouver(SYSTEMES, appareil)
    if systeme:
        return f"{navigateur or INCONNU} sur {systeme}"
    return navigateur or INCONNU


def _trouver(noms: tuple[tuple[str, str], ...], appareil: str) -> str:
    return next((nom for marque, nom in noms if marque in appareil), "")
