"""Telling people what became of a release: the failure issue and Slack.

Never: a verdict of its own on a channel.
"""
