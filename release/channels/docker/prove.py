"""How users pull, run and remove an image: by the digest that was read, without a network. Pure.

Sources: the manuals of Docker, Podman and Buildah. Buildah is last: it is made for building images, and where it only
changes the root, it may end before it has passed on what the program printed (``chroot/run_common.go``: nothing waits
for the copying), so that a program without its version is asked again.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from release.channels.docker.settings import HUB_HOSTS, DockerChannel
from release.channels.proof import INSTALL_SECONDS, Command, Facts, NoProof, Proof, Prover, Step, Subject

CONTAINER = "release-proof"
TRIES = 4  # on a busy machine about one output in two hundred was lost


def reference(channel: DockerChannel, digest: str) -> str:
    """The image by its digest, with its registry: ``docker.io/kademoslabs/kekkai@sha256:...``."""
    host = urlsplit(channel.registry or "").netloc
    return f"{'docker.io' if host in HUB_HOSTS else host}/{channel.image}@{digest}"


def questions(channel: DockerChannel, subject: Subject, facts: Facts) -> Mapping[str, Command]:
    """Which of the tools works, and whether the image is there."""
    image = reference(channel, subject.digest or "")
    asked: dict[str, Command] = {
        "podman": ("podman", "version"),
        "docker": ("docker", "version", "--format", "{{.Server.Os}}"),
        "buildah": ("buildah", "version"),
    }
    asked |= {f"{tool} image": (tool, "image", "inspect", image) for tool in ("podman", "docker")}
    wanted = {name: argv for name, argv in asked.items() if argv[0] in facts.tools}
    return {**wanted, "unshare": ("unshare", "--net", "true")} if "buildah" in facts.tools else wanted


def proof(channel: DockerChannel, subject: Subject, facts: Facts) -> Proof | NoProof:
    """Pull and run with the first tool that works."""
    if not subject.digest:
        return NoProof("no digest of the image could be read")
    works = [tool for tool in ("podman", "docker", "buildah") if facts.answers.get(tool) is not None]
    if not works:
        return NoProof(f"{', '.join(facts.tools)} is here, and does not work (is its engine running?)")
    if works[0] == "docker" and facts.answer("docker").strip() == "windows":
        return NoProof("Docker runs Windows containers here (the image is for Linux)")
    image, plain = reference(channel, subject.digest), (channel.registry or "").startswith("http://")
    if works[0] == "buildah":
        return Proof(_buildah(image, subject, facts, plain=plain))
    there = f"the image {image}" if facts.answer(f"{works[0]} image").strip() else None
    return Proof(_engine(works[0], image, subject, plain=plain, there=bool(there)), there=there)


def _engine(tool: str, image: str, subject: Subject, *, plain: bool, there: bool) -> tuple[Step, ...]:
    insecure = ("--tls-verify=false",) if plain and tool == "podman" else ()  # docker takes loopback as it is
    pull: Command = (tool, "pull", *insecure, image)
    run = (tool, "run", "--rm", "--network", "none", "--entrypoint", subject.check[0], image, *subject.check[1:])
    undo: Command = () if there else (tool, "image", "rm", image)
    return Step(pull, undo, seconds=INSTALL_SECONDS), Step(run, prints=subject.version)


def _buildah(image: str, subject: Subject, facts: Facts, *, plain: bool) -> tuple[Step, ...]:
    """In a storage of its own; the isolation ``chroot`` shares the network, so ``unshare`` takes it away."""
    storage = ("--storage-driver", "vfs", "--root", f"{facts.folder}/storage", "--runroot", f"{facts.folder}/run")
    buildah = ("buildah", *storage)
    pull: Command = (*buildah, "from", *(("--tls-verify=false",) if plain else ()), "--name", CONTAINER, image)
    alone = ("unshare", "--net") if facts.answers.get("unshare") is not None else ()
    apart = ("--isolation", "chroot") if alone else ("--network", "none")
    run = (*alone, *buildah, "run", *apart, CONTAINER, "--", *subject.check)
    undo = (*buildah, "rm", CONTAINER)
    tries = TRIES if alone else 1
    return Step(pull, undo, seconds=INSTALL_SECONDS), Step(run, prints=subject.version, tries=tries)


SEES = ("DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_CONTEXT", "CONTAINER_HOST", "STORAGE_DRIVER",
        "REGISTRIES_CONFIG_PATH", "BUILDAH_", "CONTAINERS_")  # fmt: skip
PROVER = Prover(
    ("podman", "docker", "buildah"),
    "None of podman, docker and buildah is on this machine",
    questions,
    proof,
    sees=SEES,
)
