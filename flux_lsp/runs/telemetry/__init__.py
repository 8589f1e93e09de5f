"""Telemetry: `traces.py` notes a run from its events, `observer.py` hands it on, `exporter.py` sends it."""
