"""What the clock wakes up of what needs several floors."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from smm_agency import forgetting
from smm_agency.archive import making

logger = logging.getLogger(__name__)


# An archive of years takes a while; below the time after which a message comes back.
@shared_task(soft_time_limit=50 * 60, time_limit=55 * 60)
def make_archives() -> None:
    making.make_waiting(at=timezone.now())


def make_archives_soon() -> None:
    """Without a broker the clock begins it within a minute."""
    try:
        make_archives.delay()
    except OperationalError:
        logger.warning("No broker: the archive waits for the clock.")


@shared_task
def forget_departed() -> None:
    at = timezone.now()
    forgetting.forget_departed(at=at)
    making.delete_old(at=at)
