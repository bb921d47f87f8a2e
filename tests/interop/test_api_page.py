"""The page of the API in a real browser: offline, to be tried out, and readable without a script."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.interop.conftest import Served
from tests.interop.test_browser import DESK, PHONE, browser, chromium, visit  # noqa: F401


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_operation_is_found_tried_out_and_linked_to(
    browser: Browser,  # noqa: F811
    served: Served,
    size: tuple[int, int],
):
    found = visit(browser, served, "/openapi?lang=id", size)
    page = found.page
    page.locator(".opblock-tag").first.click()
    page.locator(".opblock-summary-control", has_text="Conformance classes").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert "conformsTo" in page.locator(".live-responses-table").inner_text()
    expect(page).to_have_url(re.compile("#/Service/"))
    page.reload()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert (found.foreign, found.errors) == ([], [])
    page.close()


def test_without_a_script_the_page_of_the_api_lists_its_operations(browser: Browser, served: Served):  # noqa: F811
    found = visit(browser, served, "/openapi", java_script_enabled=False)
    assert found.page.get_by_text("/collections/{collectionId}/coverage").first.is_visible()
    assert not found.page.locator("#swagger").is_visible()
    found.page.close()
