"""What an act answers when it cannot be done: a sentence for the person who asked, in plain French."""


class Refus(Exception):
    """The rules say no. `phrase` is shown as it is; `champ` names the form field it belongs to, if any."""

    statut = 422

    def __init__(self, phrase: str, champ: str = "") -> None:
        super().__init__(phrase)
        self.phrase, self.champ = phrase, champ


class DejaChange(Refus):
    """Somebody else was first: the object is no longer in the state that the person saw."""

    statut = 409
