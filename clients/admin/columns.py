"""Unfold's decorators with types: a column of a list, a button of a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from unfold.decorators import action, display
from unfold.enums import ActionVariant


class Colours(dict[Any, str]):
    """What no colour was given to has none: Unfold would show the code in place of the word."""

    def __missing__(self, code: Any) -> str:
        return ""


F = TypeVar("F", bound=Callable[..., Any])


def column(
    description: Any,
    *,
    ordering: Any = None,
    label: Mapping[Any, str] | None = None,
    boolean: bool | None = None,
) -> Callable[[F], F]:
    """A computed column; `label` colours a (code, text) pair by its code."""
    decorate: Callable[[F], F] = display(
        description=description,
        ordering=ordering,
        label=None if label is None else Colours(label),
        boolean=boolean,
    )
    return decorate


def button(
    description: Any,
    *,
    path: str,
    icon: str,
    permissions: Sequence[str],
    variant: ActionVariant = ActionVariant.DEFAULT,
) -> Callable[[F], F]:
    """A button that opens a page of its own under the row's (or the list's) address."""
    decorate: Callable[[F], F] = action(
        description=description,
        url_path=path,
        icon=icon,
        permissions=permissions,
        variant=variant,
    )
    return decorate
