"""What each network asks of its pictures, as an installation starts with it; edits are kept.

`source` says where a figure comes from. Networks change their sizes without notice: where no
document of theirs was at hand, it says “practice”, and a director corrects the row.
"""

from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from communities.models.requirement import AssetKind, AssetRequirement
from smm_agency.lib.file_types import EPS, GIF, JPEG, PDF, PNG, PSD, SVG, WEBP, ZIP

MB = 1024 * 1024
EXACT = AssetRequirement.Rule.EXACT
AT_LEAST = AssetRequirement.Rule.AT_LEAST
RATIO = AssetRequirement.Rule.RATIO
ANY = AssetRequirement.Rule.ANY
FLAT = (PNG, JPEG)
PAPERS = (PDF, PNG, JPEG, SVG, PSD, EPS, ZIP)


class Said(NamedTuple):
    en: str
    ru: str


PRACTICE = Said(
    "practice of agencies, not compared with the network's own documents",
    "практика агентств, с документами соцсети не сверено",
)
VK_GUIDES = Said(
    "guides to VK of 2024–2026",
    "руководства по ВК 2024–2026 годов",
)
YOUTUBE_API = Said(
    "YouTube Data API, channelBanners.insert: 2560×1440 advised, up to 6 MB",
    "YouTube Data API, channelBanners.insert: советуют 2560×1440, до 6 МБ",
)
META_API = Said(
    "Instagram Graph API, /media: JPEG, 4:5 to 1.91:1, up to 8 MB",
    "Instagram Graph API, /media: JPEG, от 4:5 до 1,91:1, до 8 МБ",
)


class Row(NamedTuple):
    network: str
    kind: str
    title_en: str
    title_ru: str
    rule: str
    size: tuple[int, int] | None
    source: Said
    types: tuple[str, ...] = FLAT
    most_bytes: int | None = None
    safe: tuple[int, int] | None = None
    is_round: bool = False
    is_usual: bool = True
    note_en: str = ""
    note_ru: str = ""


CIRCLE: dict[str, Any] = {
    "is_round": True,
    "note_en": "Shown in a circle: nothing important in the corners.",
    "note_ru": "Показывается в круге: в углах не должно быть ничего важного.",
}
STORY_MIDDLE: dict[str, Any] = {
    "safe": (1080, 1420),
    "note_en": "The top and the bottom are covered by buttons: 250 px each.",
    "note_ru": "Верх и низ закрыты кнопками: по 250 px.",
}

ROWS: dict[str, Row] = {
    "vk-avatar": Row(
        "vk", AssetKind.AVATAR, "Avatar", "Аватар", AT_LEAST, (400, 400),
        Said(
            "agencies' audit lists: at least 400×400",
            "списки аудита агентств: не меньше 400×400",
        ), most_bytes=50 * MB, **CIRCLE,
    ),
    "vk-cover-desktop": Row(
        "vk", AssetKind.COVER_DESKTOP, "Cover", "Обложка", EXACT, (1920, 768), VK_GUIDES,
        most_bytes=50 * MB, safe=(1530, 640),
        note_en="A telephone cuts off the sides and the top.",
        note_ru="На телефоне обрезаются бока и верх.",
    ),
    "vk-cover-live": Row(
        "vk", AssetKind.COVER_LIVE, "Live cover, one picture of up to five",
        "Живая обложка, одна картинка из пяти", EXACT, (1080, 1920), VK_GUIDES,
        types=(PNG, JPEG, GIF), most_bytes=20 * MB, is_usual=False, **STORY_MIDDLE,
    ),
    "vk-cover-mobile": Row(
        "vk", AssetKind.COVER_MOBILE, "Cover for telephones", "Обложка для телефона",
        EXACT, (1080, 1920), VK_GUIDES, most_bytes=20 * MB, is_usual=False, **STORY_MIDDLE,
    ),
    "vk-menu": Row(
        "vk", AssetKind.MENU, "Picture of a menu item", "Картинка пункта меню",
        EXACT, (376, 256), PRACTICE, most_bytes=5 * MB,
    ),
    "vk-widget": Row(
        "vk", AssetKind.WIDGET, "Wide picture of a widget (510×128, three times as large)",
        "Широкая картинка виджета (510×128, втрое крупнее)", EXACT, (1530, 384),
        Said(
            "VK API, appWidgets: image_type 510x128; apps that upload it scale to 1530×384",
            "VK API, appWidgets: image_type 510x128; приложения загружают 1530×384",
        ),
        most_bytes=5 * MB, is_usual=False,
    ),
    "vk-widget-tile": Row(
        "vk", AssetKind.WIDGET, "Tile of a widget (160×160, three times as large)",
        "Плитка виджета (160×160, втрое крупнее)", EXACT, (480, 480),
        Said(
            "VK API, appWidgets: image_type 160x160; uploaded three times as large",
            "VK API, appWidgets: image_type 160x160; загружают втрое крупнее",
        ),
        most_bytes=5 * MB, is_usual=False,
    ),
    "vk-post": Row(
        "vk", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO, (1080, 1080),
        PRACTICE, types=(PNG, JPEG, PSD, PDF),
    ),
    "vk-story": Row(
        "vk", AssetKind.STORY, "Story", "История", EXACT, (1080, 1920), VK_GUIDES,
        most_bytes=10 * MB, is_usual=False, **STORY_MIDDLE,
    ),
    "telegram-avatar": Row(
        "telegram", AssetKind.AVATAR, "Channel photo", "Фото канала", AT_LEAST, (640, 640),
        Said(
            "guides to Telegram of 2026: 640×640, up to 10 MB",
            "руководства по Telegram 2026 года: 640×640, до 10 МБ",
        ), most_bytes=10 * MB, **CIRCLE,
    ),
    "telegram-post": Row(
        "telegram", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO,
        (1280, 720), PRACTICE, types=(PNG, JPEG, PSD, PDF),
        note_en="A photo is made smaller above 2560 px a side.",
        note_ru="Фото больше 2560 px по стороне уменьшается.",
    ),
    "telegram-story": Row(
        "telegram", AssetKind.STORY, "Story", "История", EXACT, (1080, 1920), PRACTICE,
        most_bytes=10 * MB, is_usual=False, **STORY_MIDDLE,
    ),
    "ok-avatar": Row(
        "ok", AssetKind.AVATAR, "Avatar", "Аватар", AT_LEAST, (288, 288), PRACTICE, **CIRCLE,
    ),
    "ok-cover": Row(
        "ok", AssetKind.COVER_DESKTOP, "Cover", "Обложка", EXACT, (1944, 600), PRACTICE,
        safe=(1340, 320),
        note_en="A telephone cuts off the sides.",
        note_ru="На телефоне обрезаются бока.",
    ),
    "ok-post": Row(
        "ok", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO, (1080, 1080),
        PRACTICE, types=(PNG, JPEG, PSD, PDF),
    ),
    "youtube-avatar": Row(
        "youtube", AssetKind.AVATAR, "Channel photo", "Фото канала", AT_LEAST, (800, 800),
        Said(
            "YouTube Help: 800×800 advised",
            "Справка YouTube: советуют 800×800",
        ), most_bytes=4 * MB, **CIRCLE,
    ),
    "youtube-banner": Row(
        "youtube", AssetKind.COVER_DESKTOP, "Banner", "Баннер канала", EXACT, (2560, 1440),
        YOUTUBE_API, most_bytes=6 * MB, safe=(1546, 423),
        note_en="Only the middle is seen on every screen: names and logos stand there.",
        note_ru="На всех экранах видна только середина: название и логотип — там.",
    ),
    "youtube-thumbnail": Row(
        "youtube", AssetKind.THUMBNAIL, "Video thumbnail", "Обложка видео", AT_LEAST,
        (1280, 720), Said(
            "YouTube Data API, thumbnails.set: up to 2 MB; YouTube Help: 1280×720",
            "YouTube Data API, thumbnails.set: до 2 МБ; Справка YouTube: 1280×720",
        ),
        most_bytes=2 * MB,
        note_en="The length of the video covers the lower right corner.",
        note_ru="Правый нижний угол закрыт длительностью ролика.",
    ),
    "instagram-avatar": Row(
        "instagram", AssetKind.AVATAR, "Avatar", "Аватар", AT_LEAST, (320, 320),
        Said(
            "guides to Instagram of 2026: 320×320 or larger",
            "руководства по Instagram 2026 года: от 320×320",
        ), **CIRCLE,
    ),
    "instagram-post": Row(
        "instagram", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO,
        (1080, 1350), META_API, types=(JPEG, PNG, PSD, PDF),
        note_en="The grid shows the middle only.",
        note_ru="В сетке видна только середина.",
    ),
    "instagram-story": Row(
        "instagram", AssetKind.STORY, "Story", "История", EXACT, (1080, 1920),
        Said(
            "guides to Instagram of 2026: 9:16, 250 px free above and below",
            "руководства по Instagram 2026 года: 9:16, сверху и снизу свободно по 250 px",
        ), most_bytes=8 * MB,
        is_usual=False, **STORY_MIDDLE,
    ),
    "instagram-highlight": Row(
        "instagram", AssetKind.STORY_HIGHLIGHT, "Cover of a highlight", "Обложка актуального",
        EXACT, (1080, 1920), PRACTICE, is_round=True,
        note_en="The middle is shown in a circle.",
        note_ru="Середина показывается в круге.",
    ),
    "facebook-avatar": Row(
        "facebook", AssetKind.AVATAR, "Avatar", "Аватар", AT_LEAST, (320, 320),
        Said(
            "Facebook Help: cut to a circle, up to 176×176; twice as large for sharp screens",
            "Справка Facebook: круг до 176×176; вдвое крупнее для чётких экранов",
        ),
        **CIRCLE,
    ),
    "facebook-cover": Row(
        "facebook", AssetKind.COVER_DESKTOP, "Cover", "Обложка", AT_LEAST, (820, 312),
        Said(
            "Facebook Help: a computer shows 820×312, a telephone 640×360",
            "Справка Facebook: на компьютере 820×312, на телефоне 640×360",
        ),
        safe=(640, 312),
    ),
    "facebook-post": Row(
        "facebook", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO,
        (1200, 630), Said(
            "guides to Facebook of 2026: 1.91:1",
            "руководства по Facebook 2026 года: 1,91:1",
        ), types=(JPEG, PNG, PSD, PDF),
    ),
    "max-avatar": Row(
        "max", AssetKind.AVATAR, "Channel photo", "Фото канала", AT_LEAST, (512, 512),
        PRACTICE, **CIRCLE,
    ),
    "any-avatar": Row(
        "", AssetKind.AVATAR, "Avatar", "Аватар", AT_LEAST, (800, 800), PRACTICE, **CIRCLE,
    ),
    "any-post": Row(
        "", AssetKind.POST_TEMPLATE, "Post template", "Шаблон поста", RATIO, (1080, 1080),
        PRACTICE, types=(PNG, JPEG, PSD, PDF),
    ),
    "any-brand-book": Row(
        "", AssetKind.BRAND_BOOK, "Brand book", "Брендбук", ANY, None, PRACTICE,
        types=PAPERS, is_usual=False,
    ),
    "any-other": Row(
        "", AssetKind.OTHER, "Picture of any size", "Картинка любого размера", ANY, None,
        PRACTICE, types=(PNG, JPEG, WEBP, GIF, SVG), is_usual=False,
    ),
}  # fmt: skip


def fields_of(row: Row) -> dict[str, Any]:
    fields = row._asdict()
    width, height = fields.pop("size") or (None, None)
    safe_width, safe_height = fields.pop("safe") or (None, None)
    fields.pop("source")
    return fields | {
        "kind": str(row.kind),
        "rule": str(row.rule),
        "types": list(row.types),
        "source_en": row.source.en,
        "source_ru": row.source.ru,
        "width": width,
        "height": height,
        "safe_width": safe_width,
        "safe_height": safe_height,
    }


def load_requirements(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: rows by code, made once; staff may edit them as they like."""
    try:
        model: Any = apps.get_model("communities", "AssetRequirement")
    except LookupError:
        return
    known = set(model.objects.values_list("code", flat=True))
    model.objects.bulk_create(
        model(code=code, position=position * 10, **fields_of(row))
        for position, (code, row) in enumerate(ROWS.items(), start=1)
        if code not in known
    )
