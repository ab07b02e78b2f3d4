"""GitHub's REST API: releases, runs, workflows, contents, issues, pulls.

Never: a channel, or the words of a report.
"""
