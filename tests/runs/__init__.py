"""The life of a run, in process, with a front that a test plays."""
