"""What people type, made clean before anything else looks at it: files that are imported go the same way."""

from portail.domain.textes import au_net, au_net_par_lignes, ranger

__all__ = ["au_net", "au_net_par_lignes", "ranger"]
