"""Who plays which of the networks whose calls are paths, by the prefix of its addresses."""

from smm_agency.simulator import ok
from smm_agency.simulator.players import Player

PLAYERS: dict[str, Player] = {
    "ok": ok.PLAYER,
}
