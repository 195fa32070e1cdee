"""Who may talk to the sandbox: programs and pages of this computer, not other sites open in its browser."""

from urllib.parse import urlsplit

from tornado.web import RequestHandler

NAMES = ("127.0.0.1", "localhost")


def local_host(host: str) -> bool:
    """Whether a Host header (name with optional port) names this computer: stops DNS rebinding."""
    name, _, port = host.partition(":")
    return name.lower() in NAMES and (not port or port.isdecimal())


def same_origin(origin: str | None, host: str) -> bool:
    """Whether a request comes from the sandbox's own page, or from no page at all."""
    return origin is None or (urlsplit(origin).scheme == "http" and urlsplit(origin).netloc == host)


class LocalOnly(RequestHandler):
    """Refuses with 403 what does not come from this computer and its own page."""

    def prepare(self) -> None:
        """Checks peer, Host and Origin before any verb runs."""
        peer = self.request.remote_ip or ""
        if (
            not (peer.startswith("127.") or peer == "::1")
            or not local_host(self.request.host)
            or not same_origin(self.request.headers.get("Origin"), self.request.host)
        ):
            self.set_status(403)
            self.finish("only from this computer and its own page")
