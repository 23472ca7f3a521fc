"""Show people what the steps did: differences, the page and the git history."""
