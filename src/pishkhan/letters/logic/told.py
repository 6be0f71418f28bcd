"""What a counter's row becomes when the agency tells of a letter's progress. Pure."""

from __future__ import annotations

from pishkhan.letters.contracts import StepKind, SubmissionState

TOO_LATE = "too-late"
"""The status' note when the letter was answered or closed before the wish to withdraw came."""

REFUSED = "refused"
"""The name under which the counter's step says why a withdrawal was refused."""

PINNED = frozenset({SubmissionState.READY, SubmissionState.HANDED_OVER, SubmissionState.WITHDRAWN})
"""States that the counter knows better: the answer lies here, was handed over, or never comes."""


def next_told(state: SubmissionState, told: SubmissionState, step: StepKind) -> SubmissionState:
    """Return the state after the agency told `told` as the outcome of `step`.

    An answer that lies at the counter stays ready, whatever the agency does with its own file.
    After the hand-over only a reopening, or another answer, opens the letter again.
    """
    if state not in PINNED:
        return told
    if state is SubmissionState.HANDED_OVER and step in (StepKind.REOPENED, StepKind.READY):
        return told
    return state
