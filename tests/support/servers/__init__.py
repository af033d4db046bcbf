"""The servers of the tests, found by their names: `world.py` says how."""
