"""The panels of the map in a real browser: values at a point, a profile by depth, the charts of a region."""

import csv
import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from soilinfo.settings import Settings
from soilinfo.store.home import Store
from tests.country import CELL, NORTH, WEST
from tests.interop.conftest import Served, get
from tests.interop.test_browser import DESK, PHONE, Visit, browser, chromium, visit  # noqa: F401
from tests.serve.edr.conftest import profiled, profiled_store, profiles  # noqa: F401

LAND = "120.313,-7.113"


def opened(browser: Browser, served: Served, kind: str, query: str, **options) -> Visit:  # noqa: F811
    """The map with one of its panels open, and what that tells loaded."""
    found = visit(browser, served, f"/map?{query}", **options)
    found.page.wait_for_selector("#map canvas")
    tab = found.page.locator(f"#tab-{kind}")
    # The script offers the tabs when the map is ready.
    expect(tab).to_be_visible()
    tab.click()
    found.page.wait_for_selector(f"{PANEL[kind]} h2")
    found.page.wait_for_selector(f"{PANEL[kind]} > [role=status]", state="detached")
    return found


PANEL = {"point": "#point", "region": "#region-panel"}


def violations(page: Page, panel: str) -> str:
    """What axe finds in a panel with all of it unfolded; empty for nothing."""
    page.locator(panel).evaluate(
        "panel => panel.querySelectorAll('details').forEach((one) => (one.open = true))"
    )
    found = Axe().run(page, context=panel)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_values_at_a_point_are_those_of_the_file(
    browser: Browser,  # noqa: F811
    served: Served,
    language: str,
    size: tuple[int, int],
):
    found = opened(browser, served, "point", f"at={LAND}&lang={language}", size=size)
    expect(found.page.locator("#point .values").first).to_be_visible()
    x, y = LAND.split(",")
    lines = get(f"{served.url}/collections/soil/position?coords=POINT({x} {y})&f=CSV").text.splitlines()
    (soc,) = {row["soc"] for row in csv.DictReader(lines) if row["soc"]}
    name, value = {"en": ("Soil organic carbon", soc), "id": ("Karbon organik tanah", soc.replace(".", ","))}[
        language
    ]
    row = found.page.locator("#point .values[open] tr", has_text=name).first
    assert re.sub(r"\s+", " ", row.inner_text()) == f"{name} 0–30 cm {value} %"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert violations(found.page, "#point") == ""
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


def test_a_profile_has_a_bar_for_each_depth_and_a_whisker_where_the_uncertainty_is_known(
    browser: Browser,  # noqa: F811
    profiles: httpx.Client,  # noqa: F811
    profiled: Settings,  # noqa: F811
    profiled_store: Store,  # noqa: F811
):
    server = Served(str(profiles.base_url).rstrip("/"), profiled, profiled_store)
    at = f"{WEST + 20 * CELL},{NORTH - 10 * CELL}"
    found = opened(browser, server, "point", f"layer=ph_h2o&at={at}&lang=id")
    drawing = found.page.locator("#point svg.profile")
    expect(drawing).to_have_count(1)
    widths = [float(bar.get_attribute("width") or 0) for bar in drawing.locator(".layer").all()]
    tops = [float(bar.get_attribute("y") or 0) for bar in drawing.locator(".layer").all()]
    assert widths[0] / widths[1] == pytest.approx(5.5 / 6.25)
    assert tops[0] < tops[1]
    assert drawing.locator(".whisker").count() == 1
    assert drawing.locator("desc").text_content() == "0–30 cm: 5,5 ± 0,4; 30–60 cm: 6,25"
    assert violations(found.page, "#point") == ""
    found.page.close()


def test_the_coordinates_are_copied(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "point", f"at={LAND}")
    found.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.page.get_by_role("button", name="Copy coordinates").click()
    expect(found.page.locator("#point .coordinates [role=status]")).to_have_text("Copied")
    assert found.page.evaluate("navigator.clipboard.readText()") == "-7.11300, 120.31300"
    found.page.close()


def test_where_the_values_do_not_come_that_is_told(browser: Browser, served: Served):  # noqa: F811
    found = visit(browser, served, "/map?lang=id")
    found.page.wait_for_selector("#map canvas")
    found.page.route("**/panels/point*", lambda route: route.abort())
    found.page.goto(f"{served.url}/map?lang=id&at={LAND}")
    found.page.locator("#tab-point").click()
    expect(found.page.locator("#point .notice")).to_contain_text("Nilai tidak dapat dimuat")
    found.page.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_charts_of_a_region_are_drawn_and_redrawn(
    browser: Browser,  # noqa: F811
    served: Served,
    size: tuple[int, int],
):
    found = opened(browser, served, "region", "layer=suitability_maize&region=01.02", size=size)
    bars = found.page.locator("#region-panel .bars").first
    expect(bars.locator("li")).to_have_count(3)
    assert bars.locator("li.chosen strong").inner_text() == "Maize"
    parts = bars.locator("li").first.locator("rect[width$='%']:not([width='100%'])").all()
    assert sum(float((part.get_attribute("width") or "").rstrip("%")) for part in parts) == pytest.approx(100)
    before = bars.locator("desc").first.text_content()
    found.page.select_option("#panel-scenario", "potential_high")
    expect(found.page.locator("#region-panel .bars").first).to_have_attribute(
        "aria-label", "Land suitability: Potential, high management"
    )
    assert found.page.locator("#region-panel .bars desc").first.text_content() != before
    expect(found.page.locator("#region-panel")).to_contain_text(
        "No approved allocation of fertilizer is published"
    )
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert violations(found.page, "#region-panel") == ""
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


def test_a_click_on_the_dot_of_a_soil_profile_leads_to_its_page(
    browser: Browser,  # noqa: F811
    served: Served,
):
    found = visit(browser, served, "/map?over=profiles#12/-7.2/120.3", size=DESK)
    page = found.page
    expect(page.locator("#map[data-state=ready]")).to_be_visible()
    expect(page.locator("#tab-point")).to_be_visible()
    place = page.locator("#map canvas").bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.get_by_role("link", name="Soil profile survey.P1").click()
    expect(page).to_have_url(re.compile("/collections/profiles/items/survey.P1"))
    assert not found.errors
