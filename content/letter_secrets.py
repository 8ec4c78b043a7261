"""Links in letters open without a password: once a letter is out, its copy here keeps none."""

from django.db.models import Q

from clients.models import Letter

# Of approval and of material (`content.urls.links`).
LINK = "/link/"


def forget_secrets() -> int:
    """Letters that are out, or were given up, keep no secret of a link; how many lost it."""
    over = Q(sent_at__isnull=False) | Q(attempts__gte=Letter.MAX_ATTEMPTS)
    letters = list(Letter.objects.filter(over, text__contains=LINK))
    for letter in letters:
        lines = letter.text.split("\n")
        letter.text = "\n".join("…" if LINK in line else line for line in lines)
        letter.save(update_fields=["text"])
    return len(letters)
