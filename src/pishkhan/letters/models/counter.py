"""What a counter keeps: people it knows, submissions, answers that came back."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """A person known at one counter; another counter does not see this row."""

    id = models.UUIDField(primary_key=True)
    office_id = models.UUIDField()
    id_kind = models.CharField(max_length=10)
    number = models.CharField(max_length=16)
    name = models.CharField(max_length=160)
    mobile = models.CharField(max_length=16, blank=True, default="")
    mobile_of = models.CharField(max_length=60, blank=True, default="")  # "" is his own
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("office_id", "id_kind", "number"), name="letters_person_once"
            ),
        )


class Submission(models.Model):
    """A letter as the counter that accepted it holds it. The key is the letter's id everywhere."""

    id = models.UUIDField(primary_key=True)
    counter_id = models.UUIDField()
    counter_name = models.CharField(max_length=160)
    clerk = models.CharField(max_length=96)  # the actor's reference
    nonce = models.UUIDField()
    tracking_code = models.CharField(max_length=13, unique=True)
    person_id = models.UUIDField()
    applicant_id_kind = models.CharField(max_length=10)
    applicant_number = models.CharField(max_length=16)
    applicant_name = models.CharField(max_length=160)
    applicant_mobile = models.CharField(max_length=16, blank=True, default="")
    # How many signed besides; it stands in `circumstances` too, and here for the lists.
    others = models.PositiveIntegerField(default=0)
    circumstances = models.JSONField(default=dict)  # see logic/circumstances.py
    agency_id = models.UUIDField()
    agency_name = models.CharField(max_length=200)
    secretariat_id = models.UUIDField()
    # Since it was transferred: by which hop, the agency it is with, and the secretariat before.
    hop = models.PositiveIntegerField(default=0)
    now_with = models.CharField(max_length=200, blank=True, default="")
    former_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True, default="")
    # Subject, body and name, normalised, for search.
    norm = models.TextField(blank=True, default="")
    urgency = models.CharField(max_length=1)
    classification = models.CharField(max_length=1, default="1")
    medium = models.CharField(max_length=10)
    print_intent = models.CharField(max_length=10)
    sheets = models.PositiveIntegerField()
    state_fee = models.BigIntegerField()
    commission = models.BigIntegerField()
    currency_epoch = models.CharField(max_length=12)
    pay_way = models.CharField(max_length=8)
    rrn = models.CharField(max_length=24, blank=True, default="")
    accepted_at = models.DateTimeField()
    taken_on = models.DateField()
    backdate_reason = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=12)
    last_step_at = models.DateTimeField()
    # The agency's own time of the newest status applied: an older one moves nothing any more.
    status_at = models.DateTimeField(null=True)
    # The newest message of this letter to the agency; the next one names it as predecessor.
    outgoing_id = models.UUIDField()
    number_text = models.CharField(max_length=40, blank=True, default="")
    missing = models.CharField(max_length=500, blank=True, default="")
    missing_until = models.DateField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    withdrawal_asked_at = models.DateTimeField(null=True)
    answer_id = models.UUIDField(null=True)  # the newest of its answers that lie or lay here
    handed_over_at = models.DateTimeField(null=True)
    receipt_printed_at = models.DateTimeField(null=True)  # the first time

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("counter_id", "nonce"), name="letters_accepted_once"),
        )
        indexes = (
            models.Index(fields=("counter_id", "id"), name="letters_sub_counter"),
            models.Index(fields=("counter_id", "state", "id"), name="letters_sub_state"),
            # The number first: auditors ask of all counters at once.
            models.Index(fields=("number_text", "counter_id"), name="letters_sub_number"),
            models.Index(
                fields=("counter_id", "applicant_number", "id"), name="letters_sub_person"
            ),
        )


class Answer(models.Model):
    """An answer that came back to the counter, with what proves who signed it.

    A letter may get several; each is an item with its own custody and its own hand-over.
    """

    id = models.UUIDField(primary_key=True)
    counter_id = models.UUIDField()
    letter_id = models.UUIDField(db_index=True)
    agency_name = models.CharField(max_length=200)
    number_text = models.CharField(max_length=40)
    recipient = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    signer_name = models.CharField(max_length=160)
    signer_title = models.CharField(max_length=160)
    # Set when the signer signed for another post: his capacity, and that post's title.
    signed_as = models.CharField(max_length=8, blank=True, default="")
    signed_for = models.CharField(max_length=160, blank=True, default="")
    signed_at = models.DateTimeField()
    dispatched_at = models.DateTimeField()
    received_at = models.DateTimeField()
    covers = models.JSONField(default=dict)  # what was signed beside the words: logic/covers.py
    text_digest = models.CharField(max_length=64)
    signature = models.BinaryField()
    key_id = models.CharField(max_length=32)
    promise = models.CharField(max_length=800, blank=True, default="")  # the log's, as digits
    handed_over_at = models.DateTimeField(null=True)
    handed_to = models.CharField(max_length=10, blank=True, default="")
    handed_to_kind = models.CharField(max_length=10, blank=True, default="")
    handed_to_name = models.CharField(max_length=160, blank=True, default="")
    handed_to_number = models.CharField(max_length=16, blank=True, default="")
    handed_paper = models.CharField(max_length=10, blank=True, default="")
    handed_reason = models.CharField(max_length=300, blank=True, default="")
    handed_by = models.CharField(max_length=96, blank=True, default="")  # the actor's reference

    class Meta:
        indexes = (
            models.Index(fields=("counter_id", "number_text"), name="letters_ans_number"),
            models.Index(fields=("counter_id", "handed_over_at"), name="letters_ans_handed"),
        )


class DayClose(models.Model):
    """That a clerk closed his day, with the figures that stood before him."""

    id = models.UUIDField(primary_key=True)
    counter_id = models.UUIDField()
    clerk = models.CharField(max_length=96)  # the actor's reference
    clerk_name = models.CharField(max_length=160)
    day = models.DateField()
    no = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    accepted = models.PositiveIntegerField()
    handed_over = models.PositiveIntegerField()
    cash = models.BigIntegerField()  # state fee and commission
    currency_epoch = models.CharField(max_length=12)
    unsent = models.PositiveIntegerField()
    unprinted = models.PositiveIntegerField()
    parked = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("counter_id", "day", "clerk", "no"), name="letters_day_closed_once"
            ),
        )


class LookupThrottle(models.Model):
    """Look-ups of people by one clerk in one hour; a burst raises an alarm. Operational state."""

    id = models.BigAutoField(primary_key=True)
    who = models.CharField(max_length=96)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("who", "hour"), name="letters_lookups_once"),
        )


class TrackThrottle(models.Model):
    """Failed tries to track one code; slows down guessing without locking out a shared line."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    fails = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)  # of the newest failed try


class AnswerCode(models.Model):
    """A letter's newest one-time code for one purpose, as a digest, and how many went out since.

    Operational.
    """

    id = models.BigAutoField(primary_key=True)
    letter_id = models.UUIDField()
    purpose = models.CharField(max_length=16, default="answer")
    digest = models.CharField(max_length=64, blank=True, default="")  # "" once it is over
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(db_index=True)  # of the first code of the day that is counted
    sends = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter_id", "purpose"), name="letters_code_once"),
        )
