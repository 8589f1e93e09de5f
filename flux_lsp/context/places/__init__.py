"""One file per family of languages: where its projects keep tests; see `test_place.py`."""
