"""Names of topics: two passes by a model with what is near handed on, or made of their own terms without one."""

from digest.naming.missing import name_missing
from digest.naming.portrait import PERSON, Portrait

__all__ = ["PERSON", "Portrait", "name_missing"]
