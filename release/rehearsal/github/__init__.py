"""The stand-in for GitHub: its API, and git over HTTP.

Never: a socket (``servers/``), or what a kind's receiver does.
"""
