"""Where papers come from; one file per source, entered in `digest.registry.SOURCES`."""
