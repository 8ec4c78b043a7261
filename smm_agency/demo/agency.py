"""The nine clients, in the order of the brief. Later floors add to these, never new ones."""

from smm_agency.demo.clients_calls import CAFE, CAR_SERVICE, CLINIC, LEAVING, PAUSED
from smm_agency.demo.clients_counts import CYCLES, NEWCOMER, SALON, SHOP
from smm_agency.demo.stories import Story

STORIES: tuple[Story, ...] = (
    CLINIC, CAR_SERVICE, SHOP, SALON, NEWCOMER, CAFE, CYCLES, PAUSED, LEAVING,
)  # fmt: skip
