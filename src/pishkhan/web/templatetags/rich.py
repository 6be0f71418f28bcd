"""An official text on the screen as on its paper: paragraphs, lists and bold, all escaped."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pishkhan.kernel import rich as reading
from pishkhan.web.templatetags.pishkhan import digits

register = template.Library()

_BREAK = mark_safe("<br>")
_ITEM = (
    '<div class="d-flex gap-2" role="listitem"><span>{}</span><span class="grow">{}</span></div>'
)


@register.filter
def rich(value: str | None) -> SafeString:
    """Return the text's blocks as HTML; see `kernel.rich` for what makes a list or bold."""
    return format_html_join("", "{}", ((_block(each),) for each in reading.blocks(value or "")))


def _block(block: reading.Block) -> SafeString:
    if block.kind is reading.Kind.TEXT:
        lines = format_html_join(_BREAK, "{}", ((_runs(line),) for line in block.lines))
        return format_html("<p>{}</p>", lines)
    items = format_html_join("", _ITEM, ((digits(line.mark), _runs(line)) for line in block.lines))
    return format_html('<div class="mb-3" role="list">{}</div>', items)


def _runs(line: reading.Line) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html("<strong>{}</strong>", digits(run.text))
                if run.bold
                else digits(run.text),
            )
            for run in line.runs
        ),
    )
