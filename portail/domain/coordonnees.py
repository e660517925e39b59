"""Telephones, bank details, post codes, amounts as people type them: read, and written in one form.

Each function raises :class:`ValueError` with a sentence in French.
"""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat
from schwifty import BIC, IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidLength, SchwiftyException

from portail import mots

FRANCE = 33
MONTANT_MAX = 10**9
"""In hundredths: ten million euros."""
CHIFFRES = 9
"""How many a French number has, without its first 0."""
EXEMPLE = "Par exemple : 02 61 91 40 12."


def telephone(saisie: str) -> str:
    """« 06 39 98 12 34 », « +32 2 123 45 67 ». French unless it begins by + and a country."""
    try:
        numero = phonenumbers.parse(saisie, "FR")
    except phonenumbers.NumberParseException as faute:
        raise ValueError(f"Ce n’est pas un numéro de téléphone. {EXEMPLE}") from faute
    if numero.country_code != FRANCE:
        # Not `is_valid_number`: the plans of other countries move faster than the library's.
        if not phonenumbers.is_possible_number(numero):
            raise ValueError("Ce numéro étranger n’est pas complet. Par exemple : +32 470 12 34 56.")
        return phonenumbers.format_number(numero, PhoneNumberFormat.INTERNATIONAL)
    ecrit = phonenumbers.national_significant_number(numero)
    manque = CHIFFRES - len(ecrit.lstrip("0"))
    if manque > 0:
        raise ValueError(f"Il manque {mots.pluriel(manque, 'chiffre')}. {EXEMPLE}")
    if not re.fullmatch(r"[1-9]\d{8}", ecrit):
        raise ValueError(f"Ce numéro a trop de chiffres. {EXEMPLE}")
    return phonenumbers.format_number(numero, PhoneNumberFormat.NATIONAL)


def iban(saisie: str) -> str:
    """Without spaces; the key is checked."""
    try:
        return str(IBAN(saisie))
    except InvalidLength as faute:
        raise ValueError("Cet IBAN n’a pas le bon nombre de caractères : 27 pour la France.") from faute
    except InvalidChecksumDigits as faute:
        raise ValueError("Cet IBAN contient une erreur de frappe : recopiez-le d’un relevé.") from faute
    except SchwiftyException as faute:
        raise ValueError("Ce n’est pas un IBAN. Il commence par FR76 pour la plupart des banques.") from faute


def bic(saisie: str) -> str:
    """Eight or eleven characters."""
    try:
        return str(BIC(saisie))
    except SchwiftyException as faute:
        raise ValueError("Un BIC a 8 ou 11 caractères, par exemple AGRIFRPP.") from faute


def code_postal(saisie: str) -> str:
    """Five digits."""
    serre = saisie.replace(" ", "")
    if not re.fullmatch(r"[0-9]{5}", serre):
        raise ValueError("Un code postal a 5 chiffres.")
    return serre


def centiemes(saisie: str) -> str:
    """An amount, or a number of shares, in hundredths: « 1 234,5 » is « 123450 »."""
    lu = re.fullmatch(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?", re.sub(r"[\s€]", "", saisie))
    if lu is None:
        raise ValueError("Écrivez un nombre, par exemple : 1 234,50.")
    valeur = int(lu[1]) * 100 + int((lu[2] or "0").ljust(2, "0"))
    if valeur > MONTANT_MAX:
        raise ValueError("Ce nombre est trop grand : vérifiez-le.")
    return str(valeur)
