"""Who plays which of the networks whose calls are paths, by the prefix of its addresses."""

from smm_agency.simulator import max, ok
from smm_agency.simulator.players import Player

PLAYERS: dict[str, Player] = {
    "max": max.PLAYER,
    "ok": ok.PLAYER,
}
