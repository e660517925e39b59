"""How long the tests that play at random go on: a little in `make test`, all night in `make nuit`."""

import os

NUIT = os.environ.get("PORTAIL_NUIT") == "1"


def exemples(de_jour: int, de_nuit: int) -> int:
    """So many by day, so many by night; `PORTAIL_EXEMPLES` says another number for the night."""
    return int(os.environ.get("PORTAIL_EXEMPLES", de_nuit)) if NUIT else de_jour
