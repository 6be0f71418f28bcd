"""What is known of an uploaded file once its content was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Type by content, number of leaves, and the first leaf's size.

    `width` and `height` are pixels of an image and points (1/72 inch) of a PDF's page.
    """

    media_type: str
    leaves: int
    width: int
    height: int
