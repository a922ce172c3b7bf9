"""The service: settings, one bootstrap, HTTP, command line, page."""
