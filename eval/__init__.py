"""Measures the very pipeline that serves."""
