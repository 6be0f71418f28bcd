"""Django's handle on the context."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "pishkhan.letters"
    label = "letters"

    def ready(self) -> None:
        from pishkhan.journal import api as journal

        journal.guard("letters", free=("letters_lookupthrottle", "letters_trackthrottle"))
