"""What Meta says of a key itself: until when it lives and which rights it was given."""

from collections.abc import Mapping

from communities.networks import configuration, shapes
from communities.networks.keys import AccessToken, Capability, KeyReport
from communities.networks.meta_graph import read
from communities.networks.outcomes import Ok, Outcome, Refused

SCOPES: Mapping[str, Mapping[str, frozenset[Capability]]] = {
    "facebook": {
        "pages_manage_posts": frozenset(
            {Capability.PUBLISH, Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO}
        ),
        "pages_read_user_content": frozenset({Capability.READ_COMMENTS}),
        "pages_manage_engagement": frozenset({Capability.REPLY}),
        "pages_messaging": frozenset({Capability.MESSAGES}),
        "pages_manage_metadata": frozenset({Capability.RECEIVE_EVENTS}),
    },
    "instagram": {
        "instagram_content_publish": frozenset(
            {Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO}
        ),
        "instagram_manage_comments": frozenset({Capability.READ_COMMENTS, Capability.REPLY}),
        "instagram_manage_messages": frozenset({Capability.MESSAGES}),
    },
}


def with_scopes(key: AccessToken, report: KeyReport) -> Outcome[KeyReport]:
    """The report with what the application is told of the key; as it was without an application.

    A page's key lives as long as the grant behind it: Meta tells 0 for "no end".
    """
    app, secret = configuration.meta_application()
    if not app or not secret:
        return Ok(report)
    outcome = read(key, "debug_token", {"input_token": key.secret}, bearer=f"{app}|{secret}")
    if not isinstance(outcome, Ok):
        # Where the application is not known to Meta, the key may still be good.
        return Ok(report) if isinstance(outcome, Refused) else outcome
    told = shapes.mapping(outcome.value.get("data")) or {}
    able = report.able | _able(key.network, told)
    return Ok(KeyReport(able, report.lacks, shapes.moment(told.get("expires_at"))))


def _able(network: str, told: Mapping[str, object]) -> frozenset[Capability]:
    scopes = [shapes.text(each) for each in shapes.sequence(told.get("scopes")) or []]
    rights = SCOPES[network]
    return frozenset(one for scope in scopes for one in rights.get(scope, frozenset()))
