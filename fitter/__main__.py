"""`python -m fitter`: the same as `diskblur-fit`."""

import sys

from fitter.cli import main

if __name__ == "__main__":
    sys.exit(main())
