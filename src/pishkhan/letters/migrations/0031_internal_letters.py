"""Internal letters: to posts of one's own agency, numbered in an indicator of their own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("letters", "0030_codes_by_purpose"),)

    operations = (
        migrations.AddField(
            model_name="addressee", name="post_id", field=models.UUIDField(null=True)
        ),
        migrations.AddField(
            model_name="addressee", name="copy", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="letternumber", name="internal", field=models.BooleanField(default=False)
        ),
    )
