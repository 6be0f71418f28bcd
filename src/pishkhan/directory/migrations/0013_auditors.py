"""A person may be an auditor: a seat of its own, as the administration's."""

from __future__ import annotations

from django.db import migrations, models

_POST = models.Q(kind="post", post__isnull=False, counter__isnull=True)
_COUNTER = models.Q(kind="counter", post__isnull=True, counter__isnull=False)


class Migration(migrations.Migration):
    dependencies = (("directory", "0012_identities"),)

    operations = (
        migrations.AlterField(
            model_name="holding",
            name="kind",
            field=models.CharField(
                choices=[
                    ("post", "post"),
                    ("counter", "counter"),
                    ("admin", "admin"),
                    ("audit", "audit"),
                ],
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint(model_name="holding", name="holding_names_one_seat"),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                name="holding_names_one_seat",
                condition=_POST
                | _COUNTER
                | models.Q(kind__in=("admin", "audit"), post__isnull=True, counter__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(
                fields=("user",),
                condition=models.Q(until_at__isnull=True, kind="audit"),
                name="audit_one_open_holding_each",
            ),
        ),
    )
