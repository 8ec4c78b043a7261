"""One scene per network that has an adapter; the contract test asks each of them the same."""

from smm_agency.tests.network_scenes import facebook, instagram, max, ok, telegram, vk, youtube
from smm_agency.tests.network_scenes.scene import Scene

ALL = (
    *(vk.SCENE, telegram.SCENE, ok.SCENE, max.SCENE),
    *(youtube.SCENE, facebook.SCENE, instagram.SCENE),
)
SCENES: dict[str, Scene] = {each.network: each for each in ALL}
