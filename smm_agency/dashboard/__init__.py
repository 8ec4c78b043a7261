"""The start page of staff: their clients with a light for each KPI, and what waits."""

from smm_agency.dashboard.page import dashboard

__all__ = ["dashboard"]
