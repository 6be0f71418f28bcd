"""What an agency's log promised of an answer; none of those that went out before."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0034_page_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="promise",
            field=models.CharField(blank=True, default="", max_length=800),
        )
        for name in ("answer", "draft")
    ]
