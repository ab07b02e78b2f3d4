"""Outcomes for people and machines: table, JSON, step summary, step outputs, live view.

Never: a request.
"""
