"""News of a letter lead its referrals to the head of the cartable, with a time of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import migrations, models


def begin(apps: Any, _editor: Any) -> None:
    """Lay each referral where it lay."""
    apps.get_model("letters", "Referral").objects.update(turn=models.F("id"))


class Migration(migrations.Migration):
    dependencies = (("letters", "0008_answer_recipient"),)

    operations = (
        migrations.AddField(
            "referral", "turn", models.UUIDField(default=UUID(int=0)), preserve_default=False
        ),
        migrations.AddField(
            "referral", "news", models.CharField(blank=True, default="", max_length=20)
        ),
        migrations.AddField("referral", "news_at", models.DateTimeField(null=True)),
        migrations.RunPython(begin, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex("referral", "letters_ref_cartable"),
        migrations.AddIndex(
            "referral",
            models.Index(fields=["to_post_id", "folder", "turn"], name="letters_ref_turn"),
        ),
    )
