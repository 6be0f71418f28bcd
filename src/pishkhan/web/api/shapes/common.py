"""What shapes share: strict input, plain output, bounded words and numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from pishkhan.kernel.money import Epoch

Row = TypeVar("Row")


class Given(BaseModel):
    """What a program sends: nothing is taken for what it is not, unknown fields are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class Told(BaseModel):
    """What a program is told, read from the contexts' frozen values."""

    model_config = ConfigDict(from_attributes=True)


class PageOf(Told, Generic[Row]):
    """A page of a list; `next` goes into `after` of the next call, null at the end."""

    items: list[Row]
    next: str | None


class Items(Told, Generic[Row]):
    """A short list, whole."""

    items: list[Row]


def _day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif value is None or isinstance(value, date):
        return value
    raise PydanticCustomError("date_parsing", "not a day")


Day = Annotated[
    date,
    BeforeValidator(_day, json_schema_input_type=date),
    Field(description="A day of the Gregorian calendar, in Tehran."),
]
"""A day as 2026-11-22 and nothing else; pydantic's own takes times and seconds since 1970 too."""

Word = Annotated[str, Field(min_length=1, max_length=40)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
OptionalLine = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=160)]
OptionalName = Annotated[str, Field(max_length=160)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")]
Cursor = Annotated[
    str | None, Field(max_length=512, description="`next` of the page before; none to begin.")
]
Limit = Annotated[int, Field(ge=1, le=100, description="Rows of one page.")]
Year = Annotated[int, Field(ge=1200, le=1599, description="Jalali year.")]
Number = Annotated[int, Field(ge=1, le=999_999_999)]


class MoneyGiven(Given):
    """Whole minor units of one currency epoch: rials now, qeran of the new rial later."""

    minor: Annotated[int, Field(ge=0, le=10**12)]
    epoch: Epoch = Epoch.RIAL_1310


class MoneyTold(Told):
    minor: int
    epoch: Epoch


class Problem(BaseModel):
    """RFC 9457 problem details, `application/problem+json`."""

    type: Annotated[str, Field(description="urn:pishkhan:error:<code>")]
    title: Annotated[str, Field(description="One sentence for a person.")]
    status: int
    code: Annotated[str, Field(description="Stable; see the reference.")]
    errors: Annotated[
        dict[str, str] | None, Field(description="A sentence for each field at fault.")
    ] = None
