"""Dehyaris (village administrations): what makes an agency one."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.models.agencies import Agency, Post
from pishkhan.directory.models.counters import Counter
from pishkhan.directory.models.places import Division


class Dehyari(models.Model):
    """Makes an agency a dehyari: the post of its dehyar, and the counter it hosts, if any.

    Beside the agency, not in it: lists and paths of other agencies never read it.
    """

    agency = models.OneToOneField(
        Agency, primary_key=True, on_delete=models.PROTECT, related_name="dehyari"
    )
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="+")
    counter = models.OneToOneField(
        Counter, null=True, on_delete=models.PROTECT, related_name="host"
    )

    class Meta:
        verbose_name_plural = "dehyaris"

    def __str__(self) -> str:
        return str(self.pk)


class DehyariVillage(models.Model):
    """A village that a dehyari serves; a village has one dehyari at most."""

    village = models.OneToOneField(
        Division, primary_key=True, on_delete=models.PROTECT, related_name="served"
    )
    dehyari = models.ForeignKey(Dehyari, on_delete=models.PROTECT, related_name="villages")

    def __str__(self) -> str:
        return str(self.pk)
