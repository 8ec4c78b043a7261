"""Google's side of access tokens: who a token belongs to, and a new one for a refresh token."""

from collections.abc import Mapping
from uuid import uuid4

from smm_agency.simulator.players import Asked, Played
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

SECONDS = 3599
SCOPE = "https://www.googleapis.com/auth/youtube.readonly"


class GoogleTokens:
    """`/google/token`: a form with a refresh token."""

    def call_name(self, asked: Asked) -> str:
        return "token" if (asked.verb, asked.path) == ("POST", "token") else ""

    def answer(self, world: World, asked: Asked) -> Played:
        given = asked.parameters
        if asked.error:
            return _refuse(asked.error)
        if not given.get("client_id") or not given.get("client_secret"):
            return _refuse("invalid_client")
        if given.get("grant_type") != "refresh_token":
            return _refuse("unsupported_grant_type")
        listed = _listed(world, given)
        if listed is None or listed.get("state") == "revoked":
            return _refuse("invalid_grant")
        return Played(200, _granted(world, listed))


PLAYER = GoogleTokens()


def _listed(world: World, given: Mapping[str, str]) -> Json | None:
    refresh = given.get("refresh_token", "")
    known = (each for each in world.scenario.tokens.values() if each.get("refresh") == refresh)
    anybody: Json | None = {"kind": "user"} if world.scenario.any_token and refresh else None
    return next(known, anybody)


def _granted(world: World, listed: Json) -> Json:
    secret = f"ya29.user-{uuid4().hex}"
    world.scenario.tokens[secret] = {**listed, "state": ""}
    return {
        "access_token": secret,
        "expires_in": SECONDS,
        "scope": SCOPE,
        "token_type": "Bearer",
    }


def _refuse(error: str) -> Played:
    texts = {"invalid_grant": "Token has been expired or revoked."}
    status = 401 if error == "invalid_client" else 400
    return Played(
        status, {"error": error, "error_description": texts.get(error, "The request is refused.")}
    )
