from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0027_posts_handed_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="addressee",
            name="acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="addressee",
            name="acknowledged_by",
            field=models.CharField(blank=True, default="", max_length=330),
        ),
        migrations.CreateModel(
            name="Circular",
            fields=[
                (
                    "arrival",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        primary_key=True,
                        related_name="circular",
                        serialize=False,
                        to="letters.arrival",
                    ),
                ),
                ("secretariat_id", models.UUIDField()),
                ("way", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_by", models.CharField(blank=True, default="", max_length=330)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["secretariat_id", "way", "acknowledged_at"],
                        name="letters_circular_desk",
                    )
                ],
            },
        ),
    ]
