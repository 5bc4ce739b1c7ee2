"""Every column is classified, and nothing that leads to a customer is without a part that erases it."""

import inspect

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app as jobs

from preo.customers.models import Customer
from preo.customers.person import PersonPart
from preo.people.personal_data import OF_CUSTOMERS, TABLES, Kind

MODELS = apps.get_models(include_auto_created=True)
BY_NAME = {"generation", "timestamp", "now", "changed_at", "names"}
"""Arguments of jobs that are no ids: numbers, moments, and names of our own for stored files."""


def columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_concrete_fields}


def points_at(model: type[models.Model]) -> set[type[models.Model]]:
    return {
        field.related_model
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
    }


def leads_to_a_customer() -> set[str]:
    """Models that point at a customer, or at such a one: `order -> customer`."""
    found: set[type[models.Model]] = {Customer}
    while new := {model for model in MODELS if points_at(model) & found} - found:
        found |= new
    return {model._meta.label for model in found}


def test_the_table_names_every_model_and_no_other() -> None:
    assert set(TABLES) == {model._meta.label for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_is_classified_once(model: type[models.Model]) -> None:
    table = TABLES[model._meta.label]
    named = [name for names in table.columns.values() for name in names.split()]
    assert sorted(named) == sorted(columns(model))


def test_whatever_leads_to_a_customer_is_one_of_the_customers_tables() -> None:
    assert leads_to_a_customer() <= set(OF_CUSTOMERS)


@pytest.mark.parametrize("label", OF_CUSTOMERS)
def test_a_part_of_the_settings_erases_what_is_personal(label: str) -> None:
    table = OF_CUSTOMERS[label]
    assert table.part in settings.PERSON_PARTS
    if Kind.PERSONAL in table.columns:
        assert table.how


def test_nothing_is_personal_outside_of_the_customers_tables() -> None:
    others = set(TABLES) - set(OF_CUSTOMERS)
    assert [label for label in others if Kind.PERSONAL in TABLES[label].columns] == []


def test_every_part_that_is_named_is_one() -> None:
    for path in settings.PERSON_PARTS:
        assert isinstance(import_string(f"{path}.PART"), PersonPart), path


def test_jobs_are_told_ids_alone() -> None:
    for task in jobs.tasks.values():
        for name in inspect.signature(task.func).parameters:
            is_ours = task.func.__module__.startswith("preo.")
            assert not is_ours or name.endswith("_id") or name in BY_NAME, (task.name, name)
