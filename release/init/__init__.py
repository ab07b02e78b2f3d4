"""``init``: from a product's release and a few names to its ``invoke.yaml``, workflow, receivers and checklist.

Never: a file that was not checked as a whole before the first write, a kind of channel by its name, a secret's value.
"""
