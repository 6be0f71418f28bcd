"""What a program may ask without a seat at a letter: where one stands, who it is, who there is."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import Query

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeKind
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CodeSent, TrackView
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import anyone, common, counter

tracking = ops.Group(N_("Tracking"))
lists = ops.Group(N_("Directory"))

AgencyWords = Annotated[str, Query(max_length=160)]
FewRows = Annotated[int, Query(ge=1, le=50)]


@tracking.query("track", anyone.Pair, anyone.Tracked, N_("Say where a letter stands"), scope=None)
def track(_actor: None, given: anyone.Pair) -> TrackView:
    """Needs no token: the code and the applicant's number together are the right to know.

    After some wrong pairs for one code the next try waits (429 with Retry-After).
    """
    return letters.track(given.tracking_code, given.national_id)


@tracking.query(
    "track/proof",
    anyone.Proven,
    anyone.ProofFile,
    N_("Prove that a letter was accepted"),
    scope=None,
)
def prove(_actor: None, given: anyone.Proven) -> dict[str, str]:
    """The proof as a file's text, for `pishkhan-verify` and the verify page.

    503 while the log has not taken the letter in: a second after its acceptance at most.
    """
    return {"text": letters.proof_file(given.proof).decode()}


@tracking.query(
    "track/answer-proof",
    anyone.ProvenAnswer,
    anyone.ProofFile,
    N_("Prove that an answer was dispatched"),
    scope=None,
)
def prove_answer(_actor: None, given: anyone.ProvenAnswer) -> dict[str, str]:
    """The proof of the newest answer, or of one of several by its id, as a file's text.

    It shows what the QR on the answer's paper does, and not the text. 404 for an answer of before
    there were promises, and for one whose agency has a node of its own: that node has its proof.
    """
    return {"text": letters.answer_proof_file(given.proof, given.answer).decode()}


@tracking.query(
    "track/answer-code",
    anyone.Proven,
    anyone.CodeSent,
    N_("Send the applicant a one-time code"),
    scope=None,
)
def send_answer_code(_actor: None, given: anyone.Proven) -> CodeSent:
    """To the applicant's own mobile, for the text of the answer; the one before is over.

    One a minute and five a day for a letter (429 with Retry-After). 409 when there is no such
    mobile: the applicant goes to the counter.
    """
    return letters.ask_answer_code(given.proof)


@tracking.query(
    "track/answer",
    anyone.ProvenWithCode,
    common.Items[counter.Answer],
    N_("Read the answers to a letter by a one-time code"),
    scope=None,
)
def read_by_code(_actor: None, given: anyone.ProvenWithCode) -> dict[str, Any]:
    """The code is used up by it. After five wrong tries it is over (409): ask for another."""
    read = letters.read_answer(given.proof, given.one_time_code)
    return {"items": [counter.answer_told(each) for each in read.answers]}


@lists.ask("me", counter.Who, N_("Say whom the token stands for"), scope=ops.DIRECTORY)
def who_am_i(actor: Actor) -> dict[str, Any]:
    """The seat, its office, its rights, and the token's scopes."""
    office = actor.office
    assert office is not None  # a client sits at a counter or on a post
    return {
        "label": actor.label,
        "seat": "counter" if office.kind is OfficeKind.COUNTER else "post",
        "office_id": office.id,
        "office_name": office.name,
        "agency_name": office.agency_name,
        "post_id": actor.post_id,
        "post_title": actor.post_title,
        "rights": sorted(actor.rights),
        "scopes": sorted(actor.scopes),
    }


@lists.ask(
    "agencies",
    common.Items[counter.AgencyFound],
    N_("Find agencies by name, nickname or former name"),
    scope=ops.DIRECTORY,
)
def find_agencies(_actor: Actor, q: AgencyWords, limit: FewRows = 8) -> dict[str, Any]:
    """Those to which letters can go; `hint` is the other name that matched."""
    return {"items": directory.find_agencies(q, limit=limit)}


@lists.ask(
    "agencies/{uuid:agency_id}", counter.AgencyTold, N_("Show an agency"), scope=ops.DIRECTORY
)
def agency(_actor: Actor, agency_id: UUID) -> Any:
    """Its names, and the agency it stands under."""
    return directory.agency(agency_id)


@lists.query(
    "posts/search",
    counter.PostQuery,
    common.Items[counter.PostFound],
    N_("Find posts to refer to"),
    scope=ops.DIRECTORY,
)
def find_posts(actor: Actor, given: counter.PostQuery) -> dict[str, Any]:
    """Posts within this seat's reach, by title or holder."""
    return {"items": directory.posts_for_referral(actor, given.q, given.limit)}
