"""The page of harmonize-profile as people meet it: rows pasted in a browser, told and drawn."""

from tests.interop.conftest import Served
from tests.interop.test_browser import PHONE, Visit, browser, chromium, visit  # noqa: F401 (fixtures)

PASTED = "upper_cm\tlower_cm\tproperty\tunit\tvalue\n0\t20\tph_cacl2\tpH\t5,5\n"


def test_rows_become_sentences_and_a_depth_plot(browser, served: Served):  # noqa: F811
    shown: Visit = visit(browser, served, "/processes/harmonize-profile?f=html&lang=id", PHONE)
    page = shown.page
    page.click("#harmonize button.primary")
    page.wait_for_selector("#answer svg")
    assert "Liat, 60–100 cm: 31,2" in page.inner_text("#answer ul")
    assert page.locator("#answer svg desc").count() == 1
    svg = page.locator("#answer svg")
    drawn, shown_as = int(svg.get_attribute("width")), svg.bounding_box()
    assert shown_as["width"] == drawn <= PHONE[0], "drawn for this screen, neither shrunk nor cut off"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.fill("#input-horizons", PASTED)
    page.click("#harmonize button.primary")
    page.wait_for_selector("#answer [role=alert]")
    assert "value" in page.inner_text("#answer")
    page.fill("#input-horizons", PASTED.replace("5,5", "5.5"))
    page.select_option("#input-property", "ph_h2o")
    page.fill("#input-intervals", "0-30")
    page.click("#harmonize button.primary")
    page.wait_for_selector("#answer svg")
    assert "ph_cacl2_miller_2010" in page.inner_text("#answer ul")
    assert page.locator("#answer li").count() == 1
