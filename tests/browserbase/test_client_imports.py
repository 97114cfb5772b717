"""The ground floor stands alone."""

import subprocess
import sys


def test_the_client_works_without_django():
    program = "import sys, sessions_app.browserbase; print([name for name in sys.modules if name.startswith('django')])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
