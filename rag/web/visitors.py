"""Who asks, by network address, and how often one visitor may; counted in this process."""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, IPv6Network, ip_address
from types import MappingProxyType

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Where a request costs seconds of computing. The chat sends two requests for a question: it is sent, then answered.
CHECK = "/check"
CHAT = "/gradio_api/queue/join"
LIMITS: Mapping[str, RateLimitItem] = MappingProxyType(
    {CHECK: RateLimitItemPerMinute(30), CHAT: RateLimitItemPerMinute(60)}
)
TOO_OFTEN = "There were too many requests from your address; please wait a minute and try again."


class VisitorLimit:
    """ASGI middleware: answers 429 to a visitor who asks too often; ``refusal`` builds the page with its words."""

    def __init__(self, app: ASGIApp, refusal: Callable[[str], Response]) -> None:
        self._app = app
        self._refusal = refusal
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "POST" or self._allowed(scope):
            await self._app(scope, receive, send)
            return
        # The chat's own code shows the words under "detail".
        chat = scope["path"] == CHAT
        answer = JSONResponse({"detail": TOO_OFTEN}, 429) if chat else self._refusal(TOO_OFTEN)
        answer.headers["Retry-After"] = "60"
        await answer(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        path = scope["path"].rstrip("/")
        return path not in LIMITS or self._limiter.hit(LIMITS[path], path, visitor(scope))


def visitor(scope: Scope) -> str:
    """Give the address that a request came from; for IPv6 its /64 network, which one person has as a whole."""
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
