"""The cited summary of each category of an edition and of the day, checked before anything is published."""

from digest.synthesis.documents import Figures
from digest.synthesis.quoted import sections, synthesise, synthesise_missing
from digest.synthesis.written import prompts_of, write_missing

__all__ = ["Figures", "prompts_of", "sections", "synthesise", "synthesise_missing", "write_missing"]
