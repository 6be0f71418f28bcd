"""Tables of the directory; private to it."""

from pishkhan.directory.models.agencies import (
    Agency,
    AgencyIdentity,
    AgencyLogo,
    AgencyName,
    Post,
    Secretariat,
)
from pishkhan.directory.models.counters import Counter, TrackingBlock
from pishkhan.directory.models.dehyaris import Dehyari, DehyariVillage
from pishkhan.directory.models.nodes import (
    FormerNodeKey,
    LastSnapshot,
    Node,
    OfficePlace,
    SentSnapshot,
    Setting,
    Told,
)
from pishkhan.directory.models.outside import OutsideAccount
from pishkhan.directory.models.people import (
    ApiClient,
    Clearance,
    ClientUse,
    Holding,
    Pin,
    PinTries,
    StandIn,
    User,
)
from pishkhan.directory.models.places import Division

__all__ = [
    "Agency",
    "AgencyIdentity",
    "AgencyLogo",
    "AgencyName",
    "ApiClient",
    "Clearance",
    "ClientUse",
    "Counter",
    "Dehyari",
    "DehyariVillage",
    "Division",
    "FormerNodeKey",
    "Holding",
    "LastSnapshot",
    "Node",
    "OfficePlace",
    "OutsideAccount",
    "Pin",
    "PinTries",
    "Post",
    "Secretariat",
    "SentSnapshot",
    "Setting",
    "StandIn",
    "Told",
    "TrackingBlock",
    "User",
]
