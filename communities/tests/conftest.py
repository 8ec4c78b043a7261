"""The simulated networks for every test of communities."""

from communities.tests.networks.conftest import simulate

__all__ = ["simulate"]
