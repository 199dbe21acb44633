"""What the reader follows: queries, liked papers, authors, keywords, a library; and which papers meet it."""

from digest.interests.profile import Profile, open_interests

__all__ = ["Profile", "open_interests"]
