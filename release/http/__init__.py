"""Requests and answers: one session, retries, rate limits, downloads, secrets taken out of text.

Never: what a server is asked for, or what its answer means for a release.
"""
