"""The steps of a post's way, as buttons of its page."""


class PostSteps:
    """Mixed into the page of a post."""
