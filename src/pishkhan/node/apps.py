"""Django's application `node`: has no tables; wires the contexts together once all are loaded."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The last application: when it is ready, every other one is."""

    name = "pishkhan.node"
    label = "node"

    def ready(self) -> None:
        from pishkhan.node import wiring

        wiring.connect()
