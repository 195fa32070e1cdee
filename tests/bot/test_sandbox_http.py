"""Who may reach the sandbox over HTTP, and what its answers say."""

import asyncio
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from tests.bot.sandbox_rig import Town
from tests.bot.waiting import PATIENCE


def post(town: Town, action: str, body: Any, **headers: str) -> httpx.Response:
    address = f"{town.sandbox.page_url}sandbox/{action}"
    return httpx.post(address, json=body, headers=headers, timeout=PATIENCE, trust_env=False)


def get(town: Town, path: str = "", **headers: str) -> httpx.Response:
    return httpx.get(town.sandbox.page_url + path, headers=headers, timeout=PATIENCE, trust_env=False)


def test_actions_over_http(town: Town) -> None:
    assert post(town, "says", {"as": "sari", "text": "/start"}).json()["ok"]
    assert town.sari.messages[0].text == "/start"
    for action, body, reason in (
        ("says", {"as": "nobody", "text": "x"}, "nobody is called nobody"),
        ("says", {"as": "sari"}, "text is missing"),
        ("photo", {"as": "sari", "data": "AAAA"}, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("photo", {"as": "sari", "data": "?"}, "data must be base64"),
        ("pin", {"as": "sari", "lat": 95, "lon": 0}, "latitude -90 to 90, longitude -180 to 180"),
        ("presses", {"as": "sari", "button": "Ya"}, "Sari sees no button 'Ya'; there are []"),
    ):
        answer = post(town, action, body)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert post(town, "nonsense", {}).status_code == 404
    state = get(town, "sandbox/state").json()
    assert [chat["key"] for chat in state["chats"]] == ["sari", town.evil.chat.key, "tim-bedah"]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
     {"Origin": "http://127.0.0.1:1"}],
)  # fmt: skip
def test_other_sites_are_kept_out(town: Town, headers: dict[str, str]) -> None:
    assert post(town, "says", {"as": "sari", "text": "x"}, **headers).status_code == 403
    for path in ("", "sandbox/state", "app.js"):
        assert get(town, path, **headers).status_code == 403
    address = town.sandbox.page_url.replace("http", "ws") + "sandbox/ws"

    async def connect() -> None:
        await websocket_connect(HTTPRequest(address, headers=headers))

    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect())
    assert town.sari.messages == []


def test_a_form_of_another_site_does_nothing(town: Town) -> None:
    address = f"{town.sandbox.page_url}sandbox/says"
    body = b'{"as": "sari", "text": "x"}'
    plain = {"Content-Type": "text/plain"}
    answer = httpx.post(address, content=body, headers=plain, timeout=PATIENCE, trust_env=False)
    assert answer.status_code == 415
    assert town.sari.messages == []


def test_the_page_loads_nothing_from_elsewhere(town: Town) -> None:
    answer = get(town)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")
