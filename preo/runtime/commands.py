"""The commands of `preo`, thin: each brings up what it needs and calls one function."""

import os
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import django
import typer
from django.utils import timezone

from preo.core.errors import DomainError
from preo.runtime.database import close_connections, database_in_use, migrate
from preo.runtime.doctor.report import print_report, run_checks
from preo.runtime.errors import LauncherError
from preo.runtime.home import home, make_home
from preo.runtime.installation import Claim, running_installation
from preo.runtime.postgres.address import embedded_database_url
from preo.runtime.postgres.binaries import find_binaries
from preo.runtime.serve import choose_address, serve
from preo.runtime.worker import run_worker

if TYPE_CHECKING:
    from preo.runtime.demo.access import DemoAccess

DEMO_ORDERS = 45_000

app = typer.Typer(
    help="Runs Preo on this machine. Without DATABASE_URL it brings its own PostgreSQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
key = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(key, name="key")
staff = typer.Typer(help="People who work for an organization.", no_args_is_help=True)
app.add_typer(staff, name="staff")

Host = Annotated[str, typer.Option(envvar="PREO_HOST", help="Address to listen at.")]
Port = Annotated[int, typer.Option(envvar="PREO_PORT", min=1, max=65535, help="Port to listen at.")]


def main() -> None:
    """Run the command line; what the machine lacks is said in one sentence, without a trace."""
    try:
        app(prog_name="preo")
    except (LauncherError, DomainError) as error:
        typer.echo(f"preo: {error}", err=True)
        sys.exit(1)


@app.command()
def up(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the database, apply migrations, run web server and worker until Ctrl-C."""
    with closing(Claim(make_home())) as claim:
        address = choose_address(host, port, next_free=False)
        with database_in_use() as lease:
            _start_django()
            migrate()

            def on_ready() -> None:
                typer.echo(f"Preo runs at {address.url}  (API reference: {address.url}/docs)")

            serve(claim=claim, lease=lease, address=address, on_ready=on_ready)
    typer.echo("Preo has stopped.")


@app.command()
def worker() -> None:
    """Run jobs and the activity dispatcher alone, beside a web server that runs elsewhere."""
    with database_in_use():
        _start_django()
        run_worker()


@app.command(name="migrate")
def apply_migrations() -> None:
    """Bring the database's tables up to date."""
    with database_in_use():
        _start_django()
        migrate()
    typer.echo("The database is up to date.")


@app.command()
def demo(
    orders: Annotated[int, typer.Option(min=1, help="How many orders to invent.")] = DEMO_ORDERS,
    file: Annotated[
        Path | None,
        typer.Option("--from", exists=True, dir_okay=False, help="A shop's export (CSV) to load."),
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Fill and end.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Fill an invented festival, or a file's orders, and run Preo on it until Ctrl-C."""
    running = running_installation(make_home())
    if running is not None:
        if not running.url:
            raise LauncherError("Preo is just starting here; try again in a moment.")
        with database_in_use():
            _start_django()
            _show(_fill(orders, file), running.url)
            typer.echo(f"(It was running already, as process {running.pid}.)")
        return
    with closing(Claim(home())) as claim, database_in_use() as lease:
        _start_django()
        migrate()
        access = _fill(orders, file)
        close_connections()
        address = choose_address(host, port, next_free=True)
        if no_serve:
            _show(access, address.url, running=False)
            return
        serve(
            claim=claim, lease=lease, address=address, on_ready=lambda: _show(access, address.url)
        )
    typer.echo("Preo has stopped. The demo's data is kept; `preo demo` shows it again.")


@app.command(name="exec")
def execute(
    command: Annotated[list[str], typer.Argument(help="The program and its arguments, after --.")],
) -> None:
    """Run a program with DATABASE_URL naming Preo's database, which runs meanwhile.

    PostgreSQL's own programs, such as psql and pg_dump, are found without their folder.
    """
    with database_in_use():
        changes = {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or embedded_database_url(),
            "PATH": f"{find_binaries().folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }
        done = subprocess.run(command, check=False, env=os.environ | changes)  # noqa: S603 - the person's own
    raise typer.Exit(done.returncode)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Check this installation and say what to do about what is wrong; exit code 1 then."""
    findings = run_checks(start_django=_start_django)
    if not print_report(findings, as_json=as_json, echo=typer.echo):
        raise typer.Exit(1)


@key.command(name="create")
def create_key(
    organization: Annotated[str, typer.Option(help="The organization's slug or id.")],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "command line",
    role: Annotated[str, typer.Option(help="guest, staff, manager or admin.")] = "staff",
    scope: Annotated[
        list[str] | None, typer.Option(help="A scope, such as orders:read; repeat for more.")
    ] = None,
) -> None:
    """Make an API key and print it; it is shown this once only."""
    with database_in_use():
        _start_django()
        make = import_module("preo.runtime.keys").make_key
        typer.echo(make(organization=organization, name=name, role=role, scopes=scope or []))


@staff.command(name="invite")
def invite_staff(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    organization: Annotated[str, typer.Option(help="The organization's slug or id.")],
    role: Annotated[str, typer.Option(help="guest, staff, manager or admin.")] = "admin",
) -> None:
    """Invite a person: mail a link, and print it, for the first admin or where no mail is set up."""
    running = running_installation(make_home())
    if running is not None and running.url:
        os.environ.setdefault("PREO_BASE_URL", running.url)
    with database_in_use():
        _start_django()
        invite = import_module("preo.runtime.staff").invite
        link = invite(email=email, organization=organization, role=role)
    typer.echo(f"{email} can take the role {role} by this link, once, within 7 days:")
    typer.echo(link)


@staff.command(name="operator")
def make_operator(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
) -> None:
    """Open the platform's back office (`/operator/`, `/inbox`) to a person who has an account."""
    with database_in_use():
        _start_django()
        import_module("preo.runtime.staff").make_operator(email=email)
    typer.echo(f"{email} is an operator of this platform.")


def _start_django() -> None:
    """Set Django up; on a terminal the logs are for eyes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")
    os.environ.setdefault("PREO_LOG_JSON", "no" if sys.stderr.isatty() else "yes")
    django.setup()


def _fill(orders: int, file: Path | None) -> "DemoAccess":
    """Fill the demo, or the file's orders, if they are not there yet."""
    fill, welcome = import_module("preo.runtime.demo.fill"), import_module("preo.runtime.welcome")
    now = timezone.now()
    filled = (
        fill.fill_from_file(path=file, now=now, echo=typer.echo)
        if file is not None
        else fill.fill_demo(orders=orders, now=now, echo=typer.echo)
    )
    access: DemoAccess = welcome.keep_access(filled, now=now)
    return access


def _show(access: "DemoAccess", url: str, *, running: bool = True) -> None:
    welcome = import_module("preo.runtime.welcome")
    welcome.show_access(access, url=url, running=running, echo=typer.echo)
