from tests.bases_vides import base_vide, url_vide

__all__ = ["base_vide", "url_vide"]
