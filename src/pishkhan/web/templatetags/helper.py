"""Tags of the pages that may talk to the helper on the clerk's PC."""

from __future__ import annotations

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from pishkhan.web.counter import helper

register = template.Library()


@register.simple_tag
def helper_address() -> str:
    """Return where the page looks for the helper."""
    return helper.address()


@register.simple_tag
def helper_words() -> SafeString:
    """Return what is told for each of the helper's codes, as data for the page's scripts."""
    return json_script(helper.sentences(), "helper-words")
