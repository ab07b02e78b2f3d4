"""From a task's flags to its report: a file for each group of tasks.

Never: a request of its own, or a decision that a task does not share with its rehearsal.
"""
