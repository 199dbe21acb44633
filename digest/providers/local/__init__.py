"""The built-in provider: needs no key and no network, and quotes papers rather than writing about them."""
