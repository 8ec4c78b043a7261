"""What waits for the person: one list over everything that somebody of their role has to do."""

from smm_agency.dashboard.due.panel import Panel, due_lists, due_panel

__all__ = ["Panel", "due_lists", "due_panel"]
