"""Runs the checks and prints what they found."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string

from preo.core.doctor import Finding
from preo.runtime.database import database_in_use
from preo.runtime.doctor.machine import check_machine
from preo.runtime.errors import LauncherError

GROUPS = ("preo.runtime.doctor.server.check_server", "preo.runtime.doctor.work.check_work")


def run_checks(*, start_django: Callable[[], None]) -> list[Finding]:
    """The findings of all checks; those on the database only where there is one to ask."""
    findings = list(check_machine())
    try:
        with database_in_use():
            start_django()
            findings += check_database()
    except LauncherError as error:
        remedy = "Do what it says, then run `preo doctor` again."
        findings.append(Finding("database", ok=False, detail=str(error), remedy=remedy))
    return findings


def check_database() -> list[Finding]:
    """The checks that ask the database: ours, then those of `settings.DOCTOR_CHECKS`."""
    findings: list[Finding] = []
    for path in (*GROUPS, *settings.DOCTOR_CHECKS):
        findings += _call(path)
    return findings


def print_report(findings: list[Finding], *, as_json: bool, echo: Callable[[str], None]) -> bool:
    """Print the findings; True when all is well."""
    if as_json:
        echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for line in _lines(findings):
            echo(line)
    return all(finding.ok for finding in findings)


def _call(path: str) -> list[Finding]:
    """A group's findings; what comes before a failing query is kept, and the failure is one more."""
    found: list[Finding] = []
    try:
        checks: Iterable[Finding] = import_string(path)()
        found.extend(checks)
    except (DatabaseError, ImportError) as error:
        remedy = "If migrations are missing run `preo migrate`; else look at the server's log."
        found.append(Finding(path, ok=False, detail=str(error).strip(), remedy=remedy))
    return found


def _lines(findings: list[Finding]) -> Iterable[str]:
    for finding in findings:
        yield f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}"
        if not finding.ok and finding.remedy:
            yield f"      -> {finding.remedy}"
    wrong = sum(not finding.ok for finding in findings)
    yield "All is well." if not wrong else f"{wrong} of {len(findings)} checks failed."
