from datetime import UTC, datetime

from preo.consents import day_hashes
from preo.core import jobs


@jobs.periodic("consents.close_days", cron="30 4 * * *")
def close_days(timestamp: int) -> None:
    """Keep the hash of each day's answers, each night at 04:30 UTC."""
    day_hashes.close_days(now=datetime.fromtimestamp(timestamp, tz=UTC))
