"""An image in a registry, built by a workflow."""
