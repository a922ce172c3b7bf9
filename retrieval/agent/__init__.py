"""The agent path: plan, search, read, judge, then the same generate, check and cite."""
