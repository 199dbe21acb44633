"""The one family of errors that a user may see: a single line that names the way out."""


class DigestError(Exception):
    """Something failed in a way that the user can mend; shown as one line, exit code 1."""


class ConfigError(DigestError):
    """The settings, the taxonomy or an asset are wrong; every mistake is listed."""


class SourceError(DigestError):
    """A source could not be fetched or did not answer in full."""


class StaleSource(SourceError):
    """A source answered, but still shows an earlier announcement day."""


class ProviderError(DigestError):
    """A provider could not read or embed papers."""


class BudgetSpent(ProviderError):
    """The budget of the settings allows no such call."""


class BadAnswer(ProviderError):
    """The service answered, or refused, in a way that another question may mend; never seen by a user."""


class ChannelError(DigestError):
    """A channel lacks something, or could not deliver."""


class ArchiveError(DigestError):
    """The archive is missing, unreadable, locked or at odds with the reports."""


class ScaleError(DigestError):
    """The cluster that was asked for cannot be reached, or cannot do the work."""
