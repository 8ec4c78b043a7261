"""The providers, in the order of menus."""

from kpi.providers.callibri import Callibri
from kpi.providers.callrail import CallRail
from kpi.providers.calltouch import Calltouch
from kpi.providers.generic import Generic
from kpi.providers.mango import Mango
from kpi.providers.protocol import Provider
from kpi.providers.twilio import Twilio
from kpi.providers.uis import Uis

PROVIDERS: dict[str, Provider] = {
    provider.code: provider
    for provider in (Mango(), Calltouch(), Uis(), Callibri(), CallRail(), Twilio(), Generic())
}
