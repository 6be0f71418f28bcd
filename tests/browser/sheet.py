"""The contact sheet: a picture of every screen, and a page that shows them side by side."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("screens")
SIZES = ("1366x768", "360x800")
STYLE = """
body { font: 14px sans-serif; margin: 1rem; background: #eee }
section { margin-block-end: 2rem } h2 { font-size: 1rem; direction: ltr }
.row { display: flex; gap: .5rem; align-items: start; flex-wrap: wrap }
figure { margin: 0; background: #fff; padding: .25rem }
img { display: block; border: 1px solid #ccc }
img.pc { width: 560px } img.phone { width: 180px } .bad { color: #a00 }
"""


@dataclass
class Shot:
    """One screen in one language: its pictures and what is wrong with it."""

    who: str
    name: str
    language: str
    pictures: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Sheet:
    """Collects pictures in a folder that git ignores; `write` makes the index."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.shots: list[Shot] = []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def shoot(self, page: Page, shot: Shot, size: str) -> None:
        """Take the whole page as it is drawn now."""
        plain = re.sub(r"[^a-z0-9]+", "-", shot.name.lower()).strip("-") or "first"
        name = f"{shot.who}-{plain}.{shot.language}.{size}.jpg"
        page.screenshot(
            path=self.folder / name, full_page=True, type="jpeg", quality=60, animations="disabled"
        )
        shot.pictures.append(name)

    def write(self) -> Path:
        """Write index.html: each screen once, both languages and sizes in a row."""
        index = self.folder / "index.html"
        rows: dict[tuple[str, str], list[Shot]] = {}
        for shot in self.shots:
            rows.setdefault((shot.who, shot.name), []).append(shot)
        body = "".join(self._row(who, name, shots) for (who, name), shots in sorted(rows.items()))
        index.write_text(
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>Contact sheet</title>"
            f"<link rel='stylesheet' href='sheet.css'><h1>{len(rows)} screens</h1>{body}</html>"
        )
        (self.folder / "sheet.css").write_text(STYLE)
        return index

    def _row(self, who: str, name: str, shots: list[Shot]) -> str:
        pictures, faults = "", ""
        for shot in shots:
            for picture in shot.pictures:
                css = "pc" if SIZES[0] in picture else "phone"
                pictures += (
                    f"<figure><a href='{picture}'><img class='{css}' loading='lazy' "
                    f"src='{picture}' alt=''></a></figure>"
                )
            faults += "".join(f"<li>{html.escape(each)}</li>" for each in shot.faults)
        listed = f"<ul class='bad'>{faults}</ul>" if faults else ""
        title = html.escape(f"{who}: {name}")
        return f"<section><h2>{title}</h2><div class='row'>{pictures}</div>{listed}</section>"
