"""How a screen is looked at, when every screen is."""

import pytest

DEUX_APPARENCES = pytest.mark.parametrize(
    ("taille", "theme"), [("large", "light"), ("etroit", "dark")], ids=["large-light", "etroit-dark"]
)
"""Both widths and both themes, in two pictures: the width rules what stands where, the theme what is read."""
