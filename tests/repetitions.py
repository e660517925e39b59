"""How long what is played again and again goes on, on how many engines, how far a walk goes: little in
`make test`, long in `make nuit` or `make fautes`."""

import os

NUIT = os.environ.get("PORTAIL_NUIT") == "1"
EN_ENTIER = os.environ.get("PORTAIL_ENTIER") == "1"
"""Whether all is on both engines (tests/conftest.py), and each walk of `tests/garanties` goes to its end."""
FAUTES = os.environ.get("PORTAIL_FAUTES") == "1"


def exemples(de_jour: int, de_nuit: int) -> int:
    """So many by day, so many by night; `PORTAIL_EXEMPLES` says another number for the night."""
    return int(os.environ.get("PORTAIL_EXEMPLES", de_nuit)) if NUIT else de_jour


def manches(breves: int, longues: int) -> int:
    """So many rounds of a fault in `make test`, so many in `make fautes`, or `PORTAIL_EXEMPLES`."""
    return int(os.environ.get("PORTAIL_EXEMPLES", longues)) if FAUTES else breves
