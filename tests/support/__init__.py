"""Real servers, odd peers and namespaces for the tests; nothing outside Python's standard library."""
