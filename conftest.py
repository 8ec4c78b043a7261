"""Marks the root of the tests; the engines come from `smm_agency/test_engines.py`."""
