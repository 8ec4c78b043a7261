"""Adapters to social networks: they speak our words and know no models. Start at `registry`."""
