"""Ends the process, for a program's last line; its own module, because it needs no asyncio.

Never waits longer than asked, whatever threads are doing.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import NoReturn


def leave(code: int, grace: float = 1.0) -> NoReturn:
    """End this process with `code`; threads have `grace` seconds, then it ends all the same.

    `sys.exit` would wait for worker threads without limit, and one may be in a name look-up.
    """
    deadline = time.monotonic() + grace
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(deadline - time.monotonic(), 0))
            if thread.is_alive():
                logging.shutdown()
                sys.stderr.flush()
                os._exit(code)
    sys.exit(code)
