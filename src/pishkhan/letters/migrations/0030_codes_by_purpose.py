"""A one-time code is good for one purpose: the text of an answer, or telling of a problem."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("letters", "0029_pen_notes"),)

    operations = (
        migrations.AddField(
            model_name="answercode",
            name="purpose",
            field=models.CharField(default="answer", max_length=16),
        ),
        migrations.AlterField(model_name="answercode", name="letter_id", field=models.UUIDField()),
        migrations.AddConstraint(
            model_name="answercode",
            constraint=models.UniqueConstraint(
                fields=("letter_id", "purpose"), name="letters_code_once"
            ),
        ),
    )
