"""Secrets of links that open something without a sign-in: only their hash is stored."""

import hashlib
import secrets


def new_token() -> str:
    """192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> str:
    """What is stored and looked up. A fast hash is enough: nobody can guess the token."""
    return hashlib.sha256(token.encode()).hexdigest()
