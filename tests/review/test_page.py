"""The page of the whole plan, opened in a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.base import AXE_SCRIPT
from click.testing import CliRunner
from markupsafe import Markup
from selenium.webdriver import ActionChains, Chrome

from codemods.check.blame import lines_of
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.review.difference import compare
from codemods.review.draw_pictures import draw_pictures
from codemods.review.page import write_page
from codemods.review.read_series import Commit, Script, Series
from codemods.review.review_command import PROJECT, review_command
from codemods.review.visible import visible
from codemods.step import Claim

STEPS = all_steps(PHASES)
LAST = len(STEPS)
ORDERED = next(step for step in STEPS if step.slug == "order_definitions").number
SCRIPTS = [
    PROJECT / "original" / "microgpt.py",
    *(PROJECT / "generated" / step.file_name() for step in STEPS),
]
MEGABYTE = 1_000_000
SHOWN = "document.querySelector('.view:not([hidden])')"

SHOWN_TEXT = """
    for (const button of document.querySelectorAll(".fold button")) button.click();
    const view = document.querySelector(".view:not([hidden])");
    const side = (place) => [...view.querySelectorAll(`td:nth-child(${place}) code`)]
        .map((code) => code.textContent).join("\\n");
"""
"""What a side-by-side difference shows, with all that is folded."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, as the command writes it."""
    place = tmp_path_factory.mktemp("page") / "review.html"
    result = CliRunner().invoke(
        review_command, ["--to", str(place)], catch_exceptions=False
    )
    assert result.exit_code == 0
    return place


@pytest.fixture
def page(browser: Chrome, file: Path) -> Iterator[Chrome]:
    """The page, opened as if for the first time; nothing may go wrong in it."""
    open_page(browser, file)
    browser.execute_script("localStorage.clear()")
    browser.get_log("browser")
    open_page(browser, file)
    yield browser
    assert browser.get_log("browser") == []
    assert (
        browser.execute_script("return performance.getEntriesByType('resource')") == []
    )


STOLEN = "window.stolen = true"
HOSTILE = (
    f"closed = '</script><script>{STOLEN}</script>'",
    f"image = '<img src=x onerror=\"{STOLEN}\">'",
    f"comment = '<!-- <script>{STOLEN}'  # ${{{STOLEN}}}`&lt;\\",
    "turned = 'safe'  # \u202e'live'\u2066 \u2028 \x1b[31mred\x07",
)
"""Lines that would do something if they were read as anything else than text."""


def hostile_script(number: int, lines: Sequence[str]) -> Script:
    shown = tuple(map(visible, lines))
    origins = (number,) * len(lines)
    return Script(f"{number}</script>.py", "0" * 64, "", shown, origins, functions=0)


@pytest.fixture
def hostile_page(browser: Chrome, tmp_path: Path) -> Chrome:
    """A page of two scripts in which nothing, not even a name, is harmless."""
    before, after = hostile_script(0, HOSTILE), hostile_script(1, HOSTILE[::-1])
    texts = ["\n".join([*script.lines, ""]) for script in (before, after)]
    words = f"{HOSTILE[0]} {HOSTILE[1]} {HOSTILE[3]}"
    commit = Commit(
        number=1,
        slug="</script>",
        phase=words,
        message=words,
        explanation=f"`{words}` {words}",
        example=words,
        claim=Claim.EXACT,
        script=after,
        difference=compare(*texts),
        figures={},
        speeds={},
        rules={words: (1, 0)},
        codemod="codemods/steps/step_01_format_source.py",
        transforms=(),
        is_stale=False,
    )
    series = Series(before, {words: [commit]}, {}, {})
    file = tmp_path / "hostile.html"
    file.write_text(write_page(series, draw_pictures(series), Markup("")))
    open_page(browser, file)
    return browser


def open_page(browser: Chrome, file: Path) -> None:
    browser.get("about:blank")
    browser.get(file.as_uri())


def go_to(page: Chrome, address: str) -> None:
    """Open a view and wait until it is drawn."""
    page.execute_script("location.hash = arguments[0]; show()", address)


def press(page: Chrome, *keys: str) -> None:
    for key in keys:
        ActionChains(page).send_keys(key).perform()


def shown_heading(page: Chrome) -> str:
    heading = "return document.querySelector('.view:not([hidden]) h1').textContent"
    return str(page.execute_script(heading))


def text_of(number: int) -> str:
    """A script as the page shows it."""
    return "\n".join(map(visible, lines_of(SCRIPTS[number].read_text())))


def test_is_one_small_file_that_opens_in_a_second(page: Chrome, file: Path) -> None:
    assert file.stat().st_size < 3 * MEGABYTE
    loaded = "return performance.getEntriesByType('navigation')[0].domComplete"
    times = []
    for _ in range(3):
        open_page(page, file)
        times.append(page.execute_script(loaded))
    assert 0 < min(times) < 1000


SCROLL = """
const [speed, done] = arguments, pauses = [], root = document.scrollingElement;
const watch = new PerformanceObserver((list) => {
  for (const task of list.getEntries()) pauses.push(task.duration);
});
watch.observe({ type: "longtask" });
const isAtEnd = () => root.scrollTop + innerHeight > root.scrollHeight - 2;
const frame = () => {
  window.scrollBy(0, speed);
  if (!isAtEnd()) return requestAnimationFrame(frame);
  setTimeout(() => { watch.disconnect(); done([root.scrollHeight, pauses]); }, 100);
};
requestAnimationFrame(frame);
"""
"""Scrolls through a view; to its height, and how long the page made people wait."""


def test_scrolls_without_pauses(page: Chrome) -> None:
    last = len(STEPS)
    for view in ("split/from-0", "unified/from-0", "script"):
        go_to(page, f"#step-{last}/{view}")
        height, pauses = page.execute_async_script(SCROLL, 300)
        assert height > 10_000
        assert max(pauses, default=0) < 200, "milliseconds, on a machine that is busy"


def test_shows_both_sides_of_every_step(page: Chrome) -> None:
    for step in STEPS:
        go_to(page, f"#step-{step.number}/split")
        assert shown_heading(page) == step.message
        old, new = page.execute_script(f"{SHOWN_TEXT} return [side(2), side(4)]")
        assert old == text_of(step.number - 1)
        assert new == text_of(step.number)


def test_shows_unified_differences(page: Chrome) -> None:
    go_to(page, "#step-8/unified")
    count = "return document.querySelectorAll('.view:not([hidden]) td.text.{}').length"
    difference = compare(f"{text_of(7)}\n", f"{text_of(8)}\n")
    assert page.execute_script(count.format("added")) == difference.added
    assert page.execute_script(count.format("removed")) == difference.removed
    assert page.execute_script(count.format("added ins")) > 5


@pytest.mark.parametrize("pair", [(0, LAST), (12, 29), (LAST, 3)])
def test_compares_any_two_scripts(page: Chrome, pair: tuple[int, int]) -> None:
    older, newer = pair
    go_to(page, f"#step-{newer}/split/from-{older}")
    old, new = page.execute_script(f"{SHOWN_TEXT} return [side(2), side(4)]")
    assert (old, new) == (text_of(older), text_of(newer))


def test_follows_lines_through_all_steps_between(page: Chrome) -> None:
    """A line with other names and types is still the same line, and a neighbour's."""
    rows = page.execute_script("return rowsBetween(0, 14)")
    pairs = {
        row["old"]["text"].strip(): row["new"]["text"].strip()
        for row in rows
        if row["old"] and row["new"]
    }
    assert pairs["random.shuffle(docs)"] == "random.shuffle(documents)"
    assert pairs["def backward(self):"] == "def backward(self) -> None:"


def test_shows_scripts_and_codemods_whole(page: Chrome) -> None:
    text = "return [...document.querySelectorAll('.view:not([hidden]) td.text')].map"
    text += "((cell) => cell.textContent).join('\\n')"
    go_to(page, "#step-20/script")
    assert page.execute_script(text) == text_of(20)
    go_to(page, "#step-8/codemod")
    source = (PROJECT / "codemods/steps/step_08_unroll_comprehensions.py").read_text()
    assert page.execute_script(text) == source.removesuffix("\n")
    go_to(page, "#step-8/codemod-2")
    assert "def unroll_comprehensions" in page.execute_script(text)


def test_shows_the_original(page: Chrome) -> None:
    go_to(page, "#original")
    assert shown_heading(page) == "The original"
    cells = "[...document.querySelectorAll('.view:not([hidden]) td.text')]"
    lines = page.execute_script(f"return {cells}.map((cell) => cell.textContent)")
    assert "\n".join(lines) == text_of(0)


def test_each_hunk_leads_to_its_codemod(page: Chrome) -> None:
    go_to(page, "#step-8/split")
    page.find_element("css selector", ".view:not([hidden]) .credit a").click()
    assert page.execute_script("return location.hash") == "#step-8/codemod"


def test_moved_lines_lead_to_where_they_were(page: Chrome) -> None:
    go_to(page, f"#step-{ORDERED}/split")
    move = "document.querySelector('.view:not([hidden]) td:nth-child(4) button.move')"
    place = page.execute_script(
        f"const move = {move}; move.click(); return move.textContent"
    )
    way, number = place.rsplit(" ", 1)
    assert way == "moved from line"
    shown = page.execute_script(f"return {move}.closest('td').classList.value")
    assert "moved" in shown.split()
    numbered = page.find_element("css selector", "tr.pointed-at [data-line]")
    assert numbered.get_attribute("data-line") == f"old-{number}"


def test_keys(page: Chrome) -> None:
    press(page, "j", "j")
    assert shown_heading(page) == STEPS[1].message
    press(page, "k")
    assert shown_heading(page) == STEPS[0].message
    press(page, "k", "k")
    assert shown_heading(page) == "The original"
    press(page, "j")
    assert shown_heading(page) == STEPS[0].message
    press(page, "n", "n", "p")
    focused = "return document.activeElement.querySelector('.hunk-number')?.textContent"
    assert page.execute_script(focused).startswith("1/")
    press(page, "/")
    assert page.execute_script("return document.activeElement.id") == "filter"
    press(page, "comprehensions", "\ue007")
    assert page.execute_script("return location.hash") != "#step-1"
    press(page, "\ue00c", "?")
    assert page.execute_script("return document.getElementById('help').open")
    press(page, "\ue00c", "k")
    assert not page.execute_script("return document.getElementById('help').open")


def test_finds_steps_by_what_they_change(page: Chrome) -> None:
    press(page, "/", "linear_backward")
    shown = "return [...document.querySelectorAll('.steps li:not([hidden]) a')].map"
    numbers = page.execute_script(f"{shown}((link) => Number(link.dataset.step))")
    assert 29 in numbers
    assert 1 not in numbers


def test_draws_pictures_with_titles_and_tables(page: Chrome) -> None:
    go_to(page, "#pictures")
    figures = page.find_elements("css selector", "#view-pictures figure")
    titles = {figure.find_element("css selector", "h2").text for figure in figures}
    assert titles >= {"Rule findings burning down", "Lines", "Functions"}
    for figure in figures:
        drawn = figure.find_element("css selector", "svg.chart")
        assert drawn.size["height"] > 80
        names = str(drawn.get_attribute("aria-labelledby")).split()
        assert all(
            page.execute_script(
                "return document.getElementById(arguments[0]).textContent", name
            )
            for name in names
        )
        assert len(figure.find_elements("css selector", "table tr")) > len(STEPS)


def test_notes_survive_and_are_exported(
    page: Chrome, file: Path, downloads: Path
) -> None:
    go_to(page, "#step-3")
    page.find_element("css selector", "#view-step-3 [data-mark=questioned]").click()
    page.find_element("id", "note-3").send_keys("Why `row`?")
    go_to(page, "#step-4")
    page.find_element("css selector", "#view-step-4 [data-mark=read]").click()
    open_page(page, file)
    go_to(page, "#step-3")
    pressed = page.find_element("css selector", "#view-step-3 [data-mark=questioned]")
    assert pressed.get_attribute("aria-pressed") == "true"
    assert page.find_element("id", "note-3").get_attribute("value") == "Why `row`?"
    go_to(page, "#notes")
    page.find_element("id", "export").click()
    exported = downloads / "review.md"
    for _ in range(50):
        if exported.exists():
            break
        time.sleep(0.1)
    assert exported.read_text() == (
        "# Review of microgpt.py\n\n"
        f"1 of {LAST} steps read, 1 questioned.\n\n"
        f"- **3. {STEPS[2].message}**: questioned\n\n    Why `row`?\n\n"
        f"- **4. {STEPS[3].message}**: read\n\n"
    )


def test_notes_of_two_windows_are_both_kept(page: Chrome, file: Path) -> None:
    first = page.current_window_handle
    go_to(page, "#step-3")
    page.switch_to.new_window("tab")
    page.get(file.as_uri() + "#step-4")
    page.find_element("id", "note-4").send_keys("there")
    page.close()
    page.switch_to.window(first)
    page.find_element("id", "note-3").send_keys("here")
    open_page(page, file)
    kept = page.execute_script("return notes.noted().map(({ number }) => number)")
    assert kept == [3, 4]


def test_says_what_it_needs_without_its_script(page: Chrome, file: Path) -> None:
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    open_page(page, file)
    views = page.find_elements("css selector", ".view")
    seen = [view.get_attribute("id") for view in views if view.is_displayed()]
    needed = page.find_element("css selector", ".needed").is_displayed()
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert (needed, seen) == (True, ["view-plan", "view-pictures", "view-data"])


@pytest.mark.parametrize("view", ["plan", "step-8/split"])
def test_is_accessible(page: Chrome, view: str) -> None:
    page.execute_script(AXE_SCRIPT)
    go_to(page, f"#{view}")
    assert violations(page, "body", {}) == []


def test_each_view_is_accessible(page: Chrome) -> None:
    page.execute_script(AXE_SCRIPT)
    moved = first_with_moves(page)
    others = ("original", "pictures", "data", "notes")
    for view in (*others, moved, "step-8/codemod", "step-1/script"):
        go_to(page, f"#{view}")
        assert violations(page, ".view:not([hidden])", {}) == [], view
    page.execute_script("document.getElementById('help').showModal()")
    assert violations(page, "#help", {}) == []


def test_has_contrast_in_the_dark(page: Chrome) -> None:
    page.execute_script(AXE_SCRIPT)
    page.execute_script("setTheme('dark')")
    views = ("plan", "pictures", "data", "step-8/split", first_with_moves(page))
    for view in views:
        go_to(page, f"#{view}")
        found = violations(page, ".view:not([hidden])", {"runOnly": ["color-contrast"]})
        assert found == [], view


def first_with_moves(page: Chrome) -> str:
    """The address of the first step that moves lines, which is a small one."""
    moved = "DATA.steps.find(({ rows }) => rows.some((row) => row[2] || row[4]))"
    return f"step-{page.execute_script(f'return {moved}.number')}/unified"


def violations(page: Chrome, inside: str, options: dict[str, Any]) -> list[Any]:
    """What axe-core objects to, the first few places of each kind.

    Of hunks and of tables that follow each other, it sees the first.
    """
    return list(
        page.execute_async_script(
            """
            const [inside, options, done] = arguments;
            const exclude = [[".chunk ~ .chunk"], [".hunk ~ .hunk"]];
            axe.run({ include: [[inside]], exclude }, {
                resultTypes: ["violations"], ...options,
            }).then(({ violations }) => done(violations.map(
                ({ id, nodes }) => [id, nodes.slice(0, 3).map(
                    (node) => [node.html.slice(0, 200), node.failureSummary])])));
            """,
            inside,
            options,
        )
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_sticks_out(page: Chrome, width: int) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    for view in ("plan", "pictures", "data", "notes", "step-8/split", "step-8/unified"):
        go_to(page, f"#{view}")
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, view
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_shows_what_scripts_hold_and_runs_none_of_it(hostile_page: Chrome) -> None:
    shown = "\n".join(map(visible, HOSTILE))
    assert "‹U+202E›" in shown
    for look in ("split", "unified", "script", "codemod"):
        go_to(hostile_page, f"#step-1/{look}")
        text = hostile_page.execute_script(f"return {SHOWN}.textContent")
        assert shown.split("\n")[0] in text or look == "codemod"
    go_to(hostile_page, "#step-1/split")
    old, new = hostile_page.execute_script(f"{SHOWN_TEXT} return [side(2), side(4)]")
    assert sorted(old.split("\n")) == sorted(shown.split("\n"))
    assert new.split("\n") == shown.split("\n")[::-1]
    assert hostile_page.execute_script("return window.stolen") is None
    assert hostile_page.execute_script("return document.images.length") == 0
    source = hostile_page.page_source
    assert not any(character in source for character in "\u202e\u2066\u2028\x1b\x07")
    assert hostile_page.get_log("browser") == []


def test_no_script_runs_that_the_page_did_not_bring(hostile_page: Chrome) -> None:
    hostile_page.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = arguments[0]; document.body.append(script);"
        "const image = document.createElement('img');"
        "image.src = 'http://localhost:9/'; document.body.append(image);",
        STOLEN,
    )
    assert hostile_page.execute_script("return window.stolen") is None
    refused = [entry["message"] for entry in hostile_page.get_log("browser")]
    assert any("script-src" in message for message in refused)
    assert any("img-src" in message for message in refused)
