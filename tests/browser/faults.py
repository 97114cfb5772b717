"""What is wrong with a page as it stands: what axe-core finds, and whether it scrolls sideways."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
SCREENS = [("light", 1440), ("dark", 390)]  # each theme and each width once

#: axe judges a colour as it stands, also one half-way to that of another theme.
COLOURED = """Promise.all(document.getAnimations().filter(one => one instanceof CSSTransition)
    .map(one => one.finished.catch(() => null)))"""
#: Of what it finds nothing wrong with it would write out each element, which takes as long as the finding.
VIOLATIONS = """async () => {
    const {violations} = await axe.run({resultTypes: ["violations"]})
    return violations.map(({id, nodes}) => `${id}: ${nodes.map(node => node.target.join(" ")).join(", ")}`)
}"""


def faults_of(page: Page) -> list[str]:
    page.evaluate(COLOURED)
    page.evaluate(AXE)
    faults: list[str] = page.evaluate(VIOLATIONS)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("scrolls sideways")
    return faults
