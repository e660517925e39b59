"""The pages that forms bring back keep nobody out either: what is refused, what is shown before it is done.

In `make test` one body in four is sent, and what comes back looked at in one way. `make acces` sends them
all, and looks in every way.
"""

from itertools import islice

import pytest

from e2e.partout.regards import d_une_reponse
from e2e.partout.reponses import QUI, envois, envoyer, est_une_page, montrer
from e2e.partout.visites import TOUT


@pytest.mark.parametrize("etat", ["pleine"], indirect=True)
@pytest.mark.parametrize("gens", QUI if TOUT else ["chacun son tour"])
def test_what_a_form_brings_back_is_for_everybody(etat, gens, carte, chez, axe):
    regards, fautes, vues, dedans = d_une_reponse(axe), [], 0, ""
    for envoi in envois(carte, gens) if TOUT else islice(envois(carte, *QUI), 0, None, 4):
        page = chez(envoi.visite)
        if envoi.visite.qui != dedans:  # where the token of their forms is
            page.goto("/mentions-legales")
            dedans = envoi.visite.qui
        reponse = envoyer(page, envoi)
        if not est_une_page(reponse):
            continue
        montrer(page, envoi, reponse)
        siens = regards if TOUT else [regards[vues % len(regards)]]
        fautes += [f"{envoi} ({reponse.status}), {faute}" for regarder in siens for faute in regarder(page)]
        vues += 1
    print(f"{vues} answers, {vues * (len(regards) if TOUT else 1)} looks")
    assert not fautes, f"{len(fautes)} on {vues} answers:\n" + "\n".join(fautes)
    assert TOUT or vues > 40
