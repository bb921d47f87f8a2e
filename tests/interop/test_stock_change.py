"""The page of soc-stock-change as people meet it: told in sentences, and what is lacking by name."""

from tests.interop.conftest import Served
from tests.interop.test_browser import PHONE, Visit, browser, chromium, visit  # noqa: F401 (fixtures)


def test_two_samplings_are_compared_and_what_is_lacking_is_told(browser, served: Served):  # noqa: F811
    shown: Visit = visit(browser, served, "/processes/soc-stock-change?f=html&lang=id", PHONE)
    page = shown.page
    page.click("#stock-change button.primary")
    page.wait_for_selector("#answer p:not(:empty)")
    page.wait_for_function("document.querySelector('#answer').innerText.includes('tanah mineral yang sama')")
    page.fill("#input-depth_cm", "45")
    page.click("#stock-change button.primary")
    page.wait_for_selector("#answer li")
    assert "tidak diketahui dari 40 sampai 45 cm" in page.inner_text("#answer ul")
    page.fill("#input-second_horizons", "upper_cm,lower_cm,property,value\n0,20,soc,2\n")
    page.click("#stock-change button.primary")
    page.wait_for_selector("#answer [role=alert]")
    assert "unit" in page.inner_text("#answer")
