"""Django's application `node`: it has no tables, only the sentences of the command line."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The topmost application."""

    name = "pishkhan.node"
    label = "node"
