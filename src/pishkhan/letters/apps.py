"""Django's handle on the context."""

from django.apps import AppConfig

FREE = (
    "letters_answercode",
    "letters_lookupthrottle",
    "letters_pagelook",
    "letters_trackthrottle",
)
"""Tables of operational state, and of what is made again from the files."""


class LettersConfig(AppConfig):
    name = "pishkhan.letters"
    label = "letters"

    def ready(self) -> None:
        from pishkhan.journal import api as journal

        journal.guard("letters", free=FREE)
