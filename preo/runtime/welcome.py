"""Tells how to get into the demo: address, sign-in, API key and three requests to paste."""

import json
import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from preo.accounts.models import StaffUser
from preo.runtime.demo.access import KEY_NAME, KEY_SCOPES, DemoAccess, give_new_password
from preo.runtime.home import make_home
from preo.runtime.keys import key_works, make_key

Known = dict[str, dict[str, str]]

FILE_NAME = "demo-access.json"
PICK_ACCESS = r's/.*"access": *"\([^"]*\)".*/\1/p'


def keep_access(access: DemoAccess, *, now: datetime) -> DemoAccess:
    """The access with a password and an API key that work in the present database.

    Both are stored hashed, so what was made first is kept in a file that only its owner can read;
    where that is missing, or speaks of another database, new ones are made.
    """
    path = make_home() / FILE_NAME
    known = _read(path)
    password = access.password or _known_password(known, access.email)
    if not password or not _may_sign_in(access.email, password):
        password = give_new_password(now=now)
    text = access.api_key or known.get(access.organization_id, {}).get("api_key", "")
    if not text or not key_works(text):
        text = make_key(
            organization=access.organization_id, name=KEY_NAME, role="staff", scopes=KEY_SCOPES
        )
    known[access.organization_id] = {"email": access.email, "password": password, "api_key": text}
    _write(path, known)
    return replace(access, password=password, api_key=text)


def show_access(
    access: DemoAccess, *, url: str, running: bool, echo: Callable[[str], None]
) -> None:
    """Print it all; each request works when pasted alone while Preo runs."""
    body = json.dumps({"email": access.email, "password": access.password})
    orders = f"{url}/v1/orders?edition_id={access.edition_id}&page_size=2"
    bearer = f'-H "Authorization: Bearer {access.api_key}"'
    token = (
        f"TOKEN=$(curl -s {url}/v1/auth/token -H 'Content-Type: application/json' "
        f"-d {shlex.quote(body)} | sed -n {shlex.quote(PICK_ACCESS)})"
    )
    for line in (
        "",
        f"Preo runs at    {url}" if running else f"`preo up` runs Preo at {url}",
        f"Sign in as      {access.email}   password  {access.password}",
        f"API reference   {url}/docs",
        f"API key         {access.api_key}",
        "",
        "Three requests to try:",
        f'{token}; curl -s -H "Authorization: Bearer $TOKEN" "{orders}"',
        f'curl -s {bearer} "{orders}&search=an"',
        f'curl -s {bearer} "{url}/v1/editions"',
        "",
        *(["Ctrl-C stops everything."] if running else []),
    ):
        echo(line)


def _known_password(known: Known, email: str) -> str:
    """The password last shown for this person, whichever organization it was shown with."""
    found = [entry.get("password", "") for entry in known.values() if entry.get("email") == email]
    return found[-1] if found else ""


def _may_sign_in(email: str, password: str) -> bool:
    staff = StaffUser.objects.filter(email=email).first()
    return staff is not None and staff.is_active and staff.check_password(password)


def _read(path: Path) -> Known:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, known: Known) -> None:
    beside = path.with_name(f".{path.name}")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        json.dump(known, stream, indent=2)
    beside.replace(path)
