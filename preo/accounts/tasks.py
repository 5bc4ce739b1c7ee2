import uuid

from django.utils import timezone

from preo.accounts.service import pins
from preo.core import jobs


@jobs.task("accounts.send_pin")
def send_pin(*, staff_id: str | None) -> None:
    """Nobody is asked for too: the requests for known and unknown accounts do not differ."""
    pins.send_pin(staff_id=uuid.UUID(staff_id) if staff_id else None, now=timezone.now())
