"""Django's application `relay`."""

from __future__ import annotations

from django.apps import AppConfig

# The road's own state. What is sealed in an envelope proves itself by its signature, and where
# it stands is operational; what a deed sent and who has custody are evidence and stay guarded.
FREE_TABLES = (
    "relay_stream",
    "relay_envelope",
    "relay_inbound",
    "relay_peer",
    "relay_contact",
    "relay_line",
    "relay_peerfile",
    "relay_ownepoch",
    "relay_void",
    "relay_rejection",
)


class RelayConfig(AppConfig):
    """Guards what deeds write and registers the relay's own kind, the receipt."""

    name = "pishkhan.relay"
    label = "relay"

    def ready(self) -> None:
        from pishkhan.journal import api as journal
        from pishkhan.relay import protocol
        from pishkhan.relay.logic import receipts, registry, voids

        journal.guard(self.label, free=FREE_TABLES)
        registry.register(protocol.RECEIPT, protocol.RECEIPT_VERSION, receipts.take_in)
        registry.register(voids.KIND, voids.VERSION, voids.take_in)
