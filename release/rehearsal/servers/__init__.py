"""The stand-in's sockets: HTTP on loopback, faults on demand, an image registry.

Never: an address beyond loopback, or what GitHub's answers say.
"""
