"""Who reads and embeds papers; one folder or file per provider, entered in `digest.registry.PROVIDERS`."""
