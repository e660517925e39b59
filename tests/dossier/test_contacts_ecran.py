"""The contacts on the sheet of a child: in place with htmx, page by page without."""
