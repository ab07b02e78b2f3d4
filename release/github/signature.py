"""The JWT with which a GitHub App says who it is. Source: GitHub's "Generating a JSON Web Token for a GitHub App"."""

import re

from release.errors import InputError
from release.settings import AppCredentials

BACK = 60.0  # seconds: GitHub's advice against clocks that are not quite the same
LASTS = 8 * 60.0  # seconds of a JWT from its date on; GitHub takes ten minutes at most
ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


def check_credentials(credentials: AppCredentials) -> InputError | None:
    """Why id or key cannot be one, without a request; ``None`` where they can."""
    try:
        sign(credentials, 0.0)
    except InputError as error:
        return error
    return None


def sign(credentials: AppCredentials, now: float) -> str:
    """A JWT (RS256) that says for some minutes from ``now`` on, in seconds since the epoch, that we are the App.

    Raises:
        InputError: id or key cannot be one.
    """
    import jwt  # noqa: PLC0415 - it costs 100 ms: only who has an App pays for it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    if not ID.fullmatch(credentials.id):
        wrong = "APP_ID is not set, or no App's id, beside APP_PRIVATE_KEY"
        raise InputError(wrong, "Set APP_ID to the App's id, as its settings show it.")
    try:
        key = load_pem_private_key(credentials.key.encode(), None)
    except Exception:  # noqa: BLE001 - of many kinds, and their words may show a part of the key
        key = None
    if not isinstance(key, RSAPrivateKey):
        fix = "Set it to the whole .pem file that GitHub gave, line ends as they are or as \\n."
        raise InputError("APP_PRIVATE_KEY is no RSA private key in PEM form, as APP_ID needs", fix)
    claims = {"iss": credentials.id, "iat": int(now - BACK), "exp": int(now + LASTS)}
    return str(jwt.encode(claims, key, "RS256"))
