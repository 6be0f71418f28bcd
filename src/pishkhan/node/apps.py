"""Django's application `node`: it has no tables, only the sentences of the command line."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The topmost application: loaded last, it tells the contexts what this node's role is."""

    name = "pishkhan.node"
    label = "node"

    def ready(self) -> None:
        """Register the relay's handlers of this role."""
        from pishkhan.node import roles

        roles.receive()
