"""What an agency's secretariat keeps: arrivals, numbers, referrals, drafts."""

from __future__ import annotations

from django.db import models


class Arrival(models.Model):
    """A letter as the agency holds it; made from the envelope, never from the counter's row.

    `holder`, `holder_post_id` and `deadline` follow from the open referrals (logic/referrals.py)
    and stand here so that a list reads one row.
    """

    id = models.UUIDField(primary_key=True)
    secretariat_id = models.UUIDField()
    agency_id = models.UUIDField()
    letter_id = models.UUIDField()
    from_office_id = models.UUIDField()
    from_name = models.CharField(max_length=160)
    tracking_code = models.CharField(max_length=13, db_index=True)
    applicant_id_kind = models.CharField(max_length=10)
    applicant_number = models.CharField(max_length=16)
    applicant_name = models.CharField(max_length=160)
    applicant_mobile = models.CharField(max_length=16, blank=True, default="")
    # How many signed besides; it stands in `circumstances` too, and here for the lists.
    others = models.PositiveIntegerField(default=0)
    circumstances = models.JSONField(default=dict)  # see logic/circumstances.py
    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True, default="")
    norm = models.TextField(blank=True, default="")
    urgency = models.CharField(max_length=1)
    classification = models.CharField(max_length=1, default="1")
    medium = models.CharField(max_length=10)
    print_intent = models.CharField(max_length=10)
    sheets = models.PositiveIntegerField()
    accepted_at = models.DateTimeField()
    # Set when the counter took it on paper on an earlier day, with why it was entered late.
    taken_on = models.DateField(null=True)
    late_reason = models.CharField(max_length=300, blank=True, default="")
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=12)
    number = models.PositiveIntegerField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    number_text = models.CharField(max_length=40, blank=True, default="")
    registered_at = models.DateTimeField(null=True)
    sender_number = models.CharField(max_length=40, blank=True, default="")
    sender_date = models.DateField(null=True)
    # Moves between agencies: the hop by which custody came here (0 straight from the counter),
    # the secretariat that sent it on, the agencies it was with before, and where it went from here.
    hop = models.PositiveIntegerField(default=0)
    via_office_id = models.UUIDField(null=True)
    trail = models.JSONField(default=list)
    gone_to_id = models.UUIDField(null=True)
    # Of a letter between agencies: whether it came in or goes out, and what its paper says
    # (logic/official.py). Empty for a citizen's letter.
    way = models.CharField(max_length=8, default="incoming")
    official = models.JSONField(default=dict)
    terms = models.JSONField(default=dict)  # of the norm's tables: see logic/terms.py
    holder_post_id = models.UUIDField(null=True)
    holder = models.CharField(max_length=160, blank=True, default="")
    deadline = models.DateField(null=True)
    missing = models.CharField(max_length=500, blank=True, default="")
    missing_until = models.DateField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    withdrawal_asked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("secretariat_id", "letter_id"), name="letters_arrived_once"
            ),
        )
        indexes = (
            models.Index(fields=("secretariat_id", "id"), name="letters_arr_all"),
            models.Index(fields=("secretariat_id", "state", "id"), name="letters_arr_state"),
            models.Index(
                fields=("secretariat_id", "applicant_number", "id"), name="letters_arr_person"
            ),
            # Auditors ask of all secretariats at once.
            models.Index(fields=("letter_id",), name="letters_arr_letter"),
            models.Index(fields=("number_text",), name="letters_arr_number"),
        )


class Indicator(models.Model):
    """The running number of an indicator in a Jalali year; its row lock keeps it gap-free."""

    id = models.BigAutoField(primary_key=True)
    series_id = models.UUIDField()  # a secretariat's first one has the secretariat's own id
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series_id", "year"), name="letters_indicator_once"),
        )


class LetterNumber(models.Model):
    """Every number that was ever issued, with its fate: issued, or voided with a reason."""

    id = models.BigAutoField(primary_key=True)
    secretariat_id = models.UUIDField()
    series_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=40, blank=True, default="")  # "" from before templates
    state = models.CharField(max_length=8)
    item_id = models.UUIDField()  # the arrival, or the draft that went out under it
    outgoing = models.BooleanField(default=False)
    internal = models.BooleanField(default=False)  # of what is written here and stays here
    at = models.DateTimeField()
    void_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("series_id", "year", "number"), name="letters_number_once"
            ),
        )
        # A book is read by days.
        indexes = (models.Index(fields=("secretariat_id", "at"), name="letters_number_day"),)


class Addressee(models.Model):
    """An agency that a letter goes to, or gets as a copy (رونوشت); the key is the item it gets."""

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="addressees")
    seq = models.PositiveSmallIntegerField()
    agency_id = models.UUIDField()
    agency_name = models.CharField(max_length=200)
    office_id = models.UUIDField()
    draft_id = models.UUIDField(null=True)  # what was sent to it
    # Of an internal letter: the post (its title stands as the name), and whether it gets a copy.
    post_id = models.UUIDField(null=True)
    copy = models.BooleanField(default=False)
    phrase = models.CharField(max_length=120, blank=True, default="")  # why it gets a copy
    state = models.CharField(max_length=12)
    number_text = models.CharField(max_length=40, blank=True, default="")
    told_at = models.DateTimeField(null=True)
    # Of a circular: when it was taken note of there, and by whom.
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=330, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("arrival", "seq"), name="letters_addressee_once"),
        )


class Link(models.Model):
    """عطف / پیرو: a pointer to another letter by number, year and sender."""

    id = models.BigAutoField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="links")
    relation = models.CharField(max_length=8)
    number = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    sender = models.CharField(max_length=200)
    at = models.DateTimeField()


class Referral(models.Model):
    """An edge of the referral tree: from post to post, with purpose, instruction, deadline."""

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="referrals")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    from_post_id = models.UUIDField(null=True)
    from_title = models.CharField(max_length=160)
    to_post_id = models.UUIDField()
    to_title = models.CharField(max_length=160)
    purpose = models.CharField(max_length=12)
    principal = models.BooleanField(default=True)
    instruction = models.TextField(blank=True, default="")
    deadline = models.DateField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12)
    outcome = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    # What its sender asked since it was seen, and what the receiver said to that.
    recall_asked_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=300, blank=True, default="")
    recall_declined_at = models.DateTimeField(null=True)
    recall_answer = models.CharField(max_length=300, blank=True, default="")
    reminded_at = models.DateTimeField(null=True)
    reminder = models.CharField(max_length=300, blank=True, default="")
    reminders = models.PositiveSmallIntegerField(default=0)
    # Where it lies in the receiver's cartable (rules.folder_of); it follows from purpose and
    # state, and stands here so that one index serves each folder's page.
    folder = models.CharField(max_length=8)
    # Its place in the receiver's cartable, newest first: the referral's own id, or a later one
    # since news of the letter came (logic/referrals.py).
    turn = models.UUIDField()
    news = models.CharField(max_length=20, blank=True, default="")  # the kind of the news' step
    news_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("to_post_id", "folder", "turn"), name="letters_ref_turn"),
            models.Index(fields=("from_post_id", "id"), name="letters_ref_sent"),
        )


class PreparedOrder(models.Model):
    """An order that an office chief prepared on a referral, for its receiver to confirm."""

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="prepared")
    by_title = models.CharField(max_length=160)
    at = models.DateTimeField()
    to = models.JSONField()  # post, title, purpose, principal of each receiver
    instruction = models.TextField(blank=True, default="")
    deadline = models.DateField(null=True)
    state = models.CharField(max_length=10)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("referral",),
                condition=models.Q(state="waiting"),
                name="letters_one_prepared",
            ),
        )


class Reading(models.Model):
    """That a post opened a letter on a day: one row, one entry, however often it is refreshed."""

    id = models.BigAutoField(primary_key=True)
    letter_id = models.UUIDField()  # the arrival's or the submission's key
    reader = models.CharField(max_length=96)
    day = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter_id", "reader", "day"), name="letters_read_once"
            ),
        )


class Draft(models.Model):
    """An answer being written: versions, initials, one signature, one number when it goes out."""

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="drafts")
    state = models.CharField(max_length=10)
    by_post_id = models.UUIDField()
    by_title = models.CharField(max_length=160)
    version = models.PositiveSmallIntegerField(default=1)  # the newest one's number
    send_back_note = models.CharField(max_length=500, blank=True, default="")
    signed_by_post_id = models.UUIDField(null=True)
    signer_name = models.CharField(max_length=160, blank=True, default="")
    signer_title = models.CharField(max_length=160, blank=True, default="")
    # Set when the signer signed for another post: his capacity, and that post.
    signed_as = models.CharField(max_length=8, blank=True, default="")
    signed_for = models.CharField(max_length=160, blank=True, default="")
    signed_for_post_id = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    covers = models.JSONField(default=dict)  # what was signed beside the words: logic/covers.py
    text_digest = models.CharField(max_length=64, blank=True, default="")
    signature = models.BinaryField(default=b"")
    key_id = models.CharField(max_length=32, blank=True, default="")
    number_text = models.CharField(max_length=40, blank=True, default="")
    dispatched_at = models.DateTimeField(null=True)
    promise = models.CharField(max_length=800, blank=True, default="")  # the log's, as digits

    class Meta:
        indexes = (models.Index(fields=("state", "id"), name="letters_draft_state"),)


class DraftVersion(models.Model):
    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="texts")
    no = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    by_post_id = models.UUIDField()
    by_title = models.CharField(max_length=160)
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draft", "no"), name="letters_version_once"),
        )


class Initial(models.Model):
    """پاراف on one version of a draft; a new version needs it anew."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="initials")
    version = models.PositiveSmallIntegerField()
    by_post_id = models.UUIDField()
    by_title = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("draft", "version", "by_post_id"), name="letters_initial_once"
            ),
        )
