"""Fixtures for all tests: where backends come from, and the product itself."""

pytest_plugins = ["tests.backends", "tests.databases", "tests.product", "tests.s3"]
