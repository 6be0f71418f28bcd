"""Scanners of Windows, by the automation objects of Windows Image Acquisition (WIA 2).

The objects are driven from PowerShell: Python's own library knows no COM. Numbers of properties
and faults: https://learn.microsoft.com/windows/win32/wia/ (wiadef.h).
Its words are tested against a stand-in for PowerShell; no Windows was at hand to run it on.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path

from pishkhan_desk import lines, powershell
from pishkhan_desk.errors import Trouble
from pishkhan_desk.scanning import MOST_PAGES, Arrived, Device, Wish

LOOKING = 40.0
PAGE = 120.0
INTENTS = {"colour": 1, "grey": 2, "lineart": 4}  # WIA_INTENT_IMAGE_TYPE_*
FAULTS = {
    0x80210001: "scanner.io",  # WIA_ERROR_GENERAL_ERROR
    0x80210002: "scanner.jammed",  # WIA_ERROR_PAPER_JAM
    0x80210003: "scanner.no-paper",  # WIA_ERROR_PAPER_EMPTY
    0x80210004: "scanner.jammed",  # WIA_ERROR_PAPER_PROBLEM
    0x80210005: "scanner.off",  # WIA_ERROR_OFFLINE
    0x80210006: "scanner.busy",  # WIA_ERROR_BUSY
    0x80210007: "scanner.busy",  # WIA_ERROR_WARMING_UP
    0x80210008: "scanner.io",  # WIA_ERROR_USER_INTERVENTION
    0x8021000A: "scanner.off",  # WIA_ERROR_DEVICE_COMMUNICATION
    0x8021000D: "scanner.busy",  # WIA_ERROR_DEVICE_LOCKED
    0x80210015: "scanner.off",  # WIA_S_NO_DEVICE_AVAILABLE
    0x80210016: "scanner.cover-open",  # WIA_ERROR_COVER_OPEN
    0x80070005: "scanner.denied",  # E_ACCESSDENIED
}

LIST = """
$manager = New-Object -ComObject WIA.DeviceManager
foreach ($info in $manager.DeviceInfos) {
  if ($info.Type -eq 1) { Tell 'DEVICE' $info.DeviceID $info.Properties.Item('Name').Value }
}
"""

# 3086 what the feeder can do, 3087 its state, 3088 chosen source (1 feeder, 2 glass, 4 both sides),
# 3096 pages, 6146 intent, 6147/6148 resolution, 6149..6152 start and extent in pixels.
SCAN = """
function Put($place, $id, $value) {
  foreach ($one in $place.Properties) { if ($one.PropertyID -eq $id) { $one.Value = $value } }
}
function Got($place, $id) {
  foreach ($one in $place.Properties) { if ($one.PropertyID -eq $id) { return $one.Value } }
  return 0
}
function Fault($thrown) {
  $inner = $thrown.Exception
  while ($inner.InnerException) { $inner = $inner.InnerException }
  Tell 'FAULT' ('0x{0:X8}' -f $inner.ErrorCode)
}
try {
  $manager = New-Object -ComObject WIA.DeviceManager
  $device = $null
  foreach ($info in $manager.DeviceInfos) {
    if ($info.DeviceID -eq $env:PISHKHAN_DESK_DEVICE) { $device = $info.Connect() }
  }
  if (-not $device) { Tell 'FAULT' '0x80210015'; exit 3 }
  $can = Got $device 3086
  $fed = $false
  switch ($env:PISHKHAN_DESK_SOURCE) {
    'feeder' { if (-not ($can -band 1)) { Tell 'FAULT' 'NO-FEEDER'; exit 3 }; $fed = $true }
    'duplex' { if (-not ($can -band 4)) { Tell 'FAULT' 'NO-DUPLEX'; exit 3 }; $fed = $true }
    'auto' { $fed = [bool](($can -band 1) -and ((Got $device 3087) -band 1)) }
  }
  if ($can) {
    if ($env:PISHKHAN_DESK_SOURCE -eq 'duplex') { Put $device 3088 5 }
    elseif ($fed) { Put $device 3088 1 } else { Put $device 3088 2 }
  }
  if ($fed) { Put $device 3096 1 }
  $dpi = [int]$env:PISHKHAN_DESK_DPI
  $item = $device.Items.Item(1)
  Put $item 6146 ([int]$env:PISHKHAN_DESK_INTENT)
  Put $item 6147 $dpi
  Put $item 6148 $dpi
  $most = [int]$env:PISHKHAN_DESK_PAGES
  if ($fed) { $most = [int]$env:PISHKHAN_DESK_MOST }
  $jpeg = '{B96B3CAE-0728-11D3-9D7B-0000F81EF32E}'
  for ($n = 1; $n -le $most; $n++) {
    $image = $item.Transfer($jpeg)
    if ($image.FormatID -ne $jpeg) {
      $turn = New-Object -ComObject WIA.ImageProcess
      $turn.Filters.Add($turn.FilterInfos.Item('Convert').FilterID)
      $turn.Filters.Item(1).Properties.Item('FormatID').Value = $jpeg
      $image = $turn.Apply($image)
    }
    $path = Join-Path $env:PISHKHAN_DESK_FOLDER ('page{0:D4}.jpg' -f $n)
    $image.SaveFile($path)
    Tell 'PAGE' $path
  }
} catch { Fault $_; exit 3 }
"""


class Wia:
    """The scanners that Windows sees."""

    def __init__(self, program: str = powershell.PROGRAM) -> None:
        self.program = program

    def devices(self) -> list[Device]:
        """Return the scanners."""
        try:
            code, said, complaint = powershell.run(
                LIST, {}, patience=LOOKING, program=self.program, absent="scanner.no-program"
            )
        except lines.Stuck:
            raise Trouble("scanner.stuck") from None
        if code:
            raise Trouble("scanner.no-program", 409, complaint[-500:])
        rows = [line.split("\t") for line in said.splitlines()]
        return [Device(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "DEVICE"]

    def scan(self, wish: Wish, folder: Path, arrived: Arrived, stop: threading.Event) -> None:
        """Scan page by page until the feeder is empty or the wished pages are there."""
        names = [device.name for device in self.devices()]
        device = wish.device if wish.device in names else ""
        if not device and (wish.device or not names):
            raise Trouble("scanner.off")
        told, pages = [], 0

        def heard(line: str) -> None:
            nonlocal pages
            word, _, rest = line.partition("\t")
            path = Path(rest)
            if word == "PAGE" and path.parent == folder and path.is_file():
                pages += 1
                arrived(path)
            elif word == "FAULT":
                told.append(rest)

        try:
            code, _said, complaint = powershell.run(
                SCAN, given(wish, device or names[0], folder), patience=PAGE, heard=heard,
                stop=stop, program=self.program, absent="scanner.no-program",
            )  # fmt: skip
        except lines.Stuck:
            raise Trouble("scanner.stuck") from None
        if stop.is_set():
            raise Trouble("scanner.cancelled")
        fault = fault_of(told[-1]) if told else ""
        if fault == "scanner.no-paper" and pages:
            return  # the feeder is empty: the batch is whole
        if fault:
            raise Trouble(fault, 409, told[-1])
        if code or not pages:
            raise Trouble("scanner.io", 409, complaint[-500:])


def given(wish: Wish, device: str, folder: Path) -> dict[str, str]:
    """Return what the script is told of a wish."""
    return {
        "PISHKHAN_DESK_DEVICE": device,
        "PISHKHAN_DESK_SOURCE": wish.source,
        "PISHKHAN_DESK_INTENT": str(INTENTS[wish.mode]),
        "PISHKHAN_DESK_DPI": str(wish.resolution),
        "PISHKHAN_DESK_PAGES": str(wish.pages),
        "PISHKHAN_DESK_MOST": str(MOST_PAGES),
        "PISHKHAN_DESK_FOLDER": str(folder),
    }


def fault_of(told: str) -> str:
    """Return the code of a fault that the script told of."""
    if told == "NO-FEEDER":
        return "scanner.no-feeder"
    if told == "NO-DUPLEX":
        return "scanner.no-duplex"
    if re.match(r"^0x[0-9A-F]{8}$", told):
        return FAULTS.get(int(told, 16), "scanner.io")
    return "scanner.io"
