"""The map as a person uses it: with a pointer or keys alone, on a phone or at a desk, in two languages."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.interop.conftest import Served
from tests.interop.test_browser import (  # noqa: F401
    DESK,
    PHONE,
    WITHOUT_WEBGL,
    Launch,
    Visit,
    blank,
    browser,
    chromium,
    picture,
    visit,
)

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def opened(browser: Browser, served: Served, path: str, size: tuple[int, int] = DESK, **options) -> Visit:  # noqa: F811
    """The map, drawn."""
    found = visit(browser, served, path, size, **options)
    found.page.wait_for_selector("#map[data-state=ready]")
    return found


def settled(page: Page) -> str:
    """The map alone, without what lies on it, when nothing of it is missing."""
    return page.evaluate(
        """async () => {
            const { map } = (await import("/static/viewer/page.js")).page;
            await new Promise((done) => { map.once("idle", done); map.triggerRepaint(); });
            map.redraw();
            return map.getCanvas().toDataURL();
        }"""
    )


def longitude(page: Page) -> float:
    """Of the middle of the map; the address tells it a little later."""
    return float(
        page.evaluate("import('/static/viewer/page.js').then(({ page }) => page.map.getCenter().lng)")
    )


def address(page: Page) -> str:
    """As the page itself has it: what Playwright knows of it comes after."""
    return str(page.evaluate("location.href"))


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address(page)).query).items()}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def fine(found: Visit) -> None:
    assert (found.foreign, found.errors) == ([], [])
    found.page.close()


@SIZES
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_map_is_accessible_fits_and_needs_no_other_host(
    browser: Browser,  # noqa: F811
    served: Served,
    tmp_path: Path,
    size: tuple[int, int],
    language: str,
):
    found = opened(browser, served, f"/map?layer=suitability_maize&region=01.02&lang={language}", size)
    found.page.wait_for_selector("#region-panel h2")
    picture(found, f"region-{language}-{size[0]}", tmp_path)
    assert violations(found.page) == []
    found.page.click("#tab-layers")
    # The last that the map offers.
    found.page.wait_for_selector("#what-if-row option", state="attached")
    found.page.evaluate("document.querySelectorAll('#layers details').forEach((each) => (each.open = true))")
    picture(found, f"layers-{language}-{size[0]}", tmp_path)
    assert violations(found.page) == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    fine(found)


@SIZES
def test_a_planner_finds_a_regency_clicks_for_values_and_changes_crop_and_language(
    browser: Browser,  # noqa: F811
    served: Served,
    size: tuple[int, int],
):
    found = opened(browser, served, "/map?layer=suitability_maize", size)
    page = found.page
    page.fill("#place", "kabupaten 01.02")
    page.wait_for_selector("#found [role=option][aria-selected=true]")
    page.press("#place", "Enter")
    page.wait_for_selector("#region-panel h2:has-text('Kabupaten 01.02')")
    assert asked(page)["region"] == "01.02"
    page.wait_for_url(re.compile("#"))
    settled(page)
    page.click("#tab-point")
    page.locator("#map canvas").click()
    page.wait_for_selector("#point h2")
    assert re.fullmatch(r"[\d.]+,-[\d.]+", asked(page)["at"])
    page.click("#tab-layers")
    page.select_option("#layer", "suitability_cocoa")
    page.wait_for_function("() => document.title.startsWith('Cocoa')")
    page.get_by_role("link", name="ID", exact=True).click()
    page.wait_for_function("() => document.title.startsWith('Kakao')")
    page.wait_for_selector("#map[data-state=ready]")
    assert page.locator("#tab-layers").get_attribute("aria-selected") == "true"
    page.click("#tab-point")
    page.wait_for_selector("#point h2")
    kept = asked(page)
    assert (kept["layer"], kept["region"], kept["lang"]) == ("suitability_cocoa", "01.02", "id")
    fine(found)


def test_layers_are_laid_on_each_other_seen_through_moved_and_taken_off(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=soc")
    page = found.page
    alone = settled(page)
    page.select_option("#add", "drainage")
    page.wait_for_selector("#legends figure:has-text('drained')")
    both = settled(page)
    assert both != alone
    page.focus("#opacity-drainage")
    page.keyboard.press("Home")
    page.wait_for_url(re.compile("over=drainage%3A0"))
    assert settled(page) == alone
    page.keyboard.press("End")
    page.click("#down-drainage")
    page.wait_for_url(re.compile("over=regencies%3A100%2Cdrainage%3A100(&|#|$)"))
    page.wait_for_function("() => document.activeElement.id === 'up-drainage'")
    assert page.locator("#over > :last-child").get_attribute("data-layer") == "drainage"
    page.uncheck("#shown-regencies")
    page.wait_for_selector("#legends figure:has-text('Regencies')", state="detached")
    page.click("#off-drainage")
    page.wait_for_selector("#legends figure:has-text('drained')", state="detached")
    assert asked(page)["over"] == "regencies:100:off"
    fine(found)


def test_a_map_of_an_indicator_is_chosen_and_a_click_tells_it_with_its_version(
    browser: Browser,  # noqa: F811
    served: Served,
    tmp_path: Path,
):
    name = "indicators_by_regencies.ph_h2o"
    found = opened(browser, served, "/map?layer=soc&lang=id", PHONE)
    page = found.page
    alone = settled(page)
    page.select_option("#add", name)
    page.wait_for_selector("#legends figure:has-text('Masam (sampai 5,5)')", state="attached")
    assert settled(page) != alone
    page.locator("#map canvas").click()
    page.wait_for_selector("#point .indicators tr:has-text('Masam (sampai 5,5)')")
    assert served.version("indicators_by_regencies") in page.inner_text("#point")
    picture(found, "indicator", tmp_path)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.click("#tab-region")
    page.wait_for_selector("#region-panel .indicators")
    fine(found)


def test_a_slider_of_what_if_changes_the_map_and_its_link_shows_the_same(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=suitability_maize&region=01.02#9/-7.2/120.2")
    page = found.page
    page.wait_for_selector("#region-panel h2")
    before = settled(page)
    page.click("#tab-layers")
    page.wait_for_selector("#what-if-row option", state="attached")
    page.click("#what-if summary")
    page.focus("#what-if-rain")
    page.keyboard.press("Home")
    page.wait_for_url(re.compile("adjust=rainfall_annual"))
    page.wait_for_selector("#what-if-table table")
    after = settled(page)
    assert after != before
    page.click("#share summary")
    link = page.input_value("#permalink")
    assert {"made", "adjust", "region", "layer", "lang"} <= set(parse_qs(urlsplit(link).query))
    again = opened(browser, served, link.removeprefix(served.url))
    again.page.wait_for_selector("#what-if-table table", state="attached")
    assert again.page.locator("#what-if-rain").input_value() == "-50"
    assert settled(again.page) == after
    fine(again)
    fine(found)


def test_a_link_is_copied_and_lands_at_the_same_view(browser: Browser, served: Served):  # noqa: F811
    path = "/map?layer=soc&over=drainage:40,regencies#8.5/-7.2/120.3"
    found = opened(browser, served, path, permissions=["clipboard-read", "clipboard-write"])
    page = found.page
    page.click("#share summary")
    page.click("#copy")
    page.wait_for_selector("#copy:has-text('Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    drawn = settled(page)
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("#map[data-state=ready]")
    assert settled(page) == drawn
    assert address(page).endswith("#8.5/-7.2/120.3")
    fine(found)


def test_a_link_opens_the_tab_that_it_was_copied_with(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=soc&at=120.313,-7.113")
    page = found.page
    page.wait_for_selector("#point .values")
    page.click("#tab-layers")
    again = opened(browser, served, page.input_value("#permalink").removeprefix(served.url))
    assert again.page.locator("#tab-layers").get_attribute("aria-selected") == "true"
    again.page.click("#tab-point")
    again.page.wait_for_selector("#point .values")
    fine(again)
    fine(found)


def test_a_place_that_is_not_on_earth_is_no_place(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=soc&at=999,999")
    assert found.page.locator("#tab-layers").get_attribute("aria-selected") == "true"
    assert not found.page.locator("#message").is_visible()
    fine(found)


def test_panels_of_an_earlier_publication_tell_of_that_one(browser: Browser, served: Served):  # noqa: F811
    # The first publication had rasters and regions, and nothing evaluated yet.
    found = opened(browser, served, "/map?layer=soc&snapshot=1&region=01.02&at=120.313,-7.113")
    found.page.wait_for_selector("#point .values")
    assert "publication 1" in found.page.inner_text("#point .notice")
    assert "Land suitability" not in found.page.inner_text("#point")
    found.page.click("#tab-region")
    found.page.wait_for_selector("#region-panel h2")
    assert "No land suitability is published" in found.page.inner_text("#region-panel")
    fine(found)


def test_what_is_told_of_a_region_is_printed_after_the_map(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=suitability_maize&region=01.02")
    page = found.page
    page.wait_for_selector("#region-panel h3")
    page.emulate_media(media="print")
    assert page.locator("#region-panel").is_visible()
    assert not page.locator("#tabs").is_visible()
    below = page.locator("#imprint").bounding_box()
    assert page.locator("#region-panel").bounding_box()["y"] > below["y"] + below["height"]
    fine(found)


def test_keys_alone_find_a_region_move_the_map_and_read_a_point(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=soc")
    page = found.page
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "place":
            break
    page.keyboard.type("01.0")
    page.wait_for_selector("#found[data-of='01.0'] #found-1")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#found [aria-selected=true]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#region-panel h2")
    assert chosen.startswith(page.input_value("#place"))
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "tab-layers"
    settled(page)
    page.focus("#map canvas")
    before = longitude(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => Number(location.hash.split('/')[2]) > before + 0.01", arg=before)
    page.keyboard.press("Enter")
    page.wait_for_selector("#point h2")
    assert page.locator("#tab-point").get_attribute("aria-selected") == "true"
    fine(found)


@pytest.mark.parametrize("sheet", ["landscape", "portrait"])
def test_a_sheet_is_printed_with_map_legend_scale_source_and_address(
    browser: Browser,  # noqa: F811
    served: Served,
    tmp_path: Path,
    sheet: str,
):
    found = opened(browser, served, "/map?layer=suitability_maize")
    page = found.page
    page.evaluate("window.print = () => undefined")
    page.click("#share summary")
    page.select_option("#sheet", sheet)
    page.click("#print")
    page.wait_for_function("() => document.querySelector('#printed').naturalWidth > 500")
    assert re.fullmatch(r"[125]0* k?m", page.text_content("#scale") or "")
    page.emulate_media(media="print")
    page.pdf(path=tmp_path / f"{sheet}.pdf", prefer_css_page_size=True)
    assert page.locator("#printed").bounding_box()["width"] > 400
    assert "S1: highly suitable" in page.inner_text("#legends")
    assert page.locator("#title").is_visible()
    assert served.url in page.inner_text("#printed-at")
    assert not page.locator(".panel").is_visible()
    fine(found)


def test_squares_that_do_not_come_are_told_and_asked_for_again(browser: Browser, served: Served):  # noqa: F811
    page = blank(browser)
    page.route("**/map/tiles/**", lambda route: route.abort())
    page.goto(f"{served.url}/map?layer=soc")
    page.wait_for_selector("#message:visible")
    page.unroute("**/map/tiles/**")
    # A busy server may put the first one off (503); the map asks again.
    with page.expect_response(lambda answer: "/map/tiles/" in answer.url and answer.status == 200):
        page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#message", state="hidden")
    settled(page)
    assert not page.locator("#message").is_visible()
    page.close()


def test_a_region_that_does_not_exist_is_told(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?region=99.99")
    found.page.wait_for_selector("#message:visible")
    assert "99.99" in found.page.locator("#message").inner_text()
    fine(found)


def test_a_publication_that_never_was_is_a_page_that_leads_on(browser: Browser, served: Served):  # noqa: F811
    found = visit(browser, served, "/map?layer=soc&snapshot=99")
    assert violations(found.page) == []
    found.page.locator("main .button.primary").click()
    found.page.wait_for_selector("#map[data-state=ready]")
    assert asked(found.page)["layer"] == "soc"
    found.page.close()


def test_without_webgl_the_map_is_a_picture_and_regions_are_still_found(chromium: Launch, served: Served):  # noqa: F811
    with chromium(WITHOUT_WEBGL) as plain:
        found = visit(plain, served, "/map?layer=soc")
        found.page.wait_for_selector(".still:visible")
        assert "cannot draw" in found.page.inner_text(".still figcaption")
        found.page.wait_for_function(
            "() => document.querySelector('.still img.values').naturalWidth === 1200"
        )
        found.page.fill("#place", "01.02")
        found.page.press("#place", "Enter")
        found.page.wait_for_selector("#region-panel h2")


def test_without_javascript_the_map_is_a_picture_with_a_form(browser: Browser, served: Served):  # noqa: F811
    found = visit(browser, served, "/map?layer=soc", java_script_enabled=False)
    assert found.page.locator(".still img.values").is_visible()
    assert "JavaScript" in found.page.locator(".still").inner_text()
    found.page.select_option("#layer", "drainage")
    found.page.get_by_role("button", name="Show").click()
    found.page.wait_for_selector("#legend:has-text('Well drained')")
    found.page.close()
