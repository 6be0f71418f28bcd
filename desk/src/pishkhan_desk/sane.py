"""Scanners of Linux, by SANE's own program `scanimage` (Debian: sane-utils).

A program of its own and no binding: a driver that hangs or crashes takes no helper with it.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path

from pishkhan_desk import lines
from pishkhan_desk.errors import Trouble
from pishkhan_desk.scanning import A4, MOST_PAGES, Arrived, Device, Wish

LOOKING = 40.0
"""Seconds a list of scanners may take: network drivers wait for answers."""

PAGE = 120.0
"""Seconds between two pages after which a scanner is given up."""

PARTING = "Batch terminated"
"""What scanimage says before it closes the scanner; some drivers hang in that after a fault."""

ENGLISH = {"LC_ALL": "C"}  # what it says is read by a program
FEEDER = re.compile(r"adf|feeder|automatic", re.I)
DUPLEX = re.compile(r"duplex|both|double", re.I)
MODES = {
    "grey": re.compile(r"gr[ae]y", re.I),
    "colour": re.compile(r"colou?r", re.I),
    "lineart": re.compile(r"line ?-?art|binary|black.*white|mono|bitonal", re.I),
}
# What scanimage 1.2 says → what is told; sane_strstatus gives the words.
FAULTS: tuple[tuple[str, str], ...] = (
    ("out of documents", "scanner.no-paper"),
    ("jammed", "scanner.jammed"),
    ("cover is open", "scanner.cover-open"),
    ("Device busy", "scanner.busy"),
    ("Access to resource has been denied", "scanner.denied"),
    ("no SANE devices found", "scanner.off"),
    ("open of device", "scanner.off"),
    ("Error during device I/O", "scanner.io"),
    ("Operation was cancelled", "scanner.cancelled"),
)


@dataclass(frozen=True)
class Offer:
    """What a scanner can be set to; empty where it has no such setting."""

    sources: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    resolutions: tuple[int, ...] = ()  # one by one, or () with a range
    reach: tuple[int, int] = (0, 0)  # least and most resolution of a range
    width: float = 0.0  # millimetres
    height: float = 0.0


class Sane:
    """The scanners that SANE sees."""

    def __init__(self, program: str = "scanimage") -> None:
        self.program = program
        self._known: list[Device] = []

    def devices(self) -> list[Device]:
        """Return the scanners, without the PC's cameras."""
        said = self._ask("-f", "%d\t%v\t%m%n")
        found = []
        for line in said.splitlines():
            name, _, rest = line.partition("\t")
            if rest and not name.startswith("v4l:"):
                found.append(Device(name, " ".join(rest.replace("_", " ").split())))
        self._known = found
        return found

    def scan(self, wish: Wish, folder: Path, arrived: Arrived, stop: threading.Event) -> None:
        """Scan a batch; what the feeder holds, or as many pages from the glass as wished."""
        device = self._device(wish.device)
        offer = offered(self._ask(f"--device-name={device}", "-A"))
        command = [self.program, f"--device-name={device}", *settings(wish, offer)]
        # A name that no shell and no scanimage reads anything into: % is its place for the number.
        ending = "png" if wish.mode == "lineart" else "jpg"
        batch = str(folder).replace("%", "%%") + f"/page%04d.{ending}"
        command += [f"--batch={batch}", "--batch-print"]
        pages = 0

        def heard(line: str) -> None:
            nonlocal pages
            path = Path(line)
            if path.parent == folder and path.is_file():
                pages += 1
                arrived(path)

        try:
            code, _said, complaint = lines.run(
                command, patience=PAGE, heard=heard, stop=stop, env=ENGLISH,
                absent="scanner.no-program", parting=PARTING,
            )  # fmt: skip
        except lines.Stuck:
            raise Trouble("scanner.stuck") from None
        if stop.is_set():
            raise Trouble("scanner.cancelled")
        # scanimage ends a batch with 0 when the feeder is empty, and with 7 when it was from
        # the start; a fault between two pages may end with 0 as well: its words decide.
        fault = fault_of(complaint)
        if fault == "scanner.no-paper" and pages:
            return
        if fault:
            raise Trouble(fault, 409, complaint[-500:])
        if code or not pages:
            raise Trouble("scanner.io", 409, complaint[-500:])

    def _device(self, wished: str) -> str:
        """Return a device that SANE lists. A page may not name one: `net:…` would dial out."""
        for known in (self._known, None):
            devices = self.devices() if known is None else known
            for device in devices:
                if wished in ("", device.name):
                    return device.name
        raise Trouble("scanner.off")

    def _ask(self, *arguments: str) -> str:
        try:
            code, said, complaint = lines.run(
                [self.program, *arguments], patience=LOOKING, env=ENGLISH,
                absent="scanner.no-program",
            )  # fmt: skip
        except lines.Stuck:
            raise Trouble("scanner.stuck") from None
        if code:
            raise Trouble(fault_of(complaint) or "scanner.io", 409, complaint[-500:])
        return said


def fault_of(complaint: str) -> str:
    """Return the code of the last fault that scanimage told of, "" for none."""
    for line in reversed(complaint.splitlines()):
        for words, code in FAULTS:
            if words in line:
                return code
    return ""


OPTION = re.compile(r"^\s+(--?[\w-]+)(?:\[=\(yes\|no\)\])? +(\S.*?) \[(.*)\]\s*$")
NUMBER = re.compile(r"^(-?[\d.]+)\.\.(-?[\d.]+)")


def offered(told: str) -> Offer:
    """Return what `scanimage -A` says of a scanner; settings that are off now are left out."""
    found = {}
    for line in told.splitlines():
        match = OPTION.match(line)
        if match and match.group(3) not in ("inactive", "read-only", "hardware"):
            found[match.group(1)] = match.group(2)
    resolutions: tuple[int, ...] = ()
    reach = (0, 0)
    said = found.get("--resolution", "")
    span = NUMBER.match(said)
    if span:
        reach = (int(float(span.group(1))), int(float(span.group(2))))
    else:
        resolutions = tuple(int(n) for n in re.findall(r"\d+", said))
    return Offer(
        sources=tuple(filter(None, found.get("--source", "").split("|"))),
        modes=tuple(filter(None, found.get("--mode", "").split("|"))),
        resolutions=resolutions,
        reach=reach,
        width=_most(found.get("-x", "")),
        height=_most(found.get("-y", "")),
    )


def _most(said: str) -> float:
    span = NUMBER.match(said)
    return float(span.group(2)) if span and "mm" in said else 0.0


def settings(wish: Wish, offer: Offer) -> list[str]:
    """Return the arguments that come nearest to the wish; raise Trouble `scanner.no-feeder`."""
    words: list[str] = []
    source = chosen_source(wish.source, offer.sources)
    if source:
        words.append(f"--source={source}")
    mode = next((m for m in offer.modes if MODES[wish.mode].search(m)), "")
    if mode:
        words.append(f"--mode={mode}")
    dpi = wish.resolution
    if offer.reach[1]:
        dpi = min(max(dpi, offer.reach[0]), offer.reach[1])
    elif offer.resolutions:
        # At least what was asked for, where the scanner can: a letter is read later.
        enough = [n for n in sorted(offer.resolutions) if n >= dpi]
        dpi = enough[0] if enough else max(offer.resolutions)
    if offer.reach[1] or offer.resolutions:
        words.append(f"--resolution={dpi}")
    if offer.width:
        words += ["-x", f"{min(A4[0], offer.width):g}"]
    if offer.height:
        words += ["-y", f"{min(A4[1], offer.height):g}"]
    words.append("--format=" + ("png" if wish.mode == "lineart" else "jpeg"))
    fed = bool(source and (FEEDER.search(source) or DUPLEX.search(source)))
    words.append(f"--batch-count={MOST_PAGES if fed else wish.pages}")
    return words


def chosen_source(wished: str, sources: tuple[str, ...]) -> str:
    """Return the driver's own word for a source, "" where it has no choice."""
    fed = [s for s in sources if FEEDER.search(s) and not DUPLEX.search(s)]
    both = [s for s in sources if DUPLEX.search(s)]
    flat = [s for s in sources if s not in fed and s not in both]
    if wished == "glass":
        return flat[0] if flat else ""
    if wished == "duplex":
        if not both:
            raise Trouble("scanner.no-duplex")
        return both[0]
    if wished == "feeder" and not fed and not both:
        raise Trouble("scanner.no-feeder")
    return (fed or both or flat or [""])[0]
