"""Where a file goes: the client and the profile that a command line names."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db.models import Q

from clients.models import Client
from communities.models import Profile
from communities.networks.registry import NETWORKS
from kpi.column_mapping import ColumnMap
from smm_agency.lib.tabular import TableError
from strategy.competitors import tie_page
from strategy.models import Competitor


def add_target_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--client", required=True, help="name or number of the client")
    parser.add_argument("--profile", help="number of the profile in this program")
    parser.add_argument("--network", choices=[network.code for network in NETWORKS])
    parser.add_argument("--external-id", help="the profile's id on the network")
    parser.add_argument(
        "--title", help="makes the profile, with this title, where the client has none such"
    )
    parser.add_argument("--relation", choices=Profile.Relation.values, default=Profile.Relation.OWN)
    parser.add_argument(
        "--competitor", metavar="NAME",
        help="the page is this competitor's, who is made where the client has none such",
    )  # fmt: skip


def add_mapping_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--mapping", type=column_map_of, metavar="JSON",
        help="which column is which, as JSON or a file of it:"
        ' {"kind": "days", "columns": {"date": "Day", "followers": "Fans"}, "order": "dmy"}',
    )  # fmt: skip


def column_map_of(text: str) -> ColumnMap:
    """From JSON, or from a file that holds it."""
    is_json = text.lstrip().startswith("{")
    path = Path(text)
    if not is_json and not path.is_file():
        raise ArgumentTypeError(f"no such file: {text}")
    try:
        return ColumnMap.from_text(text if is_json else path.read_text("utf-8"))
    except TableError as refused:
        raise ArgumentTypeError(str(refused)) from None
    except UnicodeDecodeError:
        raise ArgumentTypeError(f"{text} is not in UTF-8.") from None


def find_target(options: Mapping[str, Any]) -> tuple[Profile, bool]:
    """The profile, and whether it was made just now. Raises CommandError with what to mend."""
    client = find_client(options["client"])
    profile, is_new = _find_profile(client, options)
    if name := options["competitor"]:
        competitor, _is_new = Competitor.objects.get_or_create(client=client, name=name)
        try:
            tie_page(competitor, profile)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
    return profile, is_new


def _find_profile(client: Client, options: Mapping[str, Any]) -> tuple[Profile, bool]:
    profiles = Profile.objects.filter(client=client).select_related("client")
    if options["profile"]:
        number = str(options["profile"])
        found = profiles.filter(pk=int(number)).first() if number.isdecimal() else None
        if found is None:
            raise CommandError(f"{client} has no profile {number}; it has: {_list(client)}.")
        return found, False
    if not (options["network"] and options["external_id"]):
        raise CommandError("Name the profile: --profile, or --network with --external-id.")
    place = {"network": options["network"], "external_id": options["external_id"]}
    found = profiles.filter(**place).first()
    if found is not None:
        return found, False
    if not options["title"]:
        raise CommandError(
            f"{client} has no such profile; it has: {_list(client)}. Give --title to make it."
        )
    # Not read daily until somebody says so: its id may be known from the file only.
    relation = Profile.Relation.COMPETITOR if options["competitor"] else options["relation"]
    profile = Profile.objects.create(
        client=client, title=options["title"], relation=relation, is_measured=False, **place
    )
    return profile, True


def find_client(name: str) -> Client:
    by_number = Q(pk=int(name)) if name.isdecimal() else Q()
    found = Client.objects.filter(Q(name=name) | by_number if by_number else Q(name=name)).first()
    if found is None:
        known = ", ".join(Client.objects.order_by("name").values_list("name", flat=True)[:20])
        raise CommandError(f"No client “{name}”. Clients: {known}.")
    return found


def _list(client: Client) -> str:
    rows = Profile.objects.filter(client=client).values_list("pk", "network", "external_id")
    return ", ".join(f"{pk} ({network} {external_id})" for pk, network, external_id in rows) or "-"
