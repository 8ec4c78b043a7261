"""The design of two demo communities: one on its way through a redesign, one that has just begun.

The pictures are drawn here, and say that they are a demo.
"""

import datetime as dt
import io
from collections.abc import Mapping
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from clients.models import Role, User
from communities.design import (
    accept,
    add_version,
    open_again,
    send_to_client,
    send_to_review,
    send_to_rework,
    take_to_work,
)
from communities.design_planning import add_needed
from communities.models import AssetKind, Community, DesignAsset, WordChannel
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from smm_agency.lib.file_types import PNG
from smm_agency.lib.uploads import CheckedFile, check_upload

FULL_STORY = "clinic"
NEW_STORY = "newcomer"
MOST_BYTES = 1_000_000
AVATAR, COVER = (400, 400), (1920, 768)
TEAL, BLUE, SAND = (15, 118, 110), (37, 99, 235), (180, 140, 90)
BRIEFS = {
    AssetKind.AVATAR: "Знак без надписи: в ленте аватар — 40 пикселей в круге.",
    AssetKind.COVER_DESKTOP: "Фото клиники, телефон коллтрекинга, кнопка «Позвонить».",
    AssetKind.MENU: "Шесть пунктов: услуги, цены, врачи, отзывы, адреса, запись.",
    AssetKind.POST_TEMPLATE: "Три шаблона по рубрикам, место для заголовка сверху.",
}
LICENCE = "Нарисовано агентством, права переданы по договору"


def write_design(stage: Stage) -> None:
    """Does nothing for the other stories."""
    communities = [row.community for row in stage.own if row.page.network == "vk"]
    community = next((each for each in communities if each is not None), None)
    if community is None:
        return
    if stage.story.key == FULL_STORY:
        _write_redesign(stage, _planned(stage, community))
    elif stage.story.key == NEW_STORY:
        _write_beginning(stage, _planned(stage, community))


def _planned(stage: Stage, community: Community) -> Mapping[str, DesignAsset]:
    """What the network needs, with briefs and days."""
    assets = add_needed(community)
    for number, asset in enumerate(assets):
        asset.brief = BRIEFS.get(AssetKind(asset.kind), "")
        asset.due_on = stage.today + DAY * (number * 3 - 4)
        asset.designer = stage.cast.member(stage.story, Role.DESIGNER)
        asset.made_at = stage.moment(stage.began_on, 12)
        asset.save()
    return {asset.kind: asset for asset in assets}


def _write_redesign(stage: Stage, assets: Mapping[str, DesignAsset]) -> None:
    day = stage.began_on
    _accept(stage, assets[AssetKind.AVATAR], drawn(AVATAR, TEAL, "DEMO", 110), day + DAY * 6)
    cover = assets[AssetKind.COVER_DESKTOP]
    _accept(stage, cover, drawn(COVER, TEAL, "DEMO CLINIC", 160), day + DAY * 8)
    people = _people(stage)
    recent = stage.today - DAY * 12
    open_again(
        cover, by=people.manager, reason="Обновляем под сезон и новый телефон.",
        at=stage.moment(recent, 12),
    )  # fmt: skip
    _show(stage, cover, drawn(COVER, BLUE, "DEMO CLINIC", 90), recent + DAY)
    send_to_rework(
        cover, by=people.manager, said_by="Главный врач", is_internal=False,
        comment="Надпись крупнее: с телефона не читается.", at=stage.moment(recent + DAY * 3, 15),
    )  # fmt: skip
    take_to_work(cover, by=people.designer, at=stage.moment(recent + DAY * 4, 11))
    _show(stage, cover, drawn(COVER, BLUE, "DEMO CLINIC", 170), recent + DAY * 6)
    take_to_work(
        assets[AssetKind.MENU], by=people.designer, at=stage.moment(stage.today - DAY * 3, 12)
    )


def _write_beginning(stage: Stage, assets: Mapping[str, DesignAsset]) -> None:
    people, avatar = _people(stage), assets[AssetKind.AVATAR]
    day = stage.today - DAY * 2
    take_to_work(avatar, by=people.designer, at=stage.moment(day, 11))
    add_version(
        avatar, by=people.designer, file=drawn(AVATAR, SAND, "DEMO", 110), note="Первый вариант",
        at=stage.moment(day, 17),
    )  # fmt: skip
    send_to_review(avatar, by=people.designer, at=stage.moment(day, 18))


class _People(NamedTuple):
    designer: User
    manager: User


def _people(stage: Stage) -> _People:
    roles = (Role.DESIGNER, Role.ACCOUNT_MANAGER)
    return _People(*(stage.cast.member(stage.story, role) for role in roles))


def _show(stage: Stage, asset: DesignAsset, file: CheckedFile, day: dt.date) -> None:
    """A version goes to the client."""
    people = _people(stage)
    add_version(asset, by=people.designer, file=file, licence=LICENCE, at=stage.moment(day, 12))
    send_to_review(asset, by=people.designer, at=stage.moment(day, 13))
    send_to_client(asset, by=people.manager, at=stage.moment(day, 16))


def _accept(stage: Stage, asset: DesignAsset, file: CheckedFile, day: dt.date) -> None:
    people = _people(stage)
    take_to_work(asset, by=people.designer, at=stage.moment(day - DAY * 3, 11))
    _show(stage, asset, file, day)
    accept(
        asset, by=people.manager, said_by="Главный врач", said_on=day + DAY,
        channel=WordChannel.EMAIL, on=stage.today, at=stage.moment(day + DAY, 11),
    )  # fmt: skip


def drawn(
    size: tuple[int, int],
    colour: tuple[int, int, int],
    text: str,
    letters: int,
    *,
    name: str = "demo.png",
) -> CheckedFile:
    """A plain sign on plain colours: a few kilobytes."""
    width, height = size
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    light = tuple(min(255, each + 45) for each in colour)
    draw.ellipse((-height // 3, -height // 3, height // 2, height // 2), fill=light)
    right, bottom = width + height // 4, height * 5 // 4
    draw.ellipse((width - height // 2, height // 2, right, bottom), fill=light)
    font = ImageFont.load_default(letters)
    draw.text((width / 2, height / 2), text, "white", font, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return check_upload(out.getvalue(), name, types={PNG}, most_bytes=MOST_BYTES)
