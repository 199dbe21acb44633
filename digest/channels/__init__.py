"""Ways out besides the repository: one file each, named in `digest.registry.CHANNELS`."""
