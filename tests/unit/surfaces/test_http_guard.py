"""Who may ask, what every answer carries, and errors outside of any route."""

import httpx2
import pytest
from fastapi import FastAPI

from command_gateway.settings import read_settings
from command_gateway.surfaces.http import create_app
from command_gateway.surfaces.http.guard import is_loopback
from command_gateway.surfaces.http.settings import HttpSettings
from tests.support.fake_gateway import FakeGateway

PATH = "/execute-docker-command"
BODY = {"source_id": "tester", "action_request": {"intent": "list"}}


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8003", "localhost", "LOCALHOST:1", "[::1]:8003", "127.8.9.1", "gw.localhost:8003"]
)
async def test_names_of_this_machine_are_answered(http: httpx2.AsyncClient, host: str) -> None:
    assert (await http.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8003", "127.0.0.1.evil.example", "localhost.evil.example", ""]
)
async def test_a_rebound_name_is_refused(http: httpx2.AsyncClient, gateway: FakeGateway, host: str) -> None:
    for answered in (
        await http.get("/requests", headers={"Host": host}),
        await http.post(PATH, json=BODY, headers={"Host": host}),
    ):
        assert answered.status_code == 403
        assert answered.json()["error_details"]["error_code"] == "FORBIDDEN"
    assert gateway.asked == []


async def test_a_proxy_may_ask_for_a_name_that_is_allowed(gateway: FakeGateway) -> None:
    app = create_app(gateway, read_settings(), HttpSettings(gateway_allowed_hosts="gw.example"))  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://gw.example") as http:
        assert (await http.get("/health")).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://console.example.evil.example"]
)
async def test_pages_of_other_sites_cannot_change_anything(
    http: httpx2.AsyncClient, gateway: FakeGateway, origin: str
) -> None:
    answered = await http.post(PATH, json=BODY, headers={"Origin": origin})
    assert answered.status_code == 403
    assert "CORS_ORIGINS" in answered.json()["error_details"]["error_message"]
    assert gateway.asked == []


async def test_a_cross_site_form_without_an_origin_is_refused(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    answered = await http.post(PATH, json=BODY, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answered.status_code, gateway.asked) == (403, [])


@pytest.mark.parametrize("origin", ["https://console.example", "http://127.0.0.1:8003"])
async def test_known_pages_may_ask(http: httpx2.AsyncClient, origin: str) -> None:
    assert (await http.post(PATH, json=BODY, headers={"Origin": origin})).status_code == 200


async def test_a_star_vouches_for_nobody(gateway: FakeGateway) -> None:
    app = create_app(gateway, read_settings(cors_origins="*"))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
        evil = {"Origin": "https://evil.example"}
        assert (await http.post(PATH, json=BODY, headers=evil)).status_code == 403
        assert "access-control-allow-origin" not in (await http.get("/requests", headers=evil)).headers


async def test_a_browser_is_told_what_a_known_page_may_do(http: httpx2.AsyncClient) -> None:
    asked = {"Origin": "https://console.example", "Access-Control-Request-Method": "POST"}
    answered = await http.options(PATH, headers=asked)
    assert answered.headers["access-control-allow-origin"] == "https://console.example"


@pytest.mark.parametrize("path", ["/health", "/requests", "/docs", "/nowhere"])
async def test_every_answer_has_the_safe_headers(http: httpx2.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_unknown_paths_and_methods_have_the_one_shape(http: httpx2.AsyncClient) -> None:
    nowhere, wrong = await http.get("/nowhere"), await http.delete("/health")
    assert (nowhere.status_code, nowhere.json()["error_details"]["error_code"]) == (404, "NOT_FOUND")
    assert (wrong.status_code, wrong.json()["error_details"]["error_code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in wrong.headers["allow"]


async def test_a_fault_anywhere_is_one_answer(
    app: FastAPI, gateway: FakeGateway, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "health", None)
    answered = await http.get("/health")
    assert (answered.status_code, answered.json()["error_details"]["error_code"]) == (500, "GATEWAY_ERROR")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "gateway", "::", "localhost.example"])
def test_what_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
