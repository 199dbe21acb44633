"""What goes out of an edition: what a message tells, which deliveries are due, and what became of them."""

from digest.delivery.brief import Place, brief
from digest.delivery.composing import MESSAGE_FILTERS, Press
from digest.delivery.due import LOOK_BACK, Due, claim, claimed, due, too_old, waiting
from digest.delivery.sending import Outbox

__all__ = [
    "LOOK_BACK",
    "MESSAGE_FILTERS",
    "Due",
    "Outbox",
    "Place",
    "Press",
    "brief",
    "claim",
    "claimed",
    "due",
    "too_old",
    "waiting",
]
