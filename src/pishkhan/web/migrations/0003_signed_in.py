"""Who signed in at which PC today: there a PIN may bring him back."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0002_uploads_by_file")]

    operations = [
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("device", models.CharField(max_length=48)),
                ("user_id", models.UUIDField()),
                ("day", models.DateField(db_index=True)),
                ("seal", models.CharField(max_length=128)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "user_id"), name="web_signed_in_once")
                ]
            },
        ),
    ]
