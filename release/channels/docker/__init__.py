"""An image in a registry, built by a workflow.

Never: an image's layers, or a login where users need none.
"""
