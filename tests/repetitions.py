"""How long what is played again and again goes on, and on how many engines: little in `make test`, long in
`make nuit` or `fautes`."""

import os

NUIT = os.environ.get("PORTAIL_NUIT") == "1"
TOUS_LES_MOTEURS = os.environ.get("PORTAIL_MOTEURS") == "tous"
"""Whether what is read on pages is read on both engines too (tests/conftest.py)."""
FAUTES = os.environ.get("PORTAIL_FAUTES") == "1"


def exemples(de_jour: int, de_nuit: int) -> int:
    """So many by day, so many by night; `PORTAIL_EXEMPLES` says another number for the night."""
    return int(os.environ.get("PORTAIL_EXEMPLES", de_nuit)) if NUIT else de_jour


def manches(breves: int, longues: int) -> int:
    """So many rounds of a fault in `make test`, so many in `make fautes`, or `PORTAIL_EXEMPLES`."""
    return int(os.environ.get("PORTAIL_EXEMPLES", longues)) if FAUTES else breves
