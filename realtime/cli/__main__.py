"""`python -m realtime.cli` is the `diskblur` command."""

import sys

from realtime.cli import main

sys.exit(main())
