"""The mails about what a child does, for each right over the child: each account reads of whom it may."""

import workflows as w
from models import Courriel
from portail.domain import moderation, planning
from tests.actes import demander, lignes, places
from tests.droits.table import TOUS, decide, lier, lit
from tests.monde import LUNDI


def recus(sujet: str) -> str:
    siens = Courriel.select().where(Courriel.destinataire == "julien@example.org")
    return "\n".join(c.corps for c in siens if sujet in c.sujet)


@TOUS
def test_an_acknowledgement_tells_of_the_children_whom_one_may_read(monde, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demander(monde, (monde.lea, seance), (monde.noe, seance))
    recu = recus("Votre demande est bien arrivée")
    assert "Noé, Accueil du soir" in recu
    assert ("Léa, Accueil du soir" in recu) == lit(droit)


@TOUS
def test_an_answer_tells_of_the_children_whom_one_may_read(monde, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    de_lea, _ = lignes(demande)
    moderation.refuser(monde.sophie, demande.id, "Dossier incomplet", [de_lea.id])
    moderation.accepter(monde.sophie, demande.id)
    assert "Noé, Accueil du soir, lundi 7 décembre, 16 h 30 – 18 h 30 : demande acceptée" in recus("acceptée")
    assert ("Léa" in recus("refusée"), "Dossier incomplet" in recus("")) == (lit(droit), lit(droit))


@TOUS
def test_who_may_read_no_line_gets_no_mail(monde, julien, droit):
    lier(monde, droit, monde.lea)
    moderation.accepter(monde.sophie, demander(monde, (monde.lea, monde.seance(monde.soir, LUNDI))).id)
    demander(monde, (monde.lea, monde.seance(monde.matin, LUNDI)))  # answered at once
    ecrits = Courriel.select().where(Courriel.destinataire == "julien@example.org").count()
    assert ecrits == (3 if lit(droit) else 0)
    assert Courriel.select().where(Courriel.destinataire == monde.claire.email).count() == 3


@TOUS
def test_a_place_that_frees_is_told_to_who_may_read_and_what_to_do_to_who_decides(monde, julien, droit):
    lier(monde, droit, monde.lea)
    seance = places(monde.seance(monde.matin, LUNDI), 1)
    monde.poser(monde.ines, seance, w.RESERVE)
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.ines.id, seance.id)])
    recu = recus("Une place s’est libérée")
    assert ("Léa, Accueil du matin" in recu) == lit(droit)
    assert ("déclarez son absence" in recu) == decide(droit)
