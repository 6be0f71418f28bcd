"""The picture at the head of an agency's letters."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_stand_ins")]

    operations = [
        migrations.CreateModel(
            name="AgencyLogo",
            fields=[
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="directory.agency",
                    ),
                ),
                ("picture", models.BinaryField()),
            ],
        ),
    ]
