"""What an act answers when it cannot be done: a sentence for the person who asked, in plain French."""


class Refus(Exception):
    """The rules say no. `phrase` is shown as it is; `champ` names the form field it belongs to, if any."""

    statut = 422

    def __init__(self, phrase: str, champ: str = "") -> None:
        super().__init__(phrase)
        self.phrase, self.champ = phrase, champ


class Interdit(Refus):
    """Whoever asks may not, whatever the state."""

    statut = 403


class Introuvable(Refus, LookupError):
    """There is no such thing, or not for whoever asks: the two are never told apart."""

    statut = 404


class TropVite(Refus):
    """Too many requests of one family in a short time: a robot, a stuck key. Nothing is lost, one waits."""

    statut = 429


class DejaChange(Refus):
    """Somebody else was first: the object is no longer in the state that the person saw."""

    statut = 409
