"""The pages in a real browser: nothing from another host, no error, and the map works."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from tests.interop.conftest import Served, program

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOFTWARE_WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WITHOUT_WEBGL = ["--disable-3d-apis"]
PHONE, DESK, WALL = (390, 844), (1280, 800), (3840, 2160)
PATIENCE = 120_000
"""Milliseconds that something is waited for: only what never comes takes so long."""


Launch = Callable[[list[str]], Browser]


@dataclass
class Visit:
    """One open page and everything that went wrong in it."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Launch]:
    """Starts Chromium with further arguments."""
    path = program("chromium", "chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield lambda further: driver.chromium.launch(executable_path=path, args=ARGUMENTS + further)


@pytest.fixture(scope="module")
def browser(chromium: Launch) -> Iterator[Browser]:
    with chromium(SOFTWARE_WEBGL) as running:
        yield running


def is_refusal(answer: Response) -> bool:
    """A square that is still being cut (503) is none: the map asks for it again, and is not ready before."""
    return answer.status >= 400 and not (answer.status == 503 and "/tiles/" in answer.url)


def is_fault(told: ConsoleMessage) -> bool:
    """Refusals are known by their answers; Chromium only repeats them."""
    return told.type == "error" and not told.text.startswith("Failed to load resource: the server responded")


def blank(browser: Browser, size: tuple[int, int] = DESK, **options) -> Page:
    """A page on which nothing is open yet."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
    page.set_default_timeout(PATIENCE)
    return page


def visit(browser: Browser, served: Served, path: str, size: tuple[int, int] = DESK, **options) -> Visit:
    """Open a page and listen to what it asks for and complains about."""
    page = blank(browser, size, **options)
    found = Visit(page)
    own = (served.url, f"blob:{served.url}", "data:")
    page.on("request", lambda request: request.url.startswith(own) or found.foreign.append(request.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda told: is_fault(told) and found.errors.append(told.text))
    page.on("response", lambda answer: is_refusal(answer) and found.errors.append(answer.url))
    page.goto(served.url + path)
    return found


def picture(found: Visit, name: str, folder: Path) -> None:
    """Keep a picture for people to look at."""
    found.page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("size", [PHONE, DESK, WALL], ids=["phone", "desk", "wall"])
def test_the_landing_page_needs_no_other_host_and_fits(
    browser: Browser, served: Served, tmp_path: Path, language: str, size: tuple[int, int]
):
    found = visit(browser, served, f"/?lang={language}", size)
    picture(found, f"landing-{language}-{size[0]}", tmp_path)
    assert (found.foreign, found.errors) == ([], [])
    assert found.page.locator("h1").inner_text() == {"en": "Test country", "id": "Negara uji"}[language]
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert found.page.locator(".picture img.values").evaluate("image => image.naturalWidth") == 1200
    found.page.close()


DRAWN = {
    "/processes/land-suitability": "#input-region option[value='01.02']",
    "/openapi": "#swagger .opblock-tag",
}
"""What a script puts on a page after it has come, the last of it."""


@pytest.mark.parametrize(
    "path",
    [
        "/collections",
        "/collections/soc",
        "/collections/suitability",
        "/collections/suitability_by_regencies/items",
        "/collections/regencies/items/01.04",
        "/conformance",
        *DRAWN,
    ],
)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_other_pages_need_no_other_host_and_fit(
    browser: Browser, served: Served, path: str, size: tuple[int, int]
):
    found = visit(browser, served, path, size)
    found.page.wait_for_selector(DRAWN.get(path, "#main"), state="attached")
    assert (found.foreign, found.errors) == ([], [])
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found.page.close()


def test_two_clicks_lead_from_the_landing_page_to_a_map_with_its_legend(browser: Browser, served: Served):
    found = visit(browser, served, "/")
    found.page.get_by_role("link", name="Open the map").click()
    found.page.wait_for_selector("#map[data-state=ready]")
    assert "S1: highly suitable" in found.page.inner_text("#legend")
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


def test_a_planner_computes_with_a_form_and_reads_a_table(browser: Browser, served: Served):
    found = visit(browser, served, "/processes/land-suitability?lang=id")
    found.page.wait_for_selector("#input-region option[value='01.02']", state="attached")
    found.page.select_option("#input-region", "01.02")
    found.page.select_option("#input-crop", "maize")
    found.page.get_by_role("button", name="Hitung").click()
    found.page.wait_for_selector("#answer tbody tr")
    assert found.page.locator("#answer table").first.locator("tbody th").all_inner_texts() == [
        "S1: sangat sesuai",
        "S2: cukup sesuai",
        "S3: sesuai marginal",
        "N: tidak sesuai",
    ]
    assert '"crop": "maize"' in (found.page.locator("#json").text_content() or "")
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


def test_the_document_of_an_answer_is_a_click_away(browser: Browser, served: Served):
    found = visit(browser, served, "/processes/pack?lang=id")
    found.page.wait_for_selector("#input-region option[value='01.02']", state="attached")
    found.page.select_option("#input-region", "01.02")
    found.page.get_by_role("button", name="Hitung").click()
    with found.page.expect_download() as coming:
        found.page.locator("#answer").get_by_role("button", name="Unduh (ZIP)").click()
    assert coming.value.suggested_filename == "pack.zip"
    assert coming.value.path().read_bytes().startswith(b"PK")
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, served: Served):
    found = visit(browser, served, "/collections")
    found.page.keyboard.press("Tab")
    assert found.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    found.page.close()
