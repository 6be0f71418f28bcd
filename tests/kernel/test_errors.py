import pytest

from pishkhan.kernel import errors
from pishkhan.kernel.errors import Message

KINDS = [
    (errors.Invalid, 422, True),
    (errors.Refused, 409, True),
    (errors.Forbidden, 403, True),
    (errors.NotFound, 404, True),
    (errors.TooLarge, 413, True),
    (errors.TooMany, 429, False),
    (errors.Unsupported, 415, True),
    (errors.Unavailable, 503, False),
]


@pytest.mark.parametrize(("kind", "status", "permanent"), KINDS)
def test_each_kind_has_its_status_permanence_and_a_sentence_of_its_own(kind, status, permanent):
    error = kind("area.reason")
    assert (error.status, error.permanent) == (status, permanent)
    assert error.message.msgid
    assert isinstance(error, errors.PishkhanError)


def test_text_of_an_error_is_its_code_only_so_that_no_log_shows_a_person():
    error = errors.Invalid(
        "people.name",
        Message("%(name)s is not a name", {"name": "فرد نمونه"}),
        fields={"name": "x"},
    )
    for shown in (str(error), repr(error), f"{error}", repr(error.args)):
        assert "نمونه" not in shown
        assert "people.name" in shown


def test_to_dict_translates_the_sentence_and_the_fields():
    words = {"at most %(max)s": "حداکثر %(max)s", "too long": "بلند است"}
    error = errors.Invalid(
        "letters.subject",
        Message("at most %(max)s", {"max": 5}),
        fields={"subject": "too long"},
    )
    assert error.to_dict(words.__getitem__) == {
        "code": "letters.subject",
        "title": "حداکثر 5",
        "status": 422,
        "fields": {"subject": "بلند است"},
    }


def test_to_dict_of_too_many_says_when_to_come_back():
    assert errors.TooMany("track.slow", retry_after=7).to_dict(str)["retry_after"] == 7


def test_permanence_can_be_said_for_one_error():
    assert errors.Refused("blobs.busy", permanent=False).permanent is False


def test_message_renders_messages_inside_it_in_the_same_language():
    words = {"%(what)s is missing": "%(what)s کم است", "the stamp": "مهر"}
    message = Message("%(what)s is missing", {"what": Message("the stamp")})
    assert message.render(words.__getitem__) == "مهر کم است"


def test_message_without_parameters_may_hold_a_per_cent_sign():
    assert Message("100 % paid").render(str) == "100 % paid"
