"""What an object computes when it is first asked, and keeps."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class une_fois(Generic[T]):
    """`functools.cached_property` without the lock that Python 3.11 takes at each first reading.

    For objects of one request, made by hundreds: two threads that read together would only compute twice.
    """

    def __init__(self, calculer: Callable[[Any], T]) -> None:
        self.calculer, self.__doc__ = calculer, calculer.__doc__

    def __set_name__(self, _: type, nom: str) -> None:
        self.nom = nom

    @overload
    def __get__(self, objet: None, classe: type) -> "une_fois[T]": ...
    @overload
    def __get__(self, objet: object, classe: type) -> T: ...
    def __get__(self, objet: object | None, classe: type) -> "une_fois[T] | T":
        if objet is None:
            return self
        valeur = objet.__dict__[self.nom] = self.calculer(objet)
        return valeur
