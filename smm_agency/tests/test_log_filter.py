"""What must not stand in logs."""

import logging

import pytest
from django.test import Client as Browser

from smm_agency.log_filter import HideHookAddresses
from tests.factories import CallConnectionFactory


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "status"), [("get", 405), ("post", 401)])
def test_refused_webhook_leaves_no_token_in_the_log(
    method: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    token = CallConnectionFactory.create().path_token
    answer = getattr(Browser(), method)(f"/hooks/calls/generic/{token}/")
    assert answer.status_code == status
    assert [record.name for record in caplog.records] == ["django.request"]
    assert token not in caplog.text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (("POST %s HTTP/1.1", "/hooks/calls/generic/abc/"), "POST /hooks/… HTTP/1.1"),
        (("Not Found: %s", "/feed/abc.ics"), "Not Found: /feed/…"),
        (("Not Found: %s", "/account/unsubscribe/7:abc/"), "Not Found: /account/unsubscribe/…"),
        (("Not Found: %s", "/portal/1/"), "Not Found: /portal/1/"),
    ],
)
def test_every_record_passes_without_the_address(said: tuple[str, str], kept: str) -> None:
    message, path = said
    record = logging.LogRecord("any", logging.INFO, "", 0, message, (path,), None)
    assert HideHookAddresses().filter(record) is True
    assert record.getMessage() == kept
