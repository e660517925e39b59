"""The acts of the portal: one module a noun, one function an act, its transaction on the first line."""
