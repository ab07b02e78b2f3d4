"""A GitHub App with a real key, registered at the stand-in."""

from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from release.rehearsal import StandIn
from release.rehearsal.github.apps import GRANTED, RegisteredApp

ID = "4711"
TOKENS = ("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN")


@cache
def make_key(name: str = "ours") -> tuple[str, bytes]:
    """A private key in PEM form and its public key; another one for each ``name``."""
    del name
    key = rsa.generate_private_key(65537, 2048)
    form, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, form, plain).decode(), key.public_key().public_bytes(pem, public)


def register(standin: StandIn) -> RegisteredApp:
    """The App, installed on every repository that there is, with all that it may need."""
    installed = {name: dict(GRANTED) for name in standin.world.repositories}
    return standin.apps.register(RegisteredApp(ID, make_key()[1], installed))


def variables(**more: str) -> dict[str, str]:
    """The App's two variables, and ``more``."""
    return {"APP_ID": ID, "APP_PRIVATE_KEY": make_key()[0], **more}
