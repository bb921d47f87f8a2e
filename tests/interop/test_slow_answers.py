"""Pages of a slow server: what was asked last counts, in whatever order the answers come."""

from playwright.sync_api import Browser, Page

from tests.interop.conftest import Served
from tests.interop.test_browser import browser, chromium, visit  # noqa: F401 (fixtures)
from tests.interop.test_viewer import asked, fine, opened

HOLD = """part => {
    const asked = window.fetch;
    window.fetch = (address, options) => {
        if (!String(address).includes(part)) return asked(address, options);
        window.fetch = asked;
        return new Promise((answered) => {
            window.letGo = async () => {
                const answer = await asked(address, options);
                const whole = answer.clone().text();
                answered(answer);
                await whole;
                await new Promise((read) => setTimeout(read));
            };
        });
    };
}"""


def hold(page: Page, part: str) -> None:
    """Keep the next question to an address with this part from the server, until it is let go."""
    page.evaluate(HOLD, part)


def held(page: Page) -> None:
    """Wait until it is asked."""
    page.wait_for_function("() => window.letGo")


def let_go(page: Page) -> None:
    """Ask it now, and have the page read the answer."""
    page.evaluate("window.letGo()")


def test_a_slider_that_is_moved_while_layers_change_stays_where_it_was_put(
    browser: Browser,  # noqa: F811
    served: Served,
):
    found = opened(browser, served, "/map?layer=soc&over=drainage,regencies")
    page = found.page
    hold(page, "/map?")
    page.uncheck("#shown-regencies")
    held(page)
    page.focus("#opacity-drainage")
    page.keyboard.press("Home")
    let_go(page)
    page.wait_for_selector("#legends figure:has-text('Regencies')", state="detached")
    assert page.input_value("#opacity-drainage") == "0"
    assert asked(page)["over"] == "drainage:0,regencies:100:off"
    fine(found)


def test_the_map_shows_the_what_if_that_was_asked_last(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=suitability_maize&region=01.02")
    page = found.page
    page.click("#tab-layers")
    page.wait_for_selector("#what-if-row option", state="attached")
    page.click("#what-if summary")
    hold(page, "/0/0/0")
    page.focus("#what-if-rain")
    page.keyboard.press("Home")
    held(page)
    page.keyboard.press("End")
    page.wait_for_selector("#what-if-table table")
    let_go(page)
    assert asked(page)["adjust"] == "rainfall_annual:times:1.5"
    assert "1.5" in page.evaluate("import('/static/viewer/page.js').then(({ page }) => page.tiles)")
    fine(found)


def test_a_what_if_is_not_drawn_on_a_layer_that_was_chosen_meanwhile(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=suitability_maize")
    page = found.page
    page.wait_for_selector("#what-if-row option", state="attached")
    page.click("#what-if summary")
    hold(page, "/0/0/0")
    page.focus("#what-if-rain")
    page.keyboard.press("Home")
    held(page)
    page.select_option("#layer", "soc")
    page.wait_for_selector("#what-if", state="hidden")
    let_go(page)
    assert "adjust" not in asked(page)
    assert page.evaluate("import('/static/viewer/page.js').then(({ page }) => page.tiles)") is None
    fine(found)


def test_enter_takes_the_region_that_is_typed_and_no_list_follows(browser: Browser, served: Served):  # noqa: F811
    found = opened(browser, served, "/map?layer=soc")
    page = found.page
    page.fill("#place", "01.02")
    page.wait_for_selector("#found[data-of='01.02'] [aria-selected=true]")
    hold(page, "q=01.03")
    page.fill("#place", "01.03")
    held(page)
    page.press("#place", "Enter")
    page.wait_for_selector("#region-panel h2:has-text('Kabupaten 01.03')")
    let_go(page)
    assert not page.locator("#found").is_visible()
    fine(found)


def test_values_are_told_with_the_equation_that_they_were_converted_with(
    browser: Browser,  # noqa: F811
    served: Served,
):
    found = visit(browser, served, "/processes/convert-observations?f=html&lang=en")
    page = found.page
    page.select_option("#input-equation", "ph_h2o_1_1_usda")
    source = page.evaluate("chosen().title")
    page.fill("#input-values", "6")
    hold(page, "/execution")
    page.click("#convert button.primary")
    held(page)
    page.select_option("#input-equation", "ece_usda")
    let_go(page)
    page.wait_for_selector("#answer table")
    assert page.locator("#answer a").first.inner_text() == source
    fine(found)
