"""One scene per network that has an adapter; the contract test asks each of them the same."""

from smm_agency.tests.network_scenes import telegram, vk
from smm_agency.tests.network_scenes.scene import Scene

SCENES: dict[str, Scene] = {each.network: each for each in (vk.SCENE, telegram.SCENE)}
