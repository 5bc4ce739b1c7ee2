from django.db import models


class Answer(models.Model):
    """The answer to a POST that carried an Idempotency-Key, kept to be given again."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of method, path and body."""
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="answer_once_for_a_key")
        ]
        indexes = [models.Index(fields=["created"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
