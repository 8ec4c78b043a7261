"""`manage.py simulate_networks`: VK and Telegram played on this machine."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from smm_agency.simulator.scenario import ScenarioError, load_scenario
from smm_agency.simulator.server import Simulator


class Command(BaseCommand):
    help = _("Answers as VK and Telegram do, on this machine only; for the demo and for tests.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8377)
        parser.add_argument(
            "--scenario",
            type=Path,
            help=_("JSON file, read again whenever it changes; the demo has simulator.json."),
        )
        parser.add_argument(
            "--allow", action="store_true", help=_("Run although this is not the demo.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or options["allow"]):
            raise CommandError(
                _("The simulator is for the demo (DEMO=1). To run it anyway, add --allow.")
            )
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_signal: stop.set())
        with _started(options["port"], options["scenario"] or _demo_scenario()) as simulator:
            addresses = {"vk": simulator.vk_url, "telegram": simulator.telegram_url}
            self.stdout.write(_("Simulated networks: %(vk)s and %(telegram)s") % addresses)
            self.stdout.flush()
            stop.wait()


def _demo_scenario() -> Path | None:
    """Where the demo writes the levels from which its profiles move on; it may not exist yet."""
    return Path(settings.VAR_DIR) / "simulator.json" if settings.DEMO else None


def _started(port: int, path: Path | None) -> Simulator:
    try:
        if path is not None and path.exists():
            load_scenario(path)
        return Simulator(port=port, path=path)
    except ScenarioError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(
            _("Port %(port)s cannot be opened: %(reason)s") % {"port": port, "reason": error}
        ) from error
