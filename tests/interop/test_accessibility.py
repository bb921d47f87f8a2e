"""Every kind of page by the rules of WCAG 2, as axe-core checks them, and by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.interop.conftest import Served
from tests.interop.test_browser import DESK, PHONE, blank, browser, chromium, visit  # noqa: F401

PAGES = [
    "/",
    "/collections",
    "/collections/soc",
    "/collections/soil",
    "/collections/suitability",
    "/collections/suitability/schema",
    "/collections/soc/map/tiles/WebMercatorQuad",
    "/collections/soc/styles",
    "/collections/soc/versions",
    "/collections/suitability_by_regencies/items",
    "/collections/regencies/items/01.04",
    "/collections/profiles",
    "/collections/profiles/items/survey.P1",
    "/collections/profiles/items/legacy.L1",
    "/collections/records/items?words=soil",
    "/collections/records/items/soc",
    "/processes",
    "/processes/land-suitability",
    "/processes/compare-countries",
    "/reports",
    "/reports/XAA-2016-2020-1",
    "/region",
    "/region/report",
    "/schemas/country-report",
    "/jobs",
    "/openapi",
    "/conformance",
    "/tileMatrixSets",
    "/tileMatrixSets/WebMercatorQuad",
]
REFUSED = ["/collections/nowhere", "/collections/regencies/items?limit=many"]
READERS = [("id", PHONE), ("en", DESK)]
OTHERS = "#swagger"
"""Drawn by a library, whose rules are its own."""


@pytest.mark.parametrize(("language", "size"), READERS, ids=["phone", "desk"])
def test_no_page_breaks_a_rule_of_accessibility(
    browser: Browser,  # noqa: F811
    served: Served,
    language: str,
    size: tuple[int, int],
):
    found = visit(browser, served, "/conformance", size)
    page, broken = found.page, {}
    for path in (*PAGES, *REFUSED):
        page.goto(f"{served.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        told = Axe().run(page, {"include": [["html"]], "exclude": [[OTHERS]]}).response["violations"]
        broken |= {f"{path} {each['id']}": [node["html"] for node in each["nodes"]][:3] for each in told}
    assert broken == {}
    assert found.foreign == []
    page.close()


def test_the_ways_to_ask_are_walked_through_by_keyboard(browser: Browser, served: Served):  # noqa: F811
    found = visit(browser, served, "/collections/soc")
    page = found.page
    page.focus("#call-1")
    assert page.locator(".call:visible").inner_text().startswith("import")
    page.keyboard.press("ArrowRight")
    assert page.locator(".call:visible").inner_text().startswith("curl")
    assert (
        page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "button copy"
    page.close()


def test_the_code_of_a_call_is_copied_as_it_is(browser: Browser, served: Served):  # noqa: F811
    page = blank(browser, permissions=["clipboard-read", "clipboard-write"])
    # Time stands still until it is told to go on: what the button says lasts two seconds.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(f"{served.url}/collections/soc?lang=id")
    button = page.locator("button[data-copy=call-code-1]")
    button.click()
    expect(button).to_have_text("Tersalin")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#call-code-1").text_content()
    page.clock.run_for(2000)
    expect(button).to_have_text("Salin")
    page.close()
