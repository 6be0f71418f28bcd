"""Writing an answer and passing it on: draft, initial, send back, sign, dispatch."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.kernel import text
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.tracking import grouped
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView, DraftView, Purpose, Receiver, Way
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import (
    changes,
    meanwhile,
    neighbours,
    page,
    salutation,
    saved,
    series,
    templates_ready,
)
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.door import SECRETARIAT, Failed, here, on_desk, url
from pishkhan.web.letter.said import tell
from pishkhan.web.templatetags.pishkhan import isolate

FORM = saved.DRAFT
FIELDS = ("subject", "body", "note", "salutation", "recipient", "based_on")


@on_desk
@require_http_methods(["GET", "POST"])
def edit(request: DeskRequest, letter: UUID, draft: UUID | None = None) -> HttpResponse:
    """Draw the editor, or make the next version of what was written."""
    if request.method == "POST" and "use" in request.POST:
        return _editor(request, letter, draft, None, template=True)
    if request.method == "POST":
        try:
            seen = letters.arrival(request.actor, letter)
            of = None if draft is None else _draft(seen, draft)
            made = letters.draft(
                request.actor,
                letter,
                recipient=_recipient(request, seen, of),
                subject=request.POST.get("subject", ""),
                body=request.POST.get("body", ""),
                note=request.POST.get("note", ""),
                draft_id=draft,
                based_on=_no(request, "based_on"),
            )
        except (Invalid, Refused, Forbidden) as error:
            return _editor(request, letter, draft, Failed.of(request, FORM, error))
        saved.forget(request.actor, FORM, _slot(letter, draft))
        messages.success(request, _("The draft is written."))
        return go(request, letter, mark=f"draft-{made}")
    return _editor(request, letter, draft, None)


def _editor(
    request: DeskRequest,
    letter: UUID,
    draft: UUID | None,
    failed: Failed | None,
    *,
    template: bool = False,
) -> HttpResponse:
    view = letters.open_arrival(request.actor, letter)
    deeds_name = "draft" if draft is None else f"revise:{draft}"
    if deeds_name not in view.deeds and failed is None:
        raise Refused("letters.not-now")
    found = None if draft is None else _draft(view, draft)
    typed = {name: failed.values.get(name, [""])[-1] for name in FIELDS} if failed else None
    if template:
        given = {name: request.POST.get(name, "") for name in (*FIELDS, "template")}
        fields = templates_ready.of_answer(view)
        typed = templates_ready.put_in(request, given, _first(view, found), fields)
    kept = typed or saved.kept(request.actor, FORM, _slot(letter, draft))
    values = {**_first(view, found), **(kept or {})}
    came = meanwhile.since(found, values)
    return render(
        request,
        "letter/draft.html",
        {
            **page.context(request, view, None),
            "draft": found,
            "values": values,
            "meanwhile": came,
            "at_text": not (failed or came),
            "templates": templates_ready.choices(request),
            "salutations": salutation.choices(view, found),
            "restored": bool(kept and not typed),
            "failed": failed,
            "field_errors": failed.errors if failed else {},
            "errors": [(f"id_{name}", words) for name, words in failed.errors.items()]
            if failed
            else [],
        },
        status=failed.status if failed else 200,
    )


def _recipient(request: DeskRequest, view: ArrivalView, draft: DraftView | None) -> str:
    """Return the line over the text: typed in a letter written here, chosen in an answer."""
    if view.way in (Way.OUTGOING, Way.INTERNAL):
        return request.POST.get("recipient", "")
    return salutation.line(view, draft, request.POST.get("salutation", ""))


def _first(view: ArrivalView, draft: DraftView | None) -> dict[str, str]:
    """Return what stands in the editor at first: the newest version, or a salutation."""
    if draft is not None:
        newest = draft.versions[-1]
        return {
            "subject": newest.subject,
            "body": newest.body,
            "salutation": salutation.chosen(view, draft),
            "recipient": newest.recipient,
            "based_on": str(newest.no),
        }
    if view.official and view.sender_date:
        return {
            "salutation": salutation.PLAIN,
            "subject": _("Answer: %(subject)s") % {"subject": view.row.subject},
            "body": _("With greetings and respect,\nin answer to your letter %(number)s:\n\n")
            % {"number": _digits(view.sender_number)},
        }
    return {
        "salutation": salutation.PLAIN,
        "subject": _("Answer: %(subject)s") % {"subject": view.row.subject},
        "body": _(
            "With greetings and respect,\nin answer to your letter with tracking code %(code)s:\n\n"
        )
        % {"code": _in_a_sentence(view.row.tracking_code)},
    }


def _in_a_sentence(code: str) -> str:
    """Return a tracking code in groups that stand in their order among Persian words too.

    Between Persian digits a dash turns the groups about (UAX #9, W4); a no-break space does not.
    """
    return _digits(grouped(code).replace("-", "\u00a0"))


def _digits(code: str) -> str:
    return text.persian_digits(code) if get_language() == "fa" else code


def _slot(letter: UUID, draft: UUID | None) -> str:
    return str(draft or letter)


@on_desk
@require_POST
def save(request: DeskRequest, letter: UUID, draft: UUID | None = None) -> HttpResponse:
    """Keep what is typed, and say when; nothing of the letter changes."""
    letters.arrival(request.actor, letter)  # whoever may not see the letter keeps nothing of it
    saved.keep(
        request.actor,
        FORM,
        _slot(letter, draft),
        {name: request.POST.get(name, "") for name in FIELDS},
    )
    return saved.told()


@on_desk
@require_POST
def discard(request: DeskRequest, letter: UUID, draft: UUID | None = None) -> HttpResponse:
    """Forget what was typed since the last version."""
    saved.forget(request.actor, FORM, _slot(letter, draft))
    return HttpResponseRedirect(url(request, "letter", letter))


@on_desk
@require_safe
def version(request: DeskRequest, letter: UUID, draft: UUID, no: int) -> HttpResponse:
    """Draw one version with what changed since the one before."""
    view = letters.open_arrival(request.actor, letter)
    found = _draft(view, draft)
    by_no = {each.no: each for each in found.versions}
    if no not in by_no:
        raise NotFound("letters.no-draft")
    this, before = by_no[no], by_no.get(no - 1)
    return render(
        request,
        "letter/version.html",
        {
            **page.context(request, view, None),
            "draft": found,
            "this": this,
            "before": before,
            "subject_pieces": changes.between(before.subject if before else "", this.subject),
            "pieces": changes.between(before.body if before else "", this.body),
        },
    )


def _draft(view: ArrivalView, draft: UUID) -> DraftView:
    for each in view.drafts:
        if each.id == draft:
            return each
    raise NotFound("letters.no-draft")


def _no(request: DeskRequest, name: str = "version") -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else None


@deed("initial")
def initial(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Initial the version that was read; send it on for signature if a signer was chosen."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    to = _chosen(request)
    letters.initial(request.actor, draft, version=_no(request))
    tell(request, letter, _("The draft is initialled."), onward)
    if to is not None:
        letters.refer(request.actor, letter, to=[Receiver(to, Purpose.SIGNATURE, principal=False)])
        messages.success(request, _("Sent for signature."))
    return go(request, letter, onward, mark=f"draft-{draft}")


def _chosen(request: DeskRequest) -> UUID | None:
    given = request.POST.get("to", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise Invalid("web.receiver", fields={"to": _("Choose who signs.")}) from None


@deed("send_back")
def send_back(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Send the draft back to its author with a note."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.send_back(request.actor, draft, note=request.POST.get("note", ""))
    tell(request, letter, _("The draft went back to its author."), onward)
    return go(request, letter, onward)


@deed("sign")
def sign(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Sign the version that was read."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.sign(request.actor, draft, version=_no(request), per_pro=_per_pro(request))
    tell(request, letter, _("Signed. The secretariat dispatches it."), onward)
    return go(request, letter, onward)


def _per_pro(request: DeskRequest) -> UUID | None:
    given = request.POST.get("per_pro", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("directory.no-post") from None


@deed("dispatch")
def dispatch(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Give the answer its number and send it to the counter."""
    to_agency = letters.arrival(request.actor, letter).official is not None
    issued = letters.dispatch(request.actor, draft, series=series.read(request))
    said = (
        _("Dispatched with number %(number)s.")
        if to_agency
        else _("Dispatched to the counter with number %(number)s.")
    )
    onward = _listed(request)
    paper = url(request, "paper", letter, draft)
    tell(request, letter, said % {"number": isolate(issued.text)}, onward, paper=paper)
    return go(request, letter, onward)


@deed("resend")
def resend(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Send an answer again that the counter refused."""
    letters.resend(request.actor, draft)
    onward = _listed(request)
    tell(request, letter, _("It is on its way again."), onward)
    return go(request, letter, onward)


def _listed(request: DeskRequest) -> str:
    """Return the list of signed answers if the press came from there; else nothing."""
    listed = bool(request.POST.get("to_list")) and here(request) == SECRETARIAT
    return url(request, "to-dispatch") if listed else ""
