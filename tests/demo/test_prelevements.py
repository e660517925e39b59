"""What the demonstration town debits: some have signed, one remise waits for its day, its mails have left."""

import workflows as w
from models import Courriel, Facture, Famille, Mandat, Prelevement, Remise
from portail import clock


def test_some_have_signed_and_one_remise_waits_for_its_day(ville):
    (remise,) = Remise.select()
    assert (remise.jour - clock.a_paris(remise.creee_le).date()).days >= 14
    assert {p.statut for p in Prelevement.select()} == {w.PREVU}
    assert Prelevement.select().count() >= Mandat.select().count() > 1
    assert not Courriel.select().where(Courriel.cle.startswith("prelevement:"), Courriel.statut != "envoye")


def test_the_known_family_is_debited_of_nothing(ville):
    moreau = Famille.get(nom="Moreau")
    assert not Prelevement.select().join(Facture).where(Facture.famille == moreau)
