"""The exit codes that tell a script how a command ended.

Never grows: scripts rely on each number.
"""

DONE, FAILED, WRONG_USAGE, NOT_CONFIGURED = 0, 1, 2, 3
INTERRUPTED = 130  # what a shell reports for an interrupt
