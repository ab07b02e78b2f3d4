"""Tell many channels, exactly once each, and follow them until they serve.

Never: what is true of one kind of channel only.
"""
