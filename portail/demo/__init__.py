"""The demonstration town: Saint-Alban-sur-Loire, its families, a school year of bookings around today."""

from portail.demo.fondation import MOT_DE_PASSE, deja_habitee, fonder_demonstration

__all__ = ["MOT_DE_PASSE", "deja_habitee", "fonder_demonstration"]
