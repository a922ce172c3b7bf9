"""Drafts of evaluation cases from any documents, by patterns of how offices write; for review."""
