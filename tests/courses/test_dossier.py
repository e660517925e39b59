"""Two agents, the family, the counter, all on one sheet at the same moment: one outcome, everyone told."""

import time

import workflows as w
from models import Courriel, Demande, Enfant, Famille, LienParental, Responsable, db, moteur
from portail.domain import application, changements, dossier, guichet, moderation, reponse_dossier
from portail.domain.refus import DejaChange
from portail.domain.reponse import DejaRepondu
from tests.actes import modifications
from tests.courses.coureurs import manches, peupler
from tests.invariants import fautes

DUELS = 40


def foyers(monde, nombre):
    """So many families of one adult, tied to the account, and one child."""
    faits = peupler(monde.cantine, nombre)
    for f in faits:
        adulte = Responsable.create(famille=f.famille, prenom="Camille", nom="Foyer", email=f.compte.email)
        LienParental.create(responsable=adulte, enfant=f.enfant, droit="plein")
    return faits


def demander(foyer) -> Demande:
    demande = dossier.demander_des_modifications(
        foyer.compte, foyer.famille, "enfant", foyer.enfant.id, {"classe": "CM1", "image": "oui"}
    )
    assert demande is not None
    return demande


def reponses(demande: Demande) -> int:
    return Courriel.select().where(Courriel.cle.startswith(f"reponse:{demande.id}:")).count()


def test_two_agents_and_the_family_withdrawing_at_the_same_moment_make_one_outcome(monde):
    sophie, marc = monde.sophie, monde.marc
    duels = [(f, demander(f)) for f in foyers(monde, DUELS)]
    premieres = [modifications(demande)[0] for _, demande in duels]

    issues = manches(
        [
            [lambda d=d: moderation.accepter(sophie, d.id) for _, d in duels],
            [lambda d=d: moderation.refuser(marc, d.id, "À voir au guichet") for _, d in duels],
            [
                lambda f=f, m=m: dossier.retirer(f.compte, f.famille, m.id)
                for (f, _), m in zip(duels, premieres, strict=True)
            ],
        ]
    )

    for (foyer, demande), accepte, refuse, retire in zip(duels, *issues, strict=True):
        assert isinstance(accepte, Demande | DejaRepondu), accepte
        assert isinstance(refuse, Demande | DejaRepondu), refuse
        assert retire is None or isinstance(retire, DejaChange), retire
        assert isinstance(accepte, Demande) != isinstance(refuse, Demande), "one agent answers, one is told"
        fin, enfant = Demande.get_by_id(demande.id), Enfant.get_by_id(foyer.enfant.id)
        gagne = isinstance(accepte, Demande)
        classe = modifications(demande)[0]
        if retire is None:
            assert classe.statut == w.ANNULEE
        else:
            assert retire.phrase.startswith("La mairie a déjà répondu")
            assert classe.statut == (w.APPLIQUEE if gagne else w.REFUSEE)
        assert fin.statut == (w.ACCEPTEE if gagne else w.REFUSEE)
        assert fin.agent == (sophie if gagne else marc)
        assert enfant.image is (True if gagne else None)
        assert enfant.classe == ("CM1" if gagne and retire is not None else "")
        assert reponses(demande) == 1
    assert fautes() == []


def se_disputer(monde, nombre) -> list[tuple]:
    """An agent accepts what the family asked while another one takes down something else, at the counter."""
    faits = foyers(monde, nombre)
    demandes = [
        dossier.demander_des_modifications(f.compte, f.famille, "enfant", f.enfant.id, {"classe": "CM1"})
        for f in faits
    ]
    sophie, marc = monde.sophie, monde.marc
    reperes = [guichet.marquer(Enfant.get_by_id(f.enfant.id), "general") for f in faits]
    return list(
        zip(
            faits,
            *manches(
                [
                    [lambda d=d: moderation.accepter(sophie, d.id) for d in demandes],
                    [
                        lambda f=f, r=r: guichet.saisir(
                            marc, f.famille.id, "enfant", f.enfant.id, "general", {"classe": "CE2"}, r
                        )
                        for f, r in zip(faits, reperes, strict=True)
                    ],
                ]
            ),
            strict=True,
        )
    )


def test_of_an_answer_and_a_hand_at_the_counter_one_is_told_and_nothing_is_lost(monde):
    for foyer, accepte, saisie in se_disputer(monde, DUELS):
        classe = Enfant.get_by_id(foyer.enfant.id).classe
        if isinstance(accepte, Demande):
            assert isinstance(saisie, DejaChange), saisie
            assert classe == "CM1"
        else:
            assert isinstance(accepte, reponse_dossier.Conflit), accepte
            assert ([c.nom for c in saisie], classe) == (["classe"], "CE2")
    assert fautes() == []


def test_without_the_lock_of_the_sheet_one_of_them_is_lost(monde, monkeypatch):
    """Or the races above would prove nothing."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    def hesiter(fonction):
        def lente(*args):
            rendu = fonction(*args)
            time.sleep(0.05)
            return rendu

        return lente

    for module in (application, dossier):
        monkeypatch.setattr(module, "verrouiller", lire_sans_verrouiller)
    monkeypatch.setattr(changements, "etats", hesiter(changements.etats))
    monkeypatch.setattr(guichet, "marquer", hesiter(guichet.marquer))
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")

    issues = se_disputer(monde, 8)

    perdues = [i for _, *i in issues if isinstance(i[0], Demande) and isinstance(i[1], list)]
    pannes = [i for _, *deux in issues for i in deux if isinstance(i, Exception) and not hasattr(i, "phrase")]
    assert perdues or pannes
    assert Famille.select().count() > 8
