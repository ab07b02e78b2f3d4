"""The play: the real tasks, one after the other, and the proof of what they did.

Never: a task's work done here, or a report believed that the repositories do not bear out.
"""
