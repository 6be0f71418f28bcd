"""Django's handle on the context."""

from django.apps import AppConfig

FREE = ("letters_answercode", "letters_lookupthrottle", "letters_trackthrottle")
"""Tables of operational state."""


class LettersConfig(AppConfig):
    name = "pishkhan.letters"
    label = "letters"

    def ready(self) -> None:
        from pishkhan.journal import api as journal

        journal.guard("letters", free=FREE)
