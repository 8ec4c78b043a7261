"""Advertising networks: adapters that translate, and know no models."""
