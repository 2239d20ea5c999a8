"""The command `sparkchat`, as `python -m sparkchat`."""

import sys

from ._cli.main import main

if __name__ == "__main__":
    sys.exit(main())
