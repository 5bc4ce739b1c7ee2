"""How other systems are named."""

from typing import Any

from rest_framework import serializers

from preo.core.fields import TextField
from preo.customers.models import OWN_SERVICE
from preo.orders.outside.take import SERVICE_LIMIT


class SystemField(TextField):
    """What another system is called: with it its ids are unique."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=SERVICE_LIMIT, **options)

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        if name.lower().startswith(OWN_SERVICE):
            detail = f"Names that begin with {OWN_SERVICE} are kept for Preo itself."
            raise serializers.ValidationError(detail, code="reserved")
        return name
