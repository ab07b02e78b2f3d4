"""What would fail tomorrow, a line each with its fix.

Never: anything that sends or writes.
"""
