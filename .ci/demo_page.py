"""Starts `make demo` as a newcomer does, opens its page, lets the bot speak, and ends it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

PAGE = b'<script type="module" src="/static/main.js">'


def main() -> int:
    """Answer how it ended; 0 when all went well."""
    make = subprocess.Popen(["make", "--silent", "demo"], stdout=subprocess.PIPE, text=True)
    assert make.stdout is not None
    told = ""
    while not (found := re.search(r"http://127\.0\.0\.1:\d+/", told)):
        line = make.stdout.readline()
        if not line:
            return make.wait() or 1
        told += line
    with urlopen(found[0]) as page:
        assert PAGE in page.read()
    urlopen(f"{found[0]}sandbox/wait?sent=1&timeout=60").close()
    # Ctrl-C, for the demo alone: make would say of itself that it was interrupted.
    children = Path(f"/proc/{make.pid}/task/{make.pid}/children").read_text("ascii").split()
    os.kill(int(children[0]), signal.SIGINT)
    make.stdout.read()
    return make.wait()


if __name__ == "__main__":
    sys.exit(main())
