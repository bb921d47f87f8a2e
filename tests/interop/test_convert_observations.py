"""The page of convert-observations as people meet it: values typed in a browser, told with their equation."""

from tests.interop.conftest import Served
from tests.interop.test_browser import PHONE, Visit, browser, chromium, visit  # noqa: F401 (fixtures)


def test_values_become_a_table_with_equation_limit_and_refusal(browser, served: Served):  # noqa: F811
    shown: Visit = visit(browser, served, "/processes/convert-observations?f=html&lang=id", PHONE)
    page = shown.page
    page.select_option("#input-equation", "ph_h2o_1_1_usda")
    assert page.input_value("#input-unit") == "pH"
    page.fill("#input-values", "6,0; 0,1\n<4\n49")
    page.click("#convert button.primary")
    page.wait_for_selector("#answer table")
    rows = [row.inner_text() for row in page.locator("#answer tbody tr").all()]
    assert "5,85 pH" in rows[0]
    assert "0,44" in rows[0]
    assert "<3,73 pH" in rows[1]
    assert "tidak ada tanah dengan nilai ini" in rows[2]
    # How far the equation can be trusted stands above the values, and what is unknown is not left blank.
    assert "563 contoh" in page.inner_text("#answer dl")
    page.select_option("#input-equation", "ece_usda")
    page.click("#convert button.primary")
    page.wait_for_selector("#answer dl:has-text('belum dikonfirmasi')")
    assert page.inner_text("#answer tbody tr:first-child").count("tidak diketahui") == 2
    page.fill("#input-values", "empat")
    page.click("#convert button.primary")
    page.wait_for_selector("#answer [role=alert]")
    assert "'value' must be a number" in page.inner_text("#answer")
