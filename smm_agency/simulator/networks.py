"""Who plays which of the networks whose calls are paths, by the prefix of its addresses."""

from smm_agency.simulator import google, max, meta, ok, vk_ads, youtube, youtube_reports
from smm_agency.simulator.players import Player

PLAYERS: dict[str, Player] = {
    "google": google.PLAYER,
    "max": max.PLAYER,
    "meta": meta.PLAYER,
    "ok": ok.PLAYER,
    "vk_ads": vk_ads.PLAYER,
    "youtube": youtube.PLAYER,
    "youtube_analytics": youtube_reports.PLAYER,
}
