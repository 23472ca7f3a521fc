"""The steps of the plan, one commit a file; `codemods.plan` puts them in order."""
